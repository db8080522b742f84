package commission_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// rich is a promoter with 10.00 available.
func (b *bazaar) rich(name string) (first, buyer order.Buyer) {
	b.TB.Helper()
	buyer, first, _ = b.chain(name)
	b.bought(buyer, 1)
	b.matures()
	b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
	return first, buyer
}

func TestWithdrawRefusals(t *testing.T) {
	b := open(t, func(with *shoptest.Setup) {
		with.Program.Payout = referral.PayoutRule{Least: 100, Most: 500, PerDay: 2}
	})
	first, _ := b.rich("w")
	for _, tc := range []struct {
		amount    string
		want      error
		available int64
	}{
		{"0.99", fault.OutOfRange, 100},
		{"5.01", fault.OutOfRange, 500},
		{"-1.00", fault.OutOfRange, 100},
		{"1.001", fault.Invalid, 0},
		{"x", fault.Invalid, 0},
	} {
		_, err := b.withdraws(first, tc.amount)
		refusal := shoptest.Refuses(t, err, tc.want, "input", "amount")
		if tc.available != 0 && (refusal.Available == nil || *refusal.Available != tc.available) {
			t.Errorf("%s: available %v", tc.amount, refusal.Available)
		}
	}
	b.withdrawn(first, "4.00")
	b.withdrawn(first, "4.00")
	_, err := b.withdraws(first, "1.00")
	refusal := shoptest.Refuses(t, err, fault.TooOften, "input")
	if midnight := 16 * time.Hour; refusal.RetryAfter <= 0 || refusal.RetryAfter > midnight+8*time.Hour {
		t.Errorf("again after %v", refusal.RetryAfter)
	}
	b.Clock.Advance(refusal.RetryAfter)
	_, err = b.withdraws(first, "2.01")
	if refusal := shoptest.Refuses(t, err, commission.ErrInsufficient, "input", "amount"); *refusal.Available != 200 {
		t.Errorf("available %d", *refusal.Available)
	}
	b.withdrawn(first, "2.00")
}

// One key, one withdrawal; the same key with another amount is refused.
func TestWithdrawReplayed(t *testing.T) {
	b := open(t)
	first, _ := b.rich("k")
	in := commission.WithdrawInput{IdempotencyKey: "once", Amount: "4.00"}
	w, err := b.Commission.Withdraw(ctx, first.ShopperID, wechat, in)
	b.Must(err)
	b.Work()
	again, err := b.Commission.Withdraw(ctx, first.ShopperID, wechat, in)
	b.Must(err)
	if again.ID != w.ID || again.State != commission.Settled {
		t.Errorf("%+v", again)
	}
	for _, same := range []money.Decimal{"4", "4.0"} {
		in.Amount = same
		again, err = b.Commission.Withdraw(ctx, first.ShopperID, wechat, in)
		b.Must(err)
		if again.ID != w.ID {
			t.Errorf("%s is another withdrawal", same)
		}
	}
	in.Amount = "5.00"
	_, err = b.Commission.Withdraw(ctx, first.ShopperID, wechat, in)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	b.stands(first, "0.00 6.00 0.00 4.00 0.00 0.00")
}

// The whole balance, withdrawn twice and fifty times at once, is paid once.
func TestWithdrawTheWholeAtOnce(t *testing.T) {
	b := open(t)
	shoptest.Rounds(t, b.Shop, 1, func(round int) {
		for _, n := range []int{2, 50} {
			first, _ := b.rich(fmt.Sprintf("t%dn%d", round, n))
			var won atomic.Int64
			shoptest.Together(n, func(int) {
				shoptest.Stagger()
				_, err := b.withdraws(first, "10.00")
				if refusal := fault.Of(err); err == nil {
					won.Add(1)
				} else if refusal == nil || !refusal.Is(commission.ErrInsufficient) {
					t.Errorf("withdraw: %v", err)
				}
			})
			if won.Load() != 1 {
				t.Fatalf("%d of %d won", won.Load(), n)
			}
			shoptest.Together(4, func(int) { b.Work() })
			b.stands(first, "0.00 0.00 0.00 10.00 0.00 0.00")
		}
	})
}

