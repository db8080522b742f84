package assist

import "github.com/kaituan/kaituan/internal/fault"

// What a start, a help or a price may be refused for.
var (
	ErrCampaignNotOpen = fault.Refuse("CAMPAIGN_NOT_OPEN", "This campaign is not running.", "活动未开始或已结束。")
	ErrLimit           = fault.Refuse("LIMIT_PER_SHOPPER", "You have taken part as often as one person may.", "您的参与次数已达上限。")
	ErrState           = fault.Refuse("ASSIST_STATE", "This is over, or not reached yet.", "助力已结束或尚未达成。")
	ErrHelped          = fault.Refuse("ALREADY_HELPED", "You have helped already.", "您已经助力过了。")
	ErrSelf            = fault.Refuse("SELF_REFERRAL", "You cannot help yourself.", "不能给自己助力。")
	ErrNewcomersOnly   = fault.Refuse("NEW_CUSTOMERS_ONLY", "Only who is new to the shop can help here.", "仅限新用户助力。")

	errDeviceID = fault.Invalid.Saying("A device id has at most 64 characters.", "设备编号最多 64 个字符。").At("input", "deviceId")

	errStarts = fault.TooOften.Saying("You have started as many as one person may in a day; more tomorrow.", "今日发起次数已达上限，请明天再来。")
	errHelps  = fault.TooOften.Saying("You have helped as often as one person may in a day; more tomorrow.", "今日助力次数已达上限，请明天再来。")
)
