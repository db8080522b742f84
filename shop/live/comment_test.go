package live_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// say comments under a fresh client id; goroutines may call it.
func (s *studio) say(who, roomID, text string) (*live.Comment, bool, error) {
	return s.Live.CommentSend(context.Background(), who, roomID, text, shoptest.NewKey())
}

func (s *studio) said(who, roomID, text string) *live.Comment {
	s.TB.Helper()
	c, _, err := s.say(who, roomID, text)
	s.Must(err)
	return c
}

// slow sets a room's slow mode.
func (s *studio) slow(roomID string, seconds int) {
	s.TB.Helper()
	_, err := s.Live.SlowModeSet(context.Background(), s.host, roomID, seconds)
	s.Must(err)
}

// texts are those of the last comments that are shown.
func (s *studio) texts(roomID string) string {
	s.TB.Helper()
	p, err := s.Live.Comments(context.Background(), roomID, live.CommentArgs{Last: 100})
	s.Must(err)
	var all []string
	for _, c := range p.Comments {
		all = append(all, c.Text)
	}
	return strings.Join(all, "|")
}

// tick gives waiting comments their number as a room's owner does: those that are SHOWN and have none, in an event of their own.
func (s *studio) tick(roomID string) error {
	return s.Store.InTx(context.Background(), func(ctx context.Context) error {
		if _, err := s.Store.Exec(ctx, "UPDATE live_rooms SET seq = seq + 1, epoch = 1, ver = ver + 1 WHERE id = ?", roomID); err != nil {
			return err
		}
		if _, err := s.Store.Exec(ctx, `INSERT INTO live_events (room_id, seq, epoch, kind, data, at) SELECT id, seq, 1, 'TICK', '{}', created_at FROM live_rooms WHERE id = ?`,
			roomID); err != nil {
			return err
		}
		_, err := s.Store.Exec(ctx, "UPDATE live_comments SET seq = (SELECT seq FROM live_rooms WHERE id = ?) WHERE room_id = ? AND seq IS NULL AND state = 'SHOWN'", roomID, roomID)
		return err
	})
}

func TestCommentSend(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	family := "👨\u200d👩\u200d👧"
	for _, tc := range []struct {
		name, text, want string
		err              error
	}{
		{"trimmed", "  好茶！\t", "好茶！", nil},
		{"200 families", strings.Repeat(family, 200), strings.Repeat(family, 200), nil},
		{"201 letters", strings.Repeat("茶", 201), "", fault.TooLong},
		{"nothing", " \u200b ", "", fault.Blank},
		{"two lines", "a\nb", "", fault.Invalid},
		{"a control character", "a\x07b", "", fault.Invalid},
		{"spam", "加 微 信 tea88", "", live.ErrRejected},
	} {
		c, held, err := s.say(s.guest, room.ID, tc.text)
		if tc.err != nil {
			shoptest.Refuses(t, err, tc.err, "input", "text")
			continue
		}
		if err != nil || held || c.Text != tc.want || c.Role != live.Viewer || c.Author == nil || c.Author.ID != s.publicID(s.guest) || c.AuthorID != s.guest || !c.At.Equal(s.Clock.Now()) {
			t.Errorf("%s: %+v, held %v, %v", tc.name, c, held, err)
		}
	}
	for _, bad := range []string{"", strings.Repeat("k", 65), "a b", "茶", "a\x00"} {
		_, _, err := s.Live.CommentSend(t.Context(), s.guest, room.ID, "hi", bad)
		shoptest.Refuses(t, err, fault.Invalid, "input", "clientId")
	}
	_, _, err := s.say(s.guest, "lvr_none", "hi")
	shoptest.Refuses(t, err, fault.Missing, "input", "roomId")
	if c := s.said(s.host, room.ID, "欢迎"); c.Role != live.Host {
		t.Errorf("the host comments as %s", c.Role)
	}
	for _, state := range []live.State{live.Scheduled, live.Paused, live.Ended, live.Banned} {
		_, _, err := s.say(s.guest, s.bring(state).ID, "hi")
		shoptest.Refuses(t, err, live.ErrRoomState, "input", "roomId")
	}
}

