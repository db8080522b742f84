package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// PointAccount is a shopper's points: what the ledger's entries sum up to. It is made with the first posting, and every later one is a guarded update on ver.
type PointAccount struct{ ent.Schema }

func (PointAccount) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "pac"}, mixin.Ver{}, mixin.Times{}}
}

func (PointAccount) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.Int64("available").NonNegative().Comment("The lots' remaining points; 0 while there is a debt."),
		field.Int64("held").NonNegative().Comment("The lots' held points."),
		field.Int64("debt").NonNegative().Comment("Earned points that were taken back after they were spent or held."),
		field.Int64("seq").NonNegative().Comment("The number of the newest posting: how many there are."),
		mixin.Time("expire_due").Optional().Comment("When the worker looks for lots that have run out; not after the first of them does."),
		mixin.Time("remind_due").Optional().Comment("When the worker next tells of lots that are about to."),
	}
}

func (PointAccount) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id").Unique()}
}

// PointLot is points earned at once, which run out together: granted = remaining + held + spent + expired + revoked. Each is a guarded update on ver.
type PointLot struct{ ent.Schema }

func (PointLot) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "lot"}, mixin.Ver{}, mixin.Times{}}
}

func (PointLot) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable().Comment("Whose it is; a merge moves those that have anything left."),
		field.String("channel").MaxLen(32).Immutable().Comment("Who issued it and pays for it where it is redeemed."),
		mixin.Ref("posting_id").Comment("The EARN that made it: its source."),
		field.Int64("granted").Positive().Immutable(),
		field.Int64("remaining").NonNegative(),
		field.Int64("held").Default(0),
		field.Int64("spent").Default(0),
		field.Int64("expired").Default(0),
		field.Int64("revoked").Default(0).Comment("Taken back by a reversal or a forfeit, or kept for a debt."),
		field.Int64("reversed").Default(0).Comment("What reversals have asked of it: those revoked and those that became a debt."),
		field.Bool("open").Comment("remaining > 0; kept so that spending finds lots by an index however many are empty."),
		mixin.Time("expires_at").Comment("A local midnight; nothing is spent from it from then on."),
	}
}

func (PointLot) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "open", "expires_at", "id", "remaining"), // first to expire; what expires until when
	}
}

// PointPosting is one movement: a line of the shopper's statement, whose entries sum to zero. It never changes.
type PointPosting struct{ ent.Schema }

func (PointPosting) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "pst"}} }

func (PointPosting) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.Int64("seq").Positive().Immutable().Comment("Its place in the shopper's statement, from 1."),
		field.String("kind").MaxLen(16).Immutable(),
		field.Int64("points").Immutable().Comment("Change of what is available."),
		field.Int64("balance_after").NonNegative().Immutable().Comment("What is available then."),
		field.String("channel").MaxLen(32).Immutable().Comment("Where it happened; of an EXPIRE, who issued the points."),
		field.String("reason").MaxRuneLen(200).Immutable(),
		field.String("reference").MaxRuneLen(64).Immutable().Comment("The owner's own document; empty without one."),
		mixin.Ref("owner").Comment("Who brought it about: a partner, or a part of the shop."),
		mixin.Ref("lot_id").Optional().Comment("Of an EARN: the lot that it made."),
		mixin.Ref("hold_id").Optional().Comment("Of HOLD, CAPTURE, RELEASE, REDEEM: the hold."),
		mixin.Ref("reverses").Optional().Comment("Of a REVERSE on request: the posting it undoes."),
		mixin.Time("at").Immutable(),
	}
}

func (PointPosting) Indexes() []ent.Index {
	return []ent.Index{ // the statement, whole and narrowed
		index.Fields("shopper_id", "seq").Unique(),
		index.Fields("shopper_id", "kind", "seq"),
		index.Fields("shopper_id", "channel", "seq"),
		index.Fields("shopper_id", "kind", "channel", "seq"),
	}
}

// PointEntry is one side of a posting: so many points onto (or, below zero, off) an account of the ledger. It never changes.
type PointEntry struct{ ent.Schema }

