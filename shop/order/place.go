package order

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db/cartline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
)

// Buyer is who places an order, and from where.
type Buyer struct{ ShopperID, Channel, ClientIP string }

// Place turns a checkout into an order: one transaction takes everything that is scarce, or nothing. One key, one order: the same key with the same input
// returns the order as it is now. The payment is announced after the commit; when that fails the order comes back with a payment without parameters, and
// the same key, or Pay, tries again. An order of total 0 is PAID at once.
//
// Errors: fault.KeyReused, ErrUnpaidLimit, ErrSkuUnavailable, catalog.ErrOutOfStock, ErrPriceChanged (Detail: *Quote), ErrAddressRequired, fault.Missing (the
// address, a coupon), coupon.ErrNotApplicable, points.ErrInsufficientPoints, ErrNotInMall, fault.NotYet, fault.OutOfRange, ErrNothingToOrder, payment.ErrProviderUnknown, fault.TooLong (note).
func (s *Service) Place(ctx context.Context, buyer Buyer, in *PlaceInput) (*Order, error) {
	provider, err := s.payments.For(deref(in.Provider), buyer.Channel)
	if err != nil {
		return nil, fault.Of(err).At("input", "provider")
	}
	if utf8.RuneCountInString(deref(in.Note)) > maxNote {
		return nil, fault.TooLong.At("input", "note").WithAvailable(maxNote)
	}
	ctx = identity.Remembering(ctx)
	var placed *newOrder
	own := id.New("ord")
	call := idem.Call{Owner: buyer.ShopperID, Operation: "orderPlace", Key: in.IdempotencyKey, Input: in, Result: own}
	orderID, fresh, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) (err error) {
		placed, err = s.place(ctx, call, buyer, provider.Code(), in)
		return err
	})
	if err != nil {
		return nil, err
	}
	if fresh && placed.payment != nil { // nobody else has seen it yet: what was written is what a read would find
		o := s.shown(placed)
		return o, s.announce(ctx, o, placed.payment, buyer)
	}
	return s.asItStands(ctx, orderID, buyer)
}

// asItStands is an order as it is now; a payment that waits is announced, unless it was.
func (s *Service) asItStands(ctx context.Context, orderID string, buyer Buyer) (*Order, error) {
	o, err := s.Get(ctx, orderID)
	if err != nil || !o.waits() {
		return o, err
	}
	p, err := s.payments.Get(ctx, o.Payment.ID)
	if err != nil {
		return nil, err
	}
	return o, s.announce(ctx, o, p, buyer)
}

// place runs inside the transaction, in the order of writes that all transactions keep.
func (s *Service) place(ctx context.Context, call idem.Call, buyer Buyer, provider string, in *PlaceInput) (*newOrder, error) {
	if err := s.identity.Touch(ctx, buyer.ShopperID); err != nil {
		return nil, err
	}
	kept, noAddress := s.privateOf(ctx, buyer.ShopperID, in) // the person's key is read with it, so that his aliases cost nothing
	if noAddress != nil && fault.Of(noAddress) == nil {
		return nil, noAddress
	}
	ids, err := s.identity.Aliases(ctx, buyer.ShopperID)
	if err != nil {
		return nil, err
	}
	if err := call.Elsewhere(ctx, s.store, ids[1:]); err != nil {
		return nil, err
	}
	if err := s.fewUnpaid(ctx, ids); err != nil {
		return nil, err
	}
	p, err := s.price(ctx, buyer, in.Checkout, strict)
	if err != nil {
		return nil, underInput(err)
	}
	if len(p.goods) == 0 {
		return nil, ErrNothingToOrder.At("input", "checkout")
	}
	if err := s.sameAsShown(ctx, buyer.ShopperID, in, p); err != nil {
		return nil, err
	}
	now, orderID := s.clock(), call.Result
	n := &newOrder{id: orderID, buyer: buyer, provider: provider, priced: p, private: kept, now: now, payBy: now.Add(payWithin)}
	if p.wanted != nil && p.wanted.PayBy != nil && p.wanted.PayBy.Before(n.payBy) {
		n.payBy = *p.wanted.PayBy
	}
	if noAddress != nil {
		return nil, noAddress
	}
	if err := s.insert(ctx, n); err != nil {
		return nil, err
	}
	if s.referral != nil {
		if err := s.referral.Placed(ctx, Placing{
			OrderID: orderID, ShopperID: buyer.ShopperID, Channel: buyer.Channel, Lines: n.lines, PayBy: n.payBy, Now: now,
		}, deref(in.Checkout.ReferralToken)); err != nil {
			return nil, err
		}
	}
	if in.Checkout.Lines == nil && p.activity == nil {
		if err := s.emptyCart(ctx, buyer.ShopperID, n.lines); err != nil {
			return nil, err
		}
	}
	if p.sum.Total > 0 {
		if err := s.deadlines.Set(ctx, UnpaidDeadline, orderID, n.payBy.Add(closeAfter), now); err != nil {
			return nil, err
		}
	}
	if err := s.reserve(ctx, n); err != nil {
		return nil, err
	}
	if err := s.outbox.Emit(ctx, orderID, 1, fact.OrderPlaced{
		OrderID: orderID, ShopperID: buyer.ShopperID, Channel: buyer.Channel, Lines: factLines(n.lines),
		Total: p.sum.Total, At: now,
	}, now); err != nil {
		return nil, err
	}
	s.signal(ctx, orderID)
	if p.sum.Total == 0 {
		return n, s.paid(ctx, orderID, nil, false)
	}
	return n, nil
}