// Words of a list that masks are shown, and kept, as stars.
func TestWordsAreMasked(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	words := moderation.New()
	s.Must(words.Set([]moderation.List{{Name: "rude", Version: "1", Words: []string{"笨蛋"}, Action: moderation.Mask}}))
	other := live.New(live.Config{Store: s.Store, Clock: s.Clock.Now, Identity: s.Identity, Moderation: words, Hub: s.Hub, Currency: "CNY"})
	t.Cleanup(other.Close)
	c, held, err := other.CommentSend(t.Context(), s.guest, room.ID, "你是笨 蛋！", "one")
	if err != nil || held || c.Text != "你是* *！" {
		t.Fatalf("%+v, held %v, %v", c, held, err)
	}
	if n := s.Count("SELECT COUNT(*) FROM live_comments WHERE text = '你是* *！'"); n != 1 {
		t.Errorf("%d comments are kept so", n)
	}
	q, err := other.QuestionAsk(t.Context(), s.guest, room.ID, "笨蛋？", "one")
	if err != nil || q.Text != "**？" {
		t.Fatalf("%+v, %v", q, err)
	}
	if _, err := other.QuestionAnswer(t.Context(), s.host, q.ID, "谁是笨蛋"); err != nil {
		t.Fatal(err)
	}
	if n := s.Count("SELECT COUNT(*) FROM live_questions WHERE answer = '谁是**'"); n != 1 {
		t.Errorf("%d answers are kept so", n)
	}
}

// What is sent two hundred times a second in one room is five statements, six the first time.
func TestACommentIsFewStatements(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	for i, want := range []int{6, 5, 5} {
		var counter store.Counter
		ctx := store.CountStatements(t.Context(), &counter)
		if _, _, err := s.Live.CommentSend(ctx, s.guest, room.ID, "hi", fmt.Sprint(i)); err != nil || counter.Count() != want {
			t.Errorf("comment %d: %d statements, %v; want %d", i, counter.Count(), err, want)
		}
	}
}

func TestAResendIsTheFirstComment(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	s.slow(room.ID, 30)
	send := func(text string) *live.Comment {
		c, _, err := s.Live.CommentSend(t.Context(), s.guest, room.ID, text, "same")
		s.Must(err)
		return c
	}
	first := send("第一")
	s.Must(s.tick(room.ID))
	again := send("加微信") // neither slow mode nor what it says now
	if again.ID != first.ID || again.Text != "第一" || again.Author == nil || s.texts(room.ID) != "第一" {
		t.Errorf("sent again: %+v, shown %q", again, s.texts(room.ID))
	}
	s.Clock.Advance(30 * time.Second)
	if send("第二").ID != first.ID {
		t.Error("after the pause a resend is a second comment")
	}
	if _, _, err := s.say(s.guest, room.ID, "第三"); err != nil {
		t.Errorf("the resend took a turn: %v", err)
	}
	other := s.Shopper("other").ShopperID
	if c, _, err := s.Live.CommentSend(t.Context(), other, room.ID, "别人", "same"); err != nil || c.ID == first.ID {
		t.Errorf("another's client id: %+v, %v", c, err)
	}
	_, err := s.Live.End(t.Context(), s.host, room.ID)
	s.Must(err)
	if send("第四").ID != first.ID {
		t.Error("after the end a resend is not the first comment")
	}
}

func TestOneOfManyResendsIsKept(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	s.slow(room.ID, 5)
	shoptest.Rounds(t, s.Shop, 3, func(round int) {
		s.Clock.Advance(time.Minute)
		before := s.Count("SELECT COUNT(*) FROM live_comments")
		ids := make([]string, 20)
		shoptest.Together(len(ids), func(i int) {
			c, _, err := s.Live.CommentSend(context.Background(), s.guest, room.ID, "抢", fmt.Sprint("round", round))
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = c.ID
		})
		for _, one := range ids {
			if one != ids[0] {
				t.Fatalf("one client id gave %s and %s", one, ids[0])
			}
		}
		if n := s.Count("SELECT COUNT(*) FROM live_comments") - before; n != 1 {
			t.Fatalf("%d comments", n)
		}
	})
}

