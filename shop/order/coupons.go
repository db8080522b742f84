package order

import (
	"context"
	"slices"
	"strconv"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
)

// maxCoupons is how many coupons a checkout may name.
const maxCoupons = 20

// couponFit is what a coupon does for a checkout's lines: it takes off from those at lines, or why says why not.
type couponFit struct {
	off   int64
	lines []int
	why   *fault.Text
}

func noFit(en, zh string) couponFit { return couponFit{why: &fault.Text{En: en, Zh: zh}} }

// fitCoupon is what one coupon takes off lines as they cost before coupons. takes says which lines take a coupon at all, taken which have one. The goods that it
// is for, today all that take one, must reach its least spend, must have no other coupon, and are never left below zero. One that would save nothing is not spent.
func fitCoupon(c *coupon.Coupon, lines []PricedLine, takes, taken []bool) couponFit {
	switch c.State {
	case coupon.Reserved:
		return noFit("Another unpaid order of yours has it.", "已被另一笔待支付订单占用。")
	case coupon.Used:
		return noFit("It has been used.", "优惠券已使用。")
	case coupon.Expired:
		return noFit("Its date has passed.", "优惠券已过期。")
	}
	if len(lines) == 0 {
		return noFit("There is nothing to use it for.", "没有可用的商品。")
	}
	var fit couponFit
	var spend int64
	for i, line := range lines {
		if !takes[i] {
			continue
		}
		if taken[i] {
			return noFit("These goods have a coupon already.", "每件商品只能使用一张优惠券。")
		}
		fit.lines = append(fit.lines, i)
		spend += line.Total
	}
	if len(fit.lines) == 0 {
		return noFit("The activity's prices take no coupon.", "活动价商品不可使用优惠券。")
	}
	if !c.Template.Reached(spend) {
		least := string(c.Template.MinSpend.Amount())
		return noFit("The goods must come to "+least+" at least.", "商品满 "+least+" 元可用。")
	}
	if fit.off = c.Template.Off(spend); fit.off == 0 {
		return noFit("It would save nothing here.", "没有可减免的金额。")
	}
	return fit
}

// fitCoupons is what several coupons do together, by position: percentages before amounts, else in the order given, and at most one on a line.
func fitCoupons(named []*coupon.Coupon, lines []PricedLine, takes []bool) []couponFit {
	fits := make([]couponFit, len(named))
	taken := make([]bool, len(lines))
	for _, i := range percentFirst(named) {
		fits[i] = fitCoupon(named[i], lines, takes, taken)
		for _, at := range fits[i].lines {
			taken[at] = true
		}
	}
	return fits
}

// percentFirst are the positions of coupons in the order in which they apply.
func percentFirst(named []*coupon.Coupon) []int {
	var percents, amounts []int
	for i, c := range named {
		if c.Template.Percentage() {
			percents = append(percents, i)
		} else {
			amounts = append(amounts, i)
		}
	}
	return append(percents, amounts...)
}

// checkoutCoupons are a checkout's coupons, and what the prices were before them.
type checkoutCoupons struct {
	before []PricedLine
	takes  []bool
	named  []*coupon.Coupon
	fits   []couponFit
	// at are the positions of named in the input: those that are not the shopper's are not among them.
	at []int
}

// deductions are the coupons' steps of the pricing function.
func (cc *checkoutCoupons) deductions() []Deduction {
	var steps []Deduction
	for _, i := range percentFirst(cc.named) {
		if fit := cc.fits[i]; fit.why == nil {
			steps = append(steps, Deduction{Kind: ByCoupon, Title: cc.named[i].Template.Title, Amount: fit.off, Lines: fit.lines})
		}
	}
	return steps
}

