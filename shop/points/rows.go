package points

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointhold"
	"github.com/kaituan/kaituan/internal/id"
)

// These reads are by hand: every movement makes some of them, and the client's builder costs as much as they do. They fill what the ledger uses of a row.

// account reads a shopper's account; fresh when there is none yet.
func (s *Service) account(ctx context.Context, shopperID string) (acc *db.PointAccount, fresh bool, err error) {
	acc = &db.PointAccount{ShopperID: shopperID}
	err = s.store.Each(ctx, "SELECT id, ver, available, held, debt, seq, expire_due, remind_due FROM point_accounts WHERE shopper_id = ?", []any{shopperID}, func(scan scan) error {
		return scan(&acc.ID, &acc.Ver, &acc.Available, &acc.Held, &acc.Debt, &acc.Seq, &acc.ExpireDue, &acc.RemindDue)
	})
	if err != nil {
		return nil, false, fmt.Errorf("points of %s: %w", shopperID, err)
	}
	if acc.ID == "" {
		acc.ID, fresh = id.New("pac"), true
	}
	return acc, fresh, nil
}

// lotColumns are what lotInto scans.
const lotColumns = "l.id, l.ver, l.shopper_id, l.channel, l.posting_id, l.granted, l.remaining, l.held, l.spent, l.expired, l.revoked, l.reversed, l.open, l.expires_at"

func lotInto(l *db.PointLot) []any {
	return []any{
		&l.ID, &l.Ver, &l.ShopperID, &l.Channel, &l.PostingID, &l.Granted, &l.Remaining, &l.Held, &l.Spent, &l.Expired, &l.Revoked, &l.Reversed, &l.Open, &l.ExpiresAt,
	}
}

// openLots reads the shopper's lots with points left, first to expire first, from the offset on.
func (b *book) openLots(ctx context.Context, offset, limit int) ([]*db.PointLot, error) {
	var lots []*db.PointLot
	err := b.store.Each(ctx, "SELECT "+lotColumns+" FROM point_lots l WHERE l.shopper_id = ? AND l.open = ? ORDER BY l.expires_at, l.id LIMIT ? OFFSET ?",
		[]any{b.shopperID, true, limit, offset}, func(scan scan) error {
			l := &db.PointLot{}
			lots = append(lots, l)
			return scan(lotInto(l)...)
		})
	return lots, wrap(err, "lots of %s", b.shopperID)
}

// lotsHeld reads what a hold has, and of which lots. A lot that is not there is an error.
func (b *book) lotsHeld(ctx context.Context, holdID string) (held []*db.PointHoldLot, lots []*db.PointLot, err error) {
	err = b.store.Each(ctx, "SELECT h.points, h.captured, h.returned, "+lotColumns+" FROM point_hold_lots h LEFT JOIN point_lots l ON l.id = h.lot_id WHERE h.hold_id = ?",
		[]any{holdID}, func(scan scan) error {
			h, l := &db.PointHoldLot{HoldID: holdID}, &db.PointLot{}
			held, lots = append(held, h), append(lots, l)
			return scan(append([]any{&h.Points, &h.Captured, &h.Returned}, lotInto(l)...)...)
		})
	return held, lots, wrap(err, "lots of hold %s", holdID)
}

// holdRow reads a hold, nil without one.
func (s *Service) holdRow(ctx context.Context, holdID string) (h *db.PointHold, err error) {
	err = s.store.Each(ctx, `SELECT id, shopper_id, order_id, state, points, captured, returned, channel, owner, reference, expires_at FROM point_holds WHERE id = ?`,
		[]any{holdID}, func(scan scan) error {
			h = &db.PointHold{}
			var state string
			err := scan(&h.ID, &h.ShopperID, &h.OrderID, &state, &h.Points, &h.Captured, &h.Returned, &h.Channel, &h.Owner, &h.Reference, &h.ExpiresAt)
			h.State = pointhold.State(state)
			return err
		})
	return h, wrap(err, "hold %s", holdID)
}

// scan reads the columns of one row.
type scan = func(into ...any) error
