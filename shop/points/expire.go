package points

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointlot"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/fact"
)

// ranOut is the reason of an expiry.
const ranOut = "积分到期"

// sweep books what has run out of the account's lots.
func (b *book) sweep(ctx context.Context) error {
	rows, err := b.store.Client(ctx).PointLot.Query().
		Where(pointlot.ShopperID(b.shopperID), pointlot.Open(true), pointlot.ExpiresAtLTE(b.now)).Order(pointlot.ByExpiresAt(), pointlot.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("lots of %s that have run out: %w", b.shopperID, err)
	}
	lots := make([]*lot, len(rows))
	for i, row := range rows {
		lots[i] = b.know(row)
	}
	b.expire(lots)
	return nil
}

// expire posts the end of lots' remaining points, one posting per channel that issued them.
func (b *book) expire(lots []*lot) {
	slices.SortStableFunc(lots, func(x, y *lot) int { return cmp.Compare(x.Channel, y.Channel) })
	for i, l := range lots {
		if i == 0 || l.Channel != lots[i-1].Channel {
			b.post(Expired, about{system, l.Channel, ranOut, ""})
		}
		b.move(b.postings[len(b.postings)-1], l, available, expired, l.Remaining)
	}
}

// Expire books the lots of an account that have run out, and sets itself to the next that will.
func (s *Service) Expire(ctx context.Context, t *deadline.Task) error {
	return s.tend(ctx, t, "expire_due", func(ctx context.Context, b *book) (*time.Time, error) {
		next, err := b.firstEnd(ctx, b.now)
		return next, errors.Join(err, b.close(ctx)) // opening has swept
	})
}

// Remind tells of an account's points that run out in seven days, or in one.
func (s *Service) Remind(ctx context.Context, t *deadline.Task) error {
	return s.tend(ctx, t, "remind_due", func(ctx context.Context, b *book) (*time.Time, error) {
		if err := b.close(ctx); err != nil {
			return nil, err
		}
		if b.acc.RemindDue != nil {
			if err := b.remind(ctx, *b.acc.RemindDue); err != nil {
				return nil, err
			}
		}
		return b.nextNotice(ctx)
	})
}

// tend does an account's work that is due, and has the worker come again when do says; column remembers when.
func (s *Service) tend(ctx context.Context, t *deadline.Task, column string, do func(ctx context.Context, b *book) (*time.Time, error)) error {
	acc, err := s.store.Client(ctx).PointAccount.Get(ctx, t.Ref)
	if err != nil {
		return fmt.Errorf("account %s: %w", t.Ref, err)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, acc.ShopperID)
		if err != nil {
			return err
		}
		if b.acc.ID != t.Ref { // merged: the survivor's account has deadlines of its own
			return t.Done(ctx)
		}
		next, err := do(ctx, b)
		if err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, "UPDATE point_accounts SET "+column+" = ?, ver = ver + 1 WHERE id = ?", next, b.acc.ID); err != nil {
			return fmt.Errorf("tend %s: %w", b.acc.ID, err)
		}
		if next == nil {
			return t.Done(ctx)
		}
		return t.Again(ctx, *next)
	})
}

// remind tells once of each moment at which points end and of which a notice has come due since from.
func (b *book) remind(ctx context.Context, from time.Time) error {
	far := noticeAt(b.now, -notices[0], b.zone)
	rows, err := b.store.Client(ctx).PointLot.Query().
		Where(pointlot.ShopperID(b.shopperID), pointlot.Open(true), pointlot.ExpiresAtGT(b.now), pointlot.ExpiresAtLTE(far)).
		Order(pointlot.ByExpiresAt(), pointlot.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("lots of %s that will run out: %w", b.shopperID, err)
	}
	var ends []Expiry
	for _, row := range rows {
		if n := len(ends); n > 0 && ends[n-1].At.Equal(row.ExpiresAt) {
			ends[n-1].Points += row.Remaining
		} else {
			ends = append(ends, Expiry{row.Remaining, row.ExpiresAt})
		}
	}
	for _, end := range ends {
		if !noticed(end.At, from, b.now, b.zone) {
			continue
		}
		b.acc.Ver++
		if _, err := b.store.Exec(ctx, "UPDATE point_accounts SET ver = ver + 1 WHERE id = ?", b.acc.ID); err != nil {
			return fmt.Errorf("remind %s: %w", b.acc.ID, err)
		}
		if err := b.outbox.Emit(ctx, b.acc.ID, b.acc.Ver, fact.PointsExpiring{ShopperID: b.shopperID, Points: end.Points, At: end.At}, b.now); err != nil {
			return err
		}
	}
	return nil
}

// noticed reports whether a notice of points that end at end came due within [from, now].
func noticed(end, from, now time.Time, zone *time.Location) bool {
	for _, days := range notices {
		if at := noticeAt(end, days, zone); !at.Before(from) && !at.After(now) {
			return true
		}
	}
	return false
}

// firstEnd is when the first lot with points after a moment runs out, nil when there is none.
func (b *book) firstEnd(ctx context.Context, after time.Time) (*time.Time, error) {
	row, err := b.store.Client(ctx).PointLot.Query().Where(pointlot.ShopperID(b.shopperID), pointlot.Open(true), pointlot.ExpiresAtGT(after)).
		Order(pointlot.ByExpiresAt(), pointlot.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("first lot of %s to run out: %w", b.shopperID, err)
	}
	return &row.ExpiresAt, nil
}

// nextNotice is when the next notice is due, nil when none will be.
func (b *book) nextNotice(ctx context.Context) (*time.Time, error) {
	var next *time.Time
	for _, days := range notices {
		end, err := b.firstEnd(ctx, noticeAt(b.now, -days, b.zone))
		if err != nil {
			return nil, err
		}
		if end == nil {
			continue
		}
		if at := noticeAt(*end, days, b.zone); next == nil || at.Before(*next) {
			next = &at
		}
	}
	return next, nil
}
