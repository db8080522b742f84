package taste

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/text"
)

// Liked is one thing that somebody likes, as he is told.
type Liked struct {
	Tag string
	// Weight is more than 0; what one chose himself has 10.
	Weight    float64
	UpdatedAt time.Time
}

const (
	// chosenWeighs is what a tag weighs that somebody chose himself: more than a purchase.
	chosenWeighs = 10
	mostChosen   = 20
	maxTag       = 24
)

// Choose has a shopper's own choice be these interests and no others of his choosing; what he does counts besides. It returns all his interests.
//
// Errors, under input: fault.OutOfRange (tags: 20 at most), fault.Invalid (a tag: 1 to 24 characters on one line); fault.BusyRetry, those of identity.Touch.
func (s *Service) Choose(ctx context.Context, shopperID string, tags []string) (interests []*Liked, err error) {
	if len(tags) > mostChosen {
		return nil, fault.OutOfRange.At("input", "tags").WithAvailable(mostChosen)
	}
	for i, tag := range tags {
		if text.Blank(tag) || !text.Line(tag) || text.Longer(tag, maxTag) {
			return nil, fault.Invalid.At("input", "tags", strconv.Itoa(i))
		}
	}
	err = s.change(ctx, shopperID, func(_ context.Context, h *held, now time.Time) error {
		for key := range h.Tags {
			if name, _ := dimensionOf(key); name == chosen {
				delete(h.Tags, key)
			}
		}
		for _, tag := range tags {
			h.add(s.rules, chosen, value(tag), chosenWeighs, FromHand, now)
		}
		interests = s.rules.interests(h.Profile, now)
		return nil
	})
	return interests, err
}

// Interests are what somebody likes, most first, at most 50.
func (s *Service) Interests(ctx context.Context, shopperID string) ([]*Liked, error) {
	h, err := s.load(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	return s.rules.interests(h.Profile, s.clock()), nil
}

func (r *rules) interests(p *Profile, now time.Time) []*Liked {
	by := map[string]*Liked{}
	for key, t := range p.Tags {
		name, tag := dimensionOf(key)
		weight := r.now(key, t, now)
		if r.of[name].Kind != Interest || weight <= 0 {
			continue
		}
		at := time.Unix(t.At, 0).UTC()
		if known := by[tag]; known != nil {
			known.Weight += weight
			if at.After(known.UpdatedAt) {
				known.UpdatedAt = at
			}
			continue
		}
		by[tag] = &Liked{Tag: tag, Weight: weight, UpdatedAt: at}
	}
	list := make([]*Liked, 0, len(by))
	for _, l := range by {
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *Liked) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Tag, b.Tag)) })
	return list[:min(len(list), 50)]
}

// Value is how a trait's value is written, so that what one chose meets what things are: lower case, half width, single spaces.
func Value(s string) string { return value(s) }

func value(s string) string { return strings.Join(text.Words(s), " ") }

// words are what of a search is remembered.
func words(search string) []string {
	all := text.Words(search)
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), 4)]
}
