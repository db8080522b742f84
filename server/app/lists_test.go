package app_test

import (
	"testing"
	"time"
)

// pages reads a connection to its end and returns the ids of its nodes.
func (c *client) pages(query string, v vars, path string) (ids []string) {
	c.t.Helper()
	for page := 0; ; page++ {
		a := c.do(query, v)
		for i := range a.list(path + ".edges") {
			ids = append(ids, a.str(path+".edges."+itoa(i)+".node.id"))
		}
		if a.at(path+".pageInfo.hasNextPage") != true {
			return ids
		}
		v["after"] = a.str(path + ".pageInfo.endCursor")
		if page > 100 {
			c.t.Fatal("a list without end")
		}
	}
}

func TestMyOrders(t *testing.T) {
	s := openShop(t)
	gs := s.goods(1, 100)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	var want []string
	for range 7 {
		want = append([]string{ming.paid(gs[0]).order}, want...)
	}
	unpaid := ming.place(gs[0])
	want = append([]string{unpaid.order}, want...)
	hong.paid(gs[0])

	const mine = `query($after: String, $states: [OrderState!]) { me { orders(first: 3, after: $after, states: $states) { totalCount edges { cursor node { id state } } pageInfo { hasNextPage endCursor } }
		orderCounts { state count } } }`
	wantEqual(t, ming.pages(mine, vars{}, "me.orders"), want)
	wantEqual(t, ming.pages(mine, vars{"states": []string{"PENDING_PAYMENT"}}, "me.orders"), []string{unpaid.order})
	ming.do(mine, vars{}).want("me.orders.totalCount", "8")
	wantEqual(t, ming.send(mine, vars{"after": "nonsense"}).code(), "INVALID_CURSOR")
	wantEqual(t, ming.send(`{ me { orders(first: 101) { totalCount } } }`, nil).code(), "INVALID_INPUT")
	wantEqual(t, ming.send(`{ me { orders(first: -1) { totalCount } } }`, nil).code(), "INVALID_INPUT")
	ming.do(`{ me { orders(first: 0) { totalCount edges { cursor } pageInfo { hasNextPage } } } }`, nil).want("me.orders.totalCount", "8", "me.orders.edges", "[]")
}

// A partner that goes on from its last cursor sees every change once it is made, in the order of changes, and none is lost.
func TestPartnerSync(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 100)[0]
	partner, ming, hong := s.partner(), s.shopper("ming"), s.shopper("hong")
	const sync = `query($after: String, $since: DateTime, $states: [OrderState!]) { orders(first: 2, after: $after, updatedSince: $since, states: $states) {
		edges { cursor node { id state version updatedAt address { recipient } payment { id state } } } pageInfo { hasNextPage endCursor } } }`
	a, b, c := ming.paid(g), hong.paid(g), ming.paid(g)
	s.Clock.Advance(time.Minute) // on a server a change is listed once none before it can still come
	wantEqual(t, partner.pages(sync, vars{}, "orders"), []string{a.order, b.order, c.order})

	last := partner.do(sync, vars{}).str("orders.pageInfo.endCursor")
	last = partner.do(sync, vars{"after": last}).str("orders.pageInfo.endCursor")
	partner.do(orderShip, vars{"in": vars{"orderId": a.order, "carrier": "SF", "trackingNumber": "1"}})
	s.Clock.Advance(time.Minute)
	wantEqual(t, partner.pages(sync, vars{"after": last}, "orders"), []string{a.order})
	wantEqual(t, partner.pages(sync, vars{"states": []string{"SHIPPED"}}, "orders"), []string{a.order})
	wantEqual(t, partner.pages(sync, vars{"since": s.Clock.Now().Add(time.Hour).Format(time.RFC3339)}, "orders"), []string(nil))
	partner.do(sync, vars{"after": last}).want("orders.edges.0.node.address.recipient", "ming", "orders.edges.0.node.state", "SHIPPED")
	mine := ming.do(`{ me { orders(first: 1) { edges { cursor } } } }`, nil).str("me.orders.edges.0.cursor")
	wantEqual(t, partner.send(sync, vars{"after": mine}).code(), "INVALID_CURSOR")
}

func TestNodes(t *testing.T) {
	s := openShop(t)
	g := s.goods(2, 10)[0]
	ming := s.shopper("ming")
	p := ming.paid(g)
	own := ming.do(`{ me { id addresses { id } } product(handle: "good-0") { category { id } } }`, nil)
	ids := []string{g.product, g.sku, own.str("me.id"), p.order, own.str("me.addresses.0.id"), own.str("product.category.id"), p.payment, "prd_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "xyz_01JD8Q2M0V6T3C9E5K7R1XW4ZB", g.product}
	a := ming.do(`query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, vars{"ids": ids})
	var kinds []string
	for i := range ids {
		kind, _ := a.at("nodes." + itoa(i) + ".__typename").(string)
		kinds = append(kinds, kind)
		if kind != "" {
			wantEqual(t, a.str("nodes."+itoa(i)+".id"), ids[i])
			ming.do(`query($id: ID!) { node(id: $id) { __typename id } }`, vars{"id": ids[i]}).want("node.__typename", kind, "node.id", ids[i])
		}
	}
	wantEqual(t, kinds, []string{"Product", "Sku", "Shopper", "Order", "Address", "Category", "Payment", "", "", "Product"})
	ming.do(`query($id: ID!) { node(id: $id) { ... on Order { lines { sku { id product { handle proof { soldCount } category { name } } } } } } }`, vars{"id": p.order}).
		want("node.lines.0.sku.product.handle", "good-0", "node.lines.0.sku.product.category.name", "Kind 0")
	wantEqual(t, ming.send(`{ node(id: "1") { id } }`, nil).code(), "INVALID_ID")
	many := make([]string, 101)
	for i := range many {
		many[i] = g.product
	}
	wantEqual(t, ming.send(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars{"ids": many}).code(), "INVALID_INPUT")
}
