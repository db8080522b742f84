package feed_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// helpMe starts one help-me campaign of a tool about a SKU, for a day, as changed.
func (s *shop) helpMe(kind assist.Kind, code string, change ...func(*assist.CampaignDraft)) *assist.Campaign {
	s.TB.Helper()
	d := &assist.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Kind: kind, Title: "帮帮我", SkuCode: &code, Goal: 2, AssistSeconds: 3600, PerShopperLimit: 1, HelpsPerDay: 3,
		StartsAt: s.Clock.Now().Add(-time.Hour), EndsAt: s.Clock.Now().Add(24 * time.Hour), Reward: &assist.RewardDraft{Points: new(int64(10))},
	}
	if kind == assist.Bargain || kind == assist.Unlock {
		d.Reward = &assist.RewardDraft{PriceFloor: new(money.Decimal("1.00"))}
	}
	for _, c := range change {
		c(d)
	}
	made, err := s.Assists.Create(context.Background(), "ptn_test", d)
	s.Must(err)
	return made
}

// asked are the help-me campaigns of a page.
func asked(p *feed.Page) (list []*assist.Campaign) {
	for _, c := range p.Cards {
		if c.HelpMe != nil {
			list = append(list, c.HelpMe)
		}
	}
	return list
}

// A page has one help-me card at most, a visit three, each of another tool and none twice; no card of goods is lost or comes twice for it.
func TestHelpMeCardsTakeTurns(t *testing.T) {
	s := open(t)
	for i := range 24 {
		s.Goods(fmt.Sprintf("p%d", i), 5, "10.00")
	}
	for i, kind := range []assist.Kind{assist.Bargain, assist.Unlock, assist.Likes, assist.Likes, assist.Invite} {
		s.helpMe(kind, fmt.Sprintf("p%d", i))
	}
	goods, tools, campaigns, pages := map[string]bool{}, map[assist.Kind]bool{}, map[string]bool{}, 0
	a := feed.Args{Args: page.Args{First: 5}, Scene: feed.Home}
	for {
		p := s.page(a)
		for _, card := range p.Cards {
			if card.HelpMe == nil && goods[card.Product.ID] {
				t.Errorf("%s came twice", card.Product.ID)
			} else if card.HelpMe == nil {
				goods[card.Product.ID] = true
			}
		}
		if len(p.Cards) > 5 || len(asked(p)) > 1 {
			t.Errorf("page %d has %d cards, %d of them help-me", pages, len(p.Cards), len(asked(p)))
		}
		for _, c := range asked(p) {
			if p.Cards[3].HelpMe != c || tools[c.Kind] || campaigns[c.ID] {
				t.Errorf("page %d asks for help with %s %s, again or elsewhere than fourth", pages, c.Kind, c.ID)
			}
			tools[c.Kind], campaigns[c.ID] = true, true
		}
		if pages++; !p.Info.HasNextPage {
			break
		}
		a.After = *p.Info.EndCursor
	}
	if len(goods) != 24 || len(campaigns) != 3 {
		t.Errorf("the visit saw %d goods and %d help-me cards, want 24 and 3", len(goods), len(campaigns))
	}
}

func TestWhereHelpMeCardsAre(t *testing.T) {
	s := open(t)
	for i := range 6 {
		s.goods(fmt.Sprintf("p%d", i), 5, "10.00")
	}
	c := s.helpMe(assist.Bargain, "p0")
	for _, tc := range []struct {
		name string
		args feed.Args
		want int
	}{
		{"home", feed.Args{}, 1},
		{"an app that knows only goods", feed.Args{Accepts: []feed.CardKind{feed.ProductCard}}, 0},
		{"an app that knows only help-me cards", feed.Args{Accepts: []feed.CardKind{feed.AssistCard}}, 0},
		{"four cards", feed.Args{Args: page.Args{First: 4}}, 1},
		{"three cards", feed.Args{Args: page.Args{First: 3}}, 0},
		{"group buying", feed.Args{Scene: feed.GroupBuy}, 0},
		{"beside its own product", feed.Args{Scene: feed.ProductDetail, About: c.ProductID}, 0},
		{"beside another", feed.Args{Scene: feed.CartScene}, 1},
	} {
		p := s.page(tc.args)
		if got := len(asked(p)); got != tc.want {
			t.Errorf("%s: %d help-me cards, want %d", tc.name, got, tc.want)
		}
		for _, card := range p.Cards {
			if zh := card.Reason.Describe("zh-CN"); card.HelpMe != nil && (zh.Code != feed.Explore || zh.Text != "邀好友一起助力" || card.Impression == "") {
				t.Errorf("%s: the card's reason is %+v", tc.name, zh)
			}
		}
	}
	s.Must(s.Catalog.VisibilitySet(context.Background(), c.ProductID, false, "a test"))
	if got := asked(s.page(feed.Args{})); len(got) != 0 {
		t.Error("a campaign of goods that are off every surface is shown")
	}
	s.Must(s.Catalog.VisibilitySet(context.Background(), c.ProductID, true, "a test"))
	_, err := s.Assists.End(context.Background(), c.ID)
	s.Must(err)
	if got := asked(s.page(feed.Args{})); len(got) != 0 {
		t.Error("a campaign that was ended is shown")
	}
}

// A campaign whose goods are sold out has its turn, and no more: the pages after it ask with others.
func TestSoldOutHelpMeCardsGiveWay(t *testing.T) {
	s := open(t)
	for i := range 20 {
		s.Goods(fmt.Sprintf("p%d", i), 5, "10.00")
	}
	s.Goods("gone", 0, "10.00")
	gone := s.helpMe(assist.Bargain, "gone", func(d *assist.CampaignDraft) { d.EndsAt = d.EndsAt.Add(-time.Hour) })
	for i := range 2 {
		s.helpMe(assist.Bargain, fmt.Sprintf("p%d", i))
	}
	var seen []*assist.Campaign
	a := feed.Args{Args: page.Args{First: 5}, Scene: feed.Home}
	for range 4 {
		p := s.page(a)
		seen = append(seen, asked(p)...)
		a.After = *p.Info.EndCursor
	}
	if len(seen) != 2 || seen[0].ID == gone.ID || seen[1].ID == gone.ID {
		t.Errorf("the visit was asked with %d campaigns, want the two whose goods are there", len(seen))
	}
}

// Anybody can write a cursor: one that names a turn which no visit has had is refused.
func TestForgedTurnsAreRefused(t *testing.T) {
	s := open(t)
	for i := range 9 {
		s.Goods(fmt.Sprintf("p%d", i), 5, "10.00")
	}
	s.helpMe(assist.Bargain, "p0")
	cursor := *s.page(feed.Args{Args: page.Args{First: 4}, Scene: feed.Home}).Info.EndCursor
	var at map[string]any
	s.Must(page.Decode(cursor, "feed", &at))
	for _, tc := range []struct {
		name string
		turn int
		more int
		want error
	}{
		{"as it was", 0, 0, nil},
		{"the last tool", 5, 0, nil},
		{"beyond the last tool", 6, 0, fault.InvalidCursor},
		{"before the first tool", -1, 0, fault.InvalidCursor},
		{"the greatest number", math.MaxInt, 0, fault.InvalidCursor},
		{"more cards than a visit has", 0, 3, fault.InvalidCursor},
	} {
		forged := maps.Clone(at)
		forged["t"] = tc.turn
		forged["h"] = append(slices.Clone(at["h"].([]any)), make([]any, tc.more)...)
		_, err := s.feed.Page(context.Background(), feed.Args{Args: page.Args{First: 5, After: page.Encode("feed", forged)}, Scene: feed.Home})
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}
