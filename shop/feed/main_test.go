package feed_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

// shop is a shop with a feed.
type shop struct {
	*shoptest.Shop
	feed *feed.Service
}

func open(t testing.TB) *shop {
	t.Helper()
	s := &shop{Shop: shoptest.Open(t)}
	s.feed = feed.New(s.Store, s.Clock.Now, s.Catalog, s.Orders, s.Groups, s.Assists, mac)
	s.feed.Teach(s.Taste)
	return s
}

func mac(data []byte) []byte {
	h := hmac.New(sha256.New, []byte("a key"))
	h.Write(data)
	return h.Sum(nil)
}

// goods puts one product on sale, as Goods does.
func (s *shop) goods(handle string, stock int, prices ...string) *catalog.Product {
	s.TB.Helper()
	s.Goods(handle, stock, prices...)
	p, err := s.Catalog.ByHandle(context.Background(), handle, catalog.Need{})
	s.Must(err)
	return p
}

// campaign starts groups of two for the SKU of that code at 8.00, for a day, as changed.
func (s *shop) campaign(code string, change ...func(*groupbuy.CampaignDraft)) *groupbuy.Campaign {
	s.TB.Helper()
	d := &groupbuy.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Title: "一起买", Offers: []*groupbuy.OfferDraft{{SkuCode: code, Price: "8.00"}}, Size: 2,
		StartsAt: s.Clock.Now().Add(-time.Hour), EndsAt: s.Clock.Now().Add(24 * time.Hour), GroupSeconds: 7200, PerShopperLimit: 1, UnitQuota: 10_000,
	}
	for _, c := range change {
		c(d)
	}
	made, err := s.Groups.Create(context.Background(), "ptn_test", d)
	s.Must(err)
	return made
}

func of(size int) func(*groupbuy.CampaignDraft) {
	return func(d *groupbuy.CampaignDraft) { d.Size = size }
}

// seat places an order that opens a group of the campaign, or joins groupID.
func (s *shop) seat(b order.Buyer, c *groupbuy.Campaign, groupID string) *order.Order {
	s.TB.Helper()
	total, in := money.Decimal("8.00"), &order.GroupBuySeatInput{SkuID: c.Offers[0].SkuID, Quantity: 1}
	if groupID == "" {
		in.CampaignID = &c.ID
	} else {
		in.GroupBuyID = &groupID
	}
	o, err := s.Orders.Place(context.Background(), b, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{GroupBuy: in}, ExpectedTotal: &total})
	s.Must(err)
	return o
}

// lead opens a group with so many who have paid.
func (s *shop) lead(c *groupbuy.Campaign, people ...order.Buyer) (groupID string) {
	s.TB.Helper()
	for _, b := range people {
		o := s.Pay(s.seat(b, c, groupID))
		found, err := s.Groups.OfOrders(context.Background(), b.ShopperID, []string{o.ID})
		s.Must(err)
		groupID = found[o.ID].ID
	}
	return groupID
}

func (s *shop) page(a feed.Args) *feed.Page {
	s.TB.Helper()
	if a.First == 0 {
		a.First = 100
	}
	if a.Scene == "" {
		a.Scene = feed.Home
	}
	p, err := s.feed.Page(context.Background(), a)
	s.Must(err)
	return p
}

// card is the only card of a product, nil without one.
func (s *shop) card(a feed.Args, productID string) *feed.Card {
	s.TB.Helper()
	var found *feed.Card
	for _, c := range s.page(a).Cards {
		if c.Product.ID == productID {
			if found != nil {
				s.TB.Fatalf("%s has two cards", productID)
			}
			found = &c
		}
	}
	return found
}

// wantCampaign fails unless the product's card is that of its campaign, or its own when want is nil.
func (s *shop) wantCampaign(what string, a feed.Args, productID string, want *groupbuy.Campaign) {
	s.TB.Helper()
	c := s.card(a, productID)
	switch {
	case c == nil:
		s.TB.Fatalf("%s: no card at all", what)
	case want == nil && c.Campaign != nil:
		s.TB.Fatalf("%s: the campaign %s is shown", what, c.Campaign.ID)
	case want != nil && (c.Campaign == nil || c.Campaign.ID != want.ID):
		s.TB.Fatalf("%s: the campaign is not shown: %+v", what, c)
	}
}

// soon lets the ranking and what is known of campaigns be made anew.
func (s *shop) soon() { s.Clock.Advance(2 * time.Second) }
