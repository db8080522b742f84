package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// LiveRoom is one live room. Its events are numbered by one process at a time, its owner: who holds the lease raises the epoch, and every event is stored in a
// transaction that is guarded by the epoch and raises seq, so that no number is given twice and none is left out.
type LiveRoom struct{ ent.Schema }

func (LiveRoom) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lvr"}, mixin.Ver{}, mixin.Times{}}
}

func (LiveRoom) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("host_id"),
		field.String("title").MaxRuneLen(100),
		field.String("cover_url").MaxLen(1024).Optional(),
		field.Enum("state").Values("SCHEDULED", "LIVE", "PAUSED", "ENDED", "BANNED"),
		field.String("ban_reason").MaxRuneLen(255).Optional(),
		mixin.Time("scheduled_for").Optional(),
		mixin.Time("started_at").Optional().Comment("The first start; replays count from here."),
		mixin.Time("ended_at").Optional().Comment("When it was ended or banned."),
		field.Int("slow_mode").NonNegative().Default(0).Comment("Seconds that a viewer waits from comment to comment; 0 without."),
		mixin.Ref("pinned_id").Mutable().Optional().Comment("The one pinned product."),
		mixin.Time("pinned_at").Optional(),
		field.String("pin_note").MaxRuneLen(100).Optional(),
		field.Bool("active").Default(true).Comment("Not ENDED and not BANNED."),

		field.String("owner").MaxLen(64).Optional().Comment("The process that numbers its events."),
		mixin.Time("owner_until").Optional().Comment("End of the owner's lease, by the machines' clocks; whoever comes later takes it with a new epoch."),
		field.Int64("epoch").Default(0).Comment("Rises with each owner: the fence of the lease."),
		field.Int64("seq").Default(0).Comment("The newest event's number."),
		field.Int("viewers").Default(0).Comment("As of the newest event; 0 once it has ended."),
		field.Int("peak_viewers").Default(0),
		field.Int64("likes").Default(0).Comment("As of the newest event; live_like_totals has the exact total."),
	}
}

func (LiveRoom) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("state", "started_at", "id"), // lists
		index.Fields("active", "owner_until"),     // rooms without an owner
		index.Fields("host_id"),
	}
}

// LiveMember is what a room knows of one who takes part: role, mute, when the last comment was. Slow mode and mutes are kept by guarded updates of it.
type LiveMember struct{ ent.Schema }

func (LiveMember) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (LiveMember) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("shopper_id"),
		field.Enum("role").Values("VIEWER", "MODERATOR", "CO_HOST", "HOST").Default("VIEWER"),
		mixin.Time("muted_until").Optional(),
		mixin.Time("commented_at").Optional().Comment("The last comment's time, for slow mode."),
		field.Bool("buyer").Default(false).Comment("Has paid for something of this room: comments of buyers are always shown."),
		mixin.Time("created_at").Immutable(),
	}
}

func (LiveMember) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "shopper_id").Unique(), index.Fields("shopper_id")}
}

// LiveShelf is one product on a room's shelf.
type LiveShelf struct{ ent.Schema }

func (LiveShelf) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveShelf) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("room_id"), mixin.Ref("product_id"), field.Int("position").Immutable()}
}

func (LiveShelf) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "product_id").Unique(), index.Fields("product_id")}
}

// LiveOffer is a price for a time and a quota: quota = units_left + units_held + units_sold, all moved by guarded updates of the one row.
type LiveOffer struct{ ent.Schema }

func (LiveOffer) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lvo"}, mixin.Ver{}, mixin.Times{}}
}

func (LiveOffer) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("sku_id"),
		mixin.Ref("product_id"),
		mixin.Money("price"),
		field.Int64("quota").Positive().Immutable(),
		field.Int64("units_left").NonNegative(),
		field.Int64("units_held").Default(0).Comment("Ordered, not yet paid."),
		field.Int64("units_sold").Default(0).Comment("Paid, and not taken back."),
		mixin.Time("starts_at").Immutable(),
		mixin.Time("ends_at").Immutable(),
		mixin.Time("ended_at").Optional().Comment("When the host, or the room's end, ended it before its time."),
	}
}

func (LiveOffer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "ends_at"), index.Fields("ends_at", "id")}
}

// LiveOfferUse is what one order has of an offer.
type LiveOfferUse struct{ ent.Schema }

func (LiveOfferUse) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (LiveOfferUse) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("offer_id"),
		mixin.Ref("order_id"),
		mixin.Ref("shopper_id"),
		field.Int64("held").Default(0),
		field.Int64("sold").Default(0).Comment("Less what was taken back."),
		field.Int64("quantity").Positive().Immutable(),
	}
}

