package share_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"image"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/share"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	h5    = "H5"
	mini  = "WECHAT_MINI_PROGRAM"
	tea   = "grp_01JD8Q2M0V6T3C9E5K7R1XW4Z1"
	fruit = "grp_01JD8Q2M0V6T3C9E5K7R1XW4Z2"
	gone  = "grp_01JD8Q2M0V6T3C9E5K7R1XW4Z3"
	note  = "nte_01JD8Q2M0V6T3C9E5K7R1XW4Z4"
	base  = "https://shop.example.com"
)

// groups describes what is in it, and counts how often it is asked.
type groups struct {
	mu    sync.Mutex
	known map[string]share.Subject
	asked int
	fails error
}

func (g *groups) Describe(_ context.Context, targetIDs []string) (map[string]*share.Subject, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	found := map[string]*share.Subject{}
	for _, target := range targetIDs {
		if subject, ok := g.known[target]; ok {
			found[target] = &subject
		}
	}
	return found, g.fails
}

func (g *groups) set(target string, change func(*share.Subject)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	subject := g.known[target]
	change(&subject)
	g.known[target] = subject
}

func (g *groups) drop(target string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.known, target)
}

// album has one picture, at one address.
type album struct{ asked atomic.Int32 }

func (a *album) Picture(_ context.Context, address string) (image.Image, error) {
	a.asked.Add(1)
	if address != "/tea.png" {
		return nil, errors.New("no such picture")
	}
	return image.NewGray(image.Rect(0, 0, 300, 200)), nil
}

type shop struct {
	*share.Service
	t        *testing.T
	store    *store.Store
	identity *identity.Service
	clock    *clock.Fixed
	groups   *groups
	album    *album
}

func open(t *testing.T) *shop {
	t.Helper()
	keys, err := secret.Load(func(string) string { return "" }, filepath.Join(t.TempDir(), "keys.json"), false)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, store: testdb.Open(t), album: &album{}, clock: clock.NewFixed(time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC))}
	now := s.clock.Now
	s.identity = identity.New(identity.Config{Store: s.store, Clock: now, Keys: keys, Deadlines: deadline.New(s.store), Zone: zone, Demo: true})
	two, three := 2, 3
	price, list := money.Of(3990, "CNY"), money.Of(6800, "CNY")
	s.groups = &groups{known: map[string]share.Subject{
		tea:   {Title: "明前龙井 250g", ImageURL: "/tea.png", Price: &price, Compare: &list, SeatsLeft: &two, MiniProgramPage: "pages/group/index", Line: "3 人团价"},
		fruit: {Title: "赣南脐橙 5kg", ImageURL: "/none.png", Price: &price, SeatsLeft: &three, MiniProgramPage: "pages/group/index"},
	}}
	s.Service = share.New(share.Config{
		Store: s.store, Clock: now, Identity: s.identity, Deadlines: deadline.New(s.store), Zone: zone, MAC: mac, Name: "茶铺",
		BaseURL: base + "/", Pictures: s.album,
	})
	t.Cleanup(s.Close)
	s.Register("grp", s.groups.Describe)
	return s
}

// zone is the shop's.
var zone = time.FixedZone("CST", 8*60*60)

func mac(data []byte) []byte {
	sum := sha256.Sum256(append([]byte("a key"), data...))
	return sum[:]
}

func (s *shop) person(name string) string {
	s.t.Helper()
	session, err := s.identity.SessionCreate(s.t.Context(), identity.SignIn{Channel: h5, Credentials: identity.Credentials{Code: "demo:" + name}})
	if err != nil {
		s.t.Fatal(err)
	}
	return session.ShopperID
}

func (s *shop) count() (n int) {
	s.t.Helper()
	if err := s.store.DB().QueryRowContext(s.t.Context(), "SELECT COUNT(*) FROM share_links").Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *shop) link(sharer, channel, target string) *share.Link {
	s.t.Helper()
	l, err := s.Link(s.t.Context(), sharer, channel, target)
	if err != nil {
		s.t.Fatalf("link to %s: %v", target, err)
	}
	return l
}

// together runs f n times at once.
func together(n int, f func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	group.Wait()
}
