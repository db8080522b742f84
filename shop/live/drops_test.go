package live_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// template is one that nobody may claim, of so many coupons of 5.00, one each.
func (s *studio) template(quantity int, change ...func(*coupon.Draft)) *coupon.Template {
	s.TB.Helper()
	d := &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "红包", AmountOff: new(money.Decimal("5.00")), ValidDays: 7, Quantity: quantity, PerShopperLimit: 1,
	}
	for _, c := range change {
		c(d)
	}
	t, err := s.Coupons.Create(context.Background(), "prt_1", d)
	s.Must(err)
	return t
}

func often(d *coupon.Draft) { d.PerShopperLimit = 900 }

func dropDraft(room *live.Room, t *coupon.Template, quantity int) *live.DropDraft {
	return &live.DropDraft{IdempotencyKey: shoptest.NewKey(), RoomID: room.ID, CouponTemplateID: t.ID, Quantity: quantity, Seconds: 60}
}

// drop starts one of a minute.
func (s *studio) drop(room *live.Room, t *coupon.Template, quantity int) *live.Drop {
	s.TB.Helper()
	d, err := s.Live.DropStart(context.Background(), s.host, dropDraft(room, t, quantity))
	s.Must(err)
	return d
}

// left fails the test unless so many are left of a drop, and of its template.
func (s *studio) left(d *live.Drop, ofDrop, ofTemplate int) {
	s.TB.Helper()
	drops, err := s.Live.Drops(context.Background(), []string{d.ID})
	s.Must(err)
	templates, err := s.Coupons.Templates(context.Background(), "", []string{d.TemplateID})
	s.Must(err)
	if got, its := drops[d.ID].Left, templates[d.TemplateID].Left; got != ofDrop || its != ofTemplate {
		s.TB.Fatalf("%d are left of the drop and %d of its template; want %d and %d", got, its, ofDrop, ofTemplate)
	}
}

// running counts the drops that a room shows.
func (s *studio) running(room *live.Room) int {
	s.TB.Helper()
	found, err := s.Live.DropsOf(context.Background(), []string{room.ID})
	s.Must(err)
	return len(found[room.ID])
}

func TestDropStart(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room, ten := s.bring(live.OnAir), s.template(10)
	paused := s.bring(live.Paused)
	for _, tc := range []struct {
		name   string
		actor  string
		change func(*live.DropDraft)
		err    error
		field  string
	}{
		{"none", s.host, func(d *live.DropDraft) { d.Quantity = 0 }, fault.OutOfRange, "quantity"},
		{"more than 100,000", s.host, func(d *live.DropDraft) { d.Quantity = 100_001 }, fault.OutOfRange, "quantity"},
		{"no time", s.host, func(d *live.DropDraft) { d.Seconds = 0 }, fault.OutOfRange, "seconds"},
		{"more than an hour", s.host, func(d *live.DropDraft) { d.Seconds = 3601 }, fault.OutOfRange, "seconds"},
		{"no such room", s.host, func(d *live.DropDraft) { d.RoomID = "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB" }, fault.Missing, "roomId"},
		{"no such template", s.host, func(d *live.DropDraft) { d.CouponTemplateID = "cpt_01JD8Q2M0V6T3C9E5K7R1XW4ZB" }, fault.Missing, "couponTemplateId"},
		{"a viewer", s.guest, nil, live.ErrRole, "roomId"},
		{"a room that pauses", s.host, func(d *live.DropDraft) { d.RoomID = paused.ID }, live.ErrRoomState, "roomId"},
		{"more than there are", s.host, func(d *live.DropDraft) { d.Quantity = 11 }, coupon.ErrExhausted, "couponTemplateId"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := dropDraft(room, ten, 10)
			if tc.change != nil {
				tc.change(d)
			}
			_, err := s.Live.DropStart(ctx, tc.actor, d)
			refusal := shoptest.Refuses(t, err, tc.err, "input", tc.field)
			if errors.Is(err, coupon.ErrExhausted) && *refusal.Available != 10 {
				t.Errorf("%d are said to be left", *refusal.Available)
			}
		})
	}
	draft := dropDraft(room, ten, 7)
	d, err := s.Live.DropStart(ctx, s.host, draft)
	s.Must(err)
	if d.Quantity != 7 || d.Left != 7 || d.TemplateID != ten.ID || d.RoomID != room.ID || !d.EndsAt.Equal(shoptest.Noon.Add(time.Minute)) {
		t.Errorf("started %+v", d)
	}
	again, err := s.Live.DropStart(ctx, s.host, draft)
	s.Must(err)
	if again.ID != d.ID {
		t.Errorf("the same key started %s after %s", again.ID, d.ID)
	}
	draft.Quantity = 3
	_, err = s.Live.DropStart(ctx, s.host, draft)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	s.left(d, 7, 3)
	if got := s.news(room.ID); got != "STATE DROP" {
		t.Errorf("news %q", got)
	}
}

