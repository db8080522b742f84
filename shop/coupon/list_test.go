package coupon_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func firstOf(n int) page.Args { return page.Args{First: n} }

func TestTemplatesThatMayBeClaimed(t *testing.T) {
	s := shoptest.Open(t)
	ming, hong := s.Shopper("ming").ShopperID, s.Shopper("hong").ShopperID
	var all []*coupon.Template
	for range 5 {
		all = append(all, template(s))
		time.Sleep(2 * time.Millisecond) // ids rise from one millisecond to the next
	}
	template(s, func(d *coupon.Draft) { d.Claimable = false })
	claim(s, hong, template(s, func(d *coupon.Draft) { d.Quantity = 1 }))
	claim(s, ming, all[4])
	claim(s, hong, all[3])
	var seen []*coupon.Template
	args := coupon.ListArgs{Args: firstOf(2), WantTotal: true}
	for {
		listed, err := s.Coupons.ListTemplates(t.Context(), ming, args)
		s.Must(err)
		if *listed.TotalCount != 5 {
			t.Fatalf("%d in all", *listed.TotalCount)
		}
		seen = append(seen, listed.Templates...)
		if !listed.Info.HasNextPage {
			break
		}
		args.After = *listed.Info.EndCursor
	}
	if len(seen) != 5 {
		t.Fatalf("%d are listed", len(seen))
	}
	for i, listed := range seen {
		if listed.ID != all[4-i].ID || listed.ViewerClaimed != (i == 0) {
			t.Errorf("%d: %+v, want %s", i, listed, all[4-i].ID)
		}
	}
	for _, bad := range []page.Args{{First: 101}, {First: -1}, {First: 1, After: "x"}, {First: 1, After: page.Encode("coupons", struct{}{})}} {
		_, err := s.Coupons.ListTemplates(t.Context(), "", coupon.ListArgs{Args: bad})
		if refusal := fault.Of(err); refusal == nil || refusal.Kind != fault.Request {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestTheWalletByState(t *testing.T) {
	s := shoptest.Open(t)
	buyer := s.Shopper("ming")
	short := claim(s, buyer.ShopperID, template(s, func(d *coupon.Draft) { d.ValidDays = 1 }))
	time.Sleep(2 * time.Millisecond)
	s.Clock.Advance(3 * 24 * time.Hour)
	long := claim(s, buyer.ShopperID, template(s))
	time.Sleep(2 * time.Millisecond)
	next := claim(s, buyer.ShopperID, template(s))
	for _, tc := range []struct {
		state coupon.State
		want  []*coupon.Coupon
	}{{"", []*coupon.Coupon{next, long, short}}, {coupon.Usable, []*coupon.Coupon{next, long}}, {coupon.Expired, []*coupon.Coupon{short}}, {coupon.Reserved, nil}, {coupon.Used, nil}} {
		var got []*coupon.Coupon
		args := coupon.ListArgs{Args: firstOf(1), WantTotal: true}
		for {
			listed, err := s.Coupons.Wallet(t.Context(), buyer.ShopperID, tc.state, args)
			s.Must(err)
			if *listed.TotalCount != len(tc.want) {
				t.Errorf("%d in all, want %d", *listed.TotalCount, len(tc.want))
			}
			got = append(got, listed.Coupons...)
			if !listed.Info.HasNextPage {
				break
			}
			args.After = *listed.Info.EndCursor
		}
		if len(got) != len(tc.want) {
			t.Fatalf("%q: %d coupons, want %d", tc.state, len(got), len(tc.want))
		}
		for i, c := range got {
			if c.ID != tc.want[i].ID || tc.state != "" && c.State != tc.state {
				t.Errorf("%q: %+v, want %s", tc.state, c, tc.want[i].ID)
			}
		}
	}
	_, err := s.Coupons.Wallet(t.Context(), buyer.ShopperID, "LOST", coupon.ListArgs{Args: firstOf(1)})
	if refusal := fault.Of(err); refusal == nil || !refusal.Is(fault.InvalidInput) {
		t.Error(err)
	}
}

// What a page costs does not depend on how long it is.
func TestStatementsOfLists(t *testing.T) {
	s := shoptest.Open(t)
	ming := s.Shopper("ming").ShopperID
	for range 12 {
		claim(s, ming, template(s))
	}
	for _, n := range []int{2, 12} {
		var lists, wallet store.Counter
		_, err := s.Coupons.ListTemplates(store.CountStatements(t.Context(), &lists), ming, coupon.ListArgs{Args: firstOf(n)})
		s.Must(err)
		_, err = s.Coupons.Wallet(store.CountStatements(t.Context(), &wallet), ming, coupon.Usable, coupon.ListArgs{Args: firstOf(n)})
		s.Must(err)
		if lists.Count() != 2 || wallet.Count() != 2 {
			t.Errorf("%d: %d and %d statements, want 2 each", n, lists.Count(), wallet.Count())
		}
	}
}
