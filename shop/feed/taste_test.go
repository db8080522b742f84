package feed_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/taste"
)

// bazaar is a shop with so many things of each category, which are sold as often.
func bazaar(t testing.TB, each int, categories ...string) *shop {
	t.Helper()
	s := open(t)
	stock := 50
	var inputs []*catalog.ProductInput
	for i := range each {
		for _, category := range categories {
			handle := fmt.Sprintf("%s-%d", category, i)
			inputs = append(inputs, &catalog.ProductInput{
				Handle: handle, Title: category, Category: []string{category}, Tags: []string{category + " lovers", "all"},
				Skus: []*catalog.SkuInput{{Code: shoptest.Code(handle, 0), Price: money.Decimal("10.00"), Stock: &stock}},
			})
		}
	}
	results, err := s.Catalog.Upsert(context.Background(), inputs)
	s.Must(err)
	for _, r := range results {
		if len(r.Refused) > 0 {
			t.Fatal(r.Refused)
		}
	}
	return s
}

var events int

// does has somebody do something to what a card shows.
func (s *shop) does(who taste.Actor, kind taste.EventKind, cards ...feed.Card) {
	s.TB.Helper()
	list := make([]taste.Event, len(cards))
	for i, c := range cards {
		events++
		list[i] = taste.Event{ClientID: fmt.Sprint("e", events), Kind: kind, TargetID: c.Product.ID, Impression: c.Impression, At: s.Clock.Now()}
		if c.Campaign != nil {
			list[i].TargetID = c.Campaign.ID
		}
	}
	accepted, err := s.Taste.Record(context.Background(), who, list)
	s.Must(err)
	if accepted != len(cards) {
		s.TB.Fatalf("%d of %d events count", accepted, len(cards))
	}
}

func kindOf(c feed.Card) string { return c.Product.Title }

// count is how many of the cards are of a category.
func count(cards []feed.Card, category string) (n int) {
	for _, c := range cards {
		if kindOf(c) == category {
			n++
		}
	}
	return n
}

// Two who look at different things see different pages at once, and are told why; who is unknown sees what everybody sees.
func TestTwoTastesSeeTwoPages(t *testing.T) {
	s := bazaar(t, 12, "茶", "咖啡", "水果", "瓷器")
	device := func(name string) feed.Args {
		return feed.Args{Args: page.Args{First: 12}, DeviceID: "device-of-" + name}
	}
	first := s.page(device("ann")).Cards
	for _, like := range []struct{ name, category string }{{"ann", "茶"}, {"bob", "咖啡"}} {
		who := taste.Actor{DeviceID: "device-of-" + like.name}
		for _, c := range first {
			if kindOf(c) == like.category {
				s.does(who, taste.View, c)
				s.does(who, taste.AddToCart, c)
			}
		}
		cards := s.page(device(like.name)).Cards
		if n := count(cards, like.category); n < 5 { // half at most, since neighbours differ, and each fifth comes from everybody's ranking
			t.Errorf("%s likes %s: %d of 12 cards are", like.name, like.category, n)
		}
		if len(cards) != 12 || kindOf(cards[0]) != like.category {
			t.Errorf("%s: the first card is %s", like.name, kindOf(cards[0]))
		}
		explained, others := 0, 0
		for i, c := range cards {
			if r := c.Reason.Describe("zh-CN"); kindOf(c) == like.category && r.Code == feed.Liked && strings.HasPrefix(r.Text, "因为你喜欢「"+like.category) {
				explained++
			}
			if kindOf(c) != like.category {
				others++
				if c.Reason.Code == feed.Liked {
					t.Errorf("%s: a card of %s says %+v", like.name, kindOf(c), c.Reason)
				}
			}
			if i > 0 && others > 0 && i < 8 && kindOf(c) == kindOf(cards[i-1]) {
				t.Errorf("%s: cards %d and %d are both %s", like.name, i-1, i, kindOf(c))
			}
		}
		if explained < 4 || others == 0 {
			t.Errorf("%s: %d cards are explained, %d are of other kinds", like.name, explained, others)
		}
	}
	if again := s.page(feed.Args{Args: page.Args{First: 12}}).Cards; kindOf(again[0]) != kindOf(first[0]) || again[5].Product.ID != first[5].Product.ID {
		t.Error("who is unknown sees something else than before")
	}
}

