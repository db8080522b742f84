package taste_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/taste"
)

// What was learned of a device becomes the shopper's who signs in on it, once, and nobody else's.
func TestADeviceBecomesAShopper(t *testing.T) {
	s := open(t)
	shoptest.Rounds(t, s.Shop, 1, func(round int) {
		device := phone(fmt.Sprintf("round%d", round))
		s.record(device, 2, s.did(taste.View, "tea_1"), s.did(taste.View, "tea_2"))
		ann, bob := s.Shopper(fmt.Sprintf("ann%d", round)).ShopperID, s.Shopper(fmt.Sprintf("bob%d", round)).ShopperID
		var all sync.WaitGroup
		for i := range 8 {
			who := taste.Actor{ShopperID: []string{ann, bob}[i%2], DeviceID: device.DeviceID}
			event := s.did(taste.View, "coffee_1")
			all.Go(func() {
				for {
					_, err := s.Taste.Record(ctx, who, []taste.Event{event})
					if !errors.Is(err, fault.BusyRetry) {
						s.Try(err)
						return
					}
				}
			})
		}
		all.Wait()
		tea := 0
		for _, id := range []string{ann, bob} {
			p, err := s.Taste.Of(ctx, taste.Actor{ShopperID: id})
			s.Must(err)
			if p.Tags["category:tea"].Weight == 2 {
				tea++
			}
			if got := p.Tags["category:coffee"].Weight; got != 4 {
				t.Errorf("four views weigh %.2f", got)
			}
		}
		if p, err := s.Taste.Of(ctx, device); err != nil || p != nil || tea != 1 {
			t.Errorf("round %d: %d of the two have what the device had, which has %v now (%v)", round, tea, p, err)
		}
	})
}

// A device whose profile has become somebody's begins anew, also for a process that remembers the one before.
func TestADeviceBeginsAnew(t *testing.T) {
	s := open(t)
	device := phone("ann")
	s.record(device, 1, s.did(taste.View, "tea_1"))
	s.wantLiking(device, "category:tea")
	s.record(taste.Actor{ShopperID: s.Shopper("ann").ShopperID, DeviceID: device.DeviceID}, 1, s.did(taste.View, "tea_1"))
	s.record(device, 1, s.did(taste.View, "coffee_1"))
	s.wantLiking(device, "category:coffee")
	if _, weight := s.likes(device); weight != 1 {
		t.Errorf("it weighs %.2f", weight)
	}
}

func TestTwoAccountsBecomeOne(t *testing.T) {
	s := open(t)
	ann, other := s.Shopper("ann").ShopperID, s.Shopper("other").ShopperID
	s.record(taste.Actor{ShopperID: other}, 3, s.did(taste.Save, "tea_1"), s.did(taste.NotInterested, "coffee_1"), s.did(taste.Impression, "fruit_1"))
	s.record(taste.Actor{ShopperID: ann}, 1, s.did(taste.View, "tea_2"))
	s.merge(ann, "other")
	s.hear()
	s.hear()
	p, err := s.Taste.Of(ctx, taste.Actor{ShopperID: ann})
	s.Must(err)
	if p.Tags["category:tea"].Weight != 5 || len(p.Recent) != 2 || !p.Hides("coffee_1", s.Clock.Now()) || p.Unopened("fruit_1") != 1 {
		t.Errorf("as one: %+v", p)
	}
	if p, err := s.Taste.Of(ctx, taste.Actor{ShopperID: other}); err != nil || p != nil {
		t.Errorf("the other half still has %v (%v)", p, err)
	}
}

// What somebody buys is learned from the order itself.
func TestPurchases(t *testing.T) {
	s := open(t)
	s.Goods("mug", 5, "10.00")
	ann := s.Shopper("ann")
	s.buys(ann, "mug")
	s.hear()
	s.hear()
	p, err := s.Taste.Of(ctx, taste.Actor{ShopperID: ann.ShopperID})
	s.Must(err)
	if tag := p.Tags["category:prd"]; tag.Weight != 8 || tag.Source != taste.FromOrders {
		t.Errorf("a purchase: %+v", tag)
	}
}

