package app_test

import (
	"strings"
	"testing"
	"time"
)

const (
	linkCreate   = `mutation($id: ID!) { shareLinkCreate(input: {targetId: $id, channel: WECHAT_MINI_PROGRAM}) { shareLink { token sharer { id } } userErrors { code field } } }`
	referralBind = `mutation($token: String!) { referralBind(input: {token: $token}) { referral { inviter { nickname } boundUntil tier creditScore } userErrors { code field message } } }`
	myReferral   = `query($n: Int, $after: String) { me { referral { inviter { nickname } boundUntil tier creditScore invitees(first: $n, after: $after) { totalCount
		pageInfo { hasNextPage endCursor } edges { cursor node { shopper { nickname } boundAt paidOrders } } nodes { id: boundAt } } } } }`
	leaderboard    = `query($n: Int, $days: Int!) { promoterLeaderboard(first: $n, days: $days) { rank tier orders promoter { nickname } } }`
	spreadOf       = `query($since: DateTime!, $until: DateTime!) { spread(since: $since, until: $until) { invites accepted coefficient retained30 } }`
	promoterReport = `mutation($id: ID!, $reason: String!) { promoterReport(input: {promoterId: $id, reason: $reason}) { report { id promoter { id } reason state } userErrors { code field message } } }`
	reportDecide   = `mutation($id: ID!, $uphold: Boolean!) { promoterReportDecide(input: {reportId: $id, uphold: $uphold}) { report { id state } userErrors { code field } } }`
	openReports    = `query($n: Int, $after: String) { promoterReports(first: $n, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id reason promoter { nickname } } } nodes { id } } }`
)

// ids of nobody's.
const (
	nobodysPublic = "pub_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
	nobodysReport = "prp_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
)

// shares is a share token of a client's for a product, and his public id.
func (c *client) shares(g good) (token, publicID string) {
	c.t.Helper()
	a := c.do(linkCreate, vars{"id": g.product})
	return a.str("shareLinkCreate.shareLink.token"), a.str("shareLinkCreate.shareLink.sharer.id")
}

// brought orders one piece of the good by somebody's token.
func (c *client) brought(g good, token string) placed {
	c.t.Helper()
	a := c.do(orderPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"lines": []vars{line(g.sku, 1)}, "referralToken": token}, "expectedTotal": "10.00"}})
	return placed{a.str("orderPlace.order.id"), a.str("orderPlace.payment.id"), a.str("orderPlace.order.lines.0.id")}
}

// A shopper shares, a friend comes by the link on another channel and buys: each sees the other, and the order counts until it is refunded.
func TestAFriendBuysByALink(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ann := s.session("WECHAT_MINI_PROGRAM", "ann")
	bo := s.shopper("bo")
	token, _ := ann.shares(g)
	ann.do(myReferral, vars{"n": 5}).want("me.referral.inviter", "<nil>", "me.referral.boundUntil", "<nil>", "me.referral.tier", "COMMUNITY", "me.referral.creditScore", "100",
		"me.referral.invitees.totalCount", "0")
	p := bo.brought(g, token)
	bo.do(myReferral, vars{"n": 5}).want("me.referral.inviter.nickname", "a**")
	ann.do(myReferral, vars{"n": 5}).want("me.referral.invitees.totalCount", "1", "me.referral.invitees.edges.0.node.shopper.nickname", "b**", "me.referral.invitees.edges.0.node.paidOrders", "0")
	bo.pay(p)
	orders := func(want string) func() bool {
		return func() bool {
			return ann.do(myReferral, vars{"n": 5}).num("me.referral.invitees.edges.0.node.paidOrders") == int(want[0]-'0')
		}
	}
	eventually(t, "the order counts", orders("1"))
	s.visitor().do(leaderboard, vars{"n": 5, "days": 30}).want("promoterLeaderboard.0.rank", "1", "promoterLeaderboard.0.orders", "1", "promoterLeaderboard.0.promoter.nickname", "a**",
		"promoterLeaderboard.0.tier", "COMMUNITY")
	since, until := s.Clock.Now().Add(-time.Hour).Format(time.RFC3339), s.Clock.Now().Add(time.Hour).Format(time.RFC3339)
	s.till("INSIGHT_READ").do(spreadOf, vars{"since": since, "until": until}).want("spread.accepted", "1", "spread.retained30", "0", "spread.coefficient", "0")
	s.refund(bo, p.order)
	eventually(t, "a refunded order counts no more", orders("0"))
	s.visitor().do(`{ referralProgram { paidLevels windowDays creditFloor maturesAfterDays } }`, nil).want("referralProgram.paidLevels", "2", "referralProgram.windowDays", "15",
		"referralProgram.creditFloor", "60", "referralProgram.maturesAfterDays", "7")
}

