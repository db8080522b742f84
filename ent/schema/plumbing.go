package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// IdempotencyKey remembers what a key of a caller brought about, for good.
type IdempotencyKey struct{ ent.Schema }

func (IdempotencyKey) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (IdempotencyKey) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("owner"),
		field.String("operation").MaxLen(40).Immutable(),
		field.String("key").MaxLen(64).Immutable(),
		field.String("input_hash").MaxLen(64).Immutable(),
		mixin.Ref("result"),
		mixin.Time("created_at").Immutable(),
	}
}

func (IdempotencyKey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("owner", "operation", "key").Unique()}
}

// Deadline is something to be done at or after due_at, once. A worker claims it by a lease (a guarded update of ver) and the effect's transaction
// deletes it on that ver, so that two workers, a crash or a paused one never do it twice.
type Deadline struct{ ent.Schema }

func (Deadline) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (Deadline) Fields() []ent.Field {
	return []ent.Field{
		field.String("kind").MaxLen(40).Immutable(),
		mixin.Ref("ref"),
		mixin.Time("due_at"),
		mixin.Time("leased_until").Optional(),
		field.Int("attempts").Default(0),
		field.String("last_error").MaxRuneLen(255).Optional(),
		mixin.Time("created_at").Immutable(),
	}
}

func (Deadline) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "ref").Unique(), index.Fields("kind", "due_at")}
}

// Fact is an event of the outbox: written in the transaction that it tells of, delivered at least once, in order of ver per aggregate.
type Fact struct{ ent.Schema }

func (Fact) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "fct"}, mixin.Ver{}} }

func (Fact) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("aggregate"),
		field.Int64("aggregate_ver").Immutable(),
		field.String("topic").MaxLen(40).Immutable(),
		field.Bytes("payload").MaxLen(16384).Immutable().Comment("JSON of ids and amounts; no personal data."),
		field.Bool("pending").Default(true),
		mixin.Time("due_at").Comment("Next try; a lease pushes it ahead."),
		field.Int("attempts").Default(0),
		field.String("last_error").MaxRuneLen(255).Optional(),
		mixin.Time("created_at").Immutable(),
	}
}

func (Fact) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("aggregate", "aggregate_ver").Unique(),
		index.Fields("pending", "due_at"), // dispatcher
	}
}

// FactReceipt says that a consumer has handled a fact; written in the transaction of its effect.
type FactReceipt struct{ ent.Schema }

func (FactReceipt) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (FactReceipt) Fields() []ent.Field {
	return []ent.Field{field.String("consumer").MaxLen(40).Immutable(), mixin.Ref("fact_id"), mixin.Time("created_at").Immutable()}
}

func (FactReceipt) Indexes() []ent.Index {
	return []ent.Index{index.Fields("fact_id", "consumer").Unique()}
}

// FactConsumer is a consumer that some process has announced: a fact of its topic stays pending until it has had it, or has left. Its times are the machine's,
// not the shop's clock, which a development server moves: they say which programs run, and nothing of the business.
type FactConsumer struct{ ent.Schema }

func (FactConsumer) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (FactConsumer) Fields() []ent.Field {
	return []ent.Field{
		field.String("topic").MaxLen(40).Immutable(),
		field.String("name").MaxLen(40).Immutable().Comment("As in its receipts."),
		mixin.Time("created_at").Immutable(),
		mixin.Time("seen_at").Comment("When a process that knows it last said so."),
	}
}

func (FactConsumer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("topic", "name").Unique()}
}
