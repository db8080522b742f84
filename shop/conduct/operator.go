package conduct

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/text"
)

// Conduct is how a person behaves now, and what was last said of him.
type Conduct struct {
	// The parts of his Score and its total.
	Kinds, Targets, Hours, Network, Device, Cohort, Total float64
	Mark
}

// maxReason is the longest reason of an operator, in characters.
const maxReason = 255

// Conduct is how the shopper whom others see by publicID behaves, by what is known now; nil when there is none. It changes nothing.
func (s *Service) Conduct(ctx context.Context, publicID string) (*Conduct, error) {
	personID, err := s.identity.ByPublicID(ctx, publicID)
	if err != nil || personID == "" {
		return nil, err
	}
	return s.conduct(ctx, personID)
}

func (s *Service) conduct(ctx context.Context, personID string) (*Conduct, error) {
	ids, err := s.identity.Aliases(ctx, personID)
	if err != nil {
		return nil, err
	}
	mark, err := s.mark(ctx, ids)
	if err != nil {
		return nil, err
	}
	now, err := s.scored(ctx, ids, s.clock())
	if err != nil {
		return nil, err
	}
	return &Conduct{now.Kinds, now.Targets, now.Hours, now.Network, now.Device, now.Cohort, now.Total, mark}, nil
}

// SetMark marks a shopper, or lifts his mark, by an operator's word: no judgement changes it from then on.
// The same again changes nothing but the reason.
//
// Errors, under input: fault.Blank, fault.TooLong and fault.Invalid (the reason), fault.Missing (the shopper).
func (s *Service) SetMark(ctx context.Context, publicShopperID string, marked bool, reason string) (*Conduct, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case text.Blank(reason):
		return nil, fault.Blank.At("input", "reason")
	case utf8.RuneCountInString(reason) > maxReason:
		return nil, fault.TooLong.At("input", "reason")
	case !text.Line(reason):
		return nil, fault.Invalid.At("input", "reason")
	}
	personID, err := s.identity.ByPublicID(ctx, publicShopperID)
	if err != nil {
		return nil, err
	}
	if personID == "" {
		return nil, fault.Missing.At("input", "publicShopperId")
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		personID, err = s.identity.TouchPerson(ctx, personID)
		if errors.Is(err, fault.Unauthenticated) { // erased or banned meanwhile
			return fault.Missing.At("input", "publicShopperId")
		}
		if err != nil {
			return err
		}
		return s.decide(ctx, personID, marked, reason, s.clock())
	})
	if err != nil {
		return nil, again(err)
	}
	return s.conduct(ctx, personID)
}

// decide keeps an operator's word in every row of a person who was touched.
func (s *Service) decide(ctx context.Context, personID string, marked bool, reason string, now time.Time) error {
	ids, err := s.identity.Aliases(ctx, personID)
	if err != nil {
		return err
	}
	before, err := s.mark(ctx, ids)
	if err != nil {
		return err
	}
	since := now
	if before.Since != nil && before.Marked == marked {
		since = *before.Since
	}
	if _, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO conduct_marks (id, ver, shopper_id, marked, score, decided, judged_at) VALUES (?, 0, ?, ?, 0, ?, ?)",
			id.New("cmk"), personID, marked, true, since)
		return err
	}); err != nil {
		return fmt.Errorf("mark of %s: %w", personID, err)
	}
	in, his := store.In(ids)
	_, err = s.store.Exec(ctx, "UPDATE conduct_marks SET marked = ?, decided = ?, reason = ?, judged_at = ?, ver = ver + 1 WHERE shopper_id IN "+in,
		append([]any{marked, true, reason, since}, his...)...)
	if err != nil {
		return fmt.Errorf("mark of %s: %w", personID, err)
	}
	return nil
}
