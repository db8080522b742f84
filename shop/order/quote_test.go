package order_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

func pageOf(first int) page.Args { return page.Args{First: first} }

func (s *shop) quote(buyer order.Buyer, lines ...*order.LineInput) *order.Quote {
	s.tb.Helper()
	q, err := s.orders.Quote(s.tb.Context(), buyer, &order.Checkout{Lines: lines})
	s.must(err)
	return q
}

// shown is an input that says what the quote showed.
func shown(q *order.Quote, lines ...*order.LineInput) *order.PlaceInput {
	return &order.PlaceInput{IdempotencyKey: newKey(), Checkout: &order.Checkout{Lines: lines}, QuoteToken: &q.Token}
}

// reprice changes the price of a product made by goods.
func (s *shop) reprice(handle, price string) {
	s.tb.Helper()
	results, err := s.catalog.Upsert(s.tb.Context(), []*catalog.ProductInput{{
		Handle: handle, Title: "茶 " + handle,
		Skus: []*catalog.SkuInput{{Code: handle, Price: money.Decimal(price)}},
	}})
	s.must(err)
	if len(results[0].Refused) > 0 {
		s.tb.Fatal(results[0].Refused)
	}
}

func TestQuoteTokens(t *testing.T) {
	s := open(t)
	buyer, stranger := s.shopper("buyer"), s.shopper("stranger")
	tea, cup := s.goods("tea", "19.90", 9), s.goods("cup", "19.90", 9)
	q := s.quote(buyer, line(tea, 1))
	raw, err := base64.RawURLEncoding.DecodeString(q.Token)
	s.must(err)
	for i := range raw {
		altered := append([]byte{}, raw...)
		altered[i] ^= 1
		in := shown(q, line(tea, 1))
		in.QuoteToken = new(base64.RawURLEncoding.EncodeToString(altered))
		_, err := s.orders.Place(t.Context(), buyer, in)
		refuses(t, err, fault.Invalid, "input", "quoteToken")
	}
	_, err = s.orders.Place(t.Context(), stranger, shown(q, line(tea, 1)))
	refuses(t, err, fault.Invalid, "input", "quoteToken")
	for name, lines := range map[string][]*order.LineInput{"another SKU": {line(cup, 1)}, "more units": {line(tea, 2)}} {
		_, err := s.orders.Place(t.Context(), buyer, shown(q, lines...))
		if refuses(t, err, order.ErrPriceChanged); err == nil {
			t.Error(name)
		}
	}
	both := shown(q, line(tea, 1))
	both.ExpectedTotal = new(money.Decimal("19.91"))
	_, err = s.orders.Place(t.Context(), buyer, both)
	refuses(t, err, order.ErrPriceChanged)
	s.clock.Advance(10*time.Minute - time.Microsecond)
	s.place(buyer, shown(q, line(tea, 1)))
}

func TestAQuoteRunsOut(t *testing.T) {
	s := open(t)
	s.clock.Advance(500 * time.Millisecond)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	q := s.quote(buyer, line(tea, 1))
	s.clock.Advance(q.ValidUntil.Sub(s.clock.Now()) - time.Microsecond)
	s.place(buyer, shown(q, line(tea, 1)))
	s.clock.Advance(time.Microsecond)
	_, err := s.orders.Place(t.Context(), buyer, shown(q, line(tea, 1)))
	fresh := refuses(t, err, order.ErrPriceChanged).Detail.(*order.Quote)
	s.place(buyer, shown(fresh, line(tea, 1)))
}

func TestAPriceThatChangedIsNeverChargedSilently(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "19.90", 9)
	q := s.quote(buyer, line(tea, 2))
	s.reprice("tea", "18.00")
	for _, in := range []*order.PlaceInput{shown(q, line(tea, 2)), want("39.80", line(tea, 2))} {
		_, err := s.orders.Place(t.Context(), buyer, in)
		fresh, ok := refuses(t, err, order.ErrPriceChanged).Detail.(*order.Quote)
		if !ok || fresh.Total.Minor != 3600 || fresh.Lines[0].UnitPrice.Minor != 1800 {
			t.Fatalf("the new quote is %+v", fresh)
		}
		in.QuoteToken, in.ExpectedTotal = &fresh.Token, nil // the key is free: a refusal stored nothing
		if o := s.place(buyer, in); o.Total.Minor != 3600 {
			t.Errorf("charged %d", o.Total.Minor)
		}
	}
}

func TestAQuoteCapsAndLeavesOutWithNotices(t *testing.T) {
	s := open(t)
	buyer := s.shopper("buyer")
	few, none, gone := s.goods("few", "10.00", 2), s.goods("none", "10.00", 0), s.goods("gone", "10.00", 5)
	s.must(s.catalog.VisibilitySet(t.Context(), s.product("gone").ID, false, "recalled"))
	q := s.quote(buyer, line(few, 5), line(none, 1), line(gone, 1))
	if len(q.Lines) != 1 || q.Lines[0].Quantity != 2 || q.Total.Minor != 2000 || len(q.Notices) != 3 {
		t.Fatalf("the quote is %+v with notices %+v", q, q.Notices)
	}
	for i, code := range []order.NoticeCode{order.NoticeQuantityCapped, order.NoticeLineUnavailable, order.NoticeLineUnavailable} {
		if q.Notices[i].Code != code {
			t.Errorf("notice %d is %s, want %s", i, q.Notices[i].Code, code)
		}
	}
	s.place(buyer, shown(q, line(few, 2)))
}
