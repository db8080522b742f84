package loaders

import (
	"context"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/live"
)

// EventNeed says what events of rooms are loaded with, by their kind; nil: nothing of it is needed.
type EventNeed struct {
	Pinned, Shelf, Product *Need
	Offer                  *OfferNeed
	Drop                   *DropNeed
	Lottery                *LotteryNeed
	Group                  *GroupNeed
	Room                   *RoomNeed
	// Upvoted: whether the viewer has voted for the questions.
	Upvoted bool
}

// told are events by what they tell of.
type told struct {
	pins      []**live.Pin
	shelves   []*live.ShelfChanged
	orders    []*live.OrderPlaced
	groups    []*live.GroupProgress
	offers    []*live.Offer
	drops     []*live.Drop
	lotteries []*live.Lottery
	questions []*live.Question
	rooms     []*live.Room
}

func sorted(events []live.Event) *told {
	t := &told{}
	for _, e := range events {
		switch e := e.(type) {
		case *live.PinChanged:
			t.pins = append(t.pins, &e.Pinned)
		case *live.ShelfChanged:
			t.shelves = append(t.shelves, e)
		case *live.OrderPlaced:
			t.orders = append(t.orders, e)
		case *live.GroupProgress:
			t.groups = append(t.groups, e)
		case *live.OfferChanged:
			t.offers = append(t.offers, e.Offer)
		case *live.CouponDropChanged:
			t.drops = append(t.drops, e.Drop)
		case *live.LotteryChanged:
			t.lotteries = append(t.lotteries, e.Lottery)
		case *live.QuestionChanged:
			t.questions = append(t.questions, e.Question)
		case *live.Reset:
			t.rooms = append(t.rooms, e.Room)
		}
	}
	return t
}

// CompleteEvents puts into events what is needed of other domains, each kind as a set. It writes into them: whoever shares them passes copies.
func (l *Loaders) CompleteEvents(ctx context.Context, viewerID string, events []live.Event, need *EventNeed) error {
	t := sorted(events)
	if need.Pinned != nil {
		if err := l.pins(ctx, viewerID, t.pins, *need.Pinned); err != nil {
			return err
		}
	}
	if err := l.eventProducts(ctx, viewerID, t, need); err != nil {
		return err
	}
	if err := l.eventGroups(ctx, viewerID, t.groups, need.Group); err != nil {
		return err
	}
	if err := l.eventOffers(ctx, viewerID, t.offers, need.Offer); err != nil {
		return err
	}
	if err := l.CompleteDrops(ctx, viewerID, t.drops, need.Drop); err != nil {
		return err
	}
	if err := l.CompleteLotteries(ctx, viewerID, t.lotteries, need.Lottery); err != nil {
		return err
	}
	if err := l.CompleteQuestions(ctx, viewerID, t.questions, need.Upvoted); err != nil {
		return err
	}
	return l.CompleteRooms(ctx, viewerID, t.rooms, need.Room)
}

// eventProducts sets the products of shelves and of orders. One that was bought shows even when it is off every surface by now.
func (l *Loaders) eventProducts(ctx context.Context, viewerID string, t *told, need *EventNeed) error {
	if need.Shelf != nil {
		var ids []string
		for _, e := range t.shelves {
			ids = append(ids, e.ProductIDs...)
		}
		products, err := l.visible(ctx, viewerID, ids, *need.Shelf)
		if err != nil {
			return err
		}
		for _, e := range t.shelves {
			e.Shelf = inOrder(products, e.ProductIDs)
		}
	}
	if need.Product == nil || len(t.orders) == 0 {
		return nil
	}
	var ids []string
	for _, e := range t.orders {
		ids = append(ids, e.ProductID)
	}
	products, err := l.Products(ctx, viewerID, unique(ids), *need.Product)
	if err != nil {
		return err
	}
	byID := make(map[string]*catalog.Product, len(products))
	for _, p := range products {
		byID[p.ID] = p
	}
	for _, e := range t.orders {
		e.Product = byID[e.ProductID]
	}
	return nil
}

// eventOffers completes offers as events tell them. One whose product is off every surface is told as ended, whatever it was then: nobody can buy of it.
func (l *Loaders) eventOffers(ctx context.Context, viewerID string, offers []*live.Offer, need *OfferNeed) error {
	if need == nil || len(offers) == 0 {
		return nil
	}
	shown, err := l.OffersOnShow(ctx, viewerID, offers, need)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if !shown[o.ID] {
			o.OfferState = live.OfferEnded
		}
	}
	return nil
}

func (l *Loaders) eventGroups(ctx context.Context, viewerID string, events []*live.GroupProgress, need *GroupNeed) error {
	if need == nil || len(events) == 0 {
		return nil
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.GroupID)
	}
	groups, err := l.Groups(ctx, viewerID, unique(ids), need)
	for _, e := range events {
		e.GroupBuy = groups[e.GroupID]
	}
	return err
}
