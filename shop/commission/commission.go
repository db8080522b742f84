// Package commission is what promoters earn by the orders of those they brought, line by line, and how it is paid out.
package commission

import (
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/page"
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
	Outbox    *outbox.Outbox
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
	outbox    *outbox.Outbox
	deadlines *deadline.Deadlines
	currency  string
	zone      *time.Location
}

// New returns the service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, payments: c.Payment, orders: c.Order, referral: c.Referral, outbox: c.Outbox,
		deadlines: c.Deadlines, currency: c.Currency, zone: c.Zone,
	}
}

// State is where one commission stands.
type State string

const (
	Pending    State = "PENDING"
	Available  State = "AVAILABLE"
	ClawedBack State = "CLAWED_BACK"
)

// Balance is a promoter's money.
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
	// Rate is a decimal share, e.g. 0.05.
	Rate                  string
	State                 State
	EarnedAt, AvailableAt time.Time
}

// Page is a page of them.
type Page struct {
	Nodes []*Commission
	Info  page.Info
	Total *int
}

// WithdrawalState is how a payout gets on.
type WithdrawalState string

const (
	Requested WithdrawalState = "REQUESTED"
	Sent      WithdrawalState = "SENT"
	Settled   WithdrawalState = "SETTLED"
	Failed    WithdrawalState = "FAILED"
)

// Withdrawal is one payout of commission.
type Withdrawal struct {
	ID          string
	ShopperID   string
	Amount      *money.Money
	State       WithdrawalState
	RequestedAt time.Time
	SettledAt   *time.Time
}

// WithdrawalPage is a page of them.
type WithdrawalPage struct {
	Nodes []*Withdrawal
	Info  page.Info
	Total *int
}
