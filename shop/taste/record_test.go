package taste_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/taste"
)

func TestWhatIsDoneIsKnownAtOnce(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	s.wantLiking(ann, "")
	s.record(ann, 2, s.did(taste.View, "tea_1"), s.did(taste.AddToCart, "tea_2"))
	s.wantLiking(ann, "category:tea")
	s.record(ann, 3, s.did(taste.View, "coffee_1"), s.did(taste.AddToCart, "coffee_2"), s.did(taste.Share, "coffee_2"))
	s.wantLiking(ann, "category:coffee")
	s.wantLiking(phone("bob"), "")
	s.record(ann, 2, s.did(taste.NotInterested, "coffee_1"), s.did(taste.NotInterested, "coffee_2"))
	s.wantLiking(ann, "category:tea")
	p, err := s.Taste.Of(ctx, ann)
	s.Must(err)
	if !p.Hides("coffee_1", s.Clock.Now()) || p.Hides("tea_1", s.Clock.Now()) || p.Hides("coffee_1", s.Clock.Now().Add(91*day)) {
		t.Errorf("hidden: %v", p.Hidden)
	}
}

// Weights halve with each half-life, and what nothing renews is gone in the end.
func TestLikingFades(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	s.record(ann, 1, s.did(taste.AddToCart, "tea_1"))
	_, before := s.likes(ann)
	s.Clock.Advance(14 * day)
	_, after := s.likes(ann)
	if before != 5 || math.Abs(after-2.5) > 0.01 {
		t.Errorf("%.3f became %.3f in a half-life", before, after)
	}
	s.Clock.Advance(76 * day)
	s.wantLiking(ann, "")
}

func TestAnEventCountsOnce(t *testing.T) {
	s := open(t)
	ann := taste.Actor{ShopperID: s.Shopper("ann").ShopperID}
	one, two := s.did(taste.View, "tea_1"), s.did(taste.View, "tea_2")
	s.record(ann, 1, one)
	s.record(ann, 2, one, two, two)
	s.record(ann, 2, one, two)
	if _, weight := s.likes(ann); weight != 2 {
		t.Errorf("two views weigh %.2f", weight)
	}
	if n := s.Count("SELECT COUNT(*) FROM behaviour_events"); n != 2 {
		t.Errorf("%d events are kept", n)
	}
	s.record(phone("ann"), 1, one) // somebody else's ids are his own
}

// Many calls at the same time, with the same events among them: each counts once, for a shopper as for a device.
func TestAnEventCountsOnceHoweverManySendIt(t *testing.T) {
	s := open(t)
	shoptest.Rounds(t, s.Shop, 1, func(round int) {
		for _, who := range []taste.Actor{{ShopperID: s.Shopper(fmt.Sprintf("ann%d", round)).ShopperID}, phone(fmt.Sprintf("device%d", round))} {
			events := make([]taste.Event, 12)
			for i := range events {
				events[i] = s.did(taste.View, "tea_1")
			}
			var all sync.WaitGroup
			for i := range 24 {
				all.Go(func() {
					shoptest.Stagger()
					batch := []taste.Event{events[i%12], events[(i+1)%12], events[(i+5)%12]}
					for {
						_, err := s.Taste.Record(ctx, who, batch)
						if errors.Is(err, fault.BusyRetry) {
							continue
						}
						s.Try(err)
						return
					}
				})
			}
			all.Wait()
			if _, weight := s.likes(who); math.Abs(weight-12) > 0.001 {
				t.Fatalf("round %d: twelve views weigh %.3f", round, weight)
			}
		}
	})
}

func TestWhatCannotBeChangesNothing(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	now := s.Clock.Now()
	change := func(e taste.Event, f func(*taste.Event)) taste.Event { f(&e); return e }
	for _, tc := range []struct {
		name  string
		event taste.Event
	}{
		{"TARGET", s.did(taste.View, "tea_gone")},
		{"TARGET", s.did(taste.View, "rum_1")},
		{"IMPRESSION", change(s.did(taste.Impression, "tea_1"), func(e *taste.Event) { e.Impression = "served tea_2" })},
		{"IMPRESSION", change(s.did(taste.Impression, "tea_1"), func(e *taste.Event) { e.Impression = "" })},
		{"IMPRESSION", change(s.did(taste.View, "tea_1"), func(e *taste.Event) { e.Impression = "forged" })},
		{"TIME", change(s.did(taste.View, "tea_1"), func(e *taste.Event) { e.At = now.Add(6 * time.Minute) })},
		{"TIME", change(s.did(taste.View, "tea_1"), func(e *taste.Event) { e.At = now.Add(-8 * day) })},
		{"DWELL", change(s.did(taste.Dwell, "tea_1"), func(e *taste.Event) { e.Dwell = 5 * time.Hour })},
	} {
		s.record(ann, 0, tc.event)
		s.wantLiking(ann, "")
		if n := s.Count("SELECT COUNT(*) FROM behaviour_events WHERE client_id = ? AND odd = ?", tc.event.ClientID, tc.name); n != 1 {
			t.Errorf("%+v: it is not in quarantine as %s", tc.event, tc.name)
		}
	}
}

// A day has room for so many events and no more; what is beyond is kept for a while, then not even that.
func TestNobodyDoesThatMuch(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	batch := func() (list []taste.Event) {
		for range taste.MostEvents {
			list = append(list, s.did(taste.View, "tea_1"))
		}
		return list
	}
	for range 25 {
		s.record(ann, 200, batch()...)
	}
	for range 7 {
		s.record(ann, 0, batch()...)
	}
	if n := s.Count("SELECT COUNT(*) FROM behaviour_events"); n != 6000 {
		t.Errorf("%d events are kept, 5,000 and 1,000 odd ones wanted", n)
	}
	if _, weight := s.likes(ann); weight > 50 {
		t.Errorf("one taste weighs %.0f", weight)
	}
	s.Clock.Advance(day)
	s.record(ann, 200, batch()...)
}

