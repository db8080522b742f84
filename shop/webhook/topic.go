package webhook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Topic is a kind of event.
type Topic string

const (
	OrderPlaced     Topic = "ORDER_PLACED"
	OrderPaid       Topic = "ORDER_PAID"
	OrderShipped    Topic = "ORDER_SHIPPED"
	OrderCompleted  Topic = "ORDER_COMPLETED"
	OrderCancelled  Topic = "ORDER_CANCELLED"
	OrderRefunded   Topic = "ORDER_REFUNDED"
	RefundRequested Topic = "REFUND_REQUESTED"
	GroupCompleted  Topic = "GROUP_COMPLETED"
	GroupExpired    Topic = "GROUP_EXPIRED"
	PointsChanged   Topic = "POINTS_CHANGED"
	StockLow        Topic = "STOCK_LOW"
	NotePublished   Topic = "NOTE_PUBLISHED"
	NoteTakenDown   Topic = "NOTE_TAKEN_DOWN"
)

const manageScope = "WEBHOOK_WRITE"

// scopes by topic are those that read the same thing.
var scopes = map[Topic]string{
	OrderPlaced: "ORDER_READ", OrderPaid: "ORDER_READ", OrderShipped: "ORDER_READ", OrderCompleted: "ORDER_READ", OrderCancelled: "ORDER_READ",
	OrderRefunded: "ORDER_READ", RefundRequested: "ORDER_READ", GroupCompleted: "ORDER_READ", GroupExpired: "ORDER_READ", PointsChanged: "POINTS_WRITE",
	StockLow: "CATALOG_WRITE", NotePublished: "MODERATION", NoteTakenDown: "MODERATION",
}

// sourceless topics are known to the contract, and nothing tells of them yet.
var sourceless = []Topic{NotePublished, NoteTakenDown}

// allowed reports whether who holds these scopes may hear of a topic.
func allowed(held []string, t Topic) bool {
	return slices.Contains(held, manageScope) && slices.Contains(held, scopes[t])
}

// event is its name in a payload: what it is of, a dot, what happened, e.g. order.paid.
func (t Topic) event() string { return strings.Replace(strings.ToLower(string(t)), "_", ".", 1) }

// payload is the body of a delivery, in the form that the Standard Webhooks specification gives it. It holds ids, versions and states; who wants more asks for it.
func payload(t Topic, at time.Time, data map[string]any) ([]byte, error) {
	body, err := json.Marshal(struct {
		Type      string         `json:"type"`
		Timestamp time.Time      `json:"timestamp"`
		Data      map[string]any `json:"data"`
	}{t.event(), at.UTC(), data})
	if err != nil {
		return nil, fmt.Errorf("payload of %s: %w", t, err)
	}
	return body, nil
}
