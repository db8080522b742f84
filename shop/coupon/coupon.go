// Package coupon is money off that a person holds: templates that the shop makes, coupons that shoppers claim from them, and the one order that a coupon serves
// at a time. What a coupon takes off is a pure function of what the goods cost; which goods it is for is the order's to say.
package coupon

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
)

// State is where a coupon stands.
type State string

const (
	Usable   State = "USABLE"
	Reserved State = "RESERVED" // by an order that is not paid yet
	Used     State = "USED"     // by an order that was paid and not given back whole
	Expired  State = "EXPIRED"  // usable no more: a reserved one stays reserved, until its order ends
)

// Template is what coupons are made from.
type Template struct {
	ID              string
	Title           string
	Discount        Discount
	MinSpend        *money.Money // nil without
	ValidDays       int
	Quantity        int
	Left            int
	PerShopperLimit int
	Claimable       bool
	// ViewerClaimed says that the reader has claimed one; filled for the reader that a list was asked for.
	ViewerClaimed bool
}

// Coupon is one person's coupon.
type Coupon struct {
	ID        string
	ShopperID string
	Template  *Template
	State     State
	// ValidUntil is the first instant at which it can no longer be used: a local midnight.
	ValidUntil time.Time
	// Source says how the person came by it: claim, drop, assist.
	Source string
	// OrderID is the order that it serves, "" while it serves none.
	OrderID string
}

// Discount is *AmountOff or *PercentOff.
type Discount interface{ off(spend int64) int64 }

// AmountOff takes a fixed amount off.
type AmountOff struct{ Amount *money.Money }

// PercentOff takes a part off, in hundredths of a percent, at most Cap.
type PercentOff struct {
	BasisPoints int
	Cap         *money.Money // nil without
}

// Percent is the part in percent, e.g. 12.50.
func (p *PercentOff) Percent() money.Decimal {
	return money.Decimal(money.Format(int64(p.BasisPoints), hundredths))
}

// hundredths is how percents are read and written: as money of two decimal places, in the code of no currency.
const hundredths = "XXX"

const whole = 10_000 // basis points

func (a *AmountOff) off(int64) int64 { return a.Amount.Minor }

func (p *PercentOff) off(spend int64) int64 {
	n, err := money.MulDiv(spend, int64(p.BasisPoints), whole) // cannot overflow: at most spend
	if err != nil {
		return 0
	}
	if p.Cap != nil {
		n = min(n, p.Cap.Minor)
	}
	return n
}

// Reached reports whether goods that cost spend are enough for the template.
func (t *Template) Reached(spend int64) bool { return t.MinSpend == nil || spend >= t.MinSpend.Minor }

// Off is what the template takes off goods that cost spend, in minor units: a percentage is rounded down to the smallest unit, and never is it more than they
// cost. 0 when spend is not enough.
func (t *Template) Off(spend int64) int64 {
	if !t.Reached(spend) {
		return 0
	}
	return t.OffAgain(spend)
}

// OffAgain is Off for an order that has the coupon already and has become cheaper since: its least spend no longer matters.
func (t *Template) OffAgain(spend int64) int64 {
	if spend <= 0 {
		return 0
	}
	return min(t.Discount.off(spend), spend)
}

// Percentage reports whether it takes a part off: those go before fixed amounts.
func (t *Template) Percentage() bool {
	_, is := t.Discount.(*PercentOff)
	return is
}
