package app_test

import (
	"strings"
	"testing"
	"time"
)

const (
	templateFields  = `id title discount { ... on AmountOff { amount { amount currency } } ... on PercentOff { percent cap { amount } } } minSpend { amount } validDays left viewerClaimed`
	couponFields    = `id state validUntil source template { ` + templateFields + ` }`
	templateCreate  = `mutation($in: CouponTemplateInput!) { couponTemplateCreate(input: $in) { template { ` + templateFields + ` } userErrors { code field message available } } }`
	couponClaim     = `mutation($in: CouponClaimInput!) { couponClaim(input: $in) { coupon { ` + couponFields + ` } userErrors { code field message available } } }`
	couponTemplates = `query($n: Int, $after: String) { couponTemplates(first: $n, after: $after) { totalCount edges { cursor node { ` + templateFields + ` } } nodes { id } pageInfo { hasNextPage endCursor } } }`
	myCoupons       = `query($n: Int, $after: String, $state: CouponState) { me { coupons(first: $n, after: $after, state: $state) { totalCount edges { cursor node { ` + couponFields + ` } } nodes { id } pageInfo { hasNextPage endCursor } } } }`
	couponQuote     = `query($in: CheckoutInput!) { checkoutQuote(input: $in) { quote { token total { amount } adjustments { kind title amount { amount } } coupons { chosen saves { amount } refusal coupon { ` + couponFields + ` } } notices { code target } } userErrors { code field } } }`
)

// template makes a template of 2.00 off, with what more says, and returns its id.
func (s *shop) template(more vars) string {
	s.t.Helper()
	in := vars{"idempotencyKey": key(), "title": "Two off", "amountOff": "2.00", "validDays": 1, "quantity": 100}
	for k, v := range more {
		if in[k] = v; v == nil {
			delete(in, k)
		}
	}
	return s.partner().do(templateCreate, vars{"in": in}).str("couponTemplateCreate.template.id")
}

// claims takes one coupon of a template.
func (c *client) claims(template string) string {
	c.t.Helper()
	return c.do(couponClaim, vars{"in": vars{"templateId": template}}).str("couponClaim.coupon.id")
}

