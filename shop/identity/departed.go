package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/departure"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
)

// Who has himself erased and signs in again is nobody that the shop knows, yet not new: else one erasure would give him once more whatever a person may have once.
// So an erasure leaves a mark of each proof by which he was known, and an account that is given a marked proof keeps until when its person was here before. The mark
// says a day and no more, and by its own hash, so that it leads to nothing of who has been erased.

// departuresKept is how many days a mark is kept after the day that it says. Who comes back later is new.
const departuresKept = 180

// DeparturesDeadline is the kind of the deadline at which the marks of a day are removed; ref: the day that they say, in Unix seconds.
const DeparturesDeadline = "identity.departures"

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{DeparturesDeadline: s.sweepDepartures}
}

// Left is until when a person was here before, as somebody who has been erased: the midnight after that day; the zero time for most. What he did until then is
// unknown. After Touch it holds until the commit. Under Remembering it costs nothing once his key was read.
func (s *Service) Left(ctx context.Context, shopperID string) (time.Time, error) {
	key, err := s.dataKey(ctx, shopperID)
	if errors.Is(err, ErrErased) {
		return time.Time{}, nil
	}
	return key.left, err
}

// The hashes of marks, of the hashes by which a person is looked up.
func (s *Service) departureOfSubject(channel, subjectHash string) string {
	return s.keys.Lookup("departure by "+channel, subjectHash)
}

func (s *Service) departureOfUnion(unionHash string) string {
	return s.keys.Lookup("departure by union", unionHash)
}

func (s *Service) departureOfPhone(phoneHash string) string {
	return s.keys.Lookup("departure by phone", phoneHash)
}

// departuresOf are the hashes of the marks that a proof may have.
func (s *Service) departuresOf(p proof) []string {
	if p.phone != nil {
		return []string{s.departureOfPhone(p.phone.hash)}
	}
	marks := []string{s.departureOfSubject(p.channel, p.subjectHash)}
	if p.unionHash != "" {
		marks = append(marks, s.departureOfUnion(p.unionHash))
	}
	return marks
}

// departed is the latest day of marks, nil when there is none. It is asked once the proof is the asker's by its unique key: an erasure that let the proof go has
// committed its marks by then.
func (s *Service) departed(ctx context.Context, marks ...string) (*time.Time, error) {
	row, err := s.store.Client(ctx).Departure.Query().Where(departure.IDIn(marks...)).Order(db.Desc(departure.FieldUntilDay)).First(ctx)
	switch {
	case db.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for departures: %w", err)
	}
	return &row.UntilDay, nil
}

// noteDeparture keeps with a person who was touched what the marks of a proof say that has become his; what he has is never lowered.
func (s *Service) noteDeparture(ctx context.Context, person string, marks ...string) error {
	until, err := s.departed(ctx, marks...)
	if err != nil || until == nil {
		return err
	}
	_, err = s.store.Guard(ctx, "UPDATE shoppers SET left_on = ?, ver = ver + 1 WHERE id = ? AND (left_on IS NULL OR left_on < ?)", *until, person, *until)
	forget(ctx, person)
	return wrapped("note when "+person+" was here before", err)
}

// departuresFrom are the hashes of the marks of all proofs of a person, all of whose ids and phones these are.
func (s *Service) departuresFrom(ctx context.Context, ids, phoneHashes []string) ([]string, error) {
	rows, err := s.store.Client(ctx).ChannelIdentity.Query().Where(channelidentity.ShopperIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	var marks []string
	for _, hash := range phoneHashes {
		marks = append(marks, s.departureOfPhone(hash))
	}
	for _, row := range rows {
		if row.SubjectHash != s.keys.Lookup("shopper", row.ShopperID) { // by phone the subject is himself: it proves nothing, and a mark of it would lead to his row
			marks = append(marks, s.departureOfSubject(row.Channel, row.SubjectHash))
		}
		if row.UnionHash != nil {
			marks = append(marks, s.departureOfUnion(*row.UnionHash))
		}
	}
	slices.Sort(marks)
	return marks, nil
}

// depart leaves marks of a person who is erased at now, and has them removed when they are old. The deadline, which a day's erasures share, comes last, and is
// written as of that day's end: its moment would be one erasure's.
func (s *Service) depart(ctx context.Context, marks []string, now time.Time) error {
	until := clock.Midnight(now, 1, s.zone)
	for _, hash := range marks {
		if err := s.mark(ctx, hash, until); err != nil {
			return err
		}
	}
	return s.deadlines.Set(ctx, DeparturesDeadline, deadline.DayRef(until), until.AddDate(0, 0, departuresKept), until)
}

// mark leaves one mark, or moves the one that an earlier erasure left.
func (s *Service) mark(ctx context.Context, hash string, until time.Time) error {
	moved, err := s.store.Guard(ctx, "UPDATE departures SET until_day = ? WHERE hash = ? AND until_day < ?", until, hash, until)
	if err == nil && !moved {
		_, err = s.store.Unique(ctx, func(ctx context.Context) error { // one that is there says the same day
			return s.store.Client(ctx).Departure.Create().SetID(hash).SetUntilDay(until).Exec(ctx)
		})
	}
	return wrapped("mark a departure", err)
}

// sweepDepartures removes the marks that say a day; one that a later erasure has moved says another.
func (s *Service) sweepDepartures(ctx context.Context, t *deadline.Task) error {
	day, err := t.Day()
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.store.Client(ctx).Departure.Delete().Where(departure.UntilDay(day)).Exec(ctx); err != nil {
			return fmt.Errorf("sweep departures: %w", err)
		}
		return t.Done(ctx)
	})
}
