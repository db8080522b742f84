package referral

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/order"
)

// Placed implements order.Referral: it binds the buyer by the checkout's token, as Bind would, and keeps who brought him. For an order without a token of
// somebody whom nobody ever brought it does nothing, and reads nothing when the buyer's key is remembered.
func (s *Service) Placed(ctx context.Context, p order.Placing, token string) error {
	referred, err := s.identity.Referred(ctx, p.ShopperID)
	if err != nil || !referred && token == "" {
		return err
	}
	by, err := s.cameBy(ctx, p, token)
	if err != nil || !referred && by == nil {
		return err
	}
	row := s.store.Client(ctx).ReferredOrder.Create().SetOrderID(p.OrderID).SetBuyerID(p.ShopperID).SetPlacedAt(p.Now)
	his, err := s.live(ctx, p.ShopperID, p.Now)
	if err != nil {
		return err
	}
	if his != nil {
		row.SetBindingID(his.ID).SetLinkID(his.LinkID)
		if err := s.inviters(ctx, row, his, p); err != nil {
			return err
		}
	}
	if by != nil {
		row.SetLinkID(by.linkID)
	}
	if err := row.Exec(ctx); err != nil {
		return fmt.Errorf("who brought the buyer of %s: %w", p.OrderID, err)
	}
	return nil
}

// cameBy is the link of a checkout's token, by which the buyer is bound if he may be; nil when it is none, the buyer's own, or that of somebody who is no more.
func (s *Service) cameBy(ctx context.Context, p order.Placing, token string) (*arrival, error) {
	if token == "" {
		return nil, nil
	}
	by, err := s.arrival(ctx, token)
	if refused(err) || err == nil && by.sharerID == p.ShopperID {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := s.bind(ctx, p.ShopperID, p.Channel, by, p.Now); err != nil && !refused(err) {
		return nil, err
	}
	return &by, nil
}

// refused reports whether the shop said no, which spoils no transaction.
func refused(err error) bool {
	refusal := fault.Of(err)
	return refusal != nil && refusal.Kind == fault.Refusal
}

// inviters sets who brought the buyer and who brought that one, as persons of today; who may not act, and the buyer himself, is left out.
func (s *Service) inviters(ctx context.Context, row *db.ReferredOrderCreate, his *db.ReferralBinding, p order.Placing) error {
	ids := []string{his.InviterID}
	above, err := s.live(ctx, his.InviterID, p.Now)
	if err != nil {
		return err
	}
	if above != nil {
		ids = append(ids, above.InviterID)
	}
	active, err := s.identity.Active(ctx, ids)
	if err != nil {
		return err
	}
	if first := active[ids[0]]; first != "" && first != p.ShopperID {
		row.SetFirstID(first)
	}
	if second := active[ids[len(ids)-1]]; above != nil && second != "" && second != p.ShopperID {
		row.SetSecondID(second)
	}
	return nil
}
