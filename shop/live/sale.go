package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveofferuse"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

var _ order.Activity = (*Service)(nil)

// Kind implements order.Activity.
func (s *Service) Kind() string { return "live" }

// purchase is what a checkout for an offer comes to.
type purchase struct {
	offer    *db.LiveOffer
	quantity int64
}

// Wanted implements order.Activity. An offer's price takes no coupons.
//
// Errors, all under checkout.liveOffer: fault.Missing (offerId), fault.OutOfRange (quantity), ErrOfferNotOpen, ErrQuotaSpent.
func (s *Service) Wanted(ctx context.Context, _ string, c *order.Checkout) (*order.Wanted, error) {
	in := c.LiveOffer
	if in == nil {
		return nil, nil
	}
	row, err := s.store.Client(ctx).LiveOffer.Get(ctx, in.OfferID)
	if db.IsNotFound(err) {
		return nil, fault.Missing.At("checkout", "liveOffer", "offerId")
	}
	if err != nil {
		return nil, fmt.Errorf("offer %s: %w", in.OfferID, err)
	}
	if in.Quantity < 1 || int64(in.Quantity) > row.Quota {
		return nil, fault.OutOfRange.At("checkout", "liveOffer", "quantity").WithAvailable(row.Quota)
	}
	if refusal := maySell(row, int64(in.Quantity), s.clock()); refusal != nil {
		return nil, refusal
	}
	return &order.Wanted{
		Lines: []order.LineInput{{SkuID: row.SkuID, Quantity: in.Quantity}}, At: []string{"checkout", "liveOffer"}, Names: "offerId",
		Prices: []int64{row.Price}, Shown: order.PricedActivity{Kind: order.ByLiveOffer, Title: "直播价"}, Note: &purchase{offer: row, quantity: int64(in.Quantity)},
	}, nil
}

// maySell says why an offer does not sell so many units now, nil when it does.
func maySell(row *db.LiveOffer, quantity int64, now time.Time) error {
	switch {
	case stateOf(row, now) == OfferEnded:
		return ErrOfferNotOpen.At("checkout", "liveOffer", "offerId")
	case row.UnitsLeft < quantity:
		return ErrQuotaSpent.At("checkout", "liveOffer", "quantity").WithAvailable(row.UnitsLeft)
	}
	return nil
}

// Reserve takes an order's units of the quota. For an order that is retaken it takes them as they were placed: the offer needs them left, whether its time is over
// or not, since the price was promised for the order. The offer's row, which all its buyers share, comes last.
//
// Errors: ErrOfferNotOpen, ErrQuotaSpent.
func (s *Service) Reserve(ctx context.Context, p order.Placing) error {
	if p.Wanted == nil {
		return s.retake(ctx, p)
	}
	want := p.Wanted.Note.(*purchase)
	_, err := s.store.Exec(ctx, "INSERT INTO live_offer_uses (ver, offer_id, order_id, shopper_id, held, sold, quantity) VALUES (1, ?, ?, ?, ?, 0, ?)",
		want.offer.ID, p.OrderID, p.ShopperID, want.quantity, want.quantity)
	if err != nil {
		return fmt.Errorf("units of %s for %s: %w", want.offer.ID, p.OrderID, err)
	}
	return s.take(ctx, want.offer, want.quantity, p.Now, " AND ends_at > ? AND ended_at IS NULL", p.Now)
}

func (s *Service) retake(ctx context.Context, p order.Placing) error {
	use, row, err := s.useOf(ctx, p.OrderID)
	if err != nil {
		return err
	}
	if err := s.moveUse(ctx, use, use.Quantity, 0, "held = 0 AND sold = 0"); err != nil {
		return err
	}
	return s.take(ctx, row, use.Quantity, p.Now, "")
}

// take is the guarded update by which units leave the quota.
func (s *Service) take(ctx context.Context, row *db.LiveOffer, n int64, now time.Time, also string, args ...any) error {
	if err := s.tellCount(ctx, row.RoomID, kindOffer, row.ID, row.UnitsLeft-n); err != nil {
		return err
	}
	took, err := s.store.Guard(ctx, "UPDATE live_offers SET units_left = units_left - ?, units_held = units_held + ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND units_left >= ?"+also,
		append([]any{n, n, now, row.ID, n}, args...)...)
	if err != nil {
		return fmt.Errorf("take %d units of %s: %w", n, row.ID, err)
	}
	if took {
		s.unitsMoved(ctx, row.ID, -n)
		return nil
	}
	fresh, err := s.store.Client(ctx).LiveOffer.Get(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("offer %s: %w", row.ID, err)
	}
	if refusal := maySell(fresh, n, now); refusal != nil {
		return refusal
	}
	return ErrQuotaSpent.At("checkout", "liveOffer", "quantity") // units came back between the guard and this reading
}

