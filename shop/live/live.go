// Package live is live rooms: a host drives, viewers take part, and one stream of numbered events tells everybody. What happens is written with its news in one
// transaction; the room's owner, one process at a time, takes the news, numbers them and stores them as events before it publishes them; every process that has
// viewers follows the events. What is scarce (an offer's quota, a drop's coupons, a lottery's tickets) is guarded by its row.
package live

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
)

// State is where a room stands: SCHEDULED → LIVE ⇄ PAUSED → ENDED; SCHEDULED → ENDED; all but ENDED → BANNED.
type State string

const (
	Scheduled State = "SCHEDULED"
	OnAir     State = "LIVE"
	Paused    State = "PAUSED"
	Ended     State = "ENDED"
	Banned    State = "BANNED"
)

// Role is what somebody may do in a room, each more than the one before.
type Role string

const (
	Viewer    Role = "VIEWER"
	Moderator Role = "MODERATOR"
	CoHost    Role = "CO_HOST"
	Host      Role = "HOST"
)

// Room is one room.
type Room struct {
	ID           string
	HostID       string
	Title        string
	CoverURL     *string
	State        State
	ScheduledFor *time.Time
	StartedAt    *time.Time
	EndedAt      *time.Time
	// PlaybackURL, ReplayURL: signed, for a limited time; nil where no CDN is configured, or there is nothing to see.
	PlaybackURL     *string
	ReplayURL       *string
	ViewerCount     int
	LikeCount       int64
	SlowModeSeconds int
	Pinned          *Pin
	// Cursor names the newest event that the room's state surely holds, whose number is Seq.
	Cursor string
	Seq    int64

	// What follows is put there by who shows the room, as far as it is wanted.

	Host    *identity.PublicShopper
	Offers  []*Offer
	Drops   []*Drop
	Lottery *Lottery
	Shelf   []*catalog.Product
	// ViewerRole and ViewerMutedUntil are of who asks, nil without a session.
	ViewerRole       *Role
	ViewerMutedUntil *time.Time
	// Beside is what the reader of a page knows of the room from domains above.
	Beside any
}

// Pin is the one pinned product.
type Pin struct {
	ProductID string
	PinnedAt  time.Time
	Note      *string
	// Product is put there by who shows the pin.
	Product *catalog.Product
}

// OfferState is computed from the clock, the quota and ended_at.
type OfferState string

const (
	OfferOpen    OfferState = "OPEN"
	OfferSoldOut OfferState = "SOLD_OUT" // units that come back reopen it
	OfferEnded   OfferState = "ENDED"
)

// Offer is a price for a time and a quota.
type Offer struct {
	ID         string
	RoomID     string
	SkuID      string
	Price      *money.Money
	Quota      int
	Left       int
	StartsAt   time.Time
	EndsAt     time.Time
	OfferState OfferState
	// Sku and Room are put there by who shows the offer.
	Sku  *catalog.Sku
	Room *Room
}

// Comment is one comment.
type Comment struct {
	ID     string
	RoomID string
	// AuthorID never leaves; the author is shown as Author.
	AuthorID string `json:"-"`
	Role     Role
	Text     string
	At       time.Time
	// Author is filled wherever comments are read.
	Author *identity.PublicShopper
}

// Question is what a viewer asks.
type Question struct {
	ID         string
	RoomID     string
	AuthorID   string `json:"-"`
	Text       string
	Upvotes    int
	Answer     *string
	AnsweredAt *time.Time
	// Author is filled wherever questions are read.
	Author *identity.PublicShopper
	// ViewerUpvoted is put there by who shows the question.
	ViewerUpvoted bool `json:"-"`
}

// Drop is a rain of coupons.
type Drop struct {
	ID         string
	RoomID     string
	TemplateID string
	Quantity   int
	Left       int
	EndsAt     time.Time
	// Template and ViewerClaimed are put there by who shows the drop.
	Template      *coupon.Template
	ViewerClaimed bool `json:"-"`
}

// Lottery is drawn in the open: SeedHash is published at the start, EntriesHash when entries close, Seed when it is drawn.
type Lottery struct {
	ID            string
	RoomID        string
	Prize         string
	WinnersWanted int
	Entries       int
	SeedHash      string
	EntriesHash   *string
	Seed          *string
	EndsAt        time.Time
	DrawnAt       *time.Time
	// Winners, best first, and ViewerTicket are put there by who shows the lottery.
	Winners      []*Entrant `json:"-"`
	ViewerTicket *int       `json:"-"`
}

// Entrant is one ticket; Key is a hash that only the entrant can connect with himself.
type Entrant struct {
	Ticket int
	Key    string
	// Nickname is masked.
	Nickname string
}

// Console is what a host sees once a second.
type Console struct {
	At                time.Time
	ViewerCount       int
	PeakViewers       int
	LikeCount         int64
	CommentsPerMinute int
	OrdersPaid        int
	Sales             *money.Money
	HeldComments      []*Comment
	Series            []*ConsolePoint
}

// ConsolePoint is one minute.
type ConsolePoint struct {
	At          time.Time
	ViewerCount int
	LikeCount   int64
	OrdersPaid  int
	Sales       *money.Money
}

// Stamp is what every event carries.
type Stamp struct {
	Seq    int64
	Cursor string
	At     time.Time
}

// The events, as the contract names them. What the topic of a room holds is shared by all who watch: whoever fills the fields that "are put there by who shows"
// works on Copy.
type (
	// Tick is what came since the last one.
	Tick struct {
		Stamp
		ViewerCount     int
		LikeCount       int64
		Comments        []*Comment
		CommentsDropped int
	}
	// StateChanged tells the room's new state.
	StateChanged struct {
		Stamp
		State State
	}
	// PinChanged tells what is pinned, nil for nothing.
	PinChanged struct {
		Stamp
		Pinned *Pin
	}
	// ShelfChanged tells the shelf as it is when it is shown.
	ShelfChanged struct {
		Stamp
		ProductIDs []string
		Shelf      []*catalog.Product
	}
	// OfferChanged tells an offer as it was then.
	OfferChanged struct {
		Stamp
		Offer *Offer
	}
	// CouponDropChanged tells a drop as it was then.
	CouponDropChanged struct {
		Stamp
		Drop *Drop
	}
	// LotteryChanged tells a lottery as it was then.
	LotteryChanged struct {
		Stamp
		Lottery *Lottery
	}
	// OrderPlaced tells that somebody has paid for something of the room.
	OrderPlaced struct {
		Stamp
		BuyerID   string `json:"-"`
		Buyer     *identity.MaskedShopper
		ProductID string
		Product   *catalog.Product
		Quantity  int
	}
	// GroupProgress tells that a group of a product on the shelf has grown, as it is when it is shown.
	GroupProgress struct {
		Stamp
		GroupID  string
		GroupBuy *groupbuy.Group
	}
	// CommentHidden tells that a comment is gone.
	CommentHidden struct {
		Stamp
		CommentID string
		// tick is the number of the Tick that had it, 0 when none had.
		tick int64
	}
	// SlowModeChanged tells the new pause between comments.
	SlowModeChanged struct {
		Stamp
		Seconds int
	}
	// QuestionChanged tells a question as it was then.
	QuestionChanged struct {
		Stamp
		Question *Question
	}
	// Reset is the room as it is now.
	Reset struct {
		Stamp
		Room *Room
	}
)

// Event is one of the events above, as a pointer. Nobody writes to one that he did not make; see Copy.
type Event interface{ stamp() *Stamp }

func (s *Stamp) stamp() *Stamp { return s }
