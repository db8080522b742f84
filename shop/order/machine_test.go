package order_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnythingInAnyOrder lets three shoppers with two coupons each, the shop's people, the clock and a provider that fails do anything in any order with two SKUs of which there are
// few. Every promise must hold after every step, and when everything has arrived the provider's book must be ours. KAITUAN_STEPS is how many steps, 600 unless
// set; a shop of its own takes 300 of them.
func TestAnythingInAnyOrder(t *testing.T) {
	steps := shoptest.Steps(t, 600)
	const perShop, perCheck = 300, 30
	for begun := 0; begun < steps; begun += perShop {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			shoptest.Checks(t, (min(perShop, steps-begun)+perCheck-1)/perCheck) // each repeats rapid.steps times, 30 on average
			whole, provider := openSilent(t)
			rapid.Check(t, func(r *rapid.T) {
				m := &machine{shop: whole.within(r), provider: provider}
				m.begin()
				actions := map[string]func(*rapid.T){
					"place": m.place, "pay": m.pay, "decide": m.decide, "notice": m.notice, "cancel": m.cancel, "clock": m.moveClock, "work": m.once,
					"ship": m.ship, "deliver": m.deliver, "complete": m.complete, "request refund": m.requestRefund, "decide refund": m.decideRefund,
					"refund notice": m.refundNotice, "trouble": m.trouble, "": m.holds,
				}
				r.Repeat(actions)
				m.end()
			})
		})
	}
}

// machine is one check's people and goods.
type machine struct {
	*shop
	provider *silent
	buyers   []order.Buyer
	skus     []string
	prices   []int64
	orders   []*order.Order
	notices  []heard
	refunds  []string
	// coupons are each buyer's, of all templates.
	coupons [][]*coupon.Coupon
}

// heard is a notice and who sent it; it may come late, never, or again.
type heard struct {
	from order.Decider
	payment.Notice
}

var machines int

func (m *machine) begin() {
	machines++
	for i := range 3 {
		m.buyers = append(m.buyers, m.shopper(fmt.Sprintf("m%db%d", machines, i)))
	}
	for i, price := range []int64{1990, 333} {
		m.skus = append(m.skus, m.goods(fmt.Sprintf("m%ds%d", machines, i), money.Format(price, "CNY"), 3))
		m.prices = append(m.prices, price)
	}
	for _, buyer := range m.buyers {
		m.coupons = append(m.coupons, []*coupon.Coupon{m.claims(buyer, "3.00"), m.claims(buyer, "12.5%", from("10.00"))})
	}
}

// refusal fails the check unless err is nil or something that the shop may say to a shopper.
func (m *machine) refusal(err error) bool {
	m.tb.Helper()
	if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.Refusal) {
		m.tb.Fatal(err)
	}
	return err != nil
}

func (m *machine) anyOrder(r *rapid.T) *order.Order {
	if len(m.orders) == 0 {
		r.Skip("no order yet")
	}
	return m.now(rapid.SampledFrom(m.orders).Draw(r, "order"))
}

func (m *machine) place(r *rapid.T) {
	var total int64
	var lines []*order.LineInput
	for _, i := range rapid.Permutation([]int{0, 1}).Draw(r, "skus")[:rapid.IntRange(1, 2).Draw(r, "lines")] {
		n := rapid.IntRange(1, 2).Draw(r, "quantity")
		lines, total = append(lines, line(m.skus[i], n)), total+int64(n)*m.prices[i]
	}
	i := rapid.IntRange(0, len(m.buyers)-1).Draw(r, "buyer")
	in := want(money.Format(total, "CNY"), lines...)
	if rapid.Bool().Draw(r, "with a coupon") { // one that is away is refused, or makes it another price
		with(in, rapid.SampledFrom(m.coupons[i]).Draw(r, "coupon"))
		q, err := m.shop.orders.Quote(context.Background(), m.buyers[i], in.Checkout)
		m.must(err)
		*in.ExpectedTotal = q.Total.Amount()
	}
	o, err := m.shop.orders.Place(context.Background(), m.buyers[i], in)
	if !m.refusal(err) {
		m.orders = append(m.orders, o)
	}
}

func (m *machine) pay(r *rapid.T) {
	o := m.anyOrder(r)
	_, err := m.shop.orders.Pay(context.Background(), order.Buyer{ShopperID: o.ShopperID, Channel: "H5"}, o.ID,
		rapid.SampledFrom([]string{"", "SANDBOX", "WECHAT_PAY"}).Draw(r, "provider"))
	m.refusal(err)
}

// decide plays the payment sheet of any of an order's payments; two of them may be open on two phones.
func (m *machine) decide(r *rapid.T) {
	all, err := m.payments.OfOrder(context.Background(), m.anyOrder(r).ID)
	m.must(err)
	p := rapid.SampledFrom(all).Draw(r, "payment")
	var from order.Decider = m.sandbox
	if p.Provider == m.second.Code() {
		from = m.second
	}
	n, err := from.Decide(context.Background(), p.Number, rapid.IntRange(0, 3).Draw(r, "succeeds") > 0)
	if errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrNoSuchTrade) {
		return
	}
	m.must(err)
	m.notices = append(m.notices, heard{from, n})
}

func (m *machine) notice(r *rapid.T) {
	if len(m.notices) == 0 {
		r.Skip("nothing to tell")
	}
	n := rapid.SampledFrom(m.notices).Draw(r, "notice")
	m.must(m.shop.orders.OnNotice(context.Background(), n.from, n.Notice))
}

