package feed_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestCampaignsAmongProducts(t *testing.T) {
	s := open(t)
	tea, cups := s.goods("tea", 50, "10.00"), s.goods("cups", 50, "10.00")
	c := s.campaign("tea")
	kinds := func(a feed.Args) (products, groups int) {
		for _, card := range s.page(a).Cards {
			if card.Campaign == nil {
				products++
				continue
			}
			groups++
			if card.Campaign.ID != c.ID || card.Campaign.Product == nil || card.Campaign.Offers[0].Sku.ID != tea.Skus[0].ID || card.Product.ID != tea.ID {
				t.Errorf("the card shows %+v", card.Campaign)
			}
		}
		return products, groups
	}
	for _, tc := range []struct {
		name             string
		scene            feed.Scene
		accepts          []feed.CardKind
		products, groups int
	}{
		{"home, every kind", feed.Home, nil, 1, 1},
		{"home, both kinds", feed.Home, []feed.CardKind{feed.GroupCard, feed.ProductCard}, 1, 1},
		{"home, an app without group cards", feed.Home, []feed.CardKind{feed.ProductCard}, 2, 0},
		{"home, group cards only", feed.Home, []feed.CardKind{feed.GroupCard}, 0, 1},
		{"home, none that there are", feed.Home, []feed.CardKind{"NOTE"}, 0, 0},
		{"group buying", feed.GroupBuy, nil, 0, 1},
		{"group buying, an app without group cards", feed.GroupBuy, []feed.CardKind{feed.ProductCard}, 0, 0},
		{"live", feed.Live, nil, 0, 0},
	} {
		if products, groups := kinds(feed.Args{Scene: tc.scene, Accepts: tc.accepts}); products != tc.products || groups != tc.groups {
			t.Errorf("%s: %d products and %d campaigns, want %d and %d", tc.name, products, groups, tc.products, tc.groups)
		}
	}
	if p := s.page(feed.Args{Args: page.Args{First: 1}, Scene: feed.GroupBuy}); p.Info.HasNextPage {
		t.Error("after the last campaign a next page is promised")
	}
	if products, groups := kinds(feed.Args{Scene: feed.ProductDetail, About: tea.ID}); products != 1 || groups != 0 {
		t.Errorf("beside the product itself: %d products and %d campaigns", products, groups)
	}
	s.wantCampaign("beside another product", feed.Args{Scene: feed.ProductDetail, About: cups.ID}, tea.ID, c)
}

func TestReasonsTellWhatGroupsLack(t *testing.T) {
	s := open(t)
	people := s.Crowd("reader", 12)
	for i, tc := range []struct {
		name   string
		size   int
		rungs  []*groupbuy.RungDraft
		paid   int
		zh, en string // "" when the group lacks too much
	}{
		{"two, one has paid", 2, nil, 1, "还差 1 人成团", "1 more person completes a group"},
		{"three, one has paid", 3, nil, 1, "", ""},
		{"three, two have paid", 3, nil, 2, "还差 1 人成团", "1 more person completes a group"},
		{"six, four have paid", 6, nil, 4, "还差 2 人成团", "2 more people complete a group"},
		{"rungs, under the size", 3, []*groupbuy.RungDraft{{Size: 6, Price: "7.00"}}, 2, "还差 1 人成团", "1 more person completes a group"},
		{"rungs, enough and far from full", 3, []*groupbuy.RungDraft{{Size: 6, Price: "7.00"}}, 3, "", ""},
		{"rungs, nearly full", 3, []*groupbuy.RungDraft{{Size: 6, Price: "7.00"}}, 4, "还差 2 人满团", "2 to go to a full group"},
	} {
		code := fmt.Sprintf("tea%d", i)
		sku := s.goods(code, 50, "10.00")
		c := s.campaign(code, of(tc.size), func(d *groupbuy.CampaignDraft) { d.Offers[0].Rungs = tc.rungs })
		s.lead(c, people[:tc.paid]...)
		s.soon()
		card := s.card(feed.Args{}, sku.ID)
		if card == nil || card.Campaign == nil {
			t.Fatalf("%s: no card", tc.name)
		}
		zh, en := card.Reason.Describe("zh-CN"), card.Reason.Describe("en")
		if tc.zh == "" {
			if zh.Code == feed.NearlyFull || zh.Text == "" {
				t.Errorf("%s: %+v", tc.name, zh)
			}
			continue
		}
		if zh.Code != feed.NearlyFull || zh.Text != tc.zh || en.Text != tc.en {
			t.Errorf("%s: %+v, %+v", tc.name, zh, en)
		}
	}
}

