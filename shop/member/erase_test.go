package member_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func erase(s *shoptest.Shop, who order.Buyer) error {
	return s.Members.Erase(context.Background(), who.ShopperID, who.Channel)
}

func buy(s *shoptest.Shop, who order.Buyer, skuID, total string, coupons ...string) (*order.Order, error) {
	expected := money.Decimal(total)
	return s.Orders.Place(context.Background(), who, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &expected,
		Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: skuID, Quantity: 1}}, CouponIDs: coupons},
	})
}

func tillEarns(s *shoptest.Shop, shopperID string, n int64) (*points.Entry, error) {
	return s.Points.Earn(context.Background(), points.Earning{
		ShopperID: shopperID, Channel: "STORE", Points: n, Owner: partner, Key: shoptest.NewKey(), Reason: "a purchase",
	})
}

// complete takes a paid order to its end.
func complete(s *shoptest.Shop, o *order.Order) {
	s.TB.Helper()
	ctx := context.Background()
	_, err := s.Orders.Ship(ctx, o.ID, "SF", "SF1")
	s.Must(err)
	_, err = s.Orders.Complete(ctx, o.ShopperID, o.ID)
	s.Must(err)
}

// gone fails the test unless the account, and all that were part of it, are erased with nothing to spend.
func gone(s *shoptest.Shop, shopperID string) {
	s.TB.Helper()
	if n := s.Count("SELECT COUNT(*) FROM shoppers WHERE (id = ? OR merged_into = ?) AND (state <> 'erased' OR data_key IS NOT NULL)", shopperID, shopperID); n > 0 {
		s.TB.Errorf("%s is erased by half", shopperID)
	}
	s.Try(s.Broken())
}

// What comes to an erased person later, money, points or a coupon, is booked and helps nobody.
func TestWhatComesAfterErasure(t *testing.T) {
	s := shoptest.Open(t)
	ctx := context.Background()
	sku := s.Goods("tea", 50, "10.00")[0]
	cat := s.Shopper("cat")
	off := money.Decimal("2.00")
	template, err := s.Coupons.Create(ctx, partner, &coupon.Draft{IdempotencyKey: "two-off", Title: "Two off", AmountOff: &off, ValidDays: 30, Quantity: 10, PerShopperLimit: 2, Claimable: true})
	s.Must(err)
	used, err := s.Coupons.Claim(ctx, cat.ShopperID, template.ID)
	s.Must(err)
	_, err = s.Coupons.Claim(ctx, cat.ShopperID, template.ID)
	s.Must(err)

	bought, err := buy(s, cat, sku.ID, "8.00", used.ID)
	s.Must(err)
	s.Pay(bought)
	complete(s, bought)
	late, err := buy(s, cat, sku.ID, "10.00")
	s.Must(err)
	notice := s.Decide(late, true) // paid at the provider, who says so much later
	shoptest.Refuses(t, erase(s, cat), member.ErrOpenOrders)
	if open, _ := fault.Of(erase(s, cat)).Detail.([]string); fmt.Sprint(open) != fmt.Sprint([]string{late.ID}) {
		t.Fatalf("%v stand in the way, want %s", open, late.ID)
	}
	_, err = s.Orders.Cancel(ctx, cat.ShopperID, late.ID, "changed my mind, 陈伯")
	s.Must(err)
	spent, err := tillEarns(s, cat.ShopperID, 100)
	s.Must(err)
	redeemed, err := s.Points.Redeem(ctx, points.Redemption{ShopperID: cat.ShopperID, Channel: "STORE", Points: 40, Owner: partner, Key: "spend", Reason: "tea"})
	s.Must(err)
	s.Must(erase(s, cat))
	if err := erase(s, cat); !errors.Is(err, fault.Unauthenticated) {
		t.Fatalf("a second time: %v", err)
	}
	gone(s, cat.ShopperID)

	s.Notify(notice)
	s.Is(late, order.Cancelled)
	s.After(time.Minute)
	s.Refunded(late, 1000, 1000)
	_, err = s.Points.Reverse(ctx, points.Reversal{EntryID: redeemed.ID, Owner: partner, Key: "back", Reason: "the tea came back"})
	s.Must(err)
	_, err = s.Points.Reverse(ctx, points.Reversal{EntryID: spent.ID, Owner: partner, Key: "undone", Reason: "never bought"})
	s.Must(err)
	if n := s.Count("SELECT available + held + debt FROM point_accounts WHERE shopper_id = ?", cat.ShopperID); n != 0 {
		t.Errorf("%d points are left", n)
	}
	refundID, err := s.Orders.RequestRefund(ctx, order.Requester{PartnerID: partner}, order.RefundInput{IdempotencyKey: "goodwill", OrderID: bought.ID, Reason: "the tea was bad"})
	s.Must(err)
	s.Must(s.Orders.DecideRefund(ctx, refundID, true, false, ""))
	s.After(time.Minute)
	s.Refunded(bought, 800, 800)
	wallet, err := s.Coupons.Wallet(ctx, cat.ShopperID, coupon.Usable, coupon.ListArgs{})
	if err == nil && len(wallet.Coupons) > 0 {
		t.Errorf("%d coupons can be used", len(wallet.Coupons))
	}
	if o := s.Now(bought); o.Address != nil || o.Note != nil {
		t.Errorf("the address opens: %+v", o.Address)
	}
	if n := s.Count("SELECT claimed FROM coupon_templates WHERE id = ?", template.ID); n != 2 {
		t.Errorf("%d claims are counted, want 2", n)
	}
}

