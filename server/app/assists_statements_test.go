package app_test

import "testing"

// The statements of pages with help-me campaigns do not grow with the campaigns, their assists, or who has helped.
func TestStatementsOfAssists(t *testing.T) {
	s := openShop(t)
	s.goods(21, 50)
	people := []*client{s.shopper("a"), s.shopper("b"), s.shopper("c")}
	template := s.template(vars{"claimable": false})
	rewards := map[string]vars{
		"BARGAIN": {"priceFloor": "4.00"}, "LIKES": {"couponTemplateId": template}, "DRAW": {"drawWinners": 1, "prize": "Tea"}, "CHARITY": {"donationPerHelper": "0.50", "cause": "Trees"},
	}
	kinds := []string{"CHARITY", "BARGAIN", "LIKES", "DRAW"}
	var campaigns, assists []string
	for i := range 12 {
		kind := kinds[i%len(kinds)]
		campaigns = append(campaigns, s.helpMe(kind, rewards[kind], vars{"skuCode": "SKU-" + itoa(i)}))
	}
	for i, campaign := range campaigns[:5] {
		assist := people[0].asks(campaign)
		assists = append(assists, assist)
		people[1].helps(assist)
		if i%2 == 0 {
			people[2].helps(assist)
		}
	}
	ming, hong, visitor := people[0], people[1], s.visitor()

	const ast = `id state progress priceNow { amount } owner { nickname } winners { nickname } viewerRefusal helpers(first: 3) { nodes { helper { nickname } cut { amount } tickets } } share { token }`
	const page = `query($n: Int) { assistCampaigns(first: $n) { totalCount nodes { ` + helpMeFields + ` donations(first: 2) { nodes { amount { amount } } } share { token } viewerAssists { ` + ast + ` campaign { title } } } } }`
	ming.do(page, vars{"n": 12}) // makes the links
	s.wantSame("help-me campaigns", 37, ming, page, sizes(12, 5, 8)...)
	s.wantSame("help-me campaigns, signed out", 14, visitor, page, sizes(12, 5, 8)...)
	const mine = `query($n: Int) { me { assists(first: $n) { nodes { ` + ast + ` campaign { title prizeSku { code } } } } } }`
	s.wantSame("my assists", 22, ming, mine, sizes(5, 1, 3)...)
	asNodes := func(ids []string, n int) vars { return vars{"ids": ids[:n]} }
	s.wantSame("assists as nodes", 24, hong, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Assist { `+ast+` campaign { title } } } }`, asNodes(assists, 5), asNodes(assists, 1), asNodes(assists, 3))
	s.wantSame("products with help-me campaigns", 12, visitor, `query($n: Int) { products(first: $n) { nodes { title assistCampaigns { title donatedTotal { amount } prizeSku { code } } } } }`, sizes(20, 20, 21)...)
	s.wantSame("the feed with help-me cards", 18, visitor, `query($n: Int) { feed(first: $n, accepts: [PRODUCT, ASSIST]) { edges { node { __typename ... on AssistCampaign { `+helpMeFields+` } ... on Product { title } } } } }`, sizes(20, 8, 12)...)
}
