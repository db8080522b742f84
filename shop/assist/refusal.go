package assist

import (
	"context"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// Refusals tells why the viewer could not help each assist now; those that he could help are absent. Without a viewer it says what holds for everybody. A constant
// number of statements.
func (s *Service) Refusals(ctx context.Context, viewerID string, assists []*Assist) (map[string]*fault.Error, error) {
	refusals := make(map[string]*fault.Error, len(assists))
	if len(assists) == 0 {
		return refusals, nil
	}
	v, err := s.helperOf(ctx, viewerID, assists)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	day, _ := s.dayOf(now)
	for _, a := range assists {
		switch {
		case slices.Contains(v.ids, a.OwnerID):
			refusals[a.ID] = ErrSelf
		case v.helped[a.ID]:
			refusals[a.ID] = ErrHelped
		case a.State != Open || !now.Before(a.ExpiresAt):
			refusals[a.ID] = ErrState
		case v.earlier.had(a.CreatedAt):
			refusals[a.ID] = errMayHaveHelped
		case viewerID == "":
		case a.Campaign.Kind == Invite && !v.since.After(a.CreatedAt):
			refusals[a.ID] = ErrNewcomersOnly
		case v.today >= a.Campaign.PerDay, v.earlier.had(day):
			refusals[a.ID] = errHelps
		}
	}
	return refusals, nil
}

// helperOf is what decides whether the viewer may help assists; nothing without one.
func (s *Service) helperOf(ctx context.Context, viewerID string, assists []*Assist) (v helper, err error) {
	if viewerID == "" {
		return v, nil
	}
	if v.actor, err = s.actorOf(ctx, viewerID); err != nil {
		return v, err
	}
	ids := make([]string, len(assists))
	invited := false
	for i, a := range assists {
		ids[i], invited = a.ID, invited || a.Campaign.Kind == Invite
	}
	if v.helped, err = s.helped(ctx, v.ids, ids); err != nil {
		return v, err
	}
	if v.today, err = s.done(ctx, v.ids, helps, s.clock()); err != nil || !invited {
		return v, err
	}
	v.since, err = s.newSince(ctx, v.actor)
	return v, err
}

// helper is what is known of who might help: what he has helped with, how often today, and since when he is here as somebody new.
type helper struct {
	actor
	helped map[string]bool
	today  int
	since  time.Time
}
