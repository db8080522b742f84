package order_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestPointsAddUpWhateverOrdersDo lets a shopper and the shop do anything in any order with orders that cost points and earn them. After each step the ledger has
// what the orders, as they are shown, say: what came in, less what stands spent, and what is owed. KAITUAN_STEPS is how many steps, 400 unless set.
func TestPointsAddUpWhateverOrdersDo(t *testing.T) {
	steps := shoptest.Steps(t, 400)
	const perShop = 400 // each step looks at all orders
	for begun := 0; begun < steps && !t.Failed(); begun += perShop {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			w := &walk{till: openTill(t)}
			for i := range min(perShop, steps-begun) {
				w.step()
				if w.adds(); i%50 == 49 {
					w.Must(w.Broken())
				}
				if t.Failed() {
					t.Fatalf("after step %d: %v", i, w.trail[max(0, len(w.trail)-12):])
				}
			}
			t.Logf("%d orders: %v", len(w.orders), w.ends())
		})
	}
}

type walk struct {
	*till
	// net is what tills have granted, less what was spent there.
	net    int64
	orders []*order.Order
	trail  []string
}

// of draws one of the orders in any of the states, nil when there is none.
func (w *walk) of(states ...order.State) *order.Order {
	var found []*order.Order
	for _, o := range w.orders {
		if slices.Contains(states, o.State) {
			found = append(found, o)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[shoptest.Draw(len(found))]
}

// adds compares the account with what the orders say.
func (w *walk) adds() {
	w.TB.Helper()
	want, held := w.net, int64(0)
	for i, o := range w.orders {
		if o.State != order.Cancelled && o.State != order.Refunded {
			o = w.Now(o)
			w.orders[i] = o
		}
		var back int64
		for _, r := range o.Refunds {
			if r.State == order.RefundApproved || r.State == order.RefundFailed || r.State == order.RefundSettled {
				back += r.Points
			}
		}
		switch o.State {
		case order.Cancelled:
			continue
		case order.PendingPayment:
			held += o.PointsUsed
		case order.Refunded:
			if back != o.PointsUsed || o.PointsEarned != 0 {
				w.TB.Errorf("order %s is refunded: %d of %d points are back, %d earned", o.ID, back, o.PointsUsed, o.PointsEarned)
			}
		}
		want -= o.PointsUsed - back
		if slices.ContainsFunc(o.Timeline, func(e *order.Event) bool { return e.State == order.Completed }) {
			want += o.PointsEarned
		}
	}
	a, err := w.Points.Account(context.Background(), w.buyer.ShopperID)
	w.Must(err)
	if a.Available-a.Debt != want || a.Held != held {
		w.TB.Errorf("the account has %d available, %d owed, %d held; the orders say %d and %d", a.Available, a.Debt, a.Held, want, held)
	}
}

func (w *walk) ends() map[order.State]int {
	n := map[order.State]int{}
	for _, o := range w.orders {
		n[o.State]++
	}
	return n
}

// did notes a step; a refusal of the shop is one, too.
func (w *walk) did(what string, err error) {
	w.TB.Helper()
	if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.Refusal) {
		w.TB.Fatalf("%s: %v", what, err)
	}
	w.trail = append(w.trail, fmt.Sprintf("%s: %v", what, err))
}

func (w *walk) step() {
	switch shoptest.Draw(12) {
	case 0:
		n := int64(1 + shoptest.Draw(1500))
		w.earn(n)
		w.net += n
		w.did(fmt.Sprintf("earn %d", n), nil)
	case 1:
		w.redeem(int64(1 + shoptest.Draw(400)))
	case 2, 3, 4:
		w.order()
	case 5, 6:
		w.pay()
	case 7:
		if o := w.of(order.PendingPayment); o != nil {
			_, err := w.Orders.Cancel(context.Background(), w.buyer.ShopperID, o.ID, "")
			w.did("cancel", err)
		}
	case 8:
		w.forward()
	case 9, 10:
		w.takeBack()
	case 11:
		w.After(time.Duration(shoptest.Draw(12)) * time.Minute)
		w.did("time", nil)
	}
}

func (w *walk) redeem(n int64) {
	_, err := w.Points.Redeem(context.Background(), points.Redemption{
		ShopperID: w.buyer.ShopperID, Channel: "STORE", Points: n, Owner: "ptn_test", Key: shoptest.NewKey(), Reason: "test", Reference: "1",
	})
	if err == nil {
		w.net -= n
	}
	w.did(fmt.Sprintf("redeem %d", n), err)
}

// order places what its quote shows.
func (w *walk) order() {
	c := &order.Checkout{}
	for _, sku := range []string{w.tea.ID, w.cup.ID, w.sku("pot").ID} {
		if n := shoptest.Draw(4); n > 0 {
			c.Lines = append(c.Lines, &order.LineInput{SkuID: sku, Quantity: n, PayWithPoints: shoptest.Draw(3) == 0})
		}
	}
	if len(c.Lines) == 0 {
		return
	}
	if shoptest.Draw(3) > 0 {
		c.UsePoints = new(int64(shoptest.Draw(2000)))
	}
	q, err := w.Orders.Quote(context.Background(), w.buyer, c)
	w.Must(err)
	total := money.Decimal(q.Total.Amount())
	o, err := w.Orders.Place(context.Background(), w.buyer, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: c, ExpectedTotal: &total, ExpectedPoints: &q.PointsUsed})
	if err == nil {
		if o.PointsUsed != q.PointsUsed || o.PointsEarned != q.PointsEarned {
			w.TB.Errorf("the quote said %d points and %d to earn, the order %d and %d", q.PointsUsed, q.PointsEarned, o.PointsUsed, o.PointsEarned)
		}
		w.orders = append(w.orders, o)
	}
	w.did(fmt.Sprintf("order %d lines, %d points", len(c.Lines), q.PointsUsed), err)
}

