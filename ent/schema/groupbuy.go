package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// GroupCampaign offers SKUs of one product at a group price, within a window. Its quota is scarce: unit_quota = units_left + units_held + units_sold, all moved
// by guarded updates of the one row.
type GroupCampaign struct{ ent.Schema }

func (GroupCampaign) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "gbc"}, mixin.Ver{}, mixin.Times{}}
}

func (GroupCampaign) Fields() []ent.Field {
	return []ent.Field{
		field.String("title").MaxRuneLen(100).Immutable(),
		mixin.Ref("product_id"),
		field.Int("size").Positive().Immutable().Comment("People needed, the leader included."),
		field.Int("capacity").Positive().Immutable().Comment("Seats of a group: size, or the top rung's size."),
		mixin.Time("starts_at").Immutable(),
		mixin.Time("ends_at").Immutable(),
		mixin.Time("ended_at").Optional().Comment("Set when the shop ended it before its time."),
		field.Int("group_seconds").Positive().Immutable().Comment("How long a group may stay open."),
		field.Int("per_shopper_limit").Positive().Immutable().Comment("Units a person may have of it, over all groups."),
		field.Bool("new_customers_only").Immutable().Comment("Binds joiners, not leaders."),
		field.Bool("merchant_may_complete").Immutable(),
		field.Bool("takes_coupons").Default(false).Immutable().Comment("Its prices take coupons, as plain ones do."),
		field.String("reward").MaxLen(16).Optional().Immutable().Comment("DISCOUNT, FREE_ORDER or POINTS; empty without one."),
		mixin.Money("reward_amount"),
		field.Int64("unit_quota").Positive().Immutable(),
		field.Int64("units_left").NonNegative().Comment("What groups may still take."),
		field.Int64("units_held").Default(0).Comment("What running groups keep, and late payers of completed ones."),
		field.Int64("units_sold").Default(0).Comment("Confirmed and not taken back."),
	}
}

func (GroupCampaign) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("product_id", "ends_at"), // a product's campaigns
		index.Fields("ends_at", "id"),         // running ones, soonest end first
	}
}

// GroupOffer is one SKU's price in a campaign.
type GroupOffer struct{ ent.Schema }

func (GroupOffer) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (GroupOffer) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("campaign_id"),
		mixin.Ref("sku_id"),
		field.Int("position").Immutable(),
		mixin.Money("price"),
		field.JSON("rungs", []GroupRung{}).Optional().Immutable().Comment("Sizes rising, prices falling; empty without rungs."),
	}
}

func (GroupOffer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("campaign_id", "sku_id").Unique(),
		index.Fields("sku_id"), // price anchors
	}
}

// GroupRung is the price that a group of size people pays.
type GroupRung struct {
	Size  int   `json:"size"`
	Price int64 `json:"price"`
}

// GroupBuy is one group. Every seat is taken and given back by a guarded update of its row, and completion and expiry are rivals on it, so it is what all that
// happens to a group waits for.
type GroupBuy struct{ ent.Schema }

func (GroupBuy) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "grp"}, mixin.Ver{}, mixin.Times{}}
}

func (GroupBuy) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("campaign_id"),
		mixin.Ref("product_id"),
		mixin.Ref("leader_id").Mutable().Optional().Comment("Nil when the leader took the money back."),
		field.Enum("state").Values("PENDING", "OPEN", "COMPLETED", "EXPIRED", "CANCELLED"),
		field.Int("size").Positive().Immutable(),
		field.Int("capacity").Positive().Immutable(),
		field.Int("seats_left").NonNegative().Comment("capacity less the seats held or paid; kept so that the fullest groups are found by an index."),
		field.Int("paid").NonNegative().Comment("Seats paid for; never more than are taken."),
		field.Int64("units_held").NonNegative().Comment("What it keeps of its campaign's quota."),
		field.Bool("rewarded").Immutable().Comment("Its leader has a right to the campaign's reward."),
		field.String("completed_by").MaxLen(16).Optional(),
		field.Int("rung_reached").Default(0).Comment("People of the rung that it completed at; 0 without rungs, and before."),
		mixin.Time("expires_at").Optional().Comment("Set once, when the leader has paid; no seat from then on."),
		mixin.Time("ended_at").Optional(),
	}
}

func (GroupBuy) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("campaign_id", "state", "seats_left", "expires_at", "id"), // groups that a stranger may join, fullest first
	}
}

// GroupSeat is one person's seat in a group, made when the order is placed. It ends with its order, or with its group.
type GroupSeat struct{ ent.Schema }

func (GroupSeat) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "gst"}, mixin.Ver{}, mixin.Times{}}
}

func (GroupSeat) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("group_id"),
		mixin.Ref("campaign_id"),
		mixin.Ref("shopper_id"),
		mixin.Ref("order_id"),
		mixin.Ref("sku_id"),
		field.Int64("quantity").Positive().Immutable(),
		field.Bool("leader").Immutable(),
		field.Bool("newcomer").Immutable().Comment("Joined where only new customers may."),
		field.Enum("state").Values("HELD", "PAID", "CONFIRMED", "RELEASED", "REFUND_PENDING", "REFUND_FAILED", "REFUNDED"),
		field.String("live_key").MaxLen(64).Optional().Nillable().Unique().Comment("Campaign and person while HELD or PAID: one live seat each."),
		mixin.Ref("order_key").Mutable().Optional().Comment("The order's id unless RELEASED: an order has one seat."),
		field.String("if_lost").MaxLen(16).Immutable(),
		field.Int64("units_sold").Default(0).Comment("Of the campaign's quota: quantity once CONFIRMED, less what was taken back."),
		mixin.Time("hold_until").Immutable().Comment("When the order's time to pay ends."),
		mixin.Time("paid_at").Optional(),
		mixin.Time("left_at").Optional().Comment("When the person took the money back while the group was open."),
	}
}

func (GroupSeat) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("group_id", "state"),
		index.Fields("order_key").Unique(),
		index.Fields("order_id"),
		index.Fields("shopper_id", "campaign_id"), // limits, the viewer's seat
	}
}
