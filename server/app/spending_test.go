package app_test

import (
	"testing"
)

const (
	spendFields = `pointsUsable pointsUsed pointsEarned total { amount } subtotal { amount } adjustments { kind title amount { amount } } notices { code message target }`
	spendQuote  = `query($in: CheckoutInput!) { checkoutQuote(input: $in) { quote { token ` + spendFields + ` } userErrors { code field available } } }`
	spendPlace  = `mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { order { id number pointsUsed pointsEarned total { amount } state } payment { id } quote { ` + spendFields + ` } userErrors { code field message available } } }`
	spendOrder  = `query($id: ID!) { order(id: $id) { state pointsUsed pointsEarned refunds { points amount { amount } } } }`
)

// inMall puts a good into the points mall.
func (s *shop) inMall(g good, code string, points int, amount string) {
	s.t.Helper()
	sku := vars{"code": code, "price": "10.00", "pricePoints": points}
	if amount != "" {
		sku["pricePointsMoney"] = amount
	}
	s.partner().do(`mutation($in: ProductsUpsertInput!) { productsUpsert(input: $in) { results { userErrors { code field } } userErrors { code } } }`,
		vars{"in": vars{"products": []vars{{"handle": g.handle, "title": "Mall", "skus": []vars{sku}}}}})
}

// Points earned at a till pay for an order in the app, which earns some in turn; the statement says where each went.
func TestPointsPayForAnOrder(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ming := s.shopper("ming")
	s.till("POINTS_WRITE").do(pointsEarn, earning(ming.shopperID, 400, nil))

	checkout := vars{"lines": []vars{line(g.sku, 1)}, "usePoints": 900}
	ming.do(spendQuote, vars{"in": checkout}).want("checkoutQuote.quote.pointsUsable", "400", "checkoutQuote.quote.pointsUsed", "400", "checkoutQuote.quote.pointsEarned", "6",
		"checkoutQuote.quote.total.amount", "6.00", "checkoutQuote.quote.adjustments.0.kind", "POINTS", "checkoutQuote.quote.adjustments.0.title", "Points",
		"checkoutQuote.quote.notices.0.code", "POINTS_CAPPED", "checkoutQuote.quote.notices.0.message", "At most 400 points can be used here.")
	in := vars{"idempotencyKey": key(), "checkout": checkout, "expectedTotal": "1.00"}
	short := ming.send(spendPlace, vars{"in": in})
	short.want("orderPlace.userErrors.0.code", "INSUFFICIENT_POINTS", "orderPlace.userErrors.0.available", "400")
	wantEqual(t, short.refusals()[0].Field, []string{"input", "checkout", "usePoints"})
	checkout["usePoints"] = -1
	wantEqual(t, ming.send(spendPlace, vars{"in": in}).verdict(), "OUT_OF_RANGE")
	checkout["usePoints"] = 400
	ming.send(spendPlace, vars{"in": in}).want("orderPlace.userErrors.0.code", "PRICE_CHANGED", "orderPlace.quote.total.amount", "6.00", "orderPlace.quote.pointsUsed", "400")

	in["expectedTotal"] = "6.00"
	placed := ming.do(spendPlace, vars{"in": in}).want("orderPlace.order.pointsUsed", "400", "orderPlace.order.pointsEarned", "6", "orderPlace.order.state", "PENDING_PAYMENT")
	number := placed.str("orderPlace.order.number")
	again := ming.do(spendPlace, vars{"in": in})
	wantEqual(t, again.str("orderPlace.order.id"), placed.str("orderPlace.order.id"))
	ming.do(statement, vars{"n": 1}).want("me.points.available", "0", "me.points.entries.edges.0.node.kind", "HOLD", "me.points.entries.edges.0.node.points", "-400",
		"me.points.entries.edges.0.node.reason", "Set aside for an order", "me.points.entries.edges.0.node.reference", number, "me.points.entries.edges.0.node.channel", "H5")
	ming.do(myPoints, nil).want("me.points.held", "400")

	s.finish(ming, placed.str("orderPlace.order.id"), placed.str("orderPlace.payment.id"))
	ming.speaking("zh").do(statement, vars{"n": 1}).want("me.points.available", "6", "me.points.entries.edges.0.node.kind", "EARN", "me.points.entries.edges.0.node.reason", "购物积分",
		"me.points.entries.edges.0.node.reference", number)
	s.refund(ming, placed.str("orderPlace.order.id"))
	eventually(t, "the money is back", func() bool {
		return ming.do(spendOrder, vars{"id": placed.str("orderPlace.order.id")}).str("order.state") == "REFUNDED"
	})
	ming.do(spendOrder, vars{"id": placed.str("orderPlace.order.id")}).want("order.pointsUsed", "400", "order.pointsEarned", "0", "order.refunds.0.points", "400", "order.refunds.0.amount.amount", "6.00")
	ming.do(myPoints, nil).want("me.points.available", "400", "me.points.held", "0", "me.points.debt", "0")
}