func (LiveOfferUse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id").Unique(), index.Fields("offer_id"), index.Fields("shopper_id")}
}

// LiveDrop is a rain of coupons: it has taken its quantity from the template, first come, one each; what is unclaimed at its end goes back.
type LiveDrop struct{ ent.Schema }

func (LiveDrop) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lvd"}, mixin.Ver{}, mixin.Times{}}
}

func (LiveDrop) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("template_id"),
		field.Int("quantity").Positive().Immutable(),
		field.Int("remaining").NonNegative().Comment("Set to 0 when it is closed."),
		field.Int("returned").Default(0).Comment("What went back to the template: quantity = claims + remaining + returned."),
		mixin.Time("ends_at").Immutable(),
		mixin.Time("closed_at").Optional().Comment("When what was unclaimed went back."),
	}
}

func (LiveDrop) Indexes() []ent.Index { return []ent.Index{index.Fields("room_id", "ends_at")} }

// LiveDropClaim is one person's coupon of a drop.
type LiveDropClaim struct{ ent.Schema }

func (LiveDropClaim) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveDropClaim) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("drop_id"),
		mixin.Ref("shopper_id"),
		mixin.Ref("coupon_id"),
		mixin.Time("created_at").Immutable(),
	}
}

func (LiveDropClaim) Indexes() []ent.Index {
	return []ent.Index{index.Fields("drop_id", "shopper_id").Unique(), index.Fields("coupon_id").Unique(), index.Fields("shopper_id")}
}

// LiveLottery is drawn in the open: the hash of its seed is published at the start, the hash of its entries when they close, then the seed.
type LiveLottery struct{ ent.Schema }

func (LiveLottery) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lvl"}, mixin.Ver{}, mixin.Times{}}
}

func (LiveLottery) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		field.String("prize").MaxRuneLen(100).Immutable(),
		field.Int("winners_wanted").Positive().Immutable(),
		field.Enum("state").Values("OPEN", "CLOSED", "DRAWN").Comment("CLOSED: the entries are fixed and their hash is out; the seed is not."),
		field.Int("entries").NonNegative().Default(0).Comment("Tickets given: they are 1 to entries."),
		field.String("seed").MaxLen(64).Immutable().Sensitive().Comment("Hex; nobody is told before it is drawn."),
		field.String("seed_hash").MaxLen(64).Immutable().Comment("SHA-256 of the seed's bytes, hex."),
		field.String("entries_hash").MaxLen(64).Optional(),
		mixin.Time("ends_at").Immutable().Comment("No entry from then on."),
		mixin.Time("drawn_at").Optional(),
	}
}

func (LiveLottery) Indexes() []ent.Index { return []ent.Index{index.Fields("room_id", "created_at")} }

// LiveEntry is one person's ticket in a lottery.
type LiveEntry struct{ ent.Schema }

func (LiveEntry) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveEntry) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("lottery_id"),
		mixin.Ref("shopper_id"),
		field.Int("ticket").Positive().Immutable(),
		field.String("entrant_key").MaxLen(64).Immutable().Comment("A keyed hash of lottery and shopper: what is public of the entrant."),
		field.Int("won").Default(0).Comment("Place among the winners, from 1; 0 for who did not win."),
		mixin.Time("created_at").Immutable(),
	}
}

func (LiveEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("lottery_id", "ticket").Unique(),
		index.Fields("lottery_id", "shopper_id").Unique(),
		index.Fields("lottery_id", "won"),
		index.Fields("shopper_id"),
	}
}

// LiveComment is one comment. It has passed moderation, waits for review, or is hidden; a tick that shows it gives it its seq.
type LiveComment struct{ ent.Schema }

func (LiveComment) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "lvc"}} }

func (LiveComment) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("shopper_id"),
		field.String("client_id").MaxLen(64).Immutable().Comment("A resend is no second comment."),
		field.String("role").MaxLen(16).Immutable().Comment("The author's when it was written."),
		field.Bool("buyer").Default(false).Immutable().Comment("The author had paid for something of this room."),
		field.String("text").MaxRuneLen(1600).Comment("Emptied when its author is erased. 200 characters as a reader counts them may be several runes each."),
		field.Enum("state").Values("SHOWN", "HELD", "HIDDEN", "DROPPED").Comment("HELD waits for review, DROPPED failed it, HIDDEN was taken back."),
		field.Int64("seq").Optional().Nillable().Comment("Of the tick that took it; nil while it waits for one."),
		field.Bool("sampled").Default(true).Comment("False when the tick of a hot room left it out of its sample."),
		mixin.Time("created_at").Immutable(),
	}
}

