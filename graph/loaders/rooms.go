package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/live"
)

// RoomNeed says what rooms are loaded with.
type RoomNeed struct {
	Host bool
	// Pinned and Shelf are what those products are loaded with, nil: they are not needed.
	Pinned, Shelf *Need
	Offers        *OfferNeed
	Drops         *DropNeed
	Lottery       *LotteryNeed
	// Part: what the rooms know of the viewer.
	Part bool
	// Share is what the viewer's links to them are loaded with, nil: they are not needed.
	Share *ShareNeed
}

// OfferNeed says what offers of rooms are loaded with.
type OfferNeed struct {
	// Sku is what their SKUs are loaded with, Room what their rooms are; nil: they are not needed.
	Sku  *Need
	Room *RoomNeed
}

// DropNeed says what drops are loaded with.
type DropNeed struct {
	// Template: what rains. Claimed: whether the viewer has one.
	Template, Claimed bool
}

// LotteryNeed says what lotteries are loaded with.
type LotteryNeed struct {
	// Winners: who won. Ticket: the viewer's own.
	Winners, Ticket bool
}

// SharedRoom is the viewer's link to a room, as CompleteRooms put it beside; nil without a session.
func SharedRoom(r *live.Room) *ShareLink {
	link, _ := r.Beside.(*ShareLink)
	return link
}

// Rooms returns rooms by id with what is needed beside them, leaving out what does not exist.
func (l *Loaders) Rooms(ctx context.Context, viewerID string, ids []string, need *RoomNeed) (map[string]*live.Room, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := l.Live.Rooms(ctx, unique(ids))
	if err != nil {
		return nil, fmt.Errorf("load rooms: %w", err)
	}
	return found, l.CompleteRooms(ctx, viewerID, values(found), need)
}

// CompleteRooms puts beside rooms what is needed. What depends on the viewer stays nil without one.
func (l *Loaders) CompleteRooms(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need == nil || len(rooms) == 0 {
		return nil
	}
	for _, load := range []func(context.Context, string, []*live.Room, *RoomNeed) error{l.hosts, l.roomPins, l.shelves, l.roomOffers, l.roomDrops, l.roomLotteries} {
		if err := load(ctx, viewerID, rooms, need); err != nil {
			return err
		}
	}
	if viewerID == "" {
		return nil
	}
	if need.Part {
		if err := l.parts(ctx, viewerID, rooms); err != nil {
			return err
		}
	}
	if need.Share == nil {
		return nil
	}
	links, err := l.shares(ctx, viewerID, roomIDs(rooms), *need.Share)
	for _, r := range rooms {
		if link := links[r.ID]; link != nil {
			r.Beside = link
		}
	}
	return err
}

func (l *Loaders) hosts(ctx context.Context, _ string, rooms []*live.Room, need *RoomNeed) error {
	if !need.Host {
		return nil
	}
	ids := make([]string, len(rooms))
	for i, r := range rooms {
		ids[i] = r.HostID
	}
	people, err := l.Identity.Publics(ctx, unique(ids))
	if err != nil {
		return fmt.Errorf("load hosts: %w", err)
	}
	for _, r := range rooms {
		r.Host = people[r.HostID]
	}
	return nil
}

func (l *Loaders) roomPins(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need.Pinned == nil {
		return nil
	}
	pins := make([]**live.Pin, len(rooms))
	for i, r := range rooms {
		pins[i] = &r.Pinned
	}
	return l.pins(ctx, viewerID, pins, *need.Pinned)
}

// pins sets the pins' products. A pin whose product is off every surface is taken away: nothing is pinned then.
func (l *Loaders) pins(ctx context.Context, viewerID string, pins []**live.Pin, need Need) error {
	var ids []string
	for _, pin := range pins {
		if *pin != nil {
			ids = append(ids, (*pin).ProductID)
		}
	}
	products, err := l.visible(ctx, viewerID, ids, need)
	if err != nil {
		return err
	}
	for _, pin := range pins {
		if *pin == nil {
			continue
		}
		if p := products[(*pin).ProductID]; p != nil {
			(*pin).Product = p
		} else {
			*pin = nil
		}
	}
	return nil
}

