package conduct

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/conductmark"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// Marked reports whether a person behaves like a farm's helper, by what he did until now, over all his accounts; what was recorded in the same transaction counts. It
// keeps a mark that is new, and lifts one that is over. It may be asked inside a transaction that has touched the shopper.
func (s *Service) Marked(ctx context.Context, shopperID string) (marked bool, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		ids, err := s.identity.Aliases(ctx, shopperID)
		if err != nil {
			return err
		}
		now := s.clock()
		v, err := s.judge(ctx, ids, now)
		if err != nil {
			return err
		}
		marked = v.mark.Marked
		return s.lookLater(ctx, ids[0], v, now)
	})
	return marked, again(err)
}

// again turns a commit of unknown outcome into an error that says so: what was done can be done again.
func again(err error) error {
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return fmt.Errorf("%w: %w", fault.BusyRetry, err)
	}
	return err
}

// Mark is what was last said of a person.
type Mark struct {
	Marked bool
	// Since is when he was last marked, or the mark lifted; nil when neither ever happened.
	Since *time.Time
	// Decided: by an operator, for good, and for this Reason.
	Decided bool
	Reason  string
}

// verdict is what a judgement comes to.
type verdict struct {
	mark  Mark
	score Score // zero where an operator has spoken
	fresh bool  // he was marked by it
}

// judge scores a person, all of whose ids these are, unless an operator has spoken, and keeps what it changes.
func (s *Service) judge(ctx context.Context, ids []string, now time.Time) (v verdict, err error) {
	if v.mark, err = s.mark(ctx, ids); err != nil || v.mark.Decided {
		return v, err
	}
	if v.score, err = s.scored(ctx, ids, now); err != nil {
		return v, err
	}
	switch {
	case !v.mark.Marked && v.score.Marked:
		if v.fresh, err = s.put(ctx, ids[0], v.score.Total, now); err != nil {
			return v, err
		}
	case v.mark.Marked && v.score.Total < Lift:
		if err := s.lift(ctx, ids, v.score.Total, now); err != nil {
			return v, err
		}
	default:
		return v, nil
	}
	v.mark, err = s.mark(ctx, ids) // as it is now, whoever was first
	return v, err
}

// mark reads what was last said of a person: an operator's word goes before a judgement's, and a newer one before an older. Who has become part of him brought his
// mark along.
func (s *Service) mark(ctx context.Context, ids []string) (Mark, error) {
	rows, err := s.store.Client(ctx).ConductMark.Query().Where(conductmark.ShopperIDIn(ids...)).
		Order(db.Desc(conductmark.FieldDecided, conductmark.FieldJudgedAt, conductmark.FieldID)).All(ctx)
	if err != nil {
		return Mark{}, fmt.Errorf("mark of %s: %w", ids[0], err)
	}
	return sum(rows), nil
}

// sum is what a person's rows, in the order of their weight, come to.
func sum(rows []*db.ConductMark) Mark {
	var m Mark
	for i, row := range rows {
		if i == 0 {
			m = Mark{Marked: row.Marked, Since: &row.JudgedAt, Decided: row.Decided, Reason: row.Reason}
		}
		m.Marked = m.Marked || row.Marked && !m.Decided
	}
	return m
}

// MarkedNow reports which persons are marked by what was last said of them; whose are all of their ids, each with whose it is, as identity.AliasesOf gives them. It
// judges nobody. One statement.
func (s *Service) MarkedNow(ctx context.Context, whose map[string]string) (map[string]bool, error) {
	marked := map[string]bool{}
	if len(whose) == 0 {
		return marked, nil
	}
	rows, err := s.store.Client(ctx).ConductMark.Query().Where(conductmark.ShopperIDIn(slices.Collect(maps.Keys(whose))...)).
		Order(db.Desc(conductmark.FieldDecided, conductmark.FieldJudgedAt, conductmark.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("who is marked: %w", err)
	}
	of := map[string][]*db.ConductMark{}
	for _, row := range rows {
		of[whose[row.ShopperID]] = append(of[whose[row.ShopperID]], row)
	}
	for personID, rows := range of {
		marked[personID] = sum(rows).Marked
	}
	return marked, nil
}

// put marks a shopper by a judgement. Of many at once one does; none does when an operator spoke meanwhile.
func (s *Service) put(ctx context.Context, shopperID string, total float64, now time.Time) (bool, error) {
	took, err := s.store.Guard(ctx, "UPDATE conduct_marks SET marked = ?, score = ?, judged_at = ?, ver = ver + 1 WHERE shopper_id = ? AND marked = ? AND decided = ?",
		true, total, now, shopperID, false, false)
	if err == nil && !took {
		took, err = s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "INSERT INTO conduct_marks (id, ver, shopper_id, marked, score, decided, judged_at) VALUES (?, 1, ?, ?, ?, ?, ?)",
				id.New("cmk"), shopperID, true, total, false, now)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("mark %s: %w", shopperID, err)
	}
	return took, nil
}

func (s *Service) lift(ctx context.Context, ids []string, total float64, now time.Time) error {
	in, his := store.In(ids)
	_, err := s.store.Exec(ctx, "UPDATE conduct_marks SET marked = ?, score = ?, judged_at = ?, ver = ver + 1 WHERE marked = ? AND decided = ? AND shopper_id IN "+in,
		append([]any{false, total, now, true, false}, his...)...)
	if err != nil {
		return fmt.Errorf("lift the mark of %s: %w", ids[0], err)
	}
	return nil
}