func TestRefusalsOfBinding(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ann, bo, cai := s.shopper("ann"), s.shopper("bo"), s.shopper("cai")
	anns, _ := ann.shares(g)
	bos, _ := bo.shares(g)
	cais, _ := cai.shares(g)
	refused := func(c *client, token, code string) {
		t.Helper()
		a := c.send(referralBind, vars{"token": token}).want("referralBind.referral", "<nil>", "referralBind.userErrors.0.code", code)
		wantEqual(t, a.refusals()[0].Field, []string{"input", "token"})
	}
	bo.do(referralBind, vars{"token": anns}).want("referralBind.referral.inviter.nickname", "a**")
	bo.do(referralBind, vars{"token": anns})
	refused(bo, cais, "ALREADY_BOUND")
	refused(ann, bos, "REFERRAL_CYCLE")
	refused(ann, anns, "SELF_REFERRAL")
	refused(ann, "nonsense", "NOT_FOUND")
	refused(ann, strings.Repeat("0", 20), "NOT_FOUND")
	cai.do(`mutation { shopperErase { userErrors { code } } }`, nil)
	refused(ann, cais, "NOT_FOUND")
	wantEqual(t, s.visitor().send(referralBind, vars{"token": anns}).code(), "UNAUTHENTICATED")
	wantEqual(t, s.partner().send(referralBind, vars{"token": anns}).code(), "FORBIDDEN")
	// Buying by a bad token or one's own is no reason to refuse an order.
	for _, token := range []string{"nonsense", anns, bos, cais} {
		s.visitor().t.Helper()
		p := ann.brought(g, token)
		ann.do(`mutation($id: ID!) { orderCancel(input: {orderId: $id}) { userErrors { code } } }`, vars{"id": p.order})
	}
	ann.do(myReferral, vars{"n": 5}).want("me.referral.inviter", "<nil>")
}

func TestArgumentsOfReferral(t *testing.T) {
	s := openShop(t)
	ann, reader, moderator := s.shopper("ann"), s.till("INSIGHT_READ"), s.till("MODERATION")
	at := func(d time.Duration) string { return s.Clock.Now().Add(d).Format(time.RFC3339) }
	for _, tc := range []struct {
		name  string
		c     *client
		query string
		v     vars
		code  string
	}{
		{"a page too long", ann, leaderboard, vars{"n": 101, "days": 1}, "INVALID_INPUT"},
		{"a page of less than nothing", ann, leaderboard, vars{"n": -1, "days": 1}, "INVALID_INPUT"},
		{"no days", ann, leaderboard, vars{"n": 1, "days": 0}, "INVALID_INPUT"},
		{"too many days", ann, leaderboard, vars{"n": 1, "days": 366}, "INVALID_INPUT"},
		{"a year", ann, leaderboard, vars{"n": 0, "days": 365}, "OK"},
		{"an empty window", reader, spreadOf, vars{"since": at(0), "until": at(0)}, "INVALID_INPUT"},
		{"a window too long", reader, spreadOf, vars{"since": at(0), "until": at(180*24*time.Hour + time.Second)}, "INVALID_INPUT"},
		{"the longest window", reader, spreadOf, vars{"since": at(-180 * 24 * time.Hour), "until": at(0)}, "OK"},
		{"figures are the shop's", ann, spreadOf, vars{"since": at(-time.Hour), "until": at(0)}, "FORBIDDEN"},
		{"reports are the shop's", ann, openReports, vars{"n": 1}, "FORBIDDEN"},
		{"a page of reports too long", moderator, openReports, vars{"n": 101}, "INVALID_INPUT"},
		{"a cursor of no list", moderator, openReports, vars{"n": 1, "after": "x"}, "INVALID_CURSOR"},
		{"a page of invitees too long", ann, myReferral, vars{"n": 101}, "INVALID_INPUT"},
		{"a cursor of no invitees", ann, myReferral, vars{"n": 1, "after": "x"}, "INVALID_CURSOR"},
		{"a decision of a shopper's", ann, reportDecide, vars{"id": nobodysReport, "uphold": true}, "FORBIDDEN"},
		{"a report of a partner's", moderator, promoterReport, vars{"id": nobodysPublic, "reason": "x"}, "FORBIDDEN"},
	} {
		if code := tc.c.send(tc.query, tc.v).code(); code != tc.code {
			t.Errorf("%s: %s, want %s", tc.name, code, tc.code)
		}
	}
}

