package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/webhookdelivery"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/store"
)

// SendDeadline is when a lane has something to send; ref: endpoint/lane.
const SendDeadline = "webhook.send"

// OutsideHandlers are the handlers of the deadlines that wait for receivers, 15 seconds at most each; what they hold is a worker and no transaction.
func (s *Service) OutsideHandlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{SendDeadline: s.send}
}

// lane is a task's.
type lane struct {
	endpointID string
	number     int
}

func laneFrom(ref string) (lane, error) {
	endpointID, number, _ := strings.Cut(ref, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		return lane{}, fmt.Errorf("lane %q: %w", ref, err)
	}
	return lane{endpointID, n}, nil
}

// send makes one attempt at what is next in a lane. A crash before its outcome is recorded lets another worker make it again, with the same webhook-id.
func (s *Service) send(ctx context.Context, t *deadline.Task) error {
	l, err := laneFrom(t.Ref)
	if err != nil {
		return err
	}
	now := s.clock()
	e, err := s.store.Client(ctx).WebhookEndpoint.Get(ctx, l.endpointID)
	switch {
	case db.IsNotFound(err) || err == nil && (e.DeletedAt != nil || e.DisabledAt != nil):
		return s.giveUp(ctx, t, l, now)
	case err != nil:
		return fmt.Errorf("endpoint %s: %w", l.endpointID, err)
	}
	if tooOld := now.Add(-patience); e.FailingSince != nil && !e.FailingSince.After(tooOld) {
		old, err := s.pending(ctx, l, tooOld, 1)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			return s.giveUp(ctx, t, l, tooOld)
		}
	}
	if e.ResumeAt != nil && e.ResumeAt.After(now) {
		return s.store.InTx(ctx, func(ctx context.Context) error { return s.end(ctx, t, l, now) })
	}
	d, err := s.next(ctx, l)
	if err != nil {
		return err
	}
	if d == nil || d.NextAttemptAt.After(now) {
		return s.store.InTx(ctx, func(ctx context.Context) error { return s.end(ctx, t, l, now) })
	}
	held, err := s.identity.PartnerScopes(ctx, []string{e.PartnerID})
	if err != nil {
		return err
	}
	unwanted := error(nil)
	switch {
	case !allowed(held[e.PartnerID], Topic(d.Topic)):
		unwanted = errScope
	case !slices.Contains(e.Topics, d.Topic):
		unwanted = errUnwanted
	}
	if unwanted != nil {
		_, err := s.record(ctx, t, l, e, d, outcome{err: unwanted, final: true})
		return err
	}
	return s.try(ctx, t, l, e, d)
}

// outcome is what came of an attempt, or of what was not even tried.
type outcome struct {
	tried  bool
	status int
	err    error
	final  bool // no attempt would make it better
}

func (o outcome) gone() bool { return o.status == http.StatusGone }

func (s *Service) try(ctx context.Context, t *deadline.Task, l lane, e *db.WebhookEndpoint, d *db.WebhookDelivery) error {
	secrets, err := s.secretsOf(e, s.clock())
	if err != nil {
		return err
	}
	o, begun := outcome{tried: true}, time.Now()
	o.status, o.err = s.attempt(ctx, e, d, secrets)
	if ctx.Err() != nil { // it was us who gave up
		return ctx.Err()
	}
	after, err := s.record(ctx, t, l, e, d, o)
	if err != nil {
		return err
	}
	s.measured.attempt(word(o, after), time.Since(begun))
	if o.err == nil && e.Failures > 0 {
		return s.wake(ctx, l.endpointID)
	}
	return nil
}

// word is what an attempt is counted as.
func word(o outcome, after db.WebhookDelivery) string {
	switch {
	case o.gone():
		return "GONE"
	case after.State == webhookdelivery.StatePENDING:
		return "RETRY"
	}
	return string(after.State)
}

// record keeps what became of a delivery, and returns it as it is then; it gives the next one of its aggregate its turn, and ends the task or sets when the lane goes on.
func (s *Service) record(ctx context.Context, t *deadline.Task, l lane, e *db.WebhookEndpoint, d *db.WebhookDelivery, o outcome) (after db.WebhookDelivery, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		if err := t.Done(ctx); err != nil { // first, so that nobody else changes the lane
			return err
		}
		o, resume, err := s.judge(ctx, e, o, now)
		if err != nil {
			return err
		}
		after = s.after(d, o, now)
		took, err := s.store.Guard(ctx, `UPDATE webhook_deliveries SET state = ?, attempts = ?, last_status = ?, delivered_at = ?, next_attempt_at = ?, ver = ver + 1 WHERE id = ? AND ver = ?`,
			string(after.State), after.Attempts, after.LastStatus, after.DeliveredAt, after.NextAttemptAt, d.ID, d.Ver)
		if err != nil {
			return fmt.Errorf("record the outcome of %s: %w", d.ID, err)
		}
		if !took {
			return deadline.ErrLeaseLost
		}
		if after.State != webhookdelivery.StatePENDING {
			if err := s.promote(ctx, d, now); err != nil {
				return err
			}
		}
		s.store.AfterCommit(ctx, func() { s.report(ctx, e, after, o) })
		return s.goOn(ctx, t.Ref, l, resume, now)
	})
	return after, err
}