// useOf is what an order has of its offer, and the offer.
func (s *Service) useOf(ctx context.Context, orderID string) (*db.LiveOfferUse, *db.LiveOffer, error) {
	use, err := s.store.Client(ctx).LiveOfferUse.Query().Where(liveofferuse.OrderID(orderID)).Only(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("units of %s: %w", orderID, err)
	}
	row, err := s.store.Client(ctx).LiveOffer.Get(ctx, use.OfferID)
	if err != nil {
		return nil, nil, fmt.Errorf("offer %s: %w", use.OfferID, err)
	}
	return use, row, nil
}

// moveUse changes what an order has of its offer. The order's row is written before it in the same transaction, so the guard never loses.
func (s *Service) moveUse(ctx context.Context, use *db.LiveOfferUse, held, sold int64, from string, args ...any) error {
	moved, err := s.store.Guard(ctx, "UPDATE live_offer_uses SET held = held + ?, sold = sold + ?, ver = ver + 1 WHERE id = ? AND "+from, append([]any{held, sold, use.ID}, args...)...)
	if err == nil && !moved {
		err = lost("move the units of", use.OrderID)
	}
	return err
}

// moveUnits moves units of an offer between what is left, held and sold, which sum to zero, after its order's own.
func (s *Service) moveUnits(ctx context.Context, orderID string, now time.Time, move func(use *db.LiveOfferUse) (left, held, sold int64)) error {
	use, row, err := s.useOf(ctx, orderID)
	if err != nil {
		return err
	}
	left, held, sold := move(use)
	if err := s.moveUse(ctx, use, held, sold, "held + ? >= 0 AND sold + ? >= 0", held, sold); err != nil {
		return err
	}
	if left != 0 && stateOf(row, now) != OfferEnded { // nobody sees whether units are held or sold, nor what is left of an offer that has ended
		if err := s.tell(ctx, row.RoomID, kindOffer, row.ID, nil); err != nil {
			return err
		}
	}
	moved, err := s.store.Guard(ctx, `UPDATE live_offers SET units_left = units_left + ?, units_held = units_held + ?, units_sold = units_sold + ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND units_held + ? >= 0 AND units_sold + ? >= 0`, left, held, sold, now, row.ID, held, sold)
	if err != nil {
		return fmt.Errorf("quota of %s: %w", row.ID, err)
	}
	if !moved {
		return lost("move the quota of", row.ID)
	}
	s.unitsMoved(ctx, row.ID, left)
	return nil
}

// Paid implements order.Activity: what was held is sold, also when the offer has ended meanwhile.
func (s *Service) Paid(ctx context.Context, p order.Placing) (order.Verdict, error) {
	err := s.moveUnits(ctx, p.OrderID, p.Now, func(use *db.LiveOfferUse) (left, held, sold int64) { return 0, -use.Quantity, use.Quantity })
	return order.Verdict{State: order.Paid}, err
}

// Verdict implements order.Activity: who has paid has bought.
func (s *Service) Verdict(context.Context, order.Placing) (order.Verdict, error) {
	return order.Verdict{State: order.Paid}, nil
}

// Leave implements order.Activity: there is nothing to wait for, and so nothing to leave.
func (s *Service) Leave(context.Context, order.Placing) (bool, error) { return false, nil }

// Release implements order.Activity: the units of an unpaid order return to the quota. What comes back while the offer runs is sold again.
func (s *Service) Release(ctx context.Context, p order.Placing) error {
	return s.moveUnits(ctx, p.OrderID, p.Now, func(use *db.LiveOfferUse) (left, held, sold int64) { return use.Quantity, -use.Quantity, 0 })
}

// Refund implements order.Activity: units that were taken back return to the quota.
func (s *Service) Refund(ctx context.Context, p order.Placing, units int64, _ bool) error {
	return s.moveUnits(ctx, p.OrderID, p.Now, func(*db.LiveOfferUse) (left, held, sold int64) { return units, 0, -units })
}

// RefundMoved implements order.Activity: how the money gets on is nothing to the offer.
func (s *Service) RefundMoved(context.Context, string, order.RefundState) error { return nil }
