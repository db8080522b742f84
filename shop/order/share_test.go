package order_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A product is shared at its price alone, or at that of the cheapest group beside what the same goods cost alone; off every surface it is not shared.
func TestSharedProducts(t *testing.T) {
	s := shoptest.Open(t)
	ctx := t.Context()
	alone, grouped, hidden := s.Goods("alone", 5, "10.00")[0], s.Goods("grouped", 5, "10.00", "9.00"), s.Goods("hidden", 5, "10.00")[0]
	_, err := s.Groups.Create(ctx, "ptn_test", &groupbuy.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Title: "拼", Offers: []*groupbuy.OfferDraft{{SkuCode: grouped[0].Code, Price: "7.00"}, {SkuCode: grouped[1].Code, Price: "8.00"}},
		Size: 2, StartsAt: s.Clock.Now().Add(-time.Hour), EndsAt: s.Clock.Now().Add(time.Hour), GroupSeconds: 3600, PerShopperLimit: 1, UnitQuota: 10,
	})
	s.Must(err)
	s.Must(s.Catalog.VisibilitySet(ctx, hidden.Product.ID, false, "test"))
	ids := []string{alone.Product.ID, grouped[0].Product.ID, hidden.Product.ID, "prd_01JD8Q2M0V6T3C9E5K7R1XW4Z1"}

	_, err = s.Orders.SharedProducts(ctx, ids[1:2]) // which campaigns run is known for a while
	s.Must(err)
	var some, one store.Counter
	found, err := s.Orders.SharedProducts(store.CountStatements(ctx, &some), ids)
	s.Must(err)
	if len(found) != 2 {
		t.Fatalf("%d products are shared, want 2", len(found))
	}
	a, g := found[ids[0]], found[ids[1]]
	if a.Title != "茶 alone" || a.Price.Minor != 1000 || a.Compare != nil || a.Line != "" || a.MiniProgramPage != "pages/product/index" || a.Ended {
		t.Errorf("alone: %+v", a)
	}
	if g.Price.Minor != 700 || g.Compare == nil || g.Compare.Minor != 1000 || g.Line != "拼团价" {
		t.Errorf("in a group: %+v", g)
	}
	_, err = s.Orders.SharedProducts(store.CountStatements(ctx, &one), ids[1:2])
	s.Must(err)
	if some.Count() > one.Count() {
		t.Errorf("%d statements for four, %d for the one in a group", some.Count(), one.Count())
	}
}
