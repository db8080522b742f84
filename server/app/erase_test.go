package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// dump is every value of every table.
func (s *shop) dump() []byte {
	s.t.Helper()
	list := "SHOW TABLES"
	if s.Store.SQLite() {
		list = "SELECT name FROM sqlite_master WHERE type = 'table'"
	}
	var out bytes.Buffer
	each := func(query string, row func(values []any)) {
		rows, err := s.Store.Reader().QueryContext(s.t.Context(), query)
		if err != nil {
			s.t.Fatal(err)
		}
		defer rows.Close()
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				s.t.Fatal(err)
			}
			row(values)
		}
		if err := rows.Err(); err != nil {
			s.t.Fatal(err)
		}
	}
	text := func(v any) string {
		if raw, ok := (*v.(*any)).([]byte); ok {
			return string(raw)
		}
		return fmt.Sprint(*v.(*any))
	}
	var tables []string
	each(list, func(values []any) { tables = append(tables, text(values[0])) })
	if len(tables) < 40 {
		s.t.Fatalf("only %d tables", len(tables))
	}
	for _, table := range tables {
		each("SELECT * FROM "+table, func(values []any) {
			for _, v := range values {
				fmt.Fprintf(&out, "%s: %s\n", table, text(v))
			}
		})
	}
	return out.Bytes()
}

// What stands in the way is named, and nothing has happened to who is told so.
func TestErasureWaits(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	cat, till := s.lives(gs[0]), s.till("POINTS_WRITE")
	before := s.dump()
	cat.send(shopperErase, nil).want("shopperErase.erased", "false", "shopperErase.userErrors.0.code", "OPEN_ORDERS", "shopperErase.blockingOrders.0.id", cat.order,
		"shopperErase.blockingOrders.0.state", "SHIPPED", "shopperErase.blockingOrders.0.lines.0.sku.code", "SKU-0", "shopperErase.blockingOrders.1", "<nil>")
	s.finishes(cat)
	unpaid := cat.place(gs[1])
	cat.send(shopperErase, nil).want("shopperErase.userErrors.0.code", "OPEN_ORDERS", "shopperErase.blockingOrders.0.id", unpaid.order, "shopperErase.blockingOrders.1", "<nil>")
	cat.do(`mutation($id: ID!) { orderCancel(input: {orderId: $id}) { userErrors { code } } }`, vars{"id": unpaid.order})
	cat.send(shopperErase, nil).want("shopperErase.erased", "false", "shopperErase.userErrors.0.code", "HOLD_STATE", "shopperErase.blockingOrders", "[]")
	if kept := s.dump(); bytes.Count(kept, []byte("小狸花")) < 1 || len(kept) < len(before) {
		t.Fatal("something was lost by a refused erasure")
	}
	cat.do(`{ me { nickname coupons { totalCount } consents { granted } } }`, nil).want("me.nickname", "小狸花", "me.coupons.totalCount", "1", "me.consents.0.granted", "true")
	till.send(pointsRelease, vars{"in": vars{"idempotencyKey": key(), "holdId": cat.hold}})
	s.partner().send(pointsRelease, vars{"in": vars{"idempotencyKey": key(), "holdId": cat.hold}})
	wantEqual(t, s.visitor().send(shopperErase, nil).code(), "UNAUTHENTICATED")
	wantEqual(t, s.partner().send(shopperErase, nil).code(), "FORBIDDEN")
}

