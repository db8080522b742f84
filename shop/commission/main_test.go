package commission_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

const wechat = "WECHAT_MINI_PROGRAM"

var ctx = context.Background()

// bazaar is a shop whose promoters are looked at. The first level earns 10 %, the second 2 %, a week after an order is complete.
type bazaar struct {
	*shoptest.Shop
	goods []*catalog.Sku
}

// prices are of one product's SKUs.
var prices = []string{"100.00", "19.99", "0.90"}

func open(t testing.TB, change ...func(*shoptest.Setup)) *bazaar {
	t.Helper()
	s := shoptest.Open(t, append([]func(*shoptest.Setup){func(with *shoptest.Setup) {
		p := referral.DefaultProgram()
		p.Tiers = []referral.TierRule{{Tier: referral.Community, Rates: referral.Rates{1000, 200}}}
		p.Payout = referral.PayoutRule{Least: 1, Most: 1_000_00, PerDay: 3}
		p.Window = 10 * 365 * 24 * time.Hour
		with.Program = &p
	}}, change...)...)
	return &bazaar{s, s.Goods("tea", 100_000, prices...)}
}

// brings binds one shopper to another.
func (b *bazaar) brings(inviter, invitee order.Buyer) {
	b.TB.Helper()
	link, err := b.Share.Home(ctx, inviter.ShopperID)
	b.Must(err)
	b.Must(b.Referral.Bind(ctx, invitee.ShopperID, invitee.Channel, link.Token))
}

// chain is a buyer, who brought him, and who brought that one.
func (b *bazaar) chain(name string) (buyer, first, second order.Buyer) {
	b.TB.Helper()
	second, first, buyer = b.Shopper(name+"2"), b.Shopper(name+"1"), b.Shopper(name+"0")
	b.brings(second, first)
	b.brings(first, buyer)
	return buyer, first, second
}

// buys orders and pays so many units of each SKU, at what they cost him.
func (b *bazaar) buys(who order.Buyer, units ...int) *order.Order {
	b.TB.Helper()
	checkout := &order.Checkout{}
	for i, n := range units {
		if n > 0 {
			checkout.Lines = append(checkout.Lines, &order.LineInput{SkuID: b.goods[i].ID, Quantity: n})
		}
	}
	quote, err := b.Orders.Quote(ctx, who, checkout)
	b.Must(err)
	o, err := b.Orders.Place(ctx, who, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: checkout, QuoteToken: &quote.Token})
	b.Must(err)
	return b.Pay(o)
}

// receives completes an order; nobody has heard of it yet.
func (b *bazaar) receives(o *order.Order) {
	b.TB.Helper()
	_, err := b.Orders.Ship(ctx, o.ID, "顺丰", "SF"+o.Number)
	b.Must(err)
	_, err = b.Orders.Complete(ctx, o.ShopperID, o.ID)
	b.Must(err)
}

// bought is an order that is complete, and its commission earned.
func (b *bazaar) bought(who order.Buyer, units ...int) *order.Order {
	b.TB.Helper()
	o := b.buys(who, units...)
	b.receives(o)
	b.Rewards()
	return o
}

// matures lets the return window of every order close.
func (b *bazaar) matures() {
	b.TB.Helper()
	b.After(7 * 24 * time.Hour)
}

// overdue lets every order's commission mature, although refunds are undecided: the shop had its time.
func (b *bazaar) overdue() {
	b.TB.Helper()
	b.After(14 * 24 * time.Hour)
}

// asks asks for units of an order's lines back, or an amount, or without either all of it, and returns what grants it: nobody has heard of that yet. It must be asked
// for before the window closes, and may be granted later.
func (b *bazaar) asks(o *order.Order, in order.RefundInput) (grant func()) {
	b.TB.Helper()
	in.IdempotencyKey, in.OrderID, in.Reason = shoptest.NewKey(), o.ID, "不想要了"
	refundID, err := b.Orders.RequestRefund(ctx, order.Requester{ShopperID: o.ShopperID}, in)
	b.Must(err)
	return func() {
		b.TB.Helper()
		b.Try(b.Orders.DecideRefund(ctx, refundID, true, true, ""))
	}
}

// back is what is asked for, and granted.
func (b *bazaar) back(o *order.Order, in order.RefundInput) {
	b.TB.Helper()
	b.asks(o, in)()
}

func amount(text string) *money.Decimal { d := money.Decimal(text); return &d }

// stands fails the test unless a promoter's money is so: pending, available, in payout, withdrawn, clawed back, debt.
func (b *bazaar) stands(who order.Buyer, want string) {
	b.TB.Helper()
	balance, err := b.Commission.Balance(ctx, who.ShopperID)
	b.Must(err)
	got := fmt.Sprintf("%s %s %s %s %s %s", balance.Pending.Amount(), balance.Available.Amount(), balance.InPayout.Amount(), balance.Withdrawn.Amount(),
		balance.ClawedBack.Amount(), balance.Debt.Amount())
	if got != want {
		b.TB.Fatalf("pending, available, in payout, withdrawn, clawed back, debt: %s, want %s", got, want)
	}
}

// withdraws asks for a payout, which nobody has sent yet.
func (b *bazaar) withdraws(who order.Buyer, text string) (*commission.Withdrawal, error) {
	return b.Commission.Withdraw(ctx, who.ShopperID, who.Channel, commission.WithdrawInput{IdempotencyKey: shoptest.NewKey(), Amount: money.Decimal(text)})
}

// withdrawn is a payout that has arrived.
func (b *bazaar) withdrawn(who order.Buyer, text string) *commission.Withdrawal {
	b.TB.Helper()
	w, err := b.withdraws(who, text)
	b.Must(err)
	b.Work()
	return b.is(who, w, commission.Settled)
}

// is fails the test unless a withdrawal is in state.
func (b *bazaar) is(who order.Buyer, w *commission.Withdrawal, state commission.WithdrawalState) *commission.Withdrawal {
	b.TB.Helper()
	now, err := b.Commission.Withdrawal(ctx, who.ShopperID, w.ID)
	b.Must(err)
	if now.State != state || (now.SettledAt != nil) != (state == commission.Settled) {
		b.TB.Fatalf("withdrawal %s is %s, want %s", w.ID, now.State, state)
	}
	return now
}

// hears hands out the facts by a dispatcher of its own, as another process would.
func (b *bazaar) hears() error {
	_, err := outbox.NewDispatcher(b.Outbox, b.Clock.Now, slices.Concat(b.Assists.Consumers(), b.Referral.Consumers(), b.Commission.Consumers())...).Once(ctx)
	return err
}
