package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveoffer"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/money"
)

// Limits of offers.
const (
	maxQuota        = 1_000_000
	maxOfferSeconds = 86_400
	maxOpenOffers   = 10 // of one room, at once
)

// checkedOffer is a draft whose values make sense, in minor units. Its JSON is what an idempotency key stands for.
type checkedOffer struct {
	RoomID, SkuID         string
	Price, Quota, Seconds int64
}

// OfferStart opens an offer for a SKU of the room's shelf, now. The same key with input that means the same returns the offer as it is now.
//
// Errors, under input: fault.KeyReused, fault.OutOfRange (price, quota, seconds), fault.Missing (the room; a SKU that is not on its shelf, or was taken down),
// ErrRole, ErrRoomState (not LIVE), errManyOffers.
func (s *Service) OfferStart(ctx context.Context, actorID string, d *OfferDraft) (*Offer, error) {
	c, err := d.check(s.currency)
	if err != nil {
		return nil, err
	}
	call := idem.Call{Owner: actorID, Operation: "liveOfferStart", Key: d.IdempotencyKey, Input: c, Result: id.New("lvo")}
	offerID, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.startOffer(ctx, call, c) })
	if err != nil {
		return nil, err
	}
	return s.offer(ctx, offerID)
}

func (d *OfferDraft) check(currency string) (checkedOffer, error) {
	c := checkedOffer{RoomID: d.RoomID, SkuID: d.SkuID, Quota: int64(d.Quota), Seconds: int64(d.Seconds)}
	var err error
	c.Price, err = money.Parse(string(d.Price), currency)
	switch {
	case errors.Is(err, money.ErrOverflow):
		return c, fault.OutOfRange.At("input", "price").WithAvailable(money.Max)
	case err != nil:
		return c, fault.OutOfRange.At("input", "price")
	case c.Price < 1:
		return c, fault.OutOfRange.At("input", "price").WithAvailable(1)
	case c.Quota < 1 || c.Quota > maxQuota:
		return c, fault.OutOfRange.At("input", "quota").WithAvailable(maxQuota)
	case c.Seconds < 1 || c.Seconds > maxOfferSeconds:
		return c, fault.OutOfRange.At("input", "seconds").WithAvailable(maxOfferSeconds)
	}
	return c, nil
}

func (s *Service) startOffer(ctx context.Context, call idem.Call, c checkedOffer) error {
	if err := s.touch(ctx, call); err != nil {
		return err
	}
	if _, _, err := s.require(ctx, c.RoomID, call.Owner, CoHost); err != nil {
		return atRoom(err)
	}
	now := s.clock()
	if err := s.changeRoom(ctx, c.RoomID, []State{OnAir}, now, ""); err != nil { // its end, its shelf and other offers wait here
		return err
	}
	productID, err := s.offered(ctx, c)
	if err != nil {
		return err
	}
	client, ends := s.store.Client(ctx), now.Add(time.Duration(c.Seconds)*time.Second)
	open, err := client.LiveOffer.Query().Where(liveoffer.RoomID(c.RoomID), liveoffer.EndsAtGT(now), liveoffer.EndedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("offers of %s: %w", c.RoomID, err)
	}
	if open >= maxOpenOffers {
		return errManyOffers.At("input", "roomId").WithAvailable(maxOpenOffers)
	}
	err = client.LiveOffer.Create().SetID(call.Result).SetCreatedAt(now).SetUpdatedAt(now).SetRoomID(c.RoomID).SetSkuID(c.SkuID).SetProductID(productID).
		SetPrice(c.Price).SetQuota(c.Quota).SetUnitsLeft(c.Quota).SetStartsAt(now).SetEndsAt(ends).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert an offer: %w", err)
	}
	if err := s.deadlines.Set(ctx, OfferDeadline, call.Result, ends, now); err != nil {
		return err
	}
	s.offersChanged(ctx)
	return s.tell(ctx, c.RoomID, kindOffer, call.Result, nil)
}

// offered checks what is offered: a SKU on sale, of a product on the shelf, at no more than it costs anybody. It returns the product's id.
func (s *Service) offered(ctx context.Context, c checkedOffer) (productID string, err error) {
	found, err := s.catalog.ForSale(ctx, []string{c.SkuID})
	if err != nil {
		return "", err
	}
	sku, ok := found[c.SkuID]
	if ok && sku.Visible {
		ok, err = s.shelved(ctx, c.RoomID, sku.ProductID)
	}
	switch {
	case err != nil:
		return "", err
	case !ok || !sku.Visible:
		return "", fault.Missing.At("input", "skuId")
	case c.Price > sku.Price:
		return "", fault.OutOfRange.At("input", "price").WithAvailable(sku.Price)
	}
	return sku.ProductID, nil
}

