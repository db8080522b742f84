package share_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/share"
)

// mostDevices is the bound that the service states: devices of one network that count by one link and day.
const mostDevices = 200

func from(token, device string) share.Visit {
	return share.Visit{Token: token, DeviceID: device, ClientIP: "203.0.113.7"}
}

// visit opens a link and says whether that was counted.
func (s *shop) visit(v share.Visit) bool {
	s.t.Helper()
	counted, err := s.Visit(s.t.Context(), v)
	if err != nil {
		s.t.Fatal(err)
	}
	return counted
}

// came fails the test unless so many visits and reads of a link are counted.
func (s *shop) came(token string, visits, reads int64) {
	s.t.Helper()
	l, err := s.ByToken(s.t.Context(), token)
	if err != nil || l.Visits != visits || l.Reads != reads {
		s.t.Errorf("%d visits, %d reads, %v; want %d and %d", l.Visits, l.Reads, err, visits, reads)
	}
}

// become makes the account of a demo shopper part of another, or the other way round.
func (s *shop) become(shopperID, name string) {
	s.t.Helper()
	in := identity.SignIn{Channel: h5, Credentials: identity.Credentials{Code: "demo:" + name}}
	if _, err := s.identity.ChannelLink(s.t.Context(), shopperID, in, func(context.Context, identity.Merged) error { return nil }); err != nil {
		s.t.Fatal(err)
	}
}

func TestADeviceCountsOnceByLinkAndDay(t *testing.T) {
	s := open(t)
	ming := s.person("ming")
	one, other := s.link(ming, h5, tea).Token, s.link(ming, h5, fruit).Token
	for _, tc := range []struct {
		name  string
		visit share.Visit
		wait  time.Duration
		want  bool
	}{
		{"first", from(one, "device-1"), 0, true},
		{"again", from(one, "device-1"), time.Minute, false},
		{"again from elsewhere", share.Visit{Token: one, DeviceID: "device-1", ClientIP: "198.51.100.1"}, 0, false},
		{"another device", from(one, "device-2"), 0, true},
		{"by another link", from(other, "device-1"), 0, true},
		{"somebody who is signed in", share.Visit{Token: one, DeviceID: "device-3", ShopperID: s.person("hong")}, 0, true},
		{"a minute before midnight", from(one, "device-1"), 7*time.Hour + 28*time.Minute, false}, // 16:30 in Shanghai before
		{"the next day", from(one, "device-1"), time.Minute, true},
	} {
		s.clock.Advance(tc.wait)
		if got := s.visit(tc.visit); got != tc.want {
			t.Errorf("%s: counted %v", tc.name, got)
		}
	}
	s.came(one, 4, 7)
	s.came(other, 1, 1)
	devices, err := s.store.Texts(t.Context(), "SELECT device FROM share_visits")
	if err != nil || len(slices.Compact(slices.Sorted(slices.Values(devices)))) != 5 {
		t.Errorf("a device is kept the same by two links or days: %v, %v", devices, err)
	}
}

func TestWhatIsNoVisit(t *testing.T) {
	s := open(t)
	ming, hong := s.person("ming"), s.person("hong")
	mings, hongs := s.link(ming, h5, tea).Token, s.link(hong, h5, tea).Token
	robot := from(mings, "device-1")
	robot.Robot = true
	own := func(token, device, shopperID string) share.Visit {
		v := from(token, device)
		v.ShopperID = shopperID
		return v
	}
	s.become(ming, "hong") // hong's account is part of ming's, which was made first
	for _, v := range []share.Visit{
		robot, own(mings, "mings-phone", ming), own(hongs, "mings-phone", ming), own(mings, "hongs-phone", hong), own(hongs, "hongs-phone", hong),
		from(mings, "mings-phone"), from(hongs, "hongs-phone"), // signed out, where he was signed in
	} {
		if s.visit(v) {
			t.Errorf("%+v was counted", v)
		}
	}
	s.came(mings, 0, 0)
	s.came(hongs, 0, 0)
	if !s.visit(from(mings, "device-1")) {
		t.Error("somebody else on the robot's device is not counted")
	}
	s.clock.Advance(24 * time.Hour)
	if !s.visit(from(mings, "mings-phone")) {
		t.Error("a phone is its sharer's the next day, when he was not signed in there")
	}
	s.groups.drop(tea)
	if !s.visit(from(mings, "device-2")) {
		t.Error("a link whose target is gone was not counted")
	}
	s.came(mings, 3, 3)
	err := s.store.InTx(t.Context(), func(ctx context.Context) error {
		_, err := s.identity.Erase(ctx, []string{ming, hong}, s.clock.Now())
		return err
	})
	if err != nil || s.visit(from(mings, "device-3")) || s.visit(from(hongs, "device-3")) {
		t.Errorf("a link of nobody was counted, %v", err)
	}
	s.came(mings, 3, 3)
	if visits, sharers, err := s.Visited(t.Context(), s.clock.Now().Add(-48*time.Hour), s.clock.Now()); err != nil || visits != 3 || sharers != 1 {
		t.Errorf("%d visits of %d sharers, %v", visits, sharers, err)
	}
}

