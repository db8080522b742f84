package groupbuy

import "github.com/kaituan/kaituan/internal/fault"

// What a seat or a campaign may be refused for.
var (
	ErrCampaignNotOpen = fault.Refuse("CAMPAIGN_NOT_OPEN", "This campaign is not running.", "活动未开始或已结束。")
	ErrGroupFull       = fault.Refuse("GROUP_FULL", "Every seat of this group is taken.", "该团已满员。")
	ErrGroupClosed     = fault.Refuse("GROUP_CLOSED", "This group takes no more members.", "该团已结束或即将结束。")
	ErrAlreadyMember   = fault.Refuse("ALREADY_MEMBER", "You have a seat in a group of this campaign.", "您已参与本活动的一个团。")
	ErrLimit           = fault.Refuse("LIMIT_PER_SHOPPER", "That is more than one person may have.", "超出每人限购数量。")
	ErrNewcomersOnly   = fault.Refuse("NEW_CUSTOMERS_ONLY", "Only new customers may join this group.", "仅限新用户参团。")
	ErrForeignSku      = fault.Refuse("SKU_UNAVAILABLE", "This campaign does not offer that SKU.", "该商品不在本活动中。")
	ErrQuotaSpent      = fault.Refuse("OUT_OF_STOCK", "The campaign has not enough units left.", "活动名额不足。")
	ErrGivesUp         = fault.Refuse("TOO_OFTEN", "You have let several seats of this campaign go; try again later.", "您多次占座未支付，请稍后再试。")
	ErrMayNotComplete  = fault.Refuse("INVALID", "This campaign does not let the shop complete its groups.", "该活动不支持商家成团。")
)
