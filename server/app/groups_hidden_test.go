package app_test

import (
	"strings"
	"testing"
	"time"
)

// A group whose leader has not paid yet is there for the leader alone, by every path, and looks to all others like one that never was.
func TestPendingGroupIsItsLeadersAlone(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	campaign := s.campaign("SKU-0", nil)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	p := ming.takes(g, "campaignId", campaign)
	s.Clock.Advance(time.Minute)

	queries := map[string]string{
		"groupBuy":      `query($id: ID!) { groupBuy(id: $id) { id state } }`,
		"node":          `query($id: ID!) { node(id: $id) { id ... on GroupBuy { state } } }`,
		"nodes":         `query($id: ID!) { nodes(ids: [$id]) { id ... on GroupBuy { state } } }`,
		"order":         `query($id: ID!) { order(id: "` + p.order + `") { groupBuy { id } } node(id: $id) { id } }`,
		"orders":        `query($id: ID!) { orders { nodes { groupBuy { id } } } node(id: $id) { id } }`,
		"open groups":   `query($id: ID!) { groupBuyCampaigns { nodes { openGroups { nodes { id } } } } node(id: $id) { id } }`,
		"order as node": `query($id: ID!) { node(id: "` + p.order + `") { ... on Order { groupBuy { id } } } groupBuy(id: $id) { id } }`,
	}
	for who, caller := range map[string]*client{"hong": hong, "a visitor": s.visitor(), "a partner": s.partner()} {
		for name, query := range queries {
			if a := caller.send(query, vars{"id": p.group}); strings.Contains(a.raw, p.group) {
				t.Errorf("%s sees it by %s: %s", who, name, a.raw)
			}
		}
		k := caller.open()
		k.subscribe("1", groupBuyUpdated, vars{"id": p.group})
		k.wantError("NOT_FOUND")
		k.subscribe("2", groupBuyUpdated, vars{"id": nobodysGroup})
		k.wantError("NOT_FOUND")
	}
	for name := range map[string]bool{"groupBuy": true, "node": true, "nodes": true, "order": true, "order as node": true} {
		if a := ming.send(queries[name], vars{"id": p.group}); !strings.Contains(a.raw, p.group) {
			t.Errorf("the leader does not see it by %s: %s", name, a.raw)
		}
	}
	k := ming.open()
	k.subscribe("1", groupBuyUpdated, vars{"id": p.group})
	if state, _, _, held, seat := k.group(); state != "PENDING" || held != 1 || seat != "HELD" {
		t.Errorf("the leader hears %s, %d held, seat %s", state, held, seat)
	}

	for _, send := range []func(id string) answer{
		func(id string) answer {
			return hong.send(openOrJoin, vars{"in": vars{"idempotencyKey": "k", "checkout": vars{"groupBuy": vars{"skuId": g.sku, "groupBuyId": id}}, "expectedTotal": "8.00"}})
		},
		func(id string) answer {
			return hong.send(checkoutQuote, vars{"in": vars{"groupBuy": vars{"skuId": g.sku, "groupBuyId": id}}})
		},
	} {
		a, b := send(p.group), send(nobodysGroup)
		if a.verdict() != "NOT_FOUND" || a.raw != b.raw {
			t.Errorf("a PENDING group is told from none:\n%s\n%s", a.raw, b.raw)
		}
	}

	complete := func(id string) answer { return s.partner().send(groupBuyComplete, vars{"in": vars{"groupBuyId": id}}) }
	if a, b := complete(p.group), complete(nobodysGroup); a.verdict() != "NOT_FOUND" || a.raw != b.raw {
		t.Errorf("the shop tells a PENDING group from none:\n%s\n%s", a.raw, b.raw)
	}
	wantEqual(t, ming.send(openOrJoin, vars{"in": seatInput(g, "groupBuyId", p.group, nil)}).verdict(), "ALREADY_MEMBER")

	ming.paysSeat(p)
	wantEqual(t, complete(p.group).verdict(), "INVALID") // its campaign does not let the shop
	for _, caller := range []*client{hong, s.visitor(), s.partner()} {
		caller.do(queries["nodes"], vars{"id": p.group}).want("nodes.0.state", "OPEN")
	}
}

