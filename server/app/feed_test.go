package app_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
)

const feedPage = `query($first: Int, $after: String, $scene: FeedScene, $about: ID, $accepts: [FeedCardKind!]) {
	feed(first: $first, after: $after, scene: $scene, about: $about, accepts: $accepts) {
		edges { cursor impression reason { code text } node { ... on Product { id visible category { name } skus { id available } } } } pageInfo { hasNextPage endCursor } } }`

// feedIDs reads the feed to its end.
func (c *client) feedIDs(v vars) (ids []string) {
	for {
		a := c.do(feedPage, v)
		for i := range a.list("feed.edges") {
			ids = append(ids, a.str("feed.edges."+itoa(i)+".node.id"))
		}
		if a.at("feed.pageInfo.hasNextPage") != true || a.at("feed.pageInfo.endCursor") == nil {
			return ids
		}
		v["after"] = a.str("feed.pageInfo.endCursor")
	}
}

// wantOnce fails when a card is there twice.
func wantOnce(t *testing.T, ids []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			t.Fatalf("%s came twice in %d cards", id, len(ids))
		}
		seen[id] = true
	}
}

// While products are published, withdrawn and sold out, no page repeats a card of the pages before it, and no card was out of reach for longer than its page took.
func TestFeedWhileTheShopChanges(t *testing.T) {
	s := openShop(t)
	gs := s.goods(90, 1)
	buyers := make([]*client, 6)
	for i := range buyers {
		buyers[i] = s.shopper("buyer" + itoa(i))
	}
	gone := make([]atomic.Bool, len(gs)) // hidden for good, or sold out for good
	var change sync.WaitGroup
	stop := make(chan struct{})
	change.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			g := gs[i%30]
			s.hide(g, i%2 == 0)
			if i < 30 {
				buyers[i%6].paid(gs[30+i])
				gone[30+i].Store(true)
			}
			if i%10 == 0 {
				s.goods(90+i/10, 1)
			}
		}
	})
	for round := range 12 {
		before := make([]bool, len(gs))
		for i := range gs {
			before[i] = gone[i].Load()
		}
		for _, scene := range []string{"HOME", "PRODUCT_DETAIL", "CART"} {
			ids := s.visitor().feedIDs(vars{"first": 7 + round, "scene": scene, "about": gs[89].product})
			wantOnce(t, ids)
			if len(ids) < 25 {
				t.Fatalf("only %d cards", len(ids))
			}
			for i, g := range gs {
				for _, id := range ids {
					if id == g.product && before[i] {
						t.Fatalf("%s is sold out and still shown", g.handle)
					}
				}
			}
		}
	}
	close(stop)
	change.Wait()
}

func TestFeedShowsWhatCanBeHad(t *testing.T) {
	s := openShop(t)
	gs := s.goods(12, 1)
	ming := s.shopper("ming")
	wantEqual(t, len(ming.feedIDs(vars{"first": 5})), 12)
	after := ming.do(feedPage, vars{"first": 4}).str("feed.pageInfo.endCursor")
	s.hide(gs[0], true)
	s.shopper("hong").paid(gs[1])
	s.partner().do(`mutation { inventoryAdjust(input: {idempotencyKey: "zero", reason: "lost", changes: [{skuCode: "SKU-2", set: 0}]}) { userErrors { code } } }`, nil)
	for _, v := range []vars{{"first": 3}, {"first": 3, "after": after}} {
		for _, id := range ming.feedIDs(v) {
			for _, g := range gs[:3] {
				if id == g.product {
					t.Errorf("%s cannot be had and is shown", g.handle)
				}
			}
		}
	}
	s.partner().do(`mutation { inventoryAdjust(input: {idempotencyKey: "more", reason: "more", changes: [{skuCode: "SKU-5", delta: 5}]}) { userErrors { code } } }`, nil)
	ming.paid(gs[5])
	for _, id := range ming.feedIDs(vars{"first": 100}) {
		if id == gs[5].product {
			t.Error("what ming has bought is still recommended to him")
		}
	}
	if ids := s.visitor().feedIDs(vars{"first": 100}); len(ids) != 9 {
		t.Errorf("a visitor sees %d of 9 products", len(ids))
	}
}

