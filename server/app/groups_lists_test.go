package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// Campaigns are paged soonest end first, of one product or of all.
func TestListOfCampaigns(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 50)
	var want, ofOne []string
	for i := range 7 {
		id := s.campaign("SKU-"+itoa(i%2), vars{"endsAt": s.Clock.Now().Add(time.Duration(i+1) * time.Hour).Format(time.RFC3339)})
		if want = append(want, id); i%2 == 1 {
			ofOne = append(ofOne, id)
		}
	}
	ended := s.campaign("SKU-0", nil)
	s.partner().do(campaignEnd, vars{"in": vars{"campaignId": ended}})
	s.partner().do(campaignEnd, vars{"in": vars{"campaignId": ended}}).want("groupBuyCampaignEnd.campaign.campaignState", "ENDED")
	visitor := s.visitor()
	const list = `query($after: String, $product: ID) { groupBuyCampaigns(first: 3, after: $after, productId: $product) { totalCount nodes { id } edges { cursor node { id product { id } } } pageInfo { hasNextPage endCursor } } }`
	wantEqual(t, visitor.pages(list, vars{}, "groupBuyCampaigns"), want)
	wantEqual(t, visitor.pages(list, vars{"product": gs[1].product}, "groupBuyCampaigns"), ofOne)
	visitor.do(list, vars{"product": gs[1].product}).want("groupBuyCampaigns.totalCount", "3", "groupBuyCampaigns.edges.0.node.product.id", gs[1].product, "groupBuyCampaigns.nodes.2.id", ofOne[2])
	visitor.do(list, vars{"product": "prd_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}).want("groupBuyCampaigns.totalCount", "0", "groupBuyCampaigns.edges", "[]")
	for query, code := range map[string]string{
		`{ groupBuyCampaigns(first: 101) { totalCount } }`:                                      "INVALID_INPUT",
		`{ groupBuyCampaigns(first: -1) { totalCount } }`:                                       "INVALID_INPUT",
		`{ groupBuyCampaigns(after: "x") { totalCount } }`:                                      "INVALID_CURSOR",
		`{ groupBuyCampaigns { nodes { openGroups(after: "x") { nodes { id } } } } }`:           "INVALID_CURSOR",
		`{ groupBuyCampaigns { nodes { openGroups(first: 101) { pageInfo { endCursor } } } } }`: "INVALID_INPUT",
		`{ groupBuyCampaigns { nodes { openGroups(first: -1) { pageInfo { endCursor } } } } }`:  "INVALID_INPUT",
	} {
		wantEqual(t, visitor.send(query, nil).code(), code)
	}
	if a := visitor.do(`query($id: ID!) { node(id: $id) { ... on GroupBuyCampaign { campaignState endsAt } } }`, vars{"id": ended}); a.str("node.campaignState") != "ENDED" {
		t.Errorf("an ended campaign: %s", a.raw)
	}
}

// Open groups are paged fullest first; several pages of one campaign may be asked for at once.
func TestOpenGroups(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	campaign := s.campaign("SKU-0", vars{"size": 3})
	var want []string
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		want = append(want, s.shopper(name).opens(g, campaign).group)
	}
	s.shopper("f").joins(g, want[3])
	s.shopper("g").takes(g, "campaignId", campaign) // not paid: nobody else's to join
	want = []string{want[3], want[0], want[1], want[2], want[4]}
	visitor := s.visitor()
	const open = `query($id: ID!, $after: String) { node(id: $id) { ... on GroupBuyCampaign { openGroups(first: 2, after: $after) { edges { cursor node { id seatsLeft campaign { id } members { isLeader } } } pageInfo { hasNextPage endCursor } totalCount } } } }`
	wantEqual(t, visitor.pages(open, vars{"id": campaign}, "node.openGroups"), want)
	visitor.do(open, vars{"id": campaign}).want("node.openGroups.edges.0.node.seatsLeft", "1", "node.openGroups.edges.1.node.seatsLeft", "2", "node.openGroups.edges.0.node.campaign.id", campaign,
		"node.openGroups.edges.0.node.members.1.isLeader", "false")
	cursor := visitor.do(open, vars{"id": campaign}).str("node.openGroups.pageInfo.endCursor")
	a := visitor.do(`query($id: ID!, $after: String) { node(id: $id) { ... on GroupBuyCampaign { one: openGroups(first: 1) { nodes { id leader { nickname } } } five: openGroups { nodes { id members { shopper { nickname } } } }
		none: openGroups(first: 0) { nodes { id } pageInfo { hasNextPage } } later: openGroups(first: 2, after: $after) { nodes { id } } again: openGroups(first: 2, after: $after) { nodes { leader { nickname } } } } } }`,
		vars{"id": campaign, "after": cursor})
	a.want("node.one.nodes.0.id", want[0], "node.five.nodes.4.id", want[4], "node.five.nodes.0.members.1.shopper.nickname", "f**", "node.none.nodes", "[]", "node.none.pageInfo.hasNextPage", "true",
		"node.later.nodes.0.id", want[2], "node.again.nodes.1.leader.nickname", "c**")
	if len(a.list("node.one.nodes")) != 1 || len(a.list("node.later.nodes")) != 2 {
		t.Errorf("pages of other lengths: %s", a.raw)
	}
	s.campaign("SKU-0", nil)
	wantEqual(t, visitor.send(`query($after: String) { groupBuyCampaigns { nodes { openGroups(after: $after) { nodes { id } } } } }`, vars{"after": cursor}).code(), "INVALID_CURSOR")
}

