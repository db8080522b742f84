package app_test

import (
	"sync"
	"testing"
	"time"
)

const (
	tierFields = `tier { id name rank threshold earnRate benefits } tierProgress { points next { name } pointsToNext keepUntil }`
	myTier     = `{ me { points { ` + tierFields + ` } } }`
	prices     = `price { sale { amount } member { amount } best { amount } }`
	goodsPage  = `{ product(handle: "good-0") { ` + prices + ` skus { ` + prices + ` } } feed(first: 5) { edges { node { ... on Product { ` + prices + ` } } } } }`
)

// paysAsMember fails the test unless the product's page and the feed show these prices of a good at 10.00.
func (c *client) paysAsMember(member, best string) {
	c.t.Helper()
	a := c.do(goodsPage, nil)
	for _, at := range []string{"product", "product.skus.0", "feed.edges.0.node"} {
		shown := "<nil>"
		if a.at(at+".price.member") != nil {
			shown = a.str(at + ".price.member.amount")
		}
		wantEqual(c.t, []string{at, a.str(at + ".price.sale.amount"), shown, a.str(at + ".price.best.amount")}, []string{at, "10.00", member, best})
	}
}

// A member climbs by what a till reports, pays less, keeps the tier for a year and the grace, and then has lost it.
func TestTiers(t *testing.T) {
	s := openShop(t)
	s.goods(1, 50)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	ming.do(myTier, nil).want("me.points.tier.name", "Member", "me.points.tier.rank", "1", "me.points.tier.earnRate", "1", "me.points.tierProgress.points", "0",
		"me.points.tierProgress.next.name", "Silver", "me.points.tierProgress.pointsToNext", "500", "me.points.tierProgress.keepUntil", "<nil>")
	ming.paysAsMember("<nil>", "10.00")

	const earn = `mutation($in: PointsEarnInput!) { pointsEarn(input: $in) { member { points { tier { name } } } entry { id points } userErrors { code field } } }`
	spent := func(amount string) vars { return earning(ming.shopperID, 0, vars{"points": nil, "spent": amount}) }
	first := spent("3000.00")
	climbed := till.do(earn, first).want("pointsEarn.member.points.tier.name", "Gold", "pointsEarn.entry.points", "3000")
	today := s.Clock.Now().In(s.Config.Zone())
	keepUntil := time.Date(today.Year(), today.Month(), today.Day()+365+30, 0, 0, 0, 0, s.Config.Zone()).UTC()
	ming.do(myTier, nil).want("me.points.tier.name", "Gold", "me.points.tier.earnRate", "1.5", "me.points.tier.benefits.1", "3 % off", "me.points.tierProgress.points", "3000",
		"me.points.tierProgress.next.name", "Diamond", "me.points.tierProgress.pointsToNext", "7000", "me.points.tierProgress.keepUntil", keepUntil.Format("2006-01-02T15:04:05.000Z"))
	ming.paysAsMember("9.70", "9.70")
	s.visitor().paysAsMember("<nil>", "10.00")
	s.shopper("hong").paysAsMember("<nil>", "10.00")

	// The new rate counts from now on; the first call again is the first call.
	till.do(earn, spent("19.90")).want("pointsEarn.entry.points", "29")
	till.do(earn, first).want("pointsEarn.entry.id", climbed.str("pointsEarn.entry.id"), "pointsEarn.entry.points", "3000")
	wantEqual(t, till.send(earn, spent("0.66")).verdict(), "OUT_OF_RANGE")

	s.Clock.Advance(keepUntil.Sub(s.Clock.Now()) - time.Minute)
	ming = s.signedIn("ming")
	ming.do(myTier, nil).want("me.points.tier.name", "Gold", "me.points.tierProgress.points", "0")
	ming.paysAsMember("9.70", "9.70")
	s.Clock.Advance(time.Minute)
	ming.do(myTier, nil).want("me.points.tier.name", "Member", "me.points.tierProgress.points", "0", "me.points.tierProgress.keepUntil", "<nil>")
	ming.paysAsMember("<nil>", "10.00")
}

// Points that are taken back never counted.
func TestATierByPointsThatWereTakenBack(t *testing.T) {
	s := openShop(t)
	s.goods(1, 50)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	watch := ming.open()
	watch.subscribe("1", `subscription { pointsChanged { tier { name } tierProgress { points } } }`, nil)
	hear := func(payload string) {
		t.Helper()
		for f := watch.hear(); ; f = watch.hear() {
			if f.Type != "next" {
				t.Fatal(f.Type, string(f.Payload))
			}
			if string(f.Payload) == payload {
				return
			}
		}
	}
	hear(`{"data":{"pointsChanged":{"tier":{"name":"Member"},"tierProgress":{"points":0}}}}`)
	entry := till.do(pointsEarn, earning(ming.shopperID, 600, nil)).str("pointsEarn.entry.id")
	hear(`{"data":{"pointsChanged":{"tier":{"name":"Silver"},"tierProgress":{"points":600}}}}`)
	ming.paysAsMember("9.90", "9.90")
	till.do(pointsReverse, vars{"in": vars{"idempotencyKey": key(), "entryId": entry, "points": 101, "reason": "came back"}})
	hear(`{"data":{"pointsChanged":{"tier":{"name":"Member"},"tierProgress":{"points":499}}}}`)
	ming.paysAsMember("<nil>", "10.00")
	till.do(memberIdentify, vars{"in": vars{"id": ming.shopperID}})
	till.do(`mutation($in: MemberRefInput!) { memberIdentify(input: $in) { member { points { tier { name } } } } }`, vars{"in": vars{"id": ming.shopperID}}).
		want("memberIdentify.member.points.tier.name", "Member")
}

// The tiers are everybody's to read, in both languages, and nodes.
func TestTiersAreNodes(t *testing.T) {
	s := openShop(t)
	const all = `{ tiers { id name rank threshold earnRate benefits } }`
	a := s.visitor().speaking("en").do(all, nil)
	a.want("tiers.0.name", "Member", "tiers.1.name", "Silver", "tiers.1.threshold", "500", "tiers.1.earnRate", "1.2", "tiers.1.benefits", "[1.2 points per 1.00 1 % off]", "tiers.3.rank", "4", "tiers.4", "<nil>")
	s.visitor().speaking("zh-CN").do(all, nil).want("tiers.1.name", "银卡会员", "tiers.1.benefits", "[每消费 1 元积 1.2 分 会员价 9.9 折]")
	gold := a.str("tiers.2.id")
	const node = `query($id: ID!, $ids: [ID!]!) { node(id: $id) { __typename id ... on Tier { name } } nodes(ids: $ids) { ... on Tier { rank } } }`
	s.visitor().do(node, vars{"id": gold, "ids": []string{gold, "tir_01JD8Q2M0V6T3C9E5K7R1XW4ZB", a.str("tiers.0.id")}}).
		want("node.__typename", "Tier", "node.id", gold, "node.name", "Gold", "nodes.0.rank", "3", "nodes.1", "<nil>", "nodes.2.rank", "1")
}

// Fifty tills report at once.
func TestEarningsAtOnceMakeOneTier(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			in := earning(ming.shopperID, i+1, nil)
			a := till.send(pointsEarn, in)
			for range 20 { // what is busy is sent again
				if a.verdict() != "BUSY_RETRY" {
					break
				}
				a = till.send(pointsEarn, in)
			}
			if a.verdict() != "OK" {
				t.Error(a.raw)
			}
		})
	}
	group.Wait()
	ming.do(myTier, nil).want("me.points.tierProgress.points", "1275", "me.points.tier.name", "Silver")
}