func (m *machine) cancel(r *rapid.T) {
	o := m.anyOrder(r)
	_, err := m.shop.orders.Cancel(context.Background(), o.ShopperID, o.ID, "")
	m.refusal(err)
}

func (m *machine) moveClock(r *rapid.T) {
	m.clock.Advance(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 5 * time.Minute, 15*time.Minute + 30*time.Second, 24 * time.Hour, 4 * 24 * time.Hour}).
		Draw(r, "by"))
}

func (m *machine) once(*rapid.T) {
	_, err := m.runner.Once(context.Background())
	m.must(err)
}

func (m *machine) ship(r *rapid.T) {
	_, err := m.shop.orders.Ship(context.Background(), m.anyOrder(r).ID, "顺丰", rapid.SampledFrom([]string{"SF1", "SF2"}).Draw(r, "parcel"))
	m.refusal(err)
}

func (m *machine) deliver(r *rapid.T) {
	_, err := m.shop.orders.Deliver(context.Background(), m.anyOrder(r).ID)
	m.refusal(err)
}

func (m *machine) complete(r *rapid.T) {
	o := m.anyOrder(r)
	_, err := m.shop.orders.Complete(context.Background(), o.ShopperID, o.ID)
	m.refusal(err)
}

func (m *machine) requestRefund(r *rapid.T) {
	o := m.anyOrder(r)
	in := order.RefundInput{IdempotencyKey: newKey(), OrderID: o.ID, Reason: "不喜欢"}
	switch rapid.IntRange(0, 2).Draw(r, "of") {
	case 0:
		in.Amount = new(money.Decimal(money.Format(rapid.Int64Range(1, o.Total.Minor).Draw(r, "amount"), "CNY")))
	case 1:
		l := rapid.SampledFrom(o.Lines).Draw(r, "line")
		in.Lines = []order.RefundLineInput{{LineID: l.ID, Quantity: rapid.IntRange(1, l.Quantity).Draw(r, "units")}}
	}
	id, err := m.shop.orders.RequestRefund(context.Background(), order.Requester{ShopperID: o.ShopperID}, in)
	if !m.refusal(err) {
		m.refunds = append(m.refunds, id)
	}
}

func (m *machine) anyRefund(r *rapid.T) string {
	if len(m.refunds) == 0 {
		r.Skip("no refund yet")
	}
	return rapid.SampledFrom(m.refunds).Draw(r, "refund")
}

func (m *machine) decideRefund(r *rapid.T) {
	m.refusal(m.shop.orders.DecideRefund(context.Background(), m.anyRefund(r), rapid.IntRange(0, 3).Draw(r, "approve") > 0, rapid.Bool().Draw(r, "restock"), ""))
}

// refundNotice tells, or tells again, of a refund that its provider knows.
func (m *machine) refundNotice(r *rapid.T) {
	number := m.anyRefund(r)[len("rfd_"):]
	for _, from := range []order.Decider{m.sandbox, m.second} {
		result, err := from.QueryRefund(context.Background(), number)
		if err == nil {
			m.must(m.shop.orders.OnNotice(context.Background(), from, payment.Notice{Refund: &result}))
		}
	}
}

// trouble plans what the provider does next.
func (m *machine) trouble(r *rapid.T) {
	m.provider.close, m.provider.prepay = rapid.Bool().Draw(r, "silent"), rapid.IntRange(0, 3).Draw(r, "no prepay") == 0
	m.sandbox.SetFaults(sandbox.Faults{
		RefundsLost: rapid.IntRange(0, 2).Draw(r, "lost"), RefundsUnanswered: rapid.IntRange(0, 1).Draw(r, "unanswered"),
		RefundsRefused: rapid.IntRange(0, 2).Draw(r, "refused"), RefundDelay: rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(r, "delay"),
	})
}

// holds runs after every step.
func (m *machine) holds(r *rapid.T) {
	if err := m.broken(); err != nil {
		r.Fatal(err)
	}
}

// end lets everything arrive, and looks at what became of it.
func (m *machine) end() {
	m.provider.close, m.provider.prepay = false, false
	m.sandbox.SetFaults(sandbox.Faults{})
	m.check()
	for _, o := range m.orders {
		m.walked(m.now(o))
	}
}

// ways are the state machine of the rules.
var ways = map[order.State][]order.State{
	"":                   {order.PendingPayment},
	order.PendingPayment: {order.Paid, order.Cancelled},
	order.Cancelled:      {order.Paid},
	order.Paid:           {order.Shipped, order.Refunding},
	order.Shipped:        {order.Delivered, order.Completed, order.Refunding},
	order.Delivered:      {order.Completed, order.Refunding},
	order.Completed:      {order.Refunding},
	order.Refunding:      {order.Refunded, order.Paid, order.Shipped, order.Delivered, order.Completed},
}

// walked fails the check when an order went a way that there is not.
func (m *machine) walked(o *order.Order) {
	var at, from order.State
	for _, e := range o.Timeline {
		if !slices.Contains(ways[at], e.State) {
			m.tb.Fatalf("order %s went from %s to %s", o.ID, at, e.State)
		}
		if at == order.Refunding && e.State != order.Refunded && e.State != from {
			m.tb.Fatalf("order %s was %s, REFUNDING, and then %s", o.ID, from, e.State)
		}
		from, at = at, e.State
	}
	if at != o.State {
		m.tb.Fatalf("order %s is %s, its timeline ends with %s", o.ID, o.State, at)
	}
}
