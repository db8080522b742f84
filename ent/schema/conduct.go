package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// ConductAction is one thing that a person did, as far as it tells people from farms: of which kind, to what, when, from which network and device.
type ConductAction struct{ ent.Schema }

func (ConductAction) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ConductAction) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.String("kind").MaxLen(16).Immutable(),
		field.String("target").MaxLen(40).Immutable().Comment("Id of what, or of whom, it was done to."),
		field.String("network").MaxLen(64).Optional().Immutable().Comment("Keyed hash of the address's network (/24, /48); empty when unknown."),
		field.String("device").MaxLen(64).Optional().Immutable().Comment("Keyed hash of the device's id; empty when unknown."),
		mixin.Time("at").Immutable(),
	}
}

func (ConductAction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "at"),
		index.Fields("network", "at"),
		index.Fields("device", "at"),
		index.Fields("at"), // sweeping
	}
}

// ConductMark says that a shopper behaves like a farm's helper. It is lifted by an operator, or by a later look.
type ConductMark struct{ ent.Schema }

func (ConductMark) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (ConductMark) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.Float("score").Comment("0..1, the higher the more like a farm's."),
		field.Bool("marked").Default(false),
		mixin.Time("judged_at"),
	}
}

func (ConductMark) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id").Unique()} }
