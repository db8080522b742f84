package points

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
)

// Earning is points for a shopper.
type Earning struct {
	ShopperID string
	// Shown is set where ShopperID was found by something that was shown; ShopperID may be empty where the key has been used.
	Shown   *Shown `json:",omitempty"`
	Channel string
	// Points is at least 1. With Spent it stays 0, and what was spent earns what the programme says of the shopper's tier, at least 1 point.
	Points int64
	// Owner and Key make it happen once; Key may be empty where the caller's transaction happens once.
	Owner, Key string
	// Reason is shown to the shopper; Reference is the owner's document.
	Reason, Reference string
	Spent             *money.Money `json:",omitempty"`
	// Owed: he gets them also when he is banned.
	Owed bool `json:",omitempty"`
}

// Earn grants points in a lot of their own, issued by the channel. A debt is paid from them at once, by a Reversed entry beside the Earned one that is returned.
// A replay returns the first call's entry.
//
// Errors: fault.OutOfRange, Blank, TooLong, Invalid, KeyReused; those of identity.Touch but for ErrMerged.
func (s *Service) Earn(ctx context.Context, e Earning) (*Entry, error) {
	return s.earnOn(ctx, e, nil)
}

// earnOn earns what occurred at a time, nil for now.
func (s *Service) earnOn(ctx context.Context, e Earning, occurred *time.Time) (*Entry, error) {
	a := about{e.Owner, e.Channel, e.Reason, e.Reference}
	if err := a.check(); err != nil {
		return nil, err
	}
	if e.Spent == nil {
		if err := countable(e.Points); err != nil {
			return nil, err
		}
	}
	said := e
	said.ShopperID = e.Shown.id(e.ShopperID)
	input := struct {
		Kind     Kind
		Earning  Earning
		Occurred *time.Time `json:",omitempty"`
	}{Earned, said, occurred}
	fresh := id.New("pst")
	var p *posting
	made, err := s.once(ctx, e.Owner, e.Key, fresh, input, func(ctx context.Context) error {
		if err := s.recent(occurred); err != nil {
			return err
		}
		open := s.open
		if e.Owed {
			open = s.openAnyway
		}
		b, err := open(ctx, e.ShopperID)
		if err != nil {
			return err
		}
		if err := e.Shown.take(ctx); err != nil {
			return err
		}
		n, err := b.worthEarning(ctx, e)
		if err != nil {
			return err
		}
		if p, err = b.earn(ctx, a, n, fresh); err != nil {
			return err
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.said(ctx, made, p)
}

// worthEarning is how many points an earning is. What was spent is counted here, not before, so that a replay is one whatever the tier is by then.
func (b *book) worthEarning(ctx context.Context, e Earning) (int64, error) {
	if e.Spent == nil {
		return e.Points, nil
	}
	n, err := b.EarnedBy(ctx, b.shopperID, e.Channel, *e.Spent)
	switch {
	case err != nil:
		return 0, err
	case n < 1:
		return 0, fault.OutOfRange.Saying("So little earns nothing.", "消费金额不足以积分。").At("input", "spent")
	}
	return n, nil
}

// EarnedBy is how many points a shopper earns now for what he spends on a channel, at his tier: whole points, what is over is dropped.
//
// Errors: fault.OutOfRange (more than Max).
func (s *Service) EarnedBy(ctx context.Context, shopperID, channel string, spent money.Money) (int64, error) {
	tier, err := s.Tier(ctx, shopperID)
	if err != nil {
		return 0, err
	}
	n, err := s.programme.Earns(tier, channel, s.clock(), spent)
	if err != nil {
		return 0, fault.OutOfRange.At("input", "spent")
	}
	return n, nil
}

// earn posts a lot of points, and pays the debt from it.
func (b *book) earn(ctx context.Context, a about, points int64, postingID string) (*posting, error) {
	p := b.post(Earned, a)
	p.ID = postingID
	l := &lot{fresh: true, PointLot: &db.PointLot{
		ID: id.New("lot"), ShopperID: b.shopperID, Channel: a.channel, PostingID: p.ID, Granted: points, ExpiresAt: endOfDay(b.now, b.validity, b.zone),
	}}
	b.lots[l.ID] = l
	p.lotID = &l.ID
	b.move(p, l, issued, available, points)
	b.cameBack(l)
	b.count(day(b.now, b.zone), points)
	return p, b.payDebt(ctx, a)
}