func (LiveComment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("room_id", "shopper_id", "client_id").Unique(),
		index.Fields("room_id", "state", "id"),  // history, newest last; those held
		index.Fields("room_id", "seq", "state"), // what waits for a tick; a tick's own
		index.Fields("shopper_id"),
	}
}

// LiveLikeTotal is a room's exact total of likes; a row of its own, since it is hot.
type LiveLikeTotal struct{ ent.Schema }

func (LiveLikeTotal) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (LiveLikeTotal) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("room_id"), field.Int64("total").Default(0)}
}

func (LiveLikeTotal) Indexes() []ent.Index { return []ent.Index{index.Fields("room_id").Unique()} }

// LiveLike is one batch of a client's likes, kept for a day, in which a repeated client id counts once.
type LiveLike struct{ ent.Schema }

func (LiveLike) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveLike) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("shopper_id"),
		field.String("client_id").MaxLen(64).Immutable(),
		field.Int("likes").Positive().Immutable(),
		mixin.Time("created_at").Immutable(),
	}
}

func (LiveLike) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "shopper_id", "client_id").Unique(), index.Fields("shopper_id")}
}

// LiveQuestion is what a viewer asks; others vote it up.
type LiveQuestion struct{ ent.Schema }

func (LiveQuestion) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lvq"}, mixin.Ver{}, mixin.Times{}}
}

func (LiveQuestion) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("shopper_id"),
		field.String("client_id").MaxLen(64).Immutable(),
		field.String("text").MaxRuneLen(1600).Comment("Emptied when its author is erased."),
		field.Int("upvotes").NonNegative().Default(0),
		field.String("answer").MaxRuneLen(1000).Optional(),
		mixin.Time("answered_at").Optional(),
	}
}

func (LiveQuestion) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("room_id", "shopper_id", "client_id").Unique(),
		index.Fields("room_id", "upvotes", "id"),
		index.Fields("shopper_id"),
	}
}

// LiveUpvote is one person's vote for a question.
type LiveUpvote struct{ ent.Schema }

func (LiveUpvote) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveUpvote) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("question_id"), mixin.Ref("shopper_id"), mixin.Time("created_at").Immutable()}
}

func (LiveUpvote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("question_id", "shopper_id").Unique(), index.Fields("shopper_id")}
}

// LiveNews is something that happened in a room and has no number yet. It is written in the transaction of what happened; the room's owner takes it out in the
// transaction that stores the event.
type LiveNews struct{ ent.Schema }

func (LiveNews) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveNews) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		field.String("kind").MaxLen(16).Immutable(),
		field.String("ref").MaxLen(64).Optional().Immutable().Comment("Id of what changed."),
		field.String("data").MaxLen(2048).Optional().Immutable().Comment("JSON, of what is told as it was."),
	}
}

func (LiveNews) Indexes() []ent.Index { return []ent.Index{index.Fields("room_id", "id")} }

// LiveEvent is one numbered event, kept for resuming, for new owners, and for the replay. Texts and names are not in it: they are read when it is shown, so that
// what is hidden or erased is gone from it too.
type LiveEvent struct{ ent.Schema }

func (LiveEvent) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveEvent) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		field.Int64("seq").Immutable(),
		field.Int64("epoch").Immutable(),
		field.String("kind").MaxLen(16).Immutable(),
		field.Bytes("data").MaxLen(65535).Immutable().Comment("JSON."),
		mixin.Time("at").Immutable(),
	}
}

func (LiveEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "seq").Unique(), index.Fields("room_id", "at")}
}

// LiveSale is an order that a room counts as its own.
type LiveSale struct{ ent.Schema }

func (LiveSale) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveSale) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Ref("order_id"),
		mixin.Money("amount"),
		mixin.Time("paid_at").Immutable(),
	}
}

func (LiveSale) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "order_id").Unique(), index.Fields("room_id", "paid_at")}
}

// LiveMinute is one point of a room's series. Its orders and sales are the sum of the room's LiveSales that were paid in it, raised with each in one transaction.
type LiveMinute struct{ ent.Schema }

func (LiveMinute) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (LiveMinute) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("room_id"),
		mixin.Time("at").Immutable().Comment("The minute's start."),
		field.Int("viewers"),
		field.Int64("likes"),
		field.Int64("orders").Default(0),
		field.Int64("sales").Default(0).Comment("In minor units."),
	}
}

func (LiveMinute) Indexes() []ent.Index { return []ent.Index{index.Fields("room_id", "at").Unique()} }
