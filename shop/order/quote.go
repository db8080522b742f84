package order

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/points"
)

// priced is a checkout with the prices of now.
type priced struct {
	goods    []wantedLine
	sum      Priced
	notices  []*Notice
	activity Activity
	wanted   *Wanted // the activity's
	coupons  checkoutCoupons
	// tier is the shopper's, nil in a shop without points.
	tier   *points.Tier
	points checkoutPoints
}

// wantedLine is one line of a checkout and what is known of its SKU.
type wantedLine struct {
	LineInput
	sku catalog.ForSale
	// mall: it is paid in points.
	mall bool
	// at is the path of the line in the input, for refusals; nil when it came from the cart.
	at []string
	// names is the field there that names the goods; "": skuId.
	names string
}

// field is the path of a part of the line, or of the whole checkout when the line does not stand in the input.
func (w wantedLine) field(part string) []string {
	if w.at == nil {
		return []string{"checkout"}
	}
	if part == "skuId" && w.names != "" {
		part = w.names
	}
	return append(slices.Clone(w.at), part)
}

// Quote prices a checkout without placing it. What cannot be had is left out or capped, with a notice; it refuses only what makes no sense.
//
// Errors: fault.NotYet for activities and points that the shop does not have; ErrConflictingGoods, ErrNothingToOrder, fault.OutOfRange.
func (s *Service) Quote(ctx context.Context, buyer Buyer, c *Checkout) (*Quote, error) {
	p, err := s.price(ctx, buyer, c, forgiving)
	if err != nil {
		return nil, err
	}
	return s.quoteOf(ctx, buyer.ShopperID, p)
}

// leniency says what pricing does about goods that cannot be had.
type leniency bool

const (
	forgiving leniency = true  // leave out, cap, and say so
	strict    leniency = false // refuse
)

// price finds the goods of a checkout and prices them.
func (s *Service) price(ctx context.Context, buyer Buyer, c *Checkout, l leniency) (*priced, error) {
	if err := s.notYet(c); err != nil {
		return nil, err
	}
	activity, wanted, err := s.activityFor(ctx, buyer.ShopperID, c)
	if err != nil {
		return nil, err
	}
	lines, err := s.wantedLines(ctx, buyer.ShopperID, c, wanted)
	if err != nil {
		return nil, err
	}
	p := &priced{activity: activity, wanted: wanted}
	if p.goods, p.notices, err = s.available(ctx, lines, l); err != nil || len(p.goods) == 0 {
		return p, err
	}
	return p, s.reckon(ctx, buyer, c, p, l)
}

// reckon prices the goods that were found, in the order of the pricing function: each step sees what those before it have left.
func (s *Service) reckon(ctx context.Context, buyer Buyer, c *Checkout, p *priced, l leniency) error {
	if err := s.openPoints(ctx, buyer, c, p, l); err != nil {
		return err
	}
	if err := s.sum(p, nil); err != nil {
		return err
	}
	if err := s.fitNamed(ctx, buyer.ShopperID, c, p, l); err != nil {
		return err
	}
	steps := p.coupons.deductions()
	if len(steps) > 0 {
		if err := s.sum(p, steps); err != nil {
			return err
		}
	}
	spend, err := s.fitPoints(c, p, l)
	if err != nil {
		return err
	}
	if spend != nil {
		if err := s.sum(p, append(steps, *spend)); err != nil {
			return err
		}
	}
	return s.sharePoints(p)
}

// sum runs the pricing function over what was found, with steps after those of the activity.
func (s *Service) sum(p *priced, steps []Deduction) (err error) {
	goods := make([]Goods, len(p.goods))
	var shown PricedActivity
	for i, g := range p.goods {
		goods[i] = Goods{Quantity: int64(g.Quantity), Sale: g.sku.Price}
		if g.mall {
			goods[i].Mall = new(g.mallMoney())
		} else if p.tier != nil {
			goods[i].Member = p.tier.MemberPrice(g.sku.Price)
		}
	}
	if wanted := p.wanted; wanted != nil {
		shown, steps = wanted.Shown, slices.Concat(wanted.Deductions, steps)
		for i := range goods {
			goods[i].Activity = &wanted.Prices[i]
		}
	}
	if p.sum, err = Price(goods, shown, steps, s.shipping); err != nil {
		return fmt.Errorf("%w: %w", fault.OutOfRange.At("checkout"), err)
	}
	return nil
}

// notYet refuses what later parts of the shop will serve.
func (s *Service) notYet(c *Checkout) error {
	if len(c.CouponIDs) > 0 && s.coupons == nil {
		return fault.NotYet.At("checkout", "couponIds")
	}
	if s.points != nil {
		return nil
	}
	if c.UsePoints != nil && *c.UsePoints != 0 {
		return fault.NotYet.At("checkout", "usePoints")
	}
	for i, line := range c.Lines {
		if line.PayWithPoints {
			return fault.NotYet.At("checkout", "lines", position(i), "payWithPoints")
		}
	}
	return nil
}

