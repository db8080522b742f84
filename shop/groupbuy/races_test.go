package groupbuy_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// twoOf is a campaign of two people, many times each, without an end.
func twoOf(d *groupbuy.CampaignDraft) {
	d.Size, d.PerShopperLimit, d.UnitQuota = 2, 900, 1_000_000
	d.EndsAt = shoptest.Noon.AddDate(100, 0, 0)
}

func TestTheLastSeatGoesToOne(t *testing.T) { bothWays(t, theLastSeatGoesToOne) }

func theLastSeatGoesToOne(t *testing.T, w way) {
	c := w.open(t, twoOf)
	crowd := c.Crowd("b", 200)
	leader := c.Shopper("leader")
	shoptest.Rounds(t, c.Shop, 1, func(int) {
		_, g := c.lead(leader, "15.00")
		placed, errs := make([]*order.Order, len(crowd)), make([]error, len(crowd))
		shoptest.Together(len(crowd), func(i int) {
			placed[i], errs[i] = c.try(crowd[i], c.joins(g.ID, "15.00"))
			if errs[i] == nil {
				_, errs[i] = c.Orders.SandboxPay(context.Background(), crowd[i].ShopperID, placed[i].Payment.ID, true)
			}
		})
		seated := 0
		for i, err := range errs {
			if err == nil {
				seated++
				c.Is(placed[i], order.Paid)
				continue
			}
			if !errors.Is(err, groupbuy.ErrGroupFull) && !errors.Is(err, groupbuy.ErrGroupClosed) {
				t.Fatalf("a buyer is told %v", err)
			}
		}
		if seated != 1 {
			t.Fatalf("%d were seated", seated)
		}
		c.group(g, groupbuy.Completed, 2, 0)
		c.Work()
	})
	if n := c.Count("SELECT COUNT(*) FROM payments WHERE captured > 0") - c.Count("SELECT COUNT(*) FROM group_seats WHERE state = 'CONFIRMED'"); n != 0 {
		t.Errorf("%d were charged without a seat", n)
	}
}

func TestTwoFillTheLastTwoSeats(t *testing.T) { bothWays(t, twoFillTheLastTwoSeats) }

func twoFillTheLastTwoSeats(t *testing.T, w way) {
	c := w.open(t, twoOf, func(d *groupbuy.CampaignDraft) { d.Size = 3 })
	buyers := c.Crowd("b", 3)
	shoptest.Rounds(t, c.Shop, 5, func(int) {
		_, g := c.lead(buyers[0], "15.00")
		orders := [2]*order.Order{c.place(buyers[1], c.joins(g.ID, "15.00")), c.place(buyers[2], c.joins(g.ID, "15.00"))}
		shoptest.Together(2, func(i int) {
			_, err := c.Orders.SandboxPay(context.Background(), orders[i].ShopperID, orders[i].Payment.ID, true)
			c.Try(err)
		})
		c.group(g, groupbuy.Completed, 3, 0)
		c.Work()
		c.Is(orders[0], order.Paid)
		c.Is(orders[1], order.Paid)
	})
}

// The last payment and the end of the group's time: completed or expired, and every fen is back or stands.
func TestTheLastPaymentMeetsTheDeadline(t *testing.T) { bothWays(t, theLastPaymentMeetsTheDeadline) }

func theLastPaymentMeetsTheDeadline(t *testing.T, w way) {
	c := w.open(t, twoOf)
	buyers := c.Crowd("b", 2)
	ends := map[groupbuy.State]int{}
	shoptest.Rounds(t, c.Shop, 20, func(round int) { // 1,000 in make soak
		_, g := c.lead(buyers[0], "15.00")
		in := c.joins(g.ID, "15.00")
		if round%2 == 1 {
			reopening(in)
		}
		last := c.place(buyers[1], in)
		notice := c.Decide(last, true)
		c.Clock.Advance(g.ExpiresAt.Sub(c.Clock.Now()))
		shoptest.Together(3, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				c.Notify(notice)
				return
			}
			c.Try(c.expireOnly()) // two processes
		})
		c.Work()
		fresh, err := c.Groups.Group(t.Context(), "", g.ID)
		c.Must(err)
		ends[fresh.State]++
		if fresh.State != groupbuy.Completed && fresh.State != groupbuy.Expired {
			t.Fatalf("the group is %s", fresh.State)
		}
		if fresh.State == groupbuy.Expired && round%2 == 1 { // the payer leads a new one, which is in the way of the next round
			if _, err := c.AskBack(last); err != nil {
				t.Fatal(err)
			}
			c.Work()
		}
		captured, back := c.Count("SELECT SUM(captured) FROM payments"), c.Count("SELECT SUM(refunded) FROM payments")
		standing := c.Count("SELECT COALESCE(SUM(total), 0) FROM orders WHERE state = 'PAID'")
		if captured != back+standing {
			t.Fatalf("captured %d, refunded %d, standing %d", captured, back, standing)
		}
	})
	t.Logf("ends: %v", ends)
}

