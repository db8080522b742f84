package order

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/points"
)

// checkoutPoints are what a checkout spends and earns of points.
type checkoutPoints struct {
	// available are the shopper's, when it matters; left what the mall leaves of them.
	available, left int64
	// usable is the most that may be spent off the price; off is what is.
	usable, off int64
	// perLine is what each line costs in points, in the mall and off the price; earns is what each will earn.
	perLine, earns []int64
	// rate is what is earned, as of Line.EarnRate.
	rate int64
}

func (cp *checkoutPoints) used() int64   { return total(cp.perLine) }
func (cp *checkoutPoints) earned() int64 { return total(cp.earns) }

func total(list []int64) (sum int64) {
	for _, n := range list {
		sum += n
	}
	return sum
}

// mallPoints is what a line costs in points in the mall.
func (w *wantedLine) mallPoints() (int64, error) {
	return money.Mul(*w.sku.PointsPrice, int64(w.Quantity))
}

// mallMoney is what a unit costs in money beside its points.
func (w *wantedLine) mallMoney() int64 {
	if w.sku.PointsMoney == nil {
		return 0
	}
	return min(*w.sku.PointsMoney, w.sku.Price)
}

// openPoints finds the shopper's tier and the points that he has, and which lines are paid in points. One that cannot be is refused, or priced in money with a
// notice: short points never give a discount.
func (s *Service) openPoints(ctx context.Context, buyer Buyer, c *Checkout, p *priced, l leniency) (err error) {
	if s.points == nil {
		return nil
	}
	if p.tier, err = s.points.Tier(ctx, buyer.ShopperID); err != nil {
		return err
	}
	cp := &p.points
	cp.rate = s.points.Programme().EarnRate(p.tier, buyer.Channel, s.clock())
	spends := c.UsePoints != nil && *c.UsePoints != 0 || slices.ContainsFunc(p.goods, func(w wantedLine) bool { return w.PayWithPoints })
	if l == strict && !spends {
		return nil
	}
	account, err := s.points.Account(ctx, buyer.ShopperID)
	if err != nil {
		return err
	}
	cp.available, cp.left = account.Available, account.Available
	for i := range p.goods {
		if err := cp.openMall(&p.goods[i], p, l); err != nil {
			return err
		}
	}
	return nil
}

// openMall has a line paid in points, if it asks for that.
func (cp *checkoutPoints) openMall(w *wantedLine, p *priced, l leniency) error {
	if !w.PayWithPoints {
		return nil
	}
	var refusal *fault.Error
	if w.sku.PointsPrice == nil || w.mallMoney() == w.sku.Price { // points that take nothing off are not taken
		refusal = ErrNotInMall
	} else {
		cost, err := w.mallPoints()
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", fault.OutOfRange.At(w.field("quantity")...), err)
		case cost > cp.left:
			refusal = points.ErrInsufficientPoints.WithAvailable(cp.left)
		default:
			cp.left -= cost
			w.mall = true
			return nil
		}
	}
	if l == strict {
		return refusal.At(w.field("payWithPoints")...)
	}
	p.notices = append(p.notices, &Notice{Code: NoticePointsCapped, Target: &w.LineInput.SkuID, Words: refusal.Message})
	return nil
}

// fitPoints is what the checkout's usePoints take off the price after coupons, nil when nothing. More than the shop allows is capped, with a notice; more than the
// shopper has is refused when an order is placed.
func (s *Service) fitPoints(c *Checkout, p *priced, l leniency) (*Deduction, error) {
	if s.points == nil {
		return nil, nil
	}
	cp := &p.points
	var lines []int
	var room int64
	for i, line := range p.sum.Lines {
		if !p.goods[i].mall {
			lines = append(lines, i)
			room += line.Total
		}
	}
	var err error
	if cp.usable, err = s.usable(cp.left, room); err != nil {
		return nil, err
	}
	if c.UsePoints == nil || *c.UsePoints == 0 {
		return nil, nil
	}
	asked := *c.UsePoints
	switch {
	case asked < 0 || asked > points.Most:
		return nil, fault.OutOfRange.At("checkout", "usePoints")
	case l == strict && asked > cp.left:
		return nil, points.ErrInsufficientPoints.At("checkout", "usePoints").WithAvailable(cp.left)
	case asked > cp.usable:
		p.notices = append(p.notices, &Notice{Code: NoticePointsCapped, Words: fault.Text{
			En: fmt.Sprintf("At most %d points can be used here.", cp.usable), Zh: fmt.Sprintf("本单最多可用 %d 积分。", cp.usable),
		}})
	}
	amount, err := s.points.Worth(min(asked, cp.usable))
	if err != nil || amount == 0 {
		return nil, err
	}
	if cp.off, err = s.points.Cost(amount); err != nil {
		return nil, err
	}
	return &Deduction{Kind: ByPoints, Title: adjustmentWords[ByPoints].Zh, Amount: amount, Lines: lines}, nil
}

// countUsable works out what may be spent of points for a quote, where placing had no need to.
func (s *Service) countUsable(ctx context.Context, shopperID string, p *priced) error {
	if s.points == nil || p.points.available > 0 {
		return nil
	}
	account, err := s.points.Account(ctx, shopperID)
	if err != nil {
		return err
	}
	p.points.available, p.points.left = account.Available, account.Available // nothing is spent, or it would be known
	_, err = s.fitPoints(&Checkout{}, p, forgiving)
	return err
}

// usable is the most of left points that may go off lines which cost room: the programme's share of it, and no point that would take nothing off.
func (s *Service) usable(left, room int64) (int64, error) {
	most, err := money.MulDiv(room, s.points.Programme().SpendPercent, 100)
	if err != nil {
		return 0, err
	}
	worth, err := s.points.Worth(left)
	if err != nil {
		return 0, err
	}
	return s.points.Cost(min(most, worth))
}

// sharePoints says what each line costs in points, by what they took off it, and what it will earn.
func (s *Service) sharePoints(p *priced) error {
	cp := &p.points
	cp.perLine, cp.earns = make([]int64, len(p.goods)), make([]int64, len(p.goods))
	if cp.off > 0 {
		step := p.sum.Adjustments[len(p.sum.Adjustments)-1] // the newest is what the points took off
		shares, err := money.Split(cp.off, negated(step.Shares))
		if err != nil {
			return fmt.Errorf("share %d points: %w", cp.off, err)
		}
		copy(cp.perLine, shares)
	}
	for i := range p.goods {
		if w := &p.goods[i]; w.mall {
			cost, err := w.mallPoints()
			if err != nil {
				return err
			}
			cp.perLine[i] += cost
		}
		var err error
		if cp.earns[i], err = s.earnsOn(p.sum.Lines[i].Total, cp.rate); err != nil {
			return err
		}
	}
	return nil
}

func negated(list []int64) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = -n
	}
	return out
}

// earnsOn is what kept minor units earn at a rate, rounded down.
func (s *Service) earnsOn(kept, rate int64) (int64, error) {
	return money.MulDiv(kept, rate, points.RateScale*int64(math.Pow10(money.Exponent(s.currency))))
}
