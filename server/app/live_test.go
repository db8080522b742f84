package app_test

import (
	"strings"
	"testing"
	"time"
)

const (
	offerFields   = `id quota left price { amount currency } startsAt endsAt offerState sku { id code price { sale { amount } live { amount } best { amount } } product { id title } }`
	dropFields    = `id quantity left endsAt viewerClaimed template { id title left viewerClaimed }`
	lotteryFields = `id prize winnersWanted entries seedHash entriesHash seed endsAt drawnAt viewerTicket winners { ticket key nickname }`
	questionField = `id text upvotes answer answeredAt viewerUpvoted author { id nickname }`
	commentFields = `id text at role author { id nickname avatarUrl }`
	eventFields   = `__typename seq cursor at ... on LiveTick { viewerCount likeCount commentsDropped comments { ` + commentFields + ` } } ... on LiveStateChanged { state }
		... on LivePinChanged { pinned { note product { id title price { best { amount } } } } } ... on LiveShelfChanged { shelf { id title } } ... on LiveOfferChanged { offer { ` + offerFields + ` } }
		... on LiveCouponDropChanged { drop { ` + dropFields + ` } } ... on LiveLotteryChanged { lottery { ` + lotteryFields + ` } } ... on LiveOrderPlaced { buyer { nickname } product { id } quantity }
		... on LiveGroupProgress { groupBuy { id state paidSeats } } ... on LiveCommentHidden { commentId } ... on LiveSlowModeChanged { seconds } ... on LiveQuestionChanged { question { ` + questionField + ` } }`
	roomCard = `id title host { id nickname avatarUrl } coverUrl state scheduledFor startedAt endedAt playbackUrl replayUrl viewerCount likeCount slowModeSeconds cursor viewerRole viewerMutedUntil
		pinned { pinnedAt note product { id title price { best { amount } live { amount } } } } offers { ` + offerFields + ` } drops { ` + dropFields + ` } lottery { ` + lotteryFields + ` }
		shelf { id title media { url } price { best { amount } } category { name } }`
	roomPage = roomCard + ` comments { edges { cursor node { id } } nodes { ` + commentFields + ` } pageInfo { hasPreviousPage startCursor } }
		questions { edges { cursor } nodes { ` + questionField + ` } pageInfo { hasNextPage endCursor } } share { token url title imageUrl miniProgramPath sharer { nickname } target { ... on LiveRoom { id } } }`
	liveRoom      = `query($id: ID!) { liveRoom(id: $id) { ` + roomPage + ` } }`
	nobodysRoom   = "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
	liveRefusals  = ` userErrors { code field message available retryAfterSeconds } } }`
	roomCreate    = `mutation($in: LiveRoomCreateInput!) { liveRoomCreate(input: $in) { room { ` + roomCard + ` }` + liveRefusals
	offerStart    = `mutation($in: LiveOfferStartInput!) { liveOfferStart(input: $in) { offer { ` + offerFields + ` room { id state host { nickname } offers { id } } }` + liveRefusals
	ofRooms       = ` room { ` + roomCard + ` }` + liveRefusals
	ofOffers      = ` offer { ` + offerFields + ` }` + liveRefusals
	liveOrder     = `mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { order { id total { amount } lines { unitPrice { amount } quantity } } payment { id } quote { total { amount } } userErrors { code field message available } } }`
	liveOfferNode = `query($id: ID!) { node(id: $id) { ... on LiveOffer { ` + offerFields + ` room { id title } } } }`
)

// drive is a mutation about a room, by its name.
func drive(mutation, input string) string {
	return "mutation($in: " + input + "!) { " + mutation + "(input: $in) {" + ofRooms
}

