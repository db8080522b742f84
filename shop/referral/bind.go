package referral

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// Bind makes who shared the link of a token the shopper's inviter, for the programme's window. Who is bound to that person already stays as he is.
//
// Errors, under input.token: fault.Missing (no such link, or its sharer is no more), ErrSelf, ErrCycle, ErrBound. Those of identity.Touch.
func (s *Service) Bind(ctx context.Context, shopperID, channel, token string) error {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		by, err := s.arrival(ctx, token)
		if err == nil {
			err = s.bind(ctx, shopperID, channel, by, s.clock())
		}
		if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
			return refusal.At("input", "token")
		}
		return err
	})
	return again(err)
}

// again turns a commit of unknown outcome into an error that says so: what is done again here changes nothing.
func again(err error) error {
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return fmt.Errorf("%w: %w", fault.BusyRetry, err)
	}
	return err
}

// arrival is the share link that somebody came by, and the person of today who shared it.
type arrival struct{ linkID, sharerID string }

// arrival reads the link of a token. Errors: fault.Missing (unknown or malformed, or its sharer may not act any more).
func (s *Service) arrival(ctx context.Context, token string) (arrival, error) {
	linkID, sharerID, err := s.share.Sharer(ctx, token)
	if err != nil {
		return arrival{}, err
	}
	active, err := s.identity.Active(ctx, []string{sharerID})
	if err != nil {
		return arrival{}, err
	}
	if active[sharerID] == "" {
		return arrival{}, fault.Missing
	}
	return arrival{linkID, active[sharerID]}, nil
}

// bind binds a shopper whom the transaction has touched. The inviter's row is neither locked nor written, since many may come by his links at once: unique keys
// decide, one for the invitee and one for the pair. A refusal leaves the transaction as good as it was.
//
// Errors: ErrSelf, ErrCycle, ErrBound.
func (s *Service) bind(ctx context.Context, inviteeID, channel string, by arrival, now time.Time) error {
	if by.sharerID == inviteeID {
		return ErrSelf
	}
	// The pair's key says so, too, unless the shopper has only just become one with the account that brought the sharer.
	if brought, err := s.broughtBy(ctx, by.sharerID, inviteeID, now); err != nil || brought {
		return orRefuse(err, ErrCycle)
	}
	for range 2 {
		bound, err := s.insert(ctx, inviteeID, channel, by, now)
		if err != nil {
			return err
		}
		if bound {
			return s.identity.SetReferred(ctx, inviteeID)
		}
		if err := s.clearLapsed(ctx, inviteeID, by.sharerID, now); err != nil {
			return err
		}
		if err := s.endOrphaned(ctx, inviteeID, now); err != nil {
			return err
		}
	}
	return s.whyNot(ctx, inviteeID, by.sharerID, now)
}

// orRefuse is the error, else the refusal.
func orRefuse(err error, refusal *fault.Error) error {
	if err != nil {
		return err
	}
	return refusal
}

// broughtBy reports whether the other person is the live inviter of a person.
func (s *Service) broughtBy(ctx context.Context, personID, otherID string, now time.Time) (bool, error) {
	his, err := s.live(ctx, personID, now)
	if err != nil || his == nil {
		return false, err
	}
	return s.identity.Same(ctx, otherID, his.InviterID)
}

// live is the binding that counts for a person, nil when nobody is his inviter now.
func (s *Service) live(ctx context.Context, personID string, now time.Time) (*db.ReferralBinding, error) {
	row, err := s.store.Client(ctx).ReferralBinding.Query().Where(referralbinding.LiveKey(personID), referralbinding.UntilGT(now)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("who brought %s: %w", personID, err)
	}
	return row, nil
}

// insert writes the binding, unless another one has one of its keys.
func (s *Service) insert(ctx context.Context, inviteeID, channel string, by arrival, now time.Time) (bool, error) {
	bound, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).ReferralBinding.Create().SetInviteeID(inviteeID).SetInviterID(by.sharerID).SetLinkID(by.linkID).SetChannel(channel).
			SetBoundAt(now).SetUntil(now.Add(s.program.Window)).SetLiveKey(inviteeID).SetPairKey(pairKey(inviteeID, by.sharerID)).Exec(ctx)
	})
	if err != nil {
		return false, fmt.Errorf("bind %s to %s: %w", inviteeID, by.sharerID, err)
	}
	return bound, nil
}

// pairKey is the key of two people, whoever of them is named first.
func pairKey(one, other string) string { return min(one, other) + " " + max(one, other) }

// clearLapsed makes room where a binding that stands in the way has run out.
func (s *Service) clearLapsed(ctx context.Context, inviteeID, inviterID string, now time.Time) error {
	for column, key := range map[string]string{"live_key": inviteeID, "pair_key": pairKey(inviteeID, inviterID)} {
		if _, err := s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ver = ver + 1 WHERE "+column+" = ? AND until <= ?", key, now); err != nil {
			return fmt.Errorf("clear a binding that ran out: %w", err)
		}
	}
	return nil
}

// endOrphaned makes room where the shopper's inviter may act no more: nobody earns by such a binding.
func (s *Service) endOrphaned(ctx context.Context, inviteeID string, now time.Time) error {
	his, err := s.live(ctx, inviteeID, now)
	if err != nil || his == nil {
		return err
	}
	active, err := s.identity.Active(ctx, []string{his.InviterID})
	if err != nil || active[his.InviterID] != "" {
		return err
	}
	return s.end(ctx, his, now)
}

// whyNot reads what stands in the way of a binding: nothing that matters when it is to the same person.
func (s *Service) whyNot(ctx context.Context, inviteeID, inviterID string, now time.Time) error {
	his, err := s.live(ctx, inviteeID, now)
	if err != nil {
		return err
	}
	if his == nil {
		brought, err := s.broughtBy(ctx, inviterID, inviteeID, now)
		if err == nil && !brought {
			err = fault.BusyRetry // it ended between two statements
		}
		return orRefuse(err, ErrCycle)
	}
	same, err := s.identity.Same(ctx, inviterID, his.InviterID)
	if err != nil || same {
		return err
	}
	return ErrBound
}
