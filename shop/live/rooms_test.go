package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// studio is a shop with tea and cups, a host, and another shopper.
type studio struct {
	*shoptest.Shop
	host, guest string
	tea, cup    string
}

func openStudio(t *testing.T, change ...func(*shoptest.Setup)) *studio {
	t.Helper()
	s := &studio{Shop: shoptest.Open(t, change...)}
	s.host, s.guest = s.Shopper("host").ShopperID, s.Shopper("guest").ShopperID
	s.tea = shoptest.ProductOf(s.Goods("tea", 1000, "19.90"))
	s.cup = shoptest.ProductOf(s.Goods("cup", 1000, "9.90"))
	return s
}

// news are the kinds of what a room has to tell, oldest first.
func (s *studio) news(roomID string) string {
	s.TB.Helper()
	kinds, err := s.Store.Texts(context.Background(), "SELECT kind FROM live_news WHERE room_id = ? ORDER BY id", roomID)
	s.Must(err)
	return strings.Join(kinds, " ")
}

// bring takes a fresh room to a state.
func (s *studio) bring(to live.State) *live.Room {
	s.TB.Helper()
	ctx := context.Background()
	room := s.Room(s.host, s.tea, s.cup)
	var err error
	switch to {
	case live.OnAir:
		room, err = s.Live.Start(ctx, s.host, room.ID)
	case live.Paused:
		if _, err = s.Live.Start(ctx, s.host, room.ID); err == nil {
			room, err = s.Live.Pause(ctx, s.host, room.ID)
		}
	case live.Ended:
		room, err = s.Live.End(ctx, s.host, room.ID)
	case live.Banned:
		room, err = s.Live.Ban(ctx, room.ID, "违规")
	}
	s.Must(err)
	return room
}

func TestStates(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	verbs := []struct {
		name string
		do   func(roomID string) (*live.Room, error)
		// to is where it leads from SCHEDULED, LIVE, PAUSED, ENDED, BANNED; "" where it is refused.
		to [5]live.State
	}{
		{"start", func(id string) (*live.Room, error) { return s.Live.Start(ctx, s.host, id) }, [5]live.State{live.OnAir, live.OnAir, live.OnAir, "", ""}},
		{"pause", func(id string) (*live.Room, error) { return s.Live.Pause(ctx, s.host, id) }, [5]live.State{"", live.Paused, live.Paused, "", ""}},
		{"end", func(id string) (*live.Room, error) { return s.Live.End(ctx, s.host, id) }, [5]live.State{live.Ended, live.Ended, live.Ended, live.Ended, ""}},
		{"ban", func(id string) (*live.Room, error) { return s.Live.Ban(ctx, id, "违规") }, [5]live.State{live.Banned, live.Banned, live.Banned, "", live.Banned}},
		{"pin", func(id string) (*live.Room, error) { return s.Live.Pin(ctx, s.host, id, s.tea, nil) }, [5]live.State{live.Scheduled, live.OnAir, live.Paused, "", ""}},
		{"unpin", func(id string) (*live.Room, error) { return s.Live.Unpin(ctx, s.host, id) }, [5]live.State{live.Scheduled, live.OnAir, live.Paused, "", ""}},
		{"shelf", func(id string) (*live.Room, error) { return s.Live.ShelfSet(ctx, s.host, id, []string{s.cup}) }, [5]live.State{live.Scheduled, live.OnAir, live.Paused, "", ""}},
		{"slow", func(id string) (*live.Room, error) { return s.Live.SlowModeSet(ctx, s.host, id, 5) }, [5]live.State{live.Scheduled, live.OnAir, live.Paused, "", ""}},
		{"title", func(id string) (*live.Room, error) {
			return s.Live.Update(ctx, s.host, &live.RoomChange{RoomID: id, Title: new("新茶会")})
		}, [5]live.State{live.Scheduled, live.OnAir, live.Paused, "", ""}},
		{"schedule", func(id string) (*live.Room, error) {
			return s.Live.Update(ctx, s.host, &live.RoomChange{RoomID: id, ScheduledFor: new(shoptest.Noon.Add(time.Hour))})
		}, [5]live.State{live.Scheduled, "", "", "", ""}},
	}
	for _, verb := range verbs {
		for i, from := range []live.State{live.Scheduled, live.OnAir, live.Paused, live.Ended, live.Banned} {
			room := s.bring(from)
			before := s.news(room.ID)
			got, err := verb.do(room.ID)
			switch {
			case verb.to[i] == "":
				shoptest.Refuses(t, err, live.ErrRoomState, "input", "roomId")
				if after := s.news(room.ID); after != before {
					t.Errorf("%s from %s was refused, and left news %q", verb.name, from, after)
				}
			case err != nil || got.State != verb.to[i]:
				t.Errorf("%s from %s: %+v, %v; want %s", verb.name, from, got, err, verb.to[i])
			case from != got.State && s.news(room.ID) != strings.TrimSpace(before+" STATE"):
				t.Errorf("%s from %s left news %q after %q", verb.name, from, s.news(room.ID), before)
			case from == got.State && slices.Contains([]string{"start", "pause", "end", "ban"}, verb.name) && s.news(room.ID) != before:
				t.Errorf("%s from %s changed nothing, and left news %q after %q", verb.name, from, s.news(room.ID), before)
			}
			if got, err := s.Live.Room(ctx, room.ID); err != nil || (got.EndedAt != nil) != (got.State == live.Ended || got.State == live.Banned) {
				t.Errorf("%s from %s: ended at %v in %s, %v", verb.name, from, got.EndedAt, got.State, err)
			}
			if verb.to[i] != live.Ended && verb.to[i] != live.Banned && from != live.Ended && from != live.Banned {
				_, err := s.Live.End(ctx, s.host, room.ID) // a host has 20 open rooms at most
				s.Must(err)
			}
		}
	}
}

