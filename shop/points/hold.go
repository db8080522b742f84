package points

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointhold"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// maxLasts is the longest timer of a hold.
const maxLasts = 24 * time.Hour

// HoldRequest asks for points to be set aside.
type HoldRequest struct {
	ShopperID string
	// Shown is set where ShopperID was found by something that was shown; ShopperID may be empty where the key has been used.
	Shown   *Shown `json:",omitempty"`
	Channel string
	// Points is at least 1.
	Points int64
	// Owner and Key make it happen once; Key may be empty where the caller's transaction happens once.
	Owner, Key string
	// Reason is shown to the shopper; Reference is the owner's document.
	Reason, Reference string
	// OrderID is the order that the hold belongs to and ends with; empty: none.
	OrderID string
	// Lasts is after how long it ends by itself, at most a day; zero: never, for an order's, which has a clock of its own.
	Lasts time.Duration
}

// Hold sets points aside, all or none, of the lots that expire first. It joins the caller's transaction. A replay returns the hold as it is now.
//
// Errors: ErrInsufficientPoints (Available says how many there are), fault.OutOfRange, Blank, TooLong, Invalid, KeyReused; those of identity.Touch but for
// ErrMerged.
func (s *Service) Hold(ctx context.Context, r HoldRequest) (*Hold, error) {
	a := about{r.Owner, r.Channel, r.Reason, r.Reference}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := countable(r.Points); err != nil {
		return nil, err
	}
	if r.Lasts < 0 || r.Lasts > maxLasts {
		return nil, fault.OutOfRange.At("input", "holdSeconds")
	}
	said := r
	said.ShopperID = r.Shown.id(r.ShopperID)
	input := struct {
		Kind Kind
		Hold HoldRequest
	}{Held, said}
	fresh := id.New("phd")
	var h *db.PointHold
	made, err := s.once(ctx, r.Owner, r.Key, fresh, input, func(ctx context.Context) error {
		b, err := s.open(ctx, r.ShopperID)
		if err != nil {
			return err
		}
		if err := r.Shown.take(ctx); err != nil {
			return err
		}
		if h, err = b.hold(ctx, fresh, r, a); err != nil {
			return err
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	if made == fresh && h != nil {
		return holdOf(h), nil
	}
	return s.GetHold(ctx, made)
}

func (b *book) hold(ctx context.Context, holdID string, r HoldRequest, a about) (*db.PointHold, error) {
	moves, err := b.choose(ctx, r.Points)
	if err != nil {
		return nil, err
	}
	p := b.post(Held, a)
	p.HoldID = &holdID
	for _, m := range moves {
		b.move(p, m.lot, available, held, m.points)
	}
	row := &db.PointHold{ID: holdID, ShopperID: b.shopperID, State: pointhold.StateHELD, Points: r.Points, Channel: r.Channel, Owner: r.Owner, Reference: r.Reference}
	if r.OrderID != "" {
		row.OrderID = &r.OrderID
	}
	if r.Lasts > 0 {
		ends := b.now.Add(r.Lasts)
		row.ExpiresAt = &ends
		if err := b.deadlines.Set(ctx, HoldDeadline, holdID, ends, b.now); err != nil {
			return nil, err
		}
	}
	return row, b.insertHold(ctx, row, moves)
}

// choose picks the lots that pay for points.
func (b *book) choose(ctx context.Context, points int64) ([]lotMove, error) {
	if points > b.acc.Available {
		return nil, ErrInsufficientPoints.At("input", "points").WithAvailable(b.acc.Available)
	}
	lots, err := b.live(ctx, points)
	if err != nil {
		return nil, err
	}
	moves, short := plan(lots, points, b.now)
	if short > 0 { // the account has them: what has run out was swept before
		return nil, lost("spend the lots of", b.shopperID)
	}
	return moves, nil
}

// insertHold writes a hold, live or captured at once, with its lots.
func (b *book) insertHold(ctx context.Context, h *db.PointHold, moves []lotMove) error {
	_, err := b.store.Exec(ctx, `INSERT INTO point_holds (id, ver, created_at, updated_at, shopper_id, order_id, state, points, captured, returned, channel, owner, reference, expires_at)
		VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
		h.ID, b.now, b.now, b.shopperID, h.OrderID, string(h.State), h.Points, h.Captured, h.Channel, h.Owner, h.Reference, h.ExpiresAt)
	if err != nil {
		return fmt.Errorf("hold %d of %s: %w", h.Points, b.shopperID, err)
	}
	rows := make([][]any, len(moves))
	for i, m := range moves {
		captured := int64(0)
		if h.State == pointhold.StateCAPTURED {
			captured = m.points
		}
		rows[i] = []any{h.ID, m.lot.ID, m.points, captured, 0}
	}
	return b.insert(ctx, "point_hold_lots (hold_id, lot_id, points, captured, returned)", rows)
}

// heldLots are a hold's lots, first to expire first, each with count's points of it.
func (b *book) heldLots(ctx context.Context, holdID string, count func(*db.PointHoldLot) int64) ([]lotMove, error) {
	rows, lots, err := b.lotsHeld(ctx, holdID)
	if err != nil {
		return nil, err
	}
	moves := make([]lotMove, len(rows))
	for i, row := range rows {
		moves[i] = lotMove{b.know(lots[i]), count(row)}
	}
	slices.SortFunc(moves, func(x, y lotMove) int { return byExpiry(x.lot, y.lot) })
	return moves, nil
}

// GetHold reads a hold; fault.Missing.
func (s *Service) GetHold(ctx context.Context, holdID string) (*Hold, error) {
	row, err := s.holdRow(ctx, holdID)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, fault.Missing.At("input", "holdId")
	}
	return holdOf(row), nil
}

// HoldOfOrder reads the newest hold of an order, nil when it has none.
func (s *Service) HoldOfOrder(ctx context.Context, orderID string) (*Hold, error) {
	row, err := s.store.Client(ctx).PointHold.Query().Where(pointhold.OrderID(orderID)).Order(db.Desc(pointhold.FieldCreatedAt, pointhold.FieldID)).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hold of %s: %w", orderID, err)
	}
	return holdOf(row), nil
}

func holdOf(row *db.PointHold) *Hold {
	return &Hold{
		ID: row.ID, ShopperID: row.ShopperID, OrderID: row.OrderID, State: HoldState(row.State), Points: row.Points, Captured: row.Captured, Returned: row.Returned,
		Channel: row.Channel, Owner: row.Owner, Reference: row.Reference, ExpiresAt: row.ExpiresAt,
	}
}

// ownHold is a hold of the owner's; another's is not there.
func (s *Service) ownHold(ctx context.Context, holdID, owner string) (*Hold, error) {
	h, err := s.GetHold(ctx, holdID)
	if err == nil && h.Owner != owner {
		return nil, fault.Missing.At("input", "holdId")
	}
	return h, err
}

// whyNot reads, after a guard has refused, why a hold cannot be ended.
func (s *Service) whyNot(ctx context.Context, b *book, holdID string) error {
	h, err := s.GetHold(ctx, holdID)
	switch {
	case err != nil:
		return err
	case h.State == HoldExpired, h.State == HoldLive && h.ExpiresAt != nil && !h.ExpiresAt.After(b.now):
		return ErrHoldExpired.At("input", "holdId")
	case h.State == HoldLive:
		return lost("end hold", holdID)
	default:
		return ErrHoldState.At("input", "holdId")
	}
}
