package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/server/demo"
)

// A fresh demo has campaigns, among the products of the feed too; opening it again, later, changes nothing.
func TestDemoCampaigns(t *testing.T) {
	s := openShop(t)
	if err := s.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	const campaigns = `{ groupBuyCampaigns(first: 20) { nodes { id title startsAt endsAt campaignState unitsLeft product { title } offers { sku { code } price { amount } rungs { size } } } } }`
	first := s.visitor().do(campaigns, nil)
	wantEqual(t, len(first.list("groupBuyCampaigns.nodes")), len(demo.Campaigns(time.Now())))
	first.want("groupBuyCampaigns.nodes.0.campaignState", "OPEN")
	kinds := s.visitor().do(`{ feed(first: 20) { edges { node { __typename } } } }`, nil)
	for i, want := range []string{"GroupBuyCampaign", "Product", "GroupBuyCampaign", "Product"} {
		kinds.want("feed.edges."+itoa(i)+".node.__typename", want)
	}
	const membership = `{ couponTemplates(first: 20) { nodes { id title left } } }`
	club := s.visitor().do(membership, nil)
	wantEqual(t, len(club.list("couponTemplates.nodes")), len(demo.Coupons()))
	if mall := s.mall(); mall != 8 {
		t.Errorf("%d SKUs in the points mall", mall)
	}
	const gold = `{ me { points { available entries(first: 1) { totalCount nodes { reason } } tier { name } } } product(handle: "luochuan-apple") { skus { price { sale { amount } member { amount } best { amount } } } } }`
	hong := s.signedIn("hong").do(gold, nil).want("me.points.tier.name", "Gold", "me.points.entries.nodes.0.reason", "Welcome gift")
	if sale, member := hong.str("product.skus.0.price.sale.amount"), hong.str("product.skus.0.price.member.amount"); member == sale || member != hong.str("product.skus.0.price.best.amount") {
		t.Errorf("Gold pays %s instead of %s", member, sale)
	}
	s.Clock.Advance(48 * time.Hour)
	if err := s.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := s.visitor().do(campaigns, nil); string(again.raw) != string(first.raw) {
		t.Errorf("the demo changed:\n%s\n%s", first.raw, again.raw)
	}
	if again := s.visitor().do(membership, nil); string(again.raw) != string(club.raw) {
		t.Errorf("the demo's membership changed:\n%s\n%s", club.raw, again.raw)
	}
	s.signedIn("hong").do(gold, nil).want("me.points.available", "3200", "me.points.entries.totalCount", "1")
}

// A shop of other goods stays as it is.
func TestDemoOnAShopOfOtherGoods(t *testing.T) {
	s := openShop(t)
	s.goods(1, 5)
	if err := s.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.visitor().do(`{ groupBuyCampaigns(first: 20) { nodes { id } } products(first: 10) { totalCount } couponTemplates { nodes { id } } }`, nil).want("couponTemplates.nodes", "[]",
		"groupBuyCampaigns.nodes", "[]", "products.totalCount", "1")
}

// mall counts the SKUs that can be had for points.
func (s *shop) mall() (n int) {
	const page = `query($after: String) { products(first: 100, after: $after) { nodes { skus { pointsPrice { points } } } pageInfo { hasNextPage endCursor } } }`
	for v := (vars{}); ; {
		a := s.visitor().do(page, v)
		n += strings.Count(a.raw, `"points":`)
		if a.at("products.pageInfo.hasNextPage") != true {
			return n
		}
		v["after"] = a.str("products.pageInfo.endCursor")
	}
}
