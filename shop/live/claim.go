package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livedropclaim"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/coupon"
)

// sourceDrop is the source of a coupon that rained on a room.
const sourceDrop = "drop"

var errDropOver = ErrRoomState.Saying("This drop is over.", "本场红包雨已结束。")

// Claim gives a shopper one coupon of a drop; a person has one at most, whatever accounts became his. Thousands come at once and most of them in vain, so refusals
// are cheap: a drop that is empty or over stays so, and whoever finds it so is refused without a transaction.
//
// Errors, at input.dropId: fault.Missing, ErrDropEmpty (Available 0), ErrClaimed, ErrRoomState (it is over), coupon.ErrLimit (Available 0); fault.BusyRetry.
func (s *Service) Claim(ctx context.Context, shopperID, dropID string) (*coupon.Coupon, error) {
	couponID, err := s.claimInTurn(ctx, shopperID, dropID)
	if err != nil {
		return nil, refusedAt(err, "dropId")
	}
	found, err := s.coupons.Some(ctx, "", []string{couponID}) // whoever he has become since
	return found[couponID], err
}

// claimInTurn looks before it waits for its place, and again when it has it: most drops are empty by then.
func (s *Service) claimInTurn(ctx context.Context, shopperID, dropID string) (couponID string, err error) {
	if err := s.glance(ctx, dropID); err != nil {
		return "", err
	}
	leave, err := s.prizes.claims.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	if err := s.glance(ctx, dropID); err != nil {
		return "", err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		couponID, err = s.claim(ctx, shopperID, dropID)
		return err
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return s.claimedOr(ctx, shopperID, dropID, fault.BusyRetry)
	}
	if errors.Is(err, ErrDropEmpty) || errors.Is(err, ErrRoomState) {
		s.prizes.drops.forget(dropID, nil) // so that the next one sees what this one has found
	}
	return couponID, err
}

// claimedOr looks up, after a commit whose outcome is unknown, which coupon of the drop a person has.
func (s *Service) claimedOr(ctx context.Context, shopperID, dropID string, otherwise error) (couponID string, err error) {
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return "", err
	}
	row, err := s.store.Client(ctx).LiveDropClaim.Query().Where(livedropclaim.DropID(dropID), livedropclaim.ShopperIDIn(his...)).Order(livedropclaim.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return "", otherwise
	}
	if err != nil {
		return "", fmt.Errorf("claim of %s: %w", dropID, err)
	}
	return row.CouponID, nil
}

// glance refuses what is surely in vain, by what was read of the drop a moment ago.
func (s *Service) glance(ctx context.Context, dropID string) error {
	drop, err := s.prizes.drops.get(ctx, dropID, func(ctx context.Context) (*db.LiveDrop, error) { return s.drop(ctx, dropID) })
	if err != nil {
		return err
	}
	return inVain(drop, s.clock())
}

// inVain is why no coupon of a drop can be had any more, nil while one can. What it says of a row that was read earlier still holds: remaining never rises, and a
// drop that is over stays over.
func inVain(drop *db.LiveDrop, now time.Time) error {
	switch {
	case drop.ClosedAt != nil || !now.Before(drop.EndsAt):
		return errDropOver
	case drop.Remaining == 0:
		return ErrDropEmpty.WithAvailable(0)
	}
	return nil
}

// drop reads a drop's row; fault.Missing when there is none.
func (s *Service) drop(ctx context.Context, dropID string) (*db.LiveDrop, error) {
	row, err := s.store.Client(ctx).LiveDrop.Get(ctx, dropID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("drop %s: %w", dropID, err)
	}
	return row, nil
}

// claim makes the coupon first and takes it from the drop last, whose row everybody wants.
func (s *Service) claim(ctx context.Context, shopperID, dropID string) (couponID string, err error) {
	if err := s.identity.Touch(ctx, shopperID); err != nil {
		return "", err
	}
	now := s.clock()
	drop, err := s.drop(ctx, dropID)
	if err != nil {
		return "", err
	}
	if err := inVain(drop, now); err != nil {
		return "", err
	}
	claimed, err := s.Claimed(ctx, shopperID, []string{dropID})
	if err != nil {
		return "", err
	}
	if claimed[dropID] {
		return "", ErrClaimed
	}
	if couponID, err = s.coupons.Give(ctx, shopperID, drop.TemplateID, sourceDrop); err != nil {
		return "", err
	}
	err = s.store.Client(ctx).LiveDropClaim.Create().SetDropID(dropID).SetShopperID(shopperID).SetCouponID(couponID).SetCreatedAt(now).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("claim of %s: %w", dropID, err)
	}
	if err := s.tellCount(ctx, drop.RoomID, kindDrop, dropID, int64(drop.Remaining)); err != nil {
		return "", err
	}
	took, err := s.store.Guard(ctx, `UPDATE live_drops SET remaining = remaining - 1, updated_at = ?, ver = ver + 1
		WHERE id = ? AND remaining > 0 AND closed_at IS NULL AND ends_at > ?`, now, dropID, now)
	if err != nil || took {
		return couponID, err
	}
	if drop, err = s.drop(ctx, dropID); err != nil {
		return "", err
	}
	if err := inVain(drop, now); err != nil {
		return "", err
	}
	return "", lost("claim of", dropID)
}

// Claimed says of which drops a viewer, under any of his ids, has a coupon.
func (s *Service) Claimed(ctx context.Context, viewerID string, dropIDs []string) (map[string]bool, error) {
	found := make(map[string]bool, len(dropIDs))
	if viewerID == "" || len(dropIDs) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).LiveDropClaim.Query().Where(livedropclaim.DropIDIn(dropIDs...), livedropclaim.ShopperIDIn(his...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("claims of %s: %w", viewerID, err)
	}
	for _, row := range rows {
		found[row.DropID] = true
	}
	return found, nil
}
