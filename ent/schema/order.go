package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// CartLine is one SKU in a shopper's one cart.
type CartLine struct{ ent.Schema }

func (CartLine) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (CartLine) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable(),
		mixin.Ref("sku_id"),
		field.Int("quantity").Positive(),
		field.Bool("selected").Default(true),
		field.String("added_from").MaxLen(32).Immutable(),
		mixin.Time("added_at").Immutable(),
	}
}

func (CartLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id", "sku_id").Unique()}
}

// Order is a purchase, from placing to its end. Its state moves by guarded updates on (state, ver) only.
type Order struct{ ent.Schema }

func (Order) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "ord"}, mixin.Ver{}} }

func (Order) Fields() []ent.Field {
	return []ent.Field{
		field.String("number").MaxLen(32).Unique().Immutable(),
		mixin.Ref("shopper_id"),
		field.String("channel").MaxLen(32).Immutable(),
		field.Enum("state").Values(
			"PENDING_PAYMENT", "AWAITING_GROUP", "PAID", "SHIPPED", "DELIVERED", "COMPLETED", "CANCELLED", "REFUNDING", "REFUNDED"),
		field.String("resume_state").MaxLen(32).Optional().Comment("Where REFUNDING goes back to."),
		field.String("cancelled_by").MaxLen(16).Optional().Comment("shopper or clock: decides what a late capture does."),
		field.String("activity").MaxLen(16).Optional().Immutable().Comment("Kind of the one activity it was placed for."),
		field.String("currency").MaxLen(3).Immutable(),
		mixin.Money("subtotal"),
		mixin.Money("shipping"),
		mixin.Money("total"),
		mixin.Money("refunded"),
		mixin.Ref("payment_id").Mutable().Optional().Comment("The payment that the shopper sees: the newest, or the one that was captured."),
		field.Bytes("private").MaxLen(8192).Optional().Comment("Address and note, encrypted with the shopper's data key."),
		mixin.Time("pay_by").Immutable(),
		mixin.Time("placed_at").Immutable(),
		mixin.Time("paid_at").Optional(),
		mixin.Time("completed_at").Optional(),
		mixin.Ref("spend_entry").Mutable().Optional().Comment("The points ledger's entry by which it spent points, once it stands."),
		mixin.Ref("earn_entry").Mutable().Optional().Comment("The points ledger's entry by which it earned, once COMPLETED."),
		mixin.Ref("reward_entry").Mutable().Optional().Comment("The ledger's entry by which its shopper got points for leading a group."),
		field.Int64("earned").Default(0).Comment("What it has earned, less what refunds took back of that."),
		mixin.Time("updated_at"),
	}
}

func (Order) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "placed_at", "id"),    // my orders
		index.Fields("shopper_id", "state", "placed_at"), // my orders by state, the limit of unpaid ones
		index.Fields("updated_at", "id"),                 // a partner's sync
		index.Fields("state", "updated_at", "id"),
	}
}

// OrderLine is what was bought, as it was then.
type OrderLine struct{ ent.Schema }

func (OrderLine) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "oln"}} }

func (OrderLine) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("shopper_id"),
		mixin.Ref("sku_id"),
		mixin.Ref("product_id"),
		field.Int("position").Immutable(),
		field.String("sku_code").MaxRuneLen(255).Immutable(),
		field.String("title").MaxRuneLen(512).Immutable(),
		field.String("media_url").MaxRuneLen(1024).Optional().Immutable(),
		field.Int64("quantity").Positive().Immutable(),
		mixin.Money("unit_price"),
		mixin.Money("discount"),
		mixin.Money("total"),
		field.Int64("returned").Default(0).Comment("Units that approved refunds took back; never beyond quantity."),
		mixin.Money("refunded"),
		field.Int64("rebated").Default(0).Comment("The part of refunded that took nothing back: rung rebates and leader rewards."),
		field.Int64("points").Default(0).Immutable().Comment("What of it was paid in points."),
		field.Int64("points_returned").Default(0).Comment("Of these, what refunds and rebates gave back."),
		field.Int64("points_rebated").Default(0).Comment("The part of points_returned that took nothing back."),
		field.Int64("earn_rate").Default(0).Immutable().Comment("Points per 10,000 major units of what is kept of it, as promised when it was ordered."),
	}
}

