package taste

import (
	"context"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
)

// cached bounds the profiles that a process keeps decoded: 10,000 of some 10 kB.
const cached = 10_000

// version is a decoded profile, which nobody changes, and of which row it is: one that was removed may be followed by another with the same version.
type version struct {
	id      string
	ver     int64
	profile *Profile
}

func newCache() *otter.Cache[string, version] {
	return otter.Must(&otter.Options[string, version]{MaximumSize: cached})
}

// Of returns what is known of somebody, nil when nothing is. It is not to be changed. One statement, which brings the profile only when this process has another.
func (s *Service) Of(ctx context.Context, who Actor) (*Profile, error) {
	actor := who.ShopperID
	if actor == "" {
		if !visible(who.DeviceID, minDeviceID, maxDeviceID) {
			return nil, nil
		}
		actor = s.device(who.DeviceID)
	}
	had, _ := s.known.GetIfPresent(actor)
	now := version{}
	err := s.store.Each(ctx, "SELECT id, ver, CASE WHEN id <> ? OR ver <> ? THEN data END FROM taste_profiles WHERE actor_id = ?", []any{had.id, had.ver, actor}, func(scan func(...any) error) (err error) {
		var raw []byte
		if err := scan(&now.id, &now.ver, &raw); err != nil {
			return err
		}
		if now.profile = had.profile; raw != nil {
			now.profile, err = decode(raw)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("what is known of %s: %w", actor, err)
	}
	if now.profile != had.profile {
		s.known.Set(actor, now)
	}
	return now.profile, nil
}

// like is where what somebody chose is found: it may name any of these.
var like = []string{"category", "tag", "vendor"}

// Weigh tells each trait that somebody likes (more than 0) or does not, by its key, with the tag that it is called by.
func (s *Service) Weigh(p *Profile, now time.Time, tell func(key, tag string, weight float64)) {
	for key, t := range p.Tags {
		weight := s.rules.now(key, t, now)
		name, tag := dimensionOf(key)
		switch {
		case weight == 0 || s.rules.of[name].Kind != Interest:
		case name == chosen || name == "word":
			for _, dimension := range like {
				tell(tagKey(dimension, tag), tag, weight)
			}
		default:
			tell(key, tag, weight)
		}
	}
}
