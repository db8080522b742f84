package demo

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/coupon"
)

// HelpersCoupon is what collecting likes is rewarded with; it cannot be had elsewhere.
func HelpersCoupon() *coupon.Draft {
	return &coupon.Draft{
		IdempotencyKey: "demo-likes", Title: "好友点赞券 满20减6", AmountOff: new(money.Decimal("6.00")), MinSpend: new(money.Decimal("20.00")),
		ValidDays: 7, Quantity: 100_000, PerShopperLimit: 100,
	}
}

// Assists are the demo shop's help-me campaigns, one of each tool, always the same ones: they start at from and end a year later. coupon is the id of the template
// of HelpersCoupon. Their keys never change, so a shop that has them refuses them. The caller owns what it gets.
func Assists(from time.Time, coupon string) []*assist.CampaignDraft {
	sku := func(handle string) *string { return new(skuCode(handle, 0)) }
	drafts := []*assist.CampaignDraft{
		{Kind: assist.Bargain, Title: "砍价 保温杯最低 59 元", SkuCode: sku("steel-thermos"), Goal: 3, Reward: &assist.RewardDraft{PriceFloor: new(money.Decimal("59.00"))}},
		{Kind: assist.Unlock, Title: "两位好友解锁坚果 19.90 元", SkuCode: sku("daily-nuts"), Goal: 2, Reward: &assist.RewardDraft{PriceFloor: new(money.Decimal("19.90"))}},
		{Kind: assist.Likes, Title: "集两个赞 领满20减6券", Goal: 2, Reward: &assist.RewardDraft{CouponTemplateID: &coupon}},
		{Kind: assist.Invite, Title: "邀请两位新朋友 得 200 积分", Goal: 2, Reward: &assist.RewardDraft{Points: new(int64(200))}},
		{Kind: assist.Draw, Title: "三人抽奖 沃柑一箱", SkuCode: sku("wogan-mandarin"), Goal: 3, Reward: &assist.RewardDraft{DrawWinners: new(1), Prize: new("武鸣沃柑一箱")}},
		{Kind: assist.Charity, Title: "每一次助力 捐 0.50 元", Goal: 2, Reward: &assist.RewardDraft{DonationPerHelper: new(money.Decimal("0.50")), Cause: new("乡村小学图书角")}},
	}
	for _, d := range drafts {
		d.IdempotencyKey, d.StartsAt, d.EndsAt = "demo-"+string(d.Kind), from, from.AddDate(1, 0, 0)
		d.AssistSeconds, d.PerShopperLimit, d.HelpsPerDay = int(aDay/time.Second), 3, 20
	}
	return drafts
}
