package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// AssistCampaign is one help-me tool that the shop offers within a window.
type AssistCampaign struct{ ent.Schema }

func (AssistCampaign) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "asc"}, mixin.Ver{}, mixin.Times{}}
}

func (AssistCampaign) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("LIKES", "BARGAIN", "INVITE", "UNLOCK", "DRAW", "CHARITY").Immutable(),
		field.String("title").MaxRuneLen(100).Immutable(),
		mixin.Ref("sku_id").Optional(),
		mixin.Ref("product_id").Optional(),
		field.Int("goal").Positive().Immutable(),
		field.Int("assist_seconds").Positive().Immutable(),
		mixin.Time("starts_at").Immutable(),
		mixin.Time("ends_at").Immutable(),
		mixin.Time("ended_at").Optional().Comment("Set when the shop ended it before its time."),
		field.Int("per_shopper_limit").Positive().Immutable(),
		field.Int("helps_per_day").Positive().Immutable().Comment("Of one helper, over all tools."),
		field.Enum("reward").Values("COUPON", "PRICE", "POINTS", "DONATION", "DRAW").Immutable(),
		mixin.Ref("template_id").Optional().Comment("COUPON."),
		field.Int64("amount").Default(0).Immutable().Comment("PRICE: the floor; DONATION: for each helper. In minor units."),
		field.Int64("points").Default(0).Immutable().Comment("POINTS."),
		field.String("cause").MaxRuneLen(100).Default("").Immutable().Comment("DONATION."),
		field.Int("winners").Default(0).Immutable().Comment("DRAW."),
		field.String("prize").MaxRuneLen(100).Default("").Immutable().Comment("DRAW."),
	}
}

func (AssistCampaign) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("product_id", "ends_at"), // a product's campaigns
		index.Fields("ends_at", "id"),         // running ones, soonest end first
	}
}

// Assist is one shopper's asking for help. Helpers race for its row: each is one guarded update of progress, and the one that reaches the goal closes it.
type Assist struct{ ent.Schema }

func (Assist) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "ast"}, mixin.Ver{}, mixin.Times{}}
}

func (Assist) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("campaign_id"),
		mixin.Ref("owner_id"),
		field.String("channel").MaxLen(32).Immutable().Comment("Where the owner started it; points given for it are issued there."),
		field.Int("goal").Positive().Immutable(),
		field.Int("progress").Default(0).Comment("Helps that count."),
		field.Enum("state").Values("OPEN", "REACHED", "REDEEMED", "EXPIRED"),
		field.Int64("list_price").Default(0).Immutable().Comment("PRICE: what a unit cost without help when it was started, in minor units."),
		field.String("seed").MaxLen(64).Immutable().Comment("Draws the cuts and the winners; hex."),
		mixin.Time("expires_at").Immutable(),
		mixin.Time("reached_at").Optional(),
		mixin.Time("rewarded_at").Optional().Comment("The reward was given, or could not be any more: once."),
		mixin.Ref("reward_id").Mutable().Optional().Comment("The coupon or the points' entry that was given."),
		mixin.Ref("template_id").Mutable().Optional().Comment("COUPON: the template that one was taken from, until it is given or goes back."),
		mixin.Ref("order_id").Mutable().Optional().Comment("The order that used the price, while it stands."),
	}
}

func (Assist) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_id", "id"),          // a shopper's assists
		index.Fields("campaign_id", "owner_id"), // limits
		index.Fields("order_id").Unique(),
	}
}

// AssistHelp is one shopper's help, once per assist.
type AssistHelp struct{ ent.Schema }

func (AssistHelp) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "ash"}} }

func (AssistHelp) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("assist_id"),
		mixin.Ref("helper_id"),
		field.Int("position").Optional().Nillable().Immutable().Comment("Among those that count, from 1; nil for a helper marked as a farm's."),
		mixin.Money("cut"),
		mixin.Time("created_at").Immutable(),
	}
}

func (AssistHelp) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("assist_id", "helper_id").Unique(),
		index.Fields("assist_id", "position").Unique(),
		index.Fields("assist_id", "id"), // an assist's helpers, newest first
		index.Fields("helper_id", "id"), // export
	}
}

// AssistDay counts what one shopper did with help-me tools on one day of the shop's, over all of them; moved by guarded updates.
type AssistDay struct{ ent.Schema }

func (AssistDay) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (AssistDay) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		mixin.Time("day").Immutable().Comment("Local midnight of the shop's, in UTC."),
		field.Int("helps").Default(0),
		field.Int("starts").Default(0),
	}
}

func (AssistDay) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "day").Unique(),
		index.Fields("day"), // sweep
	}
}

// AssistUse says which assist's price an order was placed at, also once the order has ended.
type AssistUse struct{ ent.Schema }

func (AssistUse) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (AssistUse) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("order_id"), mixin.Ref("assist_id")}
}

func (AssistUse) Indexes() []ent.Index { return []ent.Index{index.Fields("order_id").Unique()} }

// AssistWinner is one winner of a draw.
type AssistWinner struct{ ent.Schema }

func (AssistWinner) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (AssistWinner) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("assist_id"), mixin.Ref("shopper_id"), field.Int("position").Positive().Immutable()}
}

func (AssistWinner) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assist_id", "position").Unique(), index.Fields("shopper_id")}
}

// AssistDonation is one entry of the public donation ledger. Entries never change.
type AssistDonation struct{ ent.Schema }

func (AssistDonation) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "don"}} }

func (AssistDonation) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("campaign_id"),
		mixin.Ref("assist_id"),
		mixin.Ref("help_id"),
		mixin.Money("amount"),
		field.String("cause").MaxRuneLen(100).Immutable(),
		mixin.Time("at").Immutable(),
	}
}

func (AssistDonation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("help_id").Unique(),
		index.Fields("campaign_id", "id"),     // a campaign's ledger, newest first
		index.Fields("campaign_id", "amount"), // its sum, from the index alone
	}
}
