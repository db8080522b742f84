package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// FeedSnapshot is one ranking of the feed, immutable: pages of one visit read the same one, so nothing repeats.
type FeedSnapshot struct{ ent.Schema }

func (FeedSnapshot) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "fds"}} }

func (FeedSnapshot) Fields() []ent.Field {
	return []ent.Field{
		field.Bytes("items").MaxLen(4 << 20).Immutable(),
		mixin.Time("created_at").Immutable(),
	}
}

func (FeedSnapshot) Indexes() []ent.Index { return []ent.Index{index.Fields("created_at")} }

// ProductSale counts a product's paid units of one local day: for sales speed and popularity. It follows by facts.
type ProductSale struct{ ent.Schema }

func (ProductSale) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ProductSale) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("product_id"),
		mixin.Time("day").Immutable().Comment("Local midnight that began the day, in UTC."),
		field.Int64("units").Default(0),
	}
}

func (ProductSale) Indexes() []ent.Index {
	return []ent.Index{index.Fields("product_id", "day").Unique(), index.Fields("day")}
}