// wantedLines are the activity's goods, the input's lines, or the cart's selected ones.
func (s *Service) wantedLines(ctx context.Context, shopperID string, c *Checkout, wanted *Wanted) ([]wantedLine, error) {
	if wanted != nil {
		lines := make([]wantedLine, len(wanted.Lines))
		for i, line := range wanted.Lines {
			lines[i] = wantedLine{LineInput: line, at: wanted.At, names: wanted.Names}
		}
		return lines, nil
	}
	if c.Lines == nil {
		return s.selectedLines(ctx, shopperID)
	}
	if len(c.Lines) == 0 {
		return nil, ErrNothingToOrder.At("checkout", "lines")
	}
	if len(c.Lines) > maxLines {
		return nil, fault.OutOfRange.At("checkout", "lines").WithAvailable(maxLines)
	}
	lines := make([]wantedLine, len(c.Lines))
	seen := map[string]bool{}
	for i, line := range c.Lines {
		lines[i] = wantedLine{LineInput: *line, at: []string{"checkout", "lines", position(i)}}
		if line.Quantity < 1 || line.Quantity > maxQuantity {
			return nil, fault.OutOfRange.At(lines[i].field("quantity")...).WithAvailable(maxQuantity)
		}
		if seen[line.SkuID] {
			return nil, fault.Invalid.Saying("This SKU is on another line already.", "同一商品重复。").At(lines[i].field("skuId")...)
		}
		seen[line.SkuID] = true
	}
	return lines, nil
}

// available looks the goods up; what cannot be had is refused, or left out and capped with a notice.
func (s *Service) available(ctx context.Context, lines []wantedLine, l leniency) ([]wantedLine, []*Notice, error) {
	ids := make([]string, len(lines))
	for i, line := range lines {
		ids[i] = line.SkuID
	}
	found, err := s.catalog.ForSale(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	kept := make([]wantedLine, 0, len(lines))
	var notices []*Notice
	for _, line := range lines {
		sku, ok := found[line.SkuID]
		line.sku = sku
		switch {
		case l == strict && (!ok || !sku.Visible):
			return nil, nil, ErrSkuUnavailable.At(line.field("skuId")...)
		case l == strict && sku.Available < int64(line.Quantity): // for a good answer; what decides is the hold
			return nil, nil, catalog.ErrOutOfStock.WithAvailable(sku.Available).At(line.field("quantity")...)
		case !ok || !sku.Visible || sku.Available == 0:
			notices = append(notices, &Notice{
				Code: NoticeLineUnavailable, Target: &line.LineInput.SkuID,
				Words: fault.Text{En: "This cannot be had at the moment.", Zh: "该商品暂时无法购买。"},
			})
			continue
		case sku.Available < int64(line.Quantity):
			line.Quantity = int(sku.Available)
			notices = append(notices, &Notice{
				Code: NoticeQuantityCapped, Target: &line.LineInput.SkuID,
				Words: fault.Text{En: fmt.Sprintf("There are only %d left.", sku.Available), Zh: fmt.Sprintf("库存仅剩 %d 件。", sku.Available)},
			})
		}
		kept = append(kept, line)
	}
	return kept, notices, nil
}

// quoteOf shows prices as a quote, signed for this shopper.
func (s *Service) quoteOf(ctx context.Context, shopperID string, p *priced) (*Quote, error) {
	coupons, err := s.quoteCoupons(ctx, shopperID, &p.coupons)
	if err != nil {
		return nil, err
	}
	validUntil := s.clock().Add(quoteValid).Truncate(time.Second) // what the token keeps
	q := &Quote{
		Token: s.token(shopperID, p, validUntil), Subtotal: s.money(p.sum.Subtotal), Shipping: s.money(p.sum.Shipping), Total: s.money(p.sum.Total),
		Adjustments: []*Adjustment{}, PointsUsable: p.points.usable, PointsUsed: p.points.used(), PointsEarned: p.points.earned(), Coupons: coupons, Notices: p.notices,
		ValidUntil: validUntil,
	}
	for i, line := range p.sum.Lines {
		q.Lines = append(q.Lines, &QuoteLine{
			SkuID: p.goods[i].SkuID, Quantity: int(line.Quantity), UnitPrice: s.money(line.UnitPrice),
			Discount: s.money(line.Discount), Total: s.money(line.Total),
		})
	}
	for _, step := range p.sum.Adjustments {
		q.Adjustments = append(q.Adjustments, &Adjustment{Kind: step.Kind, Title: step.Title, Amount: s.money(step.Amount)})
	}
	return q, nil
}
