package order_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

// change edits an input for a table.
func change(in *order.PlaceInput, edit func(in *order.PlaceInput)) *order.PlaceInput {
	edit(in)
	return in
}

func TestPlaceRefusals(t *testing.T) {
	s := open(t)
	buyer, stranger := s.shopper("buyer"), s.shopper("stranger")
	tea, gone := s.goods("tea", "19.90", 3), s.goods("gone", "5.00", 3)
	s.must(s.catalog.VisibilitySet(t.Context(), s.product("gone").ID, false, "recalled"))
	theirs, err := s.identity.DefaultAddress(t.Context(), stranger.ShopperID)
	s.must(err)
	oneTea := func(edit func(in *order.PlaceInput)) *order.PlaceInput {
		return change(want("19.90", line(tea, 1)), edit)
	}
	checkout := func(edit func(c *order.Checkout)) *order.PlaceInput {
		return oneTea(func(in *order.PlaceInput) { edit(in.Checkout) })
	}
	for _, tc := range []struct {
		name  string
		in    *order.PlaceInput
		want  error
		field string
	}{
		{"no key", oneTea(func(in *order.PlaceInput) { in.IdempotencyKey = "" }), fault.Invalid, "input idempotencyKey"},
		{"unknown provider", oneTea(func(in *order.PlaceInput) { in.Provider = new("CASH") }), payment.ErrProviderUnknown, "input provider"},
		{"long note", oneTea(func(in *order.PlaceInput) { in.Note = new(strings.Repeat("茶", 201)) }), fault.TooLong, "input note"},
		{"no lines", want("0.00"), order.ErrNothingToOrder, "input checkout"},
		{"empty lines", checkout(func(c *order.Checkout) { c.Lines = []*order.LineInput{} }), order.ErrNothingToOrder, "input checkout lines"},
		{"no units", want("0.00", line(tea, 0)), fault.OutOfRange, "input checkout lines 0 quantity"},
		{"too many units", want("0.00", line(tea, 1000)), fault.OutOfRange, "input checkout lines 0 quantity"},
		{"one SKU twice", want("39.80", line(tea, 1), line(tea, 1)), fault.Invalid, "input checkout lines 1 skuId"},
		{"unknown SKU", want("5.00", line("sku_01JD8Q2M0V6T3C9E5K7R1XW4ZB", 1)), order.ErrSkuUnavailable, "input checkout lines 0 skuId"},
		{"taken down", want("24.90", line(tea, 1), line(gone, 1)), order.ErrSkuUnavailable, "input checkout lines 1 skuId"},
		{"more than there are", want("79.60", line(tea, 4)), catalog.ErrOutOfStock, "input checkout lines 0 quantity"},
		{"neither token nor total", oneTea(func(in *order.PlaceInput) { in.ExpectedTotal = nil }), fault.Invalid, "input expectedTotal"},
		{"no number", oneTea(func(in *order.PlaceInput) { in.ExpectedTotal = new(money.Decimal("19,90")) }), fault.Invalid, "input expectedTotal"},
		{"no token of ours", oneTea(func(in *order.PlaceInput) { in.QuoteToken = new("AAAA") }), fault.Invalid, "input quoteToken"},
		{"another total", want("19.89", line(tea, 1)), order.ErrPriceChanged, ""},
		{"a stranger's address", checkout(func(c *order.Checkout) { c.AddressID = &theirs.ID }), fault.Missing, "input checkout addressId"},
		{"no such address", checkout(func(c *order.Checkout) { c.AddressID = new("adr_01JD8Q2M0V6T3C9E5K7R1XW4ZB") }), fault.Missing, "input checkout addressId"},
		{"coupons", checkout(func(c *order.Checkout) { c.CouponIDs = []string{"x"} }), fault.Missing, "input checkout couponIds 0"},
		{"points", checkout(func(c *order.Checkout) { c.UsePoints = new(int64(5)) }), fault.NotYet, "input checkout usePoints"},
		{"a line with points", checkout(func(c *order.Checkout) { c.Lines[0].PayWithPoints = true }), fault.NotYet, "input checkout lines 0 payWithPoints"},
		{"a group", checkout(func(c *order.Checkout) { c.Lines, c.GroupBuy = nil, &order.GroupBuySeatInput{SkuID: tea, Quantity: 1} }), fault.NotYet, "input checkout groupBuy"},
		{"a live offer", checkout(func(c *order.Checkout) { c.Lines, c.LiveOffer = nil, &order.LiveOfferLineInput{Quantity: 1} }), fault.NotYet, "input checkout liveOffer"},
		{"an assist", checkout(func(c *order.Checkout) { c.Lines, c.AssistID = nil, new("x") }), fault.NotYet, "input checkout assistId"},
		{"lines and an assist", checkout(func(c *order.Checkout) { c.AssistID = new("x") }), order.ErrConflictingGoods, "input checkout"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.orders.Place(t.Context(), buyer, tc.in)
			refuses(t, err, tc.want, strings.Fields(tc.field)...)
		})
	}
	t.Run("no address at all", func(t *testing.T) {
		_, err := s.orders.Place(t.Context(), s.homeless("nomad"), want("19.90", line(tea, 1)))
		refuses(t, err, order.ErrAddressRequired, "input", "checkout", "addressId")
	})
	if n := s.count("SELECT COUNT(*) FROM orders") + s.count("SELECT COUNT(*) FROM idempotency_keys") + s.count("SELECT COUNT(*) FROM payments"); n != 0 {
		t.Errorf("refusals left %d rows", n)
	}
	s.stock(tea, 3, 0, 0, 0)
}

