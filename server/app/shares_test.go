package app_test

import (
	"strings"
	"testing"
)

const (
	shareLinkCreate = `mutation($id: ID!, $channel: Channel!) { shareLinkCreate(input: {targetId: $id, channel: $channel}) {
		shareLink { token title miniProgramPath visits reads orders earned { amount currency } target { __typename ... on Product { id title } ... on GroupBuyCampaign { id } ... on LiveRoom { id } } sharer { nickname } }
		userErrors { code field } } }`
	shareVisit = `mutation($token: String!, $device: String!) { shareVisit(input: {token: $token, deviceId: $device}) { counted userErrors { code field } } }`
	linkSeen   = `query($token: String!) { shareLink(token: $token) { title visits reads orders earned { amount } sharer { id nickname } target { __typename ... on Product { id } } } }`
)

// linkTo is the token of the client's link to a target.
func (c *client) linkTo(targetID string) string {
	c.t.Helper()
	return c.do(shareLinkCreate, vars{"id": targetID, "channel": "H5"}).str("shareLinkCreate.shareLink.token")
}

// visits opens a link on a device and says whether that was counted.
func (c *client) visits(token, device string) bool {
	c.t.Helper()
	return c.do(shareVisit, vars{"token": token, "device": device}).at("shareVisit.counted") == true
}

