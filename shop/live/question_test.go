package live_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// ask asks under a fresh client id; goroutines may call it.
func (s *studio) ask(who, roomID, text string) (*live.Question, error) {
	return s.Live.QuestionAsk(context.Background(), who, roomID, text, shoptest.NewKey())
}

func (s *studio) asked(who, roomID, text string) *live.Question {
	s.TB.Helper()
	q, err := s.ask(who, roomID, text)
	s.Must(err)
	return q
}

func TestQuestionAsk(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	before := s.news(room.ID)
	q, err := s.Live.QuestionAsk(ctx, s.guest, room.ID, " 几天到？ ", "k")
	if err != nil || q.Text != "几天到？" || q.Upvotes != 0 || q.Answer != nil || q.Author == nil || q.Author.ID != s.publicID(s.guest) {
		t.Fatalf("asked: %+v, %v", q, err)
	}
	again, err := s.Live.QuestionAsk(ctx, s.guest, room.ID, "加微信", "k")
	if err != nil || again.ID != q.ID || again.Text != q.Text {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	if want := strings.TrimSpace(before + " QUESTION"); s.news(room.ID) != want {
		t.Errorf("the news are %q, want %q", s.news(room.ID), want)
	}
	for _, tc := range []struct {
		name, text string
		err        error
	}{
		{"nothing", "  ", fault.Blank},
		{"too long", strings.Repeat("茶", 201), fault.TooLong},
		{"two lines", "a\nb", fault.Invalid},
		{"spam", "加微信", live.ErrRejected},
		{"what would be held", "有vx吗", live.ErrRejected},
	} {
		_, err := s.ask(s.guest, room.ID, tc.text)
		shoptest.Refuses(t, err, tc.err, "input", "text")
	}
	_, err = s.ask(s.guest, "lvr_none", "在吗")
	shoptest.Refuses(t, err, fault.Missing, "input", "roomId")
	for _, state := range []live.State{live.Scheduled, live.Paused} {
		s.asked(s.guest, s.bring(state).ID, "几点开始？")
	}
	for _, state := range []live.State{live.Ended, live.Banned} {
		_, err := s.ask(s.guest, s.bring(state).ID, "还在吗")
		shoptest.Refuses(t, err, live.ErrRoomState, "input", "roomId")
	}
}

func TestTenQuestionsAreOpen(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	shoptest.Rounds(t, s.Shop, 1, func(int) {
		errs, made := make([]error, 25), make([]*live.Question, 25)
		shoptest.Together(len(errs), func(i int) { made[i], errs[i] = s.ask(s.guest, room.ID, "几天到？") })
		var open []*live.Question
		for i, err := range errs {
			if err == nil {
				open = append(open, made[i])
			} else if !errors.Is(err, live.ErrQuestions) {
				t.Fatal(err)
			}
		}
		if len(open) != 10 {
			t.Fatalf("%d were asked", len(open))
		}
		for _, q := range open { // makes room for one each
			_, err := s.ask(s.guest, room.ID, "再问")
			shoptest.Refuses(t, err, live.ErrQuestions, "input", "roomId")
			_, err = s.Live.QuestionAnswer(t.Context(), s.host, q.ID, "三天")
			s.Must(err)
			fresh := s.asked(s.guest, room.ID, "再问")
			_, err = s.Live.QuestionAnswer(t.Context(), s.host, fresh.ID, "三天")
			s.Must(err)
			s.asked(s.guest, room.ID, "还有")
		}
		for _, id := range s.openQuestions(room.ID) {
			_, err := s.Live.QuestionAnswer(t.Context(), s.host, id, "三天")
			s.Must(err)
		}
	})
}

func (s *studio) openQuestions(roomID string) []string {
	s.TB.Helper()
	ids, err := s.Store.Texts(context.Background(), "SELECT id FROM live_questions WHERE room_id = ? AND answered_at IS NULL", roomID)
	s.Must(err)
	return ids
}

func TestVotesCountOncePerPerson(t *testing.T) {
	s := openStudio(t)
	room := s.OnAir(s.host)
	crowd := s.Crowd("v", 6)
	shoptest.Rounds(t, s.Shop, 1, func(round int) {
		q := s.asked(s.host, room.ID, fmt.Sprint("问题", round))
		before := strings.Count(s.news(room.ID), "QUESTION")
		shoptest.Together(30, func(i int) {
			got, err := s.Live.QuestionUpvote(context.Background(), crowd[i%len(crowd)].ShopperID, q.ID)
			if err != nil || got.Upvotes < 1 || got.Upvotes > len(crowd) {
				t.Errorf("voted: %+v, %v", got, err)
			}
		})
		found, err := s.Live.Questions(t.Context(), []string{q.ID, "lvq_none"})
		s.Must(err)
		told := strings.Count(s.news(room.ID), "QUESTION") - before
		if len(found) != 1 || found[q.ID].Upvotes != len(crowd) || told != len(crowd) {
			t.Fatalf("%d votes, %d news; want %d", found[q.ID].Upvotes, told, len(crowd))
		}
		for who, want := range map[string]bool{crowd[0].ShopperID: true, s.guest: false, "": false} {
			if voted, err := s.Live.Upvoted(t.Context(), who, []string{q.ID}); err != nil || voted[q.ID] != want {
				t.Errorf("voted by %q: %v, %v", who, voted, err)
			}
		}
		_, err = s.Live.QuestionAnswer(t.Context(), s.host, q.ID, "好")
		s.Must(err)
	})
	_, err := s.Live.QuestionUpvote(t.Context(), s.guest, "lvq_none")
	shoptest.Refuses(t, err, fault.Missing, "input", "questionId")
}

func TestQuestionAnswer(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	moderator, second := s.Shopper("m").ShopperID, s.Shopper("c").ShopperID
	s.staff(room, moderator, live.Moderator)
	s.staff(room, second, live.CoHost)
	q := s.asked(s.guest, room.ID, "几天到？")
	for _, who := range []string{s.guest, moderator} {
		_, err := s.Live.QuestionAnswer(ctx, who, q.ID, "三天")
		shoptest.Refuses(t, err, live.ErrRole, "input", "questionId")
	}
	for _, who := range []string{second, s.host} { // the later one counts
		got, err := s.Live.QuestionAnswer(ctx, who, q.ID, " 三天 "+who)
		s.Must(err)
		found, err := s.Live.Questions(ctx, []string{q.ID})
		s.Must(err)
		if f := found[q.ID]; got.ID != room.ID || f.Answer == nil || *f.Answer != "三天 "+who || !f.AnsweredAt.Equal(s.Clock.Now()) {
			t.Errorf("answered: %+v", f)
		}
	}
	for text, want := range map[string]error{"": fault.Blank, strings.Repeat("茶", 501): fault.TooLong, "a\nb": fault.Invalid, "加微信": live.ErrRejected} {
		_, err := s.Live.QuestionAnswer(ctx, s.host, q.ID, text)
		shoptest.Refuses(t, err, want, "input", "answer")
	}
	_, err := s.Live.QuestionAnswer(ctx, s.host, "lvq_none", "三天")
	shoptest.Refuses(t, err, fault.Missing, "input", "questionId")
	_, err = s.Live.End(ctx, s.host, room.ID)
	s.Must(err)
	_, err = s.Live.QuestionAnswer(ctx, s.host, q.ID, "四天")
	shoptest.Refuses(t, err, live.ErrRoomState, "input", "questionId")
	_, err = s.Live.QuestionUpvote(ctx, s.guest, q.ID)
	shoptest.Refuses(t, err, live.ErrRoomState, "input", "questionId")
}

func TestQuestionPages(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	votes := map[string]int{}
	for i := range 8 {
		q := s.asked(s.host, room.ID, fmt.Sprint(i))
		votes[q.ID] = i % 3
		for v := range i % 3 {
			_, err := s.Live.QuestionUpvote(ctx, []string{s.guest, s.host}[v], q.ID)
			s.Must(err)
		}
	}
	var got []*live.Question
	a := page.Args{First: 3}
	for {
		p, err := s.Live.QuestionsOf(ctx, room.ID, a)
		s.Must(err)
		got = append(got, p.Questions...)
		if !p.Info.HasNextPage {
			break
		}
		a.After = *p.Info.EndCursor
	}
	seen := map[string]bool{}
	for i, q := range got {
		if seen[q.ID] || q.Upvotes != votes[q.ID] || q.Author == nil || i > 0 && (got[i-1].Upvotes < q.Upvotes || got[i-1].Upvotes == q.Upvotes && got[i-1].ID < q.ID) {
			t.Errorf("question %d: %+v", i, q)
		}
		seen[q.ID] = true
	}
	if len(got) != 8 {
		t.Errorf("%d questions", len(got))
	}
	if _, err := s.Live.QuestionsOf(ctx, room.ID, page.Args{First: 101}); !errors.Is(err, fault.InvalidInput) {
		t.Errorf("101: %v", err)
	}
	if _, err := s.Live.QuestionsOf(ctx, room.ID, page.Args{First: 1, After: "x"}); !errors.Is(err, fault.InvalidCursor) {
		t.Errorf("a cursor of nothing: %v", err)
	}
}
