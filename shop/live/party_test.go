package live_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/member"
	"github.com/kaituan/kaituan/shop/order"
)

// TestAnyPrizeInAnyOrder is TestAnyOfferInAnyOrder with coupon drops and lotteries beside the offers, rooms that end or are banned with all that runs in them, and
// shoppers who are erased. The model says which code each step is refused with, what is left of each drop and of its template, and who has which ticket; each lottery
// that is drawn is verified as anybody can. Every promise holds after each walk. KAITUAN_STEPS is how many steps, 400 unless set.
func TestAnyPrizeInAnyOrder(t *testing.T) {
	nth := 0
	walks(t, openStall(t), func(r *rapid.T, its *stall) {
		nth++
		crowd := its.Crowd(fmt.Sprintf("w%dx", nth), 4) // orders of those before stand in the way of their erasure
		p := &party{machine: &machine{stall: its, crowd: crowd}, stock: 60}
		p.template = its.template(p.stock, often)
		p.room = p.OnAir(p.host, p.productOf(p.skuID))
		for range perWalk {
			if rapid.Bool().Draw(r, "offers") {
				p.machine.step(r)
			} else {
				p.step(r)
			}
			p.Work() // what is due happens before anybody looks
			p.machine.holds()
			p.holds()
		}
		p.After(20 * time.Minute) // nobody is left unpaid to the next walk
		p.end(false)
		p.holds()
		p.Must(p.Broken())
	})
}

// party is a machine with what the model knows of drops and lotteries, of this room and of those before it.
type party struct {
	*machine
	template  *coupon.Template
	stock     int // left of the template
	drops     []*modelDrop
	lotteries []*modelLottery
}

type modelDrop struct {
	*live.Drop
	left, back int
	closed     bool
	claimed    map[string]bool
}

type modelLottery struct {
	*live.Lottery
	drawn    bool
	tickets  map[string]int
	verified bool
}

func (p *party) step(r *rapid.T) {
	who := rapid.IntRange(0, len(p.crowd)-1).Draw(r, "who")
	switch rapid.SampledFrom([]string{"drop", "claim", "claim", "claim", "lottery", "enter", "enter", "enter", "draw", "wait", "end", "erase"}).Draw(r, "prize") {
	case "drop":
		p.startDrop(rapid.IntRange(1, 25).Draw(r, "quantity"), rapid.SampledFrom([]int{60, 3600}).Draw(r, "seconds"))
	case "claim":
		if d := pick(r, p.drops, func(*modelDrop) bool { return true }); d != nil {
			p.claim(p.crowd[who].ShopperID, d)
		}
	case "lottery":
		p.startLottery(rapid.IntRange(1, 3).Draw(r, "winners"), rapid.SampledFrom([]int{60, 3600}).Draw(r, "seconds"))
	case "enter":
		if l := pick(r, p.lotteries, func(*modelLottery) bool { return true }); l != nil {
			p.enter(p.crowd[who].ShopperID, l)
		}
	case "draw":
		if l := pick(r, p.lotteries, func(*modelLottery) bool { return true }); l != nil {
			_, err := p.Live.LotteryDraw(context.Background(), p.host, l.ID)
			p.Must(err)
			l.drawn = true
		}
	case "wait":
		if unpaid := pick(r, p.orders, in(order.PendingPayment)); unpaid == nil { // else their time would run out in pieces, which the machine does not know
			p.Clock.Advance(time.Duration(rapid.SampledFrom([]int{30, 60, 61}).Draw(r, "for")) * time.Second)
		}
	case "end":
		p.end(rapid.Bool().Draw(r, "banned"))
		p.room = p.OnAir(p.host, p.productOf(p.skuID))
	case "erase":
		p.erase(who)
	}
	p.due()
}

// refused fails the test unless err is the refusal by that code, "" for none.
func (p *party) refused(what string, err error, want string) bool {
	p.TB.Helper()
	got := ""
	if refusal := fault.Of(err); refusal != nil {
		got = refusal.Code
	}
	if got != want || err != nil && want == "" {
		p.TB.Fatalf("%s: %v, want %q", what, err, want)
	}
	return err != nil
}

func (p *party) startDrop(quantity, seconds int) {
	running, want := 0, ""
	for _, d := range p.drops {
		if !p.dropOver(d) && d.left > 0 {
			running++
		}
	}
	switch {
	case running >= 5:
		want = "ROOM_STATE"
	case quantity > p.stock:
		want = "COUPON_EXHAUSTED"
	}
	draft := dropDraft(p.room, p.template, quantity)
	draft.Seconds = seconds
	d, err := p.Live.DropStart(context.Background(), p.host, draft)
	if !p.refused("start a drop", err, want) {
		p.stock -= quantity
		p.drops = append(p.drops, &modelDrop{Drop: d, left: quantity, claimed: map[string]bool{}})
	}
}

