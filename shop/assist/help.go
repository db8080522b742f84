package assist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assisthelp"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
)

// Help helps a friend, once per assist and person. The help that reaches the goal closes the assist in the same update, so that no other comes after it. One of a
// helper who behaves like a farm's is kept and shown, makes no progress and is worth nothing; only operators are told why.
//
// Errors: fault.Invalid (input.deviceId); at input.assistId: fault.Missing, ErrSelf (one's own, as a person), ErrHelped (also where he may have, as somebody who has been erased),
// ErrState (not open, or its time is over), ErrNewcomersOnly (INVITE), fault.TooOften (the campaign's helps of one day, over all tools, until the next local midnight).
func (s *Service) Help(ctx context.Context, by Actor, assistID string) (*Assist, error) {
	if len(by.From.Device) > maxDeviceID {
		return nil, errDeviceID
	}
	ctx = identity.Remembering(ctx)
	err := s.store.InTx(ctx, func(ctx context.Context) error { return s.help(ctx, by, assistID) })
	if errors.Is(err, store.ErrOutcomeUnknown) {
		err = s.lookUp(ctx, by.ShopperID, assistID)
	}
	if err != nil {
		return nil, refusedAt(err, "assistId")
	}
	return s.Assist(ctx, assistID)
}

// lookUp says whether a help has happened whose commit nobody knows of: nil, or fault.BusyRetry.
func (s *Service) lookUp(ctx context.Context, shopperID, assistID string) error {
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	helped, err := s.helped(ctx, his, []string{assistID})
	if err == nil && !helped[assistID] {
		err = fault.BusyRetry
	}
	return err
}

func (s *Service) help(ctx context.Context, by Actor, assistID string) error {
	who, err := s.touched(ctx, by.ShopperID)
	if err != nil {
		return err
	}
	row, err := s.assistRow(ctx, assistID)
	if err != nil {
		return err
	}
	c, err := s.campaignRow(ctx, row.CampaignID)
	if err != nil {
		return err
	}
	now := s.clock()
	if err := s.mayHelp(ctx, row, c, who, now); err != nil {
		return err
	}
	if err := s.conduct.Record(ctx, conduct.Action{ShopperID: by.ShopperID, Kind: conduct.Help, Target: row.OwnerID, From: by.From, At: now}); err != nil {
		return err
	}
	marked, err := s.conduct.Marked(ctx, by.ShopperID)
	if err != nil {
		return err
	}
	after, err := s.advance(ctx, assistID, !marked, now)
	if err != nil {
		return err
	}
	if err := s.keep(ctx, by.ShopperID, after, c, !marked, now); err != nil {
		return err
	}
	s.signal(ctx, assistID)
	if State(after.State) != Reached {
		return nil
	}
	if err := s.deadlines.Cancel(ctx, ExpireDeadline, assistID); err != nil {
		return err
	}
	return s.outbox.Emit(ctx, assistID, after.Ver, fact.AssistReached{AssistID: assistID, CampaignID: c.ID, OwnerID: row.OwnerID, At: now}, now)
}

// mayHelp refuses who may not help, whom the transaction has touched. It counts the help of his day.
func (s *Service) mayHelp(ctx context.Context, row *db.Assist, c *db.AssistCampaign, who actor, now time.Time) error {
	if slices.Contains(who.ids, row.OwnerID) {
		return ErrSelf
	}
	helped, err := s.helped(ctx, who.ids, []string{row.ID})
	switch {
	case err != nil:
		return err
	case helped[row.ID]:
		return ErrHelped
	case State(row.State) != Open || !now.Before(row.ExpiresAt):
		return ErrState // for good, so there is no need to lock the row
	case who.earlier.had(row.CreatedAt):
		return errMayHaveHelped
	}
	if Kind(c.Kind) == Invite {
		since, err := s.newSince(ctx, who)
		if err != nil {
			return err
		}
		if !since.After(row.CreatedAt) {
			return ErrNewcomersOnly
		}
	}
	took, err := s.count(ctx, who, helps, c.HelpsPerDay, now)
	if err != nil || took {
		return err
	}
	_, next := s.dayOf(now)
	return errHelps.WithRetryAfter(next.Sub(now))
}

// newSince is when a person's first account was made, or the zero time when he was here before or has ever paid for an order: he helps as somebody new with what was
// started before it.
func (s *Service) newSince(ctx context.Context, who actor) (time.Time, error) {
	if who.earlier.any() {
		return time.Time{}, nil
	}
	paid, err := s.orders.HasPaid(ctx, who.ids[0], "")
	if err != nil || paid {
		return time.Time{}, err
	}
	return s.identity.Since(ctx, who.ids)
}

// advance is the one guarded update by which helpers race: it counts a help, closes the assist at its goal, and returns the row as it is then. One that does not
// count changes the version alone, for the help to be seen. ErrState when the assist takes no more.
func (s *Service) advance(ctx context.Context, assistID string, counts bool, now time.Time) (*db.Assist, error) {
	step := 0
	if counts {
		step = 1
	}
	took, err := s.store.Guard(ctx, `UPDATE assists SET state = CASE WHEN progress + ? >= goal THEN 'REACHED' ELSE state END,
		reached_at = CASE WHEN progress + ? >= goal THEN ? ELSE reached_at END, progress = progress + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND state = 'OPEN' AND progress < goal AND expires_at > ?`, step, step, now, step, now, assistID, now)
	switch {
	case err != nil:
		return nil, fmt.Errorf("help %s: %w", assistID, err)
	case !took:
		return nil, ErrState
	}
	return s.assistRow(ctx, assistID)
}

// keep writes the help down, with what it is worth; after is the assist's row, which is this transaction's.
func (s *Service) keep(ctx context.Context, helperID string, after *db.Assist, c *db.AssistCampaign, counts bool, now time.Time) error {
	helpID := id.New("ash")
	create := s.store.Client(ctx).AssistHelp.Create().SetID(helpID).SetAssistID(after.ID).SetHelperID(helperID).SetCreatedAt(now)
	if counts {
		create.SetPosition(after.Progress)
		if Kind(c.Kind) == Bargain {
			parts, err := cuts(after.Seed, after.ListPrice-c.Amount, after.Goal)
			if err != nil {
				return err
			}
			create.SetCut(parts[after.Progress-1])
		}
	}
	went, err := s.store.Unique(ctx, create.Exec)
	if err != nil {
		return fmt.Errorf("help of %s: %w", helperID, err)
	}
	if !went {
		return ErrHelped
	}
	if !counts || string(c.Reward) != byDonation {
		return nil
	}
	err = s.store.Client(ctx).AssistDonation.Create().SetCampaignID(c.ID).SetAssistID(after.ID).SetHelpID(helpID).SetAmount(c.Amount).SetCause(c.Cause).SetAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("donate for %s: %w", helpID, err)
	}
	s.gave(ctx, c.ID, c.Amount)
	return nil
}

// helped tells which of the assists a person has helped with, under any of his ids.
func (s *Service) helped(ctx context.Context, his, assistIDs []string) (map[string]bool, error) {
	rows, err := s.store.Client(ctx).AssistHelp.Query().Where(assisthelp.AssistIDIn(assistIDs...), assisthelp.HelperIDIn(his...)).Select(assisthelp.FieldAssistID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("helps of %s: %w", his[0], err)
	}
	helped := make(map[string]bool, len(rows))
	for _, row := range rows {
		helped[row.AssistID] = true
	}
	return helped, nil
}