func (PointEntry) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (PointEntry) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("posting_id"),
		field.String("account").MaxLen(16).Immutable().Comment("AVAILABLE, HELD, DEBT of a shopper; ISSUED, REDEEMED, EXPIRED, REVOKED, SETTLEMENT of a channel; TRANSFER between merged shoppers."),
		mixin.Ref("holder").Comment("The shopper or the channel whose account it is; of a TRANSFER, the other shopper."),
		mixin.Ref("lot_id").Optional().Comment("The lot that the points are of; nil where a whole account moves."),
		field.Int64("amount").Immutable().Comment("DEBT stands below zero by what is owed, ISSUED by what was issued."),
		mixin.Time("at").Immutable(),
	}
}

func (PointEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("posting_id"),
		index.Fields("account", "at"), // settlement
	}
}

// PointHold is points set aside in two phases: HELD, then CAPTURED (the rest released), RELEASED, or EXPIRED by its timer. A redemption at once is CAPTURED from
// the start. Capture, release and expiry are rivals on its state.
type PointHold struct{ ent.Schema }

func (PointHold) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "phd"}, mixin.Ver{}, mixin.Times{}}
}

func (PointHold) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable(),
		mixin.Ref("order_id").Optional().Comment("Of an order's hold, which ends with the order and has no timer."),
		field.Enum("state").Values("HELD", "CAPTURED", "RELEASED", "EXPIRED"),
		field.Int64("points").Positive().Immutable(),
		field.Int64("captured").Default(0),
		field.Int64("returned").Default(0).Comment("Of the captured ones: what reversals gave back."),
		field.String("channel").MaxLen(32).Immutable(),
		mixin.Ref("owner"),
		field.String("reference").MaxRuneLen(64).Immutable(),
		mixin.Time("expires_at").Optional().Immutable().Comment("Nil without a timer."),
	}
}

func (PointHold) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "state"),
		index.Fields("order_id"),
	}
}

// PointHoldLot names how many points of a lot a hold has.
type PointHoldLot struct{ ent.Schema }

func (PointHoldLot) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (PointHoldLot) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("hold_id"),
		mixin.Ref("lot_id"),
		field.Int64("points").Positive().Immutable(),
		field.Int64("captured").Default(0),
		field.Int64("returned").Default(0),
	}
}

func (PointHoldLot) Indexes() []ent.Index {
	return []ent.Index{index.Fields("hold_id", "lot_id").Unique()}
}

// PointDebt is what a shopper still owes of a lot: points of it that were taken back after they were spent or held. The lot's channel has paid for them, and
// is owed by whoever issues the points that pay the debt. A row that comes to nothing is deleted.
type PointDebt struct{ ent.Schema }

func (PointDebt) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (PointDebt) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable().Comment("Who owes it; a merge moves it."),
		mixin.Ref("lot_id"),
		field.String("channel").MaxLen(32).Immutable().Comment("The lot's: who is owed."),
		field.Int64("points").Positive(),
	}
}

func (PointDebt) Indexes() []ent.Index {
	return []ent.Index{index.Fields("lot_id").Unique(), index.Fields("shopper_id")}
}

// PointCheckIn is a shopper's visit of a local day; there is one a day.
type PointCheckIn struct{ ent.Schema }

func (PointCheckIn) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (PointCheckIn) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.String("day").MaxLen(10).Immutable().Comment("2026-05-06, in the shop's zone."),
		field.Int("streak").Positive().Immutable().Comment("Days in a row, this one included."),
		field.Int64("points").NonNegative().Immutable(),
		mixin.Time("at").Immutable(),
	}
}

func (PointCheckIn) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id", "day").Unique()}
}

// PointEarning sums up what a shopper earned on a local day, less what was taken back of it since: what tiers are reached by, however long the statement is.
type PointEarning struct{ ent.Schema }

func (PointEarning) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (PointEarning) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.String("day").MaxLen(10).Immutable().Comment("2026-05-06, in the shop's zone."),
		field.Int64("points").NonNegative(),
	}
}

func (PointEarning) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id", "day").Unique()}
}
