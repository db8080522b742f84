package taste

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/behaviourevent"
	"github.com/kaituan/kaituan/ent/db/tasteprofile"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/personal"
	"github.com/kaituan/kaituan/shop/fact"
)

// adopt makes the profile of a device that of the shopper who uses it, whom the transaction has touched, and its events his. The device knows nothing any more: who
// signs in on it next finds nothing of this one.
func (s *Service) adopt(ctx context.Context, shopperID, deviceID string, now time.Time) error {
	device := s.device(deviceID)
	if device == "" {
		return nil
	}
	return s.fold(ctx, device, shopperID, now)
}

// fold makes the profile of one part of another's, and ends it.
func (s *Service) fold(ctx context.Context, from, into string, now time.Time) error {
	other, err := s.load(ctx, from)
	if err != nil || other.ver == 0 {
		return err
	}
	took, err := s.store.Guard(ctx, "DELETE FROM taste_profiles WHERE id = ? AND ver = ?", other.id, other.ver)
	if err != nil {
		return fmt.Errorf("join profiles: %w", err)
	}
	if !took {
		return errChanged
	}
	h, err := s.load(ctx, into)
	if err != nil {
		return err
	}
	h.join(s.rules, other.Profile, now)
	return s.save(ctx, h, now)
}

// Consumers are what is learned from facts: what somebody buys, and that two accounts are one person. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{
		outbox.On("taste.order_paid", func(ctx context.Context, f fact.OrderPaid) error {
			return s.living(ctx, f.ShopperID, func(ctx context.Context, personID string, now time.Time) error {
				return s.bought(ctx, personID, f.Lines, now)
			})
		}),
		outbox.On("taste.merged", func(ctx context.Context, f fact.ShoppersMerged) error {
			return s.living(ctx, f.Into, func(ctx context.Context, personID string, now time.Time) error {
				return s.fold(ctx, f.From, personID, now)
			})
		}),
	}
}

// living does something for a person in a transaction that has touched him, unless he has been erased or banned.
func (s *Service) living(ctx context.Context, shopperID string, do func(ctx context.Context, personID string, now time.Time) error) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		personID, err := s.identity.TouchPerson(ctx, shopperID)
		if errors.Is(err, fault.Unauthenticated) {
			return nil
		}
		if err != nil {
			return err
		}
		return do(ctx, personID, s.clock())
	})
}

func (s *Service) bought(ctx context.Context, personID string, lines []fact.Line, now time.Time) error {
	refused, err := s.refused(ctx, personID)
	if err != nil || refused {
		return err
	}
	ids := map[string]bool{}
	for _, line := range lines {
		ids[line.ProductID] = true
	}
	traits, err := s.traits(ctx, ids)
	if err != nil {
		return err
	}
	h, err := s.load(ctx, personID)
	if err != nil {
		return err
	}
	drift := h.begin(clock.Midnight(now, 0, s.zone))
	for _, line := range lines {
		if ids[line.ProductID] { // a product counts once, however many of its SKUs are bought
			delete(ids, line.ProductID)
			h.apply(s.rules, Event{Kind: purchase, TargetID: line.ProductID}, traits[line.ProductID], now)
		}
	}
	return s.changed(ctx, h, drift, now)
}

// Refuse forgets what was learned of somebody who does not want to be known, whom the transaction has touched: events go, and of the profile stays what he said
// himself.
func (s *Service) Refuse(ctx context.Context, shopperID string) error {
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	if err := s.store.ExecIn(ctx, "DELETE FROM behaviour_events WHERE actor_id IN ", ids); err != nil {
		return fmt.Errorf("forget what %s did: %w", shopperID, err)
	}
	h, err := s.load(ctx, shopperID)
	if err != nil || h.ver == 0 {
		return err
	}
	h.Profile = h.onlyOwn()
	return s.save(ctx, h, s.clock())
}

