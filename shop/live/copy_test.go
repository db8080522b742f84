package live_test

import (
	"reflect"
	"testing"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
)

// A copy says the same, and whatever who shows it puts into it leaves the event that is shared as it was.
func TestCopy(t *testing.T) {
	stamp := live.Stamp{Seq: 7, Cursor: "1:7"}
	for name, make := range map[string]func() live.Event{
		"tick": func() live.Event {
			return &live.Tick{Stamp: stamp, Comments: []*live.Comment{{ID: "lvc_1", Text: "hi"}}}
		},
		"pin":    func() live.Event { return &live.PinChanged{Stamp: stamp, Pinned: &live.Pin{ProductID: "prd_1"}} },
		"no pin": func() live.Event { return &live.PinChanged{Stamp: stamp} },
		"shelf": func() live.Event {
			return &live.ShelfChanged{Stamp: stamp, ProductIDs: []string{"prd_1"}, Shelf: []*catalog.Product{{ID: "prd_1"}}}
		},
		"offer":    func() live.Event { return &live.OfferChanged{Stamp: stamp, Offer: &live.Offer{ID: "lvo_1"}} },
		"drop":     func() live.Event { return &live.CouponDropChanged{Stamp: stamp, Drop: &live.Drop{ID: "lvd_1"}} },
		"lottery":  func() live.Event { return &live.LotteryChanged{Stamp: stamp, Lottery: &live.Lottery{ID: "lvl_1"}} },
		"question": func() live.Event { return &live.QuestionChanged{Stamp: stamp, Question: &live.Question{ID: "lvq_1"}} },
		"order":    func() live.Event { return &live.OrderPlaced{Stamp: stamp, ProductID: "prd_1", Quantity: 2} },
		"group":    func() live.Event { return &live.GroupProgress{Stamp: stamp, GroupID: "grp_1"} },
		"state":    func() live.Event { return &live.StateChanged{Stamp: stamp, State: live.Paused} },
		"hidden":   func() live.Event { return &live.CommentHidden{Stamp: stamp, CommentID: "lvc_1"} },
		"slow":     func() live.Event { return &live.SlowModeChanged{Stamp: stamp, Seconds: 5} },
		"reset": func() live.Event {
			return &live.Reset{Stamp: stamp, Room: &live.Room{ID: "lvr_1", Pinned: &live.Pin{ProductID: "prd_1"}}}
		},
	} {
		shared := make()
		c := live.Copy(shared)
		if c == shared || !reflect.DeepEqual(c, make()) {
			t.Errorf("%s: copied as %+v", name, c)
		}
		fill(c)
		if !reflect.DeepEqual(shared, make()) {
			t.Errorf("%s: what is put into a copy is in the shared one: %+v", name, shared)
		}
		if again := live.Copy(shared); !reflect.DeepEqual(again, make()) {
			t.Errorf("%s: the next copy has it: %+v", name, again)
		}
	}
}

// fill puts into an event everything that is put there by who shows it.
func fill(e live.Event) {
	pin := func(p *live.Pin) {
		if p != nil {
			p.Product = &catalog.Product{}
		}
	}
	switch e := e.(type) {
	case *live.Tick:
		e.Comments[0].Author = &identity.PublicShopper{}
		e.Comments[0], e.ViewerCount = nil, 9
	case *live.PinChanged:
		pin(e.Pinned)
		e.Pinned = nil
	case *live.ShelfChanged:
		e.Shelf[0], e.ProductIDs[0] = &catalog.Product{}, ""
	case *live.OfferChanged:
		e.Offer.Sku, e.Offer.Room, e.Offer.OfferState = &catalog.Sku{}, &live.Room{}, live.OfferEnded
	case *live.CouponDropChanged:
		e.Drop.Template, e.Drop.ViewerClaimed = &coupon.Template{}, true
	case *live.LotteryChanged:
		e.Lottery.Winners, e.Lottery.ViewerTicket = []*live.Entrant{{}}, new(1)
	case *live.QuestionChanged:
		e.Question.ViewerUpvoted = true
	case *live.OrderPlaced:
		e.Buyer, e.Product = &identity.MaskedShopper{}, &catalog.Product{}
	case *live.GroupProgress:
		e.GroupBuy = &groupbuy.Group{}
	case *live.StateChanged:
		e.State = live.Ended
	case *live.CommentHidden:
		e.CommentID = ""
	case *live.SlowModeChanged:
		e.Seconds = 0
	case *live.Reset:
		pin(e.Room.Pinned)
		e.Room.Pinned, e.Room.Offers, e.Room.Beside = nil, []*live.Offer{{}}, e
	}
}
