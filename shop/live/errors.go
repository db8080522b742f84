package live

import "github.com/kaituan/kaituan/internal/fault"

// What a room may refuse.
var (
	ErrRoomState    = fault.Refuse("ROOM_STATE", "The room is not in a state that allows this.", "直播间当前状态不支持该操作。")
	ErrRole         = fault.Refuse("ROLE_REQUIRED", "You need a role in this room for that.", "您在该直播间没有相应权限。")
	ErrMuted        = fault.Refuse("MUTED", "You are muted in this room.", "您已被禁言。")
	ErrSlowMode     = fault.Refuse("SLOW_MODE", "The room is in slow mode; wait a little.", "发言过快，请稍候。")
	ErrRejected     = fault.Refuse("CONTENT_REJECTED", "This text is not allowed here.", "内容不符合规范。")
	ErrQuestions    = fault.Refuse("LIMIT_PER_SHOPPER", "Your other questions wait for an answer first.", "您还有多个问题等待回答，请稍后再问。")
	ErrOfferNotOpen = fault.Refuse("OFFER_NOT_OPEN", "This offer is not open.", "该限时价未开始或已结束。")
	ErrQuotaSpent   = fault.Refuse("OUT_OF_STOCK", "The offer has not enough units left.", "限时价名额不足。")
	ErrDropEmpty    = fault.Refuse("DROP_EMPTY", "Every coupon of this drop is gone.", "红包雨已抢完。")
	ErrClaimed      = fault.Refuse("ALREADY_CLAIMED", "You have one of these already.", "您已领取过。")
	ErrLotteryState = fault.Refuse("LOTTERY_STATE", "The lottery is not in a state that allows this.", "抽奖当前状态不支持该操作。")

	errManyRooms  = fault.Refuse("LIMIT_PER_SHOPPER", "End one of your rooms first.", "您未结束的直播间过多，请先结束一个。")
	errManyOffers = fault.Refuse("LIMIT_PER_SHOPPER", "End one of the room's offers first.", "直播间进行中的限时价过多，请先结束一个。")
)
