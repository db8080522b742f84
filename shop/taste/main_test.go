package taste_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/taste"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

var ctx = context.Background()

// shop is a shop with things of three kinds: tea_1, coffee_7 and so on, each of its own category.
type shop struct {
	*shoptest.Shop
	next int
}

func open(t testing.TB) *shop {
	t.Helper()
	s := &shop{Shop: shoptest.Open(t)}
	for _, kind := range []string{"tea", "coffee", "fruit", "prd"} {
		s.Taste.Describe(kind, func(_ context.Context, ids []string) (map[string][]taste.Trait, error) {
			all := map[string][]taste.Trait{}
			for _, id := range ids {
				if !strings.HasSuffix(id, "_gone") {
					all[id] = []taste.Trait{{Dimension: "category", Value: kind, Share: 1}, {Dimension: "tag", Value: kind + " lovers", Share: 0.5}}
				}
			}
			return all, nil
		})
	}
	s.Taste.Believe(func(_ context.Context, impression, target string) (bool, error) {
		return impression == "served "+target, nil
	})
	return s
}

// did is an event of now, with a client id of its own.
func (s *shop) did(kind taste.EventKind, target string) taste.Event {
	s.next++
	e := taste.Event{ClientID: fmt.Sprintf("e%d", s.next), Kind: kind, TargetID: target, Channel: "H5", At: s.Clock.Now()}
	if kind == taste.Impression {
		e.Impression = "served " + target
	}
	return e
}

func (s *shop) record(who taste.Actor, want int, events ...taste.Event) {
	s.TB.Helper()
	accepted, err := s.Taste.Record(ctx, who, events)
	s.Must(err)
	if accepted != want {
		s.TB.Errorf("%d of %d events count, want %d", accepted, len(events), want)
	}
}

// likes is what somebody likes most, and how much, "" when nothing is known.
func (s *shop) likes(who taste.Actor) (best string, weight float64) {
	s.TB.Helper()
	p, err := s.Taste.Of(ctx, who)
	s.Must(err)
	if p == nil {
		return "", 0
	}
	s.Taste.Weigh(p, s.Clock.Now(), func(key, _ string, w float64) {
		if strings.HasPrefix(key, "category:") && w > weight {
			best, weight = key, w
		}
	})
	return best, weight
}

func (s *shop) wantLiking(who taste.Actor, want string) {
	s.TB.Helper()
	if got, weight := s.likes(who); got != want {
		s.TB.Errorf("likes %q (%.2f), want %q", got, weight, want)
	}
}

// buys has somebody buy one of a product's first SKU, and pay.
func (s *shop) buys(who order.Buyer, handle string) {
	s.TB.Helper()
	p, err := s.Catalog.ByHandle(ctx, handle, catalog.Need{})
	s.Must(err)
	checkout := &order.Checkout{Lines: []*order.LineInput{{SkuID: p.Skus[0].ID, Quantity: 1}}}
	quote, err := s.Orders.Quote(ctx, who, checkout)
	s.Must(err)
	o, err := s.Orders.Place(ctx, who, &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: checkout, QuoteToken: &quote.Token})
	s.Must(err)
	s.Pay(o)
}

// merge makes the account that the demo's code of a name signs in to part of a shopper's.
func (s *shop) merge(shopperID, name string) {
	s.TB.Helper()
	_, merged, err := s.Members.ChannelLink(ctx, shopperID, identity.SignIn{Channel: "DOUYIN_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:" + name}})
	s.Must(err)
	if !merged {
		s.TB.Fatal("they are not one")
	}
}

// hear hands every fact to taste.
func (s *shop) hear() {
	s.TB.Helper()
	dispatcher := outbox.NewDispatcher(s.Outbox, s.Clock.Now, s.Taste.Consumers()...)
	for {
		n, err := dispatcher.Once(ctx)
		s.Must(err)
		if n == 0 {
			return
		}
	}
}

func phone(name string) taste.Actor { return taste.Actor{DeviceID: "device-of-" + name} }

const day = 24 * time.Hour