// What somebody does not want to see is gone from the very next page, in the same visit too, and others see it as before.
func TestNotInterested(t *testing.T) {
	s := bazaar(t, 5, "茶", "咖啡")
	s.campaign(shoptest.Code("茶-0", 0))
	who := s.Shopper("ann")
	args := feed.Args{Args: page.Args{First: 3}, ViewerID: who.ShopperID}
	first := s.page(args)
	var hidden []string
	for _, c := range s.page(feed.Args{ViewerID: who.ShopperID}).Cards[3:6] {
		hidden = append(hidden, c.Product.ID)
		s.does(taste.Actor{ShopperID: who.ShopperID}, taste.NotInterested, c)
	}
	rest := args
	rest.First, rest.After = 20, *first.Info.EndCursor
	for _, cards := range [][]feed.Card{s.page(rest).Cards, s.page(feed.Args{ViewerID: who.ShopperID}).Cards} {
		if len(cards) == 0 {
			t.Fatal("an empty page")
		}
		for _, c := range cards {
			for _, id := range hidden {
				if c.Product.ID == id {
					t.Errorf("%s is shown", id)
				}
			}
		}
	}
	if n := len(s.page(feed.Args{}).Cards); n != 10 {
		t.Errorf("others see %d cards", n)
	}
	s.Clock.Advance(91 * 24 * time.Hour)
	if n := len(s.page(feed.Args{ViewerID: who.ShopperID}).Cards); n != 10 {
		t.Errorf("after 91 days %d cards are shown", n)
	}
}

// What somebody hid is nobody's neighbour: the next of what he likes takes its place.
func TestAHiddenCardLeavesNoGap(t *testing.T) {
	s := bazaar(t, 12, "茶", "咖啡", "水果", "瓷器")
	who := taste.Actor{DeviceID: "device-of-ann"}
	a := feed.Args{Args: page.Args{First: 48}, DeviceID: who.DeviceID}
	for _, c := range s.page(a).Cards {
		if kindOf(c) == "茶" {
			s.does(who, taste.AddToCart, c)
		}
	}
	for range 4 {
		cards := s.page(a).Cards
		if kindOf(cards[0]) != "茶" {
			t.Fatalf("the first card is %s", kindOf(cards[0]))
		}
		s.does(who, taste.NotInterested, cards[0])
	}
}

// A card that was shown three times and never opened sinks.
func TestUnopenedCardsSink(t *testing.T) {
	s := bazaar(t, 5, "茶", "咖啡", "水果", "瓷器")
	args := feed.Args{Args: page.Args{First: 20}, DeviceID: "device-of-ann"}
	tired := s.page(args).Cards[0]
	for range 3 {
		s.does(taste.Actor{DeviceID: args.DeviceID}, taste.Impression, tired)
	}
	for i, c := range s.page(args).Cards {
		if c.Product.ID == tired.Product.ID && i < 10 {
			t.Errorf("it is card %d of 20", i)
		}
	}
	s.does(taste.Actor{DeviceID: args.DeviceID}, taste.View, tired)
	if got := s.page(args).Cards[0].Product.ID; got != tired.Product.ID {
		t.Errorf("opened, it is not first again but %s", got)
	}
}