func (OrderLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id", "position").Unique(),
		index.Fields("product_id", "shopper_id"), // social proof
		index.Fields("shopper_id", "product_id"), // what one bought drops out of the feed
	}
}

// OrderAdjustment is one step of the pricing function, with its share per line.
type OrderAdjustment struct{ ent.Schema }

func (OrderAdjustment) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (OrderAdjustment) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		field.Int("position").Immutable(),
		field.String("kind").MaxLen(32).Immutable(),
		field.String("title").MaxRuneLen(255).Immutable(),
		field.Int64("amount").Immutable().Comment("Negative: what it takes off."),
		field.JSON("shares", []int64{}).Immutable(),
	}
}

func (OrderAdjustment) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "position").Unique()}
}

// OrderEvent is one entry of an order's timeline.
type OrderEvent struct{ ent.Schema }

func (OrderEvent) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (OrderEvent) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		field.Int64("order_ver").Immutable(),
		field.String("state").MaxLen(32).Immutable(),
		field.String("note").MaxRuneLen(255).Optional().Immutable(),
		mixin.Time("at").Immutable(),
	}
}

func (OrderEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "order_ver").Unique()}
}

// Shipment is one parcel of an order.
type Shipment struct{ ent.Schema }

func (Shipment) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "shm"}} }

func (Shipment) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		field.String("carrier").MaxRuneLen(60).Immutable(),
		field.String("tracking_number").MaxRuneLen(60).Immutable(),
		mixin.Time("created_at").Immutable(),
	}
}

func (Shipment) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "tracking_number").Unique()}
}

// ShipmentEvent is what a carrier reported; the same report twice is one.
type ShipmentEvent struct{ ent.Schema }

func (ShipmentEvent) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ShipmentEvent) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shipment_id"),
		mixin.Time("at").Immutable(),
		field.String("text").MaxRuneLen(255).Immutable(),
		field.String("digest").MaxLen(64).Immutable().Comment("Of time and text."),
	}
}

func (ShipmentEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shipment_id", "digest").Unique()}
}

// Refund gives money back on one payment. It has its own retries; its id is its number at the provider.
type Refund struct{ ent.Schema }

func (Refund) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "rfd"}, mixin.Ver{}} }

func (Refund) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("payment_id").Optional().Comment("Nil where nothing was captured (payable 0)."),
		field.Enum("kind").Values("REQUESTED", "GROUP_ENDED", "LATE_PAYMENT", "RUNG_REBATE", "LEADER_REWARD").Immutable(),
		field.Enum("state").Values("REQUESTED", "APPROVED", "REJECTED", "FAILED", "SETTLED"),
		mixin.Ref("open_key").Mutable().Optional().Comment("The order's id while a REQUESTED-kind refund is undecided: one at a time."),
		mixin.Money("amount"),
		field.Int64("points").Default(0).Immutable().Comment("Points that go back with it."),
		field.Bool("whole").Default(false).Immutable().Comment("Takes back all that is left."),
		field.Bool("restock").Default(false),
		field.String("reason").MaxRuneLen(255).Immutable(),
		field.String("decision_note").MaxRuneLen(255).Optional(),
		mixin.Time("requested_at").Immutable(),
		mixin.Time("approved_at").Optional(),
		mixin.Time("settled_at").Optional(),
	}
}

func (Refund) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("open_key").Unique(),
		index.Fields("order_id", "requested_at"),
		index.Fields("payment_id", "state"),
	}
}

// RefundLine is how many units of an order line a refund takes back.
type RefundLine struct{ ent.Schema }

func (RefundLine) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "rfl"}} }

func (RefundLine) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("refund_id"),
		mixin.Ref("line_id"),
		field.Int64("quantity").NonNegative().Immutable(),
		mixin.Money("amount"),
		field.Int64("points").Default(0).Immutable(),
	}
}

func (RefundLine) Indexes() []ent.Index {
	return []ent.Index{index.Fields("refund_id", "line_id").Unique(), index.Fields("line_id")}
}
