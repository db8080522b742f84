package order_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

// clockCancelled is an order that the clock has cancelled while its payment, made in time, is still unheard of: the provider said "closed" and was wrong.
func (s *shop) clockCancelled(buyer order.Buyer, provider *silent, skuID string) (*order.Order, payment.Notice) {
	s.tb.Helper()
	return s.clockCancels(provider, s.place(buyer, want("19.90", line(skuID, 1))))
}

// clockCancels makes an unpaid order a clockCancelled one.
func (s *shop) clockCancels(provider *silent, o *order.Order) (*order.Order, payment.Notice) {
	s.tb.Helper()
	notice := s.decide(o, true)
	provider.close = true
	s.clock.Advance(15*time.Minute + 30*time.Second)
	s.work()
	s.is(o, order.PendingPayment)
	for range 20 {
		s.after(15 * time.Second)
	}
	s.is(o, order.Cancelled)
	return o, notice
}

func TestASilentProviderKeepsTheGoodsForFiveMinutes(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	provider.close = true
	s.clock.Advance(15*time.Minute + 29*time.Second)
	s.work()
	if n := s.count("SELECT COUNT(*) FROM provider_calls WHERE kind = 'close'"); n != 0 {
		t.Fatal("the provider was asked before its own limit had passed")
	}
	for s.clock.Now().Before(noon.Add(20*time.Minute - 15*time.Second)) {
		s.after(15 * time.Second)
		s.is(o, order.PendingPayment)
		s.stock(tea, 0, 1, 0, 0)
	}
	s.after(30 * time.Second)
	s.is(o, order.Cancelled)
	s.stock(tea, 1, 0, 0, 0)
	provider.close = false
	s.after(10 * time.Minute) // it goes on being asked until it has answered
	if p := s.now(o).Payment; p.State != payment.Expired {
		t.Errorf("the payment is %s", p.State)
	}
	if n := s.count("SELECT COUNT(*) FROM deadlines"); n != 0 {
		t.Errorf("%d deadlines are left", n)
	}
}

func TestALateCaptureRevivesItsOrder(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	o, notice := s.clockCancelled(buyer, provider, tea)
	s.reprice("tea", "25.00")
	s.notify(o, notice)
	s.notify(o, notice)
	revived := s.is(o, order.Paid)
	if revived.Total.Minor != 1990 || len(revived.Refunds) != 0 || revived.Timeline[len(revived.Timeline)-1].State != order.Paid {
		t.Errorf("revived at %d with refunds %+v and %+v", revived.Total.Minor, revived.Refunds, revived.Timeline)
	}
	s.stock(tea, 0, 0, 1, 0)
	s.refunded(o.Payment.ID, 1990, 0)
}

func TestALateCaptureOfGoodsThatAreGoneIsRefunded(t *testing.T) {
	s, provider := openSilent(t)
	buyer, rival, tea := s.shopper("buyer"), s.shopper("rival"), s.goods("tea", "19.90", 1)
	o, notice := s.clockCancelled(buyer, provider, tea)
	s.pay(s.place(rival, want("19.90", line(tea, 1))))
	s.notify(o, notice)
	s.notify(o, notice)
	s.work()
	late := s.is(o, order.Cancelled)
	if len(late.Refunds) != 1 || late.Refunds[0].Kind != order.RefundLate || late.Refunds[0].State != order.RefundSettled {
		t.Errorf("refunds are %+v", late.Refunds)
	}
	s.refunded(o.Payment.ID, 1990, 1990)
	s.stock(tea, 0, 0, 1, 0)
}

func TestASilentProviderThatWasPaidIsFoundOutByAsking(t *testing.T) {
	s, provider := openSilent(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	o, _ := s.clockCancelled(buyer, provider, tea)
	provider.close = false
	s.after(10 * time.Minute) // nobody delivers the notice
	s.is(o, order.Paid)
	s.refunded(o.Payment.ID, 1990, 0)
}

func TestAPaidOrderIsFoundOutAtItsDeadline(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	s.decide(o, true) // and its notice is lost
	s.after(15*time.Minute + 30*time.Second)
	s.is(o, order.Paid)
}

func TestAnUnpaidOrderEndsAndGivesEverythingBack(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 1)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	s.after(15*time.Minute + 30*time.Second)
	if ended := s.is(o, order.Cancelled); ended.Payment.State != payment.Expired {
		t.Errorf("its payment is %s", ended.Payment.State)
	}
	s.stock(tea, 1, 0, 0, 0)
	if _, err := s.sandbox.Decide(t.Context(), s.number(o), true); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("the provider still takes the money: %v", err)
	}
	_, err := s.orders.Pay(t.Context(), buyer, o.ID, "")
	refuses(t, err, order.ErrState, "input", "orderId")
}

