package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/factconsumer"
	"github.com/kaituan/kaituan/internal/clock"
)

// Times of announcements are the machine's, not the shop's: they tell which programs run, and a development server's clock jumps.
const (
	announceEvery = 5 * time.Minute
	missedAfter   = 3 * announceEvery // unheard of for this long, a consumer is an operator's matter
	goneAfter     = 24 * time.Hour    // and for this long, it has left
)

// announce registers the consumers of this process, or says again that they are here. It writes every announceEvery, and else does nothing.
func (d *Dispatcher) announce(ctx context.Context) error {
	now := clock.System()
	if now.Sub(d.announced) < announceEvery {
		return nil
	}
	s := d.outbox.store
	err := s.InTx(ctx, func(ctx context.Context) error {
		client := s.Client(ctx).FactConsumer
		var rows []*db.FactConsumerCreate
		for _, c := range d.consumers {
			rows = append(rows, client.Create().SetTopic(c.Topic).SetName(c.Name).SetCreatedAt(now).SetSeenAt(now))
		}
		if len(rows) == 0 {
			return nil
		}
		return client.CreateBulk(rows...).OnConflict(sql.ConflictColumns(factconsumer.FieldTopic, factconsumer.FieldName)).
			Update(func(u *db.FactConsumerUpsert) { u.UpdateSeenAt() }).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("announce the consumers: %w", err)
	}
	d.announced = now
	return d.warn(ctx, now)
}

// warn names the consumers that nobody has announced lately: a release was rolled back, or one without them rolled out.
func (d *Dispatcher) warn(ctx context.Context, now time.Time) error {
	missed, err := d.outbox.store.Client(ctx).FactConsumer.Query().
		Where(factconsumer.SeenAtLTE(now.Add(-missedAfter)), factconsumer.SeenAtGT(now.Add(-goneAfter))).All(ctx)
	if err != nil {
		return fmt.Errorf("find missed consumers: %w", err)
	}
	for _, c := range missed {
		slog.WarnContext(ctx, "no running program has this consumer; its facts wait until it has left",
			"consumer", c.Name, "topic", c.Topic, "seen", c.SeenAt, "leaves", c.SeenAt.Add(goneAfter))
	}
	return nil
}

// lacks is the condition that fact, a table or its alias, has not reached all of its topic's registered consumers c that which selects.
func lacks(fact, which string) string {
	return strings.NewReplacer("$fact", fact, "$which", which).Replace(`EXISTS (SELECT 1 FROM fact_consumers c WHERE c.topic = $fact.topic AND ($which)
		AND NOT EXISTS (SELECT 1 FROM fact_receipts r WHERE r.fact_id = $fact.id AND r.consumer = c.name))`)
}

// here selects the registered consumers that have not left; its argument is hereSince.
const here = "c.seen_at > ?"

func hereSince() time.Time { return clock.System().Add(-goneAfter) }

// known selects the registered ones of these consumers; its arguments come with it.
func known(consumers []Consumer) (which string, args []any) {
	either := []string{"1 = 0"}
	for _, c := range consumers {
		either = append(either, "c.topic = ? AND c.name = ?")
		args = append(args, c.Topic, c.Name)
	}
	return strings.Join(either, " OR "), args
}
