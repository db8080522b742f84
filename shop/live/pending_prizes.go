package live

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/coupon"
)

// Not written yet; each leaves this file when it is.

func (s *Service) DropStart(ctx context.Context, actorID string, d *DropDraft) (*Drop, error) {
	return nil, fault.NotYet
}

// Claim gives a shopper one coupon of a drop.
func (s *Service) Claim(ctx context.Context, shopperID, dropID string) (*coupon.Coupon, error) {
	return nil, fault.NotYet
}

// Drops reads drops by id; DropsOf rooms' running ones, by room.
func (s *Service) Drops(ctx context.Context, ids []string) (map[string]*Drop, error) {
	return nil, fault.NotYet
}

func (s *Service) DropsOf(ctx context.Context, roomIDs []string) (map[string][]*Drop, error) {
	return nil, fault.NotYet
}

// Claimed says of which drops a viewer has a coupon.
func (s *Service) Claimed(ctx context.Context, viewerID string, dropIDs []string) (map[string]bool, error) {
	return nil, fault.NotYet
}

func (s *Service) LotteryStart(ctx context.Context, actorID string, d *LotteryDraft) (*Lottery, error) {
	return nil, fault.NotYet
}

func (s *Service) LotteryDraw(ctx context.Context, actorID, lotteryID string) (*Lottery, error) {
	return nil, fault.NotYet
}

func (s *Service) LotteryEnter(ctx context.Context, shopperID, lotteryID string) (*Lottery, error) {
	return nil, fault.NotYet
}

// Lotteries reads lotteries by id; LotteriesOf each room's newest one.
func (s *Service) Lotteries(ctx context.Context, ids []string) (map[string]*Lottery, error) {
	return nil, fault.NotYet
}

func (s *Service) LotteriesOf(ctx context.Context, roomIDs []string) (map[string]*Lottery, error) {
	return nil, fault.NotYet
}

// Entrants is a page of a lottery's tickets; Winners those that won, best first, by lottery; Tickets a viewer's own, by lottery.
func (s *Service) Entrants(ctx context.Context, lotteryID string, a page.Args) (*EntrantPage, error) {
	return nil, fault.NotYet
}

func (s *Service) Winners(ctx context.Context, lotteryIDs []string) (map[string][]*Entrant, error) {
	return nil, fault.NotYet
}

func (s *Service) Tickets(ctx context.Context, viewerID string, lotteryIDs []string) (map[string]int, error) {
	return nil, fault.NotYet
}

// Console is what the room's host sees now; Watch sends it once a second.
func (s *Service) Console(ctx context.Context, actorID, roomID string) (*Console, error) {
	return nil, fault.NotYet
}

func (s *Service) WatchConsole(ctx context.Context, actorID, roomID string) (<-chan *Console, error) {
	return nil, fault.NotYet
}

// endDrops and endLotteries end what runs in a room that ends.
func (s *Service) endDrops(context.Context, *db.LiveRoom, time.Time) error     { return nil }
func (s *Service) endLotteries(context.Context, *db.LiveRoom, time.Time) error { return nil }
