package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// campaign is one entry of the demo's group buying; prices are per SKU, in the order of the product's.
type campaign struct {
	handle, title string
	size          int
	lasts         time.Duration
	prices        []money.Decimal
	// rungs[i] are the sizes and prices of SKU i in the end, when more come.
	rungs  [][]groupbuy.RungDraft
	reward *groupbuy.RewardDraft

	newCustomersOnly, merchantMayComplete bool
}

const aDay = 24 * time.Hour

var (
	tenOff    = money.Decimal("10.00")
	campaigns = []campaign{
		{handle: "luochuan-apple", title: "两人拼苹果 半小时快团", size: 2, lasts: 30 * time.Minute, prices: []money.Decimal{"15.90", "29.90", "58.00"}},
		{handle: "daily-nuts", title: "三人坚果团 上班一起吃", size: 3, lasts: aDay, prices: []money.Decimal{"24.90", "89.00"}},
		{
			handle: "wuchang-rice", title: "五人大米团 人越多越便宜", size: 5, lasts: 2 * aDay, prices: []money.Decimal{"36.00", "69.00"}, rungs: [][]groupbuy.RungDraft{
				{{Size: 10, Price: "33.00"}, {Size: 20, Price: "29.90"}}, {{Size: 10, Price: "64.00"}, {Size: 20, Price: "59.00"}},
			},
		},
		{
			handle: "centella-mask", title: "三人面膜团 团长立减十元", size: 3, lasts: aDay, prices: []money.Decimal{"55.00"},
			reward: &groupbuy.RewardDraft{Kind: groupbuy.Discount, Amount: &tenOff},
		},
		{
			handle: "steel-thermos", title: "五人保温杯团 团长免单", size: 5, lasts: aDay, prices: []money.Decimal{"85.00", "85.00", "85.00"},
			reward: &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder},
		},
		{handle: "soft-tissue", title: "新客两人团 带朋友来囤纸", size: 2, lasts: aDay, prices: []money.Decimal{"25.90"}, newCustomersOnly: true},
		{handle: "cat-food-can", title: "十人罐头团 差几位店主也发货", size: 10, lasts: 3 * aDay, prices: []money.Decimal{"33.00", "33.00"}, merchantMayComplete: true},
		{handle: "butter-cookies", title: "两人曲奇下午茶", size: 2, lasts: aDay, prices: []money.Decimal{"32.90", "35.90"}},
	}
)

// Campaigns are the demo shop's group buying over its products, always the same ones: they start at from and end a year later. Their keys never change, so a shop
// that has them refuses them. The caller owns what it gets.
func Campaigns(from time.Time) []*groupbuy.CampaignDraft {
	drafts := make([]*groupbuy.CampaignDraft, len(campaigns))
	for i, c := range campaigns {
		drafts[i] = &groupbuy.CampaignDraft{
			IdempotencyKey: "demo-" + c.handle, Title: c.title, Offers: c.offers(), Size: c.size, StartsAt: from, EndsAt: from.AddDate(1, 0, 0),
			GroupSeconds: int(c.lasts / time.Second), PerShopperLimit: 5, NewCustomersOnly: c.newCustomersOnly, MerchantMayComplete: c.merchantMayComplete,
			UnitQuota: 400,
		}
		if c.reward != nil {
			reward := *c.reward
			drafts[i].LeaderReward = &reward
		}
	}
	return drafts
}

func (c campaign) offers() []*groupbuy.OfferDraft {
	offers := make([]*groupbuy.OfferDraft, len(c.prices))
	for i, price := range c.prices {
		offers[i] = &groupbuy.OfferDraft{SkuCode: skuCode(c.handle, i), Price: price}
		if c.rungs != nil {
			for _, rung := range c.rungs[i] {
				offers[i].Rungs = append(offers[i].Rungs, &rung)
			}
		}
	}
	return offers
}

// skuCode is the merchant's code of a product's i-th SKU.
func skuCode(handle string, i int) string {
	return fmt.Sprintf("%s-%02d", strings.ToUpper(handle), i+1)
}
