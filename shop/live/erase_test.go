package live_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// words are all that a room's kept events show of what people wrote.
func words(t *testing.T, topic stream.Topic) string {
	t.Helper()
	items, ok := topic.After(0, 10_000)
	if !ok {
		t.Fatal("not everything is kept")
	}
	var all []string
	for _, i := range items {
		switch e := i.Event.(type) {
		case *live.Tick:
			for _, c := range e.Comments {
				all = append(all, c.Text)
			}
		case *live.QuestionChanged:
			all = append(all, e.Question.Text)
			if e.Question.Answer != nil {
				all = append(all, *e.Question.Answer)
			}
		}
	}
	return strings.Join(all, " ")
}

// What an erased person wrote is gone from what processes keep, at once; they say which events have changed.
func TestErasedWordsLeaveTheRing(t *testing.T) {
	c := openCluster(t)
	p := c.process()
	topic, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer topic.Close()
	say := func(who, text string) {
		_, _, err := p.CommentSend(t.Context(), who, c.room, text, shoptest.NewKey())
		c.Must(err)
		c.told()
	}
	say(c.guest, "客人一")
	say(c.host, "主播")
	say(c.guest, "客人二")
	q, err := p.QuestionAsk(t.Context(), c.guest, c.room, "客人问", "k")
	c.Must(err)
	c.told()
	_, err = p.QuestionUpvote(t.Context(), c.host, q.ID)
	c.Must(err)
	c.told()
	_, err = p.QuestionAnswer(t.Context(), c.host, q.ID, "答客人")
	c.Must(err)
	last := c.told()
	eventually(t, "everything is here", func() bool { return topic.Head() >= last })
	if all := words(t, topic); all != "客人一 主播 客人二 客人问 客人问 客人问 答客人" {
		t.Fatalf("kept: %q", all)
	}
	old, _ := topic.After(0, 10_000)
	changed := map[int64]bool{}
	for _, i := range old {
		switch e := i.Event.(type) {
		case *live.Tick:
			changed[i.Seq] = len(e.Comments) > 0 && strings.HasPrefix(e.Comments[0].Text, "客人")
		case *live.QuestionChanged:
			changed[i.Seq] = true
		}
	}
	_, before := topic.Replaced(0)

	c.Must(c.Members.Erase(t.Context(), c.guest, "H5"))
	last = c.told()
	eventually(t, "everything is here", func() bool { return topic.Head() >= last })
	if all := strings.Fields(words(t, topic)); !slices.Equal(all, []string{"主播"}) {
		t.Errorf("still kept: %q", all)
	}
	seqs, _ := topic.Replaced(before)
	for seq, want := range changed {
		if slices.Contains(seqs, seq) != want {
			t.Errorf("of events %v were replaced; %d: %v", seqs, seq, want)
		}
	}
	if _, err := p.QuestionAnswer(t.Context(), c.host, q.ID, "再答"); err == nil {
		t.Error("a question without words was answered")
	}
}

// Rooms that have ended long ago are not told.
func TestWhatIsErasedOfOldRoomsIsNotTold(t *testing.T) {
	s := openStudio(t)
	old, ended, runs := s.OnAir(s.host), s.OnAir(s.host), s.OnAir(s.host)
	for _, room := range []*live.Room{old, ended, runs} {
		s.said(s.guest, room.ID, "说")
		s.Must(s.tick(room.ID))
		s.said(s.guest, room.ID, "没播出")
		s.asked(s.guest, room.ID, "问")
	}
	_, err := s.Live.End(t.Context(), s.host, old.ID)
	s.Must(err)
	s.Clock.Advance(time.Hour)
	_, err = s.Live.End(t.Context(), s.host, ended.ID)
	s.Must(err)
	before := map[string]string{}
	for _, room := range []*live.Room{old, ended, runs} {
		before[room.ID] = s.news(room.ID)
	}
	s.Must(s.Members.Erase(context.Background(), s.guest, "H5"))
	for _, tc := range []struct {
		name string
		room *live.Room
		more string
	}{{"has ended an hour ago", old, ""}, {"has just ended", ended, " HIDDEN QUESTION"}, {"runs", runs, " HIDDEN QUESTION"}} {
		if got := s.news(tc.room.ID); got != before[tc.room.ID]+tc.more {
			t.Errorf("a room that %s tells %q after %q", tc.name, got, before[tc.room.ID])
		}
	}
}

// However the owner finds the news of a lottery, all at once or one by one, the hash of its entries has a number before the seed.
func TestTheHashComesBeforeTheSeed(t *testing.T) {
	c := openCluster(t)
	drawn, open := c.room, c.OnAir(c.host, c.tea).ID
	l := c.lottery(&live.Room{ID: drawn}, 1)
	_, err := c.Live.LotteryEnter(t.Context(), c.guest, l.ID)
	c.Must(err)
	_, err = c.Live.LotteryDraw(t.Context(), c.host, l.ID)
	c.Must(err)
	c.lottery(&live.Room{ID: open}, 1)
	_, err = c.Live.End(t.Context(), c.host, open)
	c.Must(err)
	p := c.process()
	for _, room := range []string{drawn, open} {
		c.room = room
		last := c.told()
		var hashes, seeds []int64
		for _, e := range c.until(c.watch(p.Service, "0:0"), last) {
			changed, ok := e.(*live.LotteryChanged)
			switch {
			case ok && changed.Lottery.Seed != nil:
				seeds = append(seeds, changed.Seq)
			case ok && changed.Lottery.EntriesHash != nil:
				hashes = append(hashes, changed.Seq)
			}
		}
		if len(hashes) != 1 || len(seeds) != 1 || hashes[0] >= seeds[0] {
			t.Errorf("the hash has numbers %v, the seed %v", hashes, seeds)
		}
	}
}
