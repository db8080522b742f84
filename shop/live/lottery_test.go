package live_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func lotteryDraft(room *live.Room, winners int) *live.LotteryDraft {
	return &live.LotteryDraft{IdempotencyKey: shoptest.NewKey(), RoomID: room.ID, Prize: "茶具一套", Winners: winners, Seconds: 60}
}

// lottery starts one of a minute.
func (s *studio) lottery(room *live.Room, winners int) *live.Lottery {
	s.TB.Helper()
	l, err := s.Live.LotteryStart(context.Background(), s.host, lotteryDraft(room, winners))
	s.Must(err)
	return l
}

func (s *studio) fresh(l *live.Lottery) *live.Lottery {
	s.TB.Helper()
	found, err := s.Live.Lotteries(context.Background(), []string{l.ID})
	s.Must(err)
	return found[l.ID]
}

// entrants pages through all tickets of a lottery.
func (s *studio) entrants(l *live.Lottery) (all []*live.Entrant) {
	s.TB.Helper()
	for after := ""; ; {
		listed, err := s.Live.Entrants(context.Background(), l.ID, page.Args{First: 7, After: after})
		s.Must(err)
		all = append(all, listed.Entrants...)
		if !listed.Info.HasNextPage {
			return all
		}
		after = *listed.Info.EndCursor
	}
}

// verify is what anybody can do with a drawn lottery: it computes the winners from what is public, by another way than the shop, and returns how many there are.
func (s *studio) verify(l *live.Lottery) int {
	s.TB.Helper()
	l = s.fresh(l)
	if l.Seed == nil || l.EntriesHash == nil || l.DrawnAt == nil {
		s.TB.Fatalf("not drawn: %+v", l)
	}
	seed, err := hex.DecodeString(*l.Seed)
	s.Must(err)
	if got := fmt.Sprintf("%x", sha256.Sum256(seed)); got != l.SeedHash {
		s.TB.Fatalf("the seed hashes to %s, %s was published", got, l.SeedHash)
	}
	var text strings.Builder
	var left []string
	for i, e := range s.entrants(l) {
		if e.Ticket != i+1 {
			s.TB.Fatalf("ticket %d comes after %d", e.Ticket, i)
		}
		fmt.Fprintf(&text, "%d:%s\n", e.Ticket, e.Key)
		left = append(left, e.Key)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(text.String()))); got != *l.EntriesHash || len(left) != l.Entries {
		s.TB.Fatalf("%d entries hash to %s, %d and %s were published", len(left), got, l.Entries, *l.EntriesHash)
	}
	winners, err := s.Live.Winners(context.Background(), []string{l.ID})
	s.Must(err)
	for k, w := range winners[l.ID] {
		mac := hmac.New(sha256.New, seed)
		fmt.Fprintf(mac, "%s%d", *l.EntriesHash, k+1)
		n, _ := new(big.Int).SetString(hex.EncodeToString(mac.Sum(nil)), 16)
		at := int(n.Mod(n, big.NewInt(int64(len(left)))).Int64())
		if w.Key != left[at] {
			s.TB.Fatalf("winner %d is %+v, it should be %s", k+1, w, left[at])
		}
		left = slices.Delete(left, at, at+1)
	}
	if n := len(winners[l.ID]); n != min(l.WinnersWanted, l.Entries) {
		s.TB.Fatalf("%d of %d have won, %d were wanted", n, l.Entries, l.WinnersWanted)
	}
	return len(winners[l.ID])
}

// The expected winners were computed by another program, in another language.
func TestDrawWinners(t *testing.T) {
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	// SHA-256 of five lines, of tickets 1 to 5 with the keys 11 to 15 in 64 digits.
	const entries = "ac0693e5edb5051966811e5e73984d30a8e1b11f9c926e815911305a05ba76f1"
	for _, tc := range []struct {
		tickets, wanted int
		want            []int
	}{
		{5, 5, []int{5, 1, 2, 4, 3}},
		{5, 1000, []int{5, 1, 2, 4, 3}},
		{5, 2, []int{5, 1}},
		{1000, 12, []int{285, 90, 607, 873, 327, 586, 384, 602, 320, 214, 504, 57}},
		{1, 1, []int{1}},
		{0, 3, []int{}},
		{3, 0, []int{}},
	} {
		if got := live.DrawWinners(seed, entries, tc.tickets, tc.wanted); !slices.Equal(got, tc.want) {
			t.Errorf("%d of %d: %v, want %v", tc.wanted, tc.tickets, got, tc.want)
		}
	}
}

