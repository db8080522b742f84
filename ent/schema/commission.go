package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// CommissionOrder is what all commission of an order waits for: its row is written first by whoever works on it, so that completion and refunds of one order are
// serial.
type CommissionOrder struct{ ent.Schema }

func (CommissionOrder) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (CommissionOrder) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Time("completed_at").Optional().Comment("Nil while only a refund has come."),
		field.Int64("cap").Default(0).Comment("The most that all commission may come to, in hundredths of a percent of the money kept, as it was when the order was completed."),
		field.Int64("earned").Optional().Nillable().Comment("What all its commissions came to when they were written, in minor units, however much is clawed back since. Nil before, and of orders that were completed before this was kept."),
	}
}

func (CommissionOrder) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id").Unique()}
}

// Commission is what one beneficiary earns by one line of somebody's order. What a refund takes back is counted in clawed_back; the rest stays as it was earned.
type Commission struct{ ent.Schema }

func (Commission) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "cms"}, mixin.Ver{}}
}

func (Commission) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("line_id"),
		mixin.Ref("beneficiary_id").Comment("As the account of then."),
		mixin.Ref("link_id").Optional().Comment("The share link that brought the order."),
		field.Int("level").Positive().Immutable(),
		field.String("order_number").MaxLen(32).Immutable(),
		field.String("line_title").MaxRuneLen(255).Immutable(),
		mixin.Money("base"),
		field.Int64("rate").Immutable().Comment("Hundredths of a percent."),
		mixin.Money("amount"),
		mixin.Money("clawed_back"),
		field.Enum("state").Values("PENDING", "AVAILABLE", "CLAWED_BACK"),
		mixin.Time("earned_at").Immutable(),
		mixin.Time("available_at").Immutable(),
	}
}

func (Commission) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("line_id", "beneficiary_id", "level").Unique(),
		index.Fields("order_id"),
		index.Fields("beneficiary_id", "id"), // a promoter's statement
		index.Fields("beneficiary_id", "state", "id"),
		index.Fields("link_id"), // what a link has earned
	}
}

// CommissionAccount is a promoter's money, moved by guarded updates only. withdrawn + in_payout + available + pending - debt is the sum of his entries.
type CommissionAccount struct{ ent.Schema }

func (CommissionAccount) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (CommissionAccount) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		mixin.Money("pending"),
		mixin.Money("available"),
		mixin.Money("in_payout"),
		mixin.Money("withdrawn"),
		mixin.Money("clawed_back"),
		mixin.Money("debt"),
		mixin.Time("updated_at"),
	}
}

func (CommissionAccount) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id").Unique()}
}

// CommissionEntry is one movement of an account: what it added to each of its parts. Entries never change.
type CommissionEntry struct{ ent.Schema }

func (CommissionEntry) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (CommissionEntry) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.String("kind").MaxLen(16).Immutable().Comment("EARN, MATURE, CLAW_BACK, WITHDRAW, SETTLE, FAIL, MERGE or FORFEIT."),
		field.String("source").MaxLen(96).Immutable().Comment("What moved it, once per kind: a commission (and what refunds have taken of it), a withdrawal, who has become part of whom."),
		mixin.Ref("commission_id").Optional(),
		mixin.Money("pending"),
		mixin.Money("available"),
		mixin.Money("in_payout"),
		mixin.Money("withdrawn"),
		mixin.Money("clawed_back"),
		mixin.Money("debt"),
		mixin.Time("at").Immutable(),
	}
}

func (CommissionEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "kind", "source").Unique(),
		index.Fields("commission_id"),
	}
}

// Withdrawal is one payout of commission: its id's number is the provider's, for good.
type Withdrawal struct{ ent.Schema }

func (Withdrawal) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "wdr"}, mixin.Ver{}}
}

func (Withdrawal) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		mixin.Money("amount"),
		field.String("provider").MaxLen(32).Immutable(),
		field.String("channel").MaxLen(32).Immutable().Comment("Whose wallet it goes to."),
		field.Bytes("payee").MaxLen(1024).Optional().Immutable().Comment("Whom the provider pays, as it knows him, sealed with the shopper's key; nil where it asks for nobody."),
		field.Enum("state").Values("REQUESTED", "SENT", "SETTLED", "FAILED"),
		field.Bytes("confirm").MaxLen(4096).Optional().Comment("What the channel's confirm call needs, sealed with the shopper's key; while the wallet waits for consent."),
		mixin.Time("requested_at").Immutable(),
		mixin.Time("sent_at").Optional(),
		mixin.Time("settled_at").Optional(),
	}
}

func (Withdrawal) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "id"),           // a promoter's list
		index.Fields("shopper_id", "requested_at"), // how many of a day
	}
}