func TestACaptureAfterItsShoppersCancelGoesBack(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	notice := s.decide(o, true)
	cancelled, err := s.orders.Cancel(t.Context(), buyer.ShopperID, o.ID, "买错了")
	s.must(err)
	if note := cancelled.Timeline[1].Note; cancelled.State != order.Cancelled || note == nil || *note != "买错了" {
		t.Errorf("cancelled as %s with note %v", cancelled.State, note)
	}
	if _, err := s.orders.Cancel(t.Context(), buyer.ShopperID, o.ID, ""); err != nil {
		t.Errorf("cancelling again: %v", err)
	}
	s.notify(o, notice)
	s.work()
	s.is(o, order.Cancelled)
	s.refunded(o.Payment.ID, 1990, 1990)
	s.stock(tea, 5, 0, 0, 0)
	s.notify(o, notice) // once more, after its money is back
	s.work()
	if late := s.is(o, order.Cancelled); late.Payment.State != payment.Refunded || len(late.Refunds) != 1 {
		t.Errorf("the payment is %s with refunds %+v", late.Payment.State, late.Refunds)
	}
}

func TestTheProviderTellsOfAPaymentWhenACancelledOneIsClosed(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	s.decide(o, true) // and its notice is lost
	_, err := s.orders.Cancel(t.Context(), buyer.ShopperID, o.ID, "")
	s.must(err)
	s.work()
	s.is(o, order.Cancelled)
	s.refunded(o.Payment.ID, 1990, 1990)
}

func TestASecondCaptureOfAnOrderGoesBack(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	first := s.place(buyer, want("19.90", line(tea, 1)))
	second, err := s.orders.Pay(t.Context(), buyer, first.ID, "WECHAT_PAY")
	s.must(err)
	if second.Payment.ID == first.Payment.ID || second.Payment.Provider != "WECHAT_PAY" || second.Version != 2 {
		t.Fatalf("orderPay gave %+v", second.Payment)
	}
	one, two := s.decide(first, true), s.decide(second, true)
	s.notify(first, one)
	if paid := s.is(first, order.Paid); paid.Payment.ID != first.Payment.ID {
		t.Errorf("the order shows payment %s, want the captured one", paid.Payment.ID)
	}
	s.notify(second, two)
	s.notify(second, two)
	s.work()
	s.is(first, order.Paid)
	s.refunded(first.Payment.ID, 1990, 0)
	s.refunded(second.Payment.ID, 1990, 1990)
	s.stock(tea, 4, 0, 1, 0)
}

func TestNoticesThatDoNotMatchAreQuarantinedOnce(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	true1 := s.decide(o, true)
	spoil := func(edit func(t *payment.Trade)) payment.Notice {
		trade := *true1.Trade
		edit(&trade)
		return payment.Notice{Trade: &trade}
	}
	for reason, n := range map[string]payment.Notice{
		"amount":         spoil(func(t *payment.Trade) { t.Amount = 1 }),
		"currency":       spoil(func(t *payment.Trade) { t.Currency = "USD" }),
		"unknown_number": spoil(func(t *payment.Trade) { t.Number = "01JD8Q2M0V6T3C9E5K7R1XW4ZB" }),
		"merchant":       spoil(func(t *payment.Trade) { t.MerchantID = "another" }),
	} {
		provider := payment.Provider(s.sandbox)
		if reason == "merchant" {
			provider = merchant{s.sandbox}
		}
		for range 2 {
			s.must(s.orders.OnNotice(t.Context(), provider, n))
		}
		if n := s.count("SELECT COUNT(*) FROM quarantines WHERE reason = ? AND resolved_at IS NULL", reason); n != 1 {
			t.Errorf("%s: %d rows in quarantine, want one", reason, n)
		}
	}
	s.must(s.orders.OnNotice(t.Context(), s.second, true1)) // another provider's word about the number
	if n := s.count("SELECT COUNT(*) FROM quarantines WHERE reason = 'other_provider'"); n != 1 {
		t.Errorf("another provider's word: %d rows in quarantine, want one", n)
	}
	if fresh := s.is(o, order.PendingPayment); fresh.Version != 1 || fresh.Payment.State != payment.Pending {
		t.Errorf("the order is at version %d, its payment %s", fresh.Version, fresh.Payment.State)
	}
	s.must(s.orders.OnNotice(t.Context(), s.sandbox, payment.Notice{Refund: &payment.RefundResult{RefundNumber: "nobody's", Outcome: payment.RefundSettled}}))
	s.notify(o, true1)
	s.is(o, order.Paid)
}

