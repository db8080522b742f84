package coupon_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestClaim(t *testing.T) {
	s := shoptest.Open(t)
	ming, hong := s.Shopper("ming").ShopperID, s.Shopper("hong").ShopperID
	one := template(s, func(d *coupon.Draft) { d.Quantity, d.ValidDays = 1, 1 })
	c := claim(s, ming, one)
	if c.State != coupon.Usable || c.Source != "claim" || c.ShopperID != ming || c.Template.ID != one.ID || c.Template.Left != 0 {
		t.Errorf("claimed %+v of %+v", c, c.Template)
	}
	_, err := s.Coupons.Claim(t.Context(), ming, one.ID)
	shoptest.Refuses(t, err, coupon.ErrLimit, "input", "templateId")
	_, err = s.Coupons.Claim(t.Context(), hong, one.ID)
	if refusal := shoptest.Refuses(t, err, coupon.ErrExhausted, "input", "templateId"); *refusal.Available != 0 {
		t.Errorf("%d are said to be left", *refusal.Available)
	}
	_, err = s.Coupons.Claim(t.Context(), hong, "cpt_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	shoptest.Refuses(t, err, fault.Missing, "input", "templateId")
	_, err = s.Coupons.Claim(t.Context(), hong, template(s, func(d *coupon.Draft) { d.Claimable = false }).ID)
	shoptest.Refuses(t, err, fault.Missing, "input", "templateId")
	if found, err := s.Coupons.Some(t.Context(), hong, []string{c.ID}); err != nil || len(found) != 0 {
		t.Errorf("a stranger sees %v, %v", found, err)
	}
}

// The clock begins on 6 May at noon in Shanghai.
func TestAClaimLastsToTheEndOfALocalDay(t *testing.T) {
	s := shoptest.Open(t)
	ming := s.Shopper("ming").ShopperID
	day := template(s, func(d *coupon.Draft) { d.ValidDays, d.PerShopperLimit = 1, 3 })
	for _, tc := range []struct {
		wait time.Duration
		want string
	}{
		{0, "2026-05-08T00:00:00+08:00"},                               // noon of the 6th: the 7th
		{12*time.Hour - time.Microsecond, "2026-05-08T00:00:00+08:00"}, // the last instant of the 6th
		{time.Microsecond, "2026-05-09T00:00:00+08:00"},                // the 7th begins
	} {
		s.Clock.Advance(tc.wait)
		want, err := time.Parse(time.RFC3339, tc.want)
		s.Must(err)
		if c := claim(s, ming, day); !c.ValidUntil.Equal(want) {
			t.Errorf("claimed at %v, usable until %v, want %v", s.Clock.Now(), c.ValidUntil, want)
		}
	}
	s.Clock.Advance(24*time.Hour - time.Microsecond)
	usable, err := s.Coupons.Usable(t.Context(), ming)
	s.Must(err)
	if len(usable) != 3 {
		t.Errorf("%d are usable a microsecond before midnight", len(usable))
	}
	s.Clock.Advance(time.Microsecond)
	usable, err = s.Coupons.Usable(t.Context(), ming)
	s.Must(err)
	if len(usable) != 1 {
		t.Errorf("%d are usable at midnight", len(usable))
	}
}

func TestTenCouponsForSixtyFour(t *testing.T) {
	s := shoptest.Open(t)
	buyers := s.Crowd("buyer", 64)
	shoptest.Rounds(t, s, 1, func(int) {
		ten := template(s, func(d *coupon.Draft) { d.Quantity = 10 })
		errs := make([]error, len(buyers))
		shoptest.Together(len(buyers), func(i int) {
			_, errs[i] = s.Coupons.Claim(context.Background(), buyers[i].ShopperID, ten.ID)
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			shoptest.Refuses(t, err, coupon.ErrExhausted, "input", "templateId")
		}
		if won != 10 {
			t.Fatalf("%d have one of ten", won)
		}
	})
}

func TestFiftyTapsOfOneShopper(t *testing.T) {
	s := shoptest.Open(t)
	shoptest.Rounds(t, s, 1, func(round int) {
		ming := s.Shopper(fmt.Sprint("ming", round)).ShopperID
		three := template(s, func(d *coupon.Draft) { d.PerShopperLimit = 3 })
		errs := make([]error, 50)
		shoptest.Together(len(errs), func(i int) { _, errs[i] = s.Coupons.Claim(context.Background(), ming, three.ID) })
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			shoptest.Refuses(t, err, coupon.ErrLimit, "input", "templateId")
		}
		if won != 3 {
			t.Fatalf("%d taps of 50 had one, at most 3 may", won)
		}
	})
}

// A person of two accounts may have one coupon of each; from then on the limit counts both, and claims go on beside the numbers that there are.
func TestMergedAccountsKeepTheirCoupons(t *testing.T) {
	s := shoptest.Open(t)
	ming, other := s.Shopper("ming").ShopperID, s.Shopper("other").ShopperID
	two := template(s, func(d *coupon.Draft) { d.PerShopperLimit = 2 })
	claim(s, ming, two)
	s.Must(s.Store.InTx(t.Context(), func(ctx context.Context) error { return s.Coupons.Merge(ctx, ming, other) }))
	claim(s, other, two)
	_, err := s.Coupons.Claim(t.Context(), other, two.ID)
	shoptest.Refuses(t, err, coupon.ErrLimit, "input", "templateId")
	his, err := s.Coupons.Wallet(t.Context(), other, "", coupon.ListArgs{Args: firstOf(10)})
	s.Must(err)
	if len(his.Coupons) != 2 {
		t.Errorf("the person has %d", len(his.Coupons))
	}
}
