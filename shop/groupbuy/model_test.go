package groupbuy_test

import (
	"time"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// model is what the rules say of campaigns, groups, orders and money, written down once more as simply as it goes: one thing after the other, nothing kept that
// can be counted. What time it is and what the provider does is told to it; everything else it must know before.
type model struct {
	now       time.Time
	campaigns []*mCampaign
	orders    []*mOrder
	agenda    agenda
	stock     int
	hidden    bool // the product was taken down
	givenUp   []mRelease
	silent    bool // the provider answers no closing
}

// mRung is a rung above the size.
type mRung struct {
	size  int
	price int64
}

type mCampaign struct {
	id                           string
	size, capacity, limit, quota int
	life                         time.Duration
	ends                         time.Time
	newcomers, mayComplete       bool
	price, discount              int64
	rungs                        []mRung
	free, ended                  bool
	groups                       []*mGroup
}

type mGroup struct {
	id, ledBy   string
	c           *mCampaign
	state       groupbuy.State
	by          groupbuy.Completion
	rung        int
	rewarded    bool
	leaderless  bool
	expires     time.Time
	taken, paid int // when it ended
}

// mRelease is a seat that was let go.
type mRelease struct {
	buyer string
	c     *mCampaign
	at    time.Time
}

// mSeat is where the rules see a seat; on its way back it may be tried again any time.
type mSeat string

const (
	held      mSeat = "HELD"
	paid      mSeat = "PAID"
	confirmed mSeat = "CONFIRMED"
	released  mSeat = "RELEASED"
	returning mSeat = "REFUND_PENDING"
	returned  mSeat = "REFUNDED"
)

// mOrder is an order with its one seat.
type mOrder struct {
	id, buyer        string
	c                *mCampaign
	group            *mGroup
	seat             mSeat
	leader, newcomer bool
	quantity         int
	reopen           bool // OPEN_NEW_GROUP
	total            int64
	payBy            time.Time
	state, resume    order.State
	byClock          bool // who cancelled it
	everPaid         bool
	payments         []*mPayment
	refunds          []*mRefund
	rebated, spent   int64 // of the line: rung and reward; all that is back, or on its way
	back, sold       int   // units: returned, and counted as sold in the campaign
	gone             int   // units that are not on the shelf
	completedAt      time.Time
	arrived          time.Time // when it was last DELIVERED
	rested           time.Duration
	completeDue      time.Time
	parcels          map[string]bool
}

type mPayment struct {
	number        string
	state         string // PENDING, FAILED, EXPIRED, and PAID for whatever was captured
	tradePaid     bool
	amount, taken int64
	back          int64 // refunds, open and settled
}

type mRefund struct {
	id        string // of requests only
	kind      order.RefundKind
	state     order.RefundState // APPROVED stands for FAILED, too
	amount    int64
	units     int
	whole     bool
	fromGroup bool // it left a group that was open, or lost it
}

// What is drawn is told by its name.

func (c *mCampaign) GoString() string { return c.id }
func (g *mGroup) GoString() string    { return g.id }
func (o *mOrder) GoString() string    { return o.id }

func (o *mOrder) is(states ...order.State) bool {
	for _, s := range states {
		if o.state == s {
			return true
		}
	}
	return false
}

func (o *mOrder) payment() *mPayment {
	if len(o.payments) == 0 {
		return nil
	}
	return o.payments[len(o.payments)-1]
}

func (o *mOrder) captured() bool {
	for _, p := range o.payments {
		if p.taken > 0 {
			return true
		}
	}
	return false
}

// left is what could still be given back.
func (o *mOrder) left() int64 {
	if p := o.payment(); p != nil {
		return p.taken - p.back
	}
	return 0
}

func (o *mOrder) live() bool { return o.seat == held || o.seat == paid }

// seats counts an unended group's seats in a state.
func (m *model) seats(g *mGroup, states ...mSeat) (n int) {
	for _, o := range m.orders {
		for _, s := range states {
			if o.group == g && o.seat == s {
				n++
			}
		}
	}
	return n
}

func (m *model) counts(g *mGroup) (taken, nPaid int) {
	if g.state != groupbuy.Pending && g.state != groupbuy.Open {
		return g.taken, g.paid
	}
	return m.seats(g, held, paid), m.seats(g, paid)
}

// units are a campaign's, counted from its groups and orders: a unit per seat of a group that runs and what its members buy beyond one, what is held in a
// completed one, what was sold.
func (m *model) units(c *mCampaign) (left, inHold, sold int) {
	for _, g := range c.groups {
		if g.state == groupbuy.Pending || g.state == groupbuy.Open {
			inHold += c.capacity
		}
	}
	for _, o := range m.orders {
		if o.c != c {
			continue
		}
		sold += o.sold
		switch {
		case !o.live():
		case o.group.state == groupbuy.Pending || o.group.state == groupbuy.Open:
			inHold += o.quantity - 1
		case o.group.state == groupbuy.Completed && o.seat == held:
			inHold += o.quantity
		}
	}
	return c.quota - inHold - sold, inHold, sold
}

func (m *model) available() int {
	n := m.stock
	for _, o := range m.orders {
		n -= o.gone
	}
	return n
}

// price is what an order of a campaign costs.
func (c *mCampaign) total(quantity int, leads bool) int64 {
	total := c.price * int64(quantity)
	if leads {
		total -= min(c.discount, total)
	}
	return total
}
