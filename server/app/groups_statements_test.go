package app_test

import (
	"testing"
)

// everything of a group that a page shows.
const groupCard = `id state seatsLeft rungReached expiresAt leader { id nickname } members { shopper { nickname } isLeader } viewerRefusal viewerSeat { state order { number lines { sku { code } } } }`

// The statements of pages with groups do not grow with the campaigns, the groups of a campaign, or their members.
func TestStatementsOfGroups(t *testing.T) {
	s := openShop(t)
	gs := s.goods(21, 50)
	people := []*client{s.shopper("a"), s.shopper("b"), s.shopper("c"), s.shopper("d")}
	var campaigns, groups []string
	for i := range 20 {
		campaign := s.campaign("SKU-"+itoa(i), vars{
			"size": 3, "offers": []vars{{"skuCode": "SKU-" + itoa(i), "price": "8.00", "rungs": []vars{{"size": 5, "price": "7.00"}}}},
		})
		campaigns = append(campaigns, campaign)
		for n, leader := range people[:1+i%3] {
			p := leader.opens(gs[i], campaign)
			groups = append(groups, p.group)
			if n == 2 {
				people[3].joins(gs[i], p.group)
			}
		}
	}
	ming, visitor := people[0], s.visitor()

	const page = `query($n: Int) { groupBuyCampaigns(first: $n) { totalCount pageInfo { hasNextPage endCursor } nodes { id title campaignState unitsLeft leaderReward { kind }
		product { title price { best { amount } group { amount } } } offers { sku { code } price { amount } rungs { size price { amount } } }
		openGroups(first: 3) { pageInfo { hasNextPage } nodes { ` + groupCard + ` } } } } }`
	s.wantSame("campaigns", 29, ming, page, sizes(20, 1, 2, 7)...)
	s.wantSame("campaigns, signed out", 12, visitor, page, sizes(20, 1, 2, 7)...)
	const people2 = `query($n: Int) { groupBuyCampaigns(first: $n) { nodes { openGroups(first: 5) { nodes { leader { nickname } members { shopper { nickname } } viewerRefusal } } } } }`
	s.wantSame("campaigns with the people of their groups", 13, people[3], people2, sizes(20, 1, 2, 7)...)
	const sharing = `query($n: Int) { groupBuyCampaigns(first: $n) { nodes { openGroups(first: 4) { edges { node { share { token url sharer { nickname } target { ... on GroupBuy { id seatsLeft } } } } } } } } }`
	ming.do(sharing, vars{"n": 20}) // makes the links
	s.wantSame("campaigns with shared groups", 17, ming, sharing, sizes(20, 1, 2, 7)...)

	asNodes := func(ids []string, n int) vars { return vars{"ids": ids[:n]} }
	s.wantSame("campaigns as nodes", 27, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on GroupBuyCampaign { title product { title } openGroups(first: 3) { nodes { `+groupCard+` } } } } }`,
		asNodes(campaigns, 20), asNodes(campaigns, 1), asNodes(campaigns, 9))
	s.wantSame("groups as nodes", 25, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on GroupBuy { `+groupCard+` campaign { title product { title } } } } }`,
		asNodes(groups, 30), asNodes(groups, 1), asNodes(groups, 9))
	s.wantSame("my orders with groups", 17, ming, `query($n: Int) { me { orders(first: $n) { nodes { number groupBuy { id state leader { nickname } members { isLeader } campaign { title } } } } } }`, sizes(20, 1, 5)...)
	s.wantSame("products with campaigns", 10, visitor, `query($n: Int) { products(first: $n) { nodes { title groupBuyCampaigns { title openGroups(first: 2) { nodes { seatsLeft leader { nickname } } } } } } }`, sizes(20, 2, 5)...)
}

// A product's page takes as many statements with several campaigns as with one.
func TestStatementsOfAProductsCampaigns(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 50)
	ming := s.shopper("ming")
	for range 3 {
		ming.opens(gs[0], s.campaign("SKU-0", nil))
	}
	ming.opens(gs[1], s.campaign("SKU-1", nil))
	const page = `query($h: String) { product(handle: $h) { ` + card + ` groupBuyCampaigns { id title campaignState offers { sku { code } price { amount } } openGroups(first: 5) { nodes { ` + groupCard + ` } } } } }`
	s.wantSame("product page with campaigns", 28, s.shopper("hong"), page, vars{"h": "good-0"}, vars{"h": "good-1"})
	s.wantSame("product page with campaigns, of a member", 32, ming, page, vars{"h": "good-0"}, vars{"h": "good-1"})
}
