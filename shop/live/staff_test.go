package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// staff gives somebody a role.
func (s *studio) staff(room *live.Room, shopperID string, role live.Role) {
	s.TB.Helper()
	_, err := s.Live.StaffSet(context.Background(), s.host, room.ID, s.publicID(shopperID), role)
	s.Must(err)
}

func (s *studio) publicID(shopperID string) string {
	s.TB.Helper()
	found, err := s.Identity.Shopper(context.Background(), shopperID)
	s.Must(err)
	return found.PublicID
}

func (s *studio) role(room *live.Room, shopperID string) live.Role {
	s.TB.Helper()
	parts, err := s.Live.Parts(context.Background(), shopperID, []*live.Room{room})
	s.Must(err)
	return parts[room.ID].Role
}

func TestStaff(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host, s.tea)
	for _, role := range []live.Role{live.Moderator, live.CoHost, live.Viewer} {
		s.staff(room, s.guest, role)
		if got := s.role(room, s.guest); got != role {
			t.Errorf("the guest is %s, want %s", got, role)
		}
	}
	if got := s.role(room, s.host); got != live.Host {
		t.Errorf("the host is %s", got)
	}
	if got := s.role(room, ""); got != live.Viewer {
		t.Errorf("nobody is %s", got)
	}
	s.staff(room, s.guest, live.CoHost)
	third := s.Shopper("third").ShopperID
	for _, tc := range []struct {
		name, actor, public string
		role                live.Role
		err                 error
		field               string
	}{
		{"a co-host gives no roles", s.guest, s.publicID(third), live.Moderator, live.ErrRole, "roomId"},
		{"nobody becomes host", s.host, s.publicID(third), live.Host, fault.Invalid, "role"},
		{"no such role", s.host, s.publicID(third), "KING", fault.Invalid, "role"},
		{"the host stays host", s.host, s.publicID(s.host), live.Viewer, fault.Invalid, "publicShopperId"},
		{"nobody by that id", s.host, "psh_none", live.Moderator, fault.Missing, "publicShopperId"},
		{"an id that is not public", s.host, third, live.Moderator, fault.Missing, "publicShopperId"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.Live.StaffSet(ctx, tc.actor, room.ID, tc.public, tc.role)
			shoptest.Refuses(t, err, tc.err, "input", tc.field)
		})
	}
}

// TestWhoMayDoWhat tries every verb of the host's as each role.
func TestWhoMayDoWhat(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	verbs := map[string]func(actorID, roomID string) error{
		"start": func(a, id string) error { _, err := s.Live.Start(ctx, a, id); return err },
		"pause": func(a, id string) error { _, err := s.Live.Pause(ctx, a, id); return err },
		"end":   func(a, id string) error { _, err := s.Live.End(ctx, a, id); return err },
		"update": func(a, id string) error {
			_, err := s.Live.Update(ctx, a, &live.RoomChange{RoomID: id, Title: new("茶")})
			return err
		},
		"shelf": func(a, id string) error { _, err := s.Live.ShelfSet(ctx, a, id, []string{s.tea}); return err },
		"pin":   func(a, id string) error { _, err := s.Live.Pin(ctx, a, id, s.tea, nil); return err },
		"unpin": func(a, id string) error { _, err := s.Live.Unpin(ctx, a, id); return err },
		"slow":  func(a, id string) error { _, err := s.Live.SlowModeSet(ctx, a, id, 1); return err },
	}
	for name, verb := range verbs {
		room := s.OnAir(s.host, s.tea)
		for _, role := range []live.Role{live.Viewer, live.Moderator} {
			s.staff(room, s.guest, role)
			shoptest.Refuses(t, verb(s.guest, room.ID), live.ErrRole, "input", "roomId")
		}
		s.staff(room, s.guest, live.CoHost)
		if err := verb(s.guest, room.ID); err != nil {
			t.Errorf("%s by a co-host: %v", name, err)
		}
		shoptest.Refuses(t, verb(s.host, "lvr_none"), fault.Missing, "input", "roomId")
		_, err := s.Live.End(ctx, s.host, room.ID)
		s.Must(err)
	}
}

func TestAddresses(t *testing.T) {
	s := openStudio(t, func(with *shoptest.Setup) {
		with.Live = func(c *live.Config) {
			c.CDN = live.CDN{PushDomain: "push.example.com", PushKey: "push", PlayDomain: "play.example.com", PlayKey: "play"}
		}
	})
	ctx := t.Context()
	for _, state := range []live.State{live.Scheduled, live.OnAir, live.Paused, live.Ended, live.Banned} {
		room := s.bring(state)
		if has := room.PlaybackURL != nil; has != (state == live.OnAir || state == live.Paused) {
			t.Errorf("%s is seen at %v", state, room.PlaybackURL)
		}
		if room.ReplayURL != nil {
			t.Errorf("%s was never recorded, and is seen at %s", state, *room.ReplayURL)
		}
		push, err := s.Live.IngestURL(ctx, s.host, room)
		if has := push != nil; err != nil || has != (state != live.Ended && state != live.Banned) {
			t.Errorf("%s is pushed to %v, %v", state, push, err)
		}
		for _, other := range []string{s.guest, ""} {
			if push, err := s.Live.IngestURL(ctx, other, room); push != nil || err != nil {
				t.Errorf("%q may push to %v, %v", other, push, err)
			}
		}
	}
	s.Clock.Advance(time.Minute)
	room := s.OnAir(s.host)
	if want := "https://play.example.com/live/" + room.ID + ".m3u8?txSecret="; !strings.HasPrefix(*room.PlaybackURL, want) {
		t.Errorf("%s, want %s…", *room.PlaybackURL, want)
	}
	s.Clock.Advance(30 * time.Minute) // within the step in which addresses are shared
	if again, err := s.Live.Room(ctx, room.ID); err != nil || *again.PlaybackURL != *room.PlaybackURL {
		t.Errorf("%s became %s, %v", *room.PlaybackURL, *again.PlaybackURL, err)
	}
	ended, err := s.Live.End(ctx, s.host, room.ID)
	if err != nil || ended.ReplayURL == nil || !strings.HasPrefix(*ended.ReplayURL, "https://play.example.com/live/"+room.ID+"_replay.m3u8?txSecret=") {
		t.Errorf("%+v, %v", ended, err)
	}
}
