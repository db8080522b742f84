package assist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assistuse"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

// Kind implements order.Activity.
func (s *Service) Kind() string { return "assist" }

// Wanted implements order.Activity: one unit of the campaign's SKU at the floor, for the person whose assist has reached it. The price takes no coupons.
//
// Errors, at checkout.assistId: fault.Missing (also somebody else's), ErrState (no price, not reached, used, or the campaign is over).
func (s *Service) Wanted(ctx context.Context, shopperID string, c *order.Checkout) (*order.Wanted, error) {
	if c.AssistID == nil {
		return nil, nil
	}
	wanted, err := s.wanted(ctx, shopperID, *c.AssistID)
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return nil, refusal.At("checkout", "assistId")
	}
	return wanted, err
}

func (s *Service) wanted(ctx context.Context, shopperID, assistID string) (*order.Wanted, error) {
	row, err := s.assistRow(ctx, assistID)
	if err != nil {
		return nil, err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(his, row.OwnerID) {
		return nil, fault.Missing
	}
	campaign, err := s.campaignRow(ctx, row.CampaignID)
	if err != nil {
		return nil, err
	}
	if State(row.State) != Reached || !sells(row, campaign, s.clock()) {
		return nil, ErrState
	}
	return &order.Wanted{
		Lines: []order.LineInput{{SkuID: *campaign.SkuID, Quantity: 1}}, At: []string{"checkout"}, Names: "assistId",
		Prices: []int64{campaign.Amount}, Shown: order.PricedActivity{Kind: order.ByAssist, Title: "助力价"}, Note: row.ID,
	}, nil
}

// sells reports whether the price of an assist that has reached it can be used at now.
func sells(row *db.Assist, c *db.AssistCampaign, now time.Time) bool {
	return pricey(c) && row.ReachedAt != nil && now.Before(usableUntil(c, *row.ReachedAt))
}

// Reserve uses the price for an order: one at a time, whichever is first. An order that is retaken uses it again if no other has meanwhile, also when the campaign is
// over, since the price was promised for the order.
//
// Errors: ErrState, at checkout.assistId.
func (s *Service) Reserve(ctx context.Context, p order.Placing) error {
	var assistID string
	if p.Wanted != nil {
		assistID = p.Wanted.Note.(string)
		if err := s.store.Client(ctx).AssistUse.Create().SetOrderID(p.OrderID).SetAssistID(assistID).Exec(ctx); err != nil {
			return fmt.Errorf("use %s for %s: %w", assistID, p.OrderID, err)
		}
	} else {
		use, err := s.store.Client(ctx).AssistUse.Query().Where(assistuse.OrderID(p.OrderID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("assist of %s: %w", p.OrderID, err)
		}
		assistID = use.AssistID
	}
	took, err := s.store.Guard(ctx, "UPDATE assists SET state = 'REDEEMED', order_id = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'REACHED'", p.OrderID, p.Now, assistID)
	if err != nil {
		return fmt.Errorf("use %s for %s: %w", assistID, p.OrderID, err)
	}
	if !took {
		return ErrState.At("checkout", "assistId")
	}
	s.signal(ctx, assistID)
	return nil
}

// release makes the price usable again that an order had. The order's row is written before in the same transaction, so the guard never loses.
func (s *Service) release(ctx context.Context, p order.Placing) error {
	use, err := s.store.Client(ctx).AssistUse.Query().Where(assistuse.OrderID(p.OrderID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("assist of %s: %w", p.OrderID, err)
	}
	back, err := s.store.Guard(ctx, "UPDATE assists SET state = 'REACHED', order_id = NULL, updated_at = ?, ver = ver + 1 WHERE id = ? AND order_id = ?", p.Now, use.AssistID, p.OrderID)
	if err == nil && !back {
		err = lost("release the price of", p.OrderID)
	}
	s.signal(ctx, use.AssistID)
	return err
}

// Release implements order.Activity: the price of an unpaid order can be used again.
func (s *Service) Release(ctx context.Context, p order.Placing) error { return s.release(ctx, p) }

// Refund implements order.Activity: that of an order which was given back whole, too.
func (s *Service) Refund(ctx context.Context, p order.Placing, _ int64, whole bool) error {
	if !whole {
		return nil
	}
	return s.release(ctx, p)
}

// Paid implements order.Activity: who has paid has bought.
func (s *Service) Paid(context.Context, order.Placing) (order.Verdict, error) {
	return order.Verdict{State: order.Paid}, nil
}

// Verdict implements order.Activity.
func (s *Service) Verdict(context.Context, order.Placing) (order.Verdict, error) {
	return order.Verdict{State: order.Paid}, nil
}

// Leave implements order.Activity: there is nothing to wait for, and so nothing to leave.
func (s *Service) Leave(context.Context, order.Placing) (bool, error) { return false, nil }

// RefundMoved implements order.Activity: how the money gets on is nothing to the assist.
func (s *Service) RefundMoved(context.Context, string, order.RefundState) error { return nil }

// Anchors implements order.Activity: a price that friends have helped one shopper to is nobody else's.
func (s *Service) Anchors(context.Context, string, []string) (map[string]order.Anchor, error) {
	return nil, nil
}
