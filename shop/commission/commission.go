// Package commission is what promoters earn by the orders of those they brought, line by line, and how it is paid out.
package commission

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/referral"
)

// Config is what the service stands on.
type Config struct {
	Store     *store.Store
	Clock     clock.Clock
	Identity  *identity.Service
	Catalog   *catalog.Service
	Payment   *payment.Service
	Order     *order.Service
	Referral  *referral.Service
	Deadlines *deadline.Deadlines
	Currency  string
	Zone      *time.Location
}

// Service keeps commission. It is safe for concurrent use.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	identity  *identity.Service
	catalog   *catalog.Service
	payments  *payment.Service
	orders    *order.Service
	referral  *referral.Service
	deadlines *deadline.Deadlines
	currency  string
	zone      *time.Location
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, payments: c.Payment, orders: c.Order, referral: c.Referral, deadlines: c.Deadlines, currency: c.Currency, zone: c.Zone,
	}
}

// State is where one commission stands.
type State string

const (
	// Pending until the order's return window has closed.
	Pending    State = "PENDING"
	Available  State = "AVAILABLE"
	ClawedBack State = "CLAWED_BACK"
)

// Balance is a promoter's money. Debt is what was clawed back after it was withdrawn; later commission pays it first.
type Balance struct {
	Pending, Available, InPayout, Withdrawn, ClawedBack, Debt *money.Money
}

// Commission is what one beneficiary earns by one line of somebody's order.
type Commission struct {
	ID                       string
	OrderNumberMasked        string
	LineTitle                string
	Level                    int
	Base, Amount, ClawedBack *money.Money
	// Rate is a share of Base, e.g. 0.05.
	Rate                  money.Decimal
	State                 State
	EarnedAt, AvailableAt time.Time
}

// WithdrawalState is how a payout gets on.
type WithdrawalState string

const (
	Requested WithdrawalState = "REQUESTED"
	// Sent: the wallet has it, or may have it.
	Sent    WithdrawalState = "SENT"
	Settled WithdrawalState = "SETTLED"
	// Failed: the provider will not pay it, and the amount is available again.
	Failed WithdrawalState = "FAILED"
)

// Withdrawal is one payout of commission.
type Withdrawal struct {
	ID          string
	Amount      *money.Money
	State       WithdrawalState
	RequestedAt time.Time
	SettledAt   *time.Time
	// Confirm is what the channel's confirm call needs while the wallet waits for the person's consent, else empty.
	Confirm []*order.Parameter
}

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}
