package taste

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// row is an event as it is kept.
type row struct {
	Event
	actor, odd string
	received   time.Time
}

// rows are the events as they would be kept, each client id once; those that would fill the quarantine are left out.
func (s *Service) rows(actor string, p *Profile, events []Event, l looked, now time.Time) []row {
	var rows []row
	count, odd := p.Day.Count, p.Day.Odd
	for i, e := range events {
		if slices.ContainsFunc(rows, func(r row) bool { return r.ClientID == e.ClientID }) {
			continue
		}
		_, there := l.traits[e.TargetID]
		r := row{Event: e, actor: actor, odd: e.odd(there, l.served[i], count, now), received: now}
		if count++; r.odd != "" {
			if odd++; odd > mostOdd {
				continue
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// keep inserts events and returns those that were not there. Resends are rare: it inserts without asking, and looks only when a key refuses it.
func (s *Service) keep(ctx context.Context, rows []row) ([]row, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	all, err := s.store.Unique(ctx, func(ctx context.Context) error { return s.insert(ctx, rows) })
	if err != nil {
		return nil, fmt.Errorf("keep events: %w", err)
	}
	if all {
		return rows, nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ClientID
	}
	in, args := store.In(ids)
	known, err := s.store.Texts(ctx, "SELECT client_id FROM behaviour_events WHERE actor_id = ? AND client_id IN "+in, append([]any{rows[0].actor}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("known events: %w", err)
	}
	fresh := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return slices.Contains(known, r.ClientID) })
	if len(fresh) == 0 {
		return nil, nil
	}
	return fresh, s.insert(ctx, fresh)
}

func (s *Service) insert(ctx context.Context, rows []row) error {
	const columns = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	args := make([]any, 0, 10*len(rows))
	for _, r := range rows {
		args = append(args, r.actor, r.ClientID, string(r.Kind), r.TargetID, r.Text, r.Dwell.Milliseconds(), r.Channel, r.odd, r.At.UTC().Truncate(time.Microsecond), r.received)
	}
	_, err := s.store.Exec(ctx, "INSERT INTO behaviour_events (actor_id, client_id, kind, target_id, text, dwell, channel, odd, at, received_at) VALUES "+
		columns+strings.Repeat(", "+columns, len(rows)-1), args...)
	return err
}

// held is a profile with the row that it came from.
type held struct {
	*Profile
	id, actor string
	// ver is 0 when there is no row yet.
	ver int64
}

// load reads a profile; somebody unknown has one, too.
func (s *Service) load(ctx context.Context, actor string) (*held, error) {
	h := &held{Profile: &Profile{}, id: id.New("tpf"), actor: actor}
	err := s.store.Each(ctx, "SELECT id, ver, data FROM taste_profiles WHERE actor_id = ?", []any{actor}, func(scan func(...any) error) (err error) {
		var raw []byte
		if err := scan(&h.id, &h.ver, &raw); err != nil {
			return err
		}
		h.Profile, err = decode(raw)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("profile of %s: %w", actor, err)
	}
	return h, nil
}

// save keeps a profile if it is still as it was read. Errors: errChanged.
func (s *Service) save(ctx context.Context, h *held, now time.Time) error {
	raw, err := json.Marshal(h.Profile)
	if err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	var took bool
	if h.ver == 0 {
		took, err = s.store.Unique(ctx, func(ctx context.Context) error {
			_, err := s.store.Exec(ctx, "INSERT INTO taste_profiles (id, ver, actor_id, data, updated_at) VALUES (?, 1, ?, ?, ?)", h.id, h.actor, raw, now)
			return err
		})
	} else {
		took, err = s.store.Guard(ctx, "UPDATE taste_profiles SET data = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND ver = ?", raw, now, h.id, h.ver)
	}
	if err != nil {
		return fmt.Errorf("keep the profile of %s: %w", h.actor, err)
	}
	if !took {
		return errChanged
	}
	return nil
}

// change changes the profile of a shopper who acts, in one transaction.
//
// Errors: fault.BusyRetry, those of identity.Touch.
func (s *Service) change(ctx context.Context, shopperID string, do func(ctx context.Context, h *held, now time.Time) error) error {
	var err error
	for range recordTries {
		err = s.store.InTx(ctx, func(ctx context.Context) error {
			if err := s.identity.Touch(ctx, shopperID); err != nil {
				return err
			}
			now := s.clock()
			h, err := s.load(ctx, shopperID)
			if err != nil {
				return err
			}
			if err := do(ctx, h, now); err != nil {
				return err
			}
			return s.save(ctx, h, now)
		})
		if !errors.Is(err, errChanged) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", fault.BusyRetry, err)
}
