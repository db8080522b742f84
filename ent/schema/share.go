package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// ShareLink is what one shopper shares of one thing on one channel: a short token that stands for all three. There is one row per three, however often it is
// asked for; only its counters change.
type ShareLink struct{ ent.Schema }

func (ShareLink) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "shl"}} }

func (ShareLink) Fields() []ent.Field {
	return []ent.Field{
		field.String("token").MaxLen(28).Unique().Immutable().Comment("Fits a mini-program QR scene with room for a parameter's name."),
		mixin.Ref("target_id").Comment("What is shared; its prefix says of which kind."),
		mixin.Ref("shopper_id").Comment("Who shares."),
		field.String("channel").MaxLen(32).Immutable().Comment("Where he shares, as in his session."),
		mixin.Time("created_at").Immutable(),
		field.Int64("visits").Default(0).Comment("Devices and days: rows of share_visits, those swept included."),
		field.Int64("reads").Default(0).Comment("Openings, each counted."),
	}
}

func (ShareLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id", "target_id", "channel").Unique()}
}

// ShareVisit is one device's visits by one link on one day: there is one row however often it came.
type ShareVisit struct{ ent.Schema }

func (ShareVisit) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ShareVisit) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("link_id"),
		mixin.Time("day").Immutable().Comment("Local midnight of the shop's, in UTC."),
		field.String("device").MaxLen(64).Immutable().Comment("Keyed hash of the device's id."),
	}
}

func (ShareVisit) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("link_id", "day", "device").Unique(),
		index.Fields("day"), // figures by window, sweeping
	}
}
