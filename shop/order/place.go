package order

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/cartline"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/payment"
)

// Buyer is who places an order, and from where.
type Buyer struct{ ShopperID, Channel, ClientIP string }

const placing = "orderPlace"

// Place turns a checkout into an order: one transaction takes everything that is scarce, or nothing. One key, one order: the same key with the same input
// returns the order as it is now. The payment is announced after the commit; when that fails the order comes back with a payment without parameters, and
// the same key, or Pay, tries again. An order of total 0 is PAID at once.
//
// Errors: fault.KeyReused, ErrUnpaidLimit, ErrSkuUnavailable, catalog.ErrOutOfStock, ErrPriceChanged (Detail: *Quote), ErrAddressRequired, fault.Missing (the
// address), fault.NotYet, fault.OutOfRange, ErrNothingToOrder, payment.ErrProviderUnknown, fault.TooLong (note).
func (s *Service) Place(ctx context.Context, buyer Buyer, in *PlaceInput) (*Order, error) {
	provider, err := s.payments.Provider(deref(in.Provider))
	if err != nil {
		return nil, fault.Of(err).At("input", "provider")
	}
	if utf8.RuneCountInString(deref(in.Note)) > maxNote {
		return nil, fault.TooLong.At("input", "note").WithAvailable(maxNote)
	}
	orderID := id.New("ord")
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		existing, err := idem.Claim(ctx, s.store, s.clock(), buyer.ShopperID, placing, in.IdempotencyKey, in, orderID)
		if err != nil {
			return err
		}
		if existing != "" {
			orderID = existing
			return nil
		}
		return s.place(ctx, orderID, buyer, provider.Code(), in)
	})
	if errors.Is(err, store.ErrOutcomeUnknown) { // never called a failure: the key tells
		if orderID, err = idem.Lookup(ctx, s.store, buyer.ShopperID, placing, in.IdempotencyKey); err == nil && orderID == "" {
			err = fault.BusyRetry
		}
	}
	if err != nil {
		return nil, err
	}
	placed, err := s.Get(ctx, orderID)
	if err != nil {
		return nil, err
	}
	return placed, s.announce(ctx, placed, buyer)
}

// place runs inside the transaction, in the order of writes that all transactions keep.
func (s *Service) place(ctx context.Context, orderID string, buyer Buyer, provider string, in *PlaceInput) error {
	now := s.clock()
	if err := s.identity.Touch(ctx, buyer.ShopperID); err != nil {
		return err
	}
	if err := s.fewUnpaid(ctx, buyer.ShopperID); err != nil {
		return err
	}
	p, err := s.price(ctx, buyer.ShopperID, in.Checkout, strict)
	if err != nil {
		return underInput(err)
	}
	if len(p.goods) == 0 {
		return ErrNothingToOrder.At("input", "checkout")
	}
	if err := s.sameAsShown(buyer.ShopperID, in, p); err != nil {
		return err
	}
	private, err := s.sealPrivate(ctx, buyer.ShopperID, in)
	if err != nil {
		return err
	}
	row := newOrder{id: orderID, buyer: buyer, provider: provider, priced: p, private: private, now: now, payBy: now.Add(payWithin)}
	lines, err := s.insert(ctx, &row)
	if err != nil {
		return err
	}
	if err := s.reserve(ctx, &row, lines, in.Checkout); err != nil {
		return err
	}
	if in.Checkout.Lines == nil && p.activity == nil {
		if err := s.emptyCart(ctx, buyer.ShopperID, lines); err != nil {
			return err
		}
	}
	if err := s.outbox.Emit(ctx, orderID, 1, fact.OrderPlaced{OrderID: orderID, ShopperID: buyer.ShopperID, Channel: buyer.Channel, Lines: factLines(lines),
		Total: p.sum.Total, At: now}, now); err != nil {
		return err
	}
	s.signal(ctx, orderID)
	if p.sum.Total == 0 {
		return s.paid(ctx, orderID, nil)
	}
	return s.deadlines.Set(ctx, UnpaidDeadline, orderID, row.payBy.Add(closeAfter), now)
}

// underInput puts a checkout's refusal under the mutation's input.
func underInput(err error) error {
	if refusal := fault.Of(err); refusal != nil && len(refusal.Field) > 0 {
		return refusal.Under("input")
	}
	return err
}

// fewUnpaid may read, since the shopper's row is touched and a person's own doings are serial.
func (s *Service) fewUnpaid(ctx context.Context, shopperID string) error {
	n, err := s.store.Client(ctx).Order.Query().Where(order.ShopperID(shopperID), order.StateEQ(order.StatePENDING_PAYMENT)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count unpaid orders: %w", err)
	}
	if n >= maxUnpaid {
		return ErrUnpaidLimit.WithAvailable(0)
	}
	return nil
}

// private is what an order keeps encrypted with its shopper's key.
type private struct {
	Address *Address `json:"a,omitempty"`
	Note    string   `json:"n,omitempty"`
}

func (s *Service) sealPrivate(ctx context.Context, shopperID string, in *PlaceInput) ([]byte, error) {
	found, err := s.addressOf(ctx, shopperID, in.Checkout.AddressID)
	switch {
	case fault.Of(err) != nil:
		return nil, fault.Of(err).At("input", "checkout", "addressId")
	case err != nil:
		return nil, fmt.Errorf("address: %w", err)
	case found == nil:
		return nil, ErrAddressRequired.At("input", "checkout", "addressId")
	}
	plain, err := json.Marshal(private{Address: &Address{Recipient: found.Recipient, Phone: found.Phone, Region: found.Region, Street: found.Street}, Note: deref(in.Note)})
	if err != nil {
		return nil, fmt.Errorf("seal the address: %w", err)
	}
	return s.identity.Seal(ctx, shopperID, plain)
}

