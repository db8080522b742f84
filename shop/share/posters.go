package share

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"log/slog"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/kaituan/kaituan/internal/asset"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/share/poster"
)

// Bounds of drawing: a poster takes a processor for a fifth of a second.
const (
	drawnAtOnce = 2
	patience    = 2 * time.Second
	keptPosters = 16 << 20
	// A poster whose picture could not be had is drawn again after a while.
	placeholderFor = 30 * time.Second
)

// Poster is a link's picture to save and send on.
type Poster struct {
	PNG  []byte
	ETag string

	until time.Time // zero: as long as what it shows is so
}

// posters draws, and keeps the newest by what they show, at most 16 MB.
type posters struct {
	pictures Pictures
	known    *otter.Cache[string, *Poster]
	flight   singleflight.Group
	drawing  chan struct{}
}

func newPosters(pictures Pictures) *posters {
	return &posters{
		pictures: pictures, drawing: make(chan struct{}, drawnAtOnce),
		known: otter.Must(&otter.Options[string, *Poster]{
			MaximumWeight: keptPosters, Weigher: func(_ string, p *Poster) uint32 { return uint32(len(p.PNG) + 256) },
		}),
	}
}

// Poster returns a link's poster as it is now.
//
// Errors: fault.Missing (no such link, or it is not shown), fault.Overloaded with RetryAfter (too many are being drawn).
func (s *Service) Poster(ctx context.Context, token string) (*Poster, error) {
	l, err := s.ByToken(ctx, token)
	if err != nil {
		return nil, err
	}
	if l.Subject == nil {
		return nil, fault.Missing.At("token")
	}
	sharer, err := s.sharer(ctx, l.SharerID)
	if err != nil {
		return nil, err
	}
	return s.posters.of(ctx, card(l, sharer), l.Subject.ImageURL)
}

// sharer is the name that others see, "" when there is no such person any more.
func (s *Service) sharer(ctx context.Context, shopperID string) (string, error) {
	found, err := s.identity.Masked(ctx, []string{shopperID})
	if err != nil || found[shopperID] == nil || found[shopperID].Nickname == "**" {
		return "", err
	}
	return found[shopperID].Nickname, nil
}

func card(l *Link, sharer string) poster.Card {
	c := poster.Card{Title: l.Subject.Title, Price: l.Subject.Price, Compare: l.Subject.Compare, Line: l.Subject.Line, Sharer: sharer, URL: l.URL()}
	switch left := l.Subject.SeatsLeft; {
	case left != nil && *left == 0 && l.Subject.ByShop:
		c.State = poster.CompletedByShop
	case left != nil && *left == 0:
		c.State = poster.Complete
	case l.Subject.Ended:
		c.State = poster.Ended
	case left != nil:
		c.State, c.Missing = poster.Open, *left
	}
	return c
}

// name is what the card shows, in short: another name, another poster.
func name(c poster.Card, picture string) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %q %v %v %d %d %q %q %q", c.Title, picture, c.Price, c.Compare, c.State, c.Missing, c.Line, c.Sharer, c.URL)))
}

// of returns the card's poster, drawn once however many ask.
func (p *posters) of(ctx context.Context, c poster.Card, picture string) (*Poster, error) {
	key := name(c, picture)
	if known, ok := p.known.GetIfPresent(key); ok && (known.until.IsZero() || time.Now().Before(known.until)) {
		return known, nil
	}
	// Who asked first may hang up; the others still wait for it.
	flight := p.flight.DoChan(key, func() (any, error) {
		drawn, err := p.draw(context.WithoutCancel(ctx), c, picture)
		if err == nil {
			p.known.Set(key, drawn)
		}
		return drawn, err
	})
	select {
	case done := <-flight:
		drawn, _ := done.Val.(*Poster)
		return drawn, done.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *posters) draw(ctx context.Context, c poster.Card, picture string) (*Poster, error) {
	drawn := &Poster{}
	if c.Picture = p.picture(ctx, picture); c.Picture == nil && picture != "" {
		drawn.until = time.Now().Add(placeholderFor)
	}
	waiting := time.NewTimer(patience)
	defer waiting.Stop()
	select {
	case p.drawing <- struct{}{}:
		defer func() { <-p.drawing }()
	case <-waiting.C:
		return nil, fault.Overloaded.WithRetryAfter(patience)
	}
	var err error
	if drawn.PNG, err = poster.Draw(c); err != nil {
		return nil, fmt.Errorf("draw a poster: %w", err)
	}
	drawn.ETag = asset.ETag(drawn.PNG)
	return drawn, nil
}

// picture is nil when there is none to be had: a poster without it is better than none.
func (p *posters) picture(ctx context.Context, address string) image.Image {
	if address == "" || p.pictures == nil {
		return nil
	}
	found, err := p.pictures.Picture(ctx, address)
	if err != nil {
		slog.WarnContext(ctx, "a poster's picture could not be had", "error", err)
		return nil
	}
	return found
}
