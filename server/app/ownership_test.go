package app_test

import (
	"strings"
	"testing"
)

// What belongs to somebody else is not there, by every path.
func TestWhatIsAnothersIsNotThere(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 20)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	unpaid, paid := ming.place(gs[0]), ming.paid(gs[0])
	refund := ming.do(refundRequest, vars{"in": vars{"idempotencyKey": "r", "orderId": paid.order, "reason": "mine alone"}}).str("refundRequest.refund.id")
	mine := ming.do(`{ me { id addresses { id } } }`, nil)
	address := mine.str("me.addresses.0.id")
	everything := []string{unpaid.order, paid.order, unpaid.payment, paid.payment, refund, address, mine.str("me.id")}

	queries := map[string]string{
		"order": `query($id: ID!) { order(id: $id) { id } }`, "node": `query($id: ID!) { node(id: $id) { id __typename } }`, "nodes": `query($id: ID!) { nodes(ids: [$id]) { id __typename } }`,
	}
	for _, caller := range []*client{hong, s.visitor()} {
		for name, query := range queries {
			for _, id := range everything {
				a := caller.send(query, vars{"id": id})
				if name == "order" && caller != hong {
					wantEqual(t, a.code(), "UNAUTHENTICATED")
				} else if a.code() != "OK" || strings.Contains(a.raw, id) || strings.Contains(a.raw, "__typename") {
					t.Errorf("%s(%s): %s", name, id, a.raw)
				}
			}
		}
	}

	refundOf := func(order string) vars { return vars{"idempotencyKey": key(), "orderId": order, "reason": "hers now"} }
	for name, m := range map[string]struct {
		query string
		in    vars
	}{
		"orderPay":         {orderPay, vars{"orderId": unpaid.order}},
		"orderCancel":      {orderCancel, vars{"orderId": unpaid.order}},
		"orderComplete":    {orderComplete, vars{"orderId": paid.order}},
		"refund unpaid":    {refundRequest, refundOf(unpaid.order)},
		"refund refunding": {refundRequest, refundOf(paid.order)},
		"sandboxPay":       {sandboxPay, vars{"paymentId": unpaid.payment}},
		"sandboxPay paid":  {sandboxPay, vars{"paymentId": paid.payment}},
		"addressSave":      {addressSave, vars{"id": address, "recipient": "hong", "phone": "13900139000", "region": []string{"here"}, "street": "hers"}},
		"addressDelete":    {`mutation($in: AddressRef!) { addressDelete(input: $in) { address { street } userErrors { code field message } } }`, vars{"id": address}},
		"orderPlace":       {orderPlace, vars{"idempotencyKey": "x", "checkout": vars{"lines": []vars{line(gs[1].sku, 1)}, "addressId": address}, "expectedTotal": "10.00"}},
	} {
		a := hong.send(m.query, vars{"in": m.in})
		if a.verdict() != "NOT_FOUND" || strings.Contains(a.raw, "漕溪") {
			t.Errorf("%s: %s", name, a.raw)
		}
		// The same as for what is nowhere, so that nothing can be found out by asking.
		nowhere := vars{}
		for k, v := range m.in {
			if text, ok := v.(string); ok && k != "idempotencyKey" && len(text) == 30 {
				v = text[:4] + "01JD8Q2M0V6T3C9E5K7R1XW4ZB"
			}
			nowhere[k] = v
		}
		if name == "orderPlace" {
			nowhere["checkout"] = vars{"lines": []vars{line(gs[1].sku, 1)}, "addressId": "adr_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}
		}
		b := hong.send(m.query, vars{"in": nowhere})
		if a.raw != b.raw {
			t.Errorf("%s tells another's from nobody's:\n%s\n%s", name, a.raw, b.raw)
		}
	}
	if a := hong.send(checkoutQuote, vars{"in": vars{"lines": []vars{line(gs[1].sku, 1)}, "addressId": address}}); strings.Contains(a.raw, "漕溪") || a.verdict() == "INTERNAL" {
		t.Errorf("checkoutQuote: %s", a.raw)
	}
	ming.do(`query($id: ID!) { order(id: $id) { state } }`, vars{"id": unpaid.order}).want("order.state", "PENDING_PAYMENT")
	ming.do(`{ me { addresses { street recipient } } }`, nil).want("me.addresses.0.recipient", "ming")
	if got := hong.do(`{ me { orders { totalCount } orderCounts { count } } }`, nil); got.num("me.orders.totalCount") != 0 {
		t.Errorf("hong has orders: %s", got.raw)
	}
}
