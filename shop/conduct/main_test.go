package conduct_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

var ctx = context.Background()

// shop is a shop whose helpers are looked at.
type shop struct{ *shoptest.Shop }

func open(t testing.TB) *shop {
	t.Helper()
	return &shop{shoptest.Open(t)}
}

// helps records that a shopper helps an owner now, from an address and a device.
func (s *shop) helps(who, owner, ip, device string) {
	s.TB.Helper()
	s.Must(s.Conduct.Record(ctx, conduct.Action{ShopperID: who, Kind: conduct.Help, Target: owner, From: conduct.From{IP: ip, Device: device}, At: s.Clock.Now()}))
}

// farm lets so many shoppers help four clients within minutes, from one network, three to a device.
func (s *shop) farm(size int) (members, clients []string) {
	s.TB.Helper()
	for i := range size {
		members = append(members, s.Shopper(fmt.Sprintf("farm%d", i)).ShopperID)
	}
	for range 4 {
		client := id.New("shp")
		clients = append(clients, client)
		for i, member := range members {
			s.helps(member, client, fmt.Sprintf("45.9.1.%d", i+1), fmt.Sprintf("rack-%d", i/3))
			s.Clock.Advance(10 * time.Second)
		}
		s.Clock.Advance(time.Hour)
	}
	return members, clients
}

func (s *shop) marked(who string, want bool) {
	s.TB.Helper()
	got, err := s.Conduct.Marked(ctx, who)
	s.Must(err)
	if got != want {
		s.TB.Fatalf("marked: %v, want %v: %+v", got, want, s.conduct(who))
	}
}

// conduct is what operators read of a shopper.
func (s *shop) conduct(who string) *conduct.Conduct {
	s.TB.Helper()
	c, err := s.Conduct.Conduct(ctx, s.public(who))
	s.Must(err)
	if c == nil {
		s.TB.Fatal("operators read nothing of", who)
	}
	return c
}

func (s *shop) public(who string) string {
	s.TB.Helper()
	found, err := s.Identity.Publics(ctx, []string{who})
	s.Must(err)
	return found[who].ID
}

// count reads one number.
func (s *shop) count(query string, args ...any) (n int) {
	s.TB.Helper()
	s.Must(s.Store.Reader().QueryRowContext(ctx, query, args...).Scan(&n))
	return n
}

// markedNow wants what is known of a shopper's mark without judging him.
func (s *shop) markedNow(who string, want bool) {
	s.TB.Helper()
	whose, err := s.Identity.AliasesOf(ctx, []string{who})
	s.Must(err)
	marked, err := s.Conduct.MarkedNow(ctx, whose)
	s.Must(err)
	if marked[who] != want {
		s.TB.Errorf("marked now: %v, want %v", marked[who], want)
	}
}

// hear hands every fact to conduct.
func (s *shop) hear() {
	s.TB.Helper()
	dispatcher := outbox.NewDispatcher(s.Outbox, s.Clock.Now, s.Conduct.Consumers()...)
	for {
		n, err := dispatcher.Once(ctx)
		s.Must(err)
		if n == 0 {
			return
		}
	}
}