// With rungs the same payment does not complete the group but decides, with the deadline, whether its lowest rung was reached.
func TestThePaymentOfTheLowestRungMeetsTheDeadline(t *testing.T) {
	bothWays(t, thePaymentOfTheLowestRungMeetsTheDeadline)
}

func thePaymentOfTheLowestRungMeetsTheDeadline(t *testing.T, w way) {
	c := w.open(t, twoOf, climbing)
	buyers := c.Crowd("b", 2)
	shoptest.Rounds(t, c.Shop, 10, func(int) {
		_, g := c.lead(buyers[0], "15.00")
		last := c.place(buyers[1], c.joins(g.ID, "15.00"))
		notice := c.Decide(last, true)
		c.Clock.Advance(g.ExpiresAt.Sub(c.Clock.Now()))
		shoptest.Together(3, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				c.Notify(notice)
				return
			}
			c.Try(c.expireOnly())
		})
		c.Work()
		fresh, err := c.Groups.Group(t.Context(), "", g.ID)
		c.Must(err)
		switch fresh.State {
		case groupbuy.Completed:
			c.Is(last, order.Paid)
		case groupbuy.Expired:
			c.Is(last, order.Refunded)
		default:
			t.Fatalf("the group is %s", fresh.State)
		}
	})
}

func TestAShopperTapsFiftyTimes(t *testing.T) { bothWays(t, aShopperTapsFiftyTimes) }

func aShopperTapsFiftyTimes(t *testing.T, w way) {
	c := w.open(t, twoOf, func(d *groupbuy.CampaignDraft) { d.Size = 60 })
	leader := c.Shopper("leader")
	tapper := c.Shopper("tapper")
	_, g := c.lead(leader, "15.00")
	shoptest.Rounds(t, c.Shop, 1, func(int) {
		in := c.fit(tapper, c.joins(g.ID, "15.00"))
		same, errs := make([]*order.Order, 50), make([]error, 50)
		shoptest.Together(50, func(i int) { same[i], errs[i] = c.try(tapper, in) })
		c.Must(errors.Join(errs...))
		for _, o := range same {
			if o.ID != same[0].ID {
				t.Fatalf("one key gave %s and %s", o.ID, same[0].ID)
			}
		}
		c.group(g, groupbuy.Open, 1, 1)
		shoptest.Together(50, func(i int) { // each tap with a key of its own
			if _, err := c.try(tapper, c.joins(g.ID, "15.00")); !errors.Is(err, groupbuy.ErrAlreadyMember) {
				t.Errorf("a further tap: %v", err)
			}
		})
		shoptest.Together(50, func(int) {
			_, err := c.Orders.SandboxPay(context.Background(), tapper.ShopperID, same[0].Payment.ID, true)
			c.Try(err)
		})
		c.group(g, groupbuy.Open, 2, 0)
		_, err := c.AskBack(same[0])
		c.Must(err)
		c.Work()
	})
}

// Whoever leaves at the moment that the last one pays is either out, and the group open, or in, and it is complete.
func TestLeavingMeetsTheLastPayment(t *testing.T) { bothWays(t, leavingMeetsTheLastPayment) }

func leavingMeetsTheLastPayment(t *testing.T, w way) {
	c := w.open(t, twoOf)
	buyers := c.Crowd("b", 2)
	shoptest.Rounds(t, c.Shop, 5, func(int) {
		first, g := c.lead(buyers[0], "15.00")
		last := c.place(buyers[1], c.joins(g.ID, "15.00"))
		notice := c.Decide(last, true)
		shoptest.Together(2, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				c.Notify(notice)
				return
			}
			_, err := c.AskBack(first)
			c.Try(err)
		})
		c.Work()
		fresh, err := c.Groups.Group(t.Context(), "", g.ID)
		c.Must(err)
		switch fresh.State {
		case groupbuy.Open:
			c.Is(first, order.Refunded)
			c.Is(last, order.AwaitingGroup)
			_, err = c.AskBack(last) // makes room for the next round
			c.Must(err)
		case groupbuy.Completed:
			c.Is(first, order.Refunding) // an ordinary request
			c.Is(last, order.Paid)
		default:
			t.Fatalf("the group is %s", fresh.State)
		}
		c.Work()
	})
}

// Everything at once that may happen to an open group.
func TestEverybodyAtOnce(t *testing.T) { bothWays(t, everybodyAtOnce) }

