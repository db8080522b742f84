package app_test

import (
	"testing"
)

// Three requests after signing in: what to buy, the order, the payment.
func TestFromFeedToPaidInThreeRequests(t *testing.T) {
	s := openShop(t)
	if err := s.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	ming := s.signedIn("ming")

	feed := ming.do(`{ feed(first: 1, accepts: [PRODUCT]) { edges { node { ... on Product { id title skus { id available price { best { amount } } } } } } } me { addresses { id isDefault } } }`, nil)
	sku, price := feed.str("feed.edges.0.node.skus.0.id"), feed.str("feed.edges.0.node.skus.0.price.best.amount")

	order := ming.do(orderPlace, vars{"in": vars{"idempotencyKey": "walk-1", "expectedTotal": price, "checkout": vars{"lines": []vars{line(sku, 1)}}}})
	order.want("orderPlace.order.state", "PENDING_PAYMENT", "orderPlace.order.total.amount", price, "orderPlace.order.total.currency", "CNY",
		"orderPlace.payment.state", "PENDING", "orderPlace.payment.provider", "SANDBOX")
	if len(order.list("orderPlace.payment.parameters")) == 0 {
		t.Fatalf("nothing to pay with: %s", order.raw)
	}

	ming.do(sandboxPay, vars{"in": vars{"paymentId": order.str("orderPlace.payment.id")}}).
		want("sandboxPay.order.state", "PAID", "sandboxPay.order.payment.state", "PAID", "sandboxPay.order.id", order.str("orderPlace.order.id"))
}

const (
	orderShip     = `mutation($in: OrderShipInput!) { orderShip(input: $in) { order { state version shipments { carrier trackingNumber } } userErrors { code field message } } }`
	eventsAdd     = `mutation($in: ShipmentEventsAddInput!) { shipmentEventsAdd(input: $in) { order { state version shipments { events { at text } } } userErrors { code field message } } }`
	orderDeliver  = `mutation($in: OrderRef!) { orderDeliver(input: $in) { order { state version } userErrors { code field message } } }`
	orderComplete = `mutation($in: OrderRef!) { orderComplete(input: $in) { order { state version timeline { state } } userErrors { code field message } } }`
	orderCancel   = `mutation($in: OrderCancelInput!) { orderCancel(input: $in) { order { state } userErrors { code field message } } }`
	orderPay      = `mutation($in: OrderPayInput!) { orderPay(input: $in) { order { id state } payment { id state parameters { name } } userErrors { code field message } } }`
	refundRequest = `mutation($in: RefundRequestInput!) { refundRequest(input: $in) { order { id state } refund { id state kind amount { amount } } userErrors { code field message available } } }`
	refundDecide  = `mutation($in: RefundDecideInput!) { refundDecide(input: $in) { order { id state } refund { id state } userErrors { code field message } } }`
)

func TestFromPaidToCompleted(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, partner := s.shopper("ming"), s.partner()
	p := ming.paid(g)
	ref := vars{"in": vars{"orderId": p.order}}

	partner.do(orderShip, vars{"in": vars{"orderId": p.order, "carrier": "SF", "trackingNumber": "SF1"}}).
		want("orderShip.order.state", "SHIPPED", "orderShip.order.shipments.0.trackingNumber", "SF1")
	partner.do(eventsAdd, vars{"in": vars{"orderId": p.order, "trackingNumber": "SF1", "events": []vars{{"at": "2026-03-01T08:30:00Z", "text": "left Shanghai"}}}}).
		want("shipmentEventsAdd.order.shipments.0.events.0.text", "left Shanghai", "shipmentEventsAdd.order.shipments.0.events.0.at", "2026-03-01T08:30:00.000Z")
	partner.do(orderDeliver, ref).want("orderDeliver.order.state", "DELIVERED")
	done := ming.do(orderComplete, ref).want("orderComplete.order.state", "COMPLETED")
	var states []string
	for i := range done.list("orderComplete.order.timeline") {
		states = append(states, done.str("orderComplete.order.timeline."+itoa(i)+".state"))
	}
	wantEqual(t, states, []string{"PENDING_PAYMENT", "PAID", "SHIPPED", "DELIVERED", "COMPLETED"})
	if got := ming.send(orderCancel, vars{"in": vars{"orderId": p.order}}).verdict(); got != "ORDER_STATE" {
		t.Fatalf("a completed order was cancelled: %s", got)
	}
}