func TestTheFirstStartCounts(t *testing.T) {
	s := openStudio(t)
	room := s.bring(live.Paused)
	s.Clock.Advance(time.Hour)
	again, err := s.Live.Start(t.Context(), s.host, room.ID)
	s.Must(err)
	if !again.StartedAt.Equal(shoptest.Noon) {
		t.Errorf("started at %v, want %v", again.StartedAt, shoptest.Noon)
	}
}

func TestCreate(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	gone := shoptest.ProductOf(s.Goods("gone", 1, "1.00"))
	s.Must(s.Catalog.VisibilitySet(ctx, gone, false, "test"))
	for _, tc := range []struct {
		name   string
		change func(*live.RoomDraft)
		err    error
		field  []string
	}{
		{"a title of 100", func(d *live.RoomDraft) { d.Title = strings.Repeat("茶", 100) }, nil, nil},
		{"a title of 101", func(d *live.RoomDraft) { d.Title = strings.Repeat("茶", 101) }, fault.TooLong, []string{"input", "title"}},
		{"a blank title", func(d *live.RoomDraft) { d.Title = " \u200b " }, fault.Blank, []string{"input", "title"}},
		{"two lines", func(d *live.RoomDraft) { d.Title = "a\nb" }, fault.Invalid, []string{"input", "title"}},
		{"a script for a cover", func(d *live.RoomDraft) { d.CoverURL = new("javascript:alert(1)") }, fault.Invalid, []string{"input", "coverUrl"}},
		{"a cover", func(d *live.RoomDraft) { d.CoverURL = new("https://cdn.example/a.png") }, nil, nil},
		{"scheduled for now", func(d *live.RoomDraft) { d.ScheduledFor = new(shoptest.Noon) }, fault.OutOfRange, []string{"input", "scheduledFor"}},
		{"scheduled for later", func(d *live.RoomDraft) { d.ScheduledFor = new(shoptest.Noon.Add(time.Microsecond)) }, nil, nil},
		{"an empty shelf", func(d *live.RoomDraft) { d.ProductIDs = nil }, nil, nil},
		{"a product twice", func(d *live.RoomDraft) { d.ProductIDs = []string{s.tea, s.cup, s.tea} }, fault.Invalid, []string{"input", "productIds", "2"}},
		{"no such product", func(d *live.RoomDraft) { d.ProductIDs = []string{s.tea, "prd_none"} }, fault.Missing, []string{"input", "productIds", "1"}},
		{"a product taken down", func(d *live.RoomDraft) { d.ProductIDs = []string{gone} }, fault.Missing, []string{"input", "productIds", "0"}},
		{"101 products", func(d *live.RoomDraft) { d.ProductIDs = make([]string, 101) }, fault.OutOfRange, []string{"input", "productIds"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := &live.RoomDraft{IdempotencyKey: shoptest.NewKey(), Title: "茶会", ProductIDs: []string{s.tea}}
			tc.change(d)
			room, err := s.Live.Create(ctx, s.host, d)
			if tc.err != nil {
				shoptest.Refuses(t, err, tc.err, tc.field...)
				return
			}
			if err != nil || room.State != live.Scheduled || room.HostID != s.host || room.Cursor != "0:0" {
				t.Fatalf("%+v, %v", room, err)
			}
			shelves, err := s.Live.Shelves(ctx, []string{room.ID})
			if err != nil || !slices.Equal(shelves[room.ID], d.ProductIDs) {
				t.Errorf("the shelf is %v, %v; want %v", shelves[room.ID], err, d.ProductIDs)
			}
		})
	}
}