var (
	roomStart  = drive("liveRoomStart", "LiveRoomRef")
	roomPause  = drive("liveRoomPause", "LiveRoomRef")
	roomEnd    = drive("liveRoomEnd", "LiveRoomRef")
	roomBan    = drive("liveRoomBan", "LiveRoomBanInput")
	shelfSet   = drive("liveShelfSet", "LiveShelfSetInput")
	productPin = drive("liveProductPin", "LiveProductPinInput")
	unpin      = drive("liveProductUnpin", "LiveRoomRef")
	staffSet   = drive("liveStaffSet", "LiveStaffSetInput")
	slowMode   = drive("liveSlowModeSet", "LiveSlowModeSetInput")
	roomUpdate = drive("liveRoomUpdate", "LiveRoomUpdateInput")
	offerEnd   = "mutation($in: LiveOfferRef!) { liveOfferEnd(input: $in) {" + ofOffers
)

// host is a shopper who may run rooms.
func (s *shop) host(name string) *client {
	s.t.Helper()
	if err := s.Identity.HostGrant(s.t.Context(), s.shopper(name).shopperID); err != nil {
		s.t.Fatal(err)
	}
	return s.signedIn(name) // a session has the scopes of its making
}

// operator is the demo's operator.
func (s *shop) operator() *client { return s.visitor().with("Bearer kt_demo_operator") }

// room makes a room with these goods on its shelf and returns its id.
func (c *client) room(goods ...good) string {
	c.t.Helper()
	return c.do(`mutation($in: LiveRoomCreateInput!) { liveRoomCreate(input: $in) { room { id } userErrors { code field } } }`,
		vars{"in": vars{"idempotencyKey": key(), "title": "今晚上新", "productIds": productIDs(goods)}}).str("liveRoomCreate.room.id")
}

// onAir makes a room and starts it.
func (c *client) onAir(goods ...good) string {
	c.t.Helper()
	room := c.room(goods...)
	c.do(`mutation($in: LiveRoomRef!) { liveRoomStart(input: $in) { room { state } userErrors { code field } } }`, vars{"in": vars{"roomId": room}}).want("liveRoomStart.room.state", "LIVE")
	return room
}

// offers starts an offer of a good at 6.00 and returns its id.
func (c *client) offers(room string, g good, quota int) string {
	c.t.Helper()
	return c.do(offerStart, vars{"in": offerInput(room, g, vars{"quota": quota})}).str("liveOfferStart.offer.id")
}

func offerInput(room string, g good, more vars) vars {
	in := vars{"idempotencyKey": key(), "roomId": room, "skuId": g.sku, "price": "6.00", "quota": 10, "seconds": 600}
	for k, v := range more {
		in[k] = v
	}
	return in
}

func productIDs(goods []good) []string {
	ids := make([]string, len(goods))
	for i, g := range goods {
		ids[i] = g.product
	}
	return ids
}

