package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/kaituan/kaituan/ent/mixin"
)

// WebhookEndpoint is an address to which a partner has events sent. A partner has few, by place: two that take the same one are refused by its unique key.
type WebhookEndpoint struct{ ent.Schema }

func (WebhookEndpoint) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Prefix: "whe"}, mixin.Ver{}, mixin.Times{}}
}

func (WebhookEndpoint) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("partner_id"),
		field.Int("place").Optional().Nillable().Comment("Which of the partner's few it is, from 0; nil once it is deleted."),
		field.String("url").MaxLen(1024),
		field.Strings("topics"),
		field.Bytes("secret").MaxLen(255).Comment("Sealed."),
		field.Bytes("retired_secret").MaxLen(255).Optional().Nillable().Comment("The one before, sealed; it signs as well until retired_until."),
		mixin.Time("retired_until").Optional(),
		field.Int("failures").Default(0).Comment("Attempts that failed since the last one that did not."),
		mixin.Time("failing_since").Optional().Comment("When the first of them failed."),
		mixin.Time("resume_at").Optional().Comment("Nothing is sent before; nil: at once."),
		mixin.Time("disabled_at").Optional().Comment("Since when the receiver wants no more."),
		mixin.Time("deleted_at").Optional().Comment("Its row goes when its deliveries have gone."),
	}
}

func (WebhookEndpoint) Indexes() []ent.Index {
	return []ent.Index{index.Fields("partner_id", "place").Unique()}
}

// WebhookDelivery is one event for one endpoint. Of those of one aggregate (an order, a group, …) that are pending only the first has a next attempt, so that they
// arrive in order; whoever ends it gives the next one its turn. All that changes them has written the row of their lane's deadline before.
type WebhookDelivery struct{ ent.Schema }

func (WebhookDelivery) Mixin() []ent.Mixin { return []ent.Mixin{mixin.ID{Prefix: "whd"}, mixin.Ver{}} }

func (WebhookDelivery) Fields() []ent.Field {
	return []ent.Field{
		mixin.Ref("endpoint_id"),
		mixin.Ref("event_id"),
		field.String("topic").MaxLen(20).Immutable(),
		mixin.Ref("aggregate"),
		field.Int("lane").Immutable().Comment("Which of its endpoint's lanes the aggregate is in."),
		field.Int64("turn").Comment("Its place in the order of its aggregate's."),
		field.Bytes("body").MaxLen(2048).Immutable().Comment("JSON of ids, versions and states, as every attempt sends it; no personal data."),
		field.Enum("state").Values("PENDING", "DELIVERED", "FAILED").Default("PENDING"),
		field.Int("attempts").Default(0),
		field.Int("earlier").Default(0).Comment("Those of them that were made before it was last asked for."),
		field.Int("last_status").Optional().Nillable().Comment("What the receiver answered; nil: nothing."),
		mixin.Time("created_at").Immutable(),
		mixin.Time("asked_at").Optional().Comment("When it was last asked for again; its days of patience begin anew."),
		mixin.Time("delivered_at").Optional(),
		mixin.Time("next_attempt_at").Optional(),
	}
}

func (WebhookDelivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("endpoint_id", "event_id").Unique(),
		index.Fields("endpoint_id", "aggregate", "turn").Unique(),
		index.Fields("endpoint_id", "lane", "state", "next_attempt_at"), // what is next
		index.Fields("endpoint_id", "id"),                               // a partner's list
		index.Fields("created_at"),                                      // what is too old to be kept
	}
}