// Whatever happens on the way to the provider, one number is paid once, or not at all.
func TestPayoutFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		faults sandbox.Faults
		want   commission.WithdrawalState
	}{
		{"honest", sandbox.Faults{}, commission.Settled},
		{"never arrives", sandbox.Faults{PayoutsLost: 3}, commission.Settled},
		{"the answer is lost", sandbox.Faults{PayoutsUnanswered: 1}, commission.Settled},
		{"never arrives, then the answer is lost", sandbox.Faults{PayoutsLost: 1, PayoutsUnanswered: 1}, commission.Settled},
		{"takes an hour", sandbox.Faults{PayoutDelay: time.Hour}, commission.Settled},
		{"refused", sandbox.Faults{PayoutsRefused: 1}, commission.Failed},
		{"never arrives, then refused for ever", sandbox.Faults{PayoutsLost: 1, PayoutsRefused: 1000}, commission.Failed},
		{"never arrives, then refused while it may still arrive", sandbox.Faults{PayoutsLost: 1, PayoutsRefused: 3}, commission.Settled},
		{"taken, and fails after an hour", sandbox.Faults{PayoutsFailing: 1, PayoutDelay: time.Hour}, commission.Failed},
		{"the answer is lost, and it takes an hour", sandbox.Faults{PayoutsUnanswered: 1, PayoutDelay: time.Hour}, commission.Settled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := open(t)
			first, _ := b.rich("f")
			b.Sandbox.SetFaults(tc.faults)
			w, err := b.withdraws(first, "7.00")
			b.Must(err)
			b.is(first, w, commission.Requested)
			b.stands(first, "0.00 3.00 7.00 0.00 0.00 0.00")
			for range 100 {
				b.Work()
				b.Clock.Advance(time.Minute)
			}
			b.is(first, w, tc.want)
			if tc.want == commission.Settled {
				b.stands(first, "0.00 3.00 0.00 7.00 0.00 0.00")
			} else {
				b.stands(first, "0.00 10.00 0.00 0.00 0.00 0.00")
			}
			book, err := b.Sandbox.Payouts(ctx)
			b.Must(err)
			if len(book) > 1 {
				t.Errorf("%d numbers", len(book))
			}
		})
	}
}

// A payout that had failed is paid all the same: what was given back, and has been withdrawn since, is owed.
func TestAPayoutThatHadFailedIsPaid(t *testing.T) {
	b := open(t)
	first, buyer := b.rich("l")
	b.Sandbox.SetFaults(sandbox.Faults{PayoutsRefused: 1})
	w, err := b.withdraws(first, "10.00")
	b.Must(err)
	b.Work()
	b.is(first, w, commission.Failed)
	b.withdrawn(first, "6.00")
	late := payment.PayoutOrder{Number: payment.NumberOf(w.ID), Amount: 10_00, Currency: "CNY"}
	result, err := b.Sandbox.Payout(ctx, late) // a call that was under way for very long
	b.Must(err)
	for range 3 {
		b.Notify(payment.Notice{Payout: &result})
	}
	b.is(first, w, commission.Settled)
	b.stands(first, "0.00 0.00 0.00 16.00 0.00 6.00")
	b.bought(buyer, 1)
	b.matures()
	b.stands(first, "0.00 4.00 0.00 16.00 0.00 0.00")
}

// Words about a payout: a good one counts once, whenever it comes; another amount and an unknown number change nothing.
func TestPayoutNotices(t *testing.T) {
	b := open(t)
	first, _ := b.rich("o")
	b.Sandbox.SetFaults(sandbox.Faults{PayoutDelay: time.Hour})
	w, err := b.withdraws(first, "7.00")
	b.Must(err)
	number := payment.NumberOf(w.ID)
	said := func(outcome payment.PayoutOutcome, amount int64, number string) {
		t.Helper()
		b.Notify(payment.Notice{Payout: &payment.PayoutResult{Number: number, Outcome: outcome, Amount: amount}})
	}
	said(payment.PayoutSettled, 700, number) // before it was sent: nobody can know
	b.is(first, w, commission.Requested)
	b.Work()
	said(payment.PayoutSettled, 1, number)
	said(payment.PayoutFailed, 700, number) // is asked about
	said(payment.PayoutSettled, 700, "01M84WW8QF5B4Y5RBRD2BWEVRB")
	b.Work()
	b.is(first, w, commission.Sent)
	b.Clock.Advance(time.Hour)
	shoptest.Together(8, func(int) { said(payment.PayoutSettled, 700, number) })
	b.is(first, w, commission.Settled)
	said(payment.PayoutFailed, 700, number)
	b.Work()
	b.is(first, w, commission.Settled)
	b.stands(first, "0.00 3.00 0.00 7.00 0.00 0.00")
}

