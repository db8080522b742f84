package share

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/ent/db/sharevisit"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// Openings of all links are committed together, since everybody opens the same few: at most so often by one process, and so many at once.
const (
	openingsEvery = 5 * time.Millisecond
	mostOpenings  = 500
)

// opening is one call of Visit.
type opening struct{ token, deviceID, network, shopperID string }

// opened is its answer.
type opened struct {
	counted bool
	err     error
}

// openingTries is how often a batch is tried again for a device that came, or a place that was taken, by another process.
const openingTries = 8

// commitOpenings counts the openings of many calls. One of whose commit nothing was heard is not tried again: its reads could count twice.
func (s *Service) commitOpenings(ctx context.Context, calls []opening) (answers []opened, err error) {
	for range openingTries {
		err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
			answers, err = s.countTogether(ctx, calls)
			return err
		})
		switch {
		case errors.Is(err, store.ErrOutcomeUnknown):
			return nil, fault.BusyRetry
		case !store.IsDuplicate(err):
			return answers, err
		}
	}
	return nil, fmt.Errorf("%w: %w", fault.BusyRetry, err)
}

// device is one device at one link: what becomes its row, and whose openings these are.
type device struct {
	hash, linkID, network string
	// own: the sharer is, or was, signed in there.
	own bool
	// seen: it has a row of this day.
	seen bool
	// calls are its openings in this batch, by position.
	calls []int
}

func (s *Service) countTogether(ctx context.Context, calls []opening) ([]opened, error) {
	now := s.clock()
	answers := make([]opened, len(calls))
	devices, err := s.devices(ctx, calls, s.dayOf(now), answers)
	if err != nil || len(devices) == 0 {
		return answers, err
	}
	visits, reads := map[string]int64{}, map[string]int64{}
	fresh, err := s.keep(ctx, devices, s.dayOf(now))
	if err != nil {
		return nil, err
	}
	for _, d := range fresh {
		if !d.own {
			visits[d.linkID]++
			answers[d.calls[0]].counted = true
		}
	}
	for _, d := range devices {
		if !d.own {
			reads[d.linkID] += int64(len(d.calls))
		}
	}
	if err := s.sweeps.Set(ctx, s.dayOf(now), now); err != nil {
		return nil, err
	}
	return answers, s.raise(ctx, visits, reads)
}

// devices are those that the calls come from, each once per link and in the order of hashes: two processes so take the same keys one after the other. Calls
// that name no link are answered so; those by links of nobody are left out.
func (s *Service) devices(ctx context.Context, calls []opening, day time.Time, answers []opened) ([]*device, error) {
	links, persons, err := s.parties(ctx, calls)
	if err != nil {
		return nil, err
	}
	byHash := map[string]*device{}
	for i, c := range calls {
		link := links[c.token]
		if link == nil {
			answers[i].err = errToken
			continue
		}
		sharer := persons[link.ShopperID]
		if sharer == "" {
			continue
		}
		hash := s.hash("device", c.token, day, c.deviceID)
		d := byHash[hash]
		if d == nil {
			d = &device{hash: hash, linkID: link.ID, network: s.hash("network", c.token, day, c.network)}
			byHash[hash] = d
		}
		d.own = d.own || persons[c.shopperID] == sharer
		d.calls = append(d.calls, i)
	}
	hashes := slices.Sorted(maps.Keys(byHash))
	list := make([]*device, len(hashes))
	for i, hash := range hashes {
		list[i] = byHash[hash]
	}
	return list, s.recognise(ctx, byHash, hashes)
}

// parties are the links of the calls by token, and who their sharers and visitors are today.
func (s *Service) parties(ctx context.Context, calls []opening) (links map[string]*db.ShareLink, persons map[string]string, err error) {
	tokens, people := map[string]bool{}, map[string]bool{}
	for _, c := range calls {
		tokens[c.token] = true
		if c.shopperID != "" {
			people[c.shopperID] = true
		}
	}
	rows, err := s.store.Client(ctx).ShareLink.Query().Where(sharelink.TokenIn(slices.Sorted(maps.Keys(tokens))...)).
		Select(sharelink.FieldID, sharelink.FieldToken, sharelink.FieldShopperID).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("links that are opened: %w", err)
	}
	links = make(map[string]*db.ShareLink, len(rows))
	for _, row := range rows {
		links[row.Token] = row
		people[row.ShopperID] = true
	}
	persons, err = s.identity.PersonsOf(ctx, slices.Sorted(maps.Keys(people)))
	return links, persons, err
}

// recognise says of devices which have been there this day.
func (s *Service) recognise(ctx context.Context, byHash map[string]*device, hashes []string) error {
	for some := range store.Pieces(hashes) {
		rows, err := s.store.Client(ctx).ShareVisit.Query().Where(sharevisit.DeviceIn(some...)).
			Select(sharevisit.FieldDevice, sharevisit.FieldPlace).All(ctx)
		if err != nil {
			return fmt.Errorf("devices of today: %w", err)
		}
		for _, row := range rows {
			d := byHash[row.Device]
			d.seen, d.own = true, d.own || row.Place == nil
		}
	}
	return nil
}

// keep writes the rows of devices that were not seen before and returns them. Those beyond the places of their networks get none.
func (s *Service) keep(ctx context.Context, devices []*device, day time.Time) (fresh []*device, err error) {
	taken, err := s.places(ctx, devices)
	if err != nil {
		return nil, err
	}
	client := s.store.Client(ctx).ShareVisit
	var rows []*db.ShareVisitCreate
	for _, d := range devices {
		if d.seen || !d.own && taken[d.network] == mostDevices {
			continue
		}
		row := client.Create().SetLinkID(d.linkID).SetDay(day).SetDevice(d.hash).SetNetwork(d.network)
		if !d.own {
			taken[d.network]++
			row.SetPlace(taken[d.network])
		}
		fresh, rows = append(fresh, d), append(rows, row)
	}
	for some := range store.Pieces(rows) {
		if err := client.CreateBulk(some...).Exec(ctx); err != nil {
			return nil, fmt.Errorf("keep visits: %w", err)
		}
	}
	return fresh, nil
}

// places are how many devices count of each network that brings new ones.
func (s *Service) places(ctx context.Context, devices []*device) (map[string]int, error) {
	bring := map[string]bool{}
	for _, d := range devices {
		if !d.seen && !d.own {
			bring[d.network] = true
		}
	}
	taken := make(map[string]int, len(bring))
	for some := range store.Pieces(slices.Sorted(maps.Keys(bring))) {
		if err := s.placesOf(ctx, some, taken); err != nil {
			return nil, fmt.Errorf("devices by network: %w", err)
		}
	}
	return taken, nil
}

func (s *Service) placesOf(ctx context.Context, networks []string, into map[string]int) error {
	in, args := store.In(networks)
	return s.store.Each(ctx, "SELECT network, MAX(place) FROM share_visits WHERE place IS NOT NULL AND network IN "+in+" GROUP BY network", args, func(scan func(...any) error) error {
		var network string
		var most int
		err := scan(&network, &most)
		into[network] = most
		return err
	})
}

// raise adds to the counts of links, the hottest rows, last and in the order of ids.
func (s *Service) raise(ctx context.Context, visits, reads map[string]int64) error {
	for _, linkID := range slices.Sorted(maps.Keys(reads)) {
		if _, err := s.store.Exec(ctx, "UPDATE share_links SET visits = visits + ?, `reads` = `reads` + ? WHERE id = ?", visits[linkID], reads[linkID], linkID); err != nil {
			return fmt.Errorf("count openings of %s: %w", linkID, err)
		}
	}
	return nil
}