func TestWhatNoClientShouldSend(t *testing.T) {
	s := open(t)
	ann, ming := phone("ann"), taste.Actor{ShopperID: s.Shopper("ming").ShopperID}
	good := s.did(taste.View, "tea_1")
	change := func(f func(*taste.Event)) []taste.Event { e := good; f(&e); return []taste.Event{good, e} }
	for _, tc := range []struct {
		name   string
		who    taste.Actor
		events []taste.Event
		want   *fault.Error
		at     string
	}{
		{"none", ann, nil, fault.OutOfRange, "events"},
		{"too many", ann, make([]taste.Event, 201), fault.OutOfRange, "events"},
		{"nobody", taste.Actor{}, []taste.Event{good}, fault.Invalid, "deviceId"},
		{"a short device", taste.Actor{DeviceID: "1234567"}, []taste.Event{good}, fault.Invalid, "deviceId"},
		{"a bad device beside a session", taste.Actor{ShopperID: ming.ShopperID, DeviceID: "a b c d e"}, []taste.Event{good}, fault.Invalid, "deviceId"},
		{"no client id", ann, change(func(e *taste.Event) { e.ClientID = "" }), fault.Invalid, "events.1.clientId"},
		{"a purchase", ann, change(func(e *taste.Event) { e.Kind = "PURCHASE" }), fault.Invalid, "events.1.kind"},
		{"no target", ann, change(func(e *taste.Event) { e.TargetID = "" }), fault.Invalid, "events.1.targetId"},
		{"a long target", ann, change(func(e *taste.Event) { e.TargetID = strings.Repeat("x", 33) }), fault.Invalid, "events.1.targetId"},
		{"a text with a view", ann, change(func(e *taste.Event) { e.Text = "tea" }), fault.Invalid, "events.1.targetId"},
		{"a search for nothing", ann, change(func(e *taste.Event) { e.Kind, e.TargetID, e.Text = taste.Search, "", " " }), fault.Invalid, "events.1.text"},
		{"a search for a book", ann, change(func(e *taste.Event) { e.Kind, e.TargetID, e.Text = taste.Search, "", strings.Repeat("茶", 65) }), fault.Invalid, "events.1.text"},
		{"dwelling backwards", ann, change(func(e *taste.Event) { e.Kind, e.Dwell = taste.Dwell, -time.Second }), fault.Invalid, "events.1.dwellMilliseconds"},
		{"a long view", ann, change(func(e *taste.Event) { e.Dwell = time.Second }), fault.Invalid, "events.1.dwellMilliseconds"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.Taste.Record(ctx, tc.who, tc.events)
			shoptest.Refuses(t, err, tc.want, append([]string{"input"}, strings.Split(tc.at, ".")...)...)
		})
	}
	for _, kind := range []taste.EventKind{taste.Like, taste.Save, taste.Follow} {
		if _, err := s.Taste.Record(ctx, ann, []taste.Event{s.did(kind, "tea_1")}); fault.Of(err) != fault.Unauthenticated {
			t.Errorf("%s without a session: %v", kind, err)
		}
	}
	if n := s.Count("SELECT COUNT(*) FROM behaviour_events"); n != 0 {
		t.Errorf("%d events of refused calls are kept", n)
	}
}

// A card that is shown again and again is counted until it is opened.
func TestUnopened(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	for range 3 {
		s.record(ann, 2, s.did(taste.Impression, "tea_1"), s.did(taste.Impression, "tea_2"))
	}
	s.record(ann, 1, s.did(taste.View, "tea_2"))
	p, err := s.Taste.Of(ctx, ann)
	s.Must(err)
	if p.Unopened("tea_1") != 3 || p.Unopened("tea_2") != 0 {
		t.Errorf("unopened: %v", p.Seen)
	}
}

func TestInterests(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming").ShopperID
	s.record(taste.Actor{ShopperID: ming}, 3, s.did(taste.View, "tea_1"), taste.Event{ClientID: "q", Kind: taste.Search, Text: "Ｇｒｅｅｎ mug", At: s.Clock.Now()}, s.did(taste.View, "tea_2"))
	got, err := s.Taste.Choose(ctx, ming, []string{"  Fruit ", "fruit", "海鲜"})
	s.Must(err)
	said := ""
	for _, l := range got {
		said += fmt.Sprintf("%s %.1f, ", l.Tag, l.Weight)
	}
	if want := "fruit 20.0, 海鲜 10.0, green 2.0, mug 2.0, tea 2.0, tea lovers 1.0, "; said != want {
		t.Errorf("likes %s want %s", said, want)
	}
	s.Clock.Advance(100 * day)
	got, err = s.Taste.Interests(ctx, ming)
	s.Must(err)
	if len(got) != 2 || got[0].Tag != "fruit" {
		t.Errorf("after a hundred days: %d, what was chosen stays a year", len(got))
	}
	got, err = s.Taste.Choose(ctx, ming, nil)
	s.Must(err)
	if len(got) != 0 {
		t.Errorf("chosen nothing: %v", got)
	}
	_, err = s.Taste.Choose(ctx, ming, make([]string, 21))
	shoptest.Refuses(t, err, fault.OutOfRange, "input", "tags")
	_, err = s.Taste.Choose(ctx, ming, []string{"fine", "two\nlines"})
	shoptest.Refuses(t, err, fault.Invalid, "input", "tags", "1")
}
