package order

import (
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/internal/money"
)

// Goods is one line as the pricing function sees it. Amounts are minor units.
type Goods struct {
	Quantity int64
	// Sale is what anybody pays; Member this shopper's tier price, nil without one.
	Sale   int64
	Member *int64
	// Activity is the price of the order's one activity, nil without; it replaces sale and member price, also when it is higher.
	Activity *int64
	// Mall is what a unit costs in money where the rest is paid in points, nil otherwise; it replaces them all, and is at most Sale.
	Mall *int64
}

// Deduction is one step after the prices: a coupon, then points. Amount is what it would take off; it never takes more than the eligible lines still cost.
type Deduction struct {
	Kind   AdjustmentKind
	Title  string
	Amount int64
	// Lines are the positions that it applies to; nil means all.
	Lines []int
}

// Shipping is the shop's fee: flat, and free from a subtotal on (0: always charged), which is the price before any adjustment.
type Shipping struct{ Flat, FreeFrom int64 }

// Priced is what the pricing function answers. Total = Subtotal + Σ Adjustments + Shipping.
type Priced struct {
	Lines       []PricedLine
	Adjustments []PricedStep
	Subtotal    int64
	Shipping    int64
	Total       int64
	// Capped says which deductions took less than their amount.
	Capped []AdjustmentKind
}

// PricedLine is one line: Total = UnitPrice × Quantity − Discount.
type PricedLine struct{ UnitPrice, Quantity, Discount, Total int64 }

// PricedStep is one adjustment with its share per line; Amount is the sum of Shares, all ≤ 0.
type PricedStep struct {
	Kind   AdjustmentKind
	Title  string
	Amount int64
	Shares []int64
}

// Price is the one pricing function, for quotes, orders and rebates alike. It is pure. Order of steps: the activity's price, else the lower of sale and
// member price, or what points leave of it; then deductions in the order given; then shipping. Every step is split to lines by largest remainder, so that any line can be refunded to
// the smallest unit. It returns money.ErrOverflow when a sum leaves ±money.Max.
func Price(goods []Goods, activity PricedActivity, deductions []Deduction, shipping Shipping) (Priced, error) {
	p := Priced{Lines: make([]PricedLine, len(goods))}
	for i, g := range goods {
		full, err := money.Mul(g.Sale, g.Quantity)
		if err != nil {
			return Priced{}, fmt.Errorf("line %d: %w", i, err)
		}
		p.Lines[i] = PricedLine{UnitPrice: g.Sale, Quantity: g.Quantity, Total: full}
		if p.Subtotal, err = money.Add(p.Subtotal, full); err != nil {
			return Priced{}, err
		}
	}
	if err := p.reprice(goods, activity); err != nil {
		return Priced{}, err
	}
	for _, d := range deductions {
		if err := p.deduct(d); err != nil {
			return Priced{}, err
		}
	}
	p.Total = p.Subtotal
	for _, s := range p.Adjustments {
		p.Total += s.Amount
	}
	if shipping.FreeFrom == 0 || p.Subtotal < shipping.FreeFrom { // what a coupon takes off does not bring the fee back
		p.Shipping = shipping.Flat
	}
	var err error
	p.Total, err = money.Add(p.Total, p.Shipping)
	return p, err
}

// PricedActivity names the adjustment that an activity's price appears as.
type PricedActivity struct {
	Kind  AdjustmentKind
	Title string
}

// reprice shows what the activity's or the member price takes off. An activity price above the sale price raises the line's unit price instead, since an
// adjustment never adds. What is taken off cannot overflow: it is at most the line's full price.
func (p *Priced) reprice(goods []Goods, activity PricedActivity) error {
	byActivity := PricedStep{Kind: activity.Kind, Title: activity.Title, Shares: make([]int64, len(goods))}
	byMember := PricedStep{Kind: ByMember, Title: adjustmentWords[ByMember].Zh, Shares: make([]int64, len(goods))}
	inPoints := PricedStep{Kind: ByPoints, Title: adjustmentWords[ByPoints].Zh, Shares: make([]int64, len(goods))}
	for i, g := range goods {
		switch {
		case g.Mall != nil:
			inPoints.Shares[i] = -(g.Sale - *g.Mall) * g.Quantity
		case g.Activity != nil && *g.Activity > g.Sale:
			full, err := money.Mul(*g.Activity, g.Quantity)
			if err != nil {
				return fmt.Errorf("line %d: %w", i, err)
			}
			if p.Subtotal, err = money.Add(p.Subtotal-p.Lines[i].Total, full); err != nil {
				return err
			}
			p.Lines[i].UnitPrice, p.Lines[i].Total = *g.Activity, full
		case g.Activity != nil:
			byActivity.Shares[i] = -(g.Sale - *g.Activity) * g.Quantity
		case g.Member != nil && *g.Member < g.Sale:
			byMember.Shares[i] = -(g.Sale - *g.Member) * g.Quantity
		}
	}
	p.take(byActivity)
	p.take(byMember)
	p.take(inPoints)
	return nil
}

// deduct takes a deduction off its lines, at most what they still cost.
func (p *Priced) deduct(d Deduction) error {
	weights := make([]int64, len(p.Lines))
	var room int64
	for i := range p.Lines {
		if d.Lines == nil || slices.Contains(d.Lines, i) {
			weights[i] = p.Lines[i].Total
			room += weights[i]
		}
	}
	amount := min(max(d.Amount, 0), room)
	if amount < d.Amount {
		p.Capped = append(p.Capped, d.Kind)
	}
	shares, err := money.Split(-amount, weights)
	if err != nil {
		return fmt.Errorf("split %s: %w", d.Kind, err)
	}
	p.take(PricedStep{Kind: d.Kind, Title: d.Title, Shares: shares})
	return nil
}

// take applies a step, unless it changes nothing.
func (p *Priced) take(step PricedStep) {
	for i, share := range step.Shares {
		step.Amount += share
		p.Lines[i].Discount -= share
		p.Lines[i].Total += share
	}
	if step.Amount != 0 {
		p.Adjustments = append(p.Adjustments, step)
	}
}
