package member

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/fact"
)

// ErrOpenOrders: orders of the person are not final, or money of theirs is on its way back. Its Detail are their ids, a []string.
var ErrOpenOrders = fault.Refuse("OPEN_ORDERS", "There are orders or refunds that have not ended.", "尚有未完成的订单或退款。")

// errOpenPayouts: money is on its way to the person.
var errOpenPayouts = ErrOpenOrders.Saying("A withdrawal is on its way.", "尚有未到账的提现。")

// forfeited is the reason of what an erasure takes off the ledger.
const forfeited = "账号注销"

// Erase makes a shopper unknown for good, with every account that has become part of his: what he keeps for himself is deleted or forfeited, his data key is
// destroyed and with it what it sealed, and he is signed out everywhere. Orders, payments and the ledger stay, of nobody. It happens whole or not at all. channel
// is where he asked for it.
//
// Errors: ErrOpenOrders (also while a withdrawal is on its way, without a Detail), points.ErrHoldState (a till holds points of his); those of identity.Touch, also when he has been erased before.
func (s *Service) Erase(ctx context.Context, shopperID, channel string) error {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		ids, err := s.identity.Aliases(ctx, shopperID)
		if err != nil {
			return err
		}
		open, err := s.order.Open(ctx, ids)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return ErrOpenOrders.WithDetail(open)
		}
		payouts, err := s.commission.Open(ctx, ids)
		if err != nil {
			return err
		}
		if len(payouts) > 0 {
			return errOpenPayouts
		}
		return s.erase(ctx, ids, channel)
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		if gone, lookErr := s.identity.Erased(ctx, shopperID); lookErr == nil && gone {
			return nil
		}
	}
	return err
}

// erase takes each domain's turn, in the order of locks that all transactions keep; who the person was comes last, since the others may have to ask.
func (s *Service) erase(ctx context.Context, ids []string, channel string) error {
	if err := s.order.Forget(ctx, ids); err != nil {
		return err
	}
	if err := s.coupon.Forfeit(ctx, ids); err != nil {
		return err
	}
	if err := s.points.Forfeit(ctx, ids[0], "member", channel, forfeited); err != nil {
		return err
	}
	if err := s.points.Forget(ctx, ids); err != nil {
		return err
	}
	now := s.clock()
	if err := s.live.Erase(ctx, ids, now); err != nil {
		return err
	}
	if err := s.conduct.Forget(ctx, ids); err != nil {
		return err
	}
	if err := s.assist.Erase(ctx, ids, now); err != nil {
		return err
	}
	if err := s.taste.Forget(ctx, ids); err != nil {
		return err
	}
	if err := s.referral.Forget(ctx, ids); err != nil {
		return err
	}
	if err := s.commission.Forfeit(ctx, ids, now); err != nil {
		return err
	}
	ver, err := s.identity.Erase(ctx, ids, now)
	if err != nil {
		return err
	}
	return s.outbox.Emit(ctx, ids[0], ver, fact.ShopperErased{ShopperID: ids[0], At: now}, now)
}