// after is the delivery once an outcome is known.
func (s *Service) after(d *db.WebhookDelivery, o outcome, now time.Time) db.WebhookDelivery {
	is := *d
	is.NextAttemptAt = nil
	if o.tried {
		is.Attempts++
	}
	if o.status != 0 {
		is.LastStatus = &o.status
	}
	if o.err == nil {
		is.State, is.DeliveredAt = webhookdelivery.StateDELIVERED, &now
		return is
	}
	if !o.final {
		if pause, again := retryAfter(is.Attempts-is.Earlier, jitter()); again {
			next := now.Add(pause).Truncate(time.Microsecond)
			is.NextAttemptAt = &next
			return is
		}
	}
	is.State = webhookdelivery.StateFAILED
	return is
}

// promote gives the next delivery of an aggregate its turn.
func (s *Service) promote(ctx context.Context, ended *db.WebhookDelivery, now time.Time) error {
	next, err := s.store.Client(ctx).WebhookDelivery.Query().
		Where(webhookdelivery.EndpointID(ended.EndpointID), webhookdelivery.Aggregate(ended.Aggregate), webhookdelivery.StateEQ(webhookdelivery.StatePENDING)).
		Order(webhookdelivery.ByTurn()).First(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err == nil {
		_, err = s.store.Guard(ctx, "UPDATE webhook_deliveries SET next_attempt_at = ?, ver = ver + 1 WHERE id = ? AND next_attempt_at IS NULL", now, next.ID)
	}
	if err != nil {
		return fmt.Errorf("find what comes after %s: %w", ended.ID, err)
	}
	return nil
}

// judge keeps how the endpoint does, and returns the outcome as it counts and until when the endpoint is left alone. What came of an address that was changed
// meanwhile says nothing of the one there is now: it is not kept, and 410 Gone ends the delivery only along with the endpoint.
func (s *Service) judge(ctx context.Context, e *db.WebhookEndpoint, o outcome, now time.Time) (judged outcome, resume time.Time, err error) {
	took := false
	switch {
	case !o.tried:
		return o, now, nil
	case o.gone():
		took, err = s.store.Guard(ctx, "UPDATE webhook_endpoints SET disabled_at = ?, ver = ver + 1 WHERE id = ? AND ver = ? AND disabled_at IS NULL", now, e.ID, e.Ver)
		o.final = took
	case o.err != nil:
		until := now.Add(slowedFor(e.Failures + 1))
		took, err = s.store.Guard(ctx, "UPDATE webhook_endpoints SET failures = failures + 1, failing_since = COALESCE(failing_since, ?), resume_at = ? WHERE id = ? AND ver = ?", now, until, e.ID, e.Ver)
		if took {
			resume = until
		}
	case e.Failures > 0:
		_, err = s.store.Guard(ctx, "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, resume_at = NULL WHERE id = ? AND ver = ?", e.ID, e.Ver)
	}
	if err != nil {
		return o, now, fmt.Errorf("keep how %s does: %w", e.ID, err)
	}
	return o, resume, nil
}

// report logs what failed; what is given up is an alarm.
func (s *Service) report(ctx context.Context, e *db.WebhookEndpoint, d db.WebhookDelivery, o outcome) {
	if o.err == nil {
		return
	}
	level, message := slog.LevelInfo, "an event was not delivered; it is tried again"
	if d.State == webhookdelivery.StateFAILED {
		level, message = slog.LevelError, "an event is given up"
	}
	slog.Log(ctx, level, message, "partner", e.PartnerID, "endpoint", e.ID, "delivery", d.ID, "topic", d.Topic, "attempts", d.Attempts, "status", o.status, "error", o.err)
}

// next is what the lane sends next, nil: nothing.
func (s *Service) next(ctx context.Context, l lane) (*db.WebhookDelivery, error) {
	d, err := s.store.Client(ctx).WebhookDelivery.Query().
		Where(webhookdelivery.EndpointID(l.endpointID), webhookdelivery.Lane(l.number), webhookdelivery.StateEQ(webhookdelivery.StatePENDING), webhookdelivery.NextAttemptAtNotNil()).
		Order(webhookdelivery.ByNextAttemptAt()).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what is next at %s: %w", l.endpointID, err)
	}
	return d, nil
}

