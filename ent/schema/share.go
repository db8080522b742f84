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
		field.Int64("visits").Default(0).Comment("Devices and days that count: rows of share_visits with a place, those swept included."),
		field.Int64("reads").Default(0).Comment("Openings."),
	}
}

func (ShareLink) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("shopper_id", "target_id", "channel").Unique(),
		index.Fields("shopper_id", "id"), // what a shopper shares, newest first
	}
}

// ShareVisit is one device's visits by one link on one day: there is one row however often it came. What it holds of device and network is hashed with the link's
// token and the day, and recognises neither by another link nor the next day.
type ShareVisit struct{ ent.Schema }

func (ShareVisit) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ShareVisit) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("link_id"),
		mixin.Time("day").Immutable().Comment("Local midnight of the shop's, in UTC."),
		field.String("device").MaxLen(24).Immutable().Unique().Comment("Keyed hash of link, day and device."),
		field.String("network").MaxLen(24).Immutable().Comment("Keyed hash of link, day and network."),
		field.Int("place").Optional().Nillable().Immutable().Comment("Among the devices that count of its network, from 1; there are so many at most. Nil: the sharer's own."),
	}
}

func (ShareVisit) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("network", "place").Unique(),
		index.Fields("day"), // figures by window, sweeping
	}
}
