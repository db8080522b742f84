package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const (
	helpMeFields = `id kind title goal assistSeconds state startsAt endsAt donatedTotal { amount } prizeSku { code } reward { __typename
		... on CouponReward { template { id title } } ... on PriceReward { floor { amount } } ... on PointsReward { points }
		... on DonationReward { perHelper { amount } cause } ... on DrawReward { winnersWanted prize } }`
	assistFields = `id version progress goal state expiresAt priceNow { amount } owner { id nickname } viewerRefusal winners { nickname } campaign { id kind title }
		helpers(first: 10) { nodes { helper { id nickname } cut { amount } tickets at } edges { cursor } pageInfo { hasNextPage } }`
	assistCampaignCreate = `mutation($in: AssistCampaignInput!) { assistCampaignCreate(input: $in) { campaign { ` + helpMeFields + ` } userErrors { code field message available } } }`
	assistCampaignEnd    = `mutation($id: ID!) { assistCampaignEnd(input: {campaignId: $id}) { campaign { id state } userErrors { code field } } }`
	assistStart          = `mutation($key: String!, $id: ID!) { assistStart(input: {idempotencyKey: $key, campaignId: $id}) { assist { ` + assistFields + ` } userErrors { code field message available retryAfterSeconds } } }`
	assistHelp           = `mutation($id: ID!, $device: String) { assistHelp(input: {assistId: $id, deviceId: $device}) { assist { ` + assistFields + ` } userErrors { code field message retryAfterSeconds } } }`
	assistNow            = `query($id: ID!) { assist(id: $id) { ` + assistFields + ` } }`
	assistUpdated        = `subscription($id: ID!) { assistUpdated(id: $id) { version progress state priceNow { amount } helpers(first: 1) { nodes { helper { nickname } cut { amount } } } campaign { title } } }`
	assistOrder          = `mutation($key: String!, $id: ID!, $total: Decimal!) { orderPlace(input: {idempotencyKey: $key, checkout: {assistId: $id}, expectedTotal: $total}) {
		order { id state total { amount } adjustments { kind title } } payment { id } userErrors { code field } } }`
	nobodysAssist = "ast_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
)