func TestRefund(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, partner := s.shopper("ming"), s.partner()
	p := ming.paid(g)

	ask := vars{"in": vars{"idempotencyKey": "r-1", "orderId": p.order, "reason": "too small"}}
	first := ming.do(refundRequest, ask).want("refundRequest.order.state", "REFUNDING", "refundRequest.refund.state", "REQUESTED", "refundRequest.refund.amount.amount", "10.00")
	refund := first.str("refundRequest.refund.id")
	ming.do(refundRequest, ask).want("refundRequest.refund.id", refund)
	if got := ming.send(refundRequest, vars{"in": vars{"idempotencyKey": "r-2", "orderId": p.order, "reason": "again"}}).verdict(); got != "REFUND_STATE" {
		t.Fatalf("a second request: %s", got)
	}
	if got := partner.send(orderShip, vars{"in": vars{"orderId": p.order, "carrier": "SF", "trackingNumber": "SF1"}}).verdict(); got != "ORDER_STATE" {
		t.Fatalf("shipped while refunding: %s", got)
	}

	partner.do(refundDecide, vars{"in": vars{"refundId": refund, "approve": false, "note": "try a larger one"}}).
		want("refundDecide.refund.state", "REJECTED", "refundDecide.order.state", "PAID")
	again := partner.do(refundRequest, vars{"in": vars{"idempotencyKey": "r-3", "orderId": p.order, "reason": "goodwill"}})
	refund = again.str("refundRequest.refund.id")
	partner.do(refundDecide, vars{"in": vars{"refundId": refund, "approve": true}})
	eventually(t, "the money is back", func() bool {
		a := ming.do(`query($id: ID!) { order(id: $id) { state payment { state } refunds { id state amount { amount } settledAt } } node(id: $id) { id } }`, vars{"id": p.order})
		return a.str("order.state") == "REFUNDED" && a.str("order.payment.state") == "REFUNDED" && a.str("order.refunds.1.state") == "SETTLED"
	})
	ming.do(`query($id: ID!) { node(id: $id) { id ... on Refund { state } } }`, vars{"id": refund}).want("node.state", "SETTLED")
	s.visitor().do(`query($h: String!) { product(handle: $h) { skus { stock available } } }`, vars{"h": g.handle}).want("product.skus.0.available", "true")
}

func TestUnpaidOrderCancelledPaidLaterAndOnceMore(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming := s.shopper("ming")

	p := ming.place(g)
	ming.do(sandboxPay, vars{"in": vars{"paymentId": p.payment, "succeed": false}}).want("sandboxPay.order.state", "PENDING_PAYMENT")
	second := ming.do(orderPay, vars{"in": vars{"orderId": p.order, "provider": "SANDBOX"}}).want("orderPay.payment.state", "PENDING")
	if second.str("orderPay.payment.id") == p.payment || len(second.list("orderPay.payment.parameters")) == 0 {
		t.Fatalf("a failed payment wants another: %s", second.raw)
	}
	ming.pay(placed{payment: second.str("orderPay.payment.id")})

	p = ming.place(g)
	ming.do(orderCancel, vars{"in": vars{"orderId": p.order, "reason": "changed my mind"}}).want("orderCancel.order.state", "CANCELLED")
	if got := ming.send(sandboxPay, vars{"in": vars{"paymentId": p.payment}}).verdict(); got != "ORDER_STATE" && got != "OK" {
		t.Fatalf("paying a cancelled order: %s", got)
	}
	eventually(t, "money for a cancelled order goes back", func() bool {
		a := ming.do(`query($id: ID!) { order(id: $id) { state payment { state } refunds { kind state } } }`, vars{"id": p.order})
		return a.str("order.state") == "CANCELLED" && (len(a.list("order.refunds")) == 0 || a.str("order.refunds.0.state") == "SETTLED")
	})
}
