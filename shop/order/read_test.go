package order_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/order"
)

func TestListsGoOnWhereTheyWere(t *testing.T) {
	s := open(t)
	buyer, other, tea := s.shopper("buyer"), s.shopper("other"), s.goods("tea", "0.00", 50)
	var placed []string
	for i := range 7 { // two of them at the same instant
		if i%3 != 0 {
			s.clock.Advance(time.Second)
		}
		placed = append(placed, s.place(buyer, want("0.00", line(tea, 1))).ID)
		s.place(other, want("0.00", line(tea, 1)))
	}
	since := s.clock.Now()
	s.clock.Advance(time.Minute) // a sync leaves out what is not all there yet
	mine := s.pages(order.ListArgs{ShopperID: buyer.ShopperID}, 2)
	slices.Sort(placed)
	sorted := slices.Sorted(slices.Values(mine))
	if !slices.Equal(sorted, placed) {
		t.Errorf("my orders are %v, want %v", mine, placed)
	}
	if all := s.pages(order.ListArgs{}, 3); len(all) != 14 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 14 {
		t.Errorf("a sync reads %v", all)
	}
	listed, err := s.orders.List(t.Context(), order.ListArgs{Args: pageOf(100), UpdatedSince: &since, States: []order.State{order.Paid}, WantTotal: true})
	s.must(err)
	if *listed.TotalCount != len(listed.Orders) || len(listed.Orders) == 0 || len(listed.Orders) == 14 {
		t.Errorf("%d orders changed since, of %d in all", len(listed.Orders), *listed.TotalCount)
	}
	_, err = s.orders.List(t.Context(), order.ListArgs{ShopperID: buyer.ShopperID, Args: page.Args{First: 2, After: "forged"}})
	refuses(t, err, fault.InvalidCursor)
}

// pages reads a list to its end and returns the ids.
func (s *shop) pages(a order.ListArgs, first int) []string {
	s.tb.Helper()
	a.Args = pageOf(first)
	var ids []string
	for range 100 {
		p, err := s.orders.List(context.Background(), a)
		s.must(err)
		for _, o := range p.Orders {
			ids = append(ids, o.ID)
		}
		if !p.Info.HasNextPage {
			return ids
		}
		a.After = p.Cursors[len(p.Cursors)-1]
	}
	s.tb.Fatal("the list has no end")
	return nil
}

func TestSocialProofIsReal(t *testing.T) {
	s := open(t)
	tea, cup := s.goods("tea", "1.00", 50), s.goods("cup", "1.00", 50)
	teaID, cupID := s.product("tea").ID, s.product("cup").ID
	for i := range 3 {
		s.pay(s.place(s.shopper(fmt.Sprintf("张%d", i)), want("1.00", line(tea, 1))))
	}
	waiting := s.shopper("waiting")
	s.place(waiting, want("2.00", line(tea, 1), line(cup, 1)))
	s.place(waiting, want("1.00", line(tea, 1)))
	back := s.pay(s.place(s.shopper("back"), want("1.00", line(cup, 1))))
	s.approve(s.request(back, nil))
	proof, err := s.orders.Proof(t.Context(), []string{teaID, cupID}, 2)
	s.must(err)
	if proof[teaID].BuyingNow != 1 || proof[cupID].BuyingNow != 1 || len(proof[teaID].Buyers) != 2 || len(proof[cupID].Buyers) != 0 {
		t.Errorf("tea %+v, cup %+v", proof[teaID], proof[cupID])
	}
	for _, b := range proof[teaID].Buyers {
		if b.Nickname != "张**" {
			t.Errorf("a buyer is shown as %s", b.Nickname)
		}
	}
	if ids, err := s.orders.Bought(t.Context(), waiting.ShopperID); err != nil || len(ids) != 0 {
		t.Errorf("who waits bought %v, %v", ids, err)
	}
	counts, err := s.orders.Counts(t.Context(), waiting.ShopperID)
	s.must(err)
	if len(counts) != 1 || *counts[0] != (order.Count{State: order.PendingPayment, Count: 2}) {
		t.Errorf("counts are %+v", counts)
	}
}

func TestAWatcherSeesTheOrderNowAndEachChange(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "1.00", 50)
	o := s.place(buyer, want("1.00", line(tea, 1)))
	if _, err := s.orders.Watch(t.Context(), s.shopper("stranger").ShopperID, o.ID); err == nil {
		t.Error("a stranger watches")
	}
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := s.orders.Watch(ctx, buyer.ShopperID, o.ID)
	s.must(err)
	expect := func(state order.State) {
		t.Helper()
		for {
			select {
			case seen := <-changes:
				if seen.State == state {
					return
				}
			case <-time.After(9 * time.Second): // sooner than a watcher looks without a signal
				t.Fatalf("never seen as %s", state)
			}
		}
	}
	expect(order.PendingPayment)
	s.pay(o)
	expect(order.Paid)
	_, err = s.orders.Ship(ctx, o.ID, "顺丰", "SF1")
	s.must(err)
	expect(order.Shipped)
	cancel()
	for range changes { // closes, or the test hangs
	}
}

func TestParcels(t *testing.T) {
	s := open(t)
	buyer, tea := s.shopper("buyer"), s.goods("tea", "1.00", 50)
	o := s.pay(s.place(buyer, want("1.00", line(tea, 1))))
	for _, tc := range []struct {
		carrier, number string
		want            error
		field           string
	}{
		{" ", "SF1", fault.Blank, "carrier"},
		{"顺丰", "", fault.Blank, "trackingNumber"},
		{string(make([]rune, 61)), "SF1", fault.TooLong, "carrier"},
	} {
		_, err := s.orders.Ship(t.Context(), o.ID, tc.carrier, tc.number)
		refuses(t, err, tc.want, "input", tc.field)
	}
	long := "顺丰速运" + string(slices.Repeat([]rune("慢"), 56)) // sixty characters, not bytes
	for _, parcel := range []string{"SF1", "SF1", "SF2"} {
		_, err := s.orders.Ship(t.Context(), o.ID, long, parcel)
		s.must(err)
	}
	reports := []order.ReportedEvent{{At: noon.Add(time.Nanosecond).In(time.FixedZone("", 8*3600)), Text: "已揽收"}, {At: noon.Add(-time.Hour), Text: "已下单"}}
	for range 2 {
		_, err := s.orders.AddShipmentEvents(t.Context(), o.ID, "SF1", reports)
		s.must(err)
	}
	fresh := s.is(o, order.Shipped)
	if fresh.Version != 5 || len(fresh.Shipments) != 2 || len(fresh.Shipments[0].Events) != 2 || fresh.Shipments[0].Events[1].Text != "已揽收" {
		t.Errorf("version %d, parcels %+v", fresh.Version, fresh.Shipments)
	}
	_, err := s.orders.AddShipmentEvents(t.Context(), o.ID, "SF9", reports)
	refuses(t, err, fault.Missing, "input", "trackingNumber")
	for range 2 {
		_, err = s.orders.Deliver(t.Context(), o.ID)
		s.must(err)
	}
	_, err = s.orders.Ship(t.Context(), o.ID, "顺丰", "SF3")
	refuses(t, err, order.ErrState, "input", "orderId")
	s.after(7 * 24 * time.Hour)
	s.is(o, order.Completed)
	_, err = s.orders.Complete(t.Context(), buyer.ShopperID, o.ID)
	s.must(err)
}
