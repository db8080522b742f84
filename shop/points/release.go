package points

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/id"
)

// Releasing gives a hold back.
type Releasing struct {
	HoldID string
	// Owner is the hold's; Key makes it happen once, and may be empty where the caller's transaction does.
	Owner, Key string
	// Reason and Reference are as for Hold; an empty Reference is the hold's.
	Reason, Reference string
	// Unfulfilled: the shop could not deliver what the points were for. Those that ran out meanwhile live until the end of the seventh day from today;
	// otherwise they expire at once.
	Unfulfilled bool
}

// Release gives the points back to the lots that they came from, with their dates. The Released entry is returned; what has run out expires by an entry of its
// own, and a debt is paid first. It joins the caller's transaction.
//
// Errors: fault.Missing (also another owner's hold), ErrHoldState, ErrHoldExpired, fault.Blank, TooLong, KeyReused.
func (s *Service) Release(ctx context.Context, r Releasing) (*Entry, error) {
	h, err := s.ownHold(ctx, r.HoldID, r.Owner)
	if err != nil {
		return nil, err
	}
	if r.Reference == "" {
		r.Reference = h.Reference
	}
	a := about{r.Owner, h.Channel, r.Reason, r.Reference}
	if err := a.check(); err != nil {
		return nil, err
	}
	input := struct {
		Kind    Kind
		Release Releasing
	}{Released, r}
	fresh := id.New("pst")
	var p *posting
	made, err := s.once(ctx, r.Owner, r.Key, fresh, input, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, h.ShopperID)
		if err != nil {
			return err
		}
		if p, err = b.release(ctx, h, HoldReleased, fresh, a, r.Unfulfilled); err != nil {
			return err
		}
		if p == nil {
			return b.whyNot(ctx, b, h.ID)
		}
		if h.ExpiresAt != nil {
			if err := b.deadlines.Cancel(ctx, HoldDeadline, h.ID); err != nil {
				return err
			}
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.said(ctx, made, p)
}

// holdExpired is the reason that a till's hold gives when its time is over.
const holdExpired = "冻结到期释放"

// EndHold is the end of a hold's time.
func (s *Service) EndHold(ctx context.Context, t *deadline.Task) error {
	h, err := s.GetHold(ctx, t.Ref)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		b, err := s.openAnyway(ctx, h.ShopperID)
		if err != nil {
			return err
		}
		a := about{system, h.Channel, holdExpired, h.Reference}
		if _, err := b.release(ctx, h, HoldExpired, id.New("pst"), a, false); err != nil { // ended otherwise: nothing is left to do
			return err
		}
		return errors.Join(b.close(ctx), t.Done(ctx))
	})
}

// system is the owner of what the ledger does by itself.
const system = "system"

// release ends a live hold, by its timer or before; nil when it has ended otherwise.
func (b *book) release(ctx context.Context, h *Hold, state HoldState, postingID string, a about, unfulfilled bool) (*posting, error) {
	until := "expires_at IS NULL OR expires_at > ?"
	if state == HoldExpired {
		until = "expires_at <= ?"
	}
	took, err := b.store.Guard(ctx, "UPDATE point_holds SET state = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND shopper_id = ? AND state = 'HELD' AND ("+until+")",
		string(state), b.now, h.ID, b.shopperID, b.now)
	if err != nil || !took {
		return nil, wrap(err, "release %s", h.ID)
	}
	moves, err := b.heldLots(ctx, h.ID, func(l *db.PointHoldLot) int64 { return l.Points })
	if err != nil {
		return nil, err
	}
	p := b.post(Released, a)
	p.ID, p.HoldID = postingID, &h.ID
	return p, b.giveBack(ctx, p, moves, held, unfulfilled, a)
}

// giveBack returns points to their lots by p. What ran out meanwhile expires, or lives a few days more when the shop could not deliver; then the debt is paid.
func (b *book) giveBack(ctx context.Context, p *posting, moves []lotMove, from account, unfulfilled bool, a about) error {
	longer := endOfDay(b.now, grace, b.zone)
	var over []*lot
	for _, m := range moves {
		if from == redeemed {
			b.redeem(p, m.lot, available, -m.points)
		} else {
			b.move(p, m.lot, from, available, m.points)
		}
		if !m.lot.ExpiresAt.After(b.now) { // what was not held of it was swept before
			if !unfulfilled {
				over = append(over, m.lot)
				continue
			}
			m.lot.ExpiresAt = longer
		}
		b.cameBack(m.lot)
	}
	b.expire(over)
	return b.payDebt(ctx, a)
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// recent refuses what occurred too long ago, or not yet; clocks of tills may be a little fast.
func (s *Service) recent(occurred *time.Time) error {
	if occurred == nil {
		return nil
	}
	now := s.clock()
	if occurred.Before(now.Add(-7*24*time.Hour)) || occurred.After(now.Add(5*time.Minute)) {
		return ErrTooOld.At("occurredAt")
	}
	return nil
}
