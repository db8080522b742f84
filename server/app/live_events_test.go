package app_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	resetFields    = ` ... on LiveReset { room { ` + publicRoom + ` } }`
	publicRoom     = `id title state cursor pinned { product { id } } offers { id left sku { code } } drops { id left } lottery { id entries } shelf { id }`
	liveRoomEvents = `subscription($id: ID!, $after: String) { liveRoomEvents(roomId: $id, after: $after) { ` + eventFields + resetFields + ` } }`
)

// happened is one event of a room.
type happened struct {
	t      testing.TB
	answer answer
	kind   string
	seq    int
	cursor string
}

// event hears the next event of a room on the socket.
func (k *socket) event() happened {
	k.t.Helper()
	return event(k.t, k.hear())
}

// event reads an event of a room.
func event(t testing.TB, f frame) happened {
	t.Helper()
	a := answer{t: t, raw: string(f.Payload)}
	if err := json.Unmarshal(f.Payload, &a); err != nil || f.Type != "next" || len(a.Errors) > 0 {
		t.Fatalf("%s %s", f.Type, f.Payload)
	}
	return happened{t, a, a.str("liveRoomEvents.__typename"), a.num("liveRoomEvents.seq"), a.str("liveRoomEvents.cursor")}
}

// until hears events, which have no gaps, until one of a kind that shows a text.
func (k *socket) until(kind, text string, last *int) happened {
	k.t.Helper()
	for range 200 {
		e := k.event()
		if e.kind != "LiveReset" && e.seq != *last+1 {
			k.t.Fatalf("event %d after %d: %s", e.seq, *last, e.answer.raw)
		}
		if *last = e.seq; e.kind == kind && strings.Contains(e.answer.raw, text) {
			return e
		}
	}
	k.t.Fatalf("no %s with %s", kind, text)
	return happened{}
}

// Everything that happens in a room comes to who watches, in order, with what he asked for; who was away goes on where he stopped.
func TestEventsOfARoom(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	host, ming, hong := s.host("lin"), s.shopper("ming"), s.shopper("hong")
	room := host.onAir(gs...)
	ref := vars{"in": vars{"roomId": room}}

	k, last := s.visitor().open(), 0
	k.subscribe("1", liveRoomEvents, vars{"id": room})
	first := k.until("LiveReset", room, &last)
	first.answer.want("liveRoomEvents.room.state", "LIVE", "liveRoomEvents.room.shelf.1.id", gs[1].product, "liveRoomEvents.room.offers", "[]")

	host.do(productPin, vars{"in": vars{"roomId": room, "productId": gs[0].product}})
	k.until("LivePinChanged", gs[0].product, &last).answer.want("liveRoomEvents.pinned.product.price.best.amount", "10.00")
	offer := host.offers(room, gs[0], 3)
	k.until("LiveOfferChanged", offer, &last).answer.want("liveRoomEvents.offer.left", "3", "liveRoomEvents.offer.sku.code", "SKU-0", "liveRoomEvents.offer.sku.price.live.amount", "6.00")
	said := ming.says(room, "来了")
	k.until("LiveTick", said, &last).answer.want("liveRoomEvents.comments.0.author.nickname", "m**")
	bought := ming.do(liveOrder, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"liveOffer": vars{"offerId": offer}}, "expectedTotal": "6.00"}})
	ming.pay(placed{payment: bought.str("orderPlace.payment.id")})
	k.until("LiveOrderPlaced", gs[0].product, &last)
	host.do(shelfSet, vars{"in": vars{"roomId": room, "productIds": []string{gs[0].product}}})
	k.until("LiveShelfChanged", gs[0].product, &last)
	host.do(slowMode, vars{"in": vars{"roomId": room, "seconds": 5}})
	k.until("LiveSlowModeChanged", `"seconds":5`, &last)
	question := hong.do(questionAsk, vars{"in": vars{"roomId": room, "text": "包邮吗", "clientId": "q"}}).str("liveQuestionAsk.question.id")
	asked := k.until("LiveQuestionChanged", question, &last)
	opened := ming.opens(gs[0], s.campaign("SKU-0", nil))
	k.until("LiveGroupProgress", opened.group, &last)
	host.do(commentHide, vars{"in": vars{"roomId": room, "commentId": said}})
	k.until("LiveCommentHidden", said, &last)
	host.do(roomEnd, ref)
	k.until("LiveStateChanged", `"ENDED"`, &last)

	again, next := hong.open(), asked.seq
	again.subscribe("1", liveRoomEvents, vars{"id": room, "after": asked.cursor})
	again.until("LiveGroupProgress", opened.group, &next)
	again.until("LiveStateChanged", `"ENDED"`, &next)
	wantEqual(t, next, last)
	again.say(`{"id":"1","type":"complete"}`)
	k.say(`{"id":"1","type":"complete"}`)

	past := s.visitor().do(`query($id: ID!) { liveRoom(id: $id) { events(first: 100) { edges { cursor node { seq } } nodes { `+eventFields+` } pageInfo { hasNextPage } } } }`, vars{"id": room})
	for i := range past.list("liveRoom.events.nodes") {
		if i > 0 && past.num("liveRoom.events.nodes."+itoa(i)+".seq") != past.num("liveRoom.events.nodes."+itoa(i-1)+".seq")+1 {
			t.Fatalf("a gap in the past: %s", past.raw)
		}
	}
	if strings.Contains(past.raw, "来了") || !strings.Contains(past.raw, "LiveOfferChanged") {
		t.Errorf("the past shows %s", past.raw)
	}
	nobody := s.visitor().open()
	nobody.subscribe("1", liveRoomEvents, vars{"id": nobodysRoom})
	nobody.wantError("NOT_FOUND")
}

// What depends on the viewer is his own, in the same events.
func TestEventsOfARoomForEachViewer(t *testing.T) {
	s := openShop(t)
	host, ming, hong := s.host("lin"), s.shopper("ming"), s.shopper("hong")
	room, template := host.onAir(s.goods(1, 5)...), s.template(nil)
	const own = `subscription($id: ID!) { liveRoomEvents(roomId: $id) { __typename seq cursor ... on LiveReset { room { id viewerRole } } ... on LiveCouponDropChanged { drop { id left viewerClaimed } } } }`
	drop := host.do(dropStart, vars{"in": vars{"idempotencyKey": "d", "roomId": room, "couponTemplateId": template, "quantity": 2, "seconds": 60}}).str("liveCouponDrop.drop.id")
	ming.do(dropClaim, vars{"in": vars{"dropId": drop}})
	sockets := map[*client]*socket{host: host.open(), ming: ming.open(), hong: hong.open(), s.visitor(): s.visitor().open()}
	lasts := map[*client]*int{}
	for c, k := range sockets {
		k.subscribe("1", own, vars{"id": room})
		role := `"viewerRole":"VIEWER"`
		switch c {
		case host:
			role = `"viewerRole":"HOST"`
		case ming, hong:
		default:
			role = `"viewerRole":null`
		}
		lasts[c] = new(int)
		k.until("LiveReset", role, lasts[c])
	}
	hong.do(dropClaim, vars{"in": vars{"dropId": drop}})
	for c, k := range sockets {
		claimed := `"viewerClaimed":false`
		if c == ming || c == hong {
			claimed = `"viewerClaimed":true`
		}
		k.until("LiveCouponDropChanged", `"left":0,`+claimed, lasts[c])
		k.say(`{"id":"1","type":"complete"}`)
	}
}
