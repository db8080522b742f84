package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// BehaviourEvent is one thing that a client says somebody did: looked at a card, opened it, searched. It is kept for 180 days.
type BehaviourEvent struct{ ent.Schema }

func (BehaviourEvent) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (BehaviourEvent) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("actor_id").Comment("The shopper, or the keyed hash of a device without one."),
		field.String("client_id").MaxLen(64).Immutable().Comment("A resend is no second event."),
		field.String("kind").MaxLen(16).Immutable(),
		mixin.Ref("target_id").Comment("What it was done to; empty with SEARCH."),
		field.String("text").MaxRuneLen(512).Optional().Immutable().Comment("What was searched for."),
		field.Int("dwell").NonNegative().Optional().Immutable().Comment("Milliseconds."),
		field.String("channel").MaxLen(32).Optional().Immutable(),
		field.String("odd").MaxLen(16).Optional().Immutable().Comment("Why it counts for nothing; empty when it counts."),
		mixin.Time("at").Immutable().Comment("By the client's clock."),
		mixin.Time("received_at").Immutable(),
	}
}

func (BehaviourEvent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("actor_id", "client_id").Unique(),
		index.Fields("received_at"), // sweeping, and what is new for those who learn from all
	}
}

// TasteProfile is what is known of somebody's taste, all that a page of the feed needs, in one row. It is changed by whoever read it, if nobody has meanwhile.
type TasteProfile struct{ ent.Schema }

func (TasteProfile) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "tpf"}, mixin.Ver{}} }

func (TasteProfile) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("actor_id"),
		field.Bytes("data").MaxLen(1 << 16),
		mixin.Time("updated_at"),
	}
}

func (TasteProfile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("actor_id").Unique(), index.Fields("updated_at")} // sweeping
}
