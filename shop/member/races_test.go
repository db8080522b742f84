package member_test

import (
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// placing is an order of one unit for 10.00.
func placing(sku string) *order.PlaceInput {
	return &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: new(money.Decimal("10.00")),
		Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: sku, Quantity: 1}}},
	}
}

// Links crosswise and in a chain, while all earn, spend, visit and order: one person in the end, with all points, one visit and no more than five unpaid orders.
func TestLinksAtOnce(t *testing.T) {
	for range 3 {
		s := shoptest.Open(t)
		sku := s.Goods("tea", 100, "10.00")[0].ID
		names := []string{"a", "b", "c"}
		people := []order.Buyer{s.Shopper("a"), s.Shopper("b"), s.Shopper("c")}
		for _, who := range people {
			_, err := s.Points.Earn(t.Context(), points.Earning{ShopperID: who.ShopperID, Channel: wechat, Points: 100, Owner: partner, Key: who.ShopperID, Reason: "买茶", Reference: "1"})
			s.Must(err)
		}
		quiet := func(err error) { // what a rule refuses is refused; an old session is told to refresh
			if err != nil && fault.Of(err) == nil {
				t.Error(err)
			}
		}
		shoptest.Together(18, func(i int) {
			who := people[i%3]
			switch i / 3 {
			case 0, 1:
				_, _, err := links(s, who.ShopperID, names[(i+1+i/3)%3])
				quiet(err)
			case 2:
				_, err := s.Points.CheckIn(t.Context(), who.ShopperID, wechat)
				quiet(err)
			default:
				_, err := s.Orders.Place(t.Context(), who, placing(sku))
				quiet(err)
			}
		})
		for _, who := range people[1:] {
			_, _, err := links(s, people[0].ShopperID, names[1])
			s.Must(err)
			_, _, err = links(s, people[0].ShopperID, names[2])
			s.Must(err)
			if same, err := s.Identity.Same(t.Context(), people[0].ShopperID, who.ShopperID); err != nil || !same {
				t.Fatalf("%s and %s are not one: %v", people[0].ShopperID, who.ShopperID, err)
			}
		}
		if n := s.Count("SELECT COUNT(*) FROM shoppers WHERE merged_into = ?", people[0].ShopperID); n != 2 {
			t.Fatalf("%d accounts are part of the first, want 2", n)
		}
		account, err := s.Points.Account(t.Context(), people[0].ShopperID)
		s.Must(err)
		if account.Available < 305 || account.Held != 0 || account.Debt != 0 {
			t.Fatalf("the person has %+v, want 300 and what visits paid", account)
		}
		if _, err := s.Points.CheckIn(t.Context(), people[0].ShopperID, wechat); fault.Of(err) == nil || !fault.Of(err).Is(points.ErrAlreadyCheckedIn) {
			t.Fatalf("a second visit of one day: %v", err)
		}
		listed, err := s.Orders.Counts(t.Context(), people[0].ShopperID)
		s.Must(err)
		if all := s.Count("SELECT COUNT(*) FROM orders"); all > 0 && (len(listed) != 1 || listed[0].Count != all) {
			t.Fatalf("the person sees %v, want %d orders", listed, all)
		}
	}
}

// A key that was used before the merge is the same order after it; a payment that comes late is for the person, and his limits count both halves.
func TestWhatWasBeforeIsHisAfter(t *testing.T) {
	s := shoptest.Open(t)
	sku := s.Goods("tea", 100, "10.00")[0].ID
	ming, hong := s.Shopper("ming"), s.Shopper("hong")
	in := placing(sku)
	first, err := s.Orders.Place(t.Context(), hong, in)
	s.Must(err)
	for range 4 {
		_, err := s.Orders.Place(t.Context(), ming, placing(sku))
		s.Must(err)
	}
	notice := s.Decide(first, true)
	if _, merged, err := links(s, hong.ShopperID, "ming"); err != nil || !merged {
		t.Fatal(merged, err)
	}
	again, err := s.Orders.Place(t.Context(), ming, in)
	s.Must(err)
	if again.ID != first.ID {
		t.Fatalf("the same key made %s after %s", again.ID, first.ID)
	}
	_, err = s.Orders.Place(t.Context(), ming, placing(sku))
	shoptest.Refuses(t, err, order.ErrUnpaidLimit)
	s.Notify(notice)
	s.Is(first, order.Paid)
	own, err := s.Orders.Own(t.Context(), ming.ShopperID, first.ID)
	s.Must(err)
	if own.Address == nil || own.Address.Recipient != "王小明" {
		t.Fatalf("its address does not open: %+v", own.Address)
	}
	if paid, err := s.Orders.HasPaid(t.Context(), ming.ShopperID, ""); err != nil || !paid {
		t.Fatal(paid, err)
	}
}
