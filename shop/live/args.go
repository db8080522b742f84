package live

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
)

// RoomDraft is a room to create; one that is not scheduled may start at once.
type RoomDraft struct {
	IdempotencyKey string
	Title          string
	CoverURL       *string
	ScheduledFor   *time.Time
	ProductIDs     []string
}

// RoomChange is what to change of a room; nil leaves it.
type RoomChange struct {
	RoomID       string
	Title        *string
	CoverURL     *string
	ScheduledFor *time.Time
}

// OfferDraft is an offer to start now, for so many seconds. Price is in major units.
type OfferDraft struct {
	IdempotencyKey string
	RoomID         string
	SkuID          string
	Price          money.Decimal
	Quota          int
	Seconds        int
}

// DropDraft is a rain of coupons to start now.
type DropDraft struct {
	IdempotencyKey   string
	RoomID           string
	CouponTemplateID string
	Quantity         int
	Seconds          int
}

// LotteryDraft is a lottery to start now.
type LotteryDraft struct {
	IdempotencyKey string
	RoomID         string
	Prize          string
	Winners        int
	Seconds        int
}

// RoomListArgs asks for a page of rooms: those on air first, newest start first.
type RoomListArgs struct {
	page.Args
	// State is "" for all but BANNED ones.
	State State
	// WantTotal: count them, up to 10,000.
	WantTotal bool
}

// RoomPage is a page of rooms.
type RoomPage struct {
	Rooms      []*Room
	Cursors    []string
	Info       page.Info
	TotalCount *int
}

// CommentArgs asks for the last comments before a cursor.
type CommentArgs struct {
	Last   int
	Before string
}

// CommentPage is a page of comments, newest last.
type CommentPage struct {
	Comments []*Comment
	Cursors  []string
	Info     page.Info
}

// QuestionPage is a page of questions, most upvotes first.
type QuestionPage struct {
	Questions []*Question
	Cursors   []string
	Info      page.Info
}

// EntrantPage is a page of entrants by ticket.
type EntrantPage struct {
	Entrants []*Entrant
	Cursors  []string
	Info     page.Info
}

// EventArgs asks for events of the past: after a cursor, or from so many seconds after the start.
type EventArgs struct {
	page.Args
	FromSeconds *int
}

// EventPage is a page of events, oldest first.
type EventPage struct {
	Events  []Event
	Cursors []string
	Info    page.Info
}
