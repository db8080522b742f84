package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/fact"
	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/clock"
)

const (
	lease     = 30 * time.Second // a crashed dispatcher's facts go on after this long
	idle      = time.Second      // how often to look without being woken
	batch     = 100
	alarmFrom = 5 // failed tries of one fact before it is an alarm
)

// Dispatcher hands facts to consumers. Any number of processes may run one, of releases that know different consumers.
//
// Each announces its consumers before it delivers anything, and again every five minutes. A fact is closed when every consumer of its topic that is registered
// at that moment has had it; one that waits for another process's consumer is left to that process, and holds up nothing here. So a new consumer hears every
// fact that is pending when it is first announced and all that come later, in order of the aggregate's version; what was closed before, it never hears.
//
// A consumer that nobody has announced for 24 hours has left: nothing waits for it any more. One that is announced again is as good as new. Until it has left,
// facts of its topic stay pending; who has removed one for good and stopped the last program that knows it may delete its row of fact_consumers, and needs not
// wait.
type Dispatcher struct {
	outbox    *Outbox
	clock     clock.Clock
	consumers []Consumer
	announced time.Time
}

// NewDispatcher returns a dispatcher for consumers.
func NewDispatcher(o *Outbox, c clock.Clock, consumers ...Consumer) *Dispatcher {
	return &Dispatcher{outbox: o, clock: c, consumers: consumers}
}

// Run delivers until ctx ends.
func (d *Dispatcher) Run(ctx context.Context) {
	for {
		n, err := d.Once(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "deliver facts", "error", err)
		}
		if n == batch && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-d.outbox.wake:
		case <-time.After(idle):
		}
	}
}

// Once delivers what is due now and returns how many facts it took on. It is called by one goroutine at a time.
func (d *Dispatcher) Once(ctx context.Context) (int, error) {
	if err := d.announce(ctx); err != nil {
		return 0, err
	}
	due, err := d.due(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range due {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err := d.deliver(ctx, f); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// due lists the pending facts whose time has come and with which something can be done here: handed to a consumer of this process, or closed. One waits as
// long as an earlier one of its aggregate has not reached each consumer of this process, so that order is kept and a failing one stops only its aggregate.
func (d *Dispatcher) due(ctx context.Context) ([]*db.Fact, error) {
	mine, args := known(d.consumers)
	rows, err := d.outbox.store.Client(ctx).Fact.Query().
		Where(fact.Pending(true), fact.DueAtLTE(d.clock()), func(s *sql.Selector) {
			s.Where(sql.ExprP("("+lacks("facts", mine)+" OR NOT "+lacks("facts", here)+")", append(slices.Clone(args), hereSince())...))
			s.Where(sql.ExprP(`NOT EXISTS (SELECT 1 FROM facts earlier WHERE earlier.aggregate = facts.aggregate
				AND earlier.aggregate_ver < facts.aggregate_ver AND earlier.pending AND `+lacks("earlier", mine)+")", args...))
		}).
		Order(fact.ByDueAt()).Limit(batch).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("find due facts: %w", err)
	}
	return rows, nil
}

func (d *Dispatcher) deliver(ctx context.Context, f *db.Fact) error {
	mine, err := d.claim(ctx, f)
	if err != nil || !mine {
		return err
	}
	for _, consumer := range d.consumers {
		if consumer.Topic != f.Topic {
			continue
		}
		if err := d.hand(ctx, consumer, f); err != nil {
			return d.later(ctx, consumer, f, err)
		}
	}
	return d.leave(ctx, f)
}

// claim pushes the fact's next try ahead, so that no other dispatcher takes it meanwhile. It is no fence: the receipt is.
func (d *Dispatcher) claim(ctx context.Context, f *db.Fact) (mine bool, err error) {
	return d.outbox.store.GuardAlone(ctx, "UPDATE facts SET due_at = ?, ver = ver + 1 WHERE id = ? AND ver = ? AND pending = ?",
		d.clock().Add(lease), f.ID, f.Ver, true)
}

// leave ends the claim: the fact is closed, or, while a registered consumer lacks it, due at once for the process that knows that one.
func (d *Dispatcher) leave(ctx context.Context, f *db.Fact) error {
	_, err := d.outbox.store.GuardAlone(ctx, "UPDATE facts SET due_at = ?, pending = "+lacks("facts", here)+", ver = ver + 1 WHERE id = ? AND ver = ?",
		d.clock(), hereSince(), f.ID, f.Ver+1)
	return err
}

// hand gives the fact to one consumer, unless its receipt says that it had it.
func (d *Dispatcher) hand(ctx context.Context, c Consumer, f *db.Fact) error {
	s := d.outbox.store
	return s.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.Unique(ctx, func(ctx context.Context) error {
			return s.Client(ctx).FactReceipt.Create().SetConsumer(c.Name).SetFactID(f.ID).SetCreatedAt(d.clock()).Exec(ctx)
		})
		if err != nil || !fresh {
			return err
		}
		return catch.Panic(func() error { return c.handle(ctx, f) })
	})
}

// later notes a failure and tries again after a while: 1 s doubled per try, at most 5 minutes.
func (d *Dispatcher) later(ctx context.Context, c Consumer, f *db.Fact, cause error) error {
	attempts := f.Attempts + 1
	level := slog.LevelWarn
	if attempts >= alarmFrom {
		level = slog.LevelError
	}
	slog.Log(ctx, level, "a consumer failed; its aggregate waits", "consumer", c.Name, "topic", f.Topic, "fact", f.ID, "attempts", attempts, "error", cause)
	wait := min(time.Second<<min(attempts-1, 10), 5*time.Minute)
	_, err := d.outbox.store.GuardAlone(ctx, "UPDATE facts SET due_at = ?, attempts = ?, last_error = ?, ver = ver + 1 WHERE id = ? AND ver = ?",
		d.clock().Add(wait), attempts, reason(c, cause), f.ID, f.Ver+1)
	return err
}

// reason is what an operator reads of a failure, as long as its column.
func reason(c Consumer, cause error) string {
	text := []rune(c.Name + ": " + strings.ToValidUTF8(cause.Error(), "?"))
	return string(text[:min(len(text), 255)])
}
