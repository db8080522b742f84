package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// Payment is one try to collect an order's total at a provider. It is captured at most once: captured goes from 0 to amount by a guarded update.
type Payment struct{ ent.Schema }

func (Payment) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "pay"}, mixin.Ver{}, mixin.Times{}}
}

func (Payment) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("shopper_id"),
		field.String("provider").MaxLen(32).Immutable(),
		field.String("number").MaxLen(32).Unique().Immutable().Comment("Ours, at the provider."),
		field.Enum("state").Values("PENDING", "PAID", "FAILED", "EXPIRED", "REFUNDED", "PARTIALLY_REFUNDED"),
		mixin.Money("amount"),
		field.String("currency").MaxLen(3).Immutable(),
		mixin.Money("captured"),
		mixin.Money("refunding"),
		mixin.Money("refunded"),
		field.String("transaction_id").MaxLen(64).Optional(),
		field.Bytes("parameters").MaxLen(4096).Optional().Comment("What the channel's payment call needs, encrypted."),
		mixin.Time("expires_at").Immutable(),
		mixin.Time("captured_at").Optional(),
	}
}

func (Payment) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "created_at"), index.Fields("captured_at")}
}

// ProviderCall is the intent of one call to the outside, committed before the call is made. One per (kind, subject).
type ProviderCall struct{ ent.Schema }

func (ProviderCall) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "pcl"}, mixin.Ver{}, mixin.Times{}}
}

func (ProviderCall) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("close", "refund").Immutable().Comment("A payment's own row is the intent of announcing it."),
		mixin.Ref("subject").Comment("The payment, or the refund."),
		mixin.Ref("payment_id"),
		field.String("number").MaxLen(32).Immutable().Comment("The subject's number at the provider."),
		field.Int64("amount").Default(0).Immutable(),
		field.Enum("state").Values("open", "done", "refused").Default("open"),
		field.Int("attempts").Default(0),
		field.String("last_error").MaxRuneLen(255).Optional(),
	}
}

func (ProviderCall) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "subject").Unique(), index.Fields("payment_id")}
}

// Quarantine keeps a verified notice that does not match what we know, for an operator.
type Quarantine struct{ ent.Schema }

func (Quarantine) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "qtn"}} }

func (Quarantine) Fields() []ent.Field {
	return []ent.Field{
		field.String("provider").MaxLen(32).Immutable(),
		field.String("number").MaxLen(64).Immutable(),
		field.String("transaction_id").MaxLen(64).Immutable(),
		field.String("reason").MaxRuneLen(64).Immutable(),
		field.Int64("amount").Immutable(),
		field.String("currency").MaxLen(16).Immutable(),
		mixin.Time("created_at").Immutable(),
		mixin.Time("resolved_at").Optional(),
	}
}

func (Quarantine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("provider", "number", "transaction_id", "reason").Unique()}
}
