package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/fact"
)

// Consumers are what rooms learn from facts. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{
		outbox.On("live.order_paid", s.onOrderPaid),
		outbox.On("live.shopper_erased", s.onErased),
		outbox.On("live.product_visibility", s.onVisibility),
		outbox.On("live.group_opened", func(ctx context.Context, f fact.GroupBuyOpened) error { return s.onGroup(ctx, f.ProductID, f.GroupID) }),
		outbox.On("live.group_joined", func(ctx context.Context, f fact.GroupBuyJoined) error { return s.onGroup(ctx, f.ProductID, f.GroupID) }),
		outbox.On("live.group_completed", func(ctx context.Context, f fact.GroupBuyCompleted) error {
			return s.onGroup(ctx, f.ProductID, f.GroupID)
		}),
		outbox.On("live.group_expired", func(ctx context.Context, f fact.GroupBuyExpired) error { return s.onGroup(ctx, f.ProductID, f.GroupID) }),
		outbox.On("live.group_cancelled", func(ctx context.Context, f fact.GroupBuyCancelled) error {
			return s.onGroup(ctx, f.ProductID, f.GroupID)
		}),
	}
}

// onGroup tells every room on air that has a product on its shelf how a group for it stands.
func (s *Service) onGroup(ctx context.Context, productID, groupID string) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		rooms, err := s.store.Texts(ctx, "SELECT r.id FROM live_shelves f JOIN live_rooms r ON r.id = f.room_id WHERE f.product_id = ? AND r.state = 'LIVE'", productID)
		if err != nil {
			return fmt.Errorf("rooms that show %s: %w", productID, err)
		}
		return s.tellAll(ctx, rooms, kindGroup, groupID, nil)
	})
}

// onOrderPaid counts an order for the rooms that it is of, tells it there, and knows its shopper as a buyer from then on. It is of every room that is on air with one
// of its products on the shelf, and of the room whose offer it was placed for, which also counts it when it is off air again. Each of them counts the order's whole
// total, also where other products were bought along.
func (s *Service) onOrderPaid(ctx context.Context, f fact.OrderPaid) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		sold, err := s.soldIn(ctx, f)
		if err != nil || len(sold) == 0 {
			return err
		}
		rooms := make([]string, len(sold))
		for i, r := range sold {
			rooms[i] = r.room
		}
		in, args := store.In(rooms)
		// The consumer's receipt lets this happen once; the unique key (room, order) would make a second time an error.
		if _, err := s.store.Exec(ctx, "INSERT INTO live_sales (room_id, order_id, amount, paid_at) SELECT r.id, ?, ?, ? FROM live_rooms r WHERE r.id IN "+in,
			append([]any{f.OrderID, f.Total, f.At.UTC()}, args...)...); err != nil {
			return fmt.Errorf("sale of %s: %w", f.OrderID, err)
		}
		for _, room := range rooms {
			if err := s.sellIn(ctx, room, f.At.UTC().Truncate(time.Minute), f.Total); err != nil {
				return fmt.Errorf("minute of %s in %s: %w", f.OrderID, room, err)
			}
		}
		if err := s.buys(ctx, rooms, f); err != nil {
			return err
		}
		var onAir []told
		for _, r := range sold {
			if r.state == OnAir {
				onAir = append(onAir, told{r.room, orderRecord{Buyer: f.ShopperID, Product: r.product, Quantity: r.quantity}})
			}
		}
		return s.tellEach(ctx, onAir, kindOrder, f.OrderID)
	})
}

// soldRoom is a room that an order is of, with the first of its products that the order has.
type soldRoom struct {
	room     string
	state    State
	product  string
	quantity int
}

func (s *Service) soldIn(ctx context.Context, f fact.OrderPaid) ([]soldRoom, error) {
	products := make([]string, len(f.Lines))
	for i, line := range f.Lines {
		products[i] = line.ProductID
	}
	if len(products) == 0 {
		return nil, nil
	}
	in, args := store.In(products)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT r.id, r.state, f.product_id FROM live_shelves f JOIN live_rooms r ON r.id = f.room_id
		WHERE r.state = 'LIVE' AND f.product_id IN `+in+` UNION SELECT r.id, r.state, o.product_id FROM live_offer_uses u JOIN live_offers o ON o.id = u.offer_id
		JOIN live_rooms r ON r.id = o.room_id WHERE u.order_id = ?`, append(args, f.OrderID)...)
	if err != nil {
		return nil, fmt.Errorf("rooms of order %s: %w", f.OrderID, err)
	}
	defer rows.Close()
	first := map[string]soldRoom{}
	for rows.Next() {
		var r soldRoom
		if err := rows.Scan(&r.room, &r.state, &r.product); err != nil {
			return nil, fmt.Errorf("rooms of order %s: %w", f.OrderID, err)
		}
		i := slices.Index(products, r.product)
		if i < 0 {
			continue
		}
		r.quantity = int(f.Lines[i].Units)
		if known, ok := first[r.room]; !ok || i < slices.Index(products, known.product) {
			first[r.room] = r
		}
	}
	sold := make([]soldRoom, 0, len(first))
	for _, r := range first {
		sold = append(sold, r)
	}
	slices.SortFunc(sold, func(a, b soldRoom) int { return strings.Compare(a.room, b.room) })
	return sold, rows.Err()
}

// buys makes the shopper a buyer in rooms.
func (s *Service) buys(ctx context.Context, rooms []string, f fact.OrderPaid) error {
	in, args := store.In(rooms)
	here, err := s.store.Texts(ctx, "SELECT room_id FROM live_members WHERE shopper_id = ? AND room_id IN "+in, append([]any{f.ShopperID}, args...)...)
	if err != nil {
		return fmt.Errorf("buyer %s: %w", f.ShopperID, err)
	}
	for _, room := range rooms {
		if !slices.Contains(here, room) { // once per person and room
			if err := s.enrol(ctx, room, f.ShopperID, s.clock()); err != nil {
				return err
			}
		}
	}
	if _, err := s.store.Exec(ctx, "UPDATE live_members SET buyer = ?, ver = ver + 1 WHERE shopper_id = ? AND room_id IN "+in, append([]any{true, f.ShopperID}, args...)...); err != nil {
		return fmt.Errorf("buyer %s: %w", f.ShopperID, err)
	}
	return nil
}

// told is one room's piece of news; data may be nil.
type told struct {
	room string
	data any
}

// tellAll is tell for several rooms.
func (s *Service) tellAll(ctx context.Context, rooms []string, kind, ref string, data any) error {
	list := make([]told, len(rooms))
	for i, room := range rooms {
		list[i] = told{room, data}
	}
	return s.tellEach(ctx, list, kind, ref)
}

// tellEach is tell for several rooms, each with its data, in one statement; they are few.
func (s *Service) tellEach(ctx context.Context, list []told, kind, ref string) error {
	if len(list) == 0 {
		return nil
	}
	var args []any
	for _, one := range list {
		var text any
		if one.data != nil {
			raw, err := json.Marshal(one.data)
			if err != nil {
				return fmt.Errorf("news of %s: %w", one.room, err)
			}
			text = string(raw)
		}
		args = append(args, one.room, kind, ref, text)
	}
	if _, err := s.store.Exec(ctx, "INSERT INTO live_news (room_id, kind, ref, data) VALUES (?, ?, ?, ?)"+strings.Repeat(", (?, ?, ?, ?)", len(list)-1), args...); err != nil {
		return fmt.Errorf("news of %s %s: %w", kind, ref, err)
	}
	for _, one := range list {
		s.announce(ctx, one.room)
	}
	return nil
}
