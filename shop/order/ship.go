package order

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/orderevent"
	"github.com/kaituan/kaituan/ent/db/shipment"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
)

// maxParcelText bounds a carrier's name and a tracking number, maxEventText what a carrier reports.
const (
	maxParcelText = 60
	maxEventText  = 255
	maxEvents     = 100
)

// Ship records that a paid order's parcel is on its way. A second parcel may follow while the order is SHIPPED; the same tracking number again changes nothing.
//
// Errors: fault.Missing, ErrState, fault.Blank, fault.TooLong.
func (s *Service) Ship(ctx context.Context, orderID, carrier, tracking string) (*Order, error) {
	carrier, tracking = strings.TrimSpace(carrier), strings.TrimSpace(tracking)
	if err := text(carrier, maxParcelText, "carrier"); err != nil {
		return nil, err
	}
	if err := text(tracking, maxParcelText, "trackingNumber"); err != nil {
		return nil, err
	}
	return s.step(ctx, orderID, func(ctx context.Context, row *db.Order) error {
		now := s.clock()
		fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
			return s.store.Client(ctx).Shipment.Create().SetOrderID(orderID).SetCarrier(carrier).SetTrackingNumber(tracking).SetCreatedAt(now).Exec(ctx)
		})
		if err != nil || !fresh {
			return wrap(err, "ship %s", orderID)
		}
		ver, moved, err := s.move(ctx, orderID, []State{Paid}, Shipped, "")
		if err != nil {
			return err
		}
		if moved {
			return s.outbox.Emit(ctx, orderID, ver, fact.OrderShipped{OrderID: orderID, ShopperID: row.ShopperID, At: now}, now)
		}
		another, err := s.store.Guard(ctx, "UPDATE orders SET updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'SHIPPED'", now, orderID)
		if err == nil && !another {
			err = ErrState.At("input", "orderId")
		}
		return err
	})
}

// step runs a change of an order by the shop's side and returns the order after it.
func (s *Service) step(ctx context.Context, orderID string, change func(ctx context.Context, row *db.Order) error) (*Order, error) {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		row, err := s.row(ctx, orderID, "")
		if err != nil {
			return err
		}
		s.signal(ctx, orderID)
		return change(ctx, row)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, orderID)
}

func text(value string, most int, field string) error {
	switch {
	case value == "":
		return fault.Blank.At("input", field)
	case utf8.RuneCountInString(value) > most:
		return fault.TooLong.At("input", field).WithAvailable(int64(most))
	}
	return nil
}

// ReportedEvent is what a carrier says of a parcel.
type ReportedEvent struct {
	At   time.Time
	Text string
}

// AddShipmentEvents records what a carrier reported of a parcel; the same report twice is one.
//
// Errors: fault.Missing (order or parcel), fault.OutOfRange (1..100 events), fault.Blank, fault.TooLong.
func (s *Service) AddShipmentEvents(ctx context.Context, orderID, tracking string, events []ReportedEvent) (*Order, error) {
	if len(events) == 0 || len(events) > maxEvents {
		return nil, fault.OutOfRange.At("input", "events").WithAvailable(maxEvents)
	}
	for i, e := range events {
		if strings.TrimSpace(e.Text) == "" {
			return nil, fault.Blank.At("input", "events", position(i), "text")
		}
		if utf8.RuneCountInString(e.Text) > maxEventText {
			return nil, fault.TooLong.At("input", "events", position(i), "text").WithAvailable(maxEventText)
		}
	}
	return s.step(ctx, orderID, func(ctx context.Context, _ *db.Order) error {
		parcel, err := s.store.Client(ctx).Shipment.Query().Where(shipment.OrderID(orderID), shipment.TrackingNumber(tracking)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.Missing.At("input", "trackingNumber")
		}
		if err != nil {
			return fmt.Errorf("parcel of %s: %w", orderID, err)
		}
		news := false
		for _, e := range events {
			at := clock.Trim(e.At)
			digest := sha256.Sum256([]byte(at.Format(time.RFC3339Nano) + "\x00" + e.Text))
			fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
				return s.store.Client(ctx).ShipmentEvent.Create().SetShipmentID(parcel.ID).SetAt(at).SetText(e.Text).SetDigest(hex.EncodeToString(digest[:])).Exec(ctx)
			})
			if err != nil {
				return fmt.Errorf("report on %s: %w", parcel.ID, err)
			}
			news = news || fresh
		}
		if news {
			_, err = s.bump(ctx, orderID)
		}
		return err
	})
}