// Only what was given out with a card counts as an impression of it.
func TestImpressions(t *testing.T) {
	s := bazaar(t, 2, "茶")
	cards := s.page(feed.Args{}).Cards
	for _, tc := range []struct {
		name, impression, shows string
		want                    bool
	}{
		{"as served", cards[0].Impression, cards[0].Product.ID, true},
		{"another card's", cards[1].Impression, cards[0].Product.ID, false},
		{"nothing", "", cards[0].Product.ID, false},
		{"cut", cards[0].Impression[:len(cards[0].Impression)-1], cards[0].Product.ID, false},
		{"of another ranking", "fds_x" + cards[0].Impression[4:], cards[0].Product.ID, false},
	} {
		if got := s.feed.Served(tc.impression, tc.shows); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

// However somebody's taste changes between the pages of a visit, he sees every card once, and none twice.
func TestNoCardComesTwiceWhileTasteChanges(t *testing.T) {
	categories := []string{"茶", "咖啡", "水果", "瓷器"}
	outer := bazaar(t, 8, categories...)
	visits := 0
	shoptest.Checks(t, 30)
	rapid.Check(t, func(rt *rapid.T) {
		s := &shop{Shop: outer.Within(rt), feed: outer.feed}
		visits++
		args := feed.Args{Args: page.Args{First: rapid.IntRange(1, 9).Draw(rt, "first")}, DeviceID: fmt.Sprintf("visitor-%06d", visits)}
		args.Scene = rapid.SampledFrom([]feed.Scene{feed.Home, feed.CartScene, feed.ProductDetail}).Draw(rt, "scene")
		want := 32
		if args.Scene == feed.ProductDetail {
			args.About = s.page(feed.Args{}).Cards[0].Product.ID
			want--
		}
		seen := map[string]bool{}
		for {
			p := s.page(args)
			for _, c := range p.Cards {
				if seen[c.Product.ID] {
					rt.Fatalf("%s came twice", c.Product.ID)
				}
				seen[c.Product.ID] = true
			}
			if !p.Info.HasNextPage {
				break
			}
			for _, c := range p.Cards {
				if kind := rapid.SampledFrom([]taste.EventKind{"", taste.View, taste.AddToCart, taste.Impression, taste.Share}).Draw(rt, "does"); kind != "" {
					s.does(taste.Actor{DeviceID: args.DeviceID}, kind, c)
				}
			}
			args.After = *p.Info.EndCursor
		}
		if len(seen) != want {
			rt.Fatalf("the visit saw %d cards of %d", len(seen), want)
		}
	})
}

// Anybody can write a cursor: whatever it says, the answer is a page or INVALID_CURSOR.
func TestForgedPlacesAreRefused(t *testing.T) {
	s := bazaar(t, 3, "茶", "咖啡")
	p := s.page(feed.Args{Args: page.Args{First: 2}})
	var good map[string]any
	s.Must(page.Decode(*p.Info.EndCursor, "feed", &good))
	for name, change := range map[string]func(map[string]any){
		"places beyond the end": func(c map[string]any) { c["i"] = "AP____8PAQ" },
		"bits beyond the end":   func(c map[string]any) { c["i"] = "AQ" + strings.Repeat("_", 400) },
		"another form":          func(c map[string]any) { c["i"] = "Av8" },
		"nothing":               func(c map[string]any) { c["i"] = "" },
		"no places":             func(c map[string]any) { c["i"] = 7 },
		"bad text":              func(c map[string]any) { c["i"] = "%%%" },
		"a run without an end":  func(c map[string]any) { c["i"] = "AICAgICAgICAgIA" },
		"last beyond the end":   func(c map[string]any) { c["l"] = 1999 },
		"last before the start": func(c map[string]any) { c["l"] = -2 },
		"another ranking":       func(c map[string]any) { c["s"] = "fds_none" },
	} {
		forged := map[string]any{}
		for k, v := range good {
			forged[k] = v
		}
		change(forged)
		_, err := s.feed.Page(context.Background(), feed.Args{Args: page.Args{First: 2, After: page.Encode("feed", forged)}, Scene: feed.Home})
		if fault.Of(err) == nil || fault.Of(err).Code != "INVALID_CURSOR" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// However many and however long the tags and vendors are that merchants write, there is a ranking.
func TestLongTagsDoNotStopTheFeed(t *testing.T) {
	s := open(t)
	stock := 5
	for piece := range 6 {
		var inputs []*catalog.ProductInput
		for i := range 100 {
			handle := fmt.Sprintf("p%d-%d", piece, i)
			vendor := strings.Repeat("商", 90) + handle
			in := &catalog.ProductInput{
				Handle: handle, Title: handle, Vendor: &vendor, Category: []string{"杂"},
				Skus: []*catalog.SkuInput{{Code: shoptest.Code(handle, 0), Price: money.Decimal("10.00"), Stock: &stock}},
			}
			for n := range 15 {
				in.Tags = append(in.Tags, fmt.Sprintf("%s %s %d", strings.Repeat("长", 40), handle, n))
			}
			inputs = append(inputs, in)
		}
		results, err := s.Catalog.Upsert(context.Background(), inputs)
		s.Must(err)
		for _, r := range results {
			if len(r.Refused) > 0 {
				t.Fatal(r.Refused)
			}
		}
	}
	if n := len(s.page(feed.Args{DeviceID: "device-of-ann"}).Cards); n != 100 {
		t.Errorf("%d cards", n)
	}
	if kept := s.Count("SELECT MAX(LENGTH(items)) FROM feed_snapshots"); kept > 1<<20 {
		t.Errorf("a ranking of %d bytes is kept", kept)
	}
}
