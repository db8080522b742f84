package order_test

import (
	"context"
	"errors"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

// club is an activity that sells one SKU at a price of its own and has few seats. A seat is a row of the deadlines table, so that it lives and dies with the
// order's transaction as a real activity's rows do; nobody works on its kinds.
type club struct {
	shop    *shop
	skuID   string
	price   int64
	seats   int
	outcome order.State
	// coupons: its price takes them.
	coupons bool
	// broken is what Paid returns while it is set.
	broken error
	lines  int // of the Placing that was heard of last
}

var errClubFull = fault.Refuse("GROUP_FULL", "Every seat is taken.", "已满员。")

var errBroken = errors.New("the club's books are closed")

const clubID = "ast_club"

// openClub is a shop with a club.
func openClub(s *setup, c *club) {
	s.activities = func(shop *shop) []order.Activity { c.shop = shop; return []order.Activity{c} }
}

func (c *club) Kind() string { return "assist" }

func (c *club) Wanted(_ context.Context, _ string, checkout *order.Checkout) (*order.Wanted, error) {
	if checkout.AssistID == nil || *checkout.AssistID != clubID {
		return nil, nil
	}
	return &order.Wanted{
		Lines: []order.LineInput{{SkuID: c.skuID, Quantity: 1}}, Prices: []int64{c.price},
		Shown: order.PricedActivity{Kind: order.ByAssist, Title: "俱乐部"}, Coupons: c.coupons,
	}, nil
}

// Reserve counts after it has written, so that a refusal has something to undo.
func (c *club) Reserve(ctx context.Context, p order.Placing) error {
	c.lines = len(p.Lines)
	if err := c.set(ctx, "held", p); err != nil {
		return err
	}
	taken := 0
	rows, err := c.shop.store.SQL(ctx).QueryContext(ctx, "SELECT COUNT(*) FROM deadlines WHERE kind IN ('club.held', 'club.paid')")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&taken); err != nil {
			return err
		}
	}
	if taken > c.seats {
		return errClubFull.At("checkout", "assistId")
	}
	return rows.Err()
}

func (c *club) Paid(ctx context.Context, p order.Placing) (order.Verdict, error) {
	c.lines = len(p.Lines)
	if c.broken != nil {
		return order.Verdict{}, c.broken
	}
	return order.Verdict{State: c.outcome}, c.move(ctx, "held", "paid", p)
}

// Verdict is what the club says of its members now.
func (c *club) Verdict(context.Context, order.Placing) (order.Verdict, error) {
	return order.Verdict{State: c.outcome}, nil
}

// Leave lets go of who asks for it while the club has not decided.
func (c *club) Leave(ctx context.Context, p order.Placing) (bool, error) {
	c.lines = len(p.Lines)
	if c.outcome != order.AwaitingGroup {
		return false, nil
	}
	return true, c.move(ctx, "paid", "", p)
}

func (c *club) Release(ctx context.Context, p order.Placing) error {
	c.lines = len(p.Lines)
	return c.move(ctx, "held", "", p)
}

func (c *club) Refund(ctx context.Context, p order.Placing, _ int64, whole bool) error {
	c.lines = len(p.Lines)
	if !whole {
		return nil
	}
	return c.move(ctx, "paid", "", p)
}

func (c *club) RefundMoved(context.Context, string, order.RefundState) error { return nil }

func (c *club) Anchors(_ context.Context, _ string, ids []string) (map[string]order.Anchor, error) {
	return map[string]order.Anchor{c.skuID: {Group: &money.Money{Minor: c.price, Code: "CNY"}}}, nil
}

func (c *club) set(ctx context.Context, seat string, p order.Placing) error {
	return c.shop.deadlines.Set(ctx, "club."+seat, p.OrderID, p.Now.Add(365*24*time.Hour), p.Now)
}

// move ends a seat that must be there, and begins the next one.
func (c *club) move(ctx context.Context, from, to string, p order.Placing) error {
	there, err := c.shop.store.Guard(ctx, "DELETE FROM deadlines WHERE kind = ? AND ref = ?", "club."+from, p.OrderID)
	if err == nil && !there {
		err = errors.New("the club has no such seat")
	}
	if err != nil || to == "" {
		return err
	}
	return c.set(ctx, to, p)
}

// seatsOf counts an order's seats.
func (c *club) seatsOf(o *order.Order) (held, paid int) {
	c.shop.tb.Helper()
	return c.shop.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'club.held' AND ref = ?", o.ID),
		c.shop.count("SELECT COUNT(*) FROM deadlines WHERE kind = 'club.paid' AND ref = ?", o.ID)
}

// joining is an input for a seat.
func joining(total string) *order.PlaceInput {
	in := want(total)
	id := clubID
	in.Checkout.AssistID = &id
	return in
}

var _ order.Activity = (*club)(nil)

// sell gives the club, which was made before them, its goods.
func (c *club) sell(handle string) *catalog.Sku {
	sku := c.shop.product(handle).Skus[0]
	c.skuID = sku.ID
	return sku
}
