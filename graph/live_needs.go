package graph

import "github.com/kaituan/kaituan/graph/loaders"

// productsOf is what the products at fields are loaded with, nil when they are not asked for.
func productsOf(a asked) *loaders.Need {
	if !a.any() {
		return nil
	}
	need := productsAsked(a)
	return &need
}

// roomsAsked is what rooms must be loaded with, nil when none are asked for.
func roomsAsked(a asked) *loaders.RoomNeed {
	if !a.any() {
		return nil
	}
	pinned := productsOf(a.at("pinned.product"))
	if pinned == nil && a.at("pinned").any() { // whether there is a pin depends on its product
		pinned = &loaders.Need{}
	}
	return &loaders.RoomNeed{
		Host: a.at("host").any(), Pinned: pinned, Shelf: productsOf(a.at("shelf")),
		Offers: offersAsked(a.at("offers")), Drops: dropsAsked(a.at("drops")), Lottery: lotteriesAsked(a.at("lottery")),
		Part: a.at("viewerRole", "viewerMutedUntil", "ingestUrl").any(), Share: linksAsked(a.at("share").of("LiveRoom")),
	}
}

// offersAsked is what offers of rooms must be loaded with, nil when none are asked for.
func offersAsked(a asked) *loaders.OfferNeed {
	if !a.any() {
		return nil
	}
	return &loaders.OfferNeed{Sku: productsOf(a.at("sku")), Room: roomsAsked(a.at("room"))}
}

func dropsAsked(a asked) *loaders.DropNeed {
	if !a.any() {
		return nil
	}
	return &loaders.DropNeed{Template: a.at("template").any(), Claimed: a.at("viewerClaimed").any()}
}

func lotteriesAsked(a asked) *loaders.LotteryNeed {
	if !a.any() {
		return nil
	}
	return &loaders.LotteryNeed{Winners: a.at("winners").any(), Ticket: a.at("viewerTicket").any()}
}

// eventsAsked is what events of rooms must be loaded with.
func eventsAsked(a asked) *loaders.EventNeed {
	pinned := productsOf(a.at("pinned.product"))
	if pinned == nil && a.at("pinned").any() {
		pinned = &loaders.Need{}
	}
	return &loaders.EventNeed{
		Pinned: pinned, Shelf: productsOf(a.at("shelf")), Product: productsOf(a.at("product")),
		Offer: offersAsked(a.at("offer")), Drop: dropsAsked(a.at("drop")), Lottery: lotteriesAsked(a.at("lottery")),
		Group: groupsAsked(a.at("groupBuy")), Room: roomsAsked(a.at("room")), Upvoted: a.at("question.viewerUpvoted").any(),
	}
}
