package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livedrop"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
)

// Limits of a drop.
const (
	maxDropQuantity = 100_000
	maxDropSeconds  = 3600
	maxDrops        = 5 // running in one room
)

// deadlineDrop ends a drop at its time.
const deadlineDrop = "live.drop"

var errManyDrops = ErrRoomState.Saying("Five drops run in this room; wait until one is over.", "同时进行的红包雨最多 5 场，请稍候。").At("input", "roomId")

// DropStart lets coupons rain on a room that is on air, from now on: they are taken from the template at once, whether anybody may claim it or not, and what nobody
// has claimed goes back at the end. The same key with the same input returns the drop as it is now.
//
// Errors, under input: fault.KeyReused, fault.OutOfRange (quantity, seconds), fault.Missing (roomId, couponTemplateId), ErrRole, ErrRoomState (not on air, or five
// run already), coupon.ErrExhausted (with how many are left).
func (s *Service) DropStart(ctx context.Context, actorID string, d *DropDraft) (*Drop, error) {
	if d.Quantity < 1 || d.Quantity > maxDropQuantity {
		return nil, fault.OutOfRange.At("input", "quantity").WithAvailable(maxDropQuantity)
	}
	if d.Seconds < 1 || d.Seconds > maxDropSeconds {
		return nil, fault.OutOfRange.At("input", "seconds").WithAvailable(maxDropSeconds)
	}
	input := *d
	input.IdempotencyKey = ""
	call := idem.Call{Owner: actorID, Operation: "liveCouponDrop", Key: d.IdempotencyKey, Input: input, Result: id.New("lvd")}
	dropID, err := s.startOnce(ctx, call, d.RoomID, func(ctx context.Context, now time.Time) error { return s.dropStart(ctx, call.Result, d, now) })
	if err != nil {
		return nil, err
	}
	found, err := s.Drops(ctx, []string{dropID})
	return found[dropID], err
}

func (s *Service) dropStart(ctx context.Context, dropID string, d *DropDraft, now time.Time) error {
	running, err := s.store.Client(ctx).LiveDrop.Query().Where(livedrop.RoomID(d.RoomID), dropRuns(now)).Count(ctx)
	if err != nil {
		return fmt.Errorf("drops of %s: %w", d.RoomID, err)
	}
	if running >= maxDrops {
		return errManyDrops
	}
	if err := s.coupons.Take(ctx, d.CouponTemplateID, d.Quantity); err != nil {
		return refusedAt(err, "couponTemplateId")
	}
	ends := now.Add(time.Duration(d.Seconds) * time.Second)
	err = s.store.Client(ctx).LiveDrop.Create().SetID(dropID).SetCreatedAt(now).SetUpdatedAt(now).SetRoomID(d.RoomID).SetTemplateID(d.CouponTemplateID).
		SetQuantity(d.Quantity).SetRemaining(d.Quantity).SetEndsAt(ends).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert a drop in %s: %w", d.RoomID, err)
	}
	if err := s.deadlines.Set(ctx, deadlineDrop, dropID, ends, now); err != nil {
		return err
	}
	return s.tell(ctx, d.RoomID, kindDrop, dropID, nil)
}

// dropRuns selects the drops of which coupons can be had at now.
func dropRuns(now time.Time) predicate.LiveDrop {
	return livedrop.And(livedrop.ClosedAtIsNil(), livedrop.EndsAtGT(now), livedrop.RemainingGT(0))
}

// closeDrop ends a drop once: what is left of it goes back to its template. early ends it before its time. It reports false when there is nothing to end.
func (s *Service) closeDrop(ctx context.Context, dropID string, now time.Time, early bool) (closed bool, err error) {
	query, args := `UPDATE live_drops SET returned = remaining, remaining = 0, closed_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND closed_at IS NULL`, []any{now, now, dropID}
	if !early {
		query, args = query+" AND ends_at <= ?", append(args, now)
	}
	closed, err = s.store.Guard(ctx, query, args...)
	if err != nil || !closed {
		return false, err
	}
	drop, err := s.store.Client(ctx).LiveDrop.Get(ctx, dropID)
	if err != nil {
		return false, fmt.Errorf("drop %s: %w", dropID, err)
	}
	if drop.Returned > 0 {
		if err := s.coupons.PutBack(ctx, drop.TemplateID, drop.Returned); err != nil {
			return false, err
		}
	}
	return true, s.tell(ctx, drop.RoomID, kindDrop, dropID, nil)
}

// dropDue is the end of a drop's time.
func (s *Service) dropDue(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		closed, err := s.closeDrop(ctx, t.Ref, s.clock(), false)
		if err != nil {
			return err
		}
		if !closed {
			drop, err := s.store.Client(ctx).LiveDrop.Get(ctx, t.Ref)
			if err != nil {
				return fmt.Errorf("drop %s: %w", t.Ref, err)
			}
			if drop.ClosedAt == nil { // by this process's clock its time is not up
				return t.Again(ctx, drop.EndsAt)
			}
		}
		return t.Done(ctx)
	})
}

// endDrops ends the drops of a room that ends, in the transaction that has guarded the room's row.
func (s *Service) endDrops(ctx context.Context, room *db.LiveRoom, now time.Time) error {
	ids, err := s.store.Client(ctx).LiveDrop.Query().Where(livedrop.RoomID(room.ID), livedrop.ClosedAtIsNil()).
		Order(livedrop.ByTemplateID(), livedrop.ByID()).IDs(ctx) // by their templates, whose rows others take in the same order
	if err != nil {
		return fmt.Errorf("drops of %s: %w", room.ID, err)
	}
	for _, dropID := range ids { // a handful: they run at most an hour, and the empty ones with them
		if _, err := s.closeDrop(ctx, dropID, now, true); err != nil {
			return err
		}
		if err := s.deadlines.Cancel(ctx, deadlineDrop, dropID); err != nil {
			return err
		}
	}
	return nil
}

// Drops reads drops by id in one statement; what does not exist is left out.
func (s *Service) Drops(ctx context.Context, ids []string) (map[string]*Drop, error) {
	found := make(map[string]*Drop, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveDrop.Query().Where(livedrop.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("drops: %w", err)
	}
	for _, row := range rows {
		found[row.ID] = dropOf(row)
	}
	return found, nil
}

// DropsOf are rooms' drops of which coupons can be had now, newest first, by room, in one statement.
func (s *Service) DropsOf(ctx context.Context, roomIDs []string) (map[string][]*Drop, error) {
	found := make(map[string][]*Drop, len(roomIDs))
	if len(roomIDs) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveDrop.Query().Where(livedrop.RoomIDIn(roomIDs...), dropRuns(s.clock())).
		Order(livedrop.ByCreatedAt(lastFirst), livedrop.ByID(lastFirst)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("drops of rooms: %w", err)
	}
	for _, row := range rows {
		found[row.RoomID] = append(found[row.RoomID], dropOf(row))
	}
	return found, nil
}

func dropOf(row *db.LiveDrop) *Drop {
	return &Drop{ID: row.ID, RoomID: row.RoomID, TemplateID: row.TemplateID, Quantity: row.Quantity, Left: row.Remaining, EndsAt: row.EndsAt}
}