const shareFields = `share { token title imageUrl url miniProgramPath posterUrl sharer { nickname } target { __typename ... on GroupBuy { id state } } }`

// What depends on the viewer is null without a session.
func TestGroupsOfNobody(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	campaign := s.campaign("SKU-0", nil)
	ming := s.shopper("ming")
	p := ming.opens(g, campaign)
	const fields = `{ viewerSeat { state order { id } } viewerRefusal ` + shareFields + ` }`
	for query, path := range map[string]string{
		`query($id: ID!) { groupBuy(id: $id) ` + fields + ` }`:                              "groupBuy",
		`query($id: ID!) { node(id: $id) { ... on GroupBuy ` + fields + ` } }`:              "node",
		`{ groupBuyCampaigns { nodes { openGroups(first: 2) { nodes ` + fields + ` } } } }`: "groupBuyCampaigns.nodes.0.openGroups.nodes.0",
	} {
		v := vars{"id": p.group}
		if !strings.Contains(query, "$id") {
			v = nil
		}
		for _, nobody := range []*client{s.visitor(), s.partner()} {
			nobody.do(query, v).want(path+".viewerSeat", "<nil>", path+".viewerRefusal", "<nil>", path+".share", "<nil>")
			if a := nobody.do(query, v); a.at(path) == nil {
				t.Errorf("nothing at %s: %s", path, a.raw)
			}
		}
		ming.do(query, v).want(path+".viewerSeat.order.id", p.order, path+".viewerRefusal", "ALREADY_MEMBER", path+".share.target.id", p.group, path+".share.sharer.nickname", "m**")
	}
}

// A group is shared by who looks at it; whoever has the link finds the group, and who shared it.
func TestShareLinkOfAGroup(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 20)[0]
	campaign := s.campaign("SKU-0", vars{"title": "一起买"})
	ming, hong := s.shopper("ming"), s.shopperOn("WECHAT_MINI_PROGRAM", "hong")
	p := ming.takes(g, "campaignId", campaign)
	const mine = `query($id: ID!) { groupBuy(id: $id) { ` + shareFields + ` } }`
	ming.do(mine, vars{"id": p.group}).want("groupBuy.share", "<nil>") // nobody else could see it
	ming.paysSeat(p)

	shared := ming.do(mine, vars{"id": p.group}).want("groupBuy.share.title", "一起买", "groupBuy.share.imageUrl", "https://cdn.example/p.jpg", "groupBuy.share.sharer.nickname", "m**")
	token := shared.str("groupBuy.share.token")
	ming.do(mine, vars{"id": p.group}).want("groupBuy.share.token", token, "groupBuy.share.miniProgramPath", "pages/group/index?t="+token)
	if other := hong.do(mine, vars{"id": p.group}).str("groupBuy.share.token"); other == token {
		t.Error("two shoppers share by one link")
	}
	const link = `query($token: String!) { shareLink(token: $token) { title url posterUrl sharer { nickname } target { __typename ... on GroupBuy { id seatsLeft viewerRefusal campaign { product { title } } } } } }`
	for refusal, caller := range map[string]*client{"ALREADY_MEMBER": ming, "<nil>": s.visitor()} {
		caller.do(link, vars{"token": token}).want("shareLink.target.__typename", "GroupBuy", "shareLink.target.id", p.group, "shareLink.target.seatsLeft", "1",
			"shareLink.target.viewerRefusal", refusal, "shareLink.target.campaign.product.title", "Good 0", "shareLink.sharer.nickname", "m**")
	}
	for _, unknown := range []string{"", "x", strings.Repeat("a", 20), strings.Repeat("é", 10)} {
		s.visitor().do(link, vars{"token": unknown}).want("shareLink", "<nil>")
	}
	s.hide(g, true)
	s.visitor().do(link, vars{"token": token}).want("shareLink", "<nil>")
	ming.do(mine, vars{"id": p.group}).want("groupBuy.share", "<nil>")
}