// OfferEnd ends an offer before its time: nobody takes units of it any more, and what was ordered is paid at its price. Ending it again changes nothing.
//
// Errors, under input: fault.Missing, ErrRole.
func (s *Service) OfferEnd(ctx context.Context, actorID, offerID string) (*Offer, error) {
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		row, err := s.store.Client(ctx).LiveOffer.Get(ctx, offerID)
		if db.IsNotFound(err) {
			return fault.Missing.At("input", "offerId")
		}
		if err != nil {
			return fmt.Errorf("offer %s: %w", offerID, err)
		}
		if _, _, err := s.require(ctx, row.RoomID, actorID, CoHost); errors.Is(err, ErrRole) {
			return ErrRole.At("input", "offerId")
		} else if err != nil {
			return err
		}
		_, err = s.endOffer(ctx, row, s.clock())
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.offer(ctx, offerID)
}

// endOffers ends the open offers of a room that fit, in the transaction that has guarded the room's row; it has maxOpenOffers at most.
func (s *Service) endOffers(ctx context.Context, roomID string, now time.Time, fit ...predicate.LiveOffer) error {
	open, err := s.store.Client(ctx).LiveOffer.Query().Where(liveoffer.RoomID(roomID), liveoffer.EndsAtGT(now), liveoffer.EndedAtIsNil()).Where(fit...).
		Order(liveoffer.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("offers of %s: %w", roomID, err)
	}
	for _, row := range open {
		if _, err := s.endOffer(ctx, row, now); err != nil {
			return err
		}
	}
	return nil
}

// endOffer reports whether the offer was open. The offer's row, for which buyers wait, comes last.
func (s *Service) endOffer(ctx context.Context, row *db.LiveOffer, now time.Time) (bool, error) {
	if row.EndedAt != nil || !now.Before(row.EndsAt) {
		return false, nil
	}
	if err := s.deadlines.Cancel(ctx, OfferDeadline, row.ID); err != nil {
		return false, err
	}
	if err := s.tell(ctx, row.RoomID, kindOffer, row.ID, nil); err != nil {
		return false, err
	}
	s.offersChanged(ctx)
	ended, err := s.store.Guard(ctx, "UPDATE live_offers SET ended_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND ended_at IS NULL", now, now, row.ID)
	if err != nil {
		return false, fmt.Errorf("end %s: %w", row.ID, err)
	}
	return ended, nil
}

// Offers reads offers by id in one statement; what does not exist is left out.
func (s *Service) Offers(ctx context.Context, ids []string) (map[string]*Offer, error) {
	found := make(map[string]*Offer, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveOffer.Query().Where(liveoffer.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	now := s.clock()
	for _, row := range rows {
		found[row.ID] = s.offerOf(row, now)
	}
	return found, nil
}

func (s *Service) offer(ctx context.Context, offerID string) (*Offer, error) {
	found, err := s.Offers(ctx, []string{offerID})
	return found[offerID], err
}

// OffersOf are rooms' offers that have not ended, newest first, by room, in one statement.
func (s *Service) OffersOf(ctx context.Context, roomIDs []string) (map[string][]*Offer, error) {
	offers := make(map[string][]*Offer, len(roomIDs))
	if len(roomIDs) == 0 {
		return offers, nil
	}
	now := s.clock()
	rows, err := s.store.Client(ctx).LiveOffer.Query().Where(liveoffer.RoomIDIn(roomIDs...), liveoffer.EndsAtGT(now), liveoffer.EndedAtIsNil()).
		Order(liveoffer.ByStartsAt(sql.OrderDesc()), liveoffer.ByID(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("offers of rooms: %w", err)
	}
	for _, row := range rows {
		offers[row.RoomID] = append(offers[row.RoomID], s.offerOf(row, now))
	}
	return offers, nil
}

// offerOf shows a row as it is at now.
func (s *Service) offerOf(row *db.LiveOffer, now time.Time) *Offer {
	return &Offer{
		ID: row.ID, RoomID: row.RoomID, SkuID: row.SkuID, Price: s.money(row.Price), Quota: int(row.Quota), Left: int(row.UnitsLeft), StartsAt: row.StartsAt,
		EndsAt: endOf(row), OfferState: stateOf(row, now),
	}
}

// endOf is when the offer ends, or was ended.
func endOf(row *db.LiveOffer) time.Time {
	if row.EndedAt != nil {
		return *row.EndedAt
	}
	return row.EndsAt
}

// stateOf is an offer's state at now.
func stateOf(row *db.LiveOffer, now time.Time) OfferState {
	switch {
	case row.EndedAt != nil || !now.Before(row.EndsAt):
		return OfferEnded
	case row.UnitsLeft == 0:
		return OfferSoldOut
	}
	return OfferOpen
}
