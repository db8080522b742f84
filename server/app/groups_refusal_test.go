package app_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
)

// Each refusal of a seat has its code, points to the input, and is what viewerRefusal said before.
func TestRefusalsOfSeats(t *testing.T) {
	s := openShop(t)
	gs := s.goods(3, 50)
	g := gs[0]
	ming, hong, wei := s.shopper("ming"), s.shopper("hong"), s.shopper("wei")
	wei.paid(gs[1]) // no new customer
	campaign := s.campaign("SKU-0", nil)
	full := ming.opens(g, campaign)
	hong.takes(g, "groupBuyId", full.group) // held, not paid
	done := s.shopper("a").opens(g, campaign)
	s.shopper("b").joins(g, done.group)
	newcomers := s.campaign("SKU-0", vars{"newCustomersOnly": true})
	forNew := s.shopper("c").opens(g, newcomers)
	bought := s.campaign("SKU-0", nil) // wei has had all that he may
	his := wei.opens(g, bought)
	s.shopper("d").joins(g, his.group)
	another := s.shopper("e").opens(g, bought)
	ended, small := s.campaign("SKU-0", nil), s.campaign("SKU-0", vars{"unitQuota": 2})
	s.partner().do(campaignEnd, vars{"in": vars{"campaignId": ended}}).want("groupBuyCampaignEnd.campaign.campaignState", "ENDED")
	soon := s.campaign("SKU-0", vars{"startsAt": s.Clock.Now().Add(time.Hour).Format(time.RFC3339)})
	s.shopper("f").opens(g, small)
	short := s.campaign("SKU-0", vars{"groupSeconds": 300})
	closing := s.shopper("h").opens(g, short)
	last := s.campaign("SKU-0", nil)

	const at = "input.checkout.groupBuy"
	for _, c := range []struct {
		name  string
		by    *client
		where string
		id    string
		more  vars
		code  string
		field string
	}{
		{"full", wei, "groupBuyId", full.group, nil, "GROUP_FULL", at + ".groupBuyId"},
		{"completed", wei, "groupBuyId", done.group, nil, "GROUP_CLOSED", at + ".groupBuyId"},
		{"own group again", ming, "groupBuyId", full.group, nil, "ALREADY_MEMBER", at},
		{"another group of the campaign", ming, "campaignId", campaign, nil, "ALREADY_MEMBER", at},
		{"limit", wei, "groupBuyId", another.group, nil, "LIMIT_PER_SHOPPER", at + ".quantity"},
		{"limit at once", wei, "campaignId", last, vars{"quantity": 2}, "LIMIT_PER_SHOPPER", at + ".quantity"},
		{"not new", wei, "groupBuyId", forNew.group, nil, "NEW_CUSTOMERS_ONLY", at},
		{"ended", wei, "campaignId", ended, nil, "CAMPAIGN_NOT_OPEN", at + ".campaignId"},
		{"not begun", wei, "campaignId", soon, nil, "CAMPAIGN_NOT_OPEN", at + ".campaignId"},
		{"quota", wei, "campaignId", small, nil, "OUT_OF_STOCK", at + ".campaignId"},
		{"foreign SKU", wei, "campaignId", last, vars{"skuId": gs[1].sku}, "SKU_UNAVAILABLE", at + ".skuId"},
		{"no such SKU", wei, "campaignId", last, vars{"skuId": "sku_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}, "SKU_UNAVAILABLE", at + ".skuId"},
		{"no such group", wei, "groupBuyId", nobodysGroup, nil, "NOT_FOUND", at + ".groupBuyId"},
		{"no such campaign", wei, "campaignId", "gbc_01JD8Q2M0V6T3C9E5K7R1XW4ZB", nil, "NOT_FOUND", at + ".campaignId"},
		{"both", wei, "groupBuyId", full.group, vars{"campaignId": campaign}, "INVALID", at},
		{"none of a unit", wei, "campaignId", last, vars{"quantity": 0}, "OUT_OF_RANGE", at + ".quantity"},
	} {
		a := c.by.send(openOrJoin, vars{"in": seatInput(g, c.where, c.id, c.more)})
		if a.verdict() != c.code || strings.Join(a.refusals()[0].Field, ".") != c.field {
			t.Errorf("%s: %s, want %s at %s", c.name, a.raw, c.code, c.field)
		}
		in := vars{"skuId": g.sku, c.where: c.id}
		for k, v := range c.more {
			in[k] = v
		}
		q := c.by.send(checkoutQuote, vars{"in": vars{"groupBuy": in}})
		if q.verdict() != c.code || strings.Join(q.refusals()[0].Field, ".") != strings.Replace(c.field, "input.checkout", "input", 1) {
			t.Errorf("%s, quoted: %s, want %s", c.name, q.raw, c.code)
		}
		if c.where == "groupBuyId" && c.id != nobodysGroup && c.more == nil {
			c.by.do(groupBuy, vars{"id": c.id}).want("groupBuy.viewerRefusal", c.code)
		}
	}

	s.Clock.Advance(280 * time.Second) // a tenth of a group's life must be left to pay in
	wantEqual(t, wei.send(openOrJoin, vars{"in": seatInput(g, "groupBuyId", closing.group, nil)}).verdict(), "GROUP_CLOSED")
	wei.do(groupBuy, vars{"id": closing.group}).want("groupBuy.viewerRefusal", "GROUP_CLOSED")
	a := wei.send(openOrJoin, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"groupBuy": vars{"skuId": g.sku, "campaignId": last}}, "expectedTotal": "10.00"}})
	wantEqual(t, a.verdict(), "PRICE_CHANGED")
	a.want("orderPlace.quote.total.amount", "8.00")
}