func TestDropClaim(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room, ten := s.bring(live.OnAir), s.template(10)
	d := s.drop(room, ten, 2)
	c, err := s.Live.Claim(ctx, s.guest, d.ID)
	s.Must(err)
	if c.ShopperID != s.guest || c.Template.ID != ten.ID || c.State != coupon.Usable || c.Source != "drop" {
		t.Errorf("claimed %+v", c)
	}
	_, err = s.Live.Claim(ctx, s.guest, d.ID)
	shoptest.Refuses(t, err, live.ErrClaimed, "input", "dropId")
	claimed, err := s.Live.Claimed(ctx, s.guest, []string{d.ID})
	s.Must(err)
	if !claimed[d.ID] {
		t.Error("a drop does not know who has one")
	}
	_, err = s.Live.Claim(ctx, s.guest, s.drop(room, ten, 1).ID)
	shoptest.Refuses(t, err, coupon.ErrLimit, "input", "dropId")
	_, err = s.Live.Claim(ctx, s.guest, "lvd_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	shoptest.Refuses(t, err, fault.Missing, "input", "dropId")

	if n := s.running(room); n != 2 {
		t.Errorf("%d drops run", n)
	}
	_, err = s.Live.Claim(ctx, s.host, d.ID)
	s.Must(err)
	if n := s.running(room); n != 1 {
		t.Errorf("%d drops run, one of two is empty", n)
	}
	late := s.Shopper("late").ShopperID
	_, err = s.Live.Claim(ctx, late, d.ID)
	if refusal := shoptest.Refuses(t, err, live.ErrDropEmpty, "input", "dropId"); *refusal.Available != 0 {
		t.Errorf("%d are said to be left", *refusal.Available)
	}
	if got := s.news(room.ID); got != "STATE DROP DROP DROP DROP" {
		t.Errorf("news %q", got)
	}
}

// Whoever comes to a drop that is known to be empty costs no write, and one read at most.
func TestRefusalsAreCheap(t *testing.T) {
	s := openStudio(t)
	d := s.drop(s.bring(live.OnAir), s.template(1), 1)
	_, err := s.Live.Claim(t.Context(), s.host, d.ID)
	s.Must(err)
	_, err = s.Live.Claim(t.Context(), s.guest, d.ID)
	shoptest.Refuses(t, err, live.ErrDropEmpty, "input", "dropId")
	for range 20 {
		counter := &store.Counter{Each: func(query string) {
			if !strings.HasPrefix(query, "SELECT") {
				t.Errorf("a refusal runs %s", query)
			}
		}}
		_, err := s.Live.Claim(store.CountStatements(t.Context(), counter), s.guest, d.ID)
		shoptest.Refuses(t, err, live.ErrDropEmpty, "input", "dropId")
		if n := counter.Count(); n > 2 { // it looks twice, and its memory may end between
			t.Errorf("a refusal takes %d statements", n)
		}
	}
}

func TestADropEnds(t *testing.T) {
	s := openStudio(t)
	room, ten := s.bring(live.OnAir), s.template(10)
	d := s.drop(room, ten, 6)
	_, err := s.Live.Claim(t.Context(), s.guest, d.ID)
	s.Must(err)
	s.After(time.Minute - time.Microsecond)
	s.left(d, 5, 4)
	s.Clock.Advance(time.Microsecond) // the worker is late
	_, err = s.Live.Claim(t.Context(), s.host, d.ID)
	shoptest.Refuses(t, err, live.ErrRoomState, "input", "dropId")
	if n := s.running(room); n != 0 {
		t.Errorf("%d drops run at their end", n)
	}
	s.left(d, 5, 4)
	s.Work()
	s.left(d, 0, 9)
	s.Work()
	s.left(d, 0, 9)

	d = s.drop(room, ten, 9)
	_, err = s.Live.End(t.Context(), s.host, room.ID)
	s.Must(err)
	s.left(d, 0, 9)
	_, err = s.Live.Claim(t.Context(), s.host, d.ID)
	shoptest.Refuses(t, err, live.ErrRoomState, "input", "dropId")
	s.After(time.Hour)
	s.left(d, 0, 9)
}

// A person has one coupon of a drop, whatever accounts became his.
func TestADropKnowsItsPeople(t *testing.T) {
	s := openStudio(t)
	d := s.drop(s.bring(live.OnAir), s.template(10, often), 10)
	_, err := s.Live.Claim(t.Context(), s.guest, d.ID)
	s.Must(err)
	other := s.Shopper("other").ShopperID
	person := s.become(other, "guest")
	_, err = s.Live.Claim(t.Context(), person, d.ID)
	shoptest.Refuses(t, err, live.ErrClaimed, "input", "dropId")
	claimed, err := s.Live.Claimed(t.Context(), person, []string{d.ID})
	s.Must(err)
	if !claimed[d.ID] {
		t.Error("it is not seen that he has one")
	}
}

// become links a demo identity to a shopper, which makes its account part of his or the other way round, and returns who both are.
func (s *studio) become(shopperID, name string) string {
	s.TB.Helper()
	person, merged, err := s.Members.ChannelLink(context.Background(), shopperID, identity.SignIn{Channel: "WECHAT_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:" + name}})
	s.Must(err)
	if !merged {
		s.TB.Fatal("the two accounts stay two")
	}
	return person.ID
}

