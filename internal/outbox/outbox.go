// Package outbox delivers facts: rows written in the transaction that they tell of, handed to each consumer at least once, in order of the aggregate's
// version. A consumer's receipt is written in the transaction of its effect, so the effect happens once.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// Outbox writes facts. Wake is called after a commit that wrote some.
type Outbox struct {
	store *store.Store
	wake  chan struct{}
}

// New returns an outbox over s.
func New(s *store.Store) *Outbox {
	return &Outbox{store: s, wake: make(chan struct{}, 1)}
}

// Topic is the name under which facts of f's type travel: its type's name.
func Topic(f any) string { return reflect.TypeOf(f).Name() }

// Emit writes f in the transaction of ctx. ver is the aggregate's version after the change that f tells of; one fact per version.
func (o *Outbox) Emit(ctx context.Context, aggregate string, ver int64, f any, now time.Time) error {
	payload, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("emit %s: %w", Topic(f), err)
	}
	_, err = o.store.Exec(ctx, "INSERT INTO facts (id, ver, aggregate, aggregate_ver, topic, payload, pending, due_at, attempts, created_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, 0, ?)",
		id.New("fct"), aggregate, ver, Topic(f), payload, true, now, now)
	if err != nil {
		return fmt.Errorf("emit %s of %s: %w", Topic(f), aggregate, err)
	}
	o.store.AfterCommit(ctx, o.Wake)
	return nil
}

// Wake makes the dispatcher look at once.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Consumer handles the facts of one topic, inside a transaction.
type Consumer struct {
	Name, Topic string
	handle      func(ctx context.Context, f *db.Fact) error
}

// Origin is the row that a fact came in.
type Origin struct {
	// ID names the fact, however often it is delivered.
	ID string
	// Aggregate is what it tells of, Version the one that it had then: facts of an aggregate come in order of it.
	Aggregate string
	Version   int64
}

// On makes a consumer of facts of type F. name is unique and never changes: receipts are kept under it.
func On[F any](name string, handle func(ctx context.Context, f F) error) Consumer {
	return OnFrom(name, func(ctx context.Context, _ Origin, f F) error { return handle(ctx, f) })
}

// OnFrom is On for who needs to know where a fact comes from.
func OnFrom[F any](name string, handle func(ctx context.Context, from Origin, f F) error) Consumer {
	var zero F
	return Consumer{Name: name, Topic: Topic(zero), handle: func(ctx context.Context, row *db.Fact) error {
		var f F
		if err := json.Unmarshal(row.Payload, &f); err != nil {
			return fmt.Errorf("read fact %s: %w", row.ID, err)
		}
		return handle(ctx, Origin{ID: row.ID, Aggregate: row.Aggregate, Version: row.AggregateVer}, f)
	}}
}
