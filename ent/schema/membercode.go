package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// MemberNumber is the number that a shopper has at tills, for good, and the secret that the six digits after it are made of.
type MemberNumber struct{ ent.Schema }

func (MemberNumber) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (MemberNumber) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Comment("Whom it was made for; who has become part of another is found through the alias."),
		field.String("number").MaxLen(12).Immutable().Unique().Comment("Twelve digits by chance."),
		field.Bytes("secret_cipher").MaxLen(255).Comment("Sealed by the shopper's data key: without it, no code counts."),
		mixin.Time("created_at").Immutable(),
	}
}

func (MemberNumber) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id").Unique()} }

// MemberCodeUse is a member code that a partner has taken: its key lets each be taken once. Rows are of use for as long as the code would count.
type MemberCodeUse struct{ ent.Schema }

func (MemberCodeUse) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (MemberCodeUse) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("partner_id"),
		mixin.Ref("shopper_id").Comment("As of the member number."),
		field.Int64("step").Immutable().Comment("Half minutes since 1970."),
		mixin.Time("used_at").Immutable(),
	}
}

func (MemberCodeUse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("partner_id", "shopper_id", "step").Unique(), index.Fields("used_at")}
}

// MemberGuess counts what was wrongly guessed within a window: of one member number, or by one partner.
type MemberGuess struct{ ent.Schema }

func (MemberGuess) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (MemberGuess) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject").MaxLen(64).Unique().Immutable().Comment("Keyed hash of the number or the partner."),
		field.Int("wrong").Default(1),
		mixin.Time("window_from"),
	}
}

func (MemberGuess) Indexes() []ent.Index { return []ent.Index{index.Fields("window_from")} }
