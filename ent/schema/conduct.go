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
		mixin.Ref("target").Comment("Id of what, or of whom, it was done to."),
		field.String("network").MaxLen(64).Optional().Immutable().Comment("Keyed hash of the address's network (/24, /48); empty when unknown."),
		field.String("device").MaxLen(64).Optional().Immutable().Comment("Keyed hash of the device's id; empty when unknown."),
		mixin.Time("at").Immutable(),
	}
}

func (ConductAction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "at"),
		index.Fields("target", "at"), // who else helped the same
		index.Fields("device", "at"), // who else uses it
		index.Fields("at"),           // sweeping
	}
}

// ConductMark is what was last said of a shopper, once he was marked as a farm's helper or an operator has spoken. It is made with the first mark.
type ConductMark struct{ ent.Schema }

func (ConductMark) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "cmk"}, mixin.Ver{}} }

func (ConductMark) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.Bool("marked"),
		field.Float("score").Default(0).Comment("The total that marked it or lifted the mark; 0 when an operator did."),
		field.Bool("decided").Default(false).Comment("By an operator, and for good: no judgement changes it."),
		field.String("reason").MaxRuneLen(255).Optional().Comment("The operator's."),
		mixin.Time("judged_at").Comment("When it was last marked or lifted."),
	}
}

func (ConductMark) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id").Unique()} }
