// Package points is the shoppers' points: a double-entry ledger, the same on every channel. Every movement is a posting whose entries sum to zero; points are
// kept in lots that run out, are spent first to expire first, and go back to the lots that they came from.
//
// A day ends at the shop's local midnight, and so does every lot: one earned today lives until the end of the day that is Validity days from today. What has
// run out is never spent, also before the worker has booked it: whoever opens an account books it first.
package points

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
)

// Max bounds every number of points, and every balance: 2^53-1, as money.
const Max = money.Max

// Kind says what a posting is.
type Kind string

// The kinds of postings. What a debt takes from points that come in is a Reverse beside them.
const (
	Earned   Kind = "EARN"
	Redeemed Kind = "REDEEM"
	Held     Kind = "HOLD"
	Captured Kind = "CAPTURE"
	Released Kind = "RELEASE"
	Expired  Kind = "EXPIRE"
	Reversed Kind = "REVERSE"
	Adjusted Kind = "ADJUST"
	Merged   Kind = "MERGE"
)

// Entry is a line of a shopper's statement.
type Entry struct {
	ID        string
	ShopperID string
	// Seq is its place in the statement, from 1.
	Seq  int64
	Kind Kind
	// Points is the signed change of what is available; a capture changes nothing.
	Points int64
	// BalanceAfter is what was available then.
	BalanceAfter int64
	Channel      string
	Reason       string
	Reference    *string
	// Owner is who brought it about: a partner's id, or a part of the shop.
	Owner  string
	HoldID *string
	At     time.Time
}

// Account is a shopper's points as they are.
type Account struct {
	ShopperID string
	// Version rises with each change; 1 for one that never had any.
	Version int64
	// Available may be spent now; 0 while there is a Debt.
	Available int64
	Held      int64
	// Debt is what later earnings pay first.
	Debt int64
	// Entries is how many lines the statement has.
	Entries int64
}

// Expiry is how many points run out at a moment.
type Expiry struct {
	Points int64
	At     time.Time
}

// HoldState is where a hold is.
type HoldState string

// A hold's states; all but HoldLive are final.
const (
	HoldLive     HoldState = "HELD"
	HoldCaptured HoldState = "CAPTURED"
	HoldReleased HoldState = "RELEASED"
	HoldExpired  HoldState = "EXPIRED"
)

// Hold is points set aside. A redemption at once is one that was captured from the start.
type Hold struct {
	ID        string
	ShopperID string
	OrderID   *string
	State     HoldState
	Points    int64
	Captured  int64
	// Returned is what reversals gave back of Captured.
	Returned  int64
	Channel   string
	Owner     string
	Reference string
	// ExpiresAt is nil without a timer.
	ExpiresAt *time.Time
}
