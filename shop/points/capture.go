package points

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// Capturing turns a hold into a redemption.
type Capturing struct {
	HoldID string
	// Points is at most what is held; nil: all of it. The rest is released.
	Points *int64
	// Owner is the hold's; Key makes it happen once, and may be empty where the caller's transaction does.
	Owner, Key string
	// Reason and Reference are as for Hold; an empty Reference is the hold's. RestReason is for what is released; empty: Reason.
	Reason, Reference string
	RestReason        string `json:",omitempty"`
	// Unfulfilled: as for Releasing, of the rest.
	Unfulfilled bool
}

// Capture redeems what a hold has, where it was held, of its lots the first to expire first, and releases the rest. The Captured entry is returned. A release
// and the hold's end are its rivals: one of them happens. It joins the caller's transaction.
//
// Errors: fault.Missing (also another owner's hold), ErrHoldState, ErrHoldExpired, fault.OutOfRange (Available: what is held), Blank, TooLong, KeyReused.
func (s *Service) Capture(ctx context.Context, c Capturing) (*Entry, error) {
	h, err := s.ownHold(ctx, c.HoldID, c.Owner)
	if err != nil {
		return nil, err
	}
	points := h.Points
	if c.Points != nil {
		points = *c.Points
	}
	if points < 1 || points > h.Points {
		return nil, fault.OutOfRange.At("input", "points").WithAvailable(h.Points)
	}
	if c.Reference == "" {
		c.Reference = h.Reference
	}
	if c.RestReason == "" {
		c.RestReason = c.Reason
	}
	a, rest := about{c.Owner, h.Channel, c.Reason, c.Reference}, about{c.Owner, h.Channel, c.RestReason, c.Reference}
	for _, words := range []about{a, rest} {
		if err := words.check(); err != nil {
			return nil, err
		}
	}
	input := struct {
		Kind    Kind
		Capture Capturing
	}{Captured, c}
	input.Capture.RestReason = "" // words that it may be given later do not make it another
	fresh := id.New("pst")
	var p *posting
	made, err := s.once(ctx, c.Owner, c.Key, fresh, input, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, h.ShopperID)
		if err != nil {
			return err
		}
		if p, err = b.capture(ctx, h, points, fresh, a, rest, c.Unfulfilled); err != nil {
			return err
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.said(ctx, made, p)
}

func (b *book) capture(ctx context.Context, h *Hold, points int64, postingID string, a, left about, unfulfilled bool) (*posting, error) {
	took, err := b.store.Guard(ctx, `UPDATE point_holds SET state = 'CAPTURED', captured = ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND shopper_id = ? AND state = 'HELD' AND points >= ? AND (expires_at IS NULL OR expires_at > ?)`, points, b.now, h.ID, b.shopperID, points, b.now)
	if err != nil {
		return nil, fmt.Errorf("capture %s: %w", h.ID, err)
	}
	if !took {
		return nil, b.whyNot(ctx, b, h.ID)
	}
	all, err := b.heldLots(ctx, h.ID, func(l *db.PointHoldLot) int64 { return l.Points })
	if err != nil {
		return nil, err
	}
	taken, rest := firstOf(all, points)
	p := b.post(Captured, a)
	p.ID, p.HoldID = postingID, &h.ID
	for _, m := range taken {
		b.redeem(p, m.lot, held, m.points)
		if _, err := b.store.Exec(ctx, "UPDATE point_hold_lots SET captured = ? WHERE hold_id = ? AND lot_id = ?", m.points, h.ID, m.lot.ID); err != nil {
			return nil, fmt.Errorf("capture %s: %w", h.ID, err)
		}
	}
	if h.ExpiresAt != nil {
		if err := b.deadlines.Cancel(ctx, HoldDeadline, h.ID); err != nil {
			return nil, err
		}
	}
	if len(rest) == 0 {
		return p, nil
	}
	r := b.post(Released, left)
	r.HoldID = &h.ID
	return p, b.giveBack(ctx, r, rest, held, unfulfilled, left)
}