// end ends the task, unless something has come meanwhile or waits for its time or the endpoint's, which is read only now that whoever changes it has woken the lane
// before or will do so after.
func (s *Service) end(ctx context.Context, t *deadline.Task, l lane, now time.Time) error {
	if err := t.Done(ctx); err != nil {
		return err
	}
	e, err := s.store.Client(ctx).WebhookEndpoint.Get(ctx, l.endpointID)
	if db.IsNotFound(err) { // and its deliveries have gone before it
		return nil
	}
	if err != nil {
		return fmt.Errorf("endpoint %s: %w", l.endpointID, err)
	}
	earliest := now
	if e.ResumeAt != nil {
		earliest = *e.ResumeAt
	}
	return s.goOn(ctx, t.Ref, l, earliest, now)
}

// goOn sets when a lane, whose task has just ended in this transaction, has something to send again, not before earliest.
func (s *Service) goOn(ctx context.Context, ref string, l lane, earliest, now time.Time) error {
	d, err := s.next(ctx, l)
	if err != nil || d == nil {
		return err
	}
	due := *d.NextAttemptAt
	if due.Before(earliest) {
		due = earliest
	}
	return s.deadlines.Set(ctx, SendDeadline, ref, due, now)
}

// wake has every lane look now: the endpoint answers again, or has another address.
func (s *Service) wake(ctx context.Context, endpointID string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		for n := range lanes {
			if err := s.deadlines.AtLatest(ctx, SendDeadline, ref(endpointID, n), now, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// pieces is how many rows one transaction gives up, or removes.
const pieces = 500

// giveUp gives up some of what a lane has had pending since before a moment: its endpoint is gone, wants no more, or has not answered for too long.
func (s *Service) giveUp(ctx context.Context, t *deadline.Task, l lane, before time.Time) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		if err := t.Done(ctx); err != nil {
			return err
		}
		if err := s.fail(ctx, l, before); err != nil {
			return err
		}
		left, err := s.pending(ctx, l, before, 1)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return s.deadlines.Set(ctx, SendDeadline, t.Ref, now, now)
		}
		return s.goOn(ctx, t.Ref, l, now, now)
	})
}

// fail gives up some of what a lane has had pending since before a moment, without asking the receiver; the lane is the transaction's.
func (s *Service) fail(ctx context.Context, l lane, before time.Time) error {
	rows, err := s.pending(ctx, l, before, pieces)
	if err != nil || len(rows) == 0 {
		return err
	}
	ids, aggregates := make([]string, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		ids[i], aggregates[i] = row.ID, row.Aggregate
	}
	if err := s.store.ExecIn(ctx, "UPDATE webhook_deliveries SET state = 'FAILED', next_attempt_at = NULL, ver = ver + 1 WHERE id IN", ids); err != nil {
		return fmt.Errorf("give up at %s: %w", l.endpointID, err)
	}
	s.store.AfterCommit(ctx, func() {
		slog.ErrorContext(ctx, "events are given up; their endpoint does not answer, or wants no more", "endpoint", l.endpointID, "events", len(ids))
	})
	slices.Sort(aggregates)
	return s.headsOf(ctx, l, slices.Compact(aggregates))
}

// pending are the ids and aggregates of what a lane has had pending since before a moment: since it happened, or was asked for again.
func (s *Service) pending(ctx context.Context, l lane, before time.Time, most int) ([]*db.WebhookDelivery, error) {
	rows, err := s.store.Client(ctx).WebhookDelivery.Query().
		Where(webhookdelivery.EndpointID(l.endpointID), webhookdelivery.Lane(l.number), webhookdelivery.StateEQ(webhookdelivery.StatePENDING),
			webhookdelivery.CreatedAtLTE(before), webhookdelivery.Or(webhookdelivery.AskedAtIsNil(), webhookdelivery.AskedAtLTE(before))).
		Order(webhookdelivery.ByTurn(), webhookdelivery.ByID()).Limit(most).Select(webhookdelivery.FieldID, webhookdelivery.FieldAggregate).All(ctx)
	return rows, wrap(err, "what is pending at "+l.endpointID)
}

// headsOf gives a turn to the first of each of a lane's aggregates, at most as many as a piece, of which nothing has one.
func (s *Service) headsOf(ctx context.Context, l lane, aggregates []string) error {
	in, args := store.In(aggregates)
	heads, err := s.store.Texts(ctx, `SELECT d.id FROM webhook_deliveries d WHERE d.endpoint_id = ? AND d.state = 'PENDING' AND d.aggregate IN `+in+` AND NOT EXISTS (
		SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = d.endpoint_id AND o.aggregate = d.aggregate AND o.state = 'PENDING' AND (o.turn < d.turn OR o.next_attempt_at IS NOT NULL))`,
		append([]any{l.endpointID}, args...)...)
	for _, head := range heads {
		if err == nil {
			_, err = s.store.Guard(ctx, "UPDATE webhook_deliveries SET next_attempt_at = ?, ver = ver + 1 WHERE id = ? AND next_attempt_at IS NULL", s.clock(), head)
		}
	}
	if err != nil {
		return fmt.Errorf("find what is first at %s: %w", l.endpointID, err)
	}
	return nil
}
