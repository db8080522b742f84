package app_test

import (
	"strings"
	"testing"
	"time"
)

const (
	commentSend   = `mutation($in: LiveCommentSendInput!) { liveCommentSend(input: $in) { comment { ` + commentFields + ` } held` + liveRefusals
	likeSend      = `mutation($in: LiveLikeInput!) { liveLike(input: $in) { likeCount` + liveRefusals
	questionAsk   = `mutation($in: LiveQuestionAskInput!) { liveQuestionAsk(input: $in) { question { ` + questionField + ` }` + liveRefusals
	questionVote  = `mutation($in: LiveQuestionRef!) { liveQuestionUpvote(input: $in) { question { ` + questionField + ` }` + liveRefusals
	dropStart     = `mutation($in: LiveCouponDropInput!) { liveCouponDrop(input: $in) { drop { ` + dropFields + ` }` + liveRefusals
	dropClaim     = `mutation($in: LiveCouponClaimInput!) { liveCouponClaim(input: $in) { coupon { ` + couponFields + ` }` + liveRefusals
	lotteryPick   = ` lottery { ` + lotteryFields + ` entrants { edges { cursor node { ticket } } nodes { ticket key nickname } pageInfo { hasNextPage } } }` + liveRefusals
	lotteryStart  = `mutation($in: LiveLotteryStartInput!) { liveLotteryStart(input: $in) {` + lotteryPick
	lotteryEnter  = `mutation($in: LiveLotteryRef!) { liveLotteryEnter(input: $in) {` + lotteryPick
	lotteryDraw   = `mutation($in: LiveLotteryRef!) { liveLotteryDraw(input: $in) {` + lotteryPick
	consoleFields = `at viewerCount peakViewers likeCount commentsPerMinute ordersPaid sales { amount } heldComments { ` + commentFields + ` } series { at viewerCount likeCount ordersPaid sales { amount } }`
	liveConsole   = `query($id: ID!) { liveConsole(roomId: $id) { ` + consoleFields + ` } }`
)

var (
	commentHide    = drive("liveCommentHide", "LiveCommentHideInput")
	viewerMute     = drive("liveViewerMute", "LiveViewerMuteInput")
	questionAnswer = drive("liveQuestionAnswer", "LiveQuestionAnswerInput")
)

// says sends a comment and returns its id.
func (c *client) says(room, text string) string {
	c.t.Helper()
	return c.do(commentSend, vars{"in": vars{"roomId": room, "text": text, "clientId": key()}}).want("liveCommentSend.held", "false").str("liveCommentSend.comment.id")
}