func TestOpeningsThatAreRefused(t *testing.T) {
	s := open(t)
	good := s.link(s.person("ming"), h5, tea).Token
	for _, tc := range []struct {
		name, token, device string
		want                error
		at                  string
	}{
		{"unknown", strings.Repeat("0", 20), "device-1", fault.Missing, "token"},
		{"no token", "'", "device-1", fault.Missing, "token"},
		{"no device", good, "", fault.Invalid, "deviceId"},
		{"a short device", good, "1234567", fault.Invalid, "deviceId"},
		{"a long device", good, strings.Repeat("x", 65), fault.Invalid, "deviceId"},
		{"a space", good, "device 12", fault.Invalid, "deviceId"},
		{"letters of others", good, "设备一二三四", fault.Invalid, "deviceId"},
	} {
		_, err := s.Visit(t.Context(), from(tc.token, tc.device))
		if !errors.Is(err, tc.want) || !slices.Equal(fault.Of(err).Field, []string{"input", tc.at}) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	s.came(good, 0, 0)
}

// Whoever makes up device ids has so many visits of a link and day as his network has places, through however many processes, and no more.
func TestMadeUpDevicesAreBounded(t *testing.T) {
	s := open(t)
	token := s.link(s.person("ming"), h5, tea).Token
	second := s.another()
	var counted atomic.Int64
	together(8, func(worker int) {
		service := []*share.Service{s.Service, second}[worker%2]
		for i := range 40 {
			got, err := service.Visit(context.WithoutCancel(t.Context()), from(token, fmt.Sprintf("made-up-%d-%d", worker, i)))
			if err != nil {
				t.Error(err)
			}
			if got {
				counted.Add(1)
			}
		}
	})
	if counted.Load() != mostDevices {
		t.Errorf("%d of 320 devices of one network were counted, want %d", counted.Load(), mostDevices)
	}
	s.came(token, mostDevices, 320)
	if !s.visit(share.Visit{Token: token, DeviceID: "device-1", ClientIP: "198.51.100.1"}) {
		t.Error("another network has no place")
	}
	var taken, refused atomic.Int64
	together(700, func(i int) {
		_, err := s.Visit(context.WithoutCancel(t.Context()), share.Visit{Token: token, DeviceID: "made-up-v6", ClientIP: fmt.Sprintf("2001:db8::%x", i+1)})
		switch {
		case err == nil:
			taken.Add(1)
		case errors.Is(err, fault.TooOften) && fault.Of(err).RetryAfter > 0:
			refused.Add(1)
		default:
			t.Error(err)
		}
	})
	if taken.Load() != 600 || refused.Load() != 100 {
		t.Errorf("one network opened a link %d times at once, and was refused %d times", taken.Load(), refused.Load())
	}
}

// another is a second process of the same shop.
func (s *shop) another() *share.Service {
	other := share.New(share.Config{
		Store: s.store, Clock: s.clock.Now, Identity: s.identity, Deadlines: deadline.New(s.store), Zone: zone, MAC: mac, BaseURL: base,
	})
	other.Register("grp", s.groups.Describe)
	s.t.Cleanup(other.Close)
	return other
}

// 64 devices open one link three times each, by two processes: each is one visit, and each opening a read.
func TestARaceOfVisitors(t *testing.T) {
	s := open(t)
	const devices, times = 64, 3
	token := s.link(s.person("ming"), h5, tea).Token
	second := s.another()
	counts := make([]atomic.Int64, devices)
	together(devices*times, func(i int) {
		service := []*share.Service{s.Service, second}[i%2]
		got, err := service.Visit(context.WithoutCancel(t.Context()), share.Visit{Token: token, DeviceID: fmt.Sprintf("device-%d", i%devices), ClientIP: fmt.Sprintf("203.0.113.%d", i%5)})
		if err != nil {
			t.Error(err)
		}
		if got {
			counts[i%devices].Add(1)
		}
	})
	for i := range counts {
		if n := counts[i].Load(); n != 1 {
			t.Errorf("device %d is told %d times that it counts", i, n)
		}
	}
	s.came(token, devices, devices*times)
	rows, err := s.store.Texts(t.Context(), "SELECT device FROM share_visits WHERE place IS NOT NULL")
	if err != nil || len(rows) != devices {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// A day's visits go after 181 days, in steps; what the links count stays.
func TestOldVisitsAreSwept(t *testing.T) {
	s := open(t)
	token := s.link(s.person("ming"), h5, tea).Token
	runner := deadline.NewRunner(deadline.New(s.store), s.clock.Now, deadline.Pool{Workers: 1, Handlers: s.Handlers()})
	left := func() int {
		t.Helper()
		if _, err := runner.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows, err := s.store.Texts(t.Context(), "SELECT device FROM share_visits")
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	for day := range 2 {
		for i := range 3 {
			s.visit(from(token, fmt.Sprintf("device-%d", i)))
		}
		if n := left(); n != 3*(day+1) {
			t.Errorf("day %d: %d rows", day, n)
		}
		s.clock.Advance(24 * time.Hour)
	}
	s.clock.Advance(178 * 24 * time.Hour) // 180 days and 16:30 after the first midnight
	if n := left(); n != 6 {
		t.Errorf("%d rows are left within 181 days", n)
	}
	for days, want := range []int{3, 0} {
		s.clock.Advance(24 * time.Hour)
		if n := left(); n != want {
			t.Errorf("%d rows are left after %d days, want %d", n, 181+days, want)
		}
	}
	s.came(token, 6, 6)
	if rows, err := s.store.Texts(t.Context(), "SELECT ref FROM deadlines WHERE kind = ?", share.SweepDeadline); err != nil || len(rows) != 0 {
		t.Errorf("%v are left to sweep, %v", rows, err)
	}
}

func TestWhatAPersonShares(t *testing.T) {
	s := open(t)
	ming, hong := s.person("ming"), s.person("hong")
	tokens := []string{s.link(ming, h5, tea).Token}
	for _, l := range []func() *share.Link{
		func() *share.Link { return s.link(hong, mini, tea) }, func() *share.Link { return s.link(ming, h5, fruit) },
		func() *share.Link {
			l, err := s.Home(t.Context(), hong)
			if err != nil {
				t.Fatal(err)
			}
			return l
		},
	} {
		time.Sleep(2 * time.Millisecond) // ids rise with the machine's milliseconds
		tokens = append(tokens, l().Token)
	}
	s.link(s.person("cai"), h5, tea)
	s.become(ming, "hong")
	s.groups.drop(fruit)
	slices.Reverse(tokens)
	var got []string
	for after := ""; len(got) < 5; {
		listed, err := s.OfShopper(t.Context(), ming, share.ListArgs{Args: page.Args{First: 3, After: after}, WantTotal: true})
		if err != nil || listed.TotalCount == nil || *listed.TotalCount != 4 {
			t.Fatalf("%+v, %v", listed, err)
		}
		for _, l := range listed.Links {
			got = append(got, l.Token)
			if gone := l.TargetID == fruit; gone != (l.Title() == "") {
				t.Errorf("%s is called %q", l.TargetID, l.Title())
			}
		}
		if !listed.Info.HasNextPage {
			break
		}
		after = *listed.Info.EndCursor
	}
	if !slices.Equal(got, tokens) {
		t.Errorf("%v, want %v", got, tokens)
	}
	for _, a := range []page.Args{{First: 101}, {First: 1, After: "nonsense"}} {
		if _, err := s.OfShopper(t.Context(), ming, share.ListArgs{Args: a}); !errors.Is(err, fault.InvalidInput) && !errors.Is(err, fault.InvalidCursor) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// A personal code is one for all channels, leads to the shop, and stays.
func TestAPersonalCode(t *testing.T) {
	s := open(t)
	ming := s.person("ming")
	tokens := make([]string, 16)
	together(len(tokens), func(i int) {
		l, err := s.Home(context.WithoutCancel(t.Context()), ming)
		if err != nil {
			t.Error(err)
			return
		}
		tokens[i] = l.Token
	})
	if len(slices.Compact(slices.Clone(tokens))) != 1 || s.count() != 1 {
		t.Errorf("codes %v", tokens)
	}
	l, err := s.ByToken(t.Context(), tokens[0])
	if err != nil || l.Title() != "茶铺" || l.SharerID != ming || l.MiniProgramPath() != "pages/index/index?t="+l.Token {
		t.Errorf("%+v, %v", l, err)
	}
	if p, err := s.Poster(t.Context(), l.Token); err != nil || len(p.PNG) == 0 {
		t.Errorf("its poster: %v", err)
	}
	if !s.visit(from(l.Token, "device-1")) {
		t.Error("it counts no visit")
	}
}