// visible are products by id, without those that are off every surface.
func (l *Loaders) visible(ctx context.Context, viewerID string, ids []string, need Need) (map[string]*catalog.Product, error) {
	found := make(map[string]*catalog.Product, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	products, err := l.Products(ctx, viewerID, unique(ids), need)
	for _, p := range products {
		if p.Visible {
			found[p.ID] = p
		}
	}
	return found, err
}

func (l *Loaders) shelves(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need.Shelf == nil {
		return nil
	}
	shelves, err := l.Live.Shelves(ctx, roomIDs(rooms))
	if err != nil {
		return fmt.Errorf("load shelves: %w", err)
	}
	var ids []string
	for _, shelf := range shelves {
		ids = append(ids, shelf...)
	}
	products, err := l.visible(ctx, viewerID, ids, *need.Shelf)
	for _, r := range rooms {
		r.Shelf = inOrder(products, shelves[r.ID])
	}
	return err
}

// inOrder are those of ids that there are, in their order.
func inOrder[T any](byID map[string]*T, ids []string) []*T {
	list := make([]*T, 0, len(ids))
	for _, id := range ids {
		if found := byID[id]; found != nil {
			list = append(list, found)
		}
	}
	return list
}

// roomOffers sets the rooms' offers, without those whose products are off every surface.
func (l *Loaders) roomOffers(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need.Offers == nil {
		return nil
	}
	found, err := l.Live.OffersOf(ctx, roomIDs(rooms))
	if err != nil {
		return fmt.Errorf("load offers: %w", err)
	}
	var all []*live.Offer
	for _, offers := range found {
		all = append(all, offers...)
	}
	shown, err := l.OffersOnShow(ctx, viewerID, all, need.Offers)
	if err != nil {
		return err
	}
	for _, r := range rooms {
		r.Offers = make([]*live.Offer, 0, len(found[r.ID]))
		for _, o := range found[r.ID] {
			if shown[o.ID] {
				r.Offers = append(r.Offers, o)
			}
		}
	}
	return nil
}

// OffersOnShow is CompleteOffers, and says which of the offers, by id, are not of products that are off every surface.
func (l *Loaders) OffersOnShow(ctx context.Context, viewerID string, offers []*live.Offer, need *OfferNeed) (map[string]bool, error) {
	with := OfferNeed{}
	if need != nil {
		with = *need
	}
	if with.Sku == nil {
		with.Sku = &Need{}
	}
	if err := l.CompleteOffers(ctx, viewerID, offers, &with); err != nil {
		return nil, err
	}
	shown := make(map[string]bool, len(offers))
	for _, o := range offers {
		if o.Sku != nil && o.Sku.Product.Visible {
			shown[o.ID] = true
		}
	}
	return shown, nil
}

// CompleteOffers puts beside offers their SKUs and rooms, where they are needed.
func (l *Loaders) CompleteOffers(ctx context.Context, viewerID string, offers []*live.Offer, need *OfferNeed) error {
	if need == nil || len(offers) == 0 {
		return nil
	}
	var skuIDs, roomIDs []string
	for _, o := range offers {
		skuIDs, roomIDs = append(skuIDs, o.SkuID), append(roomIDs, o.RoomID)
	}
	if need.Sku != nil {
		skus, err := l.Skus(ctx, viewerID, unique(skuIDs), *need.Sku)
		if err != nil {
			return err
		}
		for _, o := range offers {
			o.Sku = skus[o.SkuID]
		}
	}
	if need.Room == nil {
		return nil
	}
	rooms, err := l.Rooms(ctx, viewerID, roomIDs, need.Room)
	for _, o := range offers {
		o.Room = rooms[o.RoomID]
	}
	return err
}

func (l *Loaders) roomDrops(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need.Drops == nil {
		return nil
	}
	found, err := l.Live.DropsOf(ctx, roomIDs(rooms))
	if err != nil {
		return fmt.Errorf("load drops: %w", err)
	}
	var all []*live.Drop
	for _, r := range rooms {
		r.Drops = found[r.ID]
		all = append(all, r.Drops...)
	}
	return l.CompleteDrops(ctx, viewerID, all, need.Drops)
}

// CompleteDrops puts beside drops what rains, and whether the viewer has one.
func (l *Loaders) CompleteDrops(ctx context.Context, viewerID string, drops []*live.Drop, need *DropNeed) error {
	if need == nil || len(drops) == 0 {
		return nil
	}
	var ids, templateIDs []string
	for _, d := range drops {
		ids, templateIDs = append(ids, d.ID), append(templateIDs, d.TemplateID)
	}
	if need.Template {
		templates, err := l.Coupon.Templates(ctx, viewerID, unique(templateIDs))
		if err != nil {
			return fmt.Errorf("load what rains: %w", err)
		}
		for _, d := range drops {
			d.Template = templates[d.TemplateID]
		}
	}
	if !need.Claimed || viewerID == "" {
		return nil
	}
	claimed, err := l.Live.Claimed(ctx, viewerID, unique(ids))
	if err != nil {
		return fmt.Errorf("load the viewer's claims: %w", err)
	}
	for _, d := range drops {
		d.ViewerClaimed = claimed[d.ID]
	}
	return nil
}

func (l *Loaders) roomLotteries(ctx context.Context, viewerID string, rooms []*live.Room, need *RoomNeed) error {
	if need.Lottery == nil {
		return nil
	}
	found, err := l.Live.LotteriesOf(ctx, roomIDs(rooms))
	if err != nil {
		return fmt.Errorf("load lotteries: %w", err)
	}
	for _, r := range rooms {
		r.Lottery = found[r.ID]
	}
	return l.CompleteLotteries(ctx, viewerID, values(found), need.Lottery)
}

// CompleteLotteries puts beside lotteries who won, and the viewer's own ticket.
func (l *Loaders) CompleteLotteries(ctx context.Context, viewerID string, lotteries []*live.Lottery, need *LotteryNeed) error {
	if need == nil || len(lotteries) == 0 {
		return nil
	}
	var ids []string
	for _, lottery := range lotteries {
		ids = append(ids, lottery.ID)
	}
	if need.Winners {
		winners, err := l.Live.Winners(ctx, unique(ids))
		if err != nil {
			return fmt.Errorf("load winners: %w", err)
		}
		for _, lottery := range lotteries {
			if lottery.Seed != nil { // an event tells a lottery as it was then, when nobody knew yet
				lottery.Winners = winners[lottery.ID]
			}
		}
	}
	if !need.Ticket || viewerID == "" {
		return nil
	}
	tickets, err := l.Live.Tickets(ctx, viewerID, unique(ids))
	if err != nil {
		return fmt.Errorf("load the viewer's tickets: %w", err)
	}
	for _, lottery := range lotteries {
		if ticket, has := tickets[lottery.ID]; has {
			lottery.ViewerTicket = &ticket
		}
	}
	return nil
}

// CompleteQuestions says of questions whether the viewer has voted for them.
func (l *Loaders) CompleteQuestions(ctx context.Context, viewerID string, questions []*live.Question, upvoted bool) error {
	if !upvoted || viewerID == "" || len(questions) == 0 {
		return nil
	}
	ids := make([]string, len(questions))
	for i, q := range questions {
		ids[i] = q.ID
	}
	found, err := l.Live.Upvoted(ctx, viewerID, unique(ids))
	if err != nil {
		return fmt.Errorf("load the viewer's votes: %w", err)
	}
	for _, q := range questions {
		q.ViewerUpvoted = found[q.ID]
	}
	return nil
}

// parts sets what the rooms know of the viewer.
func (l *Loaders) parts(ctx context.Context, viewerID string, rooms []*live.Room) error {
	found, err := l.Live.Parts(ctx, viewerID, rooms)
	if err != nil {
		return fmt.Errorf("load the viewer's parts: %w", err)
	}
	for _, r := range rooms {
		part := found[r.ID]
		role := part.Role
		if role == "" {
			role = live.Viewer
		}
		r.ViewerRole, r.ViewerMutedUntil = &role, part.MutedUntil
	}
	return nil
}

func roomIDs(rooms []*live.Room) []string {
	ids := make([]string, len(rooms))
	for i, r := range rooms {
		ids[i] = r.ID
	}
	return unique(ids)
}