func TestOutOfStockSaysHowManyThereAre(t *testing.T) {
	s := open(t)
	tea := s.goods("tea", "19.90", 3)
	_, err := s.orders.Place(t.Context(), s.shopper("buyer"), want("79.60", line(tea, 4)))
	if refusal := refuses(t, err, catalog.ErrOutOfStock, "input", "checkout", "lines", "0", "quantity"); *refusal.Available != 3 {
		t.Errorf("available %d, want 3", *refusal.Available)
	}
}

func TestPlaceHoldsStockAndAsksForPayment(t *testing.T) {
	s := open(t, func(w *setup) { w.shipping = order.Shipping{Flat: 800, FreeFrom: 9900} })
	buyer := s.shopper("buyer")
	tea := s.goods("tea", "19.90", 3)
	in := want("47.80", line(tea, 2))
	in.Note = new(strings.Repeat("茶", 200))
	o := s.place(buyer, in)
	switch {
	case o.State != order.PendingPayment || o.Version != 1 || o.Subtotal.Minor != 3980 || o.Shipping.Minor != 800 || o.Total.Minor != 4780:
		t.Errorf("the order is %+v", o)
	case o.Payment.State != payment.Pending || o.Payment.Amount.Minor != 4780 || len(o.Payment.Parameters) != 1 || !o.Payment.ExpiresAt.Equal(noon.Add(15*time.Minute)):
		t.Errorf("the payment is %+v", o.Payment)
	case o.Address.Recipient != "王小明" || *o.Note != *in.Note || len(o.Lines) != 1 || o.Lines[0].Quantity != 2 || len(o.Timeline) != 1:
		t.Errorf("address %+v, note %v, lines %+v, timeline %+v", o.Address, o.Note, o.Lines, o.Timeline)
	}
	s.stock(tea, 1, 2, 0, 0)
	o = s.pay(o)
	if o.State != order.Paid || o.Payment.State != payment.Captured {
		t.Errorf("the order is %s, its payment %s", o.State, o.Payment.State)
	}
	s.stock(tea, 1, 0, 2, 0)
}

func TestPlaceTakesTheAddressNamedOrTheDefault(t *testing.T) {
	s := open(t)
	buyer := s.shopper("buyer")
	tea := s.goods("tea", "19.90", 3)
	office, err := s.identity.AddressSave(t.Context(), buyer.ShopperID,
		identity.AddressDraft{Recipient: "公司", Phone: "13900139000", Region: []string{"北京市", "北京市", "海淀区"}, Street: "中关村大街 1 号"})
	s.must(err)
	if o := s.place(buyer, want("19.90", line(tea, 1))); o.Address.Recipient != "王小明" {
		t.Errorf("without a name it goes to %s", o.Address.Recipient)
	}
	in := want("19.90", line(tea, 1))
	in.Checkout.AddressID = &office.ID
	if o := s.place(buyer, in); o.Address.Recipient != "公司" || o.Address.Phone != "13900139000" {
		t.Errorf("to the office it goes to %+v", o.Address)
	}
}

