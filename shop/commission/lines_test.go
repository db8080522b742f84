package commission_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// From an order to money in the wallet: earned by line, pending for the return window, available, paid out.
func TestEarnMatureWithdraw(t *testing.T) {
	b := open(t)
	buyer, first, second := b.chain("e")
	o := b.bought(buyer, 1, 2, 1)
	b.stands(first, "14.08 0.00 0.00 0.00 0.00 0.00") // 10.00 + 3.99 + 0.09 of 100.00, 39.98, 0.90, less what rounds off: 3.998 is 3.99
	b.stands(second, "2.80 0.00 0.00 0.00 0.00 0.00") // 2.00 + 0.79 + 0.01
	b.After(7*24*time.Hour - time.Microsecond)
	b.stands(first, "14.08 0.00 0.00 0.00 0.00 0.00")
	b.After(time.Microsecond)
	b.stands(first, "0.00 14.08 0.00 0.00 0.00 0.00")
	b.withdrawn(first, "14.08")
	b.stands(first, "0.00 0.00 0.00 14.08 0.00 0.00")
	b.stands(second, "0.00 2.80 0.00 0.00 0.00 0.00")

	listed, err := b.Commission.List(ctx, commission.ListArgs{ShopperID: first.ShopperID, Args: page.Args{First: 2}, WantTotal: true})
	b.Must(err)
	if len(listed.Nodes) != 2 || *listed.TotalCount != 3 || !listed.Info.HasNextPage {
		t.Fatalf("%d of %d", len(listed.Nodes), *listed.TotalCount)
	}
	rest, err := b.Commission.List(ctx, commission.ListArgs{ShopperID: first.ShopperID, Args: page.Args{First: 2, After: listed.Cursors[1]}, State: commission.Available})
	b.Must(err)
	if len(rest.Nodes) != 1 || rest.Info.HasNextPage {
		t.Fatalf("the rest: %d", len(rest.Nodes))
	}
	c := rest.Nodes[0]
	if c.OrderNumberMasked != "****"+o.Number[len(o.Number)-4:] || c.Level != 1 || c.Rate != "0.1" || c.State != commission.Available || c.LineTitle == "" {
		t.Errorf("%+v", c)
	}
	theirs, err := b.Commission.Some(ctx, buyer.ShopperID, []string{c.ID})
	b.Must(err)
	own, err := b.Commission.Some(ctx, first.ShopperID, []string{c.ID})
	b.Must(err)
	if len(theirs) != 0 || len(own) != 1 {
		t.Errorf("others find %d, its owner %d", len(theirs), len(own))
	}
}

// Whatever was heard first, and however often, what is left is the rate of what the lines keep.
func TestRefundsInAnyOrder(t *testing.T) {
	half := func(o *order.Order) order.RefundInput {
		return order.RefundInput{Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: 1}}}
	}
	for _, tc := range []struct {
		name  string
		after func(b *bazaar, o *order.Order)
		want  string
	}{
		{"none", func(*bazaar, *order.Order) {}, "20.00 0.00 0.00 0.00 0.00 0.00"},
		{"one unit, heard after", func(b *bazaar, o *order.Order) { b.Rewards(); b.back(o, half(o)) }, "10.00 0.00 0.00 0.00 10.00 0.00"},
		{"one unit, heard together", func(b *bazaar, o *order.Order) { b.back(o, half(o)) }, "10.00 0.00 0.00 0.00 0.00 0.00"},
		{"an amount", func(b *bazaar, o *order.Order) { b.Rewards(); b.back(o, order.RefundInput{Amount: amount("33.33")}) }, "16.66 0.00 0.00 0.00 3.34 0.00"},
		{"all of it", func(b *bazaar, o *order.Order) { b.Rewards(); b.back(o, order.RefundInput{}) }, "0.00 0.00 0.00 0.00 20.00 0.00"},
		{"an amount, then all of it", func(b *bazaar, o *order.Order) {
			b.Rewards()
			b.back(o, order.RefundInput{Amount: amount("33.33")})
			b.Rewards()
			b.Work()
			b.back(o, order.RefundInput{})
		}, "0.00 0.00 0.00 0.00 20.00 0.00"},
		{"after it was available", func(b *bazaar, o *order.Order) {
			b.Rewards()
			b.back(o, half(o))
			b.matures()
			b.Rewards()
		}, "0.00 10.00 0.00 0.00 10.00 0.00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := open(t)
			buyer, first, _ := b.chain("r")
			o := b.buys(buyer, 2)
			b.receives(o)
			tc.after(b, o)
			b.Rewards()
			b.stands(first, tc.want)
			at := b.Clock.Now()
			for range 3 { // told again, past their receipts
				b.Must(b.Commission.OnCompleted(ctx, fact.OrderCompleted{OrderID: o.ID, At: at}))
				b.Must(b.Commission.OnReturned(ctx, fact.OrderReturned{OrderID: o.ID, At: at}))
			}
			b.stands(first, tc.want)
		})
	}
}