// helpMeInput is a campaign of a tool for two helpers, running for a day, with what more says.
func helpMeInput(s *shop, kind string, reward, more vars) vars {
	now := s.Clock.Now()
	in := vars{
		"idempotencyKey": key(), "kind": kind, "title": "Help me", "goal": 2, "assistSeconds": 3600, "perShopperLimit": 3, "helpsPerDay": 20, "reward": reward,
		"startsAt": now.Add(-time.Hour).Format(time.RFC3339), "endsAt": now.Add(24 * time.Hour).Format(time.RFC3339),
	}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// helpMe starts a campaign and returns its id.
func (s *shop) helpMe(kind string, reward, more vars) string {
	s.t.Helper()
	return s.partner().do(assistCampaignCreate, vars{"in": helpMeInput(s, kind, reward, more)}).want("assistCampaignCreate.campaign.state", "OPEN").
		str("assistCampaignCreate.campaign.id")
}

// asks starts an assist.
func (c *client) asks(campaign string) string {
	c.t.Helper()
	return c.do(assistStart, vars{"key": key(), "id": campaign}).want("assistStart.assist.state", "OPEN", "assistStart.assist.viewerRefusal", "SELF_REFERRAL").str("assistStart.assist.id")
}

func (c *client) helps(assist string) answer {
	c.t.Helper()
	return c.do(assistHelp, vars{"id": assist, "device": "a phone"})
}

// Each of the six tools is played once to its end.
func TestSixTools(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ming, hong, wei := s.shopper("ming"), s.shopper("hong"), s.shopper("wei")
	sku := vars{"skuCode": "SKU-0"}

	t.Run("BARGAIN", func(t *testing.T) {
		assist := ming.asks(s.helpMe("BARGAIN", vars{"priceFloor": "4.00"}, sku))
		half := hong.helps(assist).want("assistHelp.assist.progress", "1", "assistHelp.assist.state", "OPEN", "assistHelp.assist.viewerRefusal", "ALREADY_HELPED",
			"assistHelp.assist.helpers.nodes.0.helper.nickname", "h**", "assistHelp.assist.owner.nickname", "m**")
		if strings.Contains(half.raw, "shp_") {
			t.Errorf("a shopper's own id shows: %s", half.raw)
		}
		wantEqual(t, ming.send(assistOrder, vars{"key": key(), "id": assist, "total": "4.00"}).verdict(), "ASSIST_STATE")
		wei.helps(assist).want("assistHelp.assist.state", "REACHED", "assistHelp.assist.priceNow.amount", "4.00")
		wantEqual(t, hong.send(assistOrder, vars{"key": key(), "id": assist, "total": "4.00"}).verdict(), "NOT_FOUND")
		a := ming.do(assistOrder, vars{"key": key(), "id": assist, "total": "4.00"}).want("orderPlace.order.total.amount", "4.00", "orderPlace.order.adjustments.0.kind", "ASSIST",
			"orderPlace.order.adjustments.0.title", "Price with helpers")
		ming.do(sandboxPay, vars{"in": vars{"paymentId": a.str("orderPlace.payment.id")}}).want("sandboxPay.order.state", "PAID")
		ming.do(assistNow, vars{"id": assist}).want("assist.state", "REDEEMED")
	})
	t.Run("UNLOCK", func(t *testing.T) {
		assist := ming.asks(s.helpMe("UNLOCK", vars{"priceFloor": "3.00"}, sku))
		hong.helps(assist).want("assistHelp.assist.priceNow.amount", "10.00")
		wei.helps(assist).want("assistHelp.assist.priceNow.amount", "3.00")
		ming.do(assistOrder, vars{"key": key(), "id": assist, "total": "3.00"}).want("orderPlace.order.total.amount", "3.00")
	})
	t.Run("LIKES", func(t *testing.T) {
		template := s.template(vars{"claimable": false})
		assist := ming.asks(s.helpMe("LIKES", vars{"couponTemplateId": template}, nil))
		hong.helps(assist)
		wei.helps(assist).want("assistHelp.assist.state", "REACHED", "assistHelp.assist.priceNow", "<nil>")
		eventually(t, "the coupon is given", func() bool {
			return len(ming.do(`{ me { coupons(first: 5) { nodes { template { id } } } } }`, nil).list("me.coupons.nodes")) == 1
		})
	})
	t.Run("INVITE", func(t *testing.T) {
		assist := ming.asks(s.helpMe("INVITE", vars{"points": 30}, nil))
		wantEqual(t, hong.send(assistHelp, vars{"id": assist}).verdict(), "NEW_CUSTOMERS_ONLY")
		s.shopper("newone").helps(assist)
		s.shopper("newtwo").helps(assist).want("assistHelp.assist.state", "REACHED")
		const points = `{ me { points { available entries(first: 1) { nodes { reason points } } } } }`
		eventually(t, "the points are given", func() bool { return ming.do(points, nil).num("me.points.available") == 30 })
		ming.speaking("en").do(points, nil).want("me.points.entries.nodes.0.reason", "Reward for friends' help")
		ming.speaking("zh-CN").do(points, nil).want("me.points.entries.nodes.0.reason", "助力奖励")
	})
	t.Run("DRAW", func(t *testing.T) {
		assist := ming.asks(s.helpMe("DRAW", vars{"drawWinners": 3, "prize": "A box of apples"}, nil))
		hong.helps(assist).want("assistHelp.assist.helpers.nodes.0.tickets", "1", "assistHelp.assist.winners", "[]")
		wei.helps(assist)
		eventually(t, "winners are drawn", func() bool { return len(ming.do(assistNow, vars{"id": assist}).list("assist.winners")) == 3 })
	})
	t.Run("CHARITY", func(t *testing.T) {
		campaign := s.helpMe("CHARITY", vars{"donationPerHelper": "0.50", "cause": "Trees"}, nil)
		assist := wei.asks(campaign)
		hong.helps(assist)
		ming.helps(assist).want("assistHelp.assist.state", "REACHED")
		s.visitor().do(`query($id: ID!) { node(id: $id) { ... on AssistCampaign { donatedTotal { amount } viewerAssists { id } donations(first: 1) { nodes { amount { amount } cause } pageInfo { hasNextPage } } } } }`,
			vars{"id": campaign}).want("node.donatedTotal.amount", "1.00", "node.donations.nodes.0.amount.amount", "0.50", "node.donations.nodes.0.cause", "Trees",
			"node.donations.pageInfo.hasNextPage", "true", "node.viewerAssists", "[]")
	})

	ming.do(`{ me { assists(first: 10) { nodes { id state campaign { kind } } pageInfo { hasNextPage } } redeemed: assists(state: REDEEMED) { nodes { campaign { kind } } } } }`, nil).
		want("me.assists.nodes.4.campaign.kind", "BARGAIN", "me.assists.nodes.0.campaign.kind", "DRAW", "me.redeemed.nodes.1.campaign.kind", "BARGAIN")
	s.visitor().do(`query($h: String) { product(handle: $h) { assistCampaigns { kind prizeSku { code } reward { ... on PriceReward { floor { amount } } } } } }`, vars{"h": g.handle}).
		want("product.assistCampaigns.0.prizeSku.code", "SKU-0", "product.assistCampaigns.1.kind", "UNLOCK")
	s.visitor().do(`{ assistCampaigns(first: 3) { totalCount nodes { `+helpMeFields+` } pageInfo { hasNextPage } } }`, nil).want("assistCampaigns.totalCount", "6", "assistCampaigns.pageInfo.hasNextPage", "true")
}

// What a client may get wrong about help-me campaigns has its code, and its place in the input.
func TestAssistRefusals(t *testing.T) {
	s := openShop(t)
	s.goods(1, 50)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	points := vars{"points": 10}
	for name, tc := range map[string]struct {
		kind         string
		reward, more vars
		code, field  string
	}{
		"no title":             {"LIKES", points, vars{"title": " "}, "BLANK", "input title"},
		"a long title":         {"LIKES", points, vars{"title": strings.Repeat("x", 101)}, "TOO_LONG", "input title"},
		"no goal":              {"LIKES", points, vars{"goal": 0}, "OUT_OF_RANGE", "input goal"},
		"too short":            {"LIKES", points, vars{"assistSeconds": 59}, "OUT_OF_RANGE", "input assistSeconds"},
		"over already":         {"LIKES", points, vars{"endsAt": s.Clock.Now().Add(-time.Minute).Format(time.RFC3339)}, "INVALID", "input endsAt"},
		"no reward":            {"LIKES", vars{}, nil, "INVALID", "input reward"},
		"two rewards":          {"LIKES", vars{"points": 1, "priceFloor": "1.00"}, nil, "INVALID", "input reward"},
		"another tool's":       {"LIKES", vars{"priceFloor": "1.00"}, nil, "INVALID", "input reward"},
		"a cause by itself":    {"LIKES", vars{"points": 1, "cause": "x"}, nil, "INVALID", "input reward"},
		"no coupon":            {"LIKES", vars{"couponTemplateId": "cpt_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}, nil, "NOT_FOUND", "input reward couponTemplateId"},
		"a price of nothing":   {"BARGAIN", vars{"priceFloor": "1.00"}, nil, "BLANK", "input skuCode"},
		"no such SKU":          {"BARGAIN", vars{"priceFloor": "1.00"}, vars{"skuCode": "none"}, "NOT_FOUND", "input skuCode"},
		"a floor too high":     {"BARGAIN", vars{"priceFloor": "10.00"}, vars{"skuCode": "SKU-0"}, "OUT_OF_RANGE", "input reward priceFloor"},
		"more winners":         {"DRAW", vars{"drawWinners": 4, "prize": "x"}, nil, "OUT_OF_RANGE", "input reward drawWinners"},
		"a donation of 0":      {"CHARITY", vars{"donationPerHelper": "0.00", "cause": "x"}, nil, "OUT_OF_RANGE", "input reward donationPerHelper"},
		"too many points":      {"INVITE", vars{"points": 1_000_001}, nil, "OUT_OF_RANGE", "input reward points"},
		"a prize without name": {"DRAW", vars{"drawWinners": 1, "prize": ""}, nil, "BLANK", "input reward prize"},
	} {
		a := s.partner().send(assistCampaignCreate, vars{"in": helpMeInput(s, tc.kind, tc.reward, tc.more)})
		if a.verdict() != tc.code || strings.Join(a.refusals()[0].Field, " ") != tc.field {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	wantEqual(t, ming.send(assistCampaignCreate, vars{"in": helpMeInput(s, "LIKES", points, nil)}).code(), "FORBIDDEN")
	wantEqual(t, s.visitor().send(assistHelp, vars{"id": nobodysAssist}).code(), "UNAUTHENTICATED")
	wantEqual(t, hong.send(assistHelp, vars{"id": nobodysAssist}).verdict(), "NOT_FOUND")
	wantEqual(t, s.partner().send(assistCampaignEnd, vars{"id": "asc_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}).verdict(), "NOT_FOUND")
	campaign := s.helpMe("LIKES", points, vars{"perShopperLimit": 1, "helpsPerDay": 1})
	assist := ming.asks(campaign)
	wantEqual(t, ming.send(assistStart, vars{"key": key(), "id": campaign}).verdict(), "LIMIT_PER_SHOPPER")
	wantEqual(t, ming.send(assistHelp, vars{"id": assist}).verdict(), "SELF_REFERRAL")
	hong.helps(assist)
	wantEqual(t, hong.send(assistHelp, vars{"id": assist}).verdict(), "ALREADY_HELPED")
	often := hong.send(assistHelp, vars{"id": s.shopper("wei").asks(campaign)})
	wantEqual(t, often.verdict(), "TOO_OFTEN")
	if wait := often.num("assistHelp.userErrors.0.retryAfterSeconds"); wait < 1 || wait > 86_400 {
		t.Errorf("try again after %d seconds", wait)
	}
	s.partner().do(assistCampaignEnd, vars{"id": campaign}).want("assistCampaignEnd.campaign.state", "ENDED")
	wantEqual(t, hong.send(assistStart, vars{"key": key(), "id": campaign}).verdict(), "CAMPAIGN_NOT_OPEN")
	s.visitor().send(`query($id: ID!) { assist(id: $id) { id } }`, vars{"id": nobodysAssist}).want("assist", "<nil>")
}

// assist hears the next state of an assist on the socket.
func (k *socket) assist() (version, progress int, state, price string) {
	k.t.Helper()
	f := k.hear()
	var p struct {
		Data struct {
			AssistUpdated struct {
				Version, Progress int
				State             string
				PriceNow          struct{ Amount string }
			}
		}
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil || f.Type != "next" {
		k.t.Fatalf("heard %s %s", f.Type, f.Payload)
	}
	u := p.Data.AssistUpdated
	return u.Version, u.Progress, u.State, u.PriceNow.Amount
}

// Everybody who watches an assist is sent the same, and each help is seen.
func TestAssistsAreWatched(t *testing.T) {
	s := openShop(t)
	s.goods(1, 50)
	ming, hong, wei := s.shopper("ming"), s.shopper("hong"), s.shopper("wei")
	assist := ming.asks(s.helpMe("BARGAIN", vars{"priceFloor": "4.00"}, vars{"skuCode": "SKU-0"}))
	sockets := []*socket{s.visitor().open(), ming.open(), hong.open()}
	last := make([]int, len(sockets))
	for _, k := range sockets {
		k.subscribe("1", assistUpdated, vars{"id": assist})
	}
	until := func(progress int, state string) {
		t.Helper()
		for i, k := range sockets {
			for {
				version, has, is, _ := k.assist()
				if version <= last[i] {
					t.Fatalf("version %d after %d", version, last[i])
				}
				if last[i] = version; has == progress && is == state {
					break
				}
			}
		}
	}
	until(0, "OPEN")
	hong.helps(assist)
	until(1, "OPEN")
	wei.helps(assist)
	until(2, "REACHED")
	ming.do(assistOrder, vars{"key": key(), "id": assist, "total": "4.00"})
	until(2, "REDEEMED")

	own := hong.open()
	own.subscribe("own", `subscription($id: ID!) { assistUpdated(id: $id) { viewerRefusal } }`, vars{"id": assist})
	if f := own.hear(); f.Type != "next" || !strings.Contains(string(f.Payload), "ALREADY_HELPED") {
		t.Errorf("what is the viewer's own: %s %s", f.Type, f.Payload)
	}
	own.subscribe("2", assistUpdated, vars{"id": nobodysAssist})
	if f := own.hear(); f.Type != "error" || !strings.Contains(string(f.Payload), "NOT_FOUND") {
		t.Errorf("nobody's assist: %s %s", f.Type, f.Payload)
	}
}

// Whether a help counted is for operators alone.
func TestCountedIsForOperators(t *testing.T) {
	s := openShop(t)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	assist := ming.asks(s.helpMe("LIKES", vars{"points": 10}, nil))
	public := hong.do(`{ me { public { id } } }`, nil).str("me.public.id")
	s.operator().do(`mutation($in: HelperMarkSetInput!) { helperMarkSet(input: $in) { userErrors { code } } }`, vars{"in": vars{"publicShopperId": public, "marked": true, "reason": "a test"}})
	hong.helps(assist).want("assistHelp.assist.progress", "0", "assistHelp.assist.state", "OPEN", "assistHelp.assist.helpers.nodes.0.helper.nickname", "h**")
	const counted = `query($id: ID!) { assist(id: $id) { helpers { nodes { counted } } } }`
	s.operator().do(counted, vars{"id": assist}).want("assist.helpers.nodes.0.counted", "false")
	wantEqual(t, hong.send(counted, vars{"id": assist}).code(), "FORBIDDEN")
	wantEqual(t, s.visitor().send(counted, vars{"id": assist}).code(), "UNAUTHENTICATED")
}
