package taste

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
)

// MostEvents is how many events one call may bring.
const MostEvents = 200

// Record keeps events and lets them change the profile of whoever did them, and returns how many count, those that were kept before included. The order in which
// they happened is that of the list.
//
// Errors, under input: fault.OutOfRange (events: 1 to 200), fault.Invalid (deviceId: 8 to 64 visible ASCII characters, needed without a session; an event's clientId,
// kind, targetId, text, dwellMilliseconds); fault.Unauthenticated (likes, saves and follows need a session), fault.BusyRetry, those of identity.Touch.
func (s *Service) Record(ctx context.Context, who Actor, events []Event) (accepted int, err error) {
	if len(events) == 0 || len(events) > MostEvents {
		return 0, fault.OutOfRange.At("input", "events").WithAvailable(MostEvents)
	}
	if err := who.check(); err != nil {
		return 0, err
	}
	for i, e := range events {
		if err := e.check(who); err != nil {
			if known := fault.Of(err); known != nil && known.Kind == fault.Refusal {
				return 0, known.Under("input", "events", strconv.Itoa(i))
			}
			return 0, err
		}
	}
	facts, err := s.look(ctx, events)
	if err != nil {
		return 0, err
	}
	for range recordTries {
		err = s.store.InTx(ctx, func(ctx context.Context) error {
			accepted, err = s.record(ctx, who, events, facts)
			return err
		})
		// Somebody changed the profile meanwhile, or brought the same events: nothing was kept, and doing it again counts nothing twice.
		if err == nil || !errors.Is(err, errChanged) && !store.IsDuplicate(err) && !errors.Is(err, store.ErrOutcomeUnknown) {
			return accepted, err
		}
	}
	return 0, fmt.Errorf("%w: %w", fault.BusyRetry, err)
}

const recordTries = 6

// errChanged: the profile is not as it was read.
var errChanged = errors.New("taste: the profile was changed meanwhile")

// looked is what the shop knows of what events are about, before any transaction.
type looked struct {
	traits map[string][]Trait
	served []bool
}

// look asks what the targets are, and which impressions were really given out.
func (s *Service) look(ctx context.Context, events []Event) (looked, error) {
	l := looked{served: make([]bool, len(events))}
	ids := map[string]bool{}
	for i, e := range events {
		if e.TargetID != "" {
			ids[e.TargetID] = true
		}
		if e.Impression == "" {
			l.served[i] = e.Kind != Impression
			continue
		}
		served, err := s.wasServed(ctx, e.Impression, e.TargetID)
		if err != nil {
			return l, fmt.Errorf("look up an impression: %w", err)
		}
		l.served[i] = served
	}
	var err error
	l.traits, err = s.traits(ctx, ids)
	return l, err
}

// traits says what things are; what is not there has no entry.
func (s *Service) traits(ctx context.Context, ids map[string]bool) (map[string][]Trait, error) {
	by := map[string][]string{}
	for id := range ids {
		prefix, _, _ := strings.Cut(id, "_")
		by[prefix] = append(by[prefix], id)
	}
	all := map[string][]Trait{}
	for prefix, list := range by {
		describe := s.describe[prefix]
		if describe == nil {
			continue
		}
		slices.Sort(list)
		found, err := describe(ctx, list)
		if err != nil {
			return nil, fmt.Errorf("what %s are: %w", prefix, err)
		}
		for id, traits := range found {
			all[id] = traits
		}
	}
	return all, nil
}

// record is one transaction of Record.
func (s *Service) record(ctx context.Context, who Actor, events []Event, l looked) (accepted int, err error) {
	now := s.clock()
	actor := s.device(who.DeviceID)
	if who.ShopperID != "" {
		actor = who.ShopperID
		if err := s.identity.Touch(ctx, actor); err != nil {
			return 0, err
		}
		refused, err := s.refused(ctx, actor)
		if err != nil {
			return 0, err
		}
		if refused {
			return s.hideOnly(ctx, actor, events, l, now)
		}
		if err := s.adopt(ctx, actor, who.DeviceID, now); err != nil {
			return 0, err
		}
	}
	held, err := s.load(ctx, actor)
	if err != nil {
		return 0, err
	}
	drift := held.begin(clock.Midnight(now, 0, s.zone))
	rows := s.rows(actor, held.Profile, events, l, now)
	fresh, err := s.keep(ctx, rows)
	if err != nil {
		return 0, err
	}
	for _, row := range fresh {
		held.take(s.rules, row, l.traits[row.TargetID], s.zone, now)
	}
	for _, row := range rows {
		if row.odd == "" {
			accepted++
		}
	}
	if len(fresh) == 0 {
		return accepted, nil
	}
	if err := s.sweeps.Set(ctx, clock.Midnight(now, 0, s.zone), now); err != nil {
		return 0, err
	}
	return accepted, s.changed(ctx, held, drift, now)
}

// changed keeps a profile, and tells that its owner's last day was unusual for him, by so many standard deviations; 0: it was not.
func (s *Service) changed(ctx context.Context, held *held, drift float64, now time.Time) error {
	held.tidy(s.rules, now)
	if err := s.save(ctx, held, now); err != nil || drift == 0 {
		return err
	}
	return s.outbox.Emit(ctx, held.id, held.ver+1, fact.TasteDrifted{ActorID: held.actor, Sigma: drift, At: now}, now)
}

// take lets a row that is kept for the first time count.
func (p *Profile) take(r *rules, row row, traits []Trait, zone *time.Location, now time.Time) {
	p.Day.Count++
	if row.odd != "" {
		p.Day.Odd++
		return
	}
	p.apply(r, row.Event, traits, now)
	if row.Kind != Impression {
		p.add(r, "hour", partOfDay(now.In(zone)), 1, FromBehaviour, now)
		p.add(r, "channel", row.Channel, 1, FromBehaviour, now)
	}
}

func partOfDay(local time.Time) string {
	switch h := local.Hour(); {
	case h < 6:
		return "night"
	case h < 12:
		return "morning"
	case h < 18:
		return "afternoon"
	}
	return "evening"
}

// device is the actor that a device is without a session: nobody learns its id from ours.
func (s *Service) device(id string) string {
	if id == "" {
		return ""
	}
	return "dev_" + hex.EncodeToString(s.mac([]byte("device:" + id)))[:26]
}

// refused reports whether a shopper does not want to be known.
func (s *Service) refused(ctx context.Context, shopperID string) (bool, error) {
	consents, err := s.identity.Consents(ctx, shopperID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(consents, func(c *identity.Consent) bool { return c.Purpose == identity.Personalisation && !c.Granted }), nil
}

// hideOnly does what somebody asks for who does not want to be known: what he is not interested in is hidden. Nothing else is kept.
func (s *Service) hideOnly(ctx context.Context, actor string, events []Event, l looked, now time.Time) (accepted int, err error) {
	held, err := s.load(ctx, actor)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if _, there := l.traits[e.TargetID]; there && e.Kind == NotInterested {
			held.hide(e.TargetID, now)
			accepted++
		}
	}
	held.Profile = held.onlyOwn()
	return accepted, s.save(ctx, held, now)
}