func TestFiveDropsAtOnce(t *testing.T) {
	s := openStudio(t)
	room, much := s.bring(live.OnAir), s.template(1000)
	errs := make([]error, 12)
	shoptest.Together(len(errs), func(i int) { _, errs[i] = s.Live.DropStart(context.Background(), s.host, dropDraft(room, much, 10)) })
	started := 0
	for _, err := range errs {
		if err == nil {
			started++
			continue
		}
		shoptest.Refuses(t, err, live.ErrRoomState, "input", "roomId")
	}
	if started != 5 || s.running(room) != 5 {
		t.Errorf("%d were started, %d run", started, s.running(room))
	}
	s.After(time.Minute)
	s.drop(room, much, 1000)
}

// The drop that everybody wants: KAITUAN_STEPS claimers, 5,000 at most, each of whom taps twice.
func TestAHundredCouponsForMany(t *testing.T) {
	s := openStudio(t)
	const coupons = 100
	crowd := s.Crowd("c", min(shoptest.Steps(t, 400), 5000))
	room, much := s.bring(live.OnAir), s.template(100_000, often)
	for range 2 {
		d := s.drop(room, much, coupons)
		errs := make([]error, 2*len(crowd))
		got := make([]*coupon.Coupon, len(errs))
		shoptest.Together(len(errs), func(i int) {
			got[i], errs[i] = s.Live.Claim(context.Background(), crowd[i%len(crowd)].ShopperID, d.ID)
		})
		have := map[string]bool{}
		for i, err := range errs {
			switch who := crowd[i%len(crowd)].ShopperID; {
			case err == nil && (have[who] || got[i].ShopperID != who):
				t.Fatalf("%s has a second one, or somebody else's: %+v", who, got[i])
			case err == nil:
				have[who] = true
			case !errors.Is(err, live.ErrDropEmpty) && !errors.Is(err, live.ErrClaimed):
				t.Fatalf("a claimer is told %v", err)
			}
		}
		if len(have) != coupons {
			t.Fatalf("%d have one of %d", len(have), coupons)
		}
		if n := s.Count("SELECT COUNT(DISTINCT shopper_id) FROM live_drop_claims WHERE drop_id = ?", d.ID); n != coupons {
			t.Fatalf("%d have a claim", n)
		}
		s.left(d, 0, 100_000-s.Count("SELECT COUNT(*) FROM coupons WHERE template_id = ?", much.ID))
		s.Must(s.Broken())
	}
}

