package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// Shopper is one person over all channels. Every transaction that acts for a shopper first touches this row (state = active, not merged), which makes a
// person's own doings serial.
type Shopper struct{ ent.Schema }

func (Shopper) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "shp"}, mixin.Ver{}, mixin.Times{}}
}

func (Shopper) Fields() []ent.Field {
	return []ent.Field{
		field.String("public_id").MaxLen(32).Unique().Immutable().Comment("What others see; tells nothing about id."),
		field.String("nickname").MaxRuneLen(64),
		field.String("avatar_url").MaxLen(1024).Optional(),
		field.Enum("state").Values("active", "banned", "erased").Default("active"),
		mixin.Ref("merged_into").Mutable().Optional().Comment("Who he has become part of; never somebody who was merged himself."),
		field.Bool("aliased").Default(false).Comment("Others have become part of him: their orders and seats are his."),
		field.Bool("referred").Default(false).Comment("Somebody has brought him, once: his orders look for who."),
		field.Bytes("data_key").MaxLen(255).Optional().Comment("This person's data key, wrapped by the master key; destroyed by erasure."),
		field.Bytes("phone_cipher").MaxLen(255).Optional(),
		field.String("phone_hash").MaxLen(64).Optional().Nillable().Unique().Comment("Keyed hash, for look-ups."),
		mixin.Time("left_on").Optional().Comment("Until when he was here before, as somebody who has been erased: the midnight after the last time. Nil for most."),
	}
}

func (Shopper) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("merged_into"),         // who a person was before
		index.Fields("state", "updated_at"), // whose sessions have lately ended with the account
	}
}

// ChannelIdentity is a person as one platform knows him; unique per platform subject.
type ChannelIdentity struct{ ent.Schema }

func (ChannelIdentity) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "cid"}} }

func (ChannelIdentity) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable(),
		field.String("channel").MaxLen(32).Immutable(),
		field.String("subject_hash").MaxLen(64).Immutable().Comment("Keyed hash of the platform's id."),
		field.Bytes("subject_cipher").MaxLen(512).Immutable().Comment("The platform's id, for its payment call."),
		field.String("union_hash").MaxLen(64).Optional().Nillable().Unique().Comment("Keyed hash of the id over one owner's apps, on the identity that had it first: two first sign-ins give one shopper."),
		mixin.Time("linked_at").Immutable(),
		mixin.Time("seen_at").Optional().Comment("The newest sign-in by it: whose app is open, where a person has several on one channel."),
	}
}

func (ChannelIdentity) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("channel", "subject_hash").Unique(),
		index.Fields("shopper_id"),
	}
}

// Departure is what an erasure leaves of one proof of who somebody was: a platform's id, a union id or a phone. It says that who shows the proof has been here, and
// leads to no row of his. Its key is the hash, so that rows are kept in no order that would tell whose erasure they are of; rows go when they are old.
type Departure struct{ ent.Schema }

func (Departure) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (Departure) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").StorageKey("hash").MaxLen(64).NotEmpty().Immutable().Comment("Keyed hash of the proof, for this purpose alone."),
		mixin.Time("until_day").Comment("The shop's midnight after the newest erasure, in UTC: the day and no more, since its moment is on the erased row."),
	}
}

func (Departure) Indexes() []ent.Index { return []ent.Index{index.Fields("until_day")} } // sweep

// Session is one sign-in: a family of refresh tokens of which one at a time counts.
type Session struct{ ent.Schema }

func (Session) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "ses"}} }

func (Session) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id"),
		field.String("channel").MaxLen(32).Immutable(),
		mixin.Time("created_at").Immutable(),
		mixin.Time("expires_at"),
		mixin.Time("revoked_at").Optional(),
		field.String("revoked_for").MaxLen(32).Optional().Comment("signed_out, token_reuse, erased."),
	}
}

func (Session) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id")} }

// RefreshToken is used once: used_at is set by a guarded update, and a second use revokes the session, unless it is the same client who lost the answer.
type RefreshToken struct{ ent.Schema }

func (RefreshToken) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "rft"}} }

func (RefreshToken) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("session_id"),
		field.String("hash").MaxLen(64).Unique().Immutable(),
		mixin.Time("created_at").Immutable(),
		mixin.Time("expires_at").Immutable(),
		mixin.Time("used_at").Optional(),
	}
}

func (RefreshToken) Indexes() []ent.Index { return []ent.Index{index.Fields("session_id")} }

// PhoneCode is the newest code sent to a phone by text message: few tries, one use. One row per phone, so that how often codes are sent is guarded, too.
type PhoneCode struct{ ent.Schema }

func (PhoneCode) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "pco"}, mixin.Ver{}} }

func (PhoneCode) Fields() []ent.Field {
	return []ent.Field{
		field.String("phone_hash").MaxLen(64).Unique().Immutable(),
		field.String("code_hash").MaxLen(64),
		field.Int("tries").Default(0),
		mixin.Time("sent_at"),
		mixin.Time("expires_at"),
		mixin.Time("used_at").Optional(),
		mixin.Time("window_from").Comment("A day's window, in which sent counts."),
		field.Int("sent").Default(1),
	}
}

// Address is where to deliver; what it says is encrypted with the shopper's data key.
type Address struct{ ent.Schema }

func (Address) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "adr"}, mixin.Ver{}, mixin.Times{}}
}

func (Address) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Mutable(),
		field.Bytes("cipher").MaxLen(4096),
		mixin.Ref("default_key").Mutable().Optional().Comment("The shopper's id on the default address, so that there is one."),
	}
}

func (Address) Indexes() []ent.Index {
	return []ent.Index{index.Fields("shopper_id", "created_at"), index.Fields("default_key").Unique()}
}

// PartnerKey lets a partner, a till or an operator in; the key itself is shown once and kept as a hash.
type PartnerKey struct{ ent.Schema }

func (PartnerKey) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "pak"}} }

func (PartnerKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").MaxRuneLen(100),
		field.String("hash").MaxLen(64).Unique().Immutable(),
		field.Strings("scopes"),
		mixin.Time("created_at").Immutable(),
		mixin.Time("revoked_at").Optional(),
	}
}

// HostGrant lets a shopper run live rooms.
type HostGrant struct{ ent.Schema }

func (HostGrant) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "hgr"}} }

func (HostGrant) Fields() []ent.Field {
	return []ent.Field{mixin.Ref("shopper_id"), mixin.Time("created_at").Immutable()}
}

func (HostGrant) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id").Unique()} }

// Consent is one decision of a shopper about a purpose, as told by a text that he read. Rows never change: the newest one of a person and purpose counts, the
// others are its history.
type Consent struct{ ent.Schema }

func (Consent) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Serial{}} }

func (Consent) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("shopper_id").Comment("Who decided; who has become part of another is found through the alias."),
		field.Enum("purpose").Values("PERSONALISATION", "MARKETING_MESSAGES", "PARTNER_SHARING").Immutable(),
		field.Bool("granted").Immutable(),
		field.String("text_version").MaxLen(32).Immutable(),
		mixin.Time("at").Immutable(),
	}
}

func (Consent) Indexes() []ent.Index { return []ent.Index{index.Fields("shopper_id", "purpose", "id")} }
