package app_test

import (
	"fmt"

	"github.com/kaituan/kaituan/internal/id"
)

const addressSave = `mutation($in: AddressSaveInput!) { addressSave(input: $in) { address { id isDefault phoneMasked } userErrors { code field message } } }`

// shopper signs in by a demo code and has an address.
func (s *shop) shopper(name string) *client {
	s.t.Helper()
	c := s.signedIn(name)
	c.do(addressSave, vars{"in": vars{"recipient": name, "phone": "13800138000", "region": []string{"上海市", "徐汇区"}, "street": "漕溪北路 1 号"}})
	return c
}

const signIn = `mutation($code: String!) { sessionCreate(input: {channel: H5, code: $code}) { session { accessToken refreshToken shopper { id } } userErrors { code } } }`

// signedIn signs in by a demo code.
func (s *shop) signedIn(name string) *client {
	s.t.Helper()
	a := s.visitor().do(signIn, vars{"code": "demo:" + name})
	c := s.visitor().with("Bearer " + a.str("sessionCreate.session.accessToken"))
	c.shopperID, c.refreshToken = a.str("sessionCreate.session.shopper.id"), a.str("sessionCreate.session.refreshToken")
	return c
}

// good is a product with one SKU.
type good struct{ product, sku, handle string }

// goods puts n products on sale at 10.00 each, with that stock.
func (s *shop) goods(n, stock int) []good {
	s.t.Helper()
	products := make([]vars, n)
	for i := range products {
		products[i] = vars{
			"handle": fmt.Sprintf("good-%d", i), "title": fmt.Sprintf("Good %d", i), "vendor": fmt.Sprintf("Maker %d", i%7), "description": "It is good.",
			"category": []string{fmt.Sprintf("Kind %d", i%5)}, "tags": []string{"good"}, "media": []vars{{"url": "https://cdn.example/p.jpg", "alt": "a good"}},
			"skus": []vars{{"code": fmt.Sprintf("SKU-%d", i), "price": "10.00", "listPrice": "12.00", "stock": stock, "options": []vars{{"name": "Size", "value": "M"}}}},
		}
	}
	a := s.partner().do(`mutation($in: ProductsUpsertInput!) { productsUpsert(input: $in) { userErrors { code field } results { created userErrors { code field } product { id handle skus { id } } } } }`,
		vars{"in": vars{"products": products}})
	list := make([]good, n)
	for i := range list {
		at := fmt.Sprintf("productsUpsert.results.%d.product.", i)
		list[i] = good{product: a.str(at + "id"), sku: a.str(at + "skus.0.id"), handle: a.str(at + "handle")}
	}
	return list
}

const orderPlace = `mutation($in: OrderPlaceInput!) { orderPlace(input: $in) {
	order { id number state version total { amount currency } lines { id quantity skuCode } payment { id state } }
	payment { id state provider amount { amount } parameters { name value } expiresAt }
	quote { token total { amount } lines { sku { id } } } userErrors { code field message available } } }`

// line is one line of a checkout.
func line(sku string, quantity int) vars { return vars{"skuId": sku, "quantity": quantity} }

// key makes a fresh idempotency key.
func key() string { return id.New("key") }

// placed is what a test remembers of a placed order.
type placed struct{ order, payment, line string }

// place orders one piece of the good for 10.00.
func (c *client) place(g good) placed {
	c.t.Helper()
	a := c.do(orderPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"lines": []vars{line(g.sku, 1)}}, "expectedTotal": "10.00"}})
	return placed{a.str("orderPlace.order.id"), a.str("orderPlace.payment.id"), a.str("orderPlace.order.lines.0.id")}
}

const sandboxPay = `mutation($in: SandboxPayInput!) { sandboxPay(input: $in) { order { id state version payment { state } } userErrors { code field message } } }`

// pay pays a placed order.
func (c *client) pay(p placed) {
	c.t.Helper()
	c.do(sandboxPay, vars{"in": vars{"paymentId": p.payment}}).want("sandboxPay.order.state", "PAID")
}

// paid places and pays one order.
func (c *client) paid(g good) placed {
	c.t.Helper()
	p := c.place(g)
	c.pay(p)
	return p
}