// Goods of the points mall cost points, or points and money; what they cost in points is never charged unseen.
func TestThePointsMall(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 50)
	s.inMall(gs[0], "SKU-0", 300, "")
	s.inMall(gs[1], "SKU-1", 200, "4.00")
	ming := s.shopper("ming")
	s.till("POINTS_WRITE").do(pointsEarn, earning(ming.shopperID, 450, nil))
	s.visitor().do(`query($id: ID!) { product(id: $id) { skus { pointsPrice { points money { amount } } } } }`, vars{"id": gs[1].product}).
		want("product.skus.0.pointsPrice.points", "200", "product.skus.0.pointsPrice.money.amount", "4.00")

	forPoints := func(g good) vars { return vars{"skuId": g.sku, "quantity": 1, "payWithPoints": true} }
	both := vars{"lines": []vars{forPoints(gs[0]), forPoints(gs[1])}}
	q := ming.do(spendQuote, vars{"in": both}).want("checkoutQuote.quote.pointsUsed", "300", "checkoutQuote.quote.total.amount", "10.00", "checkoutQuote.quote.notices.0.code", "POINTS_CAPPED",
		"checkoutQuote.quote.notices.0.target", gs[1].sku)
	if q.at("checkoutQuote.quote.notices.1") != nil {
		t.Errorf("one notice was expected: %s", q.raw)
	}
	short := ming.send(spendPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": both, "expectedTotal": "4.00", "expectedPoints": 500}})
	short.want("orderPlace.userErrors.0.code", "INSUFFICIENT_POINTS", "orderPlace.userErrors.0.available", "150")
	wantEqual(t, short.refusals()[0].Field, []string{"input", "checkout", "lines", "1", "payWithPoints"})

	one := vars{"idempotencyKey": key(), "checkout": vars{"lines": []vars{forPoints(gs[0])}}, "expectedTotal": "0.00"}
	unseen := ming.send(spendPlace, vars{"in": one})
	wantEqual(t, unseen.verdict(), "INVALID")
	wantEqual(t, unseen.refusals()[0].Field, []string{"input", "expectedPoints"})
	s.inMall(gs[0], "SKU-0", 350, "")
	one["expectedPoints"] = 300
	ming.send(spendPlace, vars{"in": one}).want("orderPlace.userErrors.0.code", "PRICE_CHANGED", "orderPlace.quote.pointsUsed", "350")
	one["expectedPoints"] = 350
	ming.do(spendPlace, vars{"in": one}).want("orderPlace.order.state", "PAID", "orderPlace.order.pointsUsed", "350", "orderPlace.payment", "<nil>", "orderPlace.order.pointsEarned", "0")
	ming.do(myPoints, nil).want("me.points.available", "100", "me.points.held", "0")
}

// finish pays for an order, has it shipped, and receives it.
func (s *shop) finish(c *client, order, payment string) {
	s.t.Helper()
	c.pay(placed{payment: payment})
	s.partner().do(orderShip, vars{"in": vars{"orderId": order, "carrier": "SF", "trackingNumber": "SF1"}})
	c.do(orderComplete, vars{"in": vars{"orderId": order}}).want("orderComplete.order.state", "COMPLETED")
}

// refund asks for the whole of an order back, and has the shop agree.
func (s *shop) refund(c *client, order string) {
	s.t.Helper()
	asked := c.do(refundRequest, vars{"in": vars{"idempotencyKey": key(), "orderId": order, "reason": "too small"}})
	s.partner().do(refundDecide, vars{"in": vars{"refundId": asked.str("refundRequest.refund.id"), "approve": true, "restock": true}})
}