// A host makes a room, fills its shelf, goes on air, pins and offers; a viewer sees it all, and buys the offer in three requests.
func TestRoomFromShelfToPaid(t *testing.T) {
	s := openShop(t)
	gs := s.goods(3, 10)
	host, ming := s.host("lin"), s.shopper("ming")

	in := vars{
		"idempotencyKey": "room", "title": "今晚上新", "coverUrl": "https://cdn.example/cover.jpg", "productIds": productIDs(gs[:2]),
		"scheduledFor": s.Clock.Now().Add(time.Hour).UTC().Format(time.RFC3339),
	}
	made := host.do(roomCreate, vars{"in": in}).want("liveRoomCreate.room.state", "SCHEDULED", "liveRoomCreate.room.host.nickname", "l**", "liveRoomCreate.room.viewerRole", "HOST",
		"liveRoomCreate.room.shelf.0.title", "Good 0", "liveRoomCreate.room.shelf.1.title", "Good 1", "liveRoomCreate.room.startedAt", "<nil>", "liveRoomCreate.room.offers", "[]")
	room := made.str("liveRoomCreate.room.id")
	host.do(roomCreate, vars{"in": in}).want("liveRoomCreate.room.id", room)
	ref := vars{"in": vars{"roomId": room}}
	host.do(roomStart, ref).want("liveRoomStart.room.state", "LIVE")
	host.do(shelfSet, vars{"in": vars{"roomId": room, "productIds": []string{gs[2].product, gs[0].product}}}).want("liveShelfSet.room.shelf.0.title", "Good 2", "liveShelfSet.room.shelf.1.title", "Good 0")
	host.do(productPin, vars{"in": vars{"roomId": room, "productId": gs[0].product, "note": "只剩今晚"}}).want("liveProductPin.room.pinned.product.id", gs[0].product, "liveProductPin.room.pinned.note", "只剩今晚")
	host.do(slowMode, vars{"in": vars{"roomId": room, "seconds": 5}}).want("liveSlowModeSet.room.slowModeSeconds", "5")
	host.do(roomUpdate, vars{"in": vars{"roomId": room, "title": "现在开播"}}).want("liveRoomUpdate.room.title", "现在开播", "liveRoomUpdate.room.coverUrl", "https://cdn.example/cover.jpg")
	offer := host.do(offerStart, vars{"in": offerInput(room, gs[0], vars{"quota": 3})}).want("liveOfferStart.offer.left", "3", "liveOfferStart.offer.price.amount", "6.00",
		"liveOfferStart.offer.offerState", "OPEN", "liveOfferStart.offer.room.id", room, "liveOfferStart.offer.room.host.nickname", "l**", "liveOfferStart.offer.sku.id", gs[0].sku).str("liveOfferStart.offer.id")

	page := ming.do(liveRoom, vars{"id": room}).want("liveRoom.viewerRole", "VIEWER", "liveRoom.pinned.product.price.live.amount", "6.00", "liveRoom.offers.0.id", offer,
		"liveRoom.offers.0.sku.price.live.amount", "6.00", "liveRoom.offers.0.sku.price.best.amount", "10.00", "liveRoom.share.title", "现在开播", "liveRoom.share.target.id", room,
		"liveRoom.share.imageUrl", "https://cdn.example/cover.jpg")
	wantEqual(t, strings.HasPrefix(page.str("liveRoom.share.miniProgramPath"), "pages/live/index"), true)
	if strings.Contains(page.raw, "shp_") {
		t.Errorf("a shopper's own id shows: %s", page.raw)
	}
	s.visitor().do(liveRoom, vars{"id": room}).want("liveRoom.viewerRole", "<nil>", "liveRoom.share", "<nil>", "liveRoom.viewerMutedUntil", "<nil>", "liveRoom.shelf.0.id", gs[2].product)

	bought := ming.do(liveOrder, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"liveOffer": vars{"offerId": offer, "quantity": 2}}, "expectedTotal": "12.00"}}).
		want("orderPlace.order.total.amount", "12.00")
	s.visitor().do(liveOfferNode, vars{"id": offer}).want("node.left", "1", "node.room.id", room)
	ming.pay(placed{payment: bought.str("orderPlace.payment.id")})
	s.visitor().do(liveOfferNode, vars{"id": offer}).want("node.left", "1", "node.quota", "3", "node.offerState", "OPEN")
	dear := ming.send(liveOrder, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"liveOffer": vars{"offerId": offer}}, "expectedTotal": "5.00"}})
	wantEqual(t, dear.verdict(), "PRICE_CHANGED")
	dear.want("orderPlace.quote.total.amount", "6.00")
	ming.do(checkoutQuote, vars{"in": vars{"liveOffer": vars{"offerId": offer}}}).want("checkoutQuote.quote.total.amount", "6.00", "checkoutQuote.quote.adjustments.0.kind", "LIVE_OFFER")

	host.do(offerEnd, vars{"in": vars{"offerId": offer}}).want("liveOfferEnd.offer.offerState", "ENDED")
	host.do(unpin, ref).want("liveProductUnpin.room.pinned", "<nil>", "liveProductUnpin.room.offers", "[]")
	host.do(roomPause, ref).want("liveRoomPause.room.state", "PAUSED")
	host.do(roomEnd, ref).want("liveRoomEnd.room.state", "ENDED")
	wantEqual(t, host.send(roomStart, ref).verdict(), "ROOM_STATE")
}

