package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// deliver hands every fact to the rooms.
func (s *studio) deliver() {
	s.TB.Helper()
	s.Must(s.delivered())
}

// delivered is deliver for goroutines, which may not end the test. It looks twice.
func (s *studio) delivered() error {
	for range 2 {
		if _, err := outbox.NewDispatcher(s.Outbox, s.Clock.Now, s.Live.Consumers()...).Once(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// An order is told in every room on air that shows what was bought, counted there once, and its shopper is a buyer from then on.
func TestRoomsTellOfOrders(t *testing.T) {
	s := openStudio(t)
	buyer := s.Shopper("buyer")
	tea, cup, both := s.OnAir(s.host, s.tea), s.OnAir(s.host, s.cup), s.OnAir(s.host, s.cup, s.tea)
	soon := s.Room(s.host, s.tea) // not on air
	before := map[string]string{}
	for _, room := range []*live.Room{tea, cup, both, soon} {
		before[room.ID] = s.news(room.ID)
	}
	sku := s.Goods("tea", 1000, "19.90")[0].ID
	total := money.Decimal("39.80")
	o, err := s.Orders.Place(t.Context(), buyer, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: sku, Quantity: 2}}}, ExpectedTotal: &total,
	})
	s.Must(err)
	s.deliver()
	if n := s.Count("SELECT COUNT(*) FROM live_sales"); n != 0 {
		t.Fatalf("%d sales before it is paid", n)
	}
	s.Pay(o)
	s.deliver()
	for _, tc := range []struct {
		name string
		room *live.Room
		told bool
	}{{"shows it", tea, true}, {"shows another", cup, false}, {"shows both", both, true}, {"is not on air", soon, false}} {
		want, sales := before[tc.room.ID], 0
		if tc.told {
			want, sales = want+" ORDER", 1
		}
		if got := s.news(tc.room.ID); got != want {
			t.Errorf("a room that %s tells %q, want %q", tc.name, got, want)
		}
		if n := s.Count("SELECT COUNT(*) FROM live_sales WHERE room_id = ? AND order_id = ? AND amount = 3980", tc.room.ID, o.ID); n != sales {
			t.Errorf("a room that %s counts %d sales", tc.name, n)
		}
		if n := s.Count("SELECT COUNT(*) FROM live_members WHERE room_id = ? AND shopper_id = ? AND buyer = ?", tc.room.ID, buyer.ShopperID, true); n != sales {
			t.Errorf("a room that %s knows %d buyers", tc.name, n)
		}
	}
}

func TestRoomsTellOfGroups(t *testing.T) {
	s := openStudio(t)
	shows, other := s.OnAir(s.host, s.tea), s.OnAir(s.host, s.cup)
	before := []string{s.news(shows.ID), s.news(other.ID)}
	campaign, err := s.Groups.Create(t.Context(), "ptn_test", &groupbuy.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Title: "二人拼茶", Offers: []*groupbuy.OfferDraft{{SkuCode: "tea", Price: "15.00"}}, Size: 2,
		StartsAt: shoptest.Noon.Add(-time.Hour), EndsAt: shoptest.Noon.Add(24 * time.Hour), GroupSeconds: 3600, PerShopperLimit: 1, UnitQuota: 100,
	})
	s.Must(err)
	sku := s.Goods("tea", 1000, "19.90")[0].ID
	total := money.Decimal("15.00")
	o, err := s.Orders.Place(t.Context(), s.Shopper("leader"), &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &total,
		Checkout: &order.Checkout{GroupBuy: &order.GroupBuySeatInput{CampaignID: &campaign.ID, SkuID: sku, Quantity: 1}},
	})
	s.Must(err)
	s.Pay(o)
	s.deliver()
	if got := s.news(shows.ID); got != before[0]+" GROUP" { // the order itself is told once its group has decided
		t.Errorf("the room that shows it tells %q", got)
	}
	if got := s.news(other.ID); got != before[1] {
		t.Errorf("another tells %q", got)
	}
}