// Forget removes what was learned of a person, all of whose ids these are, in the transaction that erases him.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	for _, table := range []string{"behaviour_events", "taste_profiles"} {
		if err := s.store.ExecIn(ctx, "DELETE FROM "+table+" WHERE actor_id IN ", ids); err != nil {
			return fmt.Errorf("forget the taste of %s: %w", ids[0], err)
		}
	}
	return nil
}

// ownEvent is what is kept of one event, as its person is told.
type ownEvent struct {
	key        int
	ClientID   string    `json:"clientId"`
	Kind       string    `json:"kind"`
	TargetID   string    `json:"targetId,omitempty"`
	Text       string    `json:"text,omitempty"`
	Dwell      int       `json:"dwellMilliseconds,omitempty"`
	Channel    string    `json:"channel,omitempty"`
	Odd        string    `json:"notCountedSince,omitempty"`
	At         time.Time `json:"at"`
	ReceivedAt time.Time `json:"receivedAt"`
}

// ownProfile is a profile as its person is told.
type ownProfile struct {
	*Profile
	UpdatedAt time.Time `json:"updatedAt"`
}

// Personal is what the domain keeps of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{
		personal.List("taste", func() ([]ownProfile, error) {
			rows, err := s.store.Client(ctx).TasteProfile.Query().Where(tasteprofile.ActorIDIn(ids...)).All(ctx)
			if err != nil {
				return nil, fmt.Errorf("what is kept of a person: %w", err)
			}
			list := make([]ownProfile, len(rows))
			for i, row := range rows {
				if list[i].Profile, err = decode(row.Data); err != nil {
					return nil, err
				}
				list[i].UpdatedAt = row.UpdatedAt
			}
			return list, nil
		}),
		personal.Pages("behaviour", ids, func(id string, after *ownEvent) ([]ownEvent, error) {
			query := s.store.Client(ctx).BehaviourEvent.Query().Where(behaviourevent.ActorID(id))
			if after != nil {
				query.Where(behaviourevent.ClientIDGT(after.ClientID))
			}
			rows, err := query.Order(behaviourevent.ByClientID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(r *db.BehaviourEvent) ownEvent {
				return ownEvent{r.ID, r.ClientID, r.Kind, r.TargetID, r.Text, r.Dwell, r.Channel, r.Odd, r.At, r.ReceivedAt}
			})
		}),
	}
}

const (
	// SweepDeadline is the kind of the deadline at which a day's events have been kept long enough; ref: the day, see deadline.DayRef.
	SweepDeadline = "taste.sweep"
	// eventsKept is how many days events are kept, and profiles of devices that were not seen again.
	eventsKept = 180
	sweepBatch = 1000
)

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{SweepDeadline: s.sweep}
}

// sweep removes some of what came up to the end of a day, and comes again while there is more.
func (s *Service) sweep(ctx context.Context, t *deadline.Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	until := day.In(s.zone).AddDate(0, 0, 1).UTC()
	return s.store.InTx(ctx, func(ctx context.Context) error {
		events := s.store.Client(ctx).BehaviourEvent
		old, err := events.Query().Where(behaviourevent.ReceivedAtLT(until)).Order(behaviourevent.ByReceivedAt()).Limit(sweepBatch).IDs(ctx)
		if err == nil && len(old) > 0 {
			_, err = events.Delete().Where(behaviourevent.IDIn(old...)).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("sweep events: %w", err)
		}
		profiles := s.store.Client(ctx).TasteProfile
		unseen, err := profiles.Query().Where(tasteprofile.UpdatedAtLT(until), tasteprofile.ActorIDHasPrefix("dev_")).Limit(sweepBatch).IDs(ctx)
		if err == nil && len(unseen) > 0 {
			_, err = profiles.Delete().Where(tasteprofile.IDIn(unseen...), tasteprofile.UpdatedAtLT(until)).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("sweep profiles: %w", err)
		}
		if len(old) == sweepBatch || len(unseen) == sweepBatch {
			return t.Again(ctx, s.clock())
		}
		return t.Done(ctx)
	})
}