// What needs a scope or a role is refused without, and leaves the room as it was; a room of nobody is not there.
func TestRolesOfRooms(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	host, other, ming := s.host("lin"), s.host("zhao"), s.shopper("ming")
	room := host.onAir(gs...)
	offer := host.offers(room, gs[0], 5)
	before := s.visitor().do(liveRoom, vars{"id": room})

	ref := vars{"roomId": room}
	public := ming.do(`{ me { public { id } } }`, nil).str("me.public.id")
	for query, in := range map[string]vars{
		roomStart: ref, roomPause: ref, roomEnd: ref, unpin: ref, roomUpdate: {"roomId": room, "title": "mine"}, shelfSet: {"roomId": room, "productIds": []string{}},
		productPin: {"roomId": room, "productId": gs[1].product}, slowMode: {"roomId": room, "seconds": 9}, staffSet: {"roomId": room, "publicShopperId": public, "role": "CO_HOST"},
		offerStart: offerInput(room, gs[1], nil), offerEnd: {"offerId": offer},
	} {
		a := other.send(query, vars{"in": in})
		if a.verdict() != "ROLE_REQUIRED" || strings.Contains(a.raw, room) {
			t.Errorf("a host of other rooms: %s\n%s", query, a.raw)
		}
		wantEqual(t, ming.send(query, vars{"in": in}).code(), "FORBIDDEN")
		wantEqual(t, s.visitor().send(query, vars{"in": in}).code(), "UNAUTHENTICATED")
		wantEqual(t, s.operator().send(query, vars{"in": in}).code(), "FORBIDDEN")
		if _, of := in["roomId"]; of {
			nowhere := vars{}
			for k, v := range in {
				nowhere[k] = v
			}
			nowhere["roomId"] = nobodysRoom
			wantEqual(t, host.send(query, vars{"in": nowhere}).verdict(), "NOT_FOUND")
		}
	}
	ban := vars{"in": vars{"roomId": room, "reason": "a test"}}
	for _, c := range []*client{host, ming} {
		wantEqual(t, c.send(roomBan, ban).code(), "FORBIDDEN")
	}
	after := s.visitor().do(liveRoom, vars{"id": room})
	after.want("liveRoom.state", "LIVE", "liveRoom.title", before.str("liveRoom.title"), "liveRoom.pinned", "<nil>", "liveRoom.offers.0.offerState", "OPEN", "liveRoom.slowModeSeconds", "0")
	wantEqual(t, len(after.list("liveRoom.shelf")), 2)

	host.do(staffSet, vars{"in": vars{"roomId": room, "publicShopperId": other.do(`{ me { public { id } } }`, nil).str("me.public.id"), "role": "CO_HOST"}})
	other.do(productPin, vars{"in": vars{"roomId": room, "productId": gs[1].product}}).want("liveProductPin.room.viewerRole", "CO_HOST", "liveProductPin.room.pinned.product.id", gs[1].product)
	wantEqual(t, other.send(staffSet, vars{"in": vars{"roomId": room, "publicShopperId": public, "role": "CO_HOST"}}).verdict(), "ROLE_REQUIRED")
	s.operator().do(roomBan, ban).want("liveRoomBan.room.state", "BANNED", "liveRoomBan.room.viewerRole", "<nil>")
	wantEqual(t, host.send(roomStart, vars{"in": ref}).verdict(), "ROOM_STATE")
	ming.do(liveRoom, vars{"id": room}).want("liveRoom.state", "BANNED", "liveRoom.share", "<nil>", "liveRoom.playbackUrl", "<nil>")
}

