package app_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/shoptest"
)

// audience are shoppers who talk and like in a room as those of a busy evening do, and what they were told.
type audience struct {
	t      testing.TB
	room   string
	people []*client
	// answered counts the comments that were kept or refused.
	answered atomic.Int64
	mu       sync.Mutex
	said     map[string]bool
	likes    int
}

// paced calls do with 0 to n-1, one every so often and several at once; where they are slow it waits for them and leaves none out. A test that has failed ends it.
func paced(t *testing.T, n int, every time.Duration, do func(i int)) {
	numbers := make(chan int)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for i := range numbers {
				do(i)
			}
		})
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; i < n && !t.Failed(); i++ {
		<-tick.C
		numbers <- i
	}
	close(numbers)
	group.Wait()
}

// ask sends a mutation of one of the audience; a server that is busy is asked again, as clients do.
func (a *audience) ask(i int, query string, in vars) answer {
	for range 50 {
		got, err := a.people[i%len(a.people)].try(body(query, vars{"in": in}))
		if err != nil {
			a.t.Error(err)
			return got
		}
		if code := got.code(); code != "BUSY_RETRY" && code != "OVERLOADED" {
			return got
		}
	}
	a.t.Errorf("the server is busy: %v", in)
	return answer{t: a.t}
}

// comment sends the i-th comment, some of them twice. Slow mode may refuse it; nothing else may.
func (a *audience) comment(i int) {
	defer a.answered.Add(1)
	in := vars{"roomId": a.room, "text": fmt.Sprint("comment ", i), "clientId": itoa(i)}
	got := a.ask(i, commentSend, in)
	if got.verdict() == "SLOW_MODE" {
		return
	}
	id, ok := got.at("liveCommentSend.comment.id").(string)
	if !ok {
		a.t.Errorf("comment %d: %s", i, got.raw)
		return
	}
	if i%10 == 0 {
		if again := a.ask(i, commentSend, in); again.at("liveCommentSend.comment.id") != id {
			a.t.Errorf("comment %d, sent again: %s", i, again.raw)
		}
	}
	a.keep(id)
}

// keep remembers a comment that was acknowledged.
func (a *audience) keep(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said[id] = true
}