// Deliver records that a shipped order has arrived; seven days later it is COMPLETED by itself. Delivering again changes nothing.
//
// Errors: fault.Missing, ErrState.
func (s *Service) Deliver(ctx context.Context, orderID string) (*Order, error) {
	return s.step(ctx, orderID, func(ctx context.Context, row *db.Order) error {
		ver, moved, err := s.move(ctx, orderID, []State{Shipped}, Delivered, "")
		if err != nil {
			return err
		}
		if !moved {
			return sameOr(row, Delivered)
		}
		now := s.clock()
		if err := s.deadlines.Set(ctx, CompleteDeadline, orderID, now.Add(completeAfter), now); err != nil {
			return err
		}
		return s.outbox.Emit(ctx, orderID, ver, fact.OrderDelivered{OrderID: orderID, ShopperID: row.ShopperID, At: now}, now)
	})
}

// sameOr is nil when the order is where it was to go already.
func sameOr(row *db.Order, state State) error {
	if State(row.State) == state {
		return nil
	}
	return ErrState.At("input", "orderId")
}

// Complete records that the shopper has received a shipped or delivered order. Completing again changes nothing.
//
// Errors: fault.Missing, ErrState.
func (s *Service) Complete(ctx context.Context, shopperID, orderID string) (*Order, error) {
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		row, err := s.row(ctx, orderID, shopperID)
		if err != nil {
			return err
		}
		completed, err := s.complete(ctx, row, Shipped, Delivered)
		if err != nil || completed {
			return err
		}
		return sameOr(row, Completed)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, orderID)
}

func (s *Service) complete(ctx context.Context, row *db.Order, from ...State) (bool, error) {
	now := s.clock()
	ver, moved, err := s.move(ctx, row.ID, from, Completed, "", column{"completed_at", now})
	if err != nil || !moved {
		return false, err
	}
	if err := s.deadlines.Cancel(ctx, CompleteDeadline, row.ID); err != nil {
		return false, err
	}
	if err := s.earn(ctx, row); err != nil {
		return false, err
	}
	return true, s.outbox.Emit(ctx, row.ID, ver, fact.OrderCompleted{OrderID: row.ID, ShopperID: row.ShopperID, Channel: row.Channel, At: now}, now)
}

// CompleteDelivered completes an order seven days after its delivery. One that is REFUNDING has stopped the clock: going back sets it anew.
func (s *Service) CompleteDelivered(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		row, err := s.row(ctx, t.Ref, "")
		if err != nil {
			return err
		}
		if err := s.touch(ctx, row.ShopperID); err != nil { // who completes it himself at the same time waits here, not crosswise
			return err
		}
		if err := t.Done(ctx); err != nil {
			return err
		}
		_, err = s.complete(ctx, row, Delivered)
		return err
	})
}

// resumeClock sets the seven days anew for an order that is DELIVERED again, less the time that it was before: the timeline has every pause.
func (s *Service) resumeClock(ctx context.Context, orderID string) error {
	events, err := s.store.Client(ctx).OrderEvent.Query().Where(orderevent.OrderID(orderID)).Order(orderevent.ByOrderVer()).All(ctx)
	if err != nil {
		return fmt.Errorf("timeline of %s: %w", orderID, err)
	}
	left := completeAfter
	for i := range len(events) - 1 {
		if State(events[i].State) == Delivered {
			left -= events[i+1].At.Sub(events[i].At)
		}
	}
	now := s.clock()
	return s.deadlines.Set(ctx, CompleteDeadline, orderID, now.Add(max(left, 0)), now)
}