// A payout fails while a refund claws back: whichever comes first, nobody is left with more than he earned.
func TestFailingPayoutAgainstClawBack(t *testing.T) {
	b := open(t)
	shoptest.Rounds(t, b.Shop, 2, func(round int) {
		buyer, first, _ := b.chain(fmt.Sprint("g", round))
		o := b.bought(buyer, 1)
		grant := b.asks(o, order.RefundInput{})
		b.overdue()
		_, err := b.withdraws(first, "10.00")
		b.Must(err)
		b.Sandbox.SetFaults(sandbox.Faults{PayoutsRefused: round % 2})
		grant()
		shoptest.Together(3, func(i int) {
			shoptest.Stagger()
			switch i {
			case 0:
				b.Work()
			default:
				b.Try(b.Commission.OnReturned(ctx, returned(o)))
			}
		})
		b.Rewards()
		if round%2 == 1 {
			b.stands(first, "0.00 0.00 0.00 0.00 10.00 0.00")
		} else {
			b.stands(first, "0.00 0.00 0.00 10.00 10.00 10.00")
		}
	})
}

// A process dies between an order's completion and its commission: the fact waits, and however many processes then hand it out, again and again, it is paid once;
// beside them somebody refunds.
func TestACompletionIsHeardByMany(t *testing.T) {
	b := open(t)
	shoptest.Rounds(t, b.Shop, 2, func(round int) {
		buyer, first, _ := b.chain(fmt.Sprint("h", round))
		o := b.buys(buyer, 1, 1)
		b.receives(o)
		want := "11.99 0.00 0.00 0.00 0.00 0.00"
		shoptest.Together(12, func(i int) {
			shoptest.Stagger()
			switch {
			case i < 4:
				b.Try(b.Commission.OnCompleted(ctx, fact.OrderCompleted{OrderID: o.ID, At: b.Clock.Now()}))
			case i < 8:
				b.Try(b.Commission.OnReturned(ctx, returned(o)))
			case i < 11:
				b.Try(b.hears())
			case round%2 == 1:
				b.back(o, order.RefundInput{Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: 1}}})
			}
		})
		b.Rewards()
		if balance, err := b.Commission.Balance(ctx, first.ShopperID); round%2 == 1 {
			if err != nil || balance.Pending.Minor != 1_99 || balance.ClawedBack.Minor != 0 && balance.ClawedBack.Minor != 10_00 {
				t.Fatalf("%+v, %v", balance, err)
			}
			return
		}
		b.stands(first, want)
	})
}

// Two orders of one promoter complete, mature and are refunded at once, while he withdraws: every fen is somewhere.
func TestOneAccountManyHands(t *testing.T) {
	b := open(t)
	shoptest.Rounds(t, b.Shop, 1, func(round int) {
		first := b.Shopper(fmt.Sprint("j", round))
		var orders []*order.Order
		for i := range 6 {
			buyer := b.Shopper(fmt.Sprintf("j%db%d", round, i))
			b.brings(first, buyer)
			if o := b.buys(buyer, 1); i < 3 {
				b.receives(o)
				orders = append(orders, o)
			} else {
				orders = append(orders, o)
			}
		}
		b.Rewards()
		var grants []func()
		for _, o := range orders[:3] {
			grants = append(grants, b.asks(o, order.RefundInput{}))
		}
		b.Clock.Advance(7 * 24 * time.Hour)
		for _, o := range orders[3:] {
			b.receives(o)
		}
		shoptest.Together(12, func(i int) {
			shoptest.Stagger()
			switch {
			case i < 3:
				grants[i]()
				b.Try(b.Commission.OnReturned(ctx, returned(orders[i])))
			case i < 6:
				b.Try(b.Commission.OnCompleted(ctx, fact.OrderCompleted{OrderID: orders[i].ID, At: b.Clock.Now()}))
			case i < 9:
				b.Work()
			default:
				if _, err := b.withdraws(first, "5.00"); err != nil && !refusedFor(err, commission.ErrInsufficient) {
					t.Errorf("withdraw: %v", err)
				}
			}
		})
		b.Work()
		b.Rewards()
	})
}

func returned(o *order.Order) fact.OrderReturned { return fact.OrderReturned{OrderID: o.ID} }

func refusedFor(err, refusal error) bool {
	is := fault.Of(err)
	return is != nil && is.Is(refusal)
}