// Claims are limited by person and in all; what is refused says why.
func TestClaims(t *testing.T) {
	s := openShop(t)
	ming, hong, wei := s.shopper("ming"), s.shopper("hong"), s.shopper("wei")
	two := s.template(vars{"quantity": 2, "minSpend": "10"})
	half := s.template(vars{"title": "Half", "amountOff": nil, "percentOff": "12.5", "cap": "3", "perShopperLimit": 2})
	secret := s.template(vars{"claimable": false})

	ming.do(couponClaim, vars{"in": vars{"templateId": two}}).want("couponClaim.coupon.state", "USABLE", "couponClaim.coupon.source", "claim", "couponClaim.coupon.template.id", two,
		"couponClaim.coupon.template.left", "1", "couponClaim.coupon.template.viewerClaimed", "true", "couponClaim.coupon.template.minSpend.amount", "10.00",
		"couponClaim.coupon.template.discount.amount.amount", "2.00")
	refused := func(c *client, template, code, available string) {
		t.Helper()
		a := c.send(couponClaim, vars{"in": vars{"templateId": template}}).want("couponClaim.userErrors.0.code", code, "couponClaim.userErrors.0.available", available, "couponClaim.coupon", "<nil>")
		wantEqual(t, a.refusals()[0].Field, []string{"input", "templateId"})
	}
	refused(ming, two, "LIMIT_PER_SHOPPER", "0")
	hong.claims(two)
	refused(wei, two, "COUPON_EXHAUSTED", "0")
	refused(wei, secret, "NOT_FOUND", "<nil>")
	refused(wei, nobodys, "NOT_FOUND", "<nil>")
	wantEqual(t, s.visitor().send(couponClaim, vars{"in": vars{"templateId": half}}).code(), "UNAUTHENTICATED")
	wantEqual(t, s.partner().send(couponClaim, vars{"in": vars{"templateId": half}}).code(), "FORBIDDEN")
	wantEqual(t, ming.send(templateCreate, vars{"in": vars{"idempotencyKey": "k", "title": "t", "amountOff": "1", "validDays": 1, "quantity": 1}}).code(), "FORBIDDEN")

	mine, again := ming.claims(half), ming.claims(half)
	s.visitor().do(couponTemplates, vars{"n": 9}).want("couponTemplates.totalCount", "1", "couponTemplates.edges.0.node.id", half, "couponTemplates.edges.0.node.left", "98",
		"couponTemplates.edges.0.node.viewerClaimed", "false", "couponTemplates.edges.0.node.discount.percent", "12.50", "couponTemplates.edges.0.node.discount.cap.amount", "3.00")
	ming.do(couponTemplates, vars{"n": 9}).want("couponTemplates.nodes.0.id", half, "couponTemplates.edges.0.node.viewerClaimed", "true")
	wantEqual(t, ming.pages(strings.Replace(myCoupons, "$n: Int", "$n: Int = 2", 1), vars{}, "me.coupons")[:2], []string{again, mine})

	// Nodes: one's own coupons, and the templates that are handed out or that one has.
	node := func(c *client, id, want string) {
		t.Helper()
		a := c.do(`query($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { id } }`, vars{"id": id})
		if got, _ := a.at("node.__typename").(string); got != want || want != "" && a.str("nodes.0.id") != id {
			t.Errorf("%s is %q, want %q: %s", id, got, want, a.raw)
		}
	}
	node(ming, mine, "Coupon")
	node(hong, mine, "")
	node(s.visitor(), mine, "")
	node(s.partner(), mine, "")
	node(s.visitor(), half, "CouponTemplate")
	node(ming, secret, "")
	node(s.partner(), secret, "CouponTemplate")

	s.Clock.Advance(72 * time.Hour)
	ming = s.signedIn("ming")
	ming.do(myCoupons, vars{"n": 9, "state": "EXPIRED"}).want("me.coupons.totalCount", "3", "me.coupons.edges.0.node.state", "EXPIRED")
	ming.do(myCoupons, vars{"n": 9, "state": "USABLE"}).want("me.coupons.totalCount", "0", "me.coupons.nodes", "[]")
	for query, code := range map[string]string{
		`{ couponTemplates(first: 101) { totalCount } }`: "INVALID_INPUT", `{ couponTemplates(after: "x") { totalCount } }`: "INVALID_CURSOR",
		`{ me { coupons(first: -1) { totalCount } } }`: "INVALID_INPUT", `{ me { coupons(after: "x") { totalCount } } }`: "INVALID_CURSOR",
	} {
		wantEqual(t, ming.send(query, nil).code(), code)
	}
}