// merchant is a provider that trades for one merchant.
type merchant struct{ payment.Provider }

func (merchant) MerchantID() string { return "ours" }

func TestFailuresComeInAnyOrder(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	notice := s.decide(o, true)
	trade := *notice.Trade
	trade.State = payment.TradeFailed
	s.notify(o, payment.Notice{Trade: &trade}) // the first try at the bank
	if fresh := s.is(o, order.PendingPayment); fresh.Payment.State != payment.Failed || fresh.Version != 2 {
		t.Errorf("the payment is %s at version %d", fresh.Payment.State, fresh.Version)
	}
	s.notify(o, notice)
	s.notify(o, payment.Notice{Trade: &trade})
	if fresh := s.is(o, order.Paid); fresh.Payment.State != payment.Captured {
		t.Errorf("the payment is %s", fresh.Payment.State)
	}
}

func TestSandboxPay(t *testing.T) {
	s := open(t)
	buyer, stranger, tea := s.shopper("buyer"), s.shopper("stranger"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	_, err := s.orders.SandboxPay(t.Context(), stranger.ShopperID, o.Payment.ID, true)
	refuses(t, err, fault.Missing, "input", "paymentId")
	_, err = s.orders.SandboxPay(t.Context(), buyer.ShopperID, "pay_01JD8Q2M0V6T3C9E5K7R1XW4ZB", true)
	refuses(t, err, fault.Missing, "input", "paymentId")
	failed, err := s.orders.SandboxPay(t.Context(), buyer.ShopperID, o.Payment.ID, false)
	s.must(err)
	if failed.Payment.State != payment.Failed {
		t.Errorf("the payment is %s", failed.Payment.State)
	}
	again, err := s.orders.Pay(t.Context(), buyer, o.ID, "SANDBOX")
	s.must(err)
	paid, err := s.orders.SandboxPay(t.Context(), buyer.ShopperID, again.Payment.ID, true)
	s.must(err)
	if paid.State != order.Paid {
		t.Errorf("the order is %s", paid.State)
	}
	closed := s.place(buyer, want("19.90", line(tea, 1)))
	_, err = s.orders.Cancel(t.Context(), buyer.ShopperID, closed.ID, "")
	s.must(err)
	s.work()
	_, err = s.orders.SandboxPay(t.Context(), buyer.ShopperID, closed.Payment.ID, true)
	refuses(t, err, order.ErrState, "input", "paymentId")
}

func TestAShoppersOrderIsNobodyElses(t *testing.T) {
	s := open(t)
	buyer, stranger, tea := s.shopper("buyer"), s.shopper("stranger"), s.goods("tea", "19.90", 5)
	o := s.place(buyer, want("19.90", line(tea, 1)))
	ctx := context.Background()
	for name, call := range map[string]func() error{
		"cancel":   func() error { _, err := s.orders.Cancel(ctx, stranger.ShopperID, o.ID, ""); return err },
		"pay":      func() error { _, err := s.orders.Pay(ctx, stranger, o.ID, ""); return err },
		"complete": func() error { _, err := s.orders.Complete(ctx, stranger.ShopperID, o.ID); return err },
		"own":      func() error { _, err := s.orders.Own(ctx, stranger.ShopperID, o.ID); return err },
		"refund": func() error {
			_, err := s.orders.RequestRefund(ctx, order.Requester{ShopperID: stranger.ShopperID}, order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: "x"})
			return err
		},
	} {
		if err := call(); !errors.Is(err, fault.Missing) {
			t.Errorf("%s: %v, want NOT_FOUND", name, err)
		}
	}
	if list, err := s.orders.PaymentParameters(ctx, stranger.ShopperID, o.Payment.ID); err != nil || len(list) != 0 {
		t.Errorf("a stranger reads the parameters %v, %v", list, err)
	}
}