// What viewers say, ask and like shows to everybody; a moderator, who is a plain shopper, hides and mutes.
func TestTalkInARoom(t *testing.T) {
	s := openShop(t)
	host, ming, hong := s.host("lin"), s.shopper("ming"), s.shopper("hong")
	room := host.onAir(s.goods(1, 5)...)
	public := func(c *client) string { return c.do(`{ me { public { id } } }`, nil).str("me.public.id") }

	in := vars{"in": vars{"roomId": room, "text": " 好看！👩‍👩‍👧‍👦 ", "clientId": "one"}}
	first := ming.do(commentSend, in).want("liveCommentSend.comment.text", "好看！👩‍👩‍👧‍👦", "liveCommentSend.comment.role", "VIEWER", "liveCommentSend.comment.author.nickname", "m**").
		str("liveCommentSend.comment.id")
	ming.do(commentSend, in).want("liveCommentSend.comment.id", first)
	second := hong.says(room, "多少钱")
	eventually(t, "the comments have had their tick", func() bool { return strings.Contains(s.visitor().do(liveRoom, vars{"id": room}).raw, second) })
	s.visitor().do(liveRoom, vars{"id": room}).want("liveRoom.comments.nodes.0.id", first, "liveRoom.comments.nodes.1.id", second, "liveRoom.comments.nodes.1.author.id", public(hong),
		"liveRoom.comments.pageInfo.hasPreviousPage", "false")
	const last = `query($id: ID!, $n: Int, $before: String) { liveRoom(id: $id) { comments(last: $n, before: $before) { nodes { id } pageInfo { hasPreviousPage startCursor } } } }`
	a := s.visitor().do(last, vars{"id": room, "n": 1}).want("liveRoom.comments.nodes.0.id", second, "liveRoom.comments.pageInfo.hasPreviousPage", "true")
	s.visitor().do(last, vars{"id": room, "n": 1, "before": a.str("liveRoom.comments.pageInfo.startCursor")}).want("liveRoom.comments.nodes.0.id", first, "liveRoom.comments.pageInfo.hasPreviousPage", "false")
	wantEqual(t, s.visitor().send(last, vars{"id": room, "n": 101}).code(), "INVALID_INPUT")
	wantEqual(t, s.visitor().send(last, vars{"id": room, "n": -1}).code(), "INVALID_INPUT")
	wantEqual(t, s.visitor().send(last, vars{"id": room, "before": "x"}).code(), "INVALID_CURSOR")
	wantEqual(t, s.visitor().send(commentSend, in).code(), "UNAUTHENTICATED")

	wantEqual(t, ming.do(likeSend, vars{"in": vars{"roomId": room, "count": 50, "clientId": "l"}}).num("liveLike.likeCount"), 50)
	wantEqual(t, ming.do(likeSend, vars{"in": vars{"roomId": room, "count": 50, "clientId": "l"}}).num("liveLike.likeCount"), 50)
	wantEqual(t, hong.do(likeSend, vars{"in": vars{"roomId": room, "count": 1, "clientId": "l"}}).num("liveLike.likeCount"), 51)

	question := ming.do(questionAsk, vars{"in": vars{"roomId": room, "text": "包邮吗", "clientId": "q"}}).want("liveQuestionAsk.question.viewerUpvoted", "false").str("liveQuestionAsk.question.id")
	hong.do(questionVote, vars{"in": vars{"questionId": question}}).want("liveQuestionUpvote.question.upvotes", "1", "liveQuestionUpvote.question.viewerUpvoted", "true")
	wantEqual(t, hong.send(drive("liveQuestionAnswer", "LiveQuestionAnswerInput"), vars{"in": vars{"questionId": question, "answer": "x"}}).code(), "FORBIDDEN")
	host.do(questionAnswer, vars{"in": vars{"questionId": question, "answer": "包邮"}})
	for c, voted := range map[*client]string{hong: "true", ming: "false", s.visitor(): "false"} {
		c.do(liveRoom, vars{"id": room}).want("liveRoom.questions.nodes.0.viewerUpvoted", voted, "liveRoom.questions.nodes.0.answer", "包邮", "liveRoom.questions.nodes.0.author.nickname", "m**")
		c.do(`query($id: ID!) { node(id: $id) { ... on LiveQuestion { `+questionField+` } } }`, vars{"id": question}).want("node.viewerUpvoted", voted, "node.upvotes", "1")
	}

	hide := vars{"in": vars{"roomId": room, "commentId": first}}
	mute := vars{"in": vars{"roomId": room, "publicShopperId": public(ming), "seconds": 60}}
	wantEqual(t, hong.send(commentHide, hide).verdict(), "ROLE_REQUIRED")
	wantEqual(t, hong.send(viewerMute, mute).verdict(), "ROLE_REQUIRED")
	host.do(staffSet, vars{"in": vars{"roomId": room, "publicShopperId": public(hong), "role": "MODERATOR"}})
	hong.do(commentHide, hide).want("liveCommentHide.room.viewerRole", "MODERATOR")
	hong.do(viewerMute, mute)
	if a := s.visitor().do(liveRoom, vars{"id": room}); strings.Contains(a.raw, first) {
		t.Errorf("a hidden comment shows: %s", a.raw)
	}
	wantEqual(t, ming.send(commentSend, vars{"in": vars{"roomId": room, "text": "hello", "clientId": "two"}}).verdict(), "MUTED")
	if ming.do(liveRoom, vars{"id": room}).at("liveRoom.viewerMutedUntil") == nil {
		t.Error("who is muted is not told until when")
	}
	s.Clock.Advance(time.Minute)
	ming.do(liveRoom, vars{"id": room}).want("liveRoom.viewerMutedUntil", "<nil>")
	ming.says(room, "hello again")
}

