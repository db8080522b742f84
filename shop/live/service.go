package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/batch"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/window"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/moderation"
	"github.com/kaituan/kaituan/shop/order"
)

// Config is what live rooms stand on.
type Config struct {
	Store      *store.Store
	Clock      clock.Clock
	Identity   *identity.Service
	Catalog    *catalog.Service
	Coupon     *coupon.Service
	Order      *order.Service
	GroupBuy   *groupbuy.Service
	Moderation *moderation.Service
	Outbox     *outbox.Outbox
	Deadlines  *deadline.Deadlines
	Hub        *hub.Hub
	// Currency is the shop's one currency.
	Currency string
	// MAC makes the keys by which entrants of lotteries are shown.
	MAC func(data []byte) []byte
	// Tick is the pause between ticks whatever a room's size; 0: by its size, as tickOf says.
	Tick time.Duration
	// Budget is how many comments a second a room shows; the rest is counted. 0: 40.
	Budget int
	// CDN signs the addresses of streams; the zero value signs none.
	CDN CDN
}

// Service runs live rooms. It is the orders' activity of kind "live".
type Service struct {
	store      *store.Store
	clock      clock.Clock
	identity   *identity.Service
	catalog    *catalog.Service
	coupons    *coupon.Service
	orders     *order.Service
	groups     *groupbuy.Service
	moderation *moderation.Service
	outbox     *outbox.Outbox
	deadlines  *deadline.Deadlines
	hub        *hub.Hub
	currency   string
	mac        func(data []byte) []byte
	tick       time.Duration
	budget     int
	cdn        CDN
	counter    *window.Window[counter]
	// comments is how often one viewer may comment; likes commits the likes of many calls together.
	comments *pace.Pace
	likes    *batch.Batcher[like, liked]
	prizes   prizes

	tempo tempo
	// node names this process to owners.
	node      string
	following following
}

// New returns the service; the order service must be told to Serve it. Close lets it go.
func New(c Config) *Service {
	if c.Budget == 0 {
		c.Budget = 40
	}
	s := &Service{
		store: c.Store, clock: c.Clock, identity: c.Identity, catalog: c.Catalog, coupons: c.Coupon, orders: c.Order, groups: c.GroupBuy, moderation: c.Moderation,
		outbox: c.Outbox, deadlines: c.Deadlines, hub: c.Hub, currency: c.Currency, mac: c.MAC, tick: c.Tick, budget: c.Budget, cdn: c.CDN,
		comments: pace.New(commentEvery, commentBurst, commentKeys), prizes: newPrizes(c.Clock), tempo: usual(), node: id.New("nod"),
		counter: window.New[counter](c.Clock, counterFor), following: following{most: mostOver},
	}
	s.likes = batch.New(likeEvery, likeBatch, s.commitLikes)
	return s
}

func (s *Service) money(minor int64) *money.Money {
	return &money.Money{Minor: minor, Code: s.currency}
}

// Kinds of news, and of the events that they become.
const (
	kindTick     = "TICK"     // no news: the owner makes it of comments, likes and presence
	kindState    = "STATE"    // nothing
	kindPin      = "PIN"      // nothing: read when it is numbered
	kindShelf    = "SHELF"    // nothing
	kindOffer    = "OFFER"    // ref: offer
	kindDrop     = "DROP"     // ref: drop
	kindLottery  = "LOTTERY"  // ref: lottery; data once its entries are closed, and once it is drawn: the lottery as it was then, so that the hash comes before the seed
	kindOrder    = "ORDER"    // ref: order; data: buyer, product, quantity
	kindGroup    = "GROUP"    // ref: group
	kindHidden   = "HIDDEN"   // ref: comment
	kindSlow     = "SLOW"     // nothing
	kindQuestion = "QUESTION" // ref: question
)