// underInput puts a checkout's refusal under the mutation's input.
func underInput(err error) error {
	if refusal := fault.Of(err); refusal != nil && len(refusal.Field) > 0 {
		return refusal.Under("input")
	}
	return err
}

// fewUnpaid may read, since the shopper's row is touched and a person's own doings are serial. ids are all of the person.
func (s *Service) fewUnpaid(ctx context.Context, ids []string) error {
	in, his := store.In(ids)
	unpaid, err := s.store.Texts(ctx, "SELECT id FROM orders WHERE shopper_id IN "+in+" AND state = 'PENDING_PAYMENT' LIMIT ?", append(his, maxUnpaid)...)
	if err != nil {
		return fmt.Errorf("count unpaid orders: %w", err)
	}
	if len(unpaid) >= maxUnpaid {
		return ErrUnpaidLimit.WithAvailable(0)
	}
	return nil
}

// private is what an order keeps encrypted with its shopper's key.
type private struct {
	Address *Address `json:"a,omitempty"`
	Note    string   `json:"n,omitempty"`
}

// privateOf is the address and the note of a checkout.
func (s *Service) privateOf(ctx context.Context, shopperID string, in *PlaceInput) (private, error) {
	found, err := s.addressOf(ctx, shopperID, in.Checkout.AddressID)
	switch {
	case fault.Of(err) != nil:
		return private{}, fault.Of(err).At("input", "checkout", "addressId")
	case err != nil:
		return private{}, fmt.Errorf("address: %w", err)
	case found == nil:
		return private{}, ErrAddressRequired.At("input", "checkout", "addressId")
	}
	return private{Address: &Address{Recipient: found.Recipient, Phone: found.Phone, Region: found.Region, Street: found.Street}, Note: deref(in.Note)}, nil
}

// addressOf is the address that a checkout names, or the shopper's default one, nil when he has none.
func (s *Service) addressOf(ctx context.Context, shopperID string, named *string) (*identity.Address, error) {
	if named == nil {
		return s.identity.DefaultAddress(ctx, shopperID)
	}
	return s.identity.Address(ctx, shopperID, *named)
}

// reserve takes what is scarce: the shopper's coupons and points, the activity's seat and quota, then stock.
func (s *Service) reserve(ctx context.Context, n *newOrder) error {
	if err := s.reserveCoupons(ctx, n); err != nil {
		return err
	}
	if err := s.holdPoints(ctx, n.row, n.priced.points.used()); err != nil {
		return underInput(err)
	}
	if n.priced.activity != nil {
		err := n.priced.activity.Reserve(ctx, Placing{
			OrderID: n.id, ShopperID: n.buyer.ShopperID, Wanted: n.priced.wanted, Lines: n.lines, PayBy: n.payBy, Now: n.now,
		})
		if err != nil {
			return underInput(err)
		}
	}
	_, err := s.catalog.Hold(ctx, n.id, unitsOf(n.lines))
	if refusal := fault.Of(err); refusal != nil && (refusal.Is(catalog.ErrOutOfStock) || refusal.Is(catalog.ErrNotOnSale)) {
		if i, noNumber := strconv.Atoi(refusal.Field[0]); noNumber == nil {
			part := "quantity"
			if refusal.Is(catalog.ErrNotOnSale) {
				part = "skuId"
			}
			return refusal.At(n.priced.goods[i].field(part)...).Under("input")
		}
	}
	return err
}

func unitsOf(lines []*Line) []catalog.Units {
	units := make([]catalog.Units, len(lines))
	for i, line := range lines {
		units[i] = catalog.Units{SkuID: line.SkuID, Quantity: int64(line.Quantity)}
	}
	return units
}

func factLines(lines []*Line) []fact.Line {
	told := make([]fact.Line, len(lines))
	for i, line := range lines {
		told[i] = fact.Line{ProductID: line.ProductID, SkuID: line.SkuID, Units: int64(line.Quantity)}
	}
	return told
}

// emptyCart takes what was ordered out of the cart.
func (s *Service) emptyCart(ctx context.Context, shopperID string, lines []*Line) error {
	ordered := make([]string, len(lines))
	for i, line := range lines {
		ordered[i] = line.SkuID
	}
	if _, err := s.store.Client(ctx).CartLine.Delete().Where(cartline.ShopperID(shopperID), cartline.SkuIDIn(ordered...)).Exec(ctx); err != nil {
		return fmt.Errorf("empty the cart: %w", err)
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}