// Coupons rain and a lottery is drawn in the open.
func TestPrizesOfARoom(t *testing.T) {
	s := openShop(t)
	host, ming, hong, wei := s.host("lin"), s.shopper("ming"), s.shopper("hong"), s.shopper("wei")
	room, template := host.onAir(s.goods(1, 5)...), s.template(vars{"claimable": false})

	drop := host.do(dropStart, vars{"in": vars{"idempotencyKey": "d", "roomId": room, "couponTemplateId": template, "quantity": 2, "seconds": 60}}).
		want("liveCouponDrop.drop.left", "2", "liveCouponDrop.drop.template.id", template).str("liveCouponDrop.drop.id")
	claim := vars{"in": vars{"dropId": drop}}
	ming.do(dropClaim, claim).want("liveCouponClaim.coupon.state", "USABLE", "liveCouponClaim.coupon.template.id", template)
	wantEqual(t, ming.send(dropClaim, claim).verdict(), "ALREADY_CLAIMED")
	for c, claimed := range map[*client]string{ming: "true", hong: "false", s.visitor(): "false"} {
		c.do(liveRoom, vars{"id": room}).want("liveRoom.drops.0.left", "1", "liveRoom.drops.0.viewerClaimed", claimed, "liveRoom.drops.0.template.title", "Two off")
		c.do(`query($id: ID!) { node(id: $id) { ... on LiveCouponDrop { `+dropFields+` } } }`, vars{"id": drop}).want("node.viewerClaimed", claimed)
	}
	hong.do(dropClaim, claim)
	wantEqual(t, wei.send(dropClaim, claim).verdict(), "DROP_EMPTY")
	wantEqual(t, s.visitor().send(dropClaim, claim).code(), "UNAUTHENTICATED")

	lottery := host.do(lotteryStart, vars{"in": vars{"idempotencyKey": "l", "roomId": room, "prize": "一盒茶", "winners": 1, "seconds": 60}}).
		want("liveLotteryStart.lottery.seed", "<nil>", "liveLotteryStart.lottery.entries", "0", "liveLotteryStart.lottery.winners", "[]").str("liveLotteryStart.lottery.id")
	ref := vars{"in": vars{"lotteryId": lottery}}
	ming.do(lotteryEnter, ref).want("liveLotteryEnter.lottery.viewerTicket", "1")
	ming.do(lotteryEnter, ref).want("liveLotteryEnter.lottery.viewerTicket", "1")
	hong.do(lotteryEnter, ref).want("liveLotteryEnter.lottery.viewerTicket", "2", "liveLotteryEnter.lottery.entries", "2", "liveLotteryEnter.lottery.entrants.nodes.0.nickname", "m**")
	wantEqual(t, s.host("zhao").send(lotteryDraw, ref).verdict(), "ROLE_REQUIRED")
	drawn := host.do(lotteryDraw, ref).want("liveLotteryDraw.lottery.viewerTicket", "<nil>")
	if len(drawn.str("liveLotteryDraw.lottery.seed")) != 64 || len(drawn.list("liveLotteryDraw.lottery.winners")) != 1 || drawn.at("liveLotteryDraw.lottery.drawnAt") == nil {
		t.Errorf("it is not drawn: %s", drawn.raw)
	}
	for c, ticket := range map[*client]string{ming: "1", hong: "2", wei: "<nil>", s.visitor(): "<nil>"} {
		c.do(liveRoom, vars{"id": room}).want("liveRoom.lottery.viewerTicket", ticket, "liveRoom.lottery.winners.0.key", drawn.str("liveLotteryDraw.lottery.winners.0.key"))
	}
	if a := s.visitor().do(`query($id: ID!) { node(id: $id) { ... on LiveLottery { `+lotteryFields+` entrants { nodes { ticket key nickname } } } } }`, vars{"id": lottery}); strings.Contains(a.raw, "shp_") ||
		strings.Contains(a.raw, "ming") {
		t.Errorf("an entrant can be told: %s", a.raw)
	}
}

// The console is for who runs the room: a query and a subscription.
func TestConsoleOfARoom(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 5)[0]
	host, other, ming := s.host("lin"), s.host("zhao"), s.shopper("ming")
	room := host.onAir(g)
	offer := host.offers(room, g, 5)
	bought := ming.do(liveOrder, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"liveOffer": vars{"offerId": offer}}, "expectedTotal": "6.00"}})
	ming.pay(placed{payment: bought.str("orderPlace.payment.id")})
	eventually(t, "the order is counted", func() bool {
		return host.do(liveConsole, vars{"id": room}).num("liveConsole.ordersPaid") == 1
	})
	host.do(liveConsole, vars{"id": room}).want("liveConsole.sales.amount", "6.00", "liveConsole.heldComments", "[]")
	wantEqual(t, other.send(liveConsole, vars{"id": room}).code(), "FORBIDDEN")
	wantEqual(t, ming.send(liveConsole, vars{"id": room}).code(), "FORBIDDEN")
	wantEqual(t, s.visitor().send(liveConsole, vars{"id": room}).code(), "UNAUTHENTICATED")
	host.do(liveConsole, vars{"id": nobodysRoom}).want("liveConsole", "<nil>")

	subscription := strings.Replace(liveConsole, "query", "subscription", 1)
	for c, refusals := range map[*client][2]string{other: {"FORBIDDEN", "NOT_FOUND"}, ming: {"FORBIDDEN", "FORBIDDEN"}, s.visitor(): {"UNAUTHENTICATED", "UNAUTHENTICATED"}} {
		k := c.open()
		k.subscribe("1", subscription, vars{"id": room})
		k.wantError(refusals[0])
		k.subscribe("2", subscription, vars{"id": nobodysRoom})
		k.wantError(refusals[1])
	}
	k := host.open()
	k.subscribe("1", subscription, vars{"id": room})
	for range 2 {
		if f := k.hear(); f.Type != "next" || !strings.Contains(string(f.Payload), `"amount":"6.00"`) {
			t.Fatalf("%s %s", f.Type, f.Payload)
		}
	}
	k.say(`{"id":"1","type":"complete"}`)
}