// fitNamed fits the coupons that a checkout names to prices before coupons. None is chosen that is not named. What does not apply is refused, or dropped with a
// notice.
func (s *Service) fitNamed(ctx context.Context, shopperID string, c *Checkout, p *priced, l leniency) error {
	cc := &p.coupons
	cc.before = p.sum.Lines
	cc.takes = make([]bool, len(cc.before))
	for i := range cc.takes {
		cc.takes[i] = (p.wanted == nil || p.wanted.Coupons) && !p.goods[i].mall
	}
	if len(c.CouponIDs) == 0 {
		return nil
	}
	if len(c.CouponIDs) > maxCoupons {
		return fault.OutOfRange.At("checkout", "couponIds").WithAvailable(maxCoupons)
	}
	his, err := s.coupons.Some(ctx, shopperID, c.CouponIDs)
	if err != nil {
		return err
	}
	drop := func(i int, refusal *fault.Error, why fault.Text) error {
		if l == strict {
			return refusal.Saying(why.En, why.Zh).At("checkout", "couponIds", position(i))
		}
		p.notices = append(p.notices, &Notice{Code: NoticeCouponDropped, Target: &c.CouponIDs[i], Words: why})
		return nil
	}
	for i, couponID := range c.CouponIDs {
		if his[couponID] != nil {
			cc.named, cc.at = append(cc.named, his[couponID]), append(cc.at, i)
		} else if err := drop(i, fault.Missing, fault.Missing.Message); err != nil {
			return err
		}
	}
	cc.fits = fitCoupons(cc.named, cc.before, cc.takes)
	for i, fit := range cc.fits {
		if fit.why != nil {
			if err := drop(cc.at[i], coupon.ErrNotApplicable, *fit.why); err != nil {
				return err
			}
		}
	}
	return nil
}

// quoteCoupons are the checkout's own coupons, then what else the shopper may use, soonest end first and coupon.MostUsable at most: each with what it would save
// alone.
func (s *Service) quoteCoupons(ctx context.Context, shopperID string, cc *checkoutCoupons) ([]*QuoteCoupon, error) {
	list := []*QuoteCoupon{}
	if s.coupons == nil {
		return list, nil
	}
	wallet, err := s.coupons.Usable(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	show := func(c *coupon.Coupon, chosen bool, fit couponFit) {
		if !slices.ContainsFunc(list, func(q *QuoteCoupon) bool { return q.Coupon.ID == c.ID }) {
			list = append(list, &QuoteCoupon{Coupon: c, Chosen: chosen, Saves: s.money(fit.off), Words: fit.why})
		}
	}
	for i, c := range cc.named {
		show(c, cc.fits[i].why == nil, cc.fits[i])
	}
	for _, c := range wallet {
		show(c, false, fitCoupon(c, cc.before, cc.takes, make([]bool, len(cc.before))))
	}
	return list, nil
}

// reserveCoupons lends the order the coupons that its price was made with.
func (s *Service) reserveCoupons(ctx context.Context, n *newOrder) error {
	cc := n.priced.coupons
	if len(cc.named) == 0 {
		return nil
	}
	ids := make([]string, len(cc.named)) // all of them apply, or the order was refused
	for i, c := range cc.named {
		ids[i] = c.ID
	}
	err := s.coupons.Reserve(ctx, n.buyer.ShopperID, n.id, ids)
	if refusal := fault.Of(err); refusal != nil && refusal.Is(coupon.ErrNotApplicable) {
		if i, noNumber := strconv.Atoi(refusal.Field[0]); noNumber == nil {
			return refusal.At("input", "checkout", "couponIds", position(cc.at[i]))
		}
	}
	return err
}

// cameDown reports whether anything came off an order's price: others have neither coupons nor points, and their tables are spared.
func cameDown(row *db.Order) bool { return row.Total < row.Subtotal+row.Shipping }

func (s *Service) retakeCoupons(ctx context.Context, row *db.Order) error {
	if s.coupons == nil || !cameDown(row) {
		return nil
	}
	return s.coupons.Retake(ctx, row.ID)
}

func (s *Service) useCoupons(ctx context.Context, row *db.Order) error {
	if s.coupons == nil || !cameDown(row) {
		return nil
	}
	return s.coupons.Use(ctx, row.ID)
}

// returnCoupons gives the coupons back of an order that ended unpaid, or went back whole.
func (s *Service) returnCoupons(ctx context.Context, row *db.Order) error {
	if s.coupons == nil || !cameDown(row) {
		return nil
	}
	return s.coupons.GiveBack(ctx, row.ID)
}

// QuoteCoupon is a coupon of the wallet: what it would save here, or why it does not apply.
type QuoteCoupon struct {
	Coupon *coupon.Coupon
	// Chosen: it is in the quote's price.
	Chosen bool
	// Saves is what it takes off; of one that is not chosen, what it would take off alone.
	Saves *money.Money
	// Words say why it does not apply; nil when it does.
	Words *fault.Text
	// Refusal is Words in the reader's language, set by who shows it.
	Refusal *string
}
