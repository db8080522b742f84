package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const (
	campaignFields = `id title size startsAt endsAt groupSeconds perShopperLimit newCustomersOnly merchantMayComplete leaderReward { kind amount { amount } points }
		campaignState unitsLeft product { id title } offers { sku { id code } price { amount currency } rungs { size price { amount } } }`
	groupFields = `id version state size capacity paidSeats heldSeats seatsLeft rungReached completedBy expiresAt leader { id nickname }
		members { shopper { id nickname } isLeader paidAt } campaign { id title } viewerSeat { state holdUntil order { id state } } viewerRefusal`
	campaignCreate   = `mutation($in: GroupBuyCampaignInput!) { groupBuyCampaignCreate(input: $in) { campaign { ` + campaignFields + ` } userErrors { code field message available } } }`
	campaignEnd      = `mutation($in: GroupBuyCampaignRef!) { groupBuyCampaignEnd(input: $in) { campaign { ` + campaignFields + ` } userErrors { code field message } } }`
	groupBuyComplete = `mutation($in: GroupBuyRef!) { groupBuyComplete(input: $in) { groupBuy { ` + groupFields + ` } userErrors { code field message } } }`
	groupBuy         = `query($id: ID!) { groupBuy(id: $id) { ` + groupFields + ` } }`
	groupBuyUpdated  = `subscription($id: ID!) { groupBuyUpdated(id: $id) { version state paidSeats heldSeats members { shopper { nickname } } viewerSeat { state } campaign { title } } }`
	openOrJoin       = `mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { order { id state total { amount } groupBuy { id state viewerSeat { state } } } payment { id }
		quote { total { amount } } userErrors { code field message available } } }`
	nobodysGroup = "grp_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
)

