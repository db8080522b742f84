// Package share gives what shoppers share a short token: a link, a mini-program path, a QR code and a poster all carry it. What a link says of its target
// comes from the target's own domain, by the prefix of its id.
package share

import (
	"context"
	"fmt"
	"image"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/batch"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Subject is what a link says of its target now.
type Subject struct {
	Title string
	// ImageURL is a picture's address; "" without one.
	ImageURL string
	// Price is what the target costs who comes by the link; Compare what it costs otherwise. Nil: none is shown.
	Price, Compare *money.Money
	// SeatsLeft counts the people who are still missing until a group is complete, 0: it is. Nil: the target has no group.
	SeatsLeft *int
	// ByShop: the shop completed the group although seats stayed empty.
	ByShop bool
	// Ended: nobody can join any more.
	Ended bool
	// MiniProgramPage is the page that shows the target, without its parameters, e.g. pages/group/index.
	MiniProgramPage string
	// Line is a few words over a poster's price, e.g. 3 人团价.
	Line string
}

// Describer says what is behind the ids of one kind, by id. It leaves out what is gone or what strangers may not see.
type Describer func(ctx context.Context, targetIDs []string) (map[string]*Subject, error)

// Pictures finds the picture at an address; an error, or nil, means that there is none for now.
type Pictures interface {
	Picture(ctx context.Context, address string) (image.Image, error)
}

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Deadlines *deadline.Deadlines
	// Zone is the shop's: visits are counted by its days.
	Zone *time.Location
	// MAC makes the keyed hashes of devices and networks.
	MAC func(data []byte) []byte
	// Name is what the shop calls itself, on links to the shop itself.
	Name string
	// BaseURL is where the world reaches this server, without a slash at its end.
	BaseURL string
	// Pictures are those that posters show; nil: posters have placeholders.
	Pictures Pictures
	// Raster gives the address of a picture for cards that show no vectors, the one it is given when that will do; nil: always.
	Raster func(address string) string
}

// Service makes links and their posters, and counts who comes by them. It is safe for concurrent use once every Describer is registered.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	identity *identity.Service
	zone     *time.Location
	mac      func(data []byte) []byte
	base     string
	raster   func(address string) string
	kinds    map[string]Describer
	posters  *posters
	// pace is how often a link may be opened from one network; openings commits many together.
	pace     *pace.Pace
	openings *batch.Batcher[opening, opened]
	sweeps   *deadline.Daily
}

// New returns the service. Close lets it go.
func New(c Config) *Service {
	s := &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, sweeps: c.Deadlines.NewDaily(SweepDeadline, visitsKept), zone: c.Zone, mac: c.MAC,
		base: strings.TrimSuffix(c.BaseURL, "/"), raster: c.Raster, posters: newPosters(c.Pictures),
		kinds: map[string]Describer{home: theShop(c.Name)}, pace: pace.New(openEvery, openBurst, openKeys),
	}
	s.openings = batch.New(openingsEvery, mostOpenings, s.commitOpenings)
	return s
}

// Close returns when openings that were taken are counted.
func (s *Service) Close() { s.openings.Close() }

// Register makes targets whose ids begin with prefix shareable. It is called before the first request, once for each prefix.
func (s *Service) Register(prefix string, d Describer) { s.kinds[prefix] = d }

// Link is what one shopper shares of one thing on one channel.
type Link struct {
	ID       string
	Token    string
	TargetID string
	SharerID string
	Channel  string
	// Visits and Reads are what came of it so far; the sharer's to know.
	Visits, Reads int64
	// Subject is what the target is now; nil: gone, or not to be seen, and the link is not shown.
	Subject *Subject

	base, imageURL string
}

// Title is the target's title.
func (l *Link) Title() string {
	if l.Subject == nil {
		return ""
	}
	return l.Subject.Title
}

// ImageURL is the target's picture as an absolute address, nil without one: cards are made elsewhere.
func (l *Link) ImageURL() *string {
	if l.Subject == nil || l.imageURL == "" {
		return nil
	}
	return &l.imageURL
}

// URL is the link itself; whoever opens it is sent to the target.
func (l *Link) URL() string { return l.base + "/s/" + l.Token }

// PosterURL is the poster's picture.
func (l *Link) PosterURL() string { return l.base + "/posters/" + l.Token + ".png" }

// MiniProgramPath is the mini-program's page with the token, or "" when the link is not shown.
func (l *Link) MiniProgramPath() string {
	if l.Subject == nil {
		return ""
	}
	return l.Subject.MiniProgramPage + "?t=" + l.Token
}

// describe fills in the links' subjects: one call for each kind of target.
func (s *Service) describe(ctx context.Context, links []*Link) error {
	byKind := map[string][]string{}
	for _, l := range links {
		kind := kindOf(l.TargetID)
		byKind[kind] = append(byKind[kind], l.TargetID)
	}
	for kind, targets := range byKind {
		d := s.kinds[kind]
		if d == nil {
			continue
		}
		found, err := d(ctx, targets)
		if err != nil {
			return fmt.Errorf("describe what is shared: %w", err)
		}
		for _, l := range links {
			if subject := found[l.TargetID]; subject != nil && kindOf(l.TargetID) == kind {
				l.Subject, l.imageURL = subject, s.onCards(subject.ImageURL)
			}
		}
	}
	return nil
}

// onCards is where the picture at an address is had by who makes a card of a link.
func (s *Service) onCards(address string) string {
	if s.raster != nil {
		address = s.raster(address)
	}
	if strings.HasPrefix(address, "/") {
		return s.base + address
	}
	return address
}
