package points

import (
	"context"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointcheckin"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// CheckIn is where a shopper's streak of daily visits stands.
type CheckIn struct {
	// Today is whether today's visit was.
	Today bool
	// Streak is how many days in a row there were until today, or until yesterday when Today is not yet.
	Streak int
	// Earned is what today's visit paid.
	Earned int64
}

// visit is the reason of what a visit pays.
const visit = "每日签到"

// CheckIn pays today's visit, more as the streak goes on. A day is the shop's.
//
// Errors: ErrAlreadyCheckedIn, fault.Invalid (no such channel); those of identity.Touch but for ErrMerged.
func (s *Service) CheckIn(ctx context.Context, shopperID, channel string) (*CheckIn, error) {
	a := about{"check-in", channel, visit, ""}
	if err := a.check(); err != nil {
		return nil, err
	}
	var done CheckIn
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		b, err := s.open(ctx, shopperID)
		if err != nil {
			return err
		}
		if done, err = b.checkInToday(ctx); err != nil {
			return err
		}
		if done.Earned > 0 {
			if _, err := b.earn(ctx, a, done.Earned, id.New("pst")); err != nil {
				return err
			}
		}
		return b.close(ctx)
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		if now, found := s.CheckInState(ctx, shopperID); found == nil && now.Today {
			return now, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return &done, nil
}

// checkInToday takes today, which is there once.
func (b *book) checkInToday(ctx context.Context) (CheckIn, error) {
	today := day(b.now, b.zone)
	before, err := b.visited(ctx, b.shopperID, b.now.In(b.zone).AddDate(0, 0, -1).Format("2006-01-02"))
	if err != nil {
		return CheckIn{}, err
	}
	c := CheckIn{Today: true, Streak: 1}
	if before != nil {
		c.Streak = before.Streak + 1
	}
	c.Earned = b.Service.checkIn[(c.Streak-1)%len(b.Service.checkIn)]
	fresh, err := b.store.Unique(ctx, func(ctx context.Context) error {
		_, err := b.store.Exec(ctx, "INSERT INTO point_check_ins (shopper_id, day, streak, points, at) VALUES (?, ?, ?, ?, ?)", b.shopperID, today, c.Streak, c.Earned, b.now)
		return err
	})
	if err != nil {
		return CheckIn{}, fmt.Errorf("check %s in: %w", b.shopperID, err)
	}
	if !fresh {
		return CheckIn{}, ErrAlreadyCheckedIn
	}
	return c, nil
}

func (s *Service) visited(ctx context.Context, shopperID, on string) (*db.PointCheckIn, error) {
	row, err := s.store.Client(ctx).PointCheckIn.Query().Where(pointcheckin.ShopperID(shopperID), pointcheckin.Day(on)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	return row, wrap(err, "visit of %s on %s", shopperID, on)
}

// CheckInState reads where a shopper's streak stands.
func (s *Service) CheckInState(ctx context.Context, shopperID string) (*CheckIn, error) {
	now := s.clock()
	row, err := s.visited(ctx, shopperID, day(now, s.zone))
	if err != nil {
		return nil, err
	}
	if row != nil {
		return &CheckIn{Today: true, Streak: row.Streak, Earned: row.Points}, nil
	}
	row, err = s.visited(ctx, shopperID, now.In(s.zone).AddDate(0, 0, -1).Format("2006-01-02"))
	if err != nil || row == nil {
		return &CheckIn{}, err
	}
	return &CheckIn{Streak: row.Streak}, nil
}
