package commission

import (
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
)

var (
	// ErrInsufficient: less is available. Its Available is what is, in minor units.
	ErrInsufficient = fault.Refuse("INSUFFICIENT_COMMISSION", "Less commission is available.", "可提现佣金不足。")
	// ErrCredit: the promoter's credit is below the programme's floor.
	ErrCredit = fault.Refuse("CREDIT_TOO_LOW", "Your credit score is too low to withdraw.", "信用分过低，暂不能提现。")
	// ErrNoWallet: nobody is paid on this channel.
	ErrNoWallet = fault.Invalid.Saying("This channel has no wallet to be paid into.", "当前渠道没有可收款的钱包。")
	// errTooMany: the shopper has asked often enough today.
	errTooMany = fault.TooOften.Saying("You have asked for enough withdrawals today.", "今日提现次数已达上限。")
	// errNewPayee: whom the channel would pay has not been the person's for long.
	errNewPayee = fault.TooOften.Saying("This wallet's account was linked, or your accounts became one, less than 24 hours ago.", "收款账号绑定或账号合并未满 24 小时，暂不能提现。")
	errAmount   = fault.Invalid.Saying("This is no amount of the shop's currency.", "金额无效。")
)

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// lost is an error for a row that must have been there, or have stood otherwise.
func lost(what, subject string) error { return fmt.Errorf("%s %s: it is not as it was", what, subject) }