// A report costs credit once the shop has upheld it, and only then; it is decided once.
func TestReportsOfPromoters(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ann, bo, cai, moderator := s.shopper("ann"), s.shopper("bo"), s.shopper("cai"), s.till("MODERATION")
	_, annID := ann.shares(g)
	refused := func(a answer, mutation, code string, field ...string) {
		t.Helper()
		a.want(mutation+".report", "<nil>", mutation+".userErrors.0.code", code)
		wantEqual(t, a.refusals()[0].Field, append([]string{"input"}, field...))
	}
	refused(bo.send(promoterReport, vars{"id": annID, "reason": " "}), "promoterReport", "BLANK", "reason")
	refused(bo.send(promoterReport, vars{"id": annID, "reason": strings.Repeat("长", 501)}), "promoterReport", "TOO_LONG", "reason")
	refused(bo.send(promoterReport, vars{"id": nobodysPublic, "reason": "spam"}), "promoterReport", "NOT_FOUND", "promoterId")
	refused(bo.send(promoterReport, vars{"id": ann.shopperID, "reason": "spam"}), "promoterReport", "NOT_FOUND", "promoterId")
	refused(ann.send(promoterReport, vars{"id": annID, "reason": "spam"}), "promoterReport", "SELF_REFERRAL", "promoterId")

	one := bo.do(promoterReport, vars{"id": annID, "reason": "  spam "}).want("promoterReport.report.reason", "spam", "promoterReport.report.state", "OPEN", "promoterReport.report.promoter.id", annID).
		str("promoterReport.report.id")
	wantEqual(t, bo.do(promoterReport, vars{"id": annID, "reason": "again"}).str("promoterReport.report.id"), one)
	two := cai.do(promoterReport, vars{"id": annID, "reason": "cheats"}).str("promoterReport.report.id")
	wantEqual(t, moderator.pages(strings.Replace(openReports, "$n: Int", "$n: Int = 1", 1), vars{}, "promoterReports"), []string{one, two})
	moderator.do(openReports, vars{"n": 5}).want("promoterReports.totalCount", "2", "promoterReports.edges.0.node.promoter.nickname", "a**")

	node := `query($id: ID!) { node(id: $id) { id } }`
	bo.do(node, vars{"id": one}).want("node.id", one)
	moderator.do(node, vars{"id": one}).want("node.id", one)
	for _, c := range []*client{ann, cai, s.visitor(), s.partner()} {
		c.do(node, vars{"id": one}).want("node", "<nil>")
	}

	moderator.do(reportDecide, vars{"id": one, "uphold": true}).want("promoterReportDecide.report.state", "UPHELD")
	ann.do(myReferral, vars{"n": 1}).want("me.referral.creditScore", "90")
	refused(moderator.send(reportDecide, vars{"id": one, "uphold": false}), "promoterReportDecide", "CONFLICT", "reportId")
	refused(moderator.send(reportDecide, vars{"id": nobodysReport, "uphold": false}), "promoterReportDecide", "NOT_FOUND", "reportId")
	moderator.do(reportDecide, vars{"id": two, "uphold": false}).want("promoterReportDecide.report.state", "DISMISSED")
	ann.do(myReferral, vars{"n": 1}).want("me.referral.creditScore", "90")
	moderator.do(openReports, vars{"n": 5}).want("promoterReports.totalCount", "0")
}

// One shopper reports so many promoters a day; a page of invitees takes as many statements as one invitee.
func TestManyInvitees(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 500)[0]
	ann := s.shopper("ann")
	token, _ := ann.shares(g)
	var publicIDs []string
	for i := range 12 {
		friend := s.shopper("friend" + itoa(i))
		friend.do(referralBind, vars{"token": token})
		_, publicID := friend.shares(g)
		publicIDs = append(publicIDs, publicID)
	}
	seen := ann.pages(strings.Replace(strings.Replace(myReferral, "$n: Int", "$n: Int = 5", 1), "node { shopper { nickname } boundAt", "node { id: boundAt", 1), vars{}, "me.referral.invitees")
	if len(seen) != 12 {
		t.Errorf("%d invitees: %v", len(seen), seen)
	}
	s.wantSame("invitees", 10, ann, myReferral, sizes(12, 1, 5)...)
	s.wantSame("leaderboard", 2, ann, `query($n: Int) { promoterLeaderboard(first: $n, days: 30) { rank promoter { nickname } } }`, sizes(10, 1, 5)...)
	for i, id := range publicIDs {
		a := ann.send(promoterReport, vars{"id": id, "reason": "spam"})
		if code := a.at("promoterReport.userErrors.0.code"); i < 10 && code != nil || i >= 10 && code != "TOO_OFTEN" {
			t.Errorf("report %d: %s", i, a.raw)
		}
	}
	s.Clock.Advance(24 * time.Hour)
	ann.renewed().do(promoterReport, vars{"id": publicIDs[11], "reason": "spam"})
	s.wantSame("reports", 4, s.till("MODERATION"), openReports, sizes(10, 1, 5)...)
}