func TestFeedScenesAndCursors(t *testing.T) {
	s := openShop(t)
	gs := s.goods(40, 5)
	c := s.visitor()
	first := c.do(feedPage, vars{"first": 3})
	cursor := first.str("feed.pageInfo.endCursor")
	for _, e := range []string{"feed.edges.0.reason.text", "feed.edges.0.impression"} {
		if first.str(e) == "" {
			t.Errorf("%s is empty", e)
		}
	}
	for _, scene := range []string{"FOLLOWING", "LIVE", "GROUP_BUY"} {
		c.do(feedPage, vars{"scene": scene}).want("feed.edges", "[]", "feed.pageInfo.hasNextPage", "false")
	}
	c.do(feedPage, vars{"accepts": []string{"NOTE", "LIVE_ROOM"}}).want("feed.edges", "[]")
	wantEqual(t, len(c.do(feedPage, vars{"first": 3, "accepts": []string{"NOTE", "PRODUCT"}}).list("feed.edges")), 3)
	c.do(feedPage, vars{"first": 0}).want("feed.edges", "[]")

	about := c.do(`query($id: ID!) { product(id: $id) { category { name } } }`, vars{"id": gs[3].product}).str("product.category.name")
	near := c.do(feedPage, vars{"first": 7, "scene": "PRODUCT_DETAIL", "about": gs[3].product})
	for i := range 7 {
		near.want("feed.edges."+itoa(i)+".node.category.name", about)
		if near.str("feed.edges."+itoa(i)+".node.id") == gs[3].product {
			t.Error("a product is recommended beside itself")
		}
	}
	bad := map[string]vars{
		"of another scene":   {"after": cursor, "scene": "CART"},
		"of another product": {"after": near.str("feed.pageInfo.endCursor"), "scene": "PRODUCT_DETAIL", "about": gs[4].product},
		"not base64":         {"after": "***"},
		"of another list":    {"after": page.Encode("orders", map[string]any{"i": 1})},
		"no ranking":         {"after": page.Encode("feed", map[string]any{"s": id.New("fds"), "i": 1, "c": "HOME"})},
		"a negative place":   {"after": page.Encode("feed", map[string]any{"s": id.New("fds"), "i": -5, "c": "HOME"})},
		"a wrong type":       {"after": page.Encode("feed", map[string]any{"s": 7, "i": "x"})},
		"too long":           {"after": string(make([]byte, 2000))},
	}
	for what, v := range bad {
		if a := c.send(feedPage, v); a.code() != "INVALID_CURSOR" {
			t.Errorf("a cursor %s: %s", what, a.raw)
		}
	}
	for _, n := range []int{-1, 101} {
		wantEqual(t, c.send(feedPage, vars{"first": n}).code(), "INVALID_INPUT")
	}
	far := page.Encode("feed", map[string]any{"s": "x", "i": 1 << 40, "c": "HOME"})
	wantEqual(t, c.send(feedPage, vars{"after": far}).code(), "INVALID_CURSOR")
	s.Clock.Advance(50 * time.Minute)
	c.do(feedPage, vars{"first": 1, "after": cursor})
	s.Clock.Advance(3 * time.Hour)
	wantEqual(t, c.send(feedPage, vars{"after": cursor}).code(), "INVALID_CURSOR")
}

// What is published is on the first page's ranking within three seconds, in every process; a cursor of one process is good in another.
func TestFeedOfTwoProcesses(t *testing.T) {
	c := settings(t)
	one := openOn(t, c)
	two := openOn(t, c)
	one.goods(30, 5)
	pageOne := one.visitor().do(feedPage, vars{"first": 10})
	rest := two.visitor().feedIDs(vars{"first": 10, "after": pageOne.str("feed.pageInfo.endCursor")})
	for i := range 10 {
		rest = append(rest, pageOne.str("feed.edges."+itoa(i)+".node.id"))
	}
	wantOnce(t, rest)
	wantEqual(t, len(rest), 30)
	two.visitor().do(feedPage, vars{"first": 1})
	fresh := one.goods(31, 5)[30]
	for _, s := range []*shop{one, two} {
		until := time.Now().Add(3 * time.Second)
		for found := false; !found; {
			for _, id := range s.visitor().feedIDs(vars{"first": 50}) {
				found = found || id == fresh.product
			}
			if !found && time.Now().After(until) {
				t.Fatal("a new product is not in the feed after three seconds")
			}
			if !found {
				time.Sleep(50 * time.Millisecond)
			}
		}
	}
}