func TestSlowModeLetsOneThrough(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	s.slow(room.ID, 10)
	moderator := s.Shopper("moderator").ShopperID
	s.staff(room, moderator, live.Moderator)
	shoptest.Rounds(t, s.Shop, 3, func(int) {
		s.Clock.Advance(time.Minute)
		errs, free := make([]error, 20), make([]error, 20)
		shoptest.Together(len(errs), func(i int) {
			_, _, errs[i] = s.say(s.guest, room.ID, "抢")
			_, _, free[i] = s.say(moderator, room.ID, "请文明发言")
		})
		through := 0
		for i, err := range errs {
			switch {
			case err == nil:
				through++
			case !errors.Is(err, live.ErrSlowMode) || fault.Of(err).RetryAfter != 10*time.Second:
				t.Fatalf("refused by %v, after %v", err, fault.Of(err).RetryAfter)
			}
			s.Must(free[i])
		}
		if through != 1 {
			t.Fatalf("%d of one pause were let through", through)
		}
		s.Clock.Advance(10*time.Second - time.Microsecond)
		_, _, err := s.say(s.guest, room.ID, "还早")
		if shoptest.Refuses(t, err, live.ErrSlowMode, "input", "roomId").RetryAfter != time.Microsecond {
			t.Errorf("a moment before the end: %v", fault.Of(err).RetryAfter)
		}
		s.Clock.Advance(time.Microsecond)
		s.said(s.guest, room.ID, "到了")
	})
}

func TestThePaceBindsViewers(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	for i := range 35 {
		s.said(s.host, room.ID, "讲解")
		_, _, err := s.say(s.guest, room.ID, "哈")
		if i < 30 {
			s.Must(err)
			continue
		}
		if shoptest.Refuses(t, err, fault.TooOften, "input", "roomId").RetryAfter <= 0 {
			t.Error("no hint when to try again")
		}
	}
	s.Clock.Advance(2 * time.Second)
	s.said(s.guest, room.ID, "哈")
}

func TestMute(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	people := map[live.Role]string{live.Host: s.host, live.Viewer: s.guest, live.Moderator: s.Shopper("m").ShopperID, live.CoHost: s.Shopper("c").ShopperID}
	roles := []live.Role{live.Viewer, live.Moderator, live.CoHost, live.Host}
	s.staff(room, people[live.Moderator], live.Moderator)
	s.staff(room, people[live.CoHost], live.CoHost)
	for i, actor := range roles {
		for j, target := range roles {
			_, err := s.Live.Mute(ctx, people[actor], room.ID, s.publicID(people[target]), 60)
			if actor == live.Viewer {
				shoptest.Refuses(t, err, live.ErrRole, "input", "roomId")
				continue
			}
			if j >= i {
				shoptest.Refuses(t, err, live.ErrRole, "input", "publicShopperId")
				s.said(people[target], room.ID, "还能说")
				continue
			}
			s.Must(err)
			_, _, err = s.say(people[target], room.ID, "不能说")
			if shoptest.Refuses(t, err, live.ErrMuted, "input", "roomId").RetryAfter != time.Minute {
				t.Errorf("%s muted by %s: for %v", target, actor, fault.Of(err).RetryAfter)
			}
			_, err = s.Live.QuestionAsk(ctx, people[target], room.ID, "能问吗", shoptest.NewKey())
			shoptest.Refuses(t, err, live.ErrMuted, "input", "roomId")
			_, err = s.Live.Mute(ctx, people[actor], room.ID, s.publicID(people[target]), 0)
			s.Must(err)
			s.said(people[target], room.ID, "又能说")
			s.Clock.Advance(time.Minute)
		}
	}
	for _, seconds := range []int{-1, 30*24*60*60 + 1} {
		_, err := s.Live.Mute(ctx, s.host, room.ID, s.publicID(s.guest), seconds)
		shoptest.Refuses(t, err, fault.OutOfRange, "input", "seconds")
	}
	_, err := s.Live.Mute(ctx, s.host, room.ID, "nobody", 1)
	shoptest.Refuses(t, err, fault.Missing, "input", "publicShopperId")
	_, err = s.Live.Mute(ctx, s.host, "lvr_none", s.publicID(s.guest), 1)
	shoptest.Refuses(t, err, fault.Missing, "input", "roomId")
}

// Of a mute and the comments that meet it, those that were kept came before: none is kept once Mute has answered.
func TestAMuteMeetsComments(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	shoptest.Rounds(t, s.Shop, 5, func(int) {
		s.Clock.Advance(time.Hour)
		after := make([]error, 8)
		shoptest.Together(len(after), func(i int) {
			shoptest.Stagger()
			if i == 0 {
				_, err := s.Live.Mute(context.Background(), s.host, room.ID, s.publicID(s.guest), 60)
				s.Try(err)
				_, _, after[0] = s.say(s.guest, room.ID, "不能说")
				return
			}
			if _, _, err := s.say(s.guest, room.ID, "抢说"); err != nil && !errors.Is(err, live.ErrMuted) {
				t.Error(err)
			}
		})
		if !errors.Is(after[0], live.ErrMuted) {
			t.Fatalf("after the mute: %v", after[0])
		}
	})
}