// Rooms and what is in them are nodes, and lists lead through them.
func TestRoomsAreListedAndNodes(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	host := s.host("lin")
	first := host.onAir(gs[0])
	s.Clock.Advance(time.Minute)
	second, third := host.onAir(gs[1]), host.room()
	offer := host.offers(first, gs[0], 5)

	const list = `query($n: Int, $after: String, $state: LiveState) { liveRooms(first: $n, after: $after, state: $state) { totalCount edges { cursor node { id host { nickname } offers { id } } } nodes { id } pageInfo { hasNextPage endCursor } } }`
	s.visitor().do(list, vars{"n": 2}).want("liveRooms.totalCount", "3", "liveRooms.edges.0.node.id", second, "liveRooms.edges.1.node.id", first, "liveRooms.nodes.1.id", first,
		"liveRooms.edges.1.node.offers.0.id", offer, "liveRooms.edges.0.node.host.nickname", "l**")
	wantEqual(t, s.visitor().pages(list, vars{"n": 1}, "liveRooms"), []string{second, first, third})
	wantEqual(t, s.visitor().pages(list, vars{"n": 5, "state": "SCHEDULED"}, "liveRooms"), []string{third})
	wantEqual(t, s.visitor().send(list, vars{"after": "x"}).code(), "INVALID_CURSOR")
	wantEqual(t, s.visitor().send(list, vars{"n": 101}).code(), "INVALID_INPUT")

	s.visitor().do(`query($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on LiveRoom { title shelf { id } } ... on LiveOffer { sku { code } room { id } } } }`, vars{"ids": []string{
		first, offer, nobodysRoom, "lvo_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "lvq_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "lvd_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "lvl_01JD8Q2M0V6T3C9E5K7R1XW4ZB", first,
	}}).want("nodes.0.__typename", "LiveRoom", "nodes.0.shelf.0.id", gs[0].product, "nodes.1.__typename", "LiveOffer", "nodes.1.room.id", first, "nodes.1.sku.code", "SKU-0",
		"nodes.2", "<nil>", "nodes.3", "<nil>", "nodes.4", "<nil>", "nodes.5", "<nil>", "nodes.6", "<nil>", "nodes.7.id", first)
	s.visitor().do(liveRoom, vars{"id": nobodysRoom}).want("liveRoom", "<nil>")
	s.visitor().do(liveRoom, vars{"id": gs[0].product}).want("liveRoom", "<nil>")

	s.hide(gs[0], true) // what is off every surface is off the shelf, the pin and the offers, too
	s.visitor().do(liveRoom, vars{"id": first}).want("liveRoom.shelf", "[]", "liveRoom.pinned", "<nil>", "liveRoom.offers", "[]")
}

// The statements of a room's page do not grow with its shelf or its offers, nor those of a list with its rooms.
func TestStatementsOfRooms(t *testing.T) {
	s := openShop(t)
	gs := s.goods(100, 50)
	host, ming := s.host("lin"), s.shopper("ming")
	small, large := host.onAir(gs[0]), host.onAir(gs...)
	host.offers(small, gs[0], 5)
	for _, g := range gs[90:] { // as many as may be open at once
		host.offers(large, g, 5)
	}
	for _, room := range []string{small, large} {
		ming.do(liveRoom, vars{"id": room}) // makes the link
	}
	s.wantSame("a room's page", 26, ming, liveRoom, vars{"id": small}, vars{"id": large})
	s.wantSame("a room's page, signed out", 16, s.visitor(), liveRoom, vars{"id": small}, vars{"id": large})
	const list = `query($n: Int) { liveRooms(first: $n) { totalCount nodes { id title host { nickname } state viewerRole offers { id price { amount } sku { code } } pinned { product { title } } lottery { id viewerTicket } drops { id viewerClaimed } } } }`
	host.offers(host.onAir(gs[0]), gs[0], 5)
	host.offers(host.onAir(gs[1]), gs[1], 5) // so that every page ends among rooms that are on air, and asks no further
	s.wantSame("rooms", 14, ming, list, sizes(3, 1, 2)...)
	s.wantSame("rooms as nodes", 14, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on LiveRoom { title host { nickname } viewerRole shelf { title } offers { sku { code } } } } }`,
		vars{"ids": []string{small}}, vars{"ids": []string{small, large}})
}