func everybodyAtOnce(t *testing.T, w way) {
	c := w.open(t, twoOf, func(d *groupbuy.CampaignDraft) { d.Size, d.MerchantMayComplete = 5, true })
	buyers := c.Crowd("b", 8)
	shoptest.Rounds(t, c.Shop, 3, func(int) {
		first, g := c.lead(buyers[0], "15.00")
		second := c.join(buyers[1], g, "15.00")
		held := c.place(buyers[2], c.joins(g.ID, "15.00"))
		notice := c.Decide(held, true)
		unpaid := c.place(buyers[3], c.joins(g.ID, "15.00"))
		c.Clock.Advance(g.ExpiresAt.Sub(c.Clock.Now()) - 2*time.Minute)
		joined := make([]*order.Order, len(buyers))
		var refusals atomic.Int64
		shoptest.Together(9, func(i int) {
			shoptest.Stagger()
			var err error
			switch i {
			case 0:
				_, err = c.AskBack(first)
			case 1:
				_, err = c.AskBack(second)
			case 2:
				c.Notify(notice)
			case 3:
				_, err = c.Orders.Cancel(context.Background(), unpaid.ShopperID, unpaid.ID, "")
			case 4:
				_, err = c.Groups.Complete(context.Background(), g.ID)
			case 5:
				c.Clock.Advance(2 * time.Minute)
				err = c.expireOnly()
			default:
				joined[i-2], err = c.try(buyers[i-2], c.joins(g.ID, "15.00"))
			}
			if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.Refusal) {
				t.Error(err)
			} else if err != nil {
				refusals.Add(1)
			}
		})
		c.Work()
		c.After(30 * time.Minute) // what is unpaid ends
		if n := c.Count("SELECT COUNT(*) FROM group_seats WHERE group_id = ? AND state IN ('HELD', 'PAID')", g.ID); n != 0 {
			fresh, err := c.Groups.Group(t.Context(), "", g.ID)
			c.Must(err)
			if fresh.State != groupbuy.Open {
				t.Fatalf("%d seats are live in a group that is %s", n, fresh.State)
			}
		}
		c.After(24 * time.Hour)
	})
}

// A provider that refuses one member's refund holds up nobody else's.
func TestOneRefundOfFiveFails(t *testing.T) { bothWays(t, oneRefundOfFiveFails) }

func oneRefundOfFiveFails(t *testing.T, w way) {
	c := w.open(t, func(d *groupbuy.CampaignDraft) { d.Size = 6 })
	buyers := c.Crowd("b", 5)
	first, g := c.lead(buyers[0], "15.00")
	orders := []*order.Order{first}
	for _, b := range buyers[1:] {
		orders = append(orders, c.join(b, g, "15.00"))
	}
	c.Clock.Advance(24 * time.Hour)
	c.Must(c.expireOnly())
	c.Sandbox.SetFaults(sandbox.Faults{RefundsRefused: 1})
	c.Work()
	settled, failed := 0, 0
	for _, o := range orders {
		switch c.Now(o).State {
		case order.Refunded:
			settled++
			c.seatIs(o, groupbuy.SeatRefunded)
		case order.Refunding:
			failed++
			c.seatIs(o, groupbuy.SeatRefundFailed)
		}
	}
	if settled != 4 || failed != 1 {
		t.Fatalf("%d were refunded, %d failed", settled, failed)
	}
	c.After(time.Minute)
	for _, o := range orders {
		c.Is(o, order.Refunded)
		c.Refunded(o, w.paid, w.paid)
		c.seatIs(o, groupbuy.SeatRefunded)
	}
}

// Many leaders open groups of one campaign whose quota is short: its units go to as many as there are seats for.
func TestTheQuotaIsNeverOversold(t *testing.T) { bothWays(t, theQuotaIsNeverOversold) }

func theQuotaIsNeverOversold(t *testing.T, w way) {
	c := w.open(t)
	crowd := c.Crowd("b", 40)
	shoptest.Rounds(t, c.Shop, 1, func(int) {
		c.campaign = c.create(draft(func(d *groupbuy.CampaignDraft) { d.UnitQuota, d.TakesCoupons = 3*5+2, true }))
		var opened atomic.Int64
		shoptest.Together(len(crowd), func(i int) {
			_, err := c.try(crowd[i], c.opens("15.00"))
			if err == nil {
				opened.Add(1)
			} else if !errors.Is(err, groupbuy.ErrQuotaSpent) {
				t.Error(err)
			}
		})
		if n := opened.Load(); n != 5 {
			t.Fatalf("%d groups were opened", n)
		}
		c.quota(2, 15, 0)
		c.After(30 * time.Minute)
		c.quota(17, 0, 0)
	})
}

// Two processes' workers on the same deadlines do everything once.
func TestTwoProcessesExpireOnce(t *testing.T) { bothWays(t, twoProcessesExpireOnce) }

func twoProcessesExpireOnce(t *testing.T, w way) {
	c := w.open(t)
	for _, b := range c.Crowd("b", 20) {
		c.lead(b, "15.00")
	}
	c.Clock.Advance(24 * time.Hour)
	shoptest.Together(4, func(int) {
		other := deadline.NewRunner(c.Deadlines, c.Clock.Now, deadline.Pool{Workers: 4, Handlers: c.Groups.Handlers()},
			deadline.Pool{Workers: 4, Handlers: c.Orders.Handlers()}, deadline.Pool{Workers: 4, Handlers: c.Orders.OutsideHandlers()})
		_, err := other.Once(context.Background())
		c.Try(err)
	})
	c.Work()
	if n := c.Count("SELECT COUNT(*) FROM facts WHERE topic = 'GroupBuyExpired'"); n != 20 {
		t.Errorf("%d facts tell of 20 groups", n)
	}
	if n := c.Count("SELECT COUNT(*) FROM refunds WHERE state = 'SETTLED'"); n != 20 {
		t.Errorf("%d refunds of 20", n)
	}
}
