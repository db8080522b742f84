package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/server/demo"
	"github.com/kaituan/kaituan/shop/live"
)

// demoLook is how often the demo's room is looked after: what has ended in it is missing for so long at most.
const demoLook = time.Minute

// demoRoom is the demo's live room, and whom to act as there: the host may have become part of an account other than that which opened the room.
type demoRoom struct {
	*live.Room
	host string
}

// openDemoRoom puts the room of the demo's host on air, and makes one where there is none that has not ended. When it cannot (the host has twenty other rooms, a product was
// taken down) the demo does without.
func (a *App) openDemoRoom(ctx context.Context) {
	err := a.findDemoRoom(ctx)
	if err != nil {
		slog.WarnContext(ctx, "the demo's live room is not as it should be", "error", err)
	}
}

func (a *App) findDemoRoom(ctx context.Context) error {
	host, err := a.demoSignIn(ctx, demo.Host)
	if err != nil {
		return err
	}
	room, err := a.onAir(ctx, host.ShopperID)
	if err != nil {
		return err
	}
	its := &demoRoom{Room: room, host: host.ShopperID}
	a.liveDemo.Store(its)
	return a.demoTurns(ctx, its)
}

// onAir is the host's first room that has not ended, on air, after his welcome.
func (a *App) onAir(ctx context.Context, hostID string) (*live.Room, error) {
	wanted := demo.LiveRoom()
	room := &live.Room{State: live.Ended}
	for n := 1; room.State == live.Ended || room.State == live.Banned; n++ {
		var err error
		if room, err = a.Live.Create(ctx, hostID, &live.RoomDraft{IdempotencyKey: fmt.Sprint("demo-", n), Title: wanted.Title}); err != nil {
			return nil, err
		}
	}
	if room.State == live.Scheduled { // fresh, or a start was cut short
		if err := a.furnish(ctx, &demoRoom{Room: room, host: hostID}, wanted); err != nil {
			return nil, err
		}
	}
	room, err := a.Live.Start(ctx, hostID, room.ID)
	if err != nil {
		return nil, err
	}
	_, _, err = a.Live.CommentSend(ctx, hostID, room.ID, wanted.Welcome, "welcome") // once, by its client id
	return room, err
}

// furnish fills a room's shelf and pins the first of it.
func (a *App) furnish(ctx context.Context, room *demoRoom, wanted *demo.Room) error {
	found, err := a.Catalog.SkusByCode(ctx, wanted.Shelf)
	if err != nil {
		return err
	}
	var shelf []string
	for _, code := range wanted.Shelf {
		shelf = append(shelf, found[code].ProductID)
	}
	if _, err := a.Live.ShelfSet(ctx, room.host, room.ID, shelf); err != nil {
		return err
	}
	_, err = a.Live.Pin(ctx, room.host, room.ID, shelf[0], &wanted.PinNote)
	return err
}

// demoTurns begins what has its turn in the demo's room: an offer, a drop, a lottery.
func (a *App) demoTurns(ctx context.Context, room *demoRoom) error {
	wanted := demo.LiveRoom()
	found, err := a.Catalog.SkusByCode(ctx, wanted.Shelf[:1])
	if err != nil {
		return err
	}
	rain, err := a.Coupon.Create(ctx, "demo", wanted.Rain)
	if err != nil {
		return err
	}
	return errors.Join(
		a.demoTurn(room, wanted.Offers, func(key string, seconds int) error {
			_, err := a.Live.OfferStart(ctx, room.host, &live.OfferDraft{
				IdempotencyKey: key, RoomID: room.ID, SkuID: found[wanted.Shelf[0]].ID, Price: wanted.OfferPrice, Quota: wanted.OfferQuota, Seconds: seconds,
			})
			return err
		}),
		a.demoTurn(room, wanted.Rains, func(key string, seconds int) error {
			_, err := a.Live.DropStart(ctx, room.host, &live.DropDraft{IdempotencyKey: key, RoomID: room.ID, CouponTemplateID: rain.ID, Quantity: wanted.RainQuantity, Seconds: seconds})
			return err
		}),
		a.demoTurn(room, wanted.Lotteries, func(key string, seconds int) error {
			_, err := a.Live.LotteryStart(ctx, room.host, &live.LotteryDraft{IdempotencyKey: key, RoomID: room.ID, Prize: wanted.Prize, Winners: 1, Seconds: seconds})
			return err
		}),
	)
}

// demoTurn begins the turn that is now, if any. Each has a key of its own, so that what was begun, or ended by the host, is begun no second time, also when several processes
// look after one room.
func (a *App) demoTurn(room *demoRoom, turns demo.Turns, begin func(key string, seconds int) error) error {
	number, seconds := turns.At(a.Clock.Now().Sub(*room.StartedAt))
	if seconds == 0 {
		return nil
	}
	return unlessRefused(begin(fmt.Sprint("demo-", room.ID, "-", number), seconds))
}

// keepDemo looks after the demo's room until ctx ends; without one it does nothing. After a failure it looks for the room again: its host may be somebody else by now.
func (a *App) keepDemo(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(demoLook):
		}
		if room := a.liveDemo.Load(); room != nil {
			if err := a.demoTurns(ctx, room); err != nil && ctx.Err() == nil {
				a.openDemoRoom(ctx)
			}
		}
	}
}

// unlessRefused is nil for a refusal: the shop has its reasons, and a turn that has begun is refused by its key.
func unlessRefused(err error) error {
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return nil
	}
	return err
}