// A seat whose goods are not to be had says so where they were asked for.
func TestRefusalsOfASeatsGoods(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 1)[0]
	campaign := s.campaign("SKU-0", vars{"perShopperLimit": 5})
	ming := s.shopper("ming")
	two := seatInput(g, "campaignId", campaign, vars{"quantity": 2})
	two["expectedTotal"] = "16.00"
	a := ming.send(openOrJoin, vars{"in": two})
	wantEqual(t, a.verdict(), "OUT_OF_STOCK")
	wantEqual(t, a.refusals()[0].Field, []string{"input", "checkout", "groupBuy", "quantity"})
	a.want("orderPlace.userErrors.0.available", "1")
	s.hide(g, true)
	a = ming.send(openOrJoin, vars{"in": seatInput(g, "campaignId", campaign, nil)})
	wantEqual(t, a.verdict(), "SKU_UNAVAILABLE")
	wantEqual(t, a.refusals()[0].Field, []string{"input", "checkout", "groupBuy", "skuId"})
}

// What a campaign may not be: each with the path of what is wrong.
func TestRefusalsOfCampaigns(t *testing.T) {
	s := openShop(t)
	s.goods(2, 10)
	partner := s.partner()
	rungs := func(list ...any) []vars {
		var found []vars
		for i := 0; i < len(list); i += 2 {
			found = append(found, vars{"size": list[i], "price": list[i+1]})
		}
		return found
	}
	offer := func(code, price string, rungs []vars) vars {
		return vars{"skuCode": code, "price": price, "rungs": rungs}
	}
	one := func(rungs []vars) vars { return vars{"offers": []vars{offer("SKU-0", "8.00", rungs)}} }
	now := s.Clock.Now()
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	for _, c := range []struct {
		name  string
		more  vars
		code  string
		field string
	}{
		{"rungs do not rise", one(rungs(4, "7.00", 4, "6.00")), "INVALID", "input.offers.0.rungs.1.size"},
		{"a rung of the group's own size", one(rungs(2, "7.00")), "INVALID", "input.offers.0.rungs.0.size"},
		{"rung prices do not fall", one(rungs(4, "7.00", 6, "7.00")), "INVALID", "input.offers.0.rungs.1.price"},
		{"a rung as dear as the offer", one(rungs(4, "8.00")), "INVALID", "input.offers.0.rungs.0.price"},
		{"SKUs of two products", vars{"offers": []vars{offer("SKU-0", "8.00", nil), offer("SKU-1", "8.00", nil)}}, "INVALID", "input.offers.1.skuCode"},
		{"other rungs in another offer", vars{"offers": []vars{offer("SKU-0", "8.00", rungs(4, "7.00")), offer("SKU-1", "8.00", rungs(5, "7.00"))}}, "INVALID", "input.offers.1.rungs"},
		{"a SKU twice", vars{"offers": []vars{offer("SKU-0", "8.00", nil), offer("SKU-0", "7.00", nil)}}, "INVALID", "input.offers.1.skuCode"},
		{"no such SKU", vars{"offers": []vars{offer("nope", "8.00", nil)}}, "NOT_FOUND", "input.offers.0.skuCode"},
		{"no offers", vars{"offers": []vars{}}, "OUT_OF_RANGE", "input.offers"},
		{"for nothing", vars{"offers": []vars{offer("SKU-0", "0", nil)}}, "OUT_OF_RANGE", "input.offers.0.price"},
		{"half a fen", vars{"offers": []vars{offer("SKU-0", "8.005", nil)}}, "OUT_OF_RANGE", "input.offers.0.price"},
		{"alone", vars{"size": 1}, "OUT_OF_RANGE", "input.size"},
		{"ends before it starts", vars{"startsAt": at(time.Hour), "endsAt": at(time.Minute)}, "INVALID", "input.endsAt"},
		{"over already", vars{"startsAt": at(-2 * time.Hour), "endsAt": at(-time.Hour)}, "INVALID", "input.endsAt"},
		{"no time at all", vars{"groupSeconds": 0}, "OUT_OF_RANGE", "input.groupSeconds"},
		{"more than thirty days", vars{"groupSeconds": 2_592_001}, "OUT_OF_RANGE", "input.groupSeconds"},
		{"nothing for anybody", vars{"perShopperLimit": 0}, "OUT_OF_RANGE", "input.perShopperLimit"},
		{"quota below a group", vars{"unitQuota": 1}, "OUT_OF_RANGE", "input.unitQuota"},
		{"quota below a group of the top rung", vars{"offers": []vars{offer("SKU-0", "8.00", rungs(5, "7.00"))}, "unitQuota": 4}, "OUT_OF_RANGE", "input.unitQuota"},
		{"points without a number", vars{"leaderReward": vars{"kind": "POINTS"}}, "INVALID", "input.leaderReward.points"},
		{"no points", vars{"leaderReward": vars{"kind": "POINTS", "points": 0}}, "OUT_OF_RANGE", "input.leaderReward.points"},
		{"points with a discount", vars{"leaderReward": vars{"kind": "DISCOUNT", "amount": "1.00", "points": 10}}, "INVALID", "input.leaderReward.points"},
		{"a discount of nothing", vars{"leaderReward": vars{"kind": "DISCOUNT"}}, "INVALID", "input.leaderReward.amount"},
		{"a discount above the price", vars{"leaderReward": vars{"kind": "DISCOUNT", "amount": "8.01"}}, "OUT_OF_RANGE", "input.leaderReward.amount"},
		{"a free order with an amount", vars{"leaderReward": vars{"kind": "FREE_ORDER", "amount": "1.00"}}, "INVALID", "input.leaderReward.amount"},
		{"no title", vars{"title": " "}, "BLANK", "input.title"},
		{"a long title", vars{"title": strings.Repeat("长", 101)}, "TOO_LONG", "input.title"},
		{"a title of control characters", vars{"title": "\u0000\u200b"}, "BLANK", "input.title"},
		{"a title with a control character", vars{"title": "a\u0000b"}, "INVALID", "input.title"},
		{"a title that turns", vars{"title": "a\u202eb"}, "INVALID", "input.title"},
		{"a rung for nothing", one(rungs(4, "0")), "OUT_OF_RANGE", "input.offers.0.rungs.0.price"},
		{"a bad key", vars{"idempotencyKey": "k k"}, "INVALID", "input.idempotencyKey"},
	} {
		a := partner.send(campaignCreate, vars{"in": campaignInput(s, "SKU-0", c.more)})
		if a.verdict() != c.code || strings.Join(a.refusals()[0].Field, ".") != c.field || a.at("groupBuyCampaignCreate.campaign") != nil {
			t.Errorf("%s: %s, want %s at %s", c.name, a.raw, c.code, c.field)
		}
	}
	for _, c := range []struct {
		more  vars
		field string
		bound string
		says  string
	}{
		{vars{"unitQuota": 2147483647}, "input.unitQuota", "1000000000", "This number is out of range."},
		{vars{"unitQuota": 1}, "input.unitQuota", "2", "The quota has a unit for each seat of a group at least."},
		{one(rungs(501, "7.00")), "input.offers.0.rungs.0.size", "500", "This number is out of range."},
		{vars{"offers": []vars{offer("SKU-0", "99999999999999999999.00", nil)}}, "input.offers.0.price", strconv.FormatInt(money.Max, 10), "This number is out of range."},
		{vars{"offers": []vars{offer("SKU-0", "0.00", nil)}}, "input.offers.0.price", "1", "This number is out of range."},
		{vars{"offers": []vars{offer("nope", "8.00", nil)}}, "input.offers.0.skuCode", "null", "There is no SKU with this code."},
		{vars{"idempotencyKey": "钥"}, "input.idempotencyKey", "null", "An idempotency key is 1 to 64 visible ASCII characters."},
	} {
		a := partner.speaking("en").send(campaignCreate, vars{"in": campaignInput(s, "SKU-0", c.more)})
		if path := "groupBuyCampaignCreate.userErrors.0."; strings.Join(a.refusals()[0].Field, ".") != c.field || !strings.Contains(string(a.raw), `"available":`+c.bound+"}") || a.str(path+"message") != c.says {
			t.Errorf("%v: %s, want %s at %s: %s", c.more, a.raw, c.bound, c.field, c.says)
		}
	}
	s.visitor().do(`{ groupBuyCampaigns { totalCount } }`, nil).want("groupBuyCampaigns.totalCount", "0")
}

