package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// Category is a node of the category tree; its path is unique.
type Category struct{ ent.Schema }

func (Category) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "cat"}} }

func (Category) Fields() []ent.Field {
	return []ent.Field{
		field.String("path").MaxRuneLen(255).Unique().Immutable().Comment("Names from the root, joined by a slash."),
		field.String("name").MaxRuneLen(60).Immutable(),
		mixin.Ref("parent_id").Optional(),
		mixin.Time("created_at").Immutable(),
	}
}

// Product is what is sold, with one or more SKUs. What moves with each order (stock) lives elsewhere; sold_count follows by facts.
type Product struct{ ent.Schema }

func (Product) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "prd"}, mixin.Ver{}, mixin.Times{}}
}

func (Product) Fields() []ent.Field {
	return []ent.Field{
		field.String("handle").MaxRuneLen(200).Unique().Immutable(),
		field.String("title").MaxRuneLen(255),
		field.Text("description").Optional(),
		field.String("vendor").MaxRuneLen(255).Optional(),
		mixin.Ref("category_id").Mutable().Optional(),
		field.JSON("tags", []string{}).Optional(),
		field.JSON("media", []Media{}).Optional(),
		field.Bool("visible").Default(true),
		field.String("search_text").MaxRuneLen(1500).Comment("Normalised title and tags, one per line; what a query must contain."),
		mixin.Money("price_min"),
		mixin.Money("price_max"),
		field.Int64("sold_count").Default(0).Comment("Units paid for and not returned; follows by facts."),
		field.String("content_hash").MaxLen(64).Comment("Of the last input, so that the same input again writes nothing."),
	}
}

// Media is a picture or video of a product.
type Media struct {
	Kind string `json:"kind"`
	URL  string `json:"url"`
	Alt  string `json:"alt,omitempty"`
}

func (Product) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("visible", "created_at", "id"), // NEWEST
		index.Fields("visible", "sold_count", "id"), // BEST_SELLING
		index.Fields("visible", "price_min", "id"),  // PRICE_ASC, PRICE_DESC
		index.Fields("category_id", "visible", "created_at"),
	}
}

// ProductGram is one pair of neighbouring characters of a product's search text.
type ProductGram struct{ ent.Schema }

func (ProductGram) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ProductGram) Fields() []ent.Field {
	return []ent.Field{field.String("gram").MaxLen(8).Immutable(), mixin.Ref("product_id")}
}

func (ProductGram) Indexes() []ent.Index {
	return []ent.Index{index.Fields("gram", "product_id").Unique(), index.Fields("product_id")}
}

// ProductTag is one tag of a product, for filters.
type ProductTag struct{ ent.Schema }

func (ProductTag) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (ProductTag) Fields() []ent.Field {
	return []ent.Field{field.String("tag").MaxRuneLen(60).Immutable(), mixin.Ref("product_id")}
}

func (ProductTag) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tag", "product_id").Unique(), index.Fields("product_id")}
}

// Sku is one thing that can be bought.
type Sku struct{ ent.Schema }

func (Sku) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "sku"}, mixin.Ver{}, mixin.Times{}}
}

func (Sku) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("product_id"),
		field.String("code").MaxRuneLen(255).Unique().Immutable(),
		field.String("title").MaxRuneLen(255),
		field.JSON("options", []Option{}).Optional(),
		mixin.Money("price"),
		field.Int64("list_price").Optional().Nillable().Comment("A price that was really charged before."),
		field.Int64("points_price").Optional().Nillable(),
		field.Int64("points_money").Optional().Nillable(),
		field.Int("weight_grams").Optional().Nillable(),
		field.String("media_url").MaxLen(1024).Optional(),
		field.Int("position").Default(0),
	}
}

// Option is e.g. 颜色: 红.
type Option struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

func (Sku) Indexes() []ent.Index { return []ent.Index{index.Fields("product_id", "position")} }

// Stock counts a SKU's units; its id is the SKU's. received = available + held + sold + written_off, all ≥ 0, kept by guarded updates only.
type Stock struct{ ent.Schema }

func (Stock) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "sku"}, mixin.Ver{}} }

func (Stock) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("product_id"),
		field.Int64("received").Default(0),
		field.Int64("available").Default(0),
		field.Int64("held").Default(0),
		field.Int64("sold").Default(0),
		field.Int64("written_off").Default(0),
	}
}

func (Stock) Indexes() []ent.Index { return []ent.Index{index.Fields("product_id")} }

// StockHold is what one order line keeps from sale: LIVE until its order's end makes it SOLD or RELEASED, once.
type StockHold struct{ ent.Schema }

func (StockHold) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "hld"}, mixin.Ver{}} }

func (StockHold) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("sku_id"),
		mixin.Ref("order_id"),
		field.Int64("quantity").Positive().Immutable(),
		field.Enum("state").Values("live", "sold", "released").Default("live"),
		mixin.Time("created_at").Immutable(),
	}
}

func (StockHold) Indexes() []ent.Index {
	return []ent.Index{index.Fields("order_id"), index.Fields("sku_id", "state")}
}

// StockMovement is the append-only journal of stock; one per (source, kind).
type StockMovement struct{ ent.Schema }

func (StockMovement) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (StockMovement) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("sku_id"),
		field.Enum("kind").Values("receive", "adjust", "hold", "release", "sell", "return", "write_off").Immutable(),
		field.String("source").MaxRuneLen(64).Immutable().Comment("The row that caused it: a hold, a refund line, an adjustment's line."),
		field.Int64("quantity").Immutable().Comment("Units moved; negative only for adjust."),
		mixin.Time("created_at").Immutable(),
	}
}

func (StockMovement) Indexes() []ent.Index {
	return []ent.Index{index.Fields("source", "kind").Unique(), index.Fields("sku_id", "kind")}
}

// StockLow says that it was told of a SKU, whose id it has, that few are left; it goes when there are more again.
type StockLow struct{ ent.Schema }

func (StockLow) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "sku"}} }

func (StockLow) Fields() []ent.Field { return []ent.Field{mixin.Time("told_at").Immutable()} }

// StockWatch is how far the journal was looked through for SKUs of which few are left: one row, which whoever looks writes first.
type StockWatch struct{ ent.Schema }

func (StockWatch) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}, mixin.Ver{}} }

func (StockWatch) Fields() []ent.Field {
	return []ent.Field{field.Int("movement_id").Comment("No movement up to this one can still come.")}
}

// InventoryAdjustment is a partner's signed change of stock.
type InventoryAdjustment struct{ ent.Schema }

func (InventoryAdjustment) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "adj"}} }

func (InventoryAdjustment) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("partner_id"),
		field.String("reason").MaxRuneLen(255).Immutable(),
		field.JSON("sku_ids", []string{}).Immutable(),
		mixin.Time("created_at").Immutable(),
	}
}
