package points

import (
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
)

// What a movement may be refused for.
var (
	ErrInsufficientPoints = fault.Refuse("INSUFFICIENT_POINTS", "There are not enough points.", "积分不足。")
	ErrHoldState          = fault.Refuse("HOLD_STATE", "This hold was captured or released.", "该冻结已使用或已释放。")
	ErrHoldExpired        = fault.Refuse("HOLD_EXPIRED", "This hold has expired.", "该冻结已过期。")
	ErrAlreadyCheckedIn   = fault.Refuse("ALREADY_CHECKED_IN", "You have checked in today.", "今日已签到。")
	ErrIrreversible       = fault.Refuse("INVALID", "An entry of this kind cannot be reversed.", "该记录不能冲正。")
	ErrTooOld             = fault.Refuse("OUT_OF_RANGE", "This happened more than seven days ago, or has not happened yet.", "发生时间须在七天以内。")
)

// Lengths of what a movement says of itself, in characters.
const (
	maxReason    = 200
	maxReference = 64
)

// lost is the error for a state that this code did not foresee: it rolls back and may be tried again.
func lost(what, id string) error {
	return fmt.Errorf("%s %s: another transaction changed it: %w", what, id, fault.BusyRetry)
}