// One key, one campaign; its answer shows all that was asked for.
func TestCampaignIsCreatedOnce(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 10)[0]
	in := campaignInput(s, "SKU-0", vars{
		"offers": []vars{{"skuCode": "SKU-0", "price": "8.00", "rungs": []vars{{"size": 4, "price": "7.00"}}}}, "leaderReward": vars{"kind": "DISCOUNT", "amount": "1.50"},
	})
	first := s.partner().do(campaignCreate, vars{"in": in}).want("groupBuyCampaignCreate.campaign.campaignState", "OPEN", "groupBuyCampaignCreate.campaign.unitsLeft", "100",
		"groupBuyCampaignCreate.campaign.product.id", g.product, "groupBuyCampaignCreate.campaign.offers.0.sku.id", g.sku, "groupBuyCampaignCreate.campaign.offers.0.price.amount", "8.00",
		"groupBuyCampaignCreate.campaign.offers.0.rungs.0.price.amount", "7.00", "groupBuyCampaignCreate.campaign.leaderReward.kind", "DISCOUNT",
		"groupBuyCampaignCreate.campaign.leaderReward.amount.amount", "1.50", "groupBuyCampaignCreate.campaign.groupSeconds", "86400", "groupBuyCampaignCreate.campaign.perShopperLimit", "1")
	again := s.partner().do(campaignCreate, vars{"in": in})
	wantEqual(t, again.raw, first.raw)
	alike := maps.Clone(in) // the same, written otherwise
	alike["title"] = " Together "
	alike["offers"] = []vars{{"skuCode": "SKU-0", "price": "8.0", "rungs": []vars{{"size": 4, "price": "7"}}}}
	alike["groupSeconds"], alike["leaderReward"] = 86_400, vars{"kind": "DISCOUNT", "amount": "1.5", "points": nil}
	wantEqual(t, s.partner().do(campaignCreate, vars{"in": alike}).raw, first.raw)
	bare := campaignInput(s, "SKU-0", nil)
	plain := s.partner().do(campaignCreate, vars{"in": bare}).str("groupBuyCampaignCreate.campaign.id")
	bare["offers"] = []vars{{"skuCode": "SKU-0", "price": "8", "rungs": []vars{}}}
	s.partner().do(campaignCreate, vars{"in": bare}).want("groupBuyCampaignCreate.campaign.id", plain)
	in["title"] = "Another"
	a := s.partner().send(campaignCreate, vars{"in": in})
	wantEqual(t, a.verdict(), "IDEMPOTENCY_KEY_REUSED")
	wantEqual(t, a.refusals()[0].Field, []string{"input", "idempotencyKey"})

	ming := s.shopper("ming")
	late := campaignInput(s, "SKU-0", vars{"title": "Short"})
	short := s.partner().do(campaignCreate, vars{"in": late}).str("groupBuyCampaignCreate.campaign.id")
	defer func() { // its time is over: the same request is still answered
		s.Clock.Advance(25 * time.Hour)
		s.partner().do(campaignCreate, vars{"in": late}).want("groupBuyCampaignCreate.campaign.id", short, "groupBuyCampaignCreate.campaign.campaignState", "ENDED")
	}()
	quoted := ming.do(`query($in: CheckoutInput!) { checkoutQuote(input: $in) { quote { total { amount } adjustments { kind amount { amount } } } userErrors { code } } }`,
		vars{"in": vars{"groupBuy": vars{"skuId": g.sku, "campaignId": first.str("groupBuyCampaignCreate.campaign.id")}}})
	quoted.want("checkoutQuote.quote.total.amount", "6.50")
	s.visitor().do(`query($id: ID!) { product(id: $id) { price { group { amount } best { amount } } groupBuyCampaigns { id } } }`, vars{"id": g.product}).
		want("product.price.group.amount", "8.00", "product.price.best.amount", "10.00", "product.groupBuyCampaigns.0.id", first.str("groupBuyCampaignCreate.campaign.id"))
}
