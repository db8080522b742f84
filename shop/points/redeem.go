package points

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointhold"
	"github.com/kaituan/kaituan/internal/id"
)

// Redemption is points spent at once.
type Redemption struct {
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
}

// Redeem spends points at once, all or none, of the lots that expire first. A replay returns the first call's entry.
//
// Errors: as for Hold.
func (s *Service) Redeem(ctx context.Context, r Redemption) (*Entry, error) {
	return s.redeemOn(ctx, r, nil)
}

func (s *Service) redeemOn(ctx context.Context, r Redemption, occurred *time.Time) (*Entry, error) {
	a := about{r.Owner, r.Channel, r.Reason, r.Reference}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := countable(r.Points); err != nil {
		return nil, err
	}
	said := r
	said.ShopperID = r.Shown.id(r.ShopperID)
	input := struct {
		Kind       Kind
		Redemption Redemption
		Occurred   *time.Time `json:",omitempty"`
	}{Redeemed, said, occurred}
	fresh := id.New("pst")
	var p *posting
	made, err := s.once(ctx, r.Owner, r.Key, fresh, input, func(ctx context.Context) error {
		if err := s.recent(occurred); err != nil {
			return err
		}
		b, err := s.open(ctx, r.ShopperID)
		if err != nil {
			return err
		}
		if err := r.Shown.take(ctx); err != nil {
			return err
		}
		if p, err = b.spend(ctx, r, fresh, a); err != nil {
			return err
		}
		return b.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.said(ctx, made, p)
}

func (b *book) spend(ctx context.Context, r Redemption, postingID string, a about) (*posting, error) {
	moves, err := b.choose(ctx, r.Points)
	if err != nil {
		return nil, err
	}
	p := b.post(Redeemed, a)
	h := &db.PointHold{
		ID: id.New("phd"), State: pointhold.StateCAPTURED, Points: r.Points, Captured: r.Points, Channel: r.Channel, Owner: r.Owner, Reference: r.Reference,
	}
	p.ID, p.HoldID = postingID, &h.ID
	for _, m := range moves {
		b.redeem(p, m.lot, available, m.points)
	}
	return p, b.insertHold(ctx, h, moves)
}