// A quote shows every coupon of the wallet; the order takes what it names, and gives it back when it is cancelled.
func TestOrderWithACoupon(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, hong := s.shopper("ming"), s.shopper("hong")
	two, dear := ming.claims(s.template(nil)), ming.claims(s.template(vars{"title": "Ten off", "amountOff": "10.00", "minSpend": "50.00"}))
	state := func(want string) {
		t.Helper()
		ming.do(`query($id: ID!) { node(id: $id) { ... on Coupon { state } } }`, vars{"id": two}).want("node.state", want)
	}
	checkout := vars{"lines": []vars{line(g.sku, 1)}, "couponIds": []string{two}}
	ming.do(couponQuote, vars{"in": vars{"lines": []vars{line(g.sku, 1)}}}).want("checkoutQuote.quote.total.amount", "10.00", "checkoutQuote.quote.coupons.0.chosen", "false",
		"checkoutQuote.quote.coupons.0.saves.amount", "2.00", "checkoutQuote.quote.coupons.0.refusal", "<nil>", "checkoutQuote.quote.coupons.0.coupon.id", two,
		"checkoutQuote.quote.coupons.1.coupon.id", dear, "checkoutQuote.quote.coupons.1.refusal", "The goods must come to 50.00 at least.")
	quote := ming.speaking("zh").do(couponQuote, vars{"in": checkout}).want("checkoutQuote.quote.total.amount", "8.00", "checkoutQuote.quote.coupons.0.chosen", "true",
		"checkoutQuote.quote.adjustments.0.kind", "COUPON", "checkoutQuote.quote.adjustments.0.title", "Two off", "checkoutQuote.quote.coupons.1.refusal", "商品满 50.00 元可用。",
		"checkoutQuote.quote.coupons.0.coupon.template.viewerClaimed", "true")
	ming.do(couponQuote, vars{"in": vars{"lines": checkout["lines"], "couponIds": []string{dear}}}).want("checkoutQuote.quote.total.amount", "10.00", "checkoutQuote.quote.notices.0.code", "COUPON_DROPPED")

	place := func(c *client, ids ...string) answer {
		return c.send(orderPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"lines": checkout["lines"], "couponIds": ids}, "expectedTotal": "8.00"}})
	}
	for who, id := range map[*client]string{ming: dear, hong: two} {
		a := place(who, id)
		wantEqual(t, a.verdict(), map[*client]string{ming: "COUPON_NOT_APPLICABLE", hong: "NOT_FOUND"}[who])
		wantEqual(t, a.refusals()[0].Field, []string{"input", "checkout", "couponIds", "0"})
	}
	a := ming.do(orderPlace, vars{"in": vars{"idempotencyKey": "c", "checkout": checkout, "quoteToken": quote.str("checkoutQuote.quote.token")}}).want("orderPlace.order.total.amount", "8.00")
	state("RESERVED")
	wantEqual(t, place(ming, two).verdict(), "COUPON_NOT_APPLICABLE")
	ming.do(orderCancel, vars{"in": vars{"orderId": a.str("orderPlace.order.id")}}).want("orderCancel.order.state", "CANCELLED")
	state("USABLE")
	b := place(ming, two)
	wantEqual(t, b.verdict(), "OK")
	ming.do(sandboxPay, vars{"in": vars{"paymentId": b.str("orderPlace.payment.id")}}).want("sandboxPay.order.state", "PAID")
	state("USED")
	ming.do(myCoupons, vars{"n": 9, "state": "USED"}).want("me.coupons.totalCount", "1", "me.coupons.nodes.0.id", two)
}

// The statements of a wallet, of what may be claimed, and of a statement do not grow with their length.
func TestStatementsOfMembership(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	for range 12 {
		ming.claims(s.template(vars{"validDays": 90}))
		till.do(pointsEarn, earning(ming.shopperID, 10, nil))
	}
	s.wantSame("wallet", 5, ming, myCoupons, sizes(12, 1, 5)...)
	s.wantSame("what may be claimed", 4, ming, couponTemplates, sizes(12, 1, 5)...)
	s.wantSame("what may be claimed, signed out", 2, s.visitor(), couponTemplates, sizes(12, 1, 5)...)
	s.wantSame("statement", 5, ming, statement, sizes(12, 1, 5)...)
	s.wantSame("account", 8, ming, myPoints, nil)
	var ids []any
	for _, c := range ming.do(myCoupons, vars{"n": 12}).list("me.coupons.nodes") {
		ids = append(ids, c.(map[string]any)["id"])
	}
	s.wantSame("coupons as nodes", 3, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Coupon { `+couponFields+` } } }`, vars{"ids": ids}, vars{"ids": ids[:1]})
	checkout := vars{"lines": []vars{line(g.sku, 1)}}
	many, texts := s.statements(ming, couponQuote, vars{"in": checkout})
	hong := s.shopper("hong")
	hong.claims(s.template(nil))
	if one, _ := s.statements(hong, couponQuote, vars{"in": checkout}); one != many {
		t.Errorf("a quote with one coupon takes %d statements, with twelve %d:\n%s", one, many, texts)
	}
}
