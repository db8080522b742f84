package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/feedsnapshot"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

const (
	freshness  = 2 * time.Second // how old a ranking may be when a first page is asked for
	staleAt    = time.Minute     // how old one may be at most, while another is made
	keepFor    = time.Hour       // how long a visit may at least go on paging through one ranking
	perSource  = 1500            // newest and best-selling products that are ranked
	snapshotOf = 2000            // cards of one ranking
)

// snapshot is one ranking. It never changes, so that pages of a visit neither repeat nor skip a card while things are published and withdrawn.
type snapshot struct {
	ID    string
	Items []item
	// Words are those that the items' traits are numbers of.
	Words []string
	// MadeAt is when it was last known to be the ranking.
	MadeAt time.Time
	// nearly says, by campaign, what a group lacked then. It is no part of the ranking: each page shows the newest.
	nearly map[string]*Reason
	lookup lookup
}

// kept is a ranking as its row has it.
type kept struct {
	Words []string `json:"w,omitempty"`
	Items []item   `json:"i"`
}

// item is a place of the ranking: one product, with the campaign as which it is shown to who takes such cards.
type item struct {
	Product  string     `json:"p"`
	Campaign string     `json:"g,omitempty"`
	Category string     `json:"c,omitempty"`
	Vendor   uint16     `json:"v,omitempty"` // of the ranking's words, counted from 1
	Traits   []uint16   `json:"t,omitempty"` // of the ranking's words
	Reason   ReasonCode `json:"r"`
}

// current is the ranking for a first page. One caller at a time makes a new one; the others go on with the old.
func (s *Service) current(ctx context.Context) (*snapshot, error) {
	latest := s.latest.Load()
	if latest != nil && s.clock().Sub(latest.MadeAt) < freshness {
		return latest, nil
	}
	if latest == nil || s.clock().Sub(latest.MadeAt) > staleAt { // nobody has asked for long: its pages would soon end
		s.making.Lock()
	} else if !s.making.TryLock() {
		return latest, nil
	}
	defer s.making.Unlock()
	if again := s.latest.Load(); again != latest {
		return again, nil // made while we waited
	}
	made, err := s.make(ctx, latest)
	if err != nil {
		return nil, err
	}
	s.latest.Store(made)
	s.known.Set(made.ID, made)
	return made, nil
}

// make ranks anew, and keeps the ranking as a row unless it is the latest again.
func (s *Service) make(ctx context.Context, latest *snapshot) (*snapshot, error) {
	now := s.clock()
	candidates, err := s.candidates(ctx, now)
	if err != nil {
		return nil, err
	}
	made := &snapshot{ID: id.New("fds"), MadeAt: now, nearly: map[string]*Reason{}}
	made.place(rank(candidates, now))
	raw, err := json.Marshal(kept{made.Words, made.Items})
	if err != nil {
		return nil, fmt.Errorf("keep a ranking: %w", err)
	}
	if latest != nil && equal(latest.Items, made.Items) && slices.Equal(latest.Words, made.Words) && now.Sub(s.keptAt) < keepFor/2 {
		return &snapshot{ID: latest.ID, Items: latest.Items, Words: latest.Words, MadeAt: now, nearly: made.nearly, lookup: latest.lookup}, nil
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.Client(ctx).FeedSnapshot.Create().SetID(made.ID).SetItems(raw).SetCreatedAt(now).Exec(ctx); err != nil {
			return err
		}
		_, err := s.store.Exec(ctx, "DELETE FROM feed_snapshots WHERE created_at < ?", now.Add(-2*keepFor))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keep a ranking: %w", err)
	}
	s.keptAt = now
	made.lookup = made.look()
	return made, nil
}

// place gives the ranked their places. Where there are too many the last plain products go, since scene GROUP_BUY has nothing but campaigns.
func (made *snapshot) place(ranked []candidate) {
	room, words := snapshotOf, dictionary{numbers: map[string]uint16{}}
	defer func() { made.Words = words.list }()
	for _, c := range ranked {
		if c.Group != nil {
			room--
		}
	}
	for _, c := range ranked {
		placed := item{Product: c.ID, Category: c.Category, Reason: c.reason}
		if c.Group != nil {
			placed.Campaign = c.Group.CampaignID
			if r := lacking(c.Group); r != nil {
				made.nearly[placed.Campaign] = r
			}
		} else if room--; room < 0 {
			continue
		}
		for _, word := range c.Traits[:min(len(c.Traits), mostTraits)] {
			if number, ok := words.number(word); ok {
				placed.Traits = append(placed.Traits, number)
			}
		}
		if number, ok := words.number(vendorKey(c.Vendor)); ok && c.Vendor != "" {
			placed.Vendor = number + 1
		}
		made.Items = append(made.Items, placed)
	}
}

// Bounds of what is kept of traits, so that a ranking stays below a megabyte whatever merchants write: a product's first ones, and so many different ones and bytes of them.
const (
	mostTraits    = 24
	mostWords     = 10_000
	mostWordBytes = 300_000
)

// dictionary numbers the words of a ranking.
type dictionary struct {
	list    []string
	numbers map[string]uint16
	bytes   int
}

func (d *dictionary) number(word string) (uint16, bool) {
	number, known := d.numbers[word]
	if known || len(d.list) == mostWords || d.bytes+len(word) > mostWordBytes {
		return number, known
	}
	number = uint16(len(d.list))
	d.numbers[word], d.list, d.bytes = number, append(d.list, word), d.bytes+len(word)
	return number, true
}

func equal(a, b []item) bool {
	return slices.EqualFunc(a, b, func(x, y item) bool {
		return x.Product == y.Product && x.Campaign == y.Campaign && x.Category == y.Category && x.Vendor == y.Vendor && x.Reason == y.Reason && slices.Equal(x.Traits, y.Traits)
	})
}

// load finds the ranking that a cursor names; INVALID_CURSOR when it is too old, whether or not it is still there: every process gives the same answer.
func (s *Service) load(ctx context.Context, snapshotID string) (*snapshot, error) {
	found, ok := s.known.GetIfPresent(snapshotID)
	if !ok {
		var err error
		if found, err = s.read(ctx, snapshotID); err != nil {
			return nil, err
		}
		s.known.Set(found.ID, found)
	}
	if s.clock().Sub(found.MadeAt) >= 2*keepFor {
		return nil, fault.InvalidCursor
	}
	return found, nil
}

func (s *Service) read(ctx context.Context, snapshotID string) (*snapshot, error) {
	row, err := s.store.Client(ctx).FeedSnapshot.Query().Where(feedsnapshot.ID(snapshotID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.InvalidCursor
	}
	if err != nil {
		return nil, fmt.Errorf("load ranking %s: %w", snapshotID, err)
	}
	loaded := &snapshot{ID: row.ID, MadeAt: row.CreatedAt}
	var was kept
	if err := json.Unmarshal(row.Items, &was); err != nil {
		return nil, fault.InvalidCursor // of an earlier release, whose visits begin anew
	}
	loaded.Items, loaded.Words = was.Items, was.Words
	loaded.lookup = loaded.look()
	return loaded, nil
}