// pay pays for an order; now and then its notice is lost until after the order's end.
func (w *walk) pay() {
	o := w.of(order.PendingPayment)
	if o == nil || o.Payment == nil || !w.Clock.Now().Before(o.Payment.ExpiresAt) {
		return
	}
	if shoptest.Draw(3) > 0 {
		w.Pay(o)
		w.did("pay", nil)
		return
	}
	others := slices.ContainsFunc(w.orders, func(other *order.Order) bool { return other.ID != o.ID && other.State == order.PendingPayment })
	if others { // they would end with it
		return
	}
	notice := w.Lost(o)
	if shoptest.Draw(2) == 0 {
		w.redeem(int64(1 + shoptest.Draw(400)))
	}
	w.Notify(notice)
	w.orders[slices.IndexFunc(w.orders, func(other *order.Order) bool { return other.ID == o.ID })] = w.Now(o)
	w.Work()
	w.did("pay late", nil)
}

func (w *walk) forward() {
	o := w.of(order.Paid, order.Shipped, order.Delivered)
	if o == nil {
		return
	}
	var err error
	switch {
	case o.State == order.Paid:
		_, err = w.Orders.Ship(context.Background(), o.ID, "SF", shoptest.NewKey())
	case o.State == order.Shipped && shoptest.Draw(2) == 0:
		_, err = w.Orders.Deliver(context.Background(), o.ID)
	default:
		_, err = w.Orders.Complete(context.Background(), w.buyer.ShopperID, o.ID)
	}
	w.did("forward from "+string(o.State), err)
}

// takeBack asks some or all of an order back, for an amount now and then, and has the shop decide.
func (w *walk) takeBack() {
	o := w.of(order.Paid, order.Shipped, order.Delivered, order.Completed, order.Completed)
	if o == nil {
		return
	}
	in := order.RefundInput{IdempotencyKey: shoptest.NewKey(), OrderID: o.ID, Reason: "不想要了"}
	switch line := o.Lines[shoptest.Draw(len(o.Lines))]; shoptest.Draw(4) {
	case 0:
	case 1:
		amount := money.Decimal(money.Of(int64(1+shoptest.Draw(500)), "CNY").Amount())
		in.Amount = &amount
	default:
		in.Lines = []order.RefundLineInput{{LineID: line.ID, Quantity: 1 + shoptest.Draw(line.Quantity)}}
	}
	refundID, err := w.Orders.RequestRefund(context.Background(), order.Requester{ShopperID: w.buyer.ShopperID}, in)
	if err == nil {
		err = w.Orders.DecideRefund(context.Background(), refundID, shoptest.Draw(4) > 0, shoptest.Draw(2) == 0, "")
		if errors.Is(err, order.ErrRefundState) {
			w.TB.Errorf("a fresh request cannot be decided: %v", err)
		}
		w.Work()
	}
	w.did("take back", err)
}
