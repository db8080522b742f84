package app_test

import (
	"strings"
	"testing"
	"time"
)

const (
	quoteFields = `token total { amount } subtotal { amount } shipping { amount } lines { sku { id code } quantity unitPrice { amount } total { amount } }
		notices { code message target } validUntil pointsUsable pointsEarned adjustments { kind }`
	checkoutQuote = `query($in: CheckoutInput!) { checkoutQuote(input: $in) { quote { ` + quoteFields + ` } userErrors { code field message available } } }`
	cartFields    = `id lines { sku { id code product { handle } } quantity selected addedFrom addedAt } quote { ` + quoteFields + ` }`
	cartLinesSet  = `mutation($in: CartLinesSetInput!) { cartLinesSet(input: $in) { cart { ` + cartFields + ` } userErrors { code field message available } } }`
)

// reprice sells a good at another price from now on.
func (s *shop) reprice(g good, code, price string) {
	s.t.Helper()
	s.partner().do(`mutation($in: ProductsUpsertInput!) { productsUpsert(input: $in) { results { userErrors { code field } } userErrors { code } } }`,
		vars{"in": vars{"products": []vars{{"handle": g.handle, "title": "Good", "skus": []vars{{"code": code, "price": price}}}}}})
}

func TestQuoteIsWhatIsCharged(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming := s.shopper("ming")
	checkout := vars{"lines": []vars{line(g.sku, 2)}}

	quote := ming.do(checkoutQuote, vars{"in": checkout}).want("checkoutQuote.quote.total.amount", "20.00", "checkoutQuote.quote.lines.0.sku.id", g.sku)
	token := quote.str("checkoutQuote.quote.token")
	s.reprice(g, "SKU-0", "11.50")
	changed := ming.send(orderPlace, vars{"in": vars{"idempotencyKey": "q", "checkout": checkout, "quoteToken": token}})
	wantEqual(t, changed.verdict(), "PRICE_CHANGED")
	changed.want("orderPlace.order", "<nil>", "orderPlace.quote.total.amount", "23.00", "orderPlace.quote.lines.0.sku.id", g.sku)

	hong := s.shopper("hong")
	fresh := changed.str("orderPlace.quote.token")
	wantEqual(t, hong.send(orderPlace, vars{"in": vars{"idempotencyKey": "q", "checkout": checkout, "quoteToken": fresh}}).verdict(), "INVALID")
	ming.do(orderPlace, vars{"in": vars{"idempotencyKey": "q", "checkout": checkout, "quoteToken": fresh}}).want("orderPlace.order.total.amount", "23.00")

	old := ming.do(checkoutQuote, vars{"in": checkout}).str("checkoutQuote.quote.token")
	s.Clock.Advance(time.Hour)
	ming = s.signedIn("ming")
	wantEqual(t, ming.send(orderPlace, vars{"in": vars{"idempotencyKey": "q2", "checkout": checkout, "quoteToken": old}}).verdict(), "PRICE_CHANGED")
}

func TestOneKeyOneOrder(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, hong := s.shopper("ming"), s.shopper("hong")
	in := vars{"idempotencyKey": "once", "checkout": vars{"lines": []vars{line(g.sku, 1)}}, "expectedTotal": "10.00"}

	first := ming.do(orderPlace, vars{"in": in})
	ming.do(orderPlace, vars{"in": in}).want("orderPlace.order.id", first.str("orderPlace.order.id"), "orderPlace.payment.id", first.str("orderPlace.payment.id"))
	if other := hong.do(orderPlace, vars{"in": in}); other.str("orderPlace.order.id") == first.str("orderPlace.order.id") {
		t.Fatal("another shopper's key led to this shopper's order")
	}
	in["note"] = "by the back door"
	wantEqual(t, ming.send(orderPlace, vars{"in": in}).verdict(), "IDEMPOTENCY_KEY_REUSED")
	delete(in, "note")
	ming.pay(placed{payment: first.str("orderPlace.payment.id")})
	ming.do(orderPlace, vars{"in": in}).want("orderPlace.order.state", "PAID", "orderPlace.payment.state", "PAID")
}

