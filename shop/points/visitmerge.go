package points

import (
	"context"

	"github.com/kaituan/kaituan/ent/db"
)

// MergeVisits makes from's visits of yesterday and today into's, in the transaction that makes the two one person: whoever of them was there, the day counts
// once, and the longer streak goes on.
func (s *Service) MergeVisits(ctx context.Context, from, into string) error {
	now := s.clock()
	before, err := s.mergeVisit(ctx, from, into, day(now.In(s.zone).AddDate(0, 0, -1), s.zone), 0)
	if err != nil {
		return err
	}
	_, err = s.mergeVisit(ctx, from, into, day(now, s.zone), before)
	return err
}

// mergeVisit merges one day's visits, of which the streak until then was before, and returns the streak after it: 0 when neither was there.
func (s *Service) mergeVisit(ctx context.Context, from, into, on string, before int) (int, error) {
	theirs, err := s.visited(ctx, from, on)
	if err != nil {
		return 0, err
	}
	own, err := s.visited(ctx, into, on)
	if err != nil {
		return 0, err
	}
	streak := 0
	for _, visit := range []*db.PointCheckIn{theirs, own} {
		if visit != nil {
			streak = max(streak, visit.Streak, before+1)
		}
	}
	switch {
	case own != nil:
		_, err = s.store.Exec(ctx, "UPDATE point_check_ins SET streak = ? WHERE id = ?", streak, own.ID)
	case theirs != nil:
		_, err = s.store.Exec(ctx, "UPDATE point_check_ins SET shopper_id = ?, streak = ? WHERE id = ?", into, streak, theirs.ID)
	}
	return streak, wrap(err, "visits of %s on %s", from, on)
}
