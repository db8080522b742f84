package order

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
)

// Activity is what an order may be placed for: a group, a live offer, an assist. Every method but Anchors runs inside the order's transaction, after the
// order's own row was written; a refusal it returns refuses the order, and everything rolls back. An order has at most one.
type Activity interface {
	// Kind is what the orders table keeps: group, live or assist.
	Kind() string
	// Wanted returns the goods that the checkout asks for, with this activity's prices, or nil when the checkout is not for it. What it reads decides nothing.
	Wanted(ctx context.Context, shopperID string, c *Checkout) (*Wanted, error)
	// Reserve takes what is scarce (a seat, a quota) for an order that is being placed, or retaken by revival.
	Reserve(ctx context.Context, p Placing) error
	// Paid tells that the order was paid, and returns where that leaves it.
	Paid(ctx context.Context, p Placing) (Verdict, error)
	// Verdict returns where an order that was paid stands now.
	Verdict(ctx context.Context, p Placing) (Verdict, error)
	// Leave takes a paid order out of an activity that has not decided yet, and reports false when it has: then Verdict says how.
	Leave(ctx context.Context, p Placing) (bool, error)
	// Release gives back what Reserve took, when the order ends unpaid.
	Release(ctx context.Context, p Placing) error
	// Refund tells that units of an order that stands were taken back; whole when nothing of it is left.
	Refund(ctx context.Context, p Placing, units int64, whole bool) error
	// RefundMoved tells how a refund of the whole order gets on: APPROVED, FAILED (tried again) or SETTLED.
	RefundMoved(ctx context.Context, orderID string, to RefundState) error
	// Anchors gives the open prices of SKUs by id, for the shopper's comparison; a constant number of statements.
	Anchors(ctx context.Context, viewerID string, skuIDs []string) (map[string]Anchor, error)
}

// Wanted is what an activity sells in one order.
type Wanted struct {
	Lines []LineInput
	// At is where in the input the lines are asked for, for refusals: under it stand quantity, and what names the goods.
	At []string
	// Names is the field that names them; "": skuId.
	Names string
	// Prices are per unit, by position; they replace sale and member price.
	Prices []int64
	Shown  PricedActivity
	// Deductions come off after the prices: a leader's discount.
	Deductions []Deduction
	// Coupons: its prices take coupons, as plain ones do.
	Coupons bool
	// PayBy is when the activity can wait no longer for the payment; nil: the shop's own limit.
	PayBy *time.Time
	// Note is the activity's own: it comes back in the Placing of the first Reserve.
	Note any
}

// Placing is the order that an activity acts for.
type Placing struct {
	OrderID, ShopperID string
	// Channel is where it is placed; known to Referral.Placed only.
	Channel string
	// Wanted is what the checkout came to; nil everywhere but in the first Reserve, since it is not kept.
	Wanted     *Wanted
	Lines      []*Line
	PayBy, Now time.Time
	// MayReopen lets Paid answer a lost seat with a new one elsewhere. When that is refused everything rolls back, and Paid is asked again without it.
	MayReopen bool
}

// Verdict is where its activity leaves a paid order.
type Verdict struct {
	// State is AwaitingGroup, Paid, or Refunding: what it was paid for is lost, and all of it goes back.
	State State
	// Prices are the unit prices in the end, by line, where they are lower than what was paid; nil without. The difference goes back (RUNG_REBATE).
	Prices []int64
	// Free: what is left of the payment goes back too (LEADER_REWARD), and the goods stay.
	Free bool
	// Points are granted to its shopper, and taken back when all of the order goes back.
	Points int64
}

// Anchor is what an activity adds to a SKU's prices.
type Anchor struct{ Group, Live *money.Money }

// Referral keeps who brought a buyer.
type Referral interface {
	// Placed runs in the transaction of an order that is being placed, after its lines were written. token is the share token that the checkout carried, "" without
	// one; one that is bad or the buyer's own is ignored.
	Placed(ctx context.Context, p Placing, token string) error
}

// Refer sets who is told of orders that are placed; before the first order.
func (s *Service) Refer(r Referral) { s.referral = r }

// Serve adds an activity that stands on this service and so is made after it; before the first order.
func (s *Service) Serve(a Activity) { s.activities = append(s.activities, a) }

// Anchors overlays on SKUs what activities and the viewer's tier offer; viewerID may be empty. `best` stays what a plain order would charge.
func (s *Service) Anchors(ctx context.Context, viewerID string, skus []*catalog.Sku) error {
	if len(skus) == 0 {
		return nil
	}
	if err := s.memberPrices(ctx, viewerID, skus); err != nil {
		return err
	}
	ids := make([]string, len(skus))
	for i, sku := range skus {
		ids[i] = sku.ID
	}
	for _, a := range s.activities {
		anchors, err := a.Anchors(ctx, viewerID, ids)
		if err != nil {
			return err
		}
		for _, sku := range skus {
			if anchor, ok := anchors[sku.ID]; ok {
				sku.Price.Group, sku.Price.Live = lower(sku.Price.Group, anchor.Group), lower(sku.Price.Live, anchor.Live)
			}
		}
	}
	return nil
}

// memberPrices sets what the viewer's tier pays for SKUs, where that is less than what anybody does.
func (s *Service) memberPrices(ctx context.Context, viewerID string, skus []*catalog.Sku) error {
	if s.points == nil || viewerID == "" {
		return nil
	}
	tier, err := s.points.Tier(ctx, viewerID)
	if err != nil {
		return err
	}
	for _, sku := range skus {
		if price := tier.MemberPrice(sku.Price.Sale.Minor); price != nil {
			sku.Price.Member = s.money(*price)
			sku.Price.Best = lower(sku.Price.Best, sku.Price.Member)
		}
	}
	return nil
}

func lower(a, b *money.Money) *money.Money {
	if a == nil || b != nil && b.Minor < a.Minor {
		return b
	}
	return a
}

// activityFor returns the activity that a checkout is for, nil for plain goods. What no registered activity serves is refused.
func (s *Service) activityFor(ctx context.Context, shopperID string, c *Checkout) (Activity, *Wanted, error) {
	asked := 0
	for _, is := range []bool{c.GroupBuy != nil, c.LiveOffer != nil, c.AssistID != nil, len(c.Lines) > 0} {
		if is {
			asked++
		}
	}
	if asked > 1 {
		return nil, nil, ErrConflictingGoods.At("checkout")
	}
	for _, a := range s.activities {
		if wanted, err := a.Wanted(ctx, shopperID, c); err != nil || wanted != nil {
			return a, wanted, err
		}
	}
	switch {
	case c.GroupBuy != nil:
		return nil, nil, fault.NotYet.At("checkout", "groupBuy")
	case c.LiveOffer != nil:
		return nil, nil, fault.NotYet.At("checkout", "liveOffer")
	case c.AssistID != nil:
		return nil, nil, fault.NotYet.At("checkout", "assistId")
	}
	return nil, nil, nil
}
