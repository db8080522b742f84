package app_test

import (
	"fmt"
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
	for i, want := range []string{"GroupBuyCampaign", "Product", "GroupBuyCampaign", "AssistCampaign", "Product"} {
		kinds.want("feed.edges."+itoa(i)+".node.__typename", want)
	}
	tools := s.visitor().do(`{ assistCampaigns(first: 20) { nodes { kind state } } }`, nil)
	wantEqual(t, len(tools.list("assistCampaigns.nodes")), 6) // one of each
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
	if again := s.visitor().do(`{ assistCampaigns(first: 20) { nodes { kind state } } }`, nil); string(again.raw) != string(tools.raw) {
		t.Errorf("the demo's help-me campaigns changed:\n%s\n%s", tools.raw, again.raw)
	}
	if again := s.visitor().do(membership, nil); string(again.raw) != string(club.raw) {
		t.Errorf("the demo's membership changed:\n%s\n%s", club.raw, again.raw)
	}
	s.signedIn("hong").do(gold, nil).want("me.points.available", "3200", "me.points.entries.totalCount", "1")
}

// The demo's host has a room on air from the first opening on, with something to buy, to claim and to win, whenever it is opened again; nobody is in it who has not come. A room that he has
// ended has a successor.
func TestDemoRoom(t *testing.T) {
	s := openShop(t)
	const rooms = `{ liveRooms(first: 5, state: LIVE) { nodes { id title host { nickname } viewerCount likeCount shelf { handle } pinned { note product { handle } }
		offers { id left quota offerState price { amount } sku { code price { sale { amount } live { amount } } } } drops { id left } lottery { id entries drawnAt winnersWanted }
		comments { nodes { role text author { nickname } } } } } }`
	opened := func() answer {
		t.Helper()
		if err := s.OpenDemo(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s.visitor().do(rooms, nil).want("liveRooms.nodes.1", "<nil>")
	}
	wanted := demo.LiveRoom()
	first := opened().want("liveRooms.nodes.0.title", wanted.Title, "liveRooms.nodes.0.host.nickname", "h**", "liveRooms.nodes.0.viewerCount", "0", "liveRooms.nodes.0.likeCount", "0",
		"liveRooms.nodes.0.pinned.product.handle", "wogan-mandarin", "liveRooms.nodes.0.offers.0.offerState", "OPEN", "liveRooms.nodes.0.offers.0.left", itoa(wanted.OfferQuota),
		"liveRooms.nodes.0.offers.0.price.amount", "9.90", "liveRooms.nodes.0.offers.1", "<nil>", "liveRooms.nodes.0.drops.0.left", itoa(wanted.RainQuantity), "liveRooms.nodes.0.drops.1", "<nil>",
		"liveRooms.nodes.0.lottery.entries", "0", "liveRooms.nodes.0.lottery.drawnAt", "<nil>")
	wantEqual(t, len(first.list("liveRooms.nodes.0.shelf")), len(wanted.Shelf))
	welcomed := func() bool {
		said := s.visitor().do(rooms, nil).list("liveRooms.nodes.0.comments.nodes")
		return len(said) == 1 && strings.Contains(fmt.Sprint(said), wanted.Welcome) && strings.Contains(fmt.Sprint(said), "HOST")
	}
	eventually(t, "the host has said his welcome", welcomed)
	again := opened()
	for _, of := range []string{"id", "offers.0.id", "drops.0.id", "lottery.id"} {
		wantEqual(t, again.str("liveRooms.nodes.0."+of), first.str("liveRooms.nodes.0."+of))
	}

	s.Clock.Advance(7*24*time.Hour + time.Minute)
	s.Wake()
	eventually(t, "the lottery is drawn, since nobody has", func() bool { return s.visitor().do(rooms, nil).at("liveRooms.nodes.0.lottery.drawnAt") != nil })
	later := opened().want("liveRooms.nodes.0.id", first.str("liveRooms.nodes.0.id"), "liveRooms.nodes.0.offers.0.offerState", "OPEN", "liveRooms.nodes.0.offers.1", "<nil>",
		"liveRooms.nodes.0.drops.0.left", itoa(wanted.RainQuantity), "liveRooms.nodes.0.lottery.drawnAt", "<nil>")
	for _, of := range []string{"offers.0.id", "drops.0.id", "lottery.id"} {
		if later.str("liveRooms.nodes.0."+of) == first.str("liveRooms.nodes.0."+of) {
			t.Errorf("%s is the one of a week ago", of)
		}
	}
	wantEqual(t, welcomed(), true)

	s.signedIn(demo.Host).do(roomEnd, vars{"in": vars{"roomId": first.str("liveRooms.nodes.0.id")}})
	next := opened().want("liveRooms.nodes.0.title", wanted.Title, "liveRooms.nodes.0.offers.0.offerState", "OPEN", "liveRooms.nodes.0.drops.0.left", itoa(wanted.RainQuantity))
	if next.str("liveRooms.nodes.0.id") == first.str("liveRooms.nodes.0.id") {
		t.Error("a room that has ended is on air")
	}
}

// The demo's host becomes part of another account: his room runs on, and what has its turn in it begins. When that account is erased there is another room, of whoever
// signs in as the host then. Without what it shows there is none, and the demo opens all the same.
func TestDemoRoomOfAnotherHost(t *testing.T) {
	s := openShop(t)
	const rooms = `{ liveRooms(first: 5, state: LIVE) { nodes { id host { nickname } offers { id offerState } drops { id } lottery { id drawnAt } } } }`
	opened := func() answer {
		t.Helper()
		if err := s.OpenDemo(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s.visitor().do(rooms, nil)
	}
	first := opened()
	person := s.signedIn("ming").do(linkChannel, vars{"channel": "H5", "code": "demo:" + demo.Host}).want("channelLink.merged", "true").str("channelLink.shopper.id")
	host := s.signedIn(demo.Host)
	wantEqual(t, host.shopperID, person)
	s.Clock.Advance(7*24*time.Hour + time.Minute)
	s.Wake()
	eventually(t, "the lottery is drawn", func() bool { return s.visitor().do(rooms, nil).at("liveRooms.nodes.0.lottery.drawnAt") != nil })
	later := opened().want("liveRooms.nodes.0.id", first.str("liveRooms.nodes.0.id"), "liveRooms.nodes.1", "<nil>", "liveRooms.nodes.0.offers.0.offerState", "OPEN", "liveRooms.nodes.0.offers.1", "<nil>",
		"liveRooms.nodes.0.lottery.drawnAt", "<nil>")
	for _, of := range []string{"offers.0.id", "drops.0.id", "lottery.id"} {
		if later.str("liveRooms.nodes.0."+of) == first.str("liveRooms.nodes.0."+of) {
			t.Errorf("%s is the one of a week ago", of)
		}
	}

	s.signedIn(demo.Host).do(shopperErase, nil).want("shopperErase.erased", "true")
	eventually(t, "the erased host's room has ended", func() bool { return s.visitor().do(rooms, nil).at("liveRooms.nodes.0") == nil })
	next := opened().want("liveRooms.nodes.0.offers.0.offerState", "OPEN", "liveRooms.nodes.1", "<nil>")
	if next.str("liveRooms.nodes.0.id") == first.str("liveRooms.nodes.0.id") {
		t.Error("a room that has ended is on air")
	}

	s.signedIn(demo.Host).do(roomEnd, vars{"in": vars{"roomId": next.str("liveRooms.nodes.0.id")}})
	product := s.visitor().do(`{ product(handle: "wogan-mandarin") { id } }`, nil).str("product.id")
	if err := s.Catalog.VisibilitySet(t.Context(), product, false, "test"); err != nil {
		t.Fatal(err)
	}
	opened().want("liveRooms.nodes", "[]")
}

// A shop of other goods stays as it is.
func TestDemoOnAShopOfOtherGoods(t *testing.T) {
	s := openShop(t)
	s.goods(1, 5)
	if err := s.OpenDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.visitor().do(`{ groupBuyCampaigns(first: 20) { nodes { id } } products(first: 10) { totalCount } couponTemplates { nodes { id } } liveRooms { nodes { id } } }`, nil).want("liveRooms.nodes", "[]", "couponTemplates.nodes", "[]",
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
