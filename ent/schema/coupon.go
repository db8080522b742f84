package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// CouponTemplate is what coupons are made from. Nothing of it changes but what is left: quantity = remaining + claimed, moved by a guarded update of the one row;
// claimed = coupons + what live drops and assists have taken and not given yet.
type CouponTemplate struct{ ent.Schema }

func (CouponTemplate) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "cpt"}, mixin.Ver{}, mixin.Times{}}
}

func (CouponTemplate) Fields() []ent.Field {
	return []ent.Field{
		field.String("title").MaxRuneLen(100).Immutable(),
		field.Enum("kind").Values("AMOUNT", "PERCENT").Immutable(),
		field.Int64("amount").Default(0).Immutable().Comment("AMOUNT: what it takes off, in minor units."),
		field.Int("basis_points").Default(0).Immutable().Comment("PERCENT: hundredths of a percent."),
		field.Int64("cap").Optional().Nillable().Immutable().Comment("PERCENT: the most that it takes off."),
		field.Int64("min_spend").Default(0).Immutable().Comment("What the goods must cost before it, in minor units."),
		field.Int("valid_days").Positive().Immutable().Comment("Usable to the end of the local day so many days after the claim."),
		field.Int("quantity").Positive().Immutable(),
		field.Int("remaining").NonNegative().Comment("Not claimed, and not taken by a drop or an assist."),
		field.Int("claimed").Default(0).Comment("What has left it: coupons, and what drops and assists have taken and not given."),
		field.Int("per_shopper_limit").Positive().Immutable(),
		field.Bool("claimable").Immutable().Comment("Anybody may claim it; else the shop hands it out in other ways."),
	}
}

func (CouponTemplate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("claimable", "id")} // what may be claimed, newest first
}

// Coupon is one person's coupon. It is scarce: its state moves by guarded updates, so that it serves one order at a time. EXPIRED is no state of its own, but a
// USABLE one whose time has passed.
type Coupon struct{ ent.Schema }

func (Coupon) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "cpn"}, mixin.Ver{}, mixin.Times{}}
}

func (Coupon) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("template_id"),
		mixin.Ref("shopper_id").Mutable().Comment("Whose it is; changes when accounts become one."),
		mixin.Ref("claimed_by").Comment("Who it was made for; a claim keeps the id it was made with."),
		field.Int("number").Positive().Immutable().Comment("Counts claimed_by's of its template, from 1; never beyond the limit."),
		field.Enum("state").Values("USABLE", "RESERVED", "USED"),
		mixin.Ref("order_id").Mutable().Optional().Comment("The order that it serves, while RESERVED or USED."),
		field.String("source").MaxLen(64).Immutable().Comment("How the person came by it: claim, drop, assist."),
		mixin.Time("valid_until").Immutable().Comment("The first instant at which it can no longer be reserved."),
	}
}

func (Coupon) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("template_id", "claimed_by", "number").Unique(),
		index.Fields("shopper_id", "template_id"),          // the person's limit, what the viewer has claimed
		index.Fields("order_id").Unique(),                  // an order has one coupon, as long as every coupon is for all goods
		index.Fields("shopper_id", "state", "valid_until"), // what may be used at checkout
		index.Fields("shopper_id", "id"),                   // the wallet, newest first
	}
}

// CouponUse remembers which coupon an order was placed with, so that an order which comes back can take it again.
type CouponUse struct{ ent.Schema }

func (CouponUse) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (CouponUse) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("coupon_id"),
		mixin.Time("at").Immutable(),
	}
}

func (CouponUse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id", "coupon_id").Unique()}
}