// As the rule says it, with a list from which tickets are taken.
func TestDrawWinnersAsTheRuleSaysIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		tickets, wanted := rapid.IntRange(0, 300).Draw(t, "tickets"), rapid.IntRange(0, 400).Draw(t, "wanted")
		entries := rapid.StringMatching("[0-9a-f]{64}").Draw(t, "entries")
		var left, want []int
		for ticket := 1; ticket <= tickets; ticket++ {
			left = append(left, ticket)
		}
		for k := 1; k <= wanted && len(left) > 0; k++ {
			mac := hmac.New(sha256.New, seed)
			fmt.Fprintf(mac, "%s%d", entries, k)
			n := new(big.Int).SetBytes(mac.Sum(nil))
			at := int(n.Mod(n, big.NewInt(int64(len(left)))).Int64())
			want = append(want, left[at])
			left = slices.Delete(left, at, at+1)
		}
		if got := live.DrawWinners(seed, entries, tickets, wanted); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestLotteryStart(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room, paused := s.bring(live.OnAir), s.bring(live.Paused)
	for _, tc := range []struct {
		name   string
		actor  string
		change func(*live.LotteryDraft)
		err    error
		field  string
	}{
		{"no prize", s.host, func(d *live.LotteryDraft) { d.Prize = " \u200b" }, fault.Blank, "prize"},
		{"a prize of 101", s.host, func(d *live.LotteryDraft) { d.Prize = strings.Repeat("茶", 101) }, fault.TooLong, "prize"},
		{"a prize of two lines", s.host, func(d *live.LotteryDraft) { d.Prize = "茶\n具" }, fault.Invalid, "prize"},
		{"nobody wins", s.host, func(d *live.LotteryDraft) { d.Winners = 0 }, fault.OutOfRange, "winners"},
		{"1,001 win", s.host, func(d *live.LotteryDraft) { d.Winners = 1001 }, fault.OutOfRange, "winners"},
		{"no time", s.host, func(d *live.LotteryDraft) { d.Seconds = 0 }, fault.OutOfRange, "seconds"},
		{"more than a day", s.host, func(d *live.LotteryDraft) { d.Seconds = 86_401 }, fault.OutOfRange, "seconds"},
		{"no such room", s.host, func(d *live.LotteryDraft) { d.RoomID = "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB" }, fault.Missing, "roomId"},
		{"a viewer", s.guest, nil, live.ErrRole, "roomId"},
		{"a room that pauses", s.host, func(d *live.LotteryDraft) { d.RoomID = paused.ID }, live.ErrRoomState, "roomId"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := lotteryDraft(room, 1)
			if tc.change != nil {
				tc.change(d)
			}
			_, err := s.Live.LotteryStart(ctx, tc.actor, d)
			shoptest.Refuses(t, err, tc.err, "input", tc.field)
		})
	}
	draft := lotteryDraft(room, 1)
	l, err := s.Live.LotteryStart(ctx, s.host, draft)
	s.Must(err)
	if l.Seed != nil || l.EntriesHash != nil || l.DrawnAt != nil || len(l.SeedHash) != 64 || l.Entries != 0 {
		t.Errorf("started %+v", l)
	}
	again, err := s.Live.LotteryStart(ctx, s.host, draft)
	s.Must(err)
	if again.ID != l.ID || again.SeedHash != l.SeedHash {
		t.Errorf("the same key started %+v after %+v", again, l)
	}
	_, err = s.Live.LotteryStart(ctx, s.host, lotteryDraft(room, 1))
	shoptest.Refuses(t, err, live.ErrLotteryState, "input", "roomId")

	errs := make([]error, 8)
	other := s.bring(live.OnAir)
	shoptest.Together(len(errs), func(i int) { _, errs[i] = s.Live.LotteryStart(context.Background(), s.host, lotteryDraft(other, 1)) })
	started := 0
	for _, err := range errs {
		if err == nil {
			started++
			continue
		}
		shoptest.Refuses(t, err, live.ErrLotteryState, "input", "roomId")
	}
	if started != 1 {
		t.Errorf("%d lotteries run in a room", started)
	}
}