func TestRefusalsOfPlacing(t *testing.T) {
	s := openShop(t)
	gs := s.goods(3, 2)
	ming := s.shopper("ming")
	place := func(lines []vars, more vars) answer {
		in := vars{"idempotencyKey": key(), "checkout": vars{"lines": lines}, "expectedTotal": "10.00"}
		for k, v := range more {
			in[k] = v
		}
		return ming.send(orderPlace, vars{"in": in})
	}
	short := place([]vars{line(gs[1].sku, 1), line(gs[0].sku, 3)}, nil)
	wantEqual(t, short.refusals()[0].Field, []string{"input", "checkout", "lines", "1", "quantity"})
	short.want("orderPlace.userErrors.0.code", "OUT_OF_STOCK", "orderPlace.userErrors.0.available", "2")
	wantEqual(t, place([]vars{line(gs[0].sku, 1)}, vars{"expectedTotal": "9.99"}).verdict(), "PRICE_CHANGED")
	wantEqual(t, place([]vars{line(gs[0].sku, 1)}, vars{"expectedTotal": nil}).verdict(), "INVALID")
	wantEqual(t, place([]vars{line(gs[0].sku, 1)}, vars{"provider": "WECHAT_PAY"}).verdict(), "INVALID")
	s.hide(gs[2], true)
	wantEqual(t, place([]vars{line(gs[2].sku, 1)}, nil).verdict(), "SKU_UNAVAILABLE")
	wantEqual(t, place(nil, nil).verdict(), "BLANK")
	nobody := s.signedIn("nobody")
	in := vars{"idempotencyKey": "a", "checkout": vars{"lines": []vars{line(gs[0].sku, 1)}}, "expectedTotal": "10.00"}
	wantEqual(t, nobody.send(orderPlace, vars{"in": in}).verdict(), "ADDRESS_REQUIRED")
	for _, c := range []*client{s.shopper("a1"), s.shopper("a2")} {
		c.place(gs[0])
	}
	wantEqual(t, place([]vars{line(gs[0].sku, 1)}, nil).verdict(), "OUT_OF_STOCK")
	more := s.goods(9, 9)
	for i := range 5 {
		ming.place(more[3+i])
	}
	wantEqual(t, place([]vars{line(more[8].sku, 1)}, nil).verdict(), "LIMIT_PER_SHOPPER")
}

// hide takes a good off every surface, or brings it back.
func (s *shop) hide(g good, hidden bool) {
	s.t.Helper()
	s.partner().do(`mutation($in: ProductVisibilitySetInput!) { productVisibilitySet(input: $in) { product { visible } userErrors { code field } } }`,
		vars{"in": vars{"productId": g.product, "visible": !hidden, "reason": "a test"}}).want("productVisibilitySet.product.visible", map[bool]string{true: "false", false: "true"}[hidden])
}

func TestCart(t *testing.T) {
	s := openShop(t)
	gs := s.goods(3, 5)
	ming := s.shopper("ming")
	set := func(lines ...vars) answer { return ming.do(cartLinesSet, vars{"in": vars{"lines": lines}}) }

	filled := set(line(gs[0].sku, 2), line(gs[1].sku, 1), line(gs[2].sku, 9))
	filled.want("cartLinesSet.cart.quote.total.amount", "80.00", "cartLinesSet.cart.quote.notices.0.code", "QUANTITY_CAPPED",
		"cartLinesSet.cart.quote.notices.0.target", gs[2].sku, "cartLinesSet.cart.lines.0.addedFrom", "H5")
	if m := filled.str("cartLinesSet.cart.quote.notices.0.message"); len(m) < 10 || strings.Contains(m, "sku_") {
		t.Fatalf("a notice is words for the shopper: %q", m)
	}
	set(vars{"skuId": gs[2].sku, "quantity": 9, "selected": false}).want("cartLinesSet.cart.quote.total.amount", "30.00")
	s.hide(gs[1], true)
	seen := ming.do(`{ me { cart { `+cartFields+` } } }`, nil).want("me.cart.quote.total.amount", "20.00", "me.cart.quote.notices.0.code", "LINE_UNAVAILABLE")
	if len(seen.list("me.cart.lines")) != 3 || seen.at("me.cart.lines.1.sku.code") == nil {
		t.Fatalf("a line that cannot be had stays in the cart: %s", seen.raw)
	}
	s.hide(gs[1], false)
	set(line(gs[1].sku, 0)).want("cartLinesSet.cart.quote.total.amount", "20.00")

	a := ming.do(orderPlace, vars{"in": vars{"idempotencyKey": "cart", "checkout": vars{}, "expectedTotal": "20.00"}})
	a.want("orderPlace.order.lines.0.quantity", "2", "orderPlace.order.lines.1", "<nil>")
	left := ming.do(`{ me { cart { lines { sku { id } selected } } } }`, nil).want("me.cart.lines.0.sku.id", gs[2].sku, "me.cart.lines.0.selected", "false")
	if len(left.list("me.cart.lines")) != 1 {
		t.Fatalf("what was ordered is still in the cart: %s", left.raw)
	}
	wantEqual(t, ming.send(orderPlace, vars{"in": vars{"idempotencyKey": "empty", "checkout": vars{}, "expectedTotal": "0"}}).verdict(), "BLANK")
}