func TestCreateOnce(t *testing.T) {
	s := openStudio(t)
	d := live.RoomDraft{IdempotencyKey: shoptest.NewKey(), Title: " 茶会 ", ScheduledFor: new(shoptest.Noon.Add(time.Hour)), ProductIDs: []string{s.tea}}
	first, err := s.Live.Create(t.Context(), s.host, &d)
	s.Must(err)
	s.Clock.Advance(2 * time.Hour) // a replay is no new schedule
	d.Title = "茶会"
	again, err := s.Live.Create(t.Context(), s.host, &d)
	if err != nil || again.ID != first.ID {
		t.Fatalf("%+v, %v; want %s again", again, err, first.ID)
	}
	d.Title = "酒会"
	_, err = s.Live.Create(t.Context(), s.host, &d)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
}

func TestAHostHasTwentyOpenRooms(t *testing.T) {
	s := openStudio(t)
	rooms := make([]*live.Room, 18)
	for i := range rooms {
		rooms[i] = s.Room(s.host)
	}
	results := make([]error, 8) // two may still be made, whoever asks first
	shoptest.Together(len(results), func(i int) {
		_, results[i] = s.Live.Create(context.Background(), s.host, &live.RoomDraft{IdempotencyKey: shoptest.NewKey(), Title: "茶会"})
	})
	made := 0
	for _, err := range results {
		if err == nil {
			made++
		} else if refusal := fault.Of(err); refusal == nil || refusal.Code != "LIMIT_PER_SHOPPER" {
			t.Errorf("refused with %v", err)
		}
	}
	if made != 2 {
		t.Errorf("%d rooms were made, want 2", made)
	}
	_, err := s.Live.End(t.Context(), s.host, rooms[0].ID)
	s.Must(err)
	s.Room(s.host)
	s.Room(s.guest)
}

func TestShelfAndPin(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host, s.tea, s.cup)
	_, err := s.Live.Pin(ctx, s.host, room.ID, s.tea, new(" 明前 "))
	s.Must(err)
	got, err := s.Live.Room(ctx, room.ID)
	if err != nil || got.Pinned == nil || got.Pinned.ProductID != s.tea || *got.Pinned.Note != "明前" || !got.Pinned.PinnedAt.Equal(shoptest.Noon) {
		t.Fatalf("pinned %+v, %v", got.Pinned, err)
	}
	if got, err = s.Live.Pin(ctx, s.host, room.ID, s.cup, nil); err != nil || got.Pinned.ProductID != s.cup || got.Pinned.Note != nil {
		t.Fatalf("pinned %+v, %v", got.Pinned, err)
	}
	if got, err = s.Live.ShelfSet(ctx, s.host, room.ID, []string{s.cup}); err != nil || got.Pinned == nil {
		t.Fatalf("the cup is still on the shelf, and %+v is pinned, %v", got.Pinned, err)
	}
	_, err = s.Live.Pin(ctx, s.host, room.ID, s.tea, nil)
	shoptest.Refuses(t, err, fault.Missing, "input", "productId")
	if got, err = s.Live.ShelfSet(ctx, s.host, room.ID, []string{s.tea}); err != nil || got.Pinned != nil {
		t.Fatalf("the cup has left the shelf, and %+v is pinned, %v", got.Pinned, err)
	}
	if got, err = s.Live.ShelfSet(ctx, s.host, room.ID, nil); err != nil || got.Pinned != nil {
		t.Fatalf("%+v is pinned, %v", got.Pinned, err)
	}
	_, err = s.Live.Pin(ctx, s.host, room.ID, s.tea, new(strings.Repeat("茶", 101)))
	shoptest.Refuses(t, err, fault.TooLong, "input", "note")
	if want, got := "STATE PIN PIN SHELF PIN SHELF SHELF", s.news(room.ID); got != want {
		t.Errorf("news %q, want %q", got, want)
	}
}