// Claims meet the end of the drop, by its time or with its room: what was not claimed goes back once, and nothing is given after.
func TestClaimsMeetTheEnd(t *testing.T) {
	s := openStudio(t)
	crowd := s.Crowd("c", 40)
	much := s.template(100_000, often)
	shoptest.Rounds(t, s.Shop, 4, func(round int) {
		room := s.bring(live.OnAir)
		d := s.drop(room, much, 30)
		ends := []func() error{
			func() error { _, err := s.Live.End(context.Background(), s.host, room.ID); return err },
			func() error { s.Clock.Advance(time.Minute); _, err := s.Runner.Once(context.Background()); return err },
		}
		won := make([]bool, len(crowd))
		shoptest.Together(len(crowd)+2, func(i int) {
			shoptest.Stagger()
			if i >= len(crowd) {
				s.Try(ends[(round+i)%2]())
				return
			}
			_, err := s.Live.Claim(context.Background(), crowd[i].ShopperID, d.ID)
			if won[i] = err == nil; err != nil && !errors.Is(err, live.ErrDropEmpty) && !errors.Is(err, live.ErrRoomState) {
				s.Try(fmt.Errorf("a claimer is told %w", err))
			}
		})
		claims := 0
		for _, w := range won {
			if w {
				claims++
			}
		}
		if n := s.Count("SELECT quantity - returned FROM live_drops WHERE id = ?", d.ID); n != claims {
			t.Fatalf("%d were claimed, and all but %d went back", claims, n)
		}
		s.left(d, 0, 100_000-s.Count("SELECT COUNT(*) FROM coupons WHERE template_id = ?", much.ID))
	})
}

// What is only one less of many waits for the room's next tick; when little is left, and at start and end, the owner is told at once.
func TestCountsWaitForTheTick(t *testing.T) {
	c := openCluster(t)
	signals := make(chan string, 100)
	stop, err := c.hub.Subscribe("live.owner."+c.room, func(_ string, data []byte) { signals <- string(data) })
	c.Must(err)
	defer stop()
	room := &live.Room{ID: c.room}
	many, one := c.drop(room, c.template(1000), 1000), c.drop(room, c.template(1), 1)
	for _, d := range []*live.Drop{many, one} {
		_, err := c.Live.Claim(t.Context(), c.guest, d.ID)
		c.Must(err)
	}
	l := c.lottery(room, 1)
	_, err = c.Live.LotteryEnter(t.Context(), c.guest, l.ID)
	c.Must(err)
	for _, want := range []string{"news", "news", "", "news", "news", ""} {
		select {
		case got := <-signals:
			if got != want {
				t.Errorf("the owner hears %q, want %q", got, want)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the owner hears nothing")
		}
	}
	c.process()
	c.told()
}
