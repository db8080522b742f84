package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

func TestShippingMeetsARefundRequest(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.pay(s.place(buyer, want("19.90", line(tea, 1))))
		var shipped, asked error
		var refundID string
		together(2, func(i int) {
			stagger()
			if i == 0 {
				_, shipped = s.orders.Ship(context.Background(), o.ID, "顺丰", "SF1")
				return
			}
			refundID, asked = s.orders.RequestRefund(context.Background(), order.Requester{ShopperID: buyer.ShopperID},
				order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: "不喜欢"})
		})
		s.must(asked) // a shipped order's money may be asked back, too
		if shipped != nil {
			refuses(t, shipped, order.ErrState, "input", "orderId")
		}
		s.must(s.orders.DecideRefund(t.Context(), refundID, true, false, ""))
		s.work()
		fresh := s.is(o, order.Refunded)
		if parcels := len(fresh.Shipments); (parcels == 1) != (shipped == nil) {
			t.Fatalf("%d parcels, shipping said %v", parcels, shipped)
		}
		written := s.count("SELECT COUNT(*) FROM stock_movements m JOIN refund_lines r ON r.id = m.source WHERE r.refund_id = ? AND m.kind = 'write_off'", refundID)
		if (written == 1) != (shipped == nil) {
			t.Fatalf("%d written off, shipping said %v", written, shipped)
		}
	})
}

func TestDecisionsOfARefundAtOnce(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.pay(s.place(buyer, want("19.90", line(tea, 1))))
		id := s.request(o, nil)
		errs := make([]error, 6)
		together(len(errs), func(i int) { errs[i] = s.orders.DecideRefund(context.Background(), id, i%3 != 0, false, "") })
		approved, rejected := 0, 0
		for i, err := range errs {
			switch {
			case err != nil:
				refuses(t, err, order.ErrRefundState, "input", "refundId")
			case i%3 != 0:
				approved++
			default:
				rejected++
			}
		}
		if !(approved == 4 && rejected == 0) && !(approved == 0 && rejected == 2) {
			t.Fatalf("%d approvals and %d rejections held", approved, rejected)
		}
		s.work()
		if approved > 0 {
			s.is(o, order.Refunded)
			s.refunded(o.Payment.ID, 1990, 1990)
			return
		}
		s.is(o, order.Paid)
		s.refunded(o.Payment.ID, 1990, 0)
	})
}

func TestRefundsAtOnceNeverExceedWhatWasPaid(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.pay(s.place(buyer, want("19.90", line(tea, 1))))
		errs := make([]error, 8)
		together(len(errs), func(i int) { // reserved directly, as rebates and rewards beside a request are
			errs[i] = s.store.InTx(context.Background(), func(ctx context.Context) error {
				return s.payments.Reserve(ctx, o.Payment.ID, fmt.Sprintf("rfd_%s%02d", o.ID[4:28], i), 700)
			})
		})
		took := 0
		for _, err := range errs {
			if err == nil {
				took++
			} else if !errors.Is(err, payment.ErrExceeds) {
				t.Fatal(err)
			}
		}
		if took != 2 {
			t.Fatalf("%d refunds of 700 out of 1990 were let through", took)
		}
		s.must(s.store.InTx(t.Context(), func(ctx context.Context) error { // they were nobody's
			_, err := s.store.Exec(ctx, "UPDATE payments SET refunding = 0 WHERE id = ?", o.Payment.ID)
			return err
		}))
	})
}

func TestOneRequestOfManyAtOnceIsOpen(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 10_000)
	rounds(t, s, func(int) {
		o := s.pay(s.place(buyer, want("39.80", line(tea, 2))))
		errs := make([]error, 8)
		together(len(errs), func(i int) {
			who := order.Requester{ShopperID: buyer.ShopperID}
			if i%2 == 1 {
				who = order.Requester{PartnerID: "ptn_1"}
			}
			_, errs[i] = s.orders.RequestRefund(context.Background(), who, order.RefundInput{
				IdempotencyKey: newKey(), OrderID: o.ID,
				Lines: []order.RefundLineInput{{LineID: o.Lines[0].ID, Quantity: 1}}, Reason: "不喜欢",
			})
		})
		open := 0
		for _, err := range errs {
			if err == nil {
				open++
				continue
			}
			if fault.Of(err) == nil {
				t.Fatal(err)
			}
			refuses(t, err, order.ErrRefundState, "input", "orderId")
		}
		if open != 1 {
			t.Fatalf("%d requests are open", open)
		}
	})
}
