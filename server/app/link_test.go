package app_test

import (
	"encoding/json"
	"testing"
)

const linkChannel = `mutation($channel: Channel!, $code: String!) { channelLink(input: {channel: $channel, code: $code}) {
	shopper { id nickname channels { channel } points { available } orders { totalCount } } merged userErrors { code field message } } }`

// session signs a demo shopper in on a channel.
func (s *shop) session(channel, name string) *client {
	s.t.Helper()
	a := s.visitor().do(`mutation($channel: Channel!, $code: String!) { sessionCreate(input: {channel: $channel, code: $code}) { session { accessToken refreshToken shopper { id } } userErrors { code } } }`,
		vars{"channel": channel, "code": "demo:" + name})
	return s.visitor().within(a, "sessionCreate")
}

// renewed is the client with the pair that its refresh token gives.
func (c *client) renewed() *client {
	c.t.Helper()
	return c.with("").within(c.with("").do(sessionRefresh, vars{"t": c.refreshToken}), "sessionRefresh")
}

// within is the client with the session that an answer gave.
func (c *client) within(a answer, mutation string) *client {
	at := mutation + ".session."
	c = c.with("Bearer " + a.str(at+"accessToken"))
	c.shopperID, c.refreshToken = a.str(at+"shopper.id"), a.str(at+"refreshToken")
	return c
}

// pointsNow hears the next account on the socket until it has so many points.
func (k *socket) pointsNow(want int) {
	k.t.Helper()
	for {
		f := k.hear()
		var p struct {
			Data struct{ PointsChanged struct{ Available int } }
		}
		if f.Type != "next" || json.Unmarshal(f.Payload, &p) != nil {
			k.t.Fatalf("%s %s, want %d points", f.Type, f.Payload, want)
		}
		if p.Data.PointsChanged.Available == want {
			return
		}
	}
}

const pointsChanged = `subscription { pointsChanged { available } }`

// One account on WeChat that has earned, another on Douyin with an order, a coupon and a seat: a link makes them one person, with one of everything on both.
func TestOneMemberOnTwoChannels(t *testing.T) {
	const wechatApp, douyinApp = "WECHAT_MINI_PROGRAM", "DOUYIN_MINI_PROGRAM"
	s := openShop(t)
	gs := s.goods(2, 50)
	till := s.till("POINTS_WRITE")
	wei := s.shopper("wei")
	led := wei.opens(gs[1], s.campaign("SKU-1", vars{"size": 4}))

	ming := s.session(wechatApp, "ming")
	till.do(pointsEarn, earning(ming.shopperID, 400, nil))
	hong := s.session(douyinApp, "hong")
	hong.do(addressSave, vars{"in": vars{"recipient": "hong", "phone": "13800138000", "region": []string{"上海市", "徐汇区"}, "street": "漕溪北路 1 号"}})
	till.do(pointsEarn, earning(hong.shopperID, 100, nil))
	coupon := hong.claims(s.template(nil))
	spent := hong.do(spendPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"lines": []vars{line(gs[0].sku, 1)}, "usePoints": 60}, "expectedTotal": "9.40"}})
	seat := hong.joins(gs[1], led.group)
	order, payment := spent.str("orderPlace.order.id"), spent.str("orderPlace.payment.id")

	linked := hong.do(linkChannel, vars{"channel": wechatApp, "code": "demo:ming"}).want("channelLink.merged", "true", "channelLink.shopper.id", ming.shopperID, "channelLink.shopper.nickname", "ming",
		"channelLink.shopper.points.available", "440", "channelLink.shopper.orders.totalCount", "2")
	wantEqual(t, len(linked.list("channelLink.shopper.channels")), 2)

	// The old session is told to refresh, and is then the survivor's; whoever signs in on either channel is the same person.
	wantEqual(t, hong.send(`{ me { id } }`, nil).code(), "TOKEN_EXPIRED")
	wantEqual(t, hong.send(checkIn, nil).code(), "TOKEN_EXPIRED")
	const all = `{ me { id points { available held } coupons { nodes { id state } } groupBuys { nodes { id viewerSeat { order { id } } } } orders { nodes { id } } addresses { recipient isDefault } } }`
	for name, who := range map[string]*client{"the first": ming, "refreshed": hong.renewed(), "on WeChat": s.session(wechatApp, "ming"), "on Douyin": s.session(douyinApp, "hong")} {
		wantEqual(t, name+" "+who.shopperID, name+" "+ming.shopperID)
		who.do(all, nil).want("me.id", ming.shopperID, "me.points.available", "440", "me.points.held", "60", "me.coupons.nodes.0.id", coupon, "me.groupBuys.nodes.0.id", led.group,
			"me.groupBuys.nodes.0.viewerSeat.order.id", seat.order, "me.groupBuys.nodes.1", "<nil>", "me.orders.nodes.0.id", seat.order, "me.orders.nodes.1.id", order, "me.orders.nodes.2", "<nil>",
			"me.addresses.0.recipient", "hong", "me.addresses.0.isDefault", "true")
	}
	ming.send(openOrJoin, vars{"in": seatInput(gs[1], "groupBuyId", led.group, nil)}).want("orderPlace.userErrors.0.code", "ALREADY_MEMBER")

	// A till that kept the old id finds the survivor; money for the old half's order is for the person's.
	till.send(memberIdentify, vars{"in": vars{"id": hong.shopperID}}).want("memberIdentify.member.id", ming.shopperID, "memberIdentify.member.points.available", "440")
	till.do(pointsEarn, earning(hong.shopperID, 7, nil)).want("pointsEarn.member.id", ming.shopperID, "pointsEarn.entry.balanceAfter", "447")
	ming.do(sandboxPay, vars{"in": vars{"paymentId": payment}}).want("sandboxPay.order.state", "PAID")
	ming.do(myPoints, nil).want("me.points.available", "447", "me.points.held", "0")
	s.refund(ming, order)
	ming.becomes(order, "REFUNDED")
	ming.do(myPoints, nil).want("me.points.available", "507", "me.points.debt", "0")
}

