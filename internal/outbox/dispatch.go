package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/fact"
	"github.com/kaituan/kaituan/internal/clock"
)

const (
	lease     = 30 * time.Second // a crashed dispatcher's facts go on after this long
	idle      = time.Second      // how often to look without being woken
	batch     = 100
	alarmFrom = 5 // failed tries of one fact before it is an alarm
)

// Dispatcher hands facts to consumers. Any number of processes may run one.
type Dispatcher struct {
	outbox    *Outbox
	clock     clock.Clock
	consumers map[string][]Consumer
}

// NewDispatcher returns a dispatcher for consumers.
func NewDispatcher(o *Outbox, c clock.Clock, consumers ...Consumer) *Dispatcher {
	d := &Dispatcher{outbox: o, clock: c, consumers: map[string][]Consumer{}}
	for _, consumer := range consumers {
		d.consumers[consumer.Topic] = append(d.consumers[consumer.Topic], consumer)
	}
	return d
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

// Once delivers what is due now and returns how many facts it took on.
func (d *Dispatcher) Once(ctx context.Context) (int, error) {
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

// due lists, per aggregate, the oldest pending fact when its time has come; a later one waits, so that order is kept and a failing one stops only its
// aggregate.
func (d *Dispatcher) due(ctx context.Context) ([]*db.Fact, error) {
	rows, err := d.outbox.store.Client(ctx).Fact.Query().
		Where(fact.Pending(true), fact.DueAtLTE(d.clock()), func(s *sql.Selector) {
			earlier := sql.Table(fact.Table).As("earlier")
			s.Where(sql.NotExists(sql.Select("id").From(earlier).Where(sql.And(
				sql.ColumnsEQ(earlier.C(fact.FieldAggregate), s.C(fact.FieldAggregate)),
				sql.EQ(earlier.C(fact.FieldPending), true),
				sql.ColumnsLT(earlier.C(fact.FieldAggregateVer), s.C(fact.FieldAggregateVer)),
			))))
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
	for _, consumer := range d.consumers[f.Topic] {
		if err := d.hand(ctx, consumer, f); err != nil {
			return d.later(ctx, consumer, f, err)
		}
	}
	return d.outbox.store.InTx(ctx, func(ctx context.Context) error {
		_, err := d.outbox.store.Guard(ctx, "UPDATE facts SET pending = ?, ver = ver + 1 WHERE id = ? AND ver = ?", false, f.ID, f.Ver+1)
		return err
	})
}

// claim pushes the fact's next try ahead, so that no other dispatcher takes it meanwhile. It is no fence: the receipt is.
func (d *Dispatcher) claim(ctx context.Context, f *db.Fact) (mine bool, err error) {
	err = d.outbox.store.InTx(ctx, func(ctx context.Context) error {
		mine, err = d.outbox.store.Guard(ctx, "UPDATE facts SET due_at = ?, ver = ver + 1 WHERE id = ? AND ver = ? AND pending = ?",
			d.clock().Add(lease), f.ID, f.Ver, true)
		return err
	})
	return mine, err
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
		return guarded(ctx, c, f)
	})
}

// guarded calls the consumer; a panic is its failure, not the server's end.
func guarded(ctx context.Context, c Consumer, f *db.Fact) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.handle(ctx, f)
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
	return d.outbox.store.InTx(ctx, func(ctx context.Context) error {
		_, err := d.outbox.store.Guard(ctx, "UPDATE facts SET due_at = ?, attempts = ?, last_error = ?, ver = ver + 1 WHERE id = ? AND ver = ?",
			d.clock().Add(wait), attempts, c.Name, f.ID, f.Ver+1)
		return err
	})
}