// mute is a provider that does not answer what became of a payment.
type mute struct{ *sandbox.Provider }

var errMute = errors.New("no answer")

func (mute) Query(context.Context, string) (payment.Trade, error) { return payment.Trade{}, errMute }
func (mute) Close(context.Context, string) error                  { return errMute }

// An order that the clock cancelled does not come back for somebody whose address nobody knows any more: what was paid late goes back.
func TestNoRevivalAfterErasure(t *testing.T) {
	s := shoptest.Open(t, func(with *shoptest.Setup) { with.Wrap = func(p *sandbox.Provider) payment.Provider { return mute{p} } })
	sku := s.Goods("tea", 5, "10.00")[0]
	cat := s.Shopper("cat")
	o, err := buy(s, cat, sku.ID, "10.00")
	s.Must(err)
	notice := s.Decide(o, true)
	shoptest.Refuses(t, erase(s, cat), member.ErrOpenOrders)
	for range 25 {
		s.After(time.Minute)
	}
	s.Is(o, order.Cancelled)
	s.Must(erase(s, cat))
	s.Notify(notice)
	s.After(time.Minute)
	s.Is(o, order.Cancelled)
	s.Refunded(o, 1000, 1000)
}

// Two erasures, orders, a till's points, sign-ins and addresses at once: each is either before the erasure, which then sees it, or is refused.
func TestErasureRaces(t *testing.T) {
	s := shoptest.Open(t)
	sku := s.Goods("tea", 100_000, "10.00")[0]
	shoptest.Rounds(t, s, 6, func(round int) {
		name := fmt.Sprintf("cat%d", round)
		cat := s.Shopper(name)
		_, err := tillEarns(s, cat.ShopperID, 10)
		s.Must(err)
		var erased, placed, refusedOpen atomic.Int32
		var came atomic.Int64
		shoptest.Together(14, func(i int) {
			shoptest.Stagger()
			switch {
			case i < 5:
				err := erase(s, cat)
				switch {
				case err == nil:
					erased.Add(1)
				case errors.Is(err, member.ErrOpenOrders):
					refusedOpen.Add(1)
				case !errors.Is(err, fault.Unauthenticated):
					t.Errorf("erase: %v", err)
				}
			case i < 7 && round%2 == 0:
				if _, err := buy(s, cat, sku.ID, "10.00"); err == nil {
					placed.Add(1)
				} else if !errors.Is(err, fault.Unauthenticated) && !errors.Is(err, order.ErrAddressRequired) && !errors.Is(err, identity.ErrErased) {
					t.Errorf("place: %v", err)
				}
			case i < 10:
				if _, err := tillEarns(s, cat.ShopperID, 7); err == nil {
					came.Add(7)
				} else if !errors.Is(err, fault.Unauthenticated) {
					t.Errorf("earn: %v", err)
				}
			case i < 12:
				if _, err := s.Identity.SessionCreate(context.Background(), demo(name)); err != nil && !errors.Is(err, identity.ErrClosed) {
					t.Errorf("sign in: %v", err)
				}
			default:
				err := s.Identity.ConsentSet(context.Background(), cat.ShopperID, identity.Consent{Purpose: identity.MarketingMessages, Granted: i%2 == 0, TextVersion: "v1"})
				if err != nil && !errors.Is(err, fault.Unauthenticated) {
					t.Errorf("consent: %v", err)
				}
			}
		})
		switch {
		case erased.Load() > 1:
			t.Errorf("erased %d times", erased.Load())
		case erased.Load() == 1 && placed.Load() > 0:
			t.Errorf("erased over %d open orders", placed.Load())
		case erased.Load() == 0 && placed.Load() == 0:
			t.Error("nothing stood in the way, and yet nobody was erased")
		}
		total := s.Count("SELECT COALESCE(SUM(points), 0) FROM point_postings WHERE shopper_id = ? AND kind = 'EARN'", cat.ShopperID)
		if int64(total) != 10+came.Load() {
			t.Errorf("%d points were acknowledged, %d are in the ledger", 10+came.Load(), total)
		}
		if erased.Load() == 1 {
			gone(s, cat.ShopperID)
		}
	})
}

