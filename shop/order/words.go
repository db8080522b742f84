package order

import "github.com/kaituan/kaituan/internal/fault"

// Words are the shop's own for a step of pricing, which a reader gets in his language; ok is false for what has a title of its own, as a coupon has.
// Rows keep the Chinese ones.
func (k AdjustmentKind) Words() (words fault.Text, ok bool) {
	words, ok = adjustmentWords[k]
	return words, ok
}

var adjustmentWords = map[AdjustmentKind]fault.Text{
	ByGroupBuy:     {En: "Group price", Zh: "拼团价"},
	ByLiveOffer:    {En: "Live price", Zh: "直播价"},
	ByAssist:       {En: "Price with helpers", Zh: "助力价"},
	ByMember:       {En: "Member price", Zh: "会员价"},
	ByPoints:       {En: "Points", Zh: "积分抵扣"},
	ByLeaderReward: {En: "Leader's discount", Zh: "团长优惠"},
}

// Words are the shop's own for a refund, which a reader gets in his language; ok is false for one that was asked for, whose reason is who asked's.
// Rows keep the Chinese ones, which also go to the payment's provider.
func (k RefundKind) Words() (words fault.Text, ok bool) {
	words, ok = refundWords[k]
	return words, ok
}

var refundWords = map[RefundKind]fault.Text{
	RefundGroupEnded: {En: "The group was not filled; all money goes back", Zh: "未成团，款项退回"},
	RefundLate:       {En: "The order does not stand; the money goes back", Zh: "订单未成立，款项退回"},
	RefundRung:       {En: "A lower price was reached; the difference goes back", Zh: "达到更低阶梯价，差额退回"},
	RefundLeader:     {En: "The leader's order is free", Zh: "团长免单"},
}
