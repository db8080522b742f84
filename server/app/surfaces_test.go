package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// A product that is taken down is off every surface at once; who has ordered it still sees it there.
func TestWithdrawnProducts(t *testing.T) {
	s := openShop(t)
	g := s.goods(2, 9)[0]
	ming := s.shopper("ming")
	p := ming.paid(g)
	ming.do(cartLinesSet, vars{"in": vars{"lines": []vars{line(g.sku, 1)}}})
	s.hide(g, true)
	for _, query := range []string{
		`{ product(handle: "good-0") { id } }`, `{ product(id: "%p") { id } }`, `{ node(id: "%p") { id } }`, `{ node(id: "%s") { id } }`, `{ nodes(ids: ["%p", "%s"]) { id } }`,
		`{ products(first: 50) { edges { node { id skus { id } } } } }`, `{ products(query: "good") { nodes { id skus { id } } } }`, `{ feed { edges { node { ... on Product { id skus { id } } } } } }`,
	} {
		query = strings.NewReplacer("%p", g.product, "%s", g.sku).Replace(query)
		for _, c := range []*client{s.visitor(), ming} {
			if a := c.do(query, nil); strings.Contains(a.raw, g.product) || strings.Contains(a.raw, g.sku) {
				t.Errorf("%s: %s", query, a.raw)
			}
		}
	}
	ming.do(`query($id: ID!) { order(id: $id) { lines { title sku { product { id visible } } } } }`, vars{"id": p.order}).
		want("order.lines.0.sku.product.id", g.product, "order.lines.0.sku.product.visible", "false")
	wantEqual(t, ming.send(cartLinesSet, vars{"in": vars{"lines": []vars{line(g.sku, 2)}}}).verdict(), "SKU_UNAVAILABLE")
	ming.do(cartLinesSet, vars{"in": vars{"lines": []vars{line(g.sku, 0)}}})
}

// The dearest goods, as many as may be: a sum that does not fit is refused, not wrapped.
func TestSumsThatDoNotFit(t *testing.T) {
	s := openShop(t)
	s.goods(1, 1)
	ming := s.shopper("ming")
	upsert := func(code, price string) answer {
		return s.partner().send(`mutation($in: ProductsUpsertInput!) { productsUpsert(input: $in) { userErrors { code field message } results { product { skus { id } } userErrors { code field message } } } }`,
			vars{"in": vars{"products": []vars{{"handle": "dear-" + code, "title": "Dear", "skus": []vars{{"code": code, "price": price, "stock": 1_000_000_000}}}}}})
	}
	highest := ""
	for digits := 1; digits < 20; digits++ {
		price := strings.Repeat("9", digits) + ".99"
		a := upsert(fmt.Sprintf("D%d", digits), price)
		if a.verdict() != "OK" {
			wantEqual(t, a.verdict(), "OUT_OF_RANGE")
			continue
		}
		highest = a.str("productsUpsert.results.0.product.skus.0.id")
	}
	lines := []vars{line(highest, 999)}
	for _, a := range []answer{
		ming.send(checkoutQuote, vars{"in": vars{"lines": lines}}),
		ming.send(orderPlace, vars{"in": vars{"idempotencyKey": "dear", "checkout": vars{"lines": lines}, "expectedTotal": "1.00"}}),
		ming.send(cartLinesSet, vars{"in": vars{"lines": lines}}),
		ming.send(`{ me { cart { lines { quantity } quote { total { amount } } } } }`, nil),
	} {
		if c := a.verdict(); c == "INTERNAL" || strings.Contains(a.raw, `"amount":"-`) {
			t.Errorf("%s", a.raw)
		}
	}
	ming.do(cartLinesSet, vars{"in": vars{"lines": []vars{line(highest, 0)}}})
}

// The same key from many connections at once is one order.
func TestOneKeyFromManyConnections(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 3)[0]
	ming := s.shopper("ming")
	in := body(orderPlace, vars{"in": vars{"idempotencyKey": "one", "checkout": vars{"lines": []vars{line(g.sku, 2)}}, "expectedTotal": "20.00"}})
	answers := make([]answer, 16)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i], _ = ming.try(in) })
	}
	group.Wait()
	for _, a := range answers {
		if a.verdict() != "OK" || a.str("orderPlace.order.id") != answers[0].str("orderPlace.order.id") || a.str("orderPlace.payment.id") != answers[0].str("orderPlace.payment.id") {
			t.Errorf("%s\n%s", a.raw, answers[0].raw)
		}
	}
	pay := body(sandboxPay, vars{"in": vars{"paymentId": answers[0].str("orderPlace.payment.id")}})
	for i := range answers {
		group.Go(func() { answers[i], _ = ming.try(pay) })
	}
	group.Wait()
	for _, a := range answers {
		if a.verdict() != "OK" || a.at("sandboxPay.order.state") != "PAID" {
			t.Errorf("%s", a.raw)
		}
	}
}