// campaignInput is a campaign of groups of two at 8.00, running for a day, with what more says.
func campaignInput(s *shop, skuCode string, more vars) vars {
	now := s.Clock.Now()
	in := vars{
		"idempotencyKey": key(), "title": "Together", "offers": []vars{{"skuCode": skuCode, "price": "8.00"}}, "size": 2,
		"startsAt": now.Add(-time.Hour).Format(time.RFC3339), "endsAt": now.Add(24 * time.Hour).Format(time.RFC3339), "unitQuota": 100,
	}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// campaign starts a campaign and returns its id.
func (s *shop) campaign(skuCode string, more vars) string {
	s.t.Helper()
	return s.partner().do(campaignCreate, vars{"in": campaignInput(s, skuCode, more)}).str("groupBuyCampaignCreate.campaign.id")
}

// shopperOn is a shopper with an address whose session is on another channel.
func (s *shop) shopperOn(channel, name string) *client {
	s.t.Helper()
	s.shopper(name)
	a := s.visitor().do(`mutation($channel: Channel!, $code: String!) { sessionCreate(input: {channel: $channel, code: $code}) { session { accessToken } userErrors { code } } }`,
		vars{"channel": channel, "code": "demo:" + name})
	c := s.visitor().with("Bearer " + a.str("sessionCreate.session.accessToken"))
	c.do(addressSave, vars{"in": vars{"recipient": name, "phone": "13800138000", "region": []string{"上海市", "徐汇区"}, "street": "漕溪北路 1 号"}})
	return c
}

// seat is what a test remembers of a seat.
type seat struct {
	placed
	group string
}

// seatInput is a checkout of one unit: where is campaignId or groupBuyId.
func seatInput(g good, where, id string, more vars) vars {
	in := vars{"skuId": g.sku, where: id}
	for k, v := range more {
		in[k] = v
	}
	return vars{"idempotencyKey": key(), "checkout": vars{"groupBuy": in}, "expectedTotal": "8.00"}
}

// takes opens a group of a campaign, or joins one, for 8.00.
func (c *client) takes(g good, where, id string) seat {
	c.t.Helper()
	a := c.do(openOrJoin, vars{"in": seatInput(g, where, id, nil)})
	return seat{placed{order: a.str("orderPlace.order.id"), payment: a.str("orderPlace.payment.id")}, a.str("orderPlace.order.groupBuy.id")}
}

// paysSeat pays for a seat.
func (c *client) paysSeat(p seat) string {
	c.t.Helper()
	return c.do(sandboxPay, vars{"in": vars{"paymentId": p.payment}}).str("sandboxPay.order.state")
}

// opens opens a group and pays for it.
func (c *client) opens(g good, campaign string) seat {
	c.t.Helper()
	p := c.takes(g, "campaignId", campaign)
	wantEqual(c.t, c.paysSeat(p), "AWAITING_GROUP")
	return p
}

// joins joins a group and pays for it.
func (c *client) joins(g good, group string) seat {
	c.t.Helper()
	p := c.takes(g, "groupBuyId", group)
	c.paysSeat(p)
	return p
}

// becomes waits until the shopper's order is in a state.
func (c *client) becomes(order, state string) {
	c.t.Helper()
	eventually(c.t, "order "+state, func() bool {
		return c.do(`query($id: ID!) { order(id: $id) { state } }`, vars{"id": order}).str("order.state") == state
	})
}

// group hears the next state of a group on the socket.
func (k *socket) group() (state string, version, paid, held int, seat string) {
	k.t.Helper()
	f := k.hear()
	var p struct {
		Data struct {
			GroupBuyUpdated struct {
				State                         string
				Version, PaidSeats, HeldSeats int
				Members                       []struct{ Shopper struct{ Nickname string } }
				ViewerSeat                    *struct{ State string }
				Campaign                      struct{ Title string }
			}
		}
	}
	if f.Type != "next" || json.Unmarshal(f.Payload, &p) != nil || p.Data.GroupBuyUpdated.Campaign.Title == "" {
		k.t.Fatalf("%s %s", f.Type, f.Payload)
	}
	g := p.Data.GroupBuyUpdated
	if len(g.Members) != g.PaidSeats {
		k.t.Fatalf("%d members, %d paid seats", len(g.Members), g.PaidSeats)
	}
	if g.ViewerSeat != nil {
		seat = g.ViewerSeat.State
	}
	return g.State, g.Version, g.PaidSeats, g.HeldSeats, seat
}

// Two shoppers on two channels make a group, while a stranger without a session watches.
func TestGroupOfTwo(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	campaign := s.campaign("SKU-0", nil)
	ming, hong, wei := s.shopperOn("WECHAT_MINI_PROGRAM", "ming"), s.shopperOn("DOUYIN_MINI_PROGRAM", "hong"), s.shopper("wei")

	opened := ming.takes(g, "campaignId", campaign)
	ming.do(groupBuy, vars{"id": opened.group}).want("groupBuy.state", "PENDING", "groupBuy.viewerSeat.state", "HELD", "groupBuy.viewerSeat.order.id", opened.order,
		"groupBuy.expiresAt", "<nil>", "groupBuy.heldSeats", "1", "groupBuy.viewerRefusal", "ALREADY_MEMBER", "groupBuy.members", "[]")
	wantEqual(t, ming.paysSeat(opened), "AWAITING_GROUP")

	k, last := s.visitor().open(), 0
	k.subscribe("1", groupBuyUpdated, vars{"id": opened.group})
	next := func(state string, paid, held int) {
		t.Helper()
		for {
			st, version, p, h, seat := k.group()
			if version <= last || seat != "" {
				t.Fatalf("version %d after %d, seat %q", version, last, seat)
			}
			if last = version; st == state && p == paid && h == held {
				return
			}
		}
	}
	next("OPEN", 1, 0)
	stranger := wei.do(groupBuy, vars{"id": opened.group}).want("groupBuy.state", "OPEN", "groupBuy.paidSeats", "1", "groupBuy.seatsLeft", "1", "groupBuy.viewerSeat", "<nil>",
		"groupBuy.viewerRefusal", "<nil>", "groupBuy.leader.nickname", "m**", "groupBuy.members.0.isLeader", "true", "groupBuy.campaign.id", campaign, "groupBuy.rungReached", "<nil>")
	if stranger.str("groupBuy.leader.id") == ming.shopperID || strings.Contains(stranger.raw, "shp_") {
		t.Errorf("a shopper's own id shows: %s", stranger.raw)
	}

	joined := hong.takes(g, "groupBuyId", opened.group)
	wantEqual(t, joined.group, opened.group)
	next("OPEN", 1, 1)
	wei.do(groupBuy, vars{"id": opened.group}).want("groupBuy.viewerRefusal", "GROUP_FULL", "groupBuy.heldSeats", "1", "groupBuy.seatsLeft", "0")
	hong.paysSeat(joined)
	next("COMPLETED", 2, 0)
	ming.becomes(opened.order, "PAID")
	hong.becomes(joined.order, "PAID")
	hong.do(groupBuy, vars{"id": opened.group}).want("groupBuy.completedBy", "MEMBERS", "groupBuy.viewerSeat.state", "CONFIRMED", "groupBuy.viewerSeat.order.id", joined.order,
		"groupBuy.members.1.shopper.nickname", "h**", "groupBuy.members.1.isLeader", "false", "groupBuy.viewerRefusal", "GROUP_CLOSED")
	k.say(`{"id":"1","type":"complete"}`)

	s.partner().do(`query($id: ID!) { order(id: $id) { state groupBuy { id state viewerSeat { state } leader { nickname } } } }`, vars{"id": opened.order}).
		want("order.state", "PAID", "order.groupBuy.id", opened.group, "order.groupBuy.viewerSeat", "<nil>", "order.groupBuy.leader.nickname", "m**")
	s.visitor().do(`query($id: ID!) { node(id: $id) { ... on GroupBuyCampaign { unitsLeft campaignState openGroups { nodes { id } } } } }`, vars{"id": campaign}).
		want("node.unitsLeft", "98", "node.campaignState", "OPEN", "node.openGroups.nodes", "[]")
}

// What an order shows of its group is there by every way to the order.
func TestOrdersShowTheirGroup(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	ming := s.shopper("ming")
	opened := ming.opens(gs[0], s.campaign("SKU-0", nil))
	plain := ming.paid(gs[1])
	s.Clock.Advance(time.Minute)
	const fields = `{ id groupBuy { id campaign { product { groupBuyCampaigns { openGroups { nodes { viewerSeat { state order { state } } } } } } } } }`
	for query, path := range map[string]string{
		`query($id: ID!) { order(id: $id) ` + fields + ` }`:                          "order",
		`query($id: ID!) { node(id: $id) { ... on Order ` + fields + ` } }`:          "node",
		`query($id: ID!) { nodes(ids: [$id]) { ... on Order ` + fields + ` } }`:      "nodes.0",
		`query { me { orders(states: [AWAITING_GROUP]) { nodes ` + fields + ` } } }`: "me.orders.nodes.0",
	} {
		v := vars{"id": opened.order}
		if !strings.Contains(query, "$id") {
			v = nil
		}
		ming.do(query, v).want(path+".groupBuy.id", opened.group, path+".groupBuy.campaign.product.groupBuyCampaigns.0.openGroups.nodes.0.viewerSeat.order.state", "AWAITING_GROUP")
	}
	ming.do(`query($id: ID!) { order(id: $id) `+fields+` }`, vars{"id": plain.order}).want("order.groupBuy", "<nil>")
	s.partner().do(`{ orders(states: [AWAITING_GROUP]) { edges { node `+fields+` } } }`, nil).want("orders.edges.0.node.groupBuy.id", opened.group,
		"orders.edges.0.node.groupBuy.campaign.product.groupBuyCampaigns.0.openGroups.nodes.0.viewerSeat", "<nil>")
}

// A group that lacks people at its deadline gives the money back, unless the shop completes it before.
func TestGroupsThatLackPeople(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	campaign := s.campaign("SKU-0", vars{"size": 3, "merchantMayComplete": true, "groupSeconds": 600})
	ming, hong := s.shopper("ming"), s.shopper("hong")
	lonely, kept := ming.opens(g, campaign), hong.opens(g, campaign)
	s.partner().do(groupBuyComplete, vars{"in": vars{"groupBuyId": kept.group}}).
		want("groupBuyComplete.groupBuy.state", "COMPLETED", "groupBuyComplete.groupBuy.completedBy", "MERCHANT", "groupBuyComplete.groupBuy.viewerSeat", "<nil>")
	hong.becomes(kept.order, "PAID")
	s.Clock.Advance(11 * time.Minute)
	s.Wake()
	ming.becomes(lonely.order, "REFUNDED")
	ming.do(groupBuy, vars{"id": lonely.group}).want("groupBuy.state", "EXPIRED", "groupBuy.viewerSeat.state", "REFUNDED")
	a := s.partner().send(groupBuyComplete, vars{"in": vars{"groupBuyId": lonely.group}})
	wantEqual(t, a.verdict(), "GROUP_CLOSED")
	wantEqual(t, a.refusals()[0].Field, []string{"input", "groupBuyId"})
}

// Who leaves an open group has the money back and the group goes on without a leader; with nobody left it is over.
func TestMembersLeave(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	campaign := s.campaign("SKU-0", vars{"size": 3})
	ming, hong := s.shopper("ming"), s.shopper("hong")
	led := ming.opens(g, campaign)
	joined := hong.joins(g, led.group)
	leave := func(c *client, p seat) {
		t.Helper()
		c.do(refundRequest, vars{"in": vars{"idempotencyKey": key(), "orderId": p.order, "reason": "not any more"}})
		c.becomes(p.order, "REFUNDED")
	}
	leave(ming, led)
	hong.do(groupBuy, vars{"id": led.group}).want("groupBuy.state", "OPEN", "groupBuy.leader", "<nil>", "groupBuy.paidSeats", "1", "groupBuy.seatsLeft", "2",
		"groupBuy.members.0.isLeader", "false", "groupBuy.members.1", "<nil>", "groupBuy.viewerSeat.state", "PAID")
	ming.do(groupBuy, vars{"id": led.group}).want("groupBuy.viewerSeat.state", "REFUNDED", "groupBuy.viewerRefusal", "<nil>")
	leave(hong, joined)
	ming.do(groupBuy, vars{"id": led.group}).want("groupBuy.state", "CANCELLED", "groupBuy.members", "[]", "groupBuy.viewerRefusal", "GROUP_CLOSED")
	ming.do(`query($id: ID!) { groupBuy(id: $id) { campaign { unitsLeft } } }`, vars{"id": led.group}).want("groupBuy.campaign.unitsLeft", "100")
}

// What a group's watcher sees of himself ends with his session; what everybody sees goes on.
func TestWatchingAGroupAfterTheSession(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	campaign := s.campaign("SKU-0", vars{"size": 3})
	ming := s.shopper("ming")
	p := ming.opens(g, campaign)
	k := ming.open()
	k.subscribe("own", `subscription($id: ID!) { groupBuyUpdated(id: $id) { state viewerSeat { state } } }`, vars{"id": p.group})
	k.hear()
	k.subscribe("all", `subscription($id: ID!) { groupBuyUpdated(id: $id) { state paidSeats } }`, vars{"id": p.group})
	k.hear()
	s.Clock.Advance(16 * time.Minute) // the access token's life
	k.wantError("TOKEN_EXPIRED")
	s.shopper("hong").joins(g, p.group)
	if f := k.hear(); f.Type != "next" || f.ID != "all" {
		t.Fatalf("%s of %s: %s", f.Type, f.ID, f.Payload)
	}
}
