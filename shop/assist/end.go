package assist

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assist"
	"github.com/kaituan/kaituan/internal/deadline"
)

// Expire is the end of an assist's time. The last help is its rival: one guarded update of the assist's row wins.
func (s *Service) Expire(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		expired, err := s.expire(ctx, t.Ref, " AND expires_at <= ?", now, now)
		if err != nil {
			return err
		}
		row, err := s.assistRow(ctx, t.Ref)
		switch {
		case err != nil:
			return err
		case State(row.State) == Open: // by this process's clock its time is not up
			return t.Again(ctx, row.ExpiresAt)
		case expired:
			if err := s.putBack(ctx, row); err != nil {
				return err
			}
		}
		return t.Done(ctx)
	})
}

// expire ends an open assist, as far as also allows it, and reports whether it did.
func (s *Service) expire(ctx context.Context, assistID, also string, now time.Time, args ...any) (bool, error) {
	expired, err := s.store.Guard(ctx, "UPDATE assists SET state = 'EXPIRED', updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN'"+also, append([]any{now, assistID}, args...)...)
	if err != nil {
		return false, fmt.Errorf("expire %s: %w", assistID, err)
	}
	if expired {
		s.signal(ctx, assistID)
	}
	return expired, nil
}

// putBack returns the coupon that an assist had for its owner, and that he does not get, to its template, whose row comes last.
func (s *Service) putBack(ctx context.Context, row *db.Assist) error {
	if row.TemplateID == nil {
		return nil
	}
	if err := s.letGo(ctx, row); err != nil {
		return err
	}
	return s.coupons.PutBack(ctx, *row.TemplateID, 1)
}

// letGo notes that an assist has no coupon any more.
func (s *Service) letGo(ctx context.Context, row *db.Assist) error {
	if _, err := s.store.Exec(ctx, "UPDATE assists SET template_id = NULL WHERE id = ?", row.ID); err != nil {
		return fmt.Errorf("the coupon of %s: %w", row.ID, err)
	}
	return nil
}

// Erase ends the open assists of a person who is about to be erased, all of whose ids these are, in the transaction that has touched him. What he helped with, and
// what others helped him with, stays, of nobody. Their coupons go back once all have ended, by template: an assist that expires meanwhile has its own row, then waits for
// the template's.
func (s *Service) Erase(ctx context.Context, ids []string, now time.Time) error {
	open, err := s.store.Client(ctx).Assist.Query().Where(assist.OwnerIDIn(ids...), assist.StateEQ(assist.StateOPEN)).Order(assist.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("open assists of %s: %w", ids[0], err)
	}
	back := map[string]int{}
	for _, row := range open {
		expired, err := s.expire(ctx, row.ID, "", now)
		if err != nil {
			return err
		}
		if !expired {
			continue // its last helper was first
		}
		if err := s.deadlines.Cancel(ctx, ExpireDeadline, row.ID); err != nil {
			return err
		}
		if row.TemplateID == nil {
			continue
		}
		if err := s.letGo(ctx, row); err != nil {
			return err
		}
		back[*row.TemplateID]++
	}
	for _, templateID := range slices.Sorted(maps.Keys(back)) {
		if err := s.coupons.PutBack(ctx, templateID, back[templateID]); err != nil {
			return err
		}
	}
	return nil
}
