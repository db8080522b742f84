package member_test

import (
	"errors"
	"testing"

	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestTwoAccountsBecomeOne(t *testing.T) {
	s := shoptest.Open(t)
	ming, hong := s.Shopper("ming"), s.Shopper("hong")
	for _, who := range []string{ming.ShopperID, hong.ShopperID} {
		_, err := s.Points.Earn(t.Context(), points.Earning{ShopperID: who, Channel: wechat, Points: 100, Owner: partner, Key: who, Reason: "买茶", Reference: "1"})
		s.Must(err)
	}
	visit, err := s.Points.CheckIn(t.Context(), hong.ShopperID, wechat)
	s.Must(err)
	person, merged, err := links(s, hong.ShopperID, "ming")
	s.Must(err)
	if person != ming.ShopperID || !merged {
		t.Fatalf("merged %v into %s, want into %s, who was there first", merged, person, ming.ShopperID)
	}
	if again, merged, err := links(s, hong.ShopperID, "ming"); err != nil || merged || again != person {
		t.Fatal("merged twice", again, merged, err)
	}
	account, err := s.Points.Account(t.Context(), person)
	s.Must(err)
	if account.Available != 200+visit.Earned {
		t.Fatalf("%d points, want %d", account.Available, 200+visit.Earned)
	}
	if _, err := s.Points.CheckIn(t.Context(), person, wechat); !errors.Is(err, points.ErrAlreadyCheckedIn) {
		t.Fatalf("a second visit of the person's day: %v", err)
	}
	addresses, err := s.Identity.Addresses(t.Context(), person)
	s.Must(err)
	if len(addresses) != 2 || !addresses[0].IsDefault || addresses[1].IsDefault || addresses[1].Recipient != "王小明" {
		t.Fatal(addresses)
	}
}
