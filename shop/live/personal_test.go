package live_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// told is what rooms tell somebody that they keep of him, by part.
func (s *studio) told(ids ...string) map[string]string {
	s.TB.Helper()
	all := map[string]string{}
	for _, part := range s.Live.Personal(s.TB.(*testing.T).Context(), ids) {
		if _, twice := all[part.Name]; twice {
			s.TB.Errorf("two parts are %s", part.Name)
		}
		all[part.Name] = ""
		for row, err := range part.Rows {
			s.Must(err)
			text, err := json.Marshal(row)
			s.Must(err)
			all[part.Name] += string(text)
		}
	}
	return all
}

func TestWhatRoomsKeepOfAPerson(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	for i := range 205 { // more than a page
		s.said(s.host, room.ID, fmt.Sprintf("讲解-%d.", i))
	}
	ticked := s.said(s.guest, room.ID, "客人的话")
	s.Must(s.tick(room.ID))
	s.said(s.guest, room.ID, "还没播出")
	s.said(s.guest, room.ID, "vx 待审")
	q := s.asked(s.guest, room.ID, "客人的问题")
	_, err := s.Live.QuestionAnswer(ctx, s.host, q.ID, "答复")
	s.Must(err)
	_, err = s.Live.QuestionUpvote(ctx, s.guest, q.ID)
	s.Must(err)
	for i := range 3 {
		_, err := s.Live.Like(ctx, s.guest, room.ID, 5, fmt.Sprint(i))
		s.Must(err)
	}
	his := s.told(s.guest)
	for part, words := range map[string][]string{
		"liveComments": {"客人的话", "还没播出", "vx 待审", "HELD"}, "liveQuestions": {"客人的问题", "答复"}, "liveVotes": {q.ID}, "liveLikes": {`"likes":15`},
		"liveRoomsJoined": {room.ID, "VIEWER"}, "liveRoomsHosted": nil, "liveDropClaims": nil, "liveLotteryEntries": nil,
	} {
		for _, word := range words {
			if !strings.Contains(his[part], word) {
				t.Errorf("%s lacks %s: %s", part, word, his[part])
			}
		}
		if len(words) == 0 && his[part] != "" {
			t.Errorf("%s: %s", part, his[part])
		}
		if strings.Contains(his[part], s.guest) || strings.Contains(his[part], "讲解") {
			t.Errorf("%s tells too much", part)
		}
	}
	if hosts := s.told(s.host); strings.Count(hosts["liveComments"], "讲解-") != 205 || !strings.Contains(hosts["liveRoomsHosted"], room.ID) {
		t.Errorf("the host is told of %d comments", strings.Count(hosts["liveComments"], "讲解-"))
	}

	s.Must(s.Members.Erase(ctx, s.guest, "H5"))
	for _, part := range []string{"liveComments", "liveQuestions"} {
		for _, word := range []string{"客人", "播出", "待审", "答复"} {
			if kept := s.told(s.guest)[part]; strings.Contains(kept, word) {
				t.Errorf("erased, and %s has %s", part, kept)
			}
		}
	}
	if n := s.Count("SELECT COUNT(*) FROM live_comments WHERE shopper_id = ? AND (state = 'HELD' OR state = 'SHOWN' AND seq IS NULL)", s.guest); n != 0 {
		t.Errorf("%d comments of nobody wait to be shown", n)
	}
	p, err := s.Live.Comments(ctx, room.ID, live.CommentArgs{Last: 100})
	s.Must(err)
	for _, c := range p.Comments {
		if c.ID == ticked.ID || c.Text == "" {
			t.Errorf("an erased person's comment is shown: %+v", c)
		}
	}
	if list, err := s.Live.QuestionsOf(ctx, room.ID, page.Args{First: 10}); err != nil || len(list.Questions) != 0 {
		t.Errorf("questions: %+v, %v", list, err)
	}
	_, err = s.Live.Like(ctx, s.host, room.ID, 1, "h")
	s.Must(err)
	s.liked(room.ID, 16)
}

// One who was two is muted, staff, and done with his turn under either id.
func TestWhoWasTwoInARoom(t *testing.T) {
	s := openStudio(t)
	ctx := t.Context()
	room := s.OnAir(s.host)
	one, two := s.Shopper("one").ShopperID, s.Shopper("two").ShopperID
	first, _, err := s.Live.CommentSend(ctx, two, room.ID, "第一", "same")
	s.Must(err)
	q := s.asked(s.host, room.ID, "问题")
	_, err = s.Live.QuestionUpvote(ctx, two, q.ID)
	s.Must(err)
	_, err = s.Live.Mute(ctx, s.host, room.ID, s.publicID(two), 60)
	s.Must(err)
	if person := s.become(one, "two"); person != one {
		t.Fatalf("he is %s", person)
	}
	again, _, err := s.Live.CommentSend(ctx, one, room.ID, "再发", "same")
	if err != nil || again.ID != first.ID {
		t.Errorf("sent again as who he is now: %+v, %v", again, err)
	}
	_, _, err = s.say(one, room.ID, "说")
	shoptest.Refuses(t, err, live.ErrMuted, "input", "roomId")
	if got, err := s.Live.QuestionUpvote(ctx, one, q.ID); err != nil || got.Upvotes != 1 {
		t.Errorf("voted again: %+v, %v", got, err)
	}
	_, err = s.Live.Mute(ctx, s.host, room.ID, s.publicID(one), 0)
	s.Must(err)
	s.said(one, room.ID, "又能说")
	// Who was muted and then became the host may speak.
	_, err = s.Live.Mute(ctx, s.host, room.ID, s.publicID(one), 60)
	s.Must(err)
	his := s.OnAir(one, s.tea)
	three := s.Shopper("three").ShopperID
	_, err = s.Live.Mute(ctx, one, his.ID, s.publicID(three), 60)
	s.Must(err)
	if person := s.become(one, "three"); person != one {
		t.Fatalf("he is %s", person)
	}
	s.said(one, his.ID, "主播说")
	s.asked(one, his.ID, "主播问")
	_, err = s.Live.CommentHide(ctx, one, room.ID, first.ID)
	s.Must(err)
}