// A card of the feed may be a campaign: with its product, its offers and groups.
func TestCampaignsInTheFeed(t *testing.T) {
	s := openShop(t)
	gs := s.goods(6, 50)
	ming := s.shopper("ming")
	for i := range 3 {
		ming.opens(gs[i], s.campaign("SKU-"+itoa(i), nil))
	}
	hong := s.shopper("hong")
	const feed = `query($n: Int) { feed(first: $n, scene: GROUP_BUY) { edges { reason { code } node { __typename ... on GroupBuyCampaign { id title product { title } offers { sku { code } price { amount } }
		openGroups(first: 2) { nodes { leader { nickname } viewerRefusal } } } } } } }`
	a := hong.do(feed, vars{"n": 20})
	if len(a.list("feed.edges")) != 3 || strings.Contains(a.raw, `"Product"`) {
		t.Fatalf("not the three campaigns: %s", a.raw)
	}
	a.want("feed.edges.0.node.__typename", "GroupBuyCampaign", "feed.edges.0.node.offers.0.price.amount", "8.00", "feed.edges.2.node.openGroups.nodes.0.leader.nickname", "m**",
		"feed.edges.2.node.openGroups.nodes.0.viewerRefusal", "<nil>")
	s.wantSame("feed of campaigns", 15, hong, feed, sizes(20, 1, 2)...)
}

// The products with a group price are those of campaigns that open groups now, under every page, total and order.
func TestProductsWithAGroupPrice(t *testing.T) {
	s := openShop(t)
	gs := s.goods(5, 50)
	first, soldOut := s.campaign("SKU-1", nil), s.campaign("SKU-4", vars{"unitQuota": 2})
	s.campaign("SKU-1", nil)
	s.campaign("SKU-3", nil)
	s.campaign("SKU-2", vars{"startsAt": s.Clock.Now().Add(time.Hour).Format(time.RFC3339)})
	s.shopper("ming").opens(gs[4], soldOut)
	const list = `query($with: Boolean, $after: String, $sort: ProductSort, $query: String) { products(first: 1, after: $after, sort: $sort, query: $query, filter: {hasGroupBuy: $with}) {
		totalCount nodes { id } edges { cursor node { id groupBuyCampaigns { id } } } pageInfo { hasNextPage endCursor } } }`
	visitor := s.visitor()
	sorted := func(ids []string) []string { slices.Sort(ids); return ids } // made at one instant: ids decide
	for _, order := range []vars{{}, {"sort": "PRICE_ASC"}, {"sort": "BEST_SELLING"}, {"query": "good"}} {
		for with, want := range map[bool][]string{true: {gs[1].product, gs[3].product}, false: {gs[0].product, gs[2].product, gs[4].product}} {
			v := maps.Clone(order)
			v["with"] = with
			wantEqual(t, sorted(visitor.pages(list, v, "products")), sorted(want))
		}
	}
	visitor.do(list, vars{"with": true}).want("products.totalCount", "2")
	visitor.do(list, vars{"with": false}).want("products.totalCount", "3")
	s.partner().do(campaignEnd, vars{"in": vars{"campaignId": first}})
	visitor.do(list, vars{"with": true}).want("products.totalCount", "2") // the other campaign of the product runs on
	s.Clock.Advance(2 * time.Hour)
	visitor.do(list, vars{"with": true}).want("products.totalCount", "3")
	s.Clock.Advance(24 * time.Hour)
	visitor.do(list, vars{"with": true}).want("products.totalCount", "0", "products.nodes", "[]")
	visitor.do(list, vars{"with": false}).want("products.totalCount", "5")
}
