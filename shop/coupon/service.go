package coupon

import (
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Config is what coupons stand on.
type Config struct {
	Store    *store.Store
	Clock    clock.Clock
	Identity *identity.Service
	// Currency is the shop's one currency, Zone its one time zone.
	Currency string
	Zone     *time.Location
}

// Service makes templates, hands coupons out, and lends them to orders.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	identity *identity.Service
	currency string
	zone     *time.Location
}

// New returns the service.
func New(c Config) *Service {
	return &Service{store: c.Store, clock: c.Clock, identity: c.Identity, currency: c.Currency, zone: c.Zone}
}

// What a coupon may be refused for.
var (
	ErrExhausted     = fault.Refuse("COUPON_EXHAUSTED", "Every one of these coupons has been claimed.", "优惠券已领完。")
	ErrLimit         = fault.Refuse("LIMIT_PER_SHOPPER", "You have claimed as many of these as one person may.", "已达每人领取上限。")
	ErrNotApplicable = fault.Refuse("COUPON_NOT_APPLICABLE", "This coupon cannot be used here.", "优惠券不可用。")
)

// Limits of a template.
const (
	maxTitle      = 100
	maxValidDays  = 3650
	maxQuantity   = 1_000_000_000
	maxPerShopper = 999
)

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}

// lost is the error for a state that this code did not foresee: it rolls back and is logged.
func lost(what, id string) error {
	return fmt.Errorf("%s %s: another transaction changed it", what, id)
}
