package points

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// Reversal undoes an earlier entry.
type Reversal struct {
	EntryID string
	// Points is at most what was not reversed yet; nil: all of that.
	Points *int64
	// Owner is the entry's; Key makes it happen once, and may be empty where the caller's transaction does.
	Owner, Key string
	// Reason and Reference are as for Earning; an empty Reference is the entry's.
	Reason, Reference string
	// Unfulfilled: as for Releasing, of a redemption.
	Unfulfilled bool
}

// Reverse undoes an Earned, Redeemed or Captured entry, in whole or in part.
//
// Earned points are taken from what remains of their lot, then from what has expired of it; the rest, spent or held, becomes a debt to the lot's
// channel, which what else is available pays at once, and later earnings do first. Redeemed points go back to the lots that they came from, in proportion, with their dates: what has run
// out expires at once, or lives until the end of the seventh day when Unfulfilled; a debt is paid first.
//
// Errors: fault.Missing (also another owner's entry), ErrIrreversible, fault.OutOfRange (Available: what is left to reverse), Blank, TooLong, KeyReused.
func (s *Service) Reverse(ctx context.Context, r Reversal) (*Entry, error) {
	row, err := s.store.Client(ctx).PointPosting.Get(ctx, r.EntryID)
	if db.IsNotFound(err) || err == nil && row.Owner != r.Owner {
		return nil, fault.Missing.At("input", "entryId")
	}
	if err != nil {
		return nil, fmt.Errorf("entry %s: %w", r.EntryID, err)
	}
	if r.Reference == "" {
		r.Reference = row.Reference
	}
	a := about{r.Owner, row.Channel, r.Reason, r.Reference}
	if err := a.check(); err != nil {
		return nil, err
	}
	undo := (*book).unearn
	switch Kind(row.Kind) {
	case Earned:
	case Redeemed, Captured:
		undo = (*book).unspend
	default:
		return nil, ErrIrreversible.At("input", "entryId")
	}
	input := struct {
		Kind     Kind
		Reversal Reversal
	}{Reversed, r}
	fresh := id.New("pst")
	var p *posting
	made, err := s.once(ctx, r.Owner, r.Key, fresh, input, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, row.ShopperID)
		if err != nil {
			return err
		}
		if p, err = undo(b, ctx, row, r, fresh, a); err != nil {
			return err
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.said(ctx, made, p)
}

// part is how many of the points that are left a reversal wants.
func (r Reversal) part(left int64) (int64, error) {
	n := left
	if r.Points != nil {
		n = *r.Points
	}
	if n < 1 || n > left {
		return 0, fault.OutOfRange.At("input", "points").WithAvailable(left)
	}
	return n, nil
}

// unearn takes earned points back.
func (b *book) unearn(ctx context.Context, row *db.PointPosting, r Reversal, postingID string, a about) (*posting, error) {
	if err := b.lotsOf(ctx, []string{*row.LotID}); err != nil {
		return nil, err
	}
	l := b.lots[*row.LotID]
	n, err := r.part(l.Granted - l.Reversed)
	if err != nil {
		return nil, err
	}
	l.Reversed += n
	b.count(day(row.At, b.zone), -n)
	p := b.post(Reversed, a)
	p.ID, p.reverses = postingID, &row.ID
	remaining := min(n, l.Remaining)
	b.move(p, l, available, revoked, remaining)
	wasted := min(n-remaining, l.Expired)
	b.move(p, l, expired, revoked, wasted)
	if err := b.owe(ctx, p, l, n-remaining-wasted); err != nil {
		return nil, err
	}
	return p, b.payDebt(ctx, a)
}

// unspend gives redeemed points back.
func (b *book) unspend(ctx context.Context, row *db.PointPosting, r Reversal, postingID string, a about) (*posting, error) {
	h, err := b.GetHold(ctx, *row.HoldID)
	if err != nil {
		return nil, err
	}
	n, err := r.part(h.Captured - h.Returned)
	if err != nil {
		return nil, err
	}
	took, err := b.store.Guard(ctx, "UPDATE point_holds SET returned = returned + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'CAPTURED' AND captured - returned >= ?",
		n, b.now, h.ID, n)
	if err != nil {
		return nil, fmt.Errorf("give back %d of %s: %w", n, h.ID, err)
	}
	if !took {
		return nil, lost("give back", h.ID)
	}
	left, err := b.heldLots(ctx, h.ID, func(l *db.PointHoldLot) int64 { return l.Captured - l.Returned })
	if err != nil {
		return nil, err
	}
	moves, err := shares(left, n)
	if err != nil {
		return nil, fmt.Errorf("give back %d of %s: %w", n, h.ID, err)
	}
	for _, m := range moves {
		if _, err := b.store.Exec(ctx, "UPDATE point_hold_lots SET returned = returned + ? WHERE hold_id = ? AND lot_id = ?", m.points, h.ID, m.lot.ID); err != nil {
			return nil, fmt.Errorf("give back %d of %s: %w", n, h.ID, err)
		}
	}
	p := b.post(Reversed, a)
	p.ID, p.HoldID, p.reverses = postingID, &h.ID, &row.ID
	return p, b.giveBack(ctx, p, moves, redeemed, r.Unfulfilled, a)
}