// addressOf is the address that a checkout names, or the shopper's default one, nil when he has none.
func (s *Service) addressOf(ctx context.Context, shopperID string, named *string) (*identity.Address, error) {
	if named == nil {
		return s.identity.DefaultAddress(ctx, shopperID)
	}
	return s.identity.Address(ctx, shopperID, *named)
}

// newOrder is what insert writes.
type newOrder struct {
	id         string
	buyer      Buyer
	provider   string
	priced     *priced
	private    []byte
	now, payBy time.Time
}

// insert writes the order, its payment, lines, adjustments and first event. Holds are named here and taken last, since stock rows are the hottest.
func (s *Service) insert(ctx context.Context, n *newOrder) ([]*Line, error) {
	client := s.store.Client(ctx)
	sum := n.priced.sum
	create := client.Order.Create().SetID(n.id).SetNumber(newNumber(n.now.In(s.zone))).SetShopperID(n.buyer.ShopperID).SetChannel(n.buyer.Channel).
		SetState(order.StatePENDING_PAYMENT).SetCurrency(s.currency).SetSubtotal(sum.Subtotal).SetShipping(sum.Shipping).SetTotal(sum.Total).
		SetPrivate(n.private).SetPayBy(n.payBy).SetPlacedAt(n.now).SetUpdatedAt(n.now)
	if n.priced.activity != nil {
		create.SetActivity(n.priced.activity.Kind())
	}
	if sum.Total > 0 {
		begun, err := s.payments.Begin(ctx, payment.NewPayment{OrderID: n.id, ShopperID: n.buyer.ShopperID, Provider: n.provider, Currency: s.currency,
			Amount: sum.Total, ExpiresAt: n.payBy})
		if err != nil {
			return nil, err
		}
		create.SetPaymentID(begun.ID)
	}
	if err := create.Exec(ctx); err != nil {
		return nil, fmt.Errorf("insert the order: %w", err)
	}
	lines := make([]*Line, len(sum.Lines))
	rows := make([]*db.OrderLineCreate, len(sum.Lines))
	for i, priced := range sum.Lines {
		sku := n.priced.goods[i].sku
		lines[i] = &Line{ID: id.New("oln"), SkuID: sku.SkuID, ProductID: sku.ProductID, Quantity: int(priced.Quantity)}
		rows[i] = client.OrderLine.Create().SetID(lines[i].ID).SetOrderID(n.id).SetShopperID(n.buyer.ShopperID).SetSkuID(sku.SkuID).SetProductID(sku.ProductID).
			SetPosition(i).SetSkuCode(sku.Code).SetTitle(sku.Title).SetMediaURL(sku.MediaURL).SetQuantity(priced.Quantity).
			SetUnitPrice(priced.UnitPrice).SetDiscount(priced.Discount).SetTotal(priced.Total)
	}
	if err := client.OrderLine.CreateBulk(rows...).Exec(ctx); err != nil {
		return nil, fmt.Errorf("insert the lines: %w", err)
	}
	steps := make([]*db.OrderAdjustmentCreate, len(sum.Adjustments))
	for i, step := range sum.Adjustments {
		steps[i] = client.OrderAdjustment.Create().SetOrderID(n.id).SetPosition(i).SetKind(string(step.Kind)).SetTitle(step.Title).SetAmount(step.Amount).SetShares(step.Shares)
	}
	if len(steps) > 0 {
		if err := client.OrderAdjustment.CreateBulk(steps...).Exec(ctx); err != nil {
			return nil, fmt.Errorf("insert the adjustments: %w", err)
		}
	}
	return lines, s.event(ctx, n.id, 1, PendingPayment, "", n.now)
}

// event writes one entry of the timeline.
func (s *Service) event(ctx context.Context, orderID string, ver int64, state State, note string, at time.Time) error {
	err := s.store.Client(ctx).OrderEvent.Create().SetOrderID(orderID).SetOrderVer(ver).SetState(string(state)).SetNote(note).SetAt(at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("timeline of %s: %w", orderID, err)
	}
	return nil
}

// reserve takes what is scarce: the activity's seat and quota, then stock.
func (s *Service) reserve(ctx context.Context, n *newOrder, lines []*Line, c *Checkout) error {
	if n.priced.activity != nil {
		err := n.priced.activity.Reserve(ctx, Placing{OrderID: n.id, ShopperID: n.buyer.ShopperID, Checkout: c, Lines: lines, PayBy: n.payBy, Now: n.now})
		if err != nil {
			return underInput(err)
		}
	}
	_, err := s.catalog.Hold(ctx, n.id, unitsOf(lines))
	if refusal := fault.Of(err); refusal != nil && refusal.Is(catalog.ErrOutOfStock) {
		if i, noNumber := strconv.Atoi(refusal.Field[0]); noNumber == nil {
			return refusal.At(n.priced.goods[i].field("quantity")...).Under("input")
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

// newNumber is an order's number for people: the local date and ten random digits.
func newNumber(local time.Time) string {
	n, err := rand.Int(rand.Reader, big.NewInt(1e10))
	if err != nil {
		panic("order: no random numbers: " + err.Error()) // the Go runtime ends the program before this happens
	}
	return fmt.Sprintf("%s%010d", local.Format("060102"), n)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}