// The database itself: nothing that was his alone is left to read, and no key that opens what was sealed.
func TestErasure(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	cat := s.lives(gs[0])
	link := strings.TrimPrefix(cat.do(shopperExport, nil).str("shopperExport.url"), s.Config.BaseURL())
	code := cat.do(`{ me { memberCode { value } } }`, nil).str("me.memberCode.value")
	s.finishes(cat)
	s.Clock.Advance(16 * 60e9) // the till's hold goes back by itself
	cat.client = s.signedIn("小狸花")
	eventually(t, "the hold ends", func() bool {
		return cat.do(`{ me { points { held } } }`, nil).num("me.points.held") == 0
	})
	phoneHash := s.Keys.Lookup("phone", "+8613712345678")
	for _, word := range []string{"小狸花", "猫毛过敏", "签收人狸花", "桂花巷的包裹", phoneHash} {
		if !bytes.Contains(s.dump(), []byte(word)) {
			t.Fatalf("%s is not there before: the dump proves nothing", word)
		}
	}
	k := cat.open()
	k.subscribe("1", `subscription { pointsChanged { available } }`, nil)
	wantEqual(t, k.hear().Type, "next")

	cat.do(shopperErase, nil).want("shopperErase.erased", "true", "shopperErase.blockingOrders", "[]", "shopperErase.userErrors", "[]")

	kept := s.dump()
	for _, word := range append(cat.words, phoneHash, code[:12]) {
		if bytes.Contains(kept, []byte(word)) {
			t.Errorf("%s is there to read", word)
		}
	}
	if !bytes.Contains(kept, []byte(cat.order)) {
		t.Error("the order is gone")
	}
	s.signedOut(cat)
	for f := k.hear(); ; f = k.hear() {
		if f.Type == "error" {
			wantEqual(t, strings.Contains(string(f.Payload), `"UNAUTHENTICATED"`), true)
			break
		}
	}
	res, _ := s.fetch("GET", link)
	wantEqual(t, res.StatusCode, http.StatusNotFound)
	seen := s.partner().do(`query($id: ID!) { order(id: $id) { state total { amount } note address { street } lines { quantity } refunds { reason } shipments { trackingNumber events { text } } } }`, vars{"id": cat.order})
	seen.want("order.state", "COMPLETED", "order.total.amount", "10.00", "order.note", "<nil>", "order.address", "<nil>", "order.lines.0.quantity", "1",
		"order.refunds.0.reason", "", "order.shipments.0.trackingNumber", "SF1", "order.shipments.0.events.0.text", "")
	for name, ref := range map[string]vars{"phone": {"phone": "13712345678"}, "id": {"id": cat.shopperID}} {
		if got := s.partner().send(memberIdentify, vars{"in": ref}).verdict(); got != "NOT_FOUND" {
			t.Errorf("a till finds him by %s: %s", name, got)
		}
	}
	wantEqual(t, s.partner().send(pointsEarn, earning(cat.shopperID, 5, nil)).verdict(), "NOT_FOUND")

	again := s.signedIn("小狸花")
	if again.shopperID == cat.shopperID {
		t.Fatal("the same shopper came back")
	}
	again.do(`{ me { phoneMasked addresses { id } orders { totalCount } coupons { totalCount } consents { granted } points { available } cart { lines { quantity } } } }`, nil).
		want("me.phoneMasked", "<nil>", "me.addresses", "[]", "me.orders.totalCount", "0", "me.coupons.totalCount", "0", "me.consents", "[]", "me.points.available", "0", "me.cart.lines", "[]")
	eventually(t, "the fact is delivered", func() bool { n, err := s.factsPending(); return err == nil && n == 0 })
}

// signedOut fails the test unless the still valid token of somebody who was erased opens nothing that was his.
func (s *shop) signedOut(l life) {
	s.t.Helper()
	for name, query := range map[string]string{
		"me":    `{ me { id nickname orders { nodes { id } } points { available } } }`,
		"order": `query($id: ID!) { order(id: $id) { id } }`, "node": `query($id: ID!) { node(id: $id) { id } }`, "nodes": `query($id: ID!) { nodes(ids: [$id]) { id } }`,
		"checkoutQuote": `{ checkoutQuote(input: {lines: []}) { quote { token } } }`,
		"erase":         shopperErase, "export": shopperExport, "checkIn": `mutation { checkIn { earned } }`,
		"profile": `mutation { profileSet(input: {nickname: "back"}) { shopper { id } } }`,
	} {
		v := vars{}
		if strings.Contains(query, "$id") {
			v["id"] = l.order
		}
		if a := l.send(query, v); a.code() != "UNAUTHENTICATED" || strings.Contains(a.raw, l.shopperID) || strings.Contains(a.raw, l.order) {
			s.t.Errorf("%s: %s", name, a.raw)
		}
	}
	l.send(`{ feed(first: 1) { edges { node { __typename } } } }`, nil) // public things go on
	wantEqual(s.t, l.send(sessionRefresh, vars{"t": l.refreshToken}).verdict(), "TOKEN_INVALID")
}

// Another process, which did not do it, knows within seconds.
func TestErasureElsewhere(t *testing.T) {
	c := settings(t)
	here, there := openOn(t, c), openOn(t, c)
	t.Cleanup(here.check)
	ming := here.signedIn("ming")
	elsewhere := *ming
	elsewhere.url = there.URL + "/graphql"
	elsewhere.do(`{ me { id } }`, nil).want("me.id", ming.shopperID)
	k := elsewhere.open()
	k.subscribe("1", `subscription { pointsChanged { available } }`, nil)
	wantEqual(t, k.hear().Type, "next")
	ming.do(shopperErase, nil).want("shopperErase.erased", "true")
	wantEqual(t, elsewhere.send(`{ me { id } }`, nil).code(), "UNAUTHENTICATED") // at once, by the row
	eventually(t, "the other process knows", func() bool {
		return elsewhere.send(`{ checkoutQuote(input: {lines: []}) { quote { token } } }`, nil).code() == "UNAUTHENTICATED"
	})
	for f := k.hear(); f.Type != "error"; f = k.hear() {
	}
}