// What the old session watches ends as the account does, here and in another process; what everybody may see goes on. Who refreshes watches as the survivor.
func TestWatchingThroughAMerge(t *testing.T) {
	c := settings(t)
	here, there := openOn(t, c), openOn(t, c)
	t.Cleanup(here.check)
	g := here.goods(1, 10)[0]
	led := here.shopper("wei").opens(g, here.campaign("SKU-0", vars{"size": 3}))
	ming, hong := here.shopper("ming"), here.shopper("hong")
	elsewhere := *hong
	elsewhere.url = there.URL + "/graphql"
	var sockets []*socket
	for _, client := range []*client{hong, &elsewhere} {
		k := client.open()
		k.subscribe("own", pointsChanged, nil)
		k.pointsNow(0)
		k.subscribe("all", `subscription($id: ID!) { groupBuyUpdated(id: $id) { state paidSeats } }`, vars{"id": led.group})
		k.hear()
		sockets = append(sockets, k)
	}
	survivor := ming.open()
	survivor.subscribe("own", pointsChanged, nil)
	survivor.pointsNow(0)

	hong.do(linkChannel, vars{"channel": "H5", "code": "demo:ming"}).want("channelLink.merged", "true")
	for _, k := range sockets {
		f := k.hear()
		for f.Type == "next" && f.ID == "own" { // the account as the merge left it
			f = k.hear()
		}
		var problems []struct{ Extensions struct{ Code string } }
		if f.Type != "error" || f.ID != "own" || json.Unmarshal(f.Payload, &problems) != nil || problems[0].Extensions.Code != "TOKEN_EXPIRED" {
			t.Fatalf("%s of %s: %s", f.Type, f.ID, f.Payload)
		}
	}
	wantEqual(t, elsewhere.send(`{ checkoutQuote(input: {lines: []}) { quote { token } } }`, nil).code(), "TOKEN_EXPIRED")

	renewed := elsewhere.renewed()
	again := renewed.open()
	again.subscribe("own", pointsChanged, nil)
	again.pointsNow(0)
	here.till("POINTS_WRITE").do(pointsEarn, earning(hong.shopperID, 30, nil))
	again.pointsNow(30)
	survivor.pointsNow(30)
	here.shopper("cow").joins(g, led.group)
	for _, k := range sockets {
		if f := k.hear(); f.Type != "next" || f.ID != "all" {
			t.Fatalf("%s of %s: %s", f.Type, f.ID, f.Payload)
		}
	}
}