func TestReview(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	hold := func() *live.Comment {
		c, held, err := s.say(s.guest, room.ID, "VX tea88")
		s.Must(err)
		if !held {
			t.Fatal("it was not held")
		}
		time.Sleep(2 * time.Millisecond) // ids of one millisecond have no order
		return c
	}
	passed, dropped, hidden := hold(), hold(), hold()
	if waiting, err := s.Live.Held(ctx, room.ID, 2); err != nil || len(waiting) != 2 || waiting[0].ID != passed.ID || waiting[0].Author == nil {
		t.Errorf("held: %+v, %v", waiting, err)
	}
	if s.texts(room.ID) != "" {
		t.Errorf("shown: %q", s.texts(room.ID))
	}
	_, err := s.Live.CommentReview(ctx, s.guest, passed.ID, true)
	shoptest.Refuses(t, err, live.ErrRole, "input", "commentId")
	_, err = s.Live.CommentReview(ctx, s.host, "lvc_none", true)
	shoptest.Refuses(t, err, fault.Missing, "input", "commentId")
	_, err = s.Live.CommentHide(ctx, s.guest, room.ID, hidden.ID)
	s.Must(err)
	for _, tc := range []struct {
		id      string
		approve bool
		err     error
	}{
		{passed.ID, true, nil},
		{passed.ID, true, nil},
		{passed.ID, false, fault.ConflictedEdit},
		{dropped.ID, false, nil},
		{dropped.ID, true, fault.ConflictedEdit},
		{hidden.ID, true, fault.ConflictedEdit},
	} {
		got, err := s.Live.CommentReview(ctx, s.host, tc.id, tc.approve)
		if tc.err != nil {
			shoptest.Refuses(t, err, tc.err, "input", "commentId")
		} else if err != nil || got.ID != room.ID {
			t.Errorf("review: %+v, %v", got, err)
		}
	}
	if s.Count("SELECT COUNT(*) FROM live_comments WHERE seq IS NULL AND state = 'SHOWN'") != 1 {
		t.Error("what was let through does not wait for the next tick")
	}
	s.Must(s.tick(room.ID))
	if s.texts(room.ID) != "VX tea88" {
		t.Errorf("shown: %q", s.texts(room.ID))
	}
	if _, held, err := s.say(s.host, room.ID, "官方 vx"); err != nil || held {
		t.Errorf("the host's: held %v, %v", held, err)
	}
	_, _, err = s.say(s.host, room.ID, "代开发票")
	shoptest.Refuses(t, err, live.ErrRejected, "input", "text")

	late := hold()
	_, err = s.Live.Ban(ctx, room.ID, "违规")
	s.Must(err)
	for _, approve := range []bool{true, false} {
		_, err = s.Live.CommentReview(ctx, s.host, late.ID, approve)
		shoptest.Refuses(t, err, live.ErrRoomState, "input", "commentId")
	}
}

func TestTwoModeratorsReview(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	moderator := s.Shopper("moderator").ShopperID
	s.staff(room, moderator, live.Moderator)
	shoptest.Rounds(t, s.Shop, 5, func(int) {
		s.Clock.Advance(time.Minute)
		c := s.said(s.guest, room.ID, "VX tea88")
		errs := make([]error, 2)
		shoptest.Together(2, func(i int) {
			_, errs[i] = s.Live.CommentReview(context.Background(), []string{s.host, moderator}[i], c.ID, i == 0)
		})
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				want := []string{"SHOWN", "DROPPED"}[i]
				if s.Count("SELECT COUNT(*) FROM live_comments WHERE id = ? AND state = ?", c.ID, want) != 1 {
					t.Fatalf("reviewed, and not %s", want)
				}
			} else if !errors.Is(err, fault.ConflictedEdit) {
				t.Fatal(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d won: %v", won, errs)
		}
	})
}

