package app_test

import (
	"encoding/json"
	"testing"
)

// One person on two channels is one person: nobody helps himself through another account, helps twice, or starts more than he may; what he reached as one account
// he uses as the other.
func TestAssistsThroughAMerge(t *testing.T) {
	s := openShop(t)
	s.goods(1, 50)
	ming, wei := s.shopperOn("WECHAT_MINI_PROGRAM", "ming"), s.shopper("wei")
	hong := s.session("DOUYIN_MINI_PROGRAM", "hong")
	campaign := s.helpMe("BARGAIN", vars{"priceFloor": "4.00"}, vars{"skuCode": "SKU-0", "perShopperLimit": 2})
	own := ming.asks(campaign)
	his := wei.asks(campaign)
	ming.helps(his)
	second := hong.asks(campaign)
	wei.helps(own)

	ming.do(linkChannel, vars{"channel": "DOUYIN_MINI_PROGRAM", "code": "demo:hong"}).want("channelLink.merged", "true")
	wantEqual(t, ming.send(assistHelp, vars{"id": own}).verdict(), "SELF_REFERRAL")
	wantEqual(t, ming.send(assistHelp, vars{"id": second}).verdict(), "SELF_REFERRAL")
	wantEqual(t, ming.send(assistHelp, vars{"id": his}).verdict(), "ALREADY_HELPED")
	wantEqual(t, ming.send(assistStart, vars{"key": key(), "id": campaign}).verdict(), "LIMIT_PER_SHOPPER")
	wantEqual(t, len(ming.do(`{ me { assists { nodes { id } } } }`, nil).list("me.assists.nodes")), 2)
	s.shopper("cai").helps(own).want("assistHelp.assist.state", "REACHED")
	ming.do(assistOrder, vars{"key": key(), "id": own, "total": "4.00"}).want("orderPlace.order.total.amount", "4.00")
}

// Who is erased asks for nothing any more; what he did stays, of nobody. Before that he is told all of it.
func TestAssistsOfTheErased(t *testing.T) {
	s := openShop(t)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	template := s.template(vars{"claimable": false, "quantity": 1})
	campaign := s.helpMe("LIKES", vars{"couponTemplateId": template}, nil)
	assist := ming.asks(campaign)
	helped := hong.asks(s.helpMe("DRAW", vars{"drawWinners": 3, "prize": "Tea"}, nil))
	hong.helps(assist)
	ming.helps(helped)
	s.shopper("wei").helps(helped)
	eventually(t, "winners are drawn", func() bool { return len(ming.do(assistNow, vars{"id": helped}).list("assist.winners")) == 3 })
	wantEqual(t, hong.send(assistStart, vars{"key": key(), "id": campaign}).verdict(), "COUPON_EXHAUSTED")

	_, file := s.fetch("GET", ming.do(shopperExport, nil).str("shopperExport.url")[len(s.Config.BaseURL()):])
	var told map[string][]map[string]any
	_ = json.Unmarshal([]byte(file), &told) // exportedAt is no list
	if len(told["assists"]) != 1 || told["assists"][0]["id"] != assist || len(told["assistHelps"]) != 1 || told["assistHelps"][0]["assistId"] != helped || len(told["assistWins"]) != 1 {
		t.Errorf("he is told %s", file)
	}

	ming.do(shopperErase, nil).want("shopperErase.erased", "true")
	hong.do(assistNow, vars{"id": assist}).want("assist.state", "EXPIRED", "assist.progress", "1", "assist.viewerRefusal", "ALREADY_HELPED")
	hong.do(assistNow, vars{"id": helped}).want("assist.state", "REACHED", "assist.progress", "2")
	hong.asks(campaign) // the coupon is there again
}

// A link to an assist shows what the goods cost now and who is missing, and ends with it; one to a campaign what the goods come to.
func TestSharedAssists(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	ming, hong := s.shopper("ming"), s.shopper("hong")
	campaign := s.helpMe("UNLOCK", vars{"priceFloor": "4.00"}, vars{"skuCode": "SKU-0"})
	assist := ming.asks(campaign)
	const share = `share { token title url imageUrl target { ... on Assist { id progress } ... on AssistCampaign { id title } } sharer { nickname } }`
	shared := hong.do(`query($a: ID!) { assist(id: $a) { `+share+` campaign { `+share+` } } }`, vars{"a": assist}).
		want("assist.share.title", "Help me", "assist.share.target.id", assist, "assist.share.sharer.nickname", "h**", "assist.campaign.share.target.id", campaign,
			"assist.share.imageUrl", "https://cdn.example/p.jpg")
	token := shared.str("assist.share.token")
	s.visitor().do(`query($t: String!) { shareLink(token: $t) { target { ... on Assist { id state goal progress campaign { title prizeSku { code } } owner { nickname } } } } }`, vars{"t": token}).
		want("shareLink.target.id", assist, "shareLink.target.owner.nickname", "m**", "shareLink.target.campaign.prizeSku.code", "SKU-0")
	s.hide(g, true)
	s.visitor().do(`query($t: String!) { shareLink(token: $t) { title } }`, vars{"t": token}).want("shareLink", "<nil>")
	hong.do(`query($a: ID!) { assist(id: $a) { state share { token } campaign { prizeSku { code } } } }`, vars{"a": assist}).want("assist.state", "OPEN", "assist.share", "<nil>", "assist.campaign.prizeSku", "<nil>")
}