func TestLinksToAnything(t *testing.T) {
	s := openShop(t)
	gs := s.goods(3, 10)
	s.hide(gs[2], true)
	campaign, room := s.campaign("SKU-1", nil), s.host("host").onAir(gs[0])
	ming := s.shopper("ming")
	for id, want := range map[string][2]string{gs[0].product: {"Product", "pages/product/index?t="}, campaign: {"GroupBuyCampaign", "pages/campaign/index?t="}, room: {"LiveRoom", "pages/live/index?t="}} {
		made := ming.do(shareLinkCreate, vars{"id": id, "channel": "H5"}).want("shareLinkCreate.shareLink.target.__typename", want[0], "shareLinkCreate.shareLink.target.id", id,
			"shareLinkCreate.shareLink.visits", "0", "shareLinkCreate.shareLink.reads", "0", "shareLinkCreate.shareLink.orders", "0", "shareLinkCreate.shareLink.earned.amount", "0.00")
		token := made.str("shareLinkCreate.shareLink.token")
		wantEqual(t, made.str("shareLinkCreate.shareLink.miniProgramPath"), want[1]+token)
		wantEqual(t, ming.linkTo(id), token)
		other := ming.do(shareLinkCreate, vars{"id": id, "channel": "APP"}).str("shareLinkCreate.shareLink.token")
		if other == token {
			t.Errorf("one token for two channels: %s", token)
		}
	}
	for _, id := range []string{gs[2].product, gs[0].sku, ming.shopperID, "prd_01JD8Q2M0V6T3C9E5K7R1XW4Z1"} {
		a := ming.send(shareLinkCreate, vars{"id": id, "channel": "H5"})
		wantEqual(t, a.verdict(), "NOT_FOUND")
		wantEqual(t, strings.Join(a.refusals()[0].Field, "."), "input.targetId")
	}
	for _, id := range []string{"shop", "", "prd_"} {
		wantEqual(t, ming.send(shareLinkCreate, vars{"id": id, "channel": "H5"}).code(), "INVALID_ID")
	}
	wantEqual(t, s.visitor().send(shareLinkCreate, vars{"id": gs[0].product, "channel": "H5"}).code(), "UNAUTHENTICATED")

	// A product's own link is the one of the session's channel, and nobody's without a session.
	const own = `query($id: ID!) { product(id: $id) { share { token target { ... on Product { id share { token } } } } } }`
	ming.do(own, vars{"id": gs[0].product}).want("product.share.token", ming.linkTo(gs[0].product), "product.share.target.share.token", ming.linkTo(gs[0].product))
	s.visitor().do(own, vars{"id": gs[0].product}).want("product.share", "<nil>")
	// Who asks for the link of one kind of node makes none to the others.
	before := s.links()
	ming.do(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on GroupBuy { share { token } } ... on Product { title } } }`, vars{"ids": []string{gs[1].product}})
	wantEqual(t, s.links(), before)
}

// links counts the links that there are.
func (s *shop) links() (n int) {
	s.t.Helper()
	if err := s.Store.DB().QueryRow("SELECT COUNT(*) FROM share_links").Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// What came of a link is seen by its sharer, under whichever account he made it, and by nobody else.
func TestWhatCameOfALink(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	ming, hong := s.session("H5", "ming"), s.shopper("hong")
	token := ming.linkTo(g.product)
	robot := s.visitor()
	robot.agent = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
	wantEqual(t, robot.visits(token, "device-0"), false)
	wantEqual(t, ming.visits(token, "mings-phone"), false)
	wantEqual(t, s.visitor().visits(token, "mings-phone"), false)
	wantEqual(t, s.visitor().visits(token, "device-1"), true)
	wantEqual(t, s.visitor().visits(token, "device-1"), false)
	wantEqual(t, hong.visits(token, "device-2"), true)
	for device, refusal := range map[string]string{"short": "INVALID", "设备一二三四五六": "INVALID"} {
		wantEqual(t, s.visitor().send(shareVisit, vars{"token": token, "device": device}).verdict(), refusal)
	}
	wantEqual(t, s.visitor().send(shareVisit, vars{"token": strings.Repeat("0", 20), "device": "device-1"}).verdict(), "NOT_FOUND")

	seen := vars{"token": token}
	ming.do(linkSeen, seen).want("shareLink.visits", "2", "shareLink.reads", "3", "shareLink.orders", "0", "shareLink.earned.amount", "0.00")
	for who, c := range map[string]*client{"a visitor": s.visitor(), "another": hong, "a partner": s.partner()} {
		a := c.do(linkSeen, seen).want("shareLink.title", "Good 0", "shareLink.target.id", g.product, "shareLink.sharer.nickname", "m**")
		for _, figure := range []string{"visits", "reads", "orders", "earned"} {
			if a.at("shareLink."+figure) != nil {
				t.Errorf("%s sees %s: %s", who, figure, a.raw)
			}
		}
	}
	older := hong.do(linkChannel, vars{"channel": "H5", "code": "demo:ming"}) // ming was there first, and is hong, too, now
	wantEqual(t, older.str("channelLink.shopper.id"), ming.shopperID)
	hong.renewed().do(linkSeen, seen).want("shareLink.visits", "2", "shareLink.reads", "3")
	wantEqual(t, s.session("H5", "hong").visits(token, "device-9"), false)
}

// Who signs in by a link is bound to its sharer, whose order by it then counts; a token that is bad or his own never stands in the way.
func TestSignInByALink(t *testing.T) {
	s := openShop(t)
	gs := s.goods(1, 10)
	ming := s.shopper("ming")
	token := ming.linkTo(gs[0].product)
	const by = `mutation($code: String!, $token: String) { sessionCreate(input: {channel: H5, code: $code, referralToken: $token}) {
		session { accessToken refreshToken shopper { id referral { inviter { nickname } boundUntil } } } userErrors { code } } }`
	for _, tc := range []struct{ name, code, token, inviter string }{
		{"unknown", "demo:wei", strings.Repeat("0", 20), "<nil>"},
		{"no token", "demo:wei", "x' OR 1=1", "<nil>"},
		{"his own", "demo:ming", token, "<nil>"},
		{"another's", "demo:hong", token, "m**"},
		{"again", "demo:hong", token, "m**"},
		{"another's, too late", "demo:hong", s.shopper("cai").linkTo(gs[0].product), "m**"},
	} {
		a := s.visitor().do(by, vars{"code": tc.code, "token": tc.token})
		if got := a.str("sessionCreate.session.accessToken"); got == "<nil>" || got == "" {
			t.Errorf("%s: no session: %s", tc.name, a.raw)
		}
		inviter := "<nil>"
		if a.at("sessionCreate.session.shopper.referral.inviter") != nil {
			inviter = a.str("sessionCreate.session.shopper.referral.inviter.nickname")
		}
		if inviter != tc.inviter {
			t.Errorf("%s: brought by %s, want %s", tc.name, inviter, tc.inviter)
		}
	}
	s.shopper("hong").paid(gs[0])
	const mine = `{ me { referral { shareLinks(first: 5) { totalCount pageInfo { hasNextPage } edges { cursor node { token title orders target { __typename } } } } } } }`
	eventually(t, "the order counts at its link", func() bool { return ming.do(mine, nil).num("me.referral.shareLinks.edges.0.node.orders") == 1 })
	code := ming.do(`{ me { referral { code } } }`, nil).str("me.referral.code")
	ming.do(mine, nil).want("me.referral.shareLinks.totalCount", "2", "me.referral.shareLinks.edges.0.node.token", code, "me.referral.shareLinks.edges.0.node.target", "<nil>")
	wantEqual(t, s.session("APP", "ming").do(`{ me { referral { code } } }`, nil).str("me.referral.code"), code)
	s.visitor().do(linkSeen, vars{"token": code}).want("shareLink.title", "开团", "shareLink.target", "<nil>", "shareLink.sharer.nickname", "m**")
	wantEqual(t, s.visitor().visits(code, "device-1"), true)
}

// Lists with links take as many statements for many as for one, also when they make them.
func TestStatementsOfLinks(t *testing.T) {
	s := openShop(t)
	gs := s.goods(20, 10)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	const products = `query($n: Int) { products(first: $n) { nodes { share { token url visits reads orders earned { amount } sharer { nickname } target { ... on Product { id title price { group { amount } } } } } } } }`
	ming.do(products, vars{"n": 20})
	s.wantSame("products with links", 19, ming, products, sizes(20, 1, 7)...)
	const bare = `query($n: Int) { products(first: $n) { nodes { share { token } } } }`
	one, _ := s.statements(s.shopper("a"), bare, vars{"n": 1})
	all, texts := s.statements(hong, bare, vars{"n": 20})
	if all > one {
		t.Errorf("making 20 links takes %d statements, making one %d:\n%s", all, one, texts)
	}
	s.campaign("SKU-1", nil)
	ming.linkTo(s.campaign("SKU-2", nil))
	ming.linkTo(s.host("host").onAir(gs[0]))
	const mine = `query($n: Int) { me { referral { shareLinks(first: $n) { nodes { token title visits reads orders earned { amount } target { ... on Product { id title } ... on GroupBuyCampaign { id title } ... on LiveRoom { id } } } } } } }`
	s.wantSame("my links", 30, ming, mine, sizes(22, 5, 12)...)
}