// Who refuses to be known leaves nothing but what he says himself, from that moment; who changes his mind begins anew.
func TestRefusal(t *testing.T) {
	s := open(t)
	ann := taste.Actor{ShopperID: s.Shopper("ann").ShopperID}
	says := func(granted bool, version string) {
		t.Helper()
		s.Must(s.Members.ConsentSet(ctx, ann.ShopperID, identity.Consent{Purpose: identity.Personalisation, Granted: granted, TextVersion: version}))
	}
	s.record(ann, 2, s.did(taste.View, "tea_1"), s.did(taste.NotInterested, "coffee_1"))
	_, err := s.Taste.Choose(ctx, ann.ShopperID, []string{"fruit"})
	s.Must(err)
	says(false, "1")
	if n := s.Count("SELECT COUNT(*) FROM behaviour_events"); n != 0 {
		t.Errorf("%d events are kept", n)
	}
	s.record(ann, 1, s.did(taste.View, "tea_1"), s.did(taste.NotInterested, "tea_2"))
	p, err := s.Taste.Of(ctx, ann)
	s.Must(err)
	if len(p.Tags) != 1 || len(p.Recent) != 0 || !p.Hides("coffee_1", s.Clock.Now()) || !p.Hides("tea_2", s.Clock.Now()) || s.Count("SELECT COUNT(*) FROM behaviour_events") != 0 {
		t.Errorf("after a refusal: %+v", p)
	}
	s.Goods("mug", 5, "10.00")
	buyer := s.Shopper("ann")
	s.buys(buyer, "mug")
	s.hear()
	if p, err = s.Taste.Of(ctx, ann); err != nil || len(p.Tags) != 1 {
		t.Errorf("a purchase was learned: %+v (%v)", p, err)
	}
	says(true, "2")
	s.record(ann, 1, s.did(taste.View, "tea_1"))
	s.wantLiking(ann, "category:fruit")
	if p, err = s.Taste.Of(ctx, ann); err != nil || p.Tags["category:tea"].Weight != 1 {
		t.Errorf("anew: %+v (%v)", p, err)
	}
}

func TestErasureAndExport(t *testing.T) {
	s := open(t)
	ann := s.Shopper("ann").ShopperID
	s.record(taste.Actor{ShopperID: ann}, 2, s.did(taste.View, "tea_1"), taste.Event{ClientID: "q", Kind: taste.Search, Text: "green mug", At: s.Clock.Now()})
	said := map[string][]string{}
	for _, part := range s.Taste.Personal(ctx, []string{ann}) {
		for row, err := range part.Rows {
			s.Must(err)
			text, err := json.Marshal(row)
			s.Must(err)
			said[part.Name] = append(said[part.Name], string(text))
		}
	}
	if len(said["behaviour"]) != 2 || !strings.Contains(strings.Join(said["behaviour"], ""), `"text":"green mug"`) || len(said["taste"]) != 1 || !strings.Contains(said["taste"][0], "word:green") {
		t.Errorf("the export: %v", said)
	}
	s.Must(s.Members.Erase(ctx, ann, "H5"))
	if n := s.Count("SELECT (SELECT COUNT(*) FROM behaviour_events) + (SELECT COUNT(*) FROM taste_profiles)"); n != 0 {
		t.Errorf("%d rows are left of an erased shopper", n)
	}
	if _, err := s.Taste.Record(ctx, taste.Actor{ShopperID: ann}, []taste.Event{s.did(taste.View, "tea_1")}); err == nil {
		t.Error("somebody erased is learned of")
	}
}

// Events are gone after 180 days, and so is what is known of a device that was not seen again; a shopper's profile stays.
func TestSweep(t *testing.T) {
	s := open(t)
	ann := s.Shopper("ann").ShopperID
	s.record(taste.Actor{ShopperID: ann}, 1, s.did(taste.View, "tea_1"))
	s.record(phone("bob"), 1, s.did(taste.View, "tea_1"))
	s.After(100 * day)
	s.record(phone("cat"), 1, s.did(taste.View, "tea_1"))
	s.After(79 * day)
	if n := s.Count("SELECT COUNT(*) FROM behaviour_events"); n != 3 {
		t.Errorf("%d events after 179 days", n)
	}
	s.After(2 * day)
	if n, devices, all := s.Count("SELECT COUNT(*) FROM behaviour_events"), s.Count("SELECT COUNT(*) FROM taste_profiles WHERE actor_id LIKE 'dev%'"), s.Count("SELECT COUNT(*) FROM taste_profiles"); n != 1 || devices != 1 || all != 2 {
		t.Errorf("after 181 days: %d events, %d profiles of devices of %d", n, devices, all)
	}
}

// Somebody who looks at tea and fruit each day drifts on the day that it is all coffee: the next day that is told, once. Usual days are not told of.
func TestDrift(t *testing.T) {
	s := open(t)
	ann := phone("ann")
	looks := func(tea, fruit, coffee int) {
		for kind, n := range map[string]int{"tea": tea, "fruit": fruit, "coffee": coffee} {
			for i := range n {
				s.record(ann, 1, s.did(taste.View, fmt.Sprintf("%s_%d", kind, i)))
			}
		}
		s.Clock.Advance(day)
	}
	drifts := func() int { return s.Count("SELECT COUNT(*) FROM facts WHERE topic = 'TasteDrifted'") }
	for i := range 10 {
		looks(5+i%3, 7-i%3, 0)
	}
	looks(6, 6, 0)
	looks(0, 0, 9) // too little to say anything
	looks(6, 6, 0)
	if drifts() != 0 {
		t.Errorf("%d drifts on usual days", drifts())
	}
	looks(0, 0, 15)
	looks(6, 6, 0)
	looks(6, 6, 0)
	if drifts() != 1 {
		t.Errorf("%d drifts on a day of coffee", drifts())
	}
}