// The number is that of the newest ranking, also on a later page of an older one; and what nobody can join is not advertised.
func TestReasonsAreFresh(t *testing.T) {
	s := open(t)
	crowd := s.Crowd("reader", 3)
	campaigns, groups := map[string]*groupbuy.Campaign{}, map[string]string{}
	for _, code := range []string{"tea", "milk"} {
		p := s.goods(code, 50, "10.00")
		campaigns[p.ID] = s.campaign(code, of(3))
		groups[p.ID] = s.lead(campaigns[p.ID], crowd[0])
	}
	s.soon()
	before := s.page(feed.Args{Args: page.Args{First: 1}})
	delete(campaigns, before.Cards[0].Product.ID) // the other one is on a later page
	var productID, group string
	var c *groupbuy.Campaign
	for productID, c = range campaigns {
		group = groups[productID]
	}
	reason := func() feed.ReasonCode { return s.card(feed.Args{}, productID).Reason.Code }
	o := s.Pay(s.seat(crowd[1], c, group))
	s.soon()
	found := false
	for _, card := range s.page(feed.Args{Args: page.Args{First: 50, After: *before.Info.EndCursor}}).Cards {
		if card.Campaign != nil && card.Campaign.ID == c.ID {
			found = card.Reason.Code == feed.NearlyFull && card.Reason.Lacks == 1
		}
	}
	if !found {
		t.Error("a later page of an older ranking does not show the group as it is")
	}
	_, err := s.AskBack(o)
	s.Must(err)
	s.soon()
	if reason() == feed.NearlyFull {
		t.Error("one has left, and the group is still called nearly full")
	}
	s.Pay(s.seat(crowd[2], c, group))
	s.soon()
	if reason() != feed.NearlyFull {
		t.Error("two of three, and no word of it")
	}
	s.Clock.Advance(2*time.Hour - 50*time.Second)
	if reason() == feed.NearlyFull {
		t.Error("a group that ends too soon to join it is advertised")
	}
	s.After(time.Minute)
}

// New customers only: who has bought could not join, so no group is advertised to him; he may still open one.
func TestReasonsForNewCustomersOnly(t *testing.T) {
	s := open(t)
	crowd := s.Crowd("reader", 3)
	tea := s.goods("tea", 50, "10.00")
	c := s.campaign("tea", func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true })
	s.Goods("cup", 5, "10.00")
	other := s.campaign("cup")
	s.lead(c, crowd[0])
	s.lead(other, crowd[1])
	s.soon()
	for b, want := range map[int]bool{1: false, 2: true} {
		card := s.card(feed.Args{ViewerID: crowd[b].ShopperID}, tea.ID)
		if got := card.Campaign != nil && card.Reason.Code == feed.NearlyFull; got != want {
			t.Errorf("shopper %d is told of the group: %v, want %v", b, got, want)
		}
	}
}