// A refund that is told of before the completion leaves nothing to be taken back.
func TestARefundIsHeardBeforeTheCompletion(t *testing.T) {
	b := open(t)
	buyer, first, _ := b.chain("b")
	o := b.buys(buyer, 2)
	b.receives(o)
	b.back(o, order.RefundInput{Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: 1}}})
	b.Must(b.Commission.OnReturned(ctx, fact.OrderReturned{OrderID: o.ID, At: b.Clock.Now()}))
	b.Must(b.Commission.OnCompleted(ctx, fact.OrderCompleted{OrderID: o.ID, At: b.Clock.Now()}))
	b.stands(first, "10.00 0.00 0.00 0.00 0.00 0.00")
	b.Rewards()
	b.stands(first, "10.00 0.00 0.00 0.00 0.00 0.00")
}

// After it was paid out a refund makes a debt, which the next commission pays before anything is available.
func TestADebtIsPaidFirst(t *testing.T) {
	b := open(t)
	buyer, first, _ := b.chain("d")
	o := b.bought(buyer, 1)
	grant := b.asks(o, order.RefundInput{Amount: amount("1.00")})
	b.overdue()
	b.withdrawn(first, "10.00")
	grant()
	b.Rewards()
	b.stands(first, "0.00 0.00 0.00 10.00 0.10 0.10")
	_, err := b.withdraws(first, "0.01")
	if refusal := shoptest.Refuses(t, err, commission.ErrInsufficient, "input", "amount"); *refusal.Available != 0 {
		t.Errorf("available %d", *refusal.Available)
	}
	b.bought(buyer, 0, 0, 1) // 9 fen
	b.matures()
	b.stands(first, "0.00 0.00 0.00 10.00 0.10 0.01")
	b.bought(buyer, 1)
	b.matures()
	b.stands(first, "0.00 9.99 0.00 10.00 0.10 0.00")
}

// Who has been banned earns nothing, and pays back all the same.
func TestWhoMayNotActEarnsNothing(t *testing.T) {
	b := open(t)
	buyer, first, second := b.chain("n")
	paid := b.bought(buyer, 1)
	b.Must(b.Store.InTx(ctx, func(ctx context.Context) error {
		_, err := b.Store.Exec(ctx, "UPDATE shoppers SET state = 'banned' WHERE id = ?", first.ShopperID)
		return err
	}))
	b.bought(buyer, 1)
	b.stands(first, "10.00 0.00 0.00 0.00 0.00 0.00")
	b.stands(second, "4.00 0.00 0.00 0.00 0.00 0.00")
	b.back(paid, order.RefundInput{})
	b.Rewards()
	b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
}

// Below the floor of credit nothing is earned, and nothing is paid out.
func TestCreditBelowTheFloor(t *testing.T) {
	b := open(t)
	buyer, first, _ := b.chain("c")
	b.bought(buyer, 1)
	b.matures()
	shown, err := b.Identity.Publics(ctx, []string{first.ShopperID})
	b.Must(err)
	for _, reporter := range b.Crowd("reporter", 5) {
		report, err := b.Referral.Report(ctx, reporter.ShopperID, shown[first.ShopperID].ID, "spam")
		b.Must(err)
		_, err = b.Referral.Decide(ctx, report.ID, true)
		b.Must(err)
	}
	b.bought(buyer, 1)
	b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
	_, err = b.withdraws(first, "1.00")
	shoptest.Refuses(t, err, commission.ErrCredit)
}

// However many lines an order has, its commission is one transaction of as many statements.
func TestStatementsDoNotDependOnLines(t *testing.T) {
	b := open(t)
	var many []string
	for range 20 {
		many = append(many, "3.00")
	}
	count := func(handle string, lines int) (earn, claw int) {
		b.goods = b.Goods(handle, 100, many[:lines]...)
		buyer, first, _ := b.chain(handle)
		units := make([]int, lines)
		for i := range units {
			units[i] = 1
		}
		o := b.buys(buyer, units...)
		b.receives(o)
		measured := func(do func(ctx context.Context) error) int {
			var c store.Counter
			b.Must(do(store.CountStatements(ctx, &c)))
			return c.Count()
		}
		earn = measured(func(ctx context.Context) error {
			return b.Commission.OnCompleted(ctx, fact.OrderCompleted{OrderID: o.ID, At: b.Clock.Now()})
		})
		b.back(o, order.RefundInput{Amount: amount("1.00")})
		claw = measured(func(ctx context.Context) error {
			return b.Commission.OnReturned(ctx, fact.OrderReturned{OrderID: o.ID})
		})
		b.Rewards()
		if balance, err := b.Commission.Balance(ctx, first.ShopperID); err != nil || balance.Pending.Minor == 0 || balance.ClawedBack.Minor == 0 {
			t.Fatalf("%+v, %v", balance, err)
		}
		return earn, claw
	}
	one, oneBack := count("single", 1)
	twenty, twentyBack := count("many", 20)
	t.Logf("%d statements to earn, %d to claw back", twenty, twentyBack)
	if one != twenty || oneBack != twentyBack {
		t.Errorf("one line: %d and %d statements, twenty: %d and %d", one, oneBack, twenty, twentyBack)
	}
}