// like sends the i-th batch of likes, some of them twice at once.
func (a *audience) like(i int) {
	count, times := 1+i%49, 1
	if i%7 == 0 {
		times = 2
	}
	shoptest.Together(times, func(int) {
		if got := a.ask(i, likeSend, vars{"roomId": a.room, "count": count, "clientId": itoa(i)}); got.verdict() != "OK" {
			a.t.Errorf("likes %d: %s", i, got.raw)
		}
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	a.likes += count
}

// keen are those of the audience who buy, claim and enter.
const keen = 24

// rush does something as each of the keen, at once, and counts the verdicts.
func (a *audience) rush(query string, in vars) map[string]int {
	verdicts := map[string]int{}
	shoptest.Together(keen, func(i int) {
		verdict := a.ask(i, query, in).verdict()
		a.mu.Lock()
		defer a.mu.Unlock()
		verdicts[verdict]++
	})
	return verdicts
}

// told is what an onlooker was told in ticks: each comment as often as it was shown, how many were only counted, and the last number of likes.
func (o *onlooker) told() (shown map[string]int, dropped, likes int) {
	shown = map[string]int{}
	for _, e := range o.seen() {
		if e.kind != "LiveTick" {
			continue
		}
		for i := range e.answer.list("liveRoomEvents.comments") {
			shown[e.answer.str(fmt.Sprint("liveRoomEvents.comments.", i, ".id"))]++
		}
		dropped += e.answer.num("liveRoomEvents.commentsDropped")
		likes = e.answer.num("liveRoomEvents.likeCount")
	}
	return shown, dropped, likes
}

// act is something that the host did, as the event that tells it.
type act struct{ kind, text string }

// after is the place after the first event from a place on that tells the act; -1 when none does.
func (a act) after(events []happened, from int) int {
	for i := from; i >= 0 && i < len(events); i++ {
		if events[i].kind == a.kind && strings.Contains(events[i].answer.raw, a.text) {
			return i + 1
		}
	}
	return -1
}

// onlook opens a socket that watches a room, after what has been seen before.
func onlook(t *testing.T, c *client, query, room string, before []happened) *onlooker {
	o := &onlooker{k: c.open(), room: room, events: before}
	v := vars{"id": room}
	if n := len(before); n > 0 {
		v["after"] = before[n-1].cursor
	}
	o.k.subscribe("1", query, v)
	go o.watch(t)
	t.Cleanup(func() { _ = o.k.conn.Close() })
	return o
}

// A host drives while the audience sends 1,000 likes and 100 comments a second, and some buy, claim and enter. In the end all totals are exact: in the rows, in the room, and in what every onlooker
// was told, who was told everything once and in order, also the one who was away for a while. KAITUAN_STEPS is how many comments, 300 unless set, and 6,000 at most, which
// is a minute of it.
func TestHostDrives(t *testing.T) {
	s := openShop(t)
	comments := min(shoptest.Steps(t, 300), 6000)
	host, gs := s.host("lin"), s.goods(2, 50)
	room, template := host.onAir(gs...), s.template(vars{"claimable": false})
	a := &audience{t: t, room: room, said: map[string]bool{}}
	for i := range max(keen, comments/20) { // so many that nobody says more than one may
		a.people = append(a.people, s.shopper(fmt.Sprint("viewer", i)))
	}
	public := strings.NewReplacer(" viewerClaimed", "", " viewerTicket", "", " viewerUpvoted", "").Replace(liveRoomEvents)
	onlookers := []*onlooker{
		onlook(t, s.visitor(), public, room, nil), onlook(t, s.visitor(), public, room, nil), onlook(t, a.people[0], public, room, nil),
		onlook(t, a.people[1], liveRoomEvents, room, nil), onlook(t, host, liveRoomEvents, room, nil),
	}
	first, leaver := onlookers[0], onlook(t, s.visitor(), public, room, nil)
	for _, o := range append(onlookers, leaver) {
		eventually(t, "everybody watches", func() bool { return len(o.seen()) > 0 })
	}

	var traffic sync.WaitGroup
	t.Cleanup(traffic.Wait)
	traffic.Go(func() { paced(t, comments, 10*time.Millisecond, a.comment) })
	traffic.Go(func() { paced(t, comments*2/5, 25*time.Millisecond, a.like) }) // 25 a batch
	var acts []act
	saw := func(kind, text string) {
		t.Helper()
		acts = append(acts, act{kind, text})
		eventually(t, kind+" is seen", func() bool { return acts[len(acts)-1].after(first.seen(), 0) > 0 })
		for share := int64(comments * len(acts) / 14); a.answered.Load() < share && !t.Failed(); { // the acts are spread over the traffic
			time.Sleep(10 * time.Millisecond)
		}
	}
	of := func(more vars) vars {
		in := vars{"roomId": room}
		for k, v := range more {
			in[k] = v
		}
		return vars{"in": in}
	}
	keyed := func(more vars) vars { more["idempotencyKey"] = key(); return of(more) }

	host.do(productPin, of(vars{"productId": gs[0].product}))
	saw("LivePinChanged", gs[0].product)
	offer := host.offers(room, gs[0], 3)
	saw("LiveOfferChanged", offer)
	bought := a.rush(liveOrder, vars{"idempotencyKey": "one", "checkout": vars{"liveOffer": vars{"offerId": offer}}, "expectedTotal": "6.00"})
	wantEqual(t, bought, map[string]int{"OK": 3, "OUT_OF_STOCK": keen - 3})
	a.keep(host.says(room, "卖完了"))
	drop := host.do(dropStart, keyed(vars{"couponTemplateId": template, "quantity": 5, "seconds": 3600})).str("liveCouponDrop.drop.id")
	saw("LiveCouponDropChanged", drop)
	wantEqual(t, a.rush(dropClaim, vars{"dropId": drop}), map[string]int{"OK": 5, "DROP_EMPTY": keen - 5})
	lottery := host.do(lotteryStart, keyed(vars{"prize": "一盒茶", "winners": 2, "seconds": 3600})).str("liveLotteryStart.lottery.id")
	saw("LiveLotteryChanged", lottery)
	wantEqual(t, a.rush(lotteryEnter, vars{"lotteryId": lottery}), map[string]int{"OK": keen})
	host.do(slowMode, of(vars{"seconds": 1}))
	saw("LiveSlowModeChanged", `"seconds":1`)
	host.do(slowMode, of(vars{"seconds": 0}))
	saw("LiveSlowModeChanged", `"seconds":0`)

	_ = leaver.k.conn.Close()
	hidden := ""
	eventually(t, "a viewer's comment is shown", func() bool {
		for _, e := range first.seen() {
			if e.kind == "LiveTick" && len(e.answer.list("liveRoomEvents.comments")) > 0 && e.answer.at("liveRoomEvents.comments.0.role") == "VIEWER" {
				hidden = e.answer.str("liveRoomEvents.comments.0.id") // the newest
			}
		}
		return hidden != ""
	})
	host.do(commentHide, of(vars{"commentId": hidden}))
	saw("LiveCommentHidden", hidden)
	host.do(productPin, of(vars{"productId": gs[1].product}))
	saw("LivePinChanged", gs[1].product)
	onlookers = append(onlookers, onlook(t, s.visitor(), public, room, leaver.seen()))
	host.do(shelfSet, of(vars{"productIds": []string{gs[1].product}}))
	saw("LiveShelfChanged", gs[1].product)
	host.do(lotteryDraw, vars{"in": vars{"lotteryId": lottery}}).want("liveLotteryDraw.lottery.entries", itoa(keen))
	saw("LiveLotteryChanged", `"drawnAt":"`)
	host.do(offerEnd, vars{"in": vars{"offerId": offer}})
	saw("LiveOfferChanged", `"offerState":"ENDED"`)
	host.do(unpin, of(nil))
	saw("LivePinChanged", `"pinned":null`)
	traffic.Wait()

	for _, o := range onlookers {
		eventually(t, "everything has had its tick", func() bool {
			shown, dropped, likes := o.told()
			return likes == a.likes && len(shown)+dropped >= len(a.said)-1
		})
	}
	host.do(roomEnd, of(nil))
	saw("LiveStateChanged", `"ENDED"`)
	for i, o := range onlookers {
		eventually(t, "everybody sees the end", func() bool { return acts[len(acts)-1].after(o.seen(), 0) > 0 })
		a.check(i, o, acts, hidden)
	}
	a.checkRows(s, hidden)
	_, dropped, _ := first.told()
	t.Logf("%d comments kept of %d, of which %d were only counted; %d likes", len(a.said), comments, dropped, a.likes)
}

// check compares what an onlooker was told with what the audience was, and with what the host did. That no number was missing or came twice he has seen to himself.
func (a *audience) check(i int, o *onlooker, acts []act, hidden string) {
	a.t.Helper()
	shown, dropped, likes := o.told()
	wantEqual(a.t, likes, a.likes)
	unseen := 0
	if shown[hidden] == 0 { // hidden while he was away
		unseen = 1
	}
	wantEqual(a.t, len(shown)+dropped+unseen, len(a.said))
	for id, times := range shown {
		if times != 1 || !a.said[id] {
			a.t.Errorf("onlooker %d was shown %s %d times, acknowledged: %v", i, id, times, a.said[id])
		}
	}
	at := 0
	for _, did := range acts {
		if at = did.after(o.seen(), at); at < 0 {
			a.t.Fatalf("onlooker %d did not see %v in its turn", i, did)
		}
	}
}

// checkRows compares the rows, and the room as it is shown, with what the audience was told.
func (a *audience) checkRows(s *shop, hidden string) {
	a.t.Helper()
	for _, query := range []string{"SELECT SUM(likes) FROM live_likes WHERE room_id = ?", "SELECT total FROM live_like_totals WHERE room_id = ?"} {
		rows, err := s.Store.SQL(a.t.Context()).QueryContext(a.t.Context(), query, a.room)
		if err != nil {
			a.t.Fatal(err)
		}
		var n int
		if !rows.Next() || rows.Scan(&n) != nil || rows.Close() != nil || n != a.likes {
			a.t.Errorf("%s: %d, acknowledged %d", query, n, a.likes)
		}
	}
	const page = `query($id: ID!, $before: String) { liveRoom(id: $id) { likeCount comments(last: 100, before: $before) { nodes { id } pageInfo { hasPreviousPage startCursor } } } }`
	listed := map[string]int{}
	for v := (vars{"id": a.room}); ; {
		got := s.visitor().do(page, v).want("liveRoom.likeCount", itoa(a.likes))
		for i := range got.list("liveRoom.comments.nodes") {
			listed[got.str(fmt.Sprint("liveRoom.comments.nodes.", i, ".id"))]++
		}
		if got.at("liveRoom.comments.pageInfo.hasPreviousPage") != true {
			break
		}
		v["before"] = got.str("liveRoom.comments.pageInfo.startCursor")
	}
	wantEqual(a.t, len(listed), len(a.said)-1)
	for id := range a.said {
		if id != hidden && listed[id] != 1 {
			a.t.Errorf("%s is listed %d times", id, listed[id])
		}
	}
	wantEqual(a.t, listed[hidden], 0)
}
