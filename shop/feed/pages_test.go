package feed_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/feed"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// While campaigns open, end, sell out and fill, and products come and go, no visit sees a product twice, as product or campaign, and none sees what was not to
// be had when it asked.
func TestPagesWhileCampaignsChange(t *testing.T) {
	const n = 24
	outer := open(t)
	goods := make([]*catalog.Product, n)
	for i := range goods {
		goods[i] = outer.goods(fmt.Sprintf("p%d", i), 5, "10.00")
	}
	running, hidden := map[int]*groupbuy.Campaign{}, map[int]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		s := &shop{Shop: outer.Within(rt), feed: outer.feed}
		for i, c := range running { // what the check before left
			_, err := s.Groups.End(context.Background(), c.ID)
			s.Must(err)
			delete(running, i)
		}
		s.soon()
		change := func() {
			for range rapid.IntRange(0, 6).Draw(rt, "changes") {
				i := rapid.IntRange(0, n-1).Draw(rt, "product")
				switch kind := rapid.IntRange(0, 4).Draw(rt, "change"); {
				case kind == 0 && running[i] != nil:
					_, err := s.Groups.End(context.Background(), running[i].ID)
					s.Must(err)
					delete(running, i)
				case kind == 1:
					hidden[i] = !hidden[i]
					s.Must(s.Catalog.VisibilitySet(context.Background(), goods[i].ID, !hidden[i], "a test"))
				case kind == 2:
					s.soon()
				case running[i] == nil:
					running[i] = s.campaign(fmt.Sprintf("p%d", i))
				}
			}
		}
		change()
		for range 3 {
			scene := rapid.SampledFrom([]feed.Scene{feed.Home, feed.GroupBuy, feed.CartScene}).Draw(rt, "scene")
			seen := map[string]bool{}
			check := func(cards []feed.Card) {
				for _, card := range cards {
					if seen[card.Product.ID] {
						rt.Fatalf("%s came twice", card.Product.ID)
					}
					seen[card.Product.ID] = true
					for i, product := range goods {
						if product.ID != card.Product.ID {
							continue
						}
						if hidden[i] || card.Campaign != nil && (running[i] == nil || running[i].ID != card.Campaign.ID) || card.Campaign == nil && scene == feed.GroupBuy {
							rt.Fatalf("what cannot be had is shown: %+v", card)
						}
					}
				}
			}
			a := feed.Args{Args: page.Args{First: rapid.IntRange(1, 7).Draw(rt, "first")}, Scene: scene}
			for {
				p := s.page(a)
				check(p.Cards)
				if !p.Info.HasNextPage || p.Info.EndCursor == nil {
					break
				}
				a.After = *p.Info.EndCursor
				change()
			}
			change()
		}
	})
}

// A page's statements do not grow with its length or with the campaigns on it; what everybody shares for a second or two is made before.
func TestStatementsOfAPage(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	for i := range 60 {
		s.Goods(fmt.Sprintf("p%d", i), 5, "10.00")
		if i%3 == 0 {
			s.campaign(fmt.Sprintf("p%d", i))
		}
	}
	s.page(feed.Args{})
	for _, scene := range []feed.Scene{feed.Home, feed.GroupBuy} {
		for viewer, most := range map[string]int{"": 4, ming.ShopperID: 6} {
			for _, first := range []int{5, 20, 40} {
				counter := &store.Counter{}
				_, err := s.feed.Page(store.CountStatements(context.Background(), counter), feed.Args{Args: page.Args{First: first}, Scene: scene, ViewerID: viewer})
				s.Must(err)
				if counter.Count() > most {
					t.Errorf("%s of %d, signed in %v: %d statements, at most %d wanted", scene, first, viewer != "", counter.Count(), most)
				}
			}
		}
	}
}