// A merge and erasures of either half at once: one person or two, erased whole or not at all.
func TestErasureRacesMerge(t *testing.T) {
	s := shoptest.Open(t)
	shoptest.Rounds(t, s, 8, func(round int) {
		cat, dog := s.Shopper(fmt.Sprintf("cat%d", round)), s.Shopper(fmt.Sprintf("dog%d", round))
		for _, who := range []order.Buyer{cat, dog} {
			_, err := tillEarns(s, who.ShopperID, 50)
			s.Must(err)
		}
		var erased [2]atomic.Int32
		shoptest.Together(8, func(i int) {
			shoptest.Stagger()
			switch who := []order.Buyer{cat, dog}[i%2]; {
			case i < 2:
				_, _, err := links(s, who.ShopperID, fmt.Sprintf("%s%d", []string{"dog", "cat"}[i%2], round))
				if fault.Of(err) == nil && err != nil {
					t.Errorf("link: %v", err)
				}
			default:
				err := erase(s, who)
				if err == nil {
					erased[i%2].Add(1)
				} else if fault.Of(err) == nil || fault.Of(err).Kind == fault.Trouble {
					t.Errorf("erase: %v", err)
				}
			}
		})
		for i, who := range []order.Buyer{cat, dog} {
			if erased[i].Load() > 1 {
				t.Errorf("%s was erased %d times", who.ShopperID, erased[i].Load())
			}
			if erased[i].Load() == 1 {
				gone(s, who.ShopperID)
			}
		}
	})
}

// With a person go all accounts that have become part of his, whichever of them is asked to.
func TestErasureOfOneWhoWasTwo(t *testing.T) {
	s := shoptest.Open(t)
	cat, dog := s.Shopper("cat"), s.Shopper("dog")
	sku := s.Goods("tea", 5, "10.00")[0]
	his, err := buy(s, dog, sku.ID, "10.00")
	s.Must(err)
	s.Pay(his)
	person, merged, err := links(s, cat.ShopperID, "dog")
	s.Must(err)
	if !merged || person != cat.ShopperID {
		t.Fatalf("merged %v into %s", merged, person)
	}
	if err := erase(s, dog); !errors.Is(err, identity.ErrMerged) {
		t.Fatalf("by the account that is no more: %v", err)
	}
	shoptest.Refuses(t, erase(s, cat), member.ErrOpenOrders) // ordered under the other id
	_, err = s.Orders.Ship(context.Background(), his.ID, "SF", "SF1")
	s.Must(err)
	_, err = s.Orders.Deliver(context.Background(), his.ID)
	s.Must(err)
	s.After(8 * 24 * time.Hour)
	s.Must(erase(s, cat))
	gone(s, cat.ShopperID)
	if o := s.Now(his); o.Address != nil {
		t.Errorf("what the other account ordered still opens: %+v", o.Address)
	}
	again, err := s.Identity.SessionCreate(context.Background(), demo("dog"))
	s.Must(err)
	if again.ShopperID == cat.ShopperID || again.ShopperID == dog.ShopperID {
		t.Error("somebody who was erased came back")
	}
}
