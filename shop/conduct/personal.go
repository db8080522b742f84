package conduct

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/conductaction"
	"github.com/kaituan/kaituan/internal/personal"
	"github.com/kaituan/kaituan/internal/store"
)

// ownAction is what is kept of one thing that a person did, as he is told.
type ownAction struct {
	key     int
	Kind    string    `json:"kind"`
	Target  string    `json:"targetId"`
	Network string    `json:"networkHash,omitempty"`
	Device  string    `json:"deviceHash,omitempty"`
	At      time.Time `json:"at"`
}

// Personal is what is kept of what a person did, all of whose ids these are. What is thought of him is left out: that, only operators are told.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{personal.Pages("conduct", ids, func(id string, after *ownAction) ([]ownAction, error) {
		query := s.store.Client(ctx).ConductAction.Query().Where(conductaction.ShopperID(id))
		if after != nil {
			query.Where(conductaction.Or(conductaction.AtGT(after.At), conductaction.And(conductaction.At(after.At), conductaction.IDGT(after.key))))
		}
		rows, err := query.Order(conductaction.ByAt(), conductaction.ByID()).Limit(personal.PageSize).All(ctx)
		return personal.Each(rows, err, func(row *db.ConductAction) ownAction {
			return ownAction{row.ID, row.Kind, row.Target, row.Network, row.Device, row.At}
		})
	})}
}

// Forget removes what a person did and what was thought of him, all of whose ids these are, in the transaction that erases him. That others helped him stays with
// them, by an id that is nobody's.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	in, his := store.In(ids)
	for _, table := range []string{"conduct_marks", "conduct_actions"} {
		if _, err := s.store.Exec(ctx, "DELETE FROM "+table+" WHERE shopper_id IN "+in, his...); err != nil {
			return fmt.Errorf("forget what %s did: %w", ids[0], err)
		}
	}
	for _, id := range ids {
		if err := s.deadlines.Cancel(ctx, LookDeadline, id); err != nil {
			return err
		}
	}
	return nil
}