func TestAPinIsOnTheShelf(t *testing.T) {
	s := openStudio(t)
	shoptest.Rounds(t, s.Shop, 4, func(int) {
		room := s.OnAir(s.host, s.tea)
		shoptest.Together(4, func(i int) {
			shoptest.Stagger()
			var err error
			if i%2 == 0 {
				_, err = s.Live.Pin(context.Background(), s.host, room.ID, s.tea, nil)
			} else {
				_, err = s.Live.ShelfSet(context.Background(), s.host, room.ID, []string{s.cup})
			}
			if err != nil && !errors.Is(err, fault.Missing) {
				t.Error(err)
			}
		})
		got, err := s.Live.Room(context.Background(), room.ID)
		s.Must(err)
		if got.Pinned != nil {
			t.Errorf("%+v is pinned, and not on the shelf", got.Pinned)
		}
		_, err = s.Live.End(context.Background(), s.host, room.ID)
		s.Must(err)
	})
}

func TestSlowMode(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	for _, seconds := range []int{-1, 3601} {
		_, err := s.Live.SlowModeSet(t.Context(), s.host, room.ID, seconds)
		shoptest.Refuses(t, err, fault.OutOfRange, "input", "seconds")
	}
	for _, seconds := range []int{0, 3600} {
		if got, err := s.Live.SlowModeSet(t.Context(), s.host, room.ID, seconds); err != nil || got.SlowModeSeconds != seconds {
			t.Errorf("%+v, %v; want %d", got, err, seconds)
		}
	}
}

func TestList(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	var ended []string
	for range 2 {
		room := s.OnAir(s.host)
		s.Clock.Advance(time.Minute)
		_, err := s.Live.End(ctx, s.host, room.ID)
		s.Must(err)
		ended = append([]string{room.ID}, ended...)
	}
	s.bring(live.Ended)  // never on air
	s.bring(live.Banned) // by id only
	later, err := s.Live.Create(ctx, s.host, &live.RoomDraft{IdempotencyKey: shoptest.NewKey(), Title: "后天", ScheduledFor: new(s.Clock.Now().Add(48 * time.Hour))})
	s.Must(err)
	sooner, err := s.Live.Create(ctx, s.host, &live.RoomDraft{IdempotencyKey: shoptest.NewKey(), Title: "明天", ScheduledFor: new(s.Clock.Now().Add(24 * time.Hour))})
	s.Must(err)
	anytime := s.Room(s.host)
	var air []string
	for i := range 3 {
		room := s.OnAir(s.host)
		if i == 1 {
			_, err := s.Live.Pause(ctx, s.host, room.ID)
			s.Must(err)
		}
		s.Clock.Advance(time.Minute)
		air = append([]string{room.ID}, air...)
	}
	want := slices.Concat(air, []string{anytime.ID, sooner.ID, later.ID}, ended)
	for first := 1; first <= len(want)+1; first++ {
		if got := s.walk(live.RoomListArgs{Args: page.Args{First: first}}); !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", first, got, want)
		}
	}
	for state, want := range map[live.State][]string{
		live.OnAir: {air[0], air[2]}, live.Paused: {air[1]}, live.Scheduled: {anytime.ID, sooner.ID, later.ID}, live.Ended: ended, live.Banned: nil,
	} {
		if got := s.walk(live.RoomListArgs{Args: page.Args{First: 1}, State: state}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
		listed, err := s.Live.List(ctx, live.RoomListArgs{State: state, WantTotal: true})
		if err != nil || listed.TotalCount == nil || *listed.TotalCount != len(want) {
			t.Errorf("%s: %+v, %v; want %d", state, listed, err, len(want))
		}
	}
	for _, forged := range []string{"x", page.Encode("rooms", map[string]any{"s": 3, "t": s.Clock.Now()}), page.Encode("rooms", map[string]any{"s": -1, "t": s.Clock.Now()})} {
		if _, err := s.Live.List(ctx, live.RoomListArgs{Args: page.Args{First: 1, After: forged}}); !errors.Is(err, fault.InvalidCursor) {
			t.Errorf("%q: %v", forged, err)
		}
	}
}

// walk reads every page.
func (s *studio) walk(a live.RoomListArgs) []string {
	s.TB.Helper()
	var ids []string
	for range 100 {
		listed, err := s.Live.List(context.Background(), a)
		s.Must(err)
		for _, room := range listed.Rooms {
			ids = append(ids, room.ID)
		}
		if !listed.Info.HasNextPage {
			return ids
		}
		a.After = *listed.Info.EndCursor
	}
	s.TB.Fatal("pages without end")
	return nil
}
