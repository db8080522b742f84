// Package mixin holds the columns that tables share, so that ids, times and versions have one type and one collation everywhere.
package mixin

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"github.com/kaituan/kaituan/internal/id"
)

// Micros is the column type of every time: MySQL keeps microseconds, SQLite the text of a UTC time.
var Micros = map[string]string{dialect.MySQL: "datetime(6)"}

// binary makes a table's strings compare byte by byte, on MySQL as SQLite does anyway.
func binary() schema.Annotation {
	return entsql.Annotation{Charset: "utf8mb4", Collation: "utf8mb4_bin"}
}

// ID is the primary key "prefix_ULID", made without the database.
type ID struct {
	mixin.Schema
	Prefix string
}

func (m ID) Fields() []ent.Field {
	return []ent.Field{field.String("id").MaxLen(id.MaxLen).Immutable().NotEmpty().DefaultFunc(func() string { return id.New(m.Prefix) })}
}
func (ID) Annotations() []schema.Annotation { return []schema.Annotation{binary()} }

// Serial is the primary key of rows that nobody outside names.
type Serial struct{ mixin.Schema }

func (Serial) Annotations() []schema.Annotation { return []schema.Annotation{binary()} }

// Ver counts the changes of a row; every guarded update bumps it, so that no rows changed always means lost.
type Ver struct{ mixin.Schema }

func (Ver) Fields() []ent.Field {
	return []ent.Field{field.Int64("ver").Default(1).Comment("Rises with each change.")}
}

// Times are when a row was made and last changed, by the shop's clock.
type Times struct{ mixin.Schema }

func (Times) Fields() []ent.Field {
	return []ent.Field{Time("created_at").Immutable(), Time("updated_at")}
}

// Time is a required UTC time.
func Time(name string) *TimeField { return &TimeField{name: name} }

// Comment says what the column means.
func (f *TimeField) Comment(c string) *TimeField { f.comment = c; return f }

// TimeField declares a time column of the shop's one type.
type TimeField struct {
	name, comment       string
	immutable, optional bool
}

// Immutable: set once, when the row is made.
func (f *TimeField) Immutable() *TimeField { f.immutable = true; return f }

// Optional: nil until it happens.
func (f *TimeField) Optional() *TimeField { f.optional = true; return f }

// Descriptor implements ent.Field.
func (f *TimeField) Descriptor() *field.Descriptor {
	b := field.Time(f.name).SchemaType(Micros).Comment(f.comment)
	if f.immutable {
		b = b.Immutable()
	}
	if f.optional {
		b = b.Optional().Nillable()
	}
	return b.Descriptor()
}

// Ref is the id of another row.
func Ref(name string) *RefField { return &RefField{name: name} }

// Comment says what the column means.
func (f *RefField) Comment(c string) *RefField { f.comment = c; return f }

// RefField declares a column that holds an id.
type RefField struct {
	name, comment     string
	mutable, optional bool
}

// Mutable: may change after the row is made.
func (f *RefField) Mutable() *RefField { f.mutable = true; return f }

// Optional: may be nil.
func (f *RefField) Optional() *RefField { f.optional = true; return f }

// Descriptor implements ent.Field.
func (f *RefField) Descriptor() *field.Descriptor {
	b := field.String(f.name).MaxLen(id.MaxLen).Comment(f.comment)
	if !f.mutable {
		b = b.Immutable()
	}
	if f.optional {
		b = b.Optional().Nillable()
	}
	return b.Descriptor()
}

// Money is an amount in minor units of the shop's currency.
func Money(name string) ent.Field { return field.Int64(name).Default(0) }