func TestATotalOfNothingIsPaidAtOnce(t *testing.T) {
	s := open(t)
	gift := s.goods("gift", "0.00", 2)
	o := s.place(s.shopper("buyer"), want("0.00", line(gift, 2)))
	if o.State != order.Paid || o.Payment != nil || o.Version != 2 {
		t.Errorf("the order is %s at version %d with payment %+v", o.State, o.Version, o.Payment)
	}
	s.stock(gift, 0, 0, 2, 0)
	id := s.request(o, nil)
	s.must(s.orders.DecideRefund(t.Context(), id, true, false, ""))
	s.work()
	s.is(o, order.Refunded)
	s.stock(gift, 2, 0, 0, 0)
}

func TestCheckoutOfTheCartTakesOutWhatWasOrdered(t *testing.T) {
	s := open(t)
	ctx, buyer := t.Context(), s.shopper("buyer")
	tea, cup, pot := s.goods("tea", "19.90", 3), s.goods("cup", "10.00", 3), s.goods("pot", "99.00", 3)
	s.must(s.orders.SetCartLines(ctx, buyer.ShopperID, "H5", []order.CartLineChange{
		{SkuID: tea, Quantity: 2, Selected: true}, {SkuID: cup, Quantity: 1, Selected: true}, {SkuID: pot, Quantity: 1},
	}))
	o := s.place(buyer, want("49.80"))
	if len(o.Lines) != 2 {
		t.Fatalf("ordered %+v", o.Lines)
	}
	cart, err := s.orders.Cart(ctx, buyer)
	s.must(err)
	if len(cart.Lines) != 1 || cart.Lines[0].SkuID != pot || cart.Quote.Total.Minor != 0 {
		t.Errorf("the cart keeps %+v at %+v", cart.Lines, cart.Quote.Total)
	}
	s.must(s.orders.SetCartLines(ctx, buyer.ShopperID, "H5", []order.CartLineChange{{SkuID: pot, Quantity: 1, Selected: true}}))
	s.place(buyer, want("10.00", line(cup, 1)))
	if cart, err = s.orders.Cart(ctx, buyer); err != nil || len(cart.Lines) != 1 {
		t.Errorf("an order of named lines left %+v, %v; want the pot still there", cart.Lines, err)
	}
	s.must(s.orders.SetCartLines(ctx, buyer.ShopperID, "H5", []order.CartLineChange{{SkuID: pot, Quantity: 9, Selected: true}}))
	_, err = s.orders.Place(ctx, buyer, want("891.00"))
	refuses(t, err, catalog.ErrOutOfStock, "input", "checkout")
}

func TestUnpaidOrdersAreLimited(t *testing.T) {
	s := open(t)
	buyer := s.shopper("buyer")
	tea := s.goods("tea", "1.00", 50)
	errs := make([]error, 20)
	together(len(errs), func(i int) { _, errs[i] = s.orders.Place(context.Background(), buyer, want("1.00", line(tea, 1))) })
	placed := 0
	for _, err := range errs {
		if err == nil {
			placed++
			continue
		}
		refuses(t, err, order.ErrUnpaidLimit)
	}
	if placed != 5 || s.count("SELECT COUNT(*) FROM orders") != 5 {
		t.Fatalf("%d placed, want 5", placed)
	}
	s.stock(tea, 45, 5, 0, 0)
	first, err := s.orders.List(t.Context(), order.ListArgs{ShopperID: buyer.ShopperID, Args: pageOf(1)})
	s.must(err)
	_, err = s.orders.Cancel(t.Context(), buyer.ShopperID, first.Orders[0].ID, "")
	s.must(err)
	s.place(buyer, want("1.00", line(tea, 1)))
}