func TestLottery(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.bring(live.OnAir)
	l := s.lottery(room, 1)
	for _, who := range []string{s.host, s.guest, s.host} {
		_, err := s.Live.LotteryEnter(ctx, who, l.ID)
		s.Must(err)
	}
	_, err := s.Live.LotteryEnter(ctx, s.guest, "lvl_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	shoptest.Refuses(t, err, fault.Missing, "input", "lotteryId")
	_, err = s.Live.LotteryDraw(ctx, s.guest, l.ID)
	shoptest.Refuses(t, err, live.ErrRole, "input", "lotteryId")
	other := s.Shopper("other").ShopperID
	_, err = s.Live.Pause(ctx, s.host, room.ID)
	s.Must(err)
	_, err = s.Live.LotteryEnter(ctx, other, l.ID)
	shoptest.Refuses(t, err, live.ErrRoomState, "input", "lotteryId")
	person := s.become(other, "guest") // has the guest's ticket
	_, err = s.Live.LotteryEnter(ctx, person, l.ID)
	s.Must(err)
	tickets, err := s.Live.Tickets(ctx, person, []string{l.ID})
	s.Must(err)
	if now := s.fresh(l); now.Entries != 2 || tickets[l.ID] != 2 || now.Seed != nil {
		t.Errorf("%+v with ticket %d", now, tickets[l.ID])
	}
	drawn, err := s.Live.LotteryDraw(ctx, s.host, l.ID)
	s.Must(err)
	if s.verify(l) != 1 {
		t.Error("nobody has won")
	}
	again, err := s.Live.LotteryDraw(ctx, s.host, l.ID)
	s.Must(err)
	if *again.Seed != *drawn.Seed || !again.DrawnAt.Equal(*drawn.DrawnAt) {
		t.Errorf("drawn %+v after %+v", again, drawn)
	}
	_, err = s.Live.Start(ctx, s.host, room.ID)
	s.Must(err)
	_, err = s.Live.LotteryEnter(ctx, s.Shopper("late").ShopperID, l.ID)
	shoptest.Refuses(t, err, live.ErrLotteryState, "input", "lotteryId")
	if got := s.news(room.ID); got != "STATE LOTTERY LOTTERY LOTTERY STATE LOTTERY LOTTERY STATE" {
		t.Errorf("news %q", got)
	}
	s.Clock.Advance(time.Second)
	newest := s.lottery(room, 3)
	found, err := s.Live.LotteriesOf(ctx, []string{room.ID})
	s.Must(err)
	if found[room.ID].ID != newest.ID {
		t.Errorf("the room shows %+v", found[room.ID])
	}
	_, err = s.Live.End(ctx, s.host, room.ID)
	s.Must(err)
	if s.verify(newest) != 0 {
		t.Error("somebody has won among nobody")
	}
}

// Entries close at their end, and their hash is out before the seed; what nobody draws, the worker does a minute later.
func TestTheWorkerDraws(t *testing.T) {
	s := openStudio(t)
	room := s.bring(live.OnAir)
	l := s.lottery(room, 5)
	_, err := s.Live.LotteryEnter(t.Context(), s.guest, l.ID)
	s.Must(err)
	s.Clock.Advance(time.Minute)
	_, err = s.Live.LotteryEnter(t.Context(), s.host, l.ID) // the worker is late
	shoptest.Refuses(t, err, live.ErrLotteryState, "input", "lotteryId")
	s.Work()
	if now := s.fresh(l); now.EntriesHash == nil || now.Seed != nil || now.DrawnAt != nil {
		t.Fatalf("closed %+v", now)
	}
	s.After(time.Minute - time.Microsecond)
	if now := s.fresh(l); now.Seed != nil {
		t.Fatalf("drawn too early: %+v", now)
	}
	s.After(time.Microsecond)
	if s.verify(l) != 1 {
		t.Error("who was alone has not won")
	}
}

// dying is a context that has ended when it is asked the second time: between the two transactions of a draw.
type dying struct {
	context.Context
	asked *int
}

func (d dying) Err() error {
	if *d.asked++; *d.asked > 1 {
		return context.Canceled
	}
	return nil
}

func TestADrawThatStopsBetweenItsSteps(t *testing.T) {
	s := openStudio(t)
	l := s.lottery(s.bring(live.OnAir), 5)
	_, err := s.Live.LotteryEnter(t.Context(), s.guest, l.ID)
	s.Must(err)
	_, err = s.Live.LotteryDraw(dying{t.Context(), new(int)}, s.host, l.ID)
	if now := s.fresh(l); !errors.Is(err, context.Canceled) || now.EntriesHash == nil || now.Seed != nil {
		t.Fatalf("it did not stop between its steps: %+v, %v", now, err)
	}
	_, err = s.Live.LotteryEnter(t.Context(), s.host, l.ID)
	shoptest.Refuses(t, err, live.ErrLotteryState, "input", "lotteryId")
	s.After(5 * time.Second)
	if s.verify(l) != 1 {
		t.Error("who was alone has not won")
	}
}

// Everybody enters at once, each with two taps: nobody is turned away, and each has one ticket of a row without holes.
func TestHundredsOfEntries(t *testing.T) {
	s := openStudio(t)
	crowd := s.Crowd("c", min(shoptest.Steps(t, 300), 5000))
	l := s.lottery(s.bring(live.OnAir), 10)
	shoptest.Together(2*len(crowd), func(i int) {
		_, err := s.Live.LotteryEnter(context.Background(), crowd[i%len(crowd)].ShopperID, l.ID)
		s.Try(err)
	})
	if n := s.fresh(l).Entries; n != len(crowd) {
		t.Errorf("%d tickets for %d people", n, len(crowd))
	}
	s.After(2 * time.Minute)
	s.verify(l)
	s.Must(s.Broken())
}

// Many enter, each of them twice, while the lottery is drawn by its hosts, its time or the end of the room.
func TestEntriesMeetTheDraw(t *testing.T) {
	s := openStudio(t)
	crowd := s.Crowd("c", 40)
	shoptest.Rounds(t, s.Shop, 4, func(round int) {
		room := s.bring(live.OnAir)
		l := s.lottery(room, 10)
		draw := func() error { _, err := s.Live.LotteryDraw(context.Background(), s.host, l.ID); return err }
		ends := []func() error{
			draw, draw,
			func() error { _, err := s.Live.End(context.Background(), s.host, room.ID); return err },
			func() error { s.Clock.Advance(time.Minute); _, err := s.Runner.Once(context.Background()); return err },
		}
		entered := make([]bool, 2*len(crowd))
		shoptest.Together(len(entered)+2, func(i int) {
			shoptest.Stagger()
			if i >= len(entered) {
				s.Try(ends[(2*round+i)%len(ends)]())
				return
			}
			_, err := s.Live.LotteryEnter(context.Background(), crowd[i%len(crowd)].ShopperID, l.ID)
			if entered[i] = err == nil; err != nil && !errors.Is(err, live.ErrLotteryState) && !errors.Is(err, live.ErrRoomState) {
				s.Try(fmt.Errorf("an entrant is told %w", err))
			}
		})
		s.After(2 * time.Minute)
		s.verify(l)
		for i, who := range crowd {
			has, err := s.Live.Tickets(context.Background(), who.ShopperID, []string{l.ID})
			s.Must(err)
			if in := entered[i] || entered[i+len(crowd)]; in != (has[l.ID] > 0) {
				t.Fatalf("%d was let in: %v, and has ticket %d", i, in, has[l.ID])
			}
		}
		if n := strings.Count(s.news(room.ID), "LOTTERY"); n != 3+s.fresh(l).Entries { // its start, each entry, its end and its draw: one of each
			t.Fatalf("%d pieces of news of %d entries", n, s.fresh(l).Entries)
		}
		if s.Count("SELECT COUNT(*) FROM live_rooms WHERE id = ? AND active", room.ID) > 0 {
			_, err := s.Live.End(context.Background(), s.host, room.ID)
			s.Must(err)
		}
	})
}
