package member_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/shoptest"
)

// Who was two in one mini-program pays as whom he signed in last.
func TestAPayerIsWhoSignedInLast(t *testing.T) {
	s := shoptest.Open(t)
	cat := s.Shopper("cat")
	first, err := s.Identity.PayerID(t.Context(), cat.ShopperID, cat.Channel)
	s.Must(err)
	s.Clock.Advance(time.Minute)
	dog := s.Shopper("dog")
	second, err := s.Identity.PayerID(t.Context(), dog.ShopperID, dog.Channel)
	s.Must(err)
	person, merged, err := links(s, dog.ShopperID, "cat")
	s.Must(err)
	if !merged || first == second {
		t.Fatalf("merged %v, payers %q and %q", merged, first, second)
	}
	for _, tc := range []struct{ name, payer string }{{"cat", first}, {"dog", second}, {"cat", first}} {
		s.Clock.Advance(time.Minute)
		buyer := s.Shopper(tc.name)
		payer, err := s.Identity.PayerID(t.Context(), buyer.ShopperID, buyer.Channel)
		s.Must(err)
		if buyer.ShopperID != person || payer != tc.payer {
			t.Errorf("signed in as %s he is %s and pays as %q, want %s and %q", tc.name, buyer.ShopperID, payer, person, tc.payer)
		}
	}
}