// tell leaves news for the room's owner, in the transaction of what happened, and wakes him after its commit. Several pieces about the same thing become one event
// when he finds them together, but those that have data, which may be nil, are told as they are.
func (s *Service) tell(ctx context.Context, roomID, kind, ref string, data any) error {
	if err := s.insertNews(ctx, roomID, kind, ref, data); err != nil {
		return err
	}
	s.announce(ctx, roomID)
	return nil
}

// soon is how near to its end a count must be to be told at once. It is more than what others take between a transaction's look at a count and its own taking, so that
// whatever runs out is told so at once; a count that ran out faster is told with the next tick.
const soon = 256

// tellCount is tell for what is only another count of something, of which left are left as far as is known, -1 where nothing runs out: it waits for the next tick,
// which comes the later the more are watching, unless little is left.
func (s *Service) tellCount(ctx context.Context, roomID, kind, ref string, left int64) error {
	if left >= 0 && left <= soon {
		return s.tell(ctx, roomID, kind, ref, nil)
	}
	if err := s.insertNews(ctx, roomID, kind, ref, nil); err != nil {
		return err
	}
	s.wakeOwner(ctx, roomID)
	return nil
}

// insertNews writes a piece of news, and tells nobody.
func (s *Service) insertNews(ctx context.Context, roomID, kind, ref string, data any) error {
	var text any
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("news of %s: %w", roomID, err)
		}
		text = string(raw)
	}
	if _, err := s.store.Exec(ctx, "INSERT INTO live_news (room_id, kind, ref, data) VALUES (?, ?, ?, ?)", roomID, kind, ref, text); err != nil {
		return fmt.Errorf("news of %s: %w", roomID, err)
	}
	return nil
}

// repeatable runs a transaction of what changes nothing when it is done once more: of a commit whose outcome is unknown it says fault.BusyRetry.
func (s *Service) repeatable(ctx context.Context, do func(ctx context.Context) error) error {
	err := s.store.InTx(ctx, do)
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return fault.BusyRetry
	}
	return err
}

// announce wakes the room's owner for news, which he numbers at once.
func (s *Service) announce(ctx context.Context, roomID string) {
	s.store.AfterCommit(ctx, func() { _ = s.hub.Publish(ownerSubject(roomID), newsSignal) }) // a signal that is lost costs a second
}

// wakeOwner has the room's owner look for comments, likes and counts at his next tick, once the transaction of ctx has committed.
func (s *Service) wakeOwner(ctx context.Context, roomID string) {
	s.store.AfterCommit(ctx, func() { s.hub.Signal(ownerSubject(roomID)) })
}

// ownerSubject is what the owner of a room listens to, and "live.owner.*" whoever looks for rooms without one.
func ownerSubject(roomID string) string { return "live.owner." + roomID }

// room reads a room's row; fault.Missing when there is none.
func (s *Service) room(ctx context.Context, roomID string) (*db.LiveRoom, error) {
	row, err := s.store.Client(ctx).LiveRoom.Get(ctx, roomID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("room %s: %w", roomID, err)
	}
	return row, nil
}

// addTo updates a row, which update reports the being of, or inserts it when it is not there. Of two who find none the second updates what the first has inserted.
func (s *Service) addTo(ctx context.Context, update func(ctx context.Context) (bool, error), insert func(ctx context.Context) error) error {
	there, err := update(ctx)
	if err != nil || there {
		return err
	}
	return s.insertOr(ctx, insert, update)
}

// insertOr inserts a row that was not there, or updates the one that somebody else has inserted since.
func (s *Service) insertOr(ctx context.Context, insert func(ctx context.Context) error, update func(ctx context.Context) (bool, error)) error {
	made, err := s.store.Unique(ctx, insert)
	if err != nil || made {
		return err
	}
	there, err := update(ctx)
	if err == nil && !there {
		err = errors.New("a row is neither there nor can be inserted")
	}
	return err
}

// lost is the error for a state that this code did not foresee: it rolls back and is logged.
func lost(what, id string) error {
	return fmt.Errorf("%s %s: another transaction changed it", what, id)
}