func (p *party) dropOver(d *modelDrop) bool { return d.closed || !p.Clock.Now().Before(d.EndsAt) }

func (p *party) claim(shopperID string, d *modelDrop) {
	want := ""
	switch {
	case p.dropOver(d):
		want = "ROOM_STATE"
	case d.left == 0:
		want = "DROP_EMPTY"
	case d.claimed[shopperID]:
		want = "ALREADY_CLAIMED"
	}
	_, err := p.Live.Claim(context.Background(), shopperID, d.ID)
	if len(d.claimed) == d.Quantity && errors.Is(err, live.ErrDropEmpty) { // also when it has been closed since: by what was read of it a moment ago
		return
	}
	if !p.refused("claim", err, want) {
		d.left--
		d.claimed[shopperID] = true
	}
}

func (p *party) startLottery(winners, seconds int) {
	want := ""
	for _, l := range p.lotteries {
		if !l.drawn {
			want = "LOTTERY_STATE"
		}
	}
	draft := lotteryDraft(p.room, winners)
	draft.Seconds = seconds
	l, err := p.Live.LotteryStart(context.Background(), p.host, draft)
	if !p.refused("start a lottery", err, want) {
		p.lotteries = append(p.lotteries, &modelLottery{Lottery: l, tickets: map[string]int{}})
	}
}

func (p *party) enter(shopperID string, l *modelLottery) {
	want := ""
	if l.tickets[shopperID] == 0 && (l.drawn || !p.Clock.Now().Before(l.EndsAt)) {
		want = "LOTTERY_STATE"
	}
	if _, err := p.Live.LotteryEnter(context.Background(), shopperID, l.ID); !p.refused("enter", err, want) && l.tickets[shopperID] == 0 {
		l.tickets[shopperID] = len(l.tickets) + 1
	}
}

// end ends the room, or has it banned, with all that runs in it.
func (p *party) end(banned bool) {
	var err error
	if banned {
		_, err = p.Live.Ban(context.Background(), p.room.ID, "违规")
	} else {
		_, err = p.Live.End(context.Background(), p.host, p.room.ID)
	}
	p.Must(err)
	for _, offer := range p.offers {
		offer.ended = true
	}
	for _, d := range p.drops {
		p.closeDrop(d)
	}
	for _, l := range p.lotteries {
		l.drawn = true
	}
}

func (p *party) closeDrop(d *modelDrop) {
	d.closed = true
	p.stock += d.left
	d.left, d.back = 0, d.back+d.left
}

// erase makes one of the crowd unknown, unless his orders stand in the way, and somebody new takes his place. His tickets stay.
func (p *party) erase(who int) {
	open := false
	for _, o := range p.orders {
		open = open || o.ShopperID == p.crowd[who].ShopperID && (o.state == order.PendingPayment || o.state == order.Paid)
	}
	err := p.Members.Erase(context.Background(), p.crowd[who].ShopperID, "H5")
	if open != errors.Is(err, member.ErrOpenOrders) || err != nil && !open {
		p.TB.Fatalf("erase: %v, open orders: %v", err, open)
	}
	if err == nil {
		p.crowd[who] = p.Shopper(fmt.Sprintf("next%d", p.Count("SELECT COUNT(*) FROM shoppers")))
	}
}

// due is what the workers have done by now.
func (p *party) due() {
	now := p.Clock.Now()
	for _, d := range p.drops {
		if !d.closed && p.dropOver(d) {
			p.closeDrop(d)
		}
	}
	for _, l := range p.lotteries {
		l.drawn = l.drawn || !now.Before(l.EndsAt.Add(time.Minute))
	}
}

// holds compares drops and lotteries with the model.
func (p *party) holds() {
	p.due()
	for _, d := range p.drops {
		p.left(d.Drop, d.left, p.stock)
		if got := p.Count("SELECT returned FROM live_drops WHERE id = ?", d.ID); got != d.back || d.left+d.back+len(d.claimed) != d.Quantity {
			p.TB.Fatalf("of drop %s %d went back, want %d", d.ID, got, d.back)
		}
	}
	for _, l := range p.lotteries {
		got := p.fresh(l.Lottery)
		closed := l.drawn || !p.Clock.Now().Before(l.EndsAt)
		if got.Entries != len(l.tickets) || (got.Seed != nil) != l.drawn || (got.EntriesHash != nil) != closed {
			p.TB.Fatalf("lottery %+v, want %d entries, closed %v, drawn %v", got, len(l.tickets), closed, l.drawn)
		}
		if l.drawn && !l.verified {
			p.verify(l.Lottery)
			l.verified = true
		}
		for shopperID, want := range l.tickets {
			if got := p.Count("SELECT ticket FROM live_entries WHERE lottery_id = ? AND shopper_id = ?", l.ID, shopperID); got != want {
				p.TB.Fatalf("%s has ticket %d of %s, want %d", shopperID, got, l.ID, want)
			}
		}
	}
}