func TestHide(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room, elsewhere := s.OnAir(s.host), s.OnAir(s.host)
	before := s.news(room.ID)
	s.said(s.guest, room.ID, "一")
	ticked := s.said(s.guest, room.ID, "二")
	s.Must(s.tick(room.ID))
	waiting := s.said(s.guest, room.ID, "三")
	_, err := s.Live.CommentHide(ctx, s.Shopper("other").ShopperID, room.ID, ticked.ID)
	shoptest.Refuses(t, err, live.ErrRole, "input", "roomId")
	_, err = s.Live.CommentHide(ctx, s.host, elsewhere.ID, ticked.ID)
	shoptest.Refuses(t, err, fault.Missing, "input", "commentId")
	_, err = s.Live.CommentHide(ctx, s.host, room.ID, "lvc_none")
	shoptest.Refuses(t, err, fault.Missing, "input", "commentId")
	_, err = s.Live.CommentHide(ctx, s.host, "lvr_none", ticked.ID)
	shoptest.Refuses(t, err, fault.Missing, "input", "roomId")
	for range 2 { // the second time it is gone already
		_, err = s.Live.CommentHide(ctx, s.guest, room.ID, waiting.ID)
		s.Must(err)
		if s.news(room.ID) != before {
			t.Errorf("nobody was shown it, and the news are %q", s.news(room.ID))
		}
	}
	for range 2 {
		_, err = s.Live.CommentHide(ctx, s.host, room.ID, ticked.ID)
		s.Must(err)
		if want := strings.TrimSpace(before + " HIDDEN"); s.news(room.ID) != want {
			t.Errorf("the news are %q, want %q", s.news(room.ID), want)
		}
	}
	if s.texts(room.ID) != "一" {
		t.Errorf("shown: %q", s.texts(room.ID))
	}
}

// Whichever of the owner and a hiding has the comment first: it has no number, or who was shown it is told.
func TestHidingMeetsTheOwner(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	ticks, told := 0, 0
	shoptest.Rounds(t, s.Shop, 20, func(int) {
		s.Clock.Advance(time.Minute)
		c := s.said(s.guest, room.ID, "走漏")
		before := s.Count("SELECT COUNT(*) FROM live_news WHERE kind = 'HIDDEN'")
		shoptest.Together(3, func(i int) {
			shoptest.Stagger()
			switch i {
			case 0:
				s.Try(s.tick(room.ID))
			case 1:
				_, err := s.Live.CommentHide(context.Background(), s.guest, room.ID, c.ID)
				s.Try(err)
			case 2:
				_, err := s.Live.CommentHide(context.Background(), s.host, room.ID, c.ID)
				s.Try(err)
			}
		})
		ticked := s.Count("SELECT COUNT(*) FROM live_comments WHERE id = ? AND seq IS NOT NULL", c.ID)
		news := s.Count("SELECT COUNT(*) FROM live_news WHERE kind = 'HIDDEN'") - before
		if news != ticked || s.Count("SELECT COUNT(*) FROM live_comments WHERE id = ? AND state = 'HIDDEN'", c.ID) != 1 {
			t.Fatalf("in %d ticks, and %d news of it", ticked, news)
		}
		ticks, told = ticks+ticked, told+news
	})
	t.Logf("%d were in a tick, %d told", ticks, told)
}

func TestCommentPages(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	var want []string
	for i := range 7 {
		time.Sleep(2 * time.Millisecond) // ids of one millisecond have no order
		s.said(s.host, room.ID, fmt.Sprint(i))
		want = append([]string{fmt.Sprint(i)}, want...)
	}
	if all := s.texts(room.ID); all != "" {
		t.Errorf("what waits for its tick is shown: %q", all)
	}
	s.Must(s.tick(room.ID))
	var got []string
	a := live.CommentArgs{Last: 3}
	for {
		p, err := s.Live.Comments(ctx, room.ID, a)
		s.Must(err)
		if len(p.Cursors) != len(p.Comments) || p.Info.HasNextPage != (a.Before != "") || *p.Info.StartCursor != p.Cursors[0] {
			t.Fatalf("page %+v", p)
		}
		for i := len(p.Comments) - 1; i >= 0; i-- {
			got = append(got, p.Comments[i].Text)
		}
		if !p.Info.HasPreviousPage {
			break
		}
		a.Before = *p.Info.StartCursor
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, last := range []int{-1, 101} {
		if _, err := s.Live.Comments(ctx, room.ID, live.CommentArgs{Last: last}); !errors.Is(err, fault.InvalidInput) {
			t.Errorf("last %d: %v", last, err)
		}
	}
	if _, err := s.Live.Comments(ctx, room.ID, live.CommentArgs{Last: 1, Before: "x"}); !errors.Is(err, fault.InvalidCursor) {
		t.Errorf("a cursor of nothing: %v", err)
	}
	if p, err := s.Live.Comments(ctx, room.ID, live.CommentArgs{}); err != nil || len(p.Comments) != 0 || !p.Info.HasPreviousPage {
		t.Errorf("none of them: %+v, %v", p, err)
	}
}
