package order

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/internal/page"
)

// Page is one page of orders.
type Page struct {
	Orders  []*Order
	Cursors []string
	Info    page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// ListArgs narrow a list of orders.
type ListArgs struct {
	page.Args
	// ShopperID lists one shopper's orders, newest first; "" everybody's, oldest change first, for a partner's sync: a change is listed once none before it
	// can still come, so that who goes on from the last cursor misses nothing.
	ShopperID    string
	States       []State
	UpdatedSince *time.Time
	WantTotal    bool
}

// place is a list's sort key: a time and, among equals, the id.
type place struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

// List returns a page of orders. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) List(ctx context.Context, a ListArgs) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	column, kind, past, direction := order.FieldUpdatedAt, "orders", sql.FieldGT, sql.OrderAsc()
	pastID := order.IDGT
	if a.ShopperID != "" {
		column, kind, past, direction, pastID = order.FieldPlacedAt, "my-orders", sql.FieldLT, sql.OrderDesc(), order.IDLT
	}
	where := a.filters()
	if a.ShopperID != "" {
		his, err := s.identity.Aliases(ctx, a.ShopperID)
		if err != nil {
			return nil, err
		}
		where = append(where, order.ShopperIDIn(his...))
	}
	if lag := s.store.CommitLag(); a.ShopperID == "" && lag > 0 {
		where = append(where, order.UpdatedAtLT(s.clock().Add(-lag)))
	}
	query := s.store.Client(ctx).Order.Query().Where(where...)
	if a.After != "" {
		var after place
		if err := page.Decode(a.After, kind, &after); err != nil {
			return nil, err
		}
		at, err := page.Instant(after.At)
		if err != nil {
			return nil, err
		}
		query.Where(order.Or(past(column, at), order.And(sql.FieldEQ(column, at), pastID(after.ID))))
	}
	rows, err := query.Order(sql.OrderByField(column, direction).ToFunc(), sql.OrderByField(order.FieldID, direction).ToFunc()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	cursor := func(row *db.Order) string {
		at := row.UpdatedAt
		if a.ShopperID != "" {
			at = row.PlacedAt
		}
		return page.Encode(kind, place{At: at, ID: row.ID})
	}
	rows, info := page.Of(rows, a.Args, cursor)
	listed := &Page{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Orders, err = s.load(ctx, rows); err != nil {
		return nil, err
	}
	if a.WantTotal {
		counted, err := s.store.Client(ctx).Order.Query().Where(where...).Limit(page.ExactUpTo + 1).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("count orders: %w", err)
		}
		listed.TotalCount = page.Exact(len(counted))
	}
	return listed, nil
}

func (a ListArgs) filters() []predicate.Order {
	var where []predicate.Order
	if len(a.States) > 0 {
		states := make([]order.State, len(a.States))
		for i, state := range a.States {
			states[i] = order.State(state)
		}
		where = append(where, order.StateIn(states...))
	}
	if a.UpdatedSince != nil {
		where = append(where, order.UpdatedAtGTE(a.UpdatedSince.UTC()))
	}
	return where
}