// Two accounts become one: balances and debts meet, payouts under way arrive, and what either earned is the person's.
func TestMerge(t *testing.T) {
	b := open(t)
	elder, buyer := b.rich("a") // "a1"
	b.Clock.Advance(time.Second)
	younger := b.Shopper("younger")
	other := b.Shopper("other")
	b.brings(younger, other)
	o := b.bought(other, 1)
	grant := b.asks(o, order.RefundInput{Amount: amount("50.00")})
	b.overdue()
	b.withdrawn(younger, "8.00")
	b.Sandbox.SetFaults(sandbox.Faults{PayoutDelay: time.Hour})
	under, err := b.withdraws(younger, "1.00")
	b.Must(err)
	b.Work()
	grant()
	b.Rewards()
	b.stands(younger, "0.00 0.00 1.00 8.00 5.00 4.00")
	person, merged, err := b.Members.ChannelLink(ctx, younger.ShopperID, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:a1"}})
	b.Must(err)
	if !merged || person.ID != elder.ShopperID {
		t.Fatalf("%v %s", merged, person.ID)
	}
	b.stands(elder, "0.00 6.00 1.00 8.00 5.00 0.00")
	b.stands(younger, "0.00 0.00 0.00 0.00 0.00 0.00")
	b.is(elder, under, commission.Sent)
	b.After(time.Hour)
	b.is(elder, under, commission.Settled)
	b.stands(elder, "0.00 6.00 0.00 9.00 5.00 0.00")
	o = b.bought(other, 1) // whom the one that went had brought
	b.bought(buyer, 1)
	b.stands(elder, "20.00 6.00 0.00 9.00 5.00 0.00")
	b.back(o, order.RefundInput{})
	b.Rewards()
	b.stands(elder, "10.00 6.00 0.00 9.00 15.00 0.00")
	all, err := b.Commission.List(ctx, commission.ListArgs{ShopperID: elder.ShopperID, Args: page.Args{First: 10}})
	b.Must(err)
	paid, err := b.Commission.ListWithdrawals(ctx, commission.ListArgs{ShopperID: elder.ShopperID, Args: page.Args{First: 10}, WantTotal: true})
	b.Must(err)
	if len(all.Nodes) != 4 || len(paid.Nodes) != 2 || *paid.TotalCount != 2 {
		t.Errorf("%d commissions, %d withdrawals", len(all.Nodes), len(paid.Nodes))
	}
}

// An erasure waits for payouts; what would still be paid is forfeited, and what was paid stays on record.
func TestErase(t *testing.T) {
	b := open(t)
	buyer, first, _ := b.chain("x")
	grant := b.asks(b.bought(buyer, 1), order.RefundInput{})
	b.overdue()
	b.bought(buyer, 0, 1)
	b.Sandbox.SetFaults(sandbox.Faults{PayoutDelay: time.Hour})
	w, err := b.withdraws(first, "4.00")
	b.Must(err)
	b.Work()
	if err := b.Members.Erase(ctx, first.ShopperID, wechat); !refusedFor(err, member.ErrOpenOrders) {
		t.Fatalf("with a payout under way: %v", err)
	}
	b.After(time.Hour)
	b.is(first, w, commission.Settled)
	b.Must(b.Members.Erase(ctx, first.ShopperID, wechat))
	b.Rewards()
	b.stands(first, "0.00 0.00 0.00 4.00 1.99 0.00")
	grant() // nobody is left to pay it
	b.Rewards()
	b.stands(first, "0.00 0.00 0.00 4.00 11.99 10.00")
	b.bought(buyer, 1)
	b.matures()
	b.stands(first, "0.00 0.00 0.00 4.00 11.99 10.00")
}

// What a link has earned is what its sharer has.
func TestEarnedByLink(t *testing.T) {
	b := open(t)
	first, buyer := b.rich("q")
	link, err := b.Share.Home(context.Background(), first.ShopperID)
	b.Must(err)
	other := b.Shopper("stranger").ShopperID
	stranger, err := b.Share.Home(context.Background(), other)
	b.Must(err)
	total := money.Decimal("100.00")
	o, err := b.Orders.Place(ctx, buyer, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &total, Checkout: &order.Checkout{
		Lines: []*order.LineInput{{SkuID: b.goods[0].ID, Quantity: 1}}, ReferralToken: &stranger.Token,
	}})
	b.Must(err)
	b.receives(b.Pay(o))
	b.Rewards()
	got, err := b.Commission.EarnedByLink(ctx, []string{first.ShopperID}, []string{link.ID})
	b.Must(err)
	his, err := b.Commission.EarnedByLink(ctx, []string{other}, []string{stranger.ID})
	b.Must(err)
	if len(got) != 1 || got[link.ID] != 10_00 || len(his) != 0 {
		t.Errorf("%v, and the stranger %v", got, his)
	}
}
