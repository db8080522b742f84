package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// ReferralBinding says that one shopper brought another, within a window. Rows stay; the keys of one that is over are cleared, which makes room for the next.
type ReferralBinding struct{ ent.Schema }

func (ReferralBinding) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "rfb"}, mixin.Ver{}}
}

func (ReferralBinding) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("invitee_id").Mutable().Comment("Who was brought: while it is live the person of today, afterwards of then."),
		mixin.Ref("inviter_id").Mutable().Comment("Who brought him, likewise."),
		mixin.Ref("link_id").Comment("The share link that he came by."),
		field.String("channel").MaxLen(32).Immutable().Comment("Where he came."),
		mixin.Time("bound_at").Immutable(),
		mixin.Time("until").Immutable().Comment("End of the window, half-open."),
		mixin.Time("ended_at").Optional().Comment("Set when it ended before its time: a merge made it needless, or one of the two was erased."),
		field.String("live_key").MaxLen(64).Optional().Nillable().Unique().Comment("The invitee while it is live: one live inviter each."),
		field.String("pair_key").MaxLen(64).Optional().Nillable().Unique().Comment("Both ids, the lesser first, while it is live: no two who bind each other."),
	}
}

func (ReferralBinding) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("inviter_id", "bound_at", "id"), // a promoter's invitees, newest first
		index.Fields("invitee_id", "bound_at"),       // who brought somebody
		index.Fields("bound_at"),                     // figures by window
	}
}

// ReferredOrder is an order's snapshot of who brought its buyer, as it was when the order was placed. Commission looks here and nowhere else. Who was ever
// brought has one for each of his orders, also when nobody earns by it: how many come again is counted here.
type ReferredOrder struct{ ent.Schema }

func (ReferredOrder) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (ReferredOrder) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("order_id"),
		mixin.Ref("buyer_id"),
		mixin.Ref("link_id").Optional().Comment("The share link that the buyer came by: the checkout's, else his binding's."),
		mixin.Ref("binding_id").Optional().Comment("The buyer's binding, while it was live."),
		mixin.Ref("first_id").Optional().Comment("Who brought the buyer."),
		mixin.Ref("second_id").Optional().Comment("Who brought that one."),
		mixin.Time("placed_at").Immutable(),
		mixin.Time("paid_at").Optional(),
		mixin.Time("lost_at").Optional().Comment("Nothing of it is kept: refunded whole, or all of the money that was paid."),
		field.Int64("total").Default(0).Comment("What was paid for it, in minor units."),
		field.Int64("refunded").Default(0).Comment("How much of it went back, or is to, in minor units."),
	}
}

func (ReferredOrder) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("order_id").Unique(),
		index.Fields("first_id", "paid_at", "lost_at", "total", "refunded"), // how a promoter stands
		index.Fields("paid_at", "first_id", "lost_at"),                      // leaderboard
		index.Fields("buyer_id", "paid_at"),                                 // who comes again
		index.Fields("link_id", "paid_at", "lost_at"),                       // a link's orders
		index.Fields("binding_id", "paid_at", "lost_at"),                    // an invitee's orders
	}
}

// PromoterReport is what one shopper told the shop of one promoter. An upheld one takes credit from him.
type PromoterReport struct{ ent.Schema }

func (PromoterReport) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "prp"}, mixin.Ver{}}
}

func (PromoterReport) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("promoter_id"),
		mixin.Ref("reporter_id"),
		field.String("reason").MaxRuneLen(500).Comment("Blanked when the reporter is erased."),
		field.Enum("state").Values("OPEN", "UPHELD", "DISMISSED").Default("OPEN"),
		mixin.Time("created_at").Immutable(),
		mixin.Time("decided_at").Optional(),
	}
}

func (PromoterReport) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("promoter_id", "reporter_id").Unique(),
		index.Fields("promoter_id", "state", "decided_at"), // what costs a promoter credit
		index.Fields("state", "id"),                        // what waits for a decision
		index.Fields("reporter_id", "created_at"),          // how many today; export, erasure
	}
}