func TestOnlyCampaignsThatCanBeHad(t *testing.T) {
	s := open(t)
	starts := func(at time.Duration) func(*groupbuy.CampaignDraft) {
		return func(d *groupbuy.CampaignDraft) { d.StartsAt = s.Clock.Now().Add(at) }
	}
	later := s.goods("later", 5, "10.00")
	scheduled := s.campaign("later", starts(time.Minute))
	ends := s.goods("ends", 5, "10.00")
	ended := s.campaign("ends")
	s.wantCampaign("running", feed.Args{}, ends.ID, ended)
	s.wantCampaign("scheduled", feed.Args{}, later.ID, nil)
	s.Clock.Advance(time.Minute)
	s.wantCampaign("started", feed.Args{}, later.ID, scheduled)
	_, err := s.Groups.End(context.Background(), ended.ID)
	s.Must(err)
	s.wantCampaign("ended by the shop, at once", feed.Args{}, ends.ID, nil)
	s.Clock.Advance(25 * time.Hour)
	s.wantCampaign("its time is over", feed.Args{}, later.ID, nil)

	few := s.goods("few", 50, "10.00")
	c := s.campaign("few", func(d *groupbuy.CampaignDraft) { d.UnitQuota = 3 })
	s.soon()
	s.wantCampaign("quota for a group", feed.Args{}, few.ID, c)
	o := s.seat(s.Shopper("first"), c, "")
	s.wantCampaign("quota spent, at once", feed.Args{}, few.ID, nil)
	_, err = s.Orders.Cancel(context.Background(), o.ShopperID, o.ID, "")
	s.Must(err)
	s.wantCampaign("quota back, at once", feed.Args{}, few.ID, c)

	two := s.goods("two", 2, "10.00", "10.00")
	c = s.campaign("two")
	s.soon()
	s.wantCampaign("in stock", feed.Args{}, two.ID, c)
	s.adjust("two", 0)
	s.wantCampaign("what it offers is gone, the product's other SKU is not", feed.Args{}, two.ID, nil)
	s.adjust("two-1", 0)
	if card := s.card(feed.Args{}, two.ID); card != nil {
		t.Error("a product without stock is shown")
	}
	s.adjust("two", 5)
	s.soon()
	s.Must(s.Catalog.VisibilitySet(context.Background(), two.ID, false, "a test"))
	for _, scene := range []feed.Scene{feed.Home, feed.GroupBuy} {
		if card := s.card(feed.Args{Scene: scene}, two.ID); card != nil {
			t.Errorf("%s: a hidden product's campaign is shown", scene)
		}
	}
}

// What one is buying in a group drops out as what one has bought does, and comes back when the group came to nothing.
func TestOwnGroupsDropOut(t *testing.T) {
	s := open(t)
	ming, hong := s.Shopper("ming"), s.Shopper("hong")
	tea := s.goods("tea", 50, "10.00")
	c := s.campaign("tea")
	gone := func(what string, of string, want bool) {
		t.Helper()
		s.soon()
		for _, scene := range []feed.Scene{feed.Home, feed.GroupBuy} {
			if got := s.card(feed.Args{Scene: scene, ViewerID: of}, tea.ID) == nil; got != want {
				t.Errorf("%s, %s: gone %v, want %v", what, scene, got, want)
			}
		}
	}
	gone("before", ming.ShopperID, false)
	o := s.seat(ming, c, "")
	gone("a seat that is held", ming.ShopperID, true)
	gone("somebody else's seat", hong.ShopperID, false)
	s.Pay(o)
	gone("a seat that is paid", ming.ShopperID, true)
	s.After(3 * time.Hour)
	s.Converge()
	gone("the group came to nothing, the money is back", ming.ShopperID, false)
	s.seat(ming, c, "")
	s.After(20 * time.Minute)
	s.Work()
	gone("never paid", ming.ShopperID, false)
	s.lead(c, ming, hong)
	gone("complete", ming.ShopperID, true)
}

func (s *shop) adjust(code string, to int) {
	s.TB.Helper()
	_, err := s.Catalog.InventoryAdjust(context.Background(), "ptn_test", shoptest.NewKey(), []*catalog.InventoryChange{{SkuCode: code, Set: &to}}, "counted")
	s.Must(err)
}
