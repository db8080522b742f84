package member_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// buyWith orders one of a SKU, with points off its price.
func buyWith(s *shoptest.Shop, who order.Buyer, skuID string, usePoints int64, total string) (*order.Order, error) {
	expected := money.Decimal(total)
	return s.Orders.Place(context.Background(), who, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &expected,
		Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: skuID, Quantity: 1}}, UsePoints: &usePoints},
	})
}

func tillRedeems(s *shoptest.Shop, shopperID string, n int64) error {
	_, err := s.Points.Redeem(context.Background(), points.Redemption{
		ShopperID: shopperID, Channel: "STORE", Points: n, Owner: partner, Key: shoptest.NewKey(), Reason: "tea",
	})
	return err
}

// has fails the test unless somebody has so many points, and owes none.
func has(s *shoptest.Shop, shopperID string, available, held int64) {
	s.TB.Helper()
	a, err := s.Points.Account(context.Background(), shopperID)
	s.Must(err)
	if a.Available != available || a.Held != held || a.Debt != 0 {
		s.TB.Fatalf("%s has %d available, %d held, %d owed; want %d, %d and none", shopperID, a.Available, a.Held, a.Debt, available, held)
	}
}

// The provider tells late of money for an order with points, whose shopper is somebody else by then: the points come from whom he has become, and go back to that
// one; when they cannot be had, the money goes back.
func TestALatePaymentOfSomebodyWhoIsAnotherNow(t *testing.T) {
	ctx := context.Background()
	for _, tc := range []struct {
		name      string
		meanwhile func(s *shoptest.Shop, survivor string)
		stands    bool
		left      int64
	}{
		{"they are there", func(*shoptest.Shop, string) {}, true, 0},
		{"the survivor has spent one", func(s *shoptest.Shop, survivor string) { s.Must(tillRedeems(s, survivor, 1)) }, false, 299},
		{"the survivor is banned", func(s *shoptest.Shop, survivor string) {
			s.Must(s.Store.InTx(ctx, func(ctx context.Context) error {
				_, err := s.Store.Exec(ctx, "UPDATE shoppers SET state = 'banned' WHERE id = ?", survivor)
				return err
			}))
		}, false, 300},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := shoptest.Open(t)
			sku := s.Goods("tea", 5, "10.00")[0]
			cat := s.Shopper("cat")
			s.Clock.Advance(time.Minute)
			dog := s.Shopper("dog")
			_, err := tillEarns(s, dog.ShopperID, 300)
			s.Must(err)
			o, err := buyWith(s, dog, sku.ID, 300, "7.00")
			s.Must(err)
			notice := s.Lost(o)
			person, merged, err := links(s, dog.ShopperID, "cat")
			s.Must(err)
			if !merged || person != cat.ShopperID {
				t.Fatalf("merged %v into %s", merged, person)
			}
			has(s, person, 300, 0)
			tc.meanwhile(s, person)

			s.Notify(notice)
			s.After(time.Minute)
			has(s, person, tc.left, 0)
			if !tc.stands {
				s.Is(o, order.Cancelled)
				s.Refunded(o, 700, 700)
				return
			}
			s.Is(o, order.Paid)
			refundID, err := s.Orders.RequestRefund(ctx, order.Requester{ShopperID: person}, order.RefundInput{IdempotencyKey: "back", OrderID: o.ID, Reason: "不想要了"})
			s.Must(err)
			s.Must(s.Orders.DecideRefund(ctx, refundID, true, false, ""))
			s.After(time.Minute)
			s.Is(o, order.Refunded)
			s.Refunded(o, 700, 700)
			has(s, person, 300, 0)
			has(s, dog.ShopperID, 0, 0)
		})
	}
}

// Two who are linked from both sides spend meanwhile, at a till and on orders: what either was told to be spent is spent once, of what both had.
func TestTwoBecomeOneWhileBothSpend(t *testing.T) {
	s := shoptest.Open(t)
	ctx := context.Background()
	sku := s.Goods("tea", 100_000, "10.00")[0]
	mergedFirst := 0
	shoptest.Rounds(t, s, 6, func(round int) {
		names := [2]string{fmt.Sprintf("cat%d", round), fmt.Sprintf("dog%d", round)}
		both := [2]order.Buyer{s.Shopper(names[0]), s.Shopper(names[1])}
		for _, who := range both {
			_, err := tillEarns(s, who.ShopperID, 100)
			s.Must(err)
		}
		var redeemed, placed, merges atomic.Int64
		shoptest.Together(8, func(i int) {
			shoptest.Stagger()
			who := both[i%2]
			switch i / 2 {
			case 0:
				_, merged, err := links(s, who.ShopperID, names[1-i%2])
				s.Try(err)
				if merged {
					merges.Add(1)
				}
			case 1:
				if _, err := buyWith(s, who, sku.ID, 60, "9.40"); err == nil {
					placed.Add(1)
				} else if !errors.Is(err, points.ErrInsufficientPoints) && !errors.Is(err, identity.ErrMerged) {
					t.Errorf("an order: %v", err)
				}
			default:
				if err := tillRedeems(s, who.ShopperID, 60); err == nil {
					redeemed.Add(1)
				} else if !errors.Is(err, points.ErrInsufficientPoints) {
					t.Errorf("a till: %v", err)
				}
			}
		})
		if t.Failed() {
			return
		}
		if merges.Load() != 1 {
			t.Fatalf("two became one %d times", merges.Load())
		}
		person, err := s.Identity.PersonOf(ctx, both[0].ShopperID)
		s.Must(err)
		gone := both[0].ShopperID
		if gone == person {
			gone = both[1].ShopperID
		}
		has(s, person, 200-60*(redeemed.Load()+placed.Load()), 60*placed.Load())
		has(s, gone, 0, 0)
		if redeemed.Load()+placed.Load() == 3 { // one half alone has enough for one
			mergedFirst++
		}
	})
	t.Logf("in %d rounds the merge came before the third spend", mergedFirst)
}
