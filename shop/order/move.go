package order

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
)

// move changes an order's state and writes it on its timeline. It reports the version after the change, or false when the order was in none of the states in
// from. set adds columns to the update.
func (s *Service) move(ctx context.Context, orderID string, from []State, to State, note string, set ...column) (ver int64, moved bool, err error) {
	row, moved, err := s.shift(ctx, orderID, from, to, set...)
	if err != nil || !moved {
		return 0, false, err
	}
	return row.Ver, true, s.event(ctx, orderID, row.Ver, to, note, row.UpdatedAt)
}

// shift is the one way in which an order's state changes: a guarded update from any of the states in from. It returns the row after the change, or false. The
// timeline is the caller's to write: within one transaction an order may pass through a state that nobody sees.
func (s *Service) shift(ctx context.Context, orderID string, from []State, to State, set ...column) (row *db.Order, moved bool, err error) {
	query := "UPDATE orders SET state = ?, updated_at = ?, ver = ver + 1"
	args := []any{string(to), s.clock()}
	for _, c := range set {
		query += ", " + c.name + " = ?"
		args = append(args, c.value)
	}
	query += " WHERE id = ? AND state IN (?" + strings.Repeat(", ?", len(from)-1) + ")"
	args = append(args, orderID)
	for _, state := range from {
		args = append(args, string(state))
	}
	if moved, err = s.store.Guard(ctx, query, args...); err != nil || !moved {
		return nil, false, wrap(err, "move %s to %s", orderID, to)
	}
	if row, err = s.store.Client(ctx).Order.Get(ctx, orderID); err != nil {
		return nil, false, fmt.Errorf("read order %s: %w", orderID, err)
	}
	s.signal(ctx, orderID)
	return row, true, nil
}

// column is one more column of a move.
type column struct {
	name  string
	value any
}

// bump raises an order's version for a change that leaves its state, and returns it.
func (s *Service) bump(ctx context.Context, orderID string) (int64, error) {
	ok, err := s.store.Guard(ctx, "UPDATE orders SET updated_at = ?, ver = ver + 1 WHERE id = ?", s.clock(), orderID)
	if err != nil || !ok {
		return 0, fmt.Errorf("bump %s: found %v: %w", orderID, ok, err)
	}
	row, err := s.store.Client(ctx).Order.Get(ctx, orderID)
	if err != nil {
		return 0, fmt.Errorf("read order %s: %w", orderID, err)
	}
	s.signal(ctx, orderID)
	return row.Ver, nil
}

// row reads an order, fault.Missing when there is none, or when shopperID is set and it is somebody else's.
func (s *Service) row(ctx context.Context, orderID, shopperID string) (*db.Order, error) {
	row, err := s.store.Client(ctx).Order.Get(ctx, orderID)
	his := true
	if err == nil && shopperID != "" {
		his, err = s.identity.Same(ctx, shopperID, row.ShopperID)
	}
	if db.IsNotFound(err) || !his && err == nil {
		return nil, fault.Missing.At("input", "orderId")
	}
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", orderID, err)
	}
	return row, nil
}

// touch makes the doings of a person serial, whichever of his ids an order was made with. Money that came in is recorded whatever became of its shopper, so a refusal is no reason to stop here.
func (s *Service) touch(ctx context.Context, shopperID string) error {
	if _, err := s.identity.TouchPerson(ctx, shopperID); !errors.Is(err, fault.Unauthenticated) {
		return err
	}
	return nil
}

func (s *Service) activityOf(row *db.Order) Activity {
	for _, a := range s.activities {
		if a.Kind() == row.Activity {
			return a
		}
	}
	return nil
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
