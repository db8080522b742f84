package groupbuy_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

// club is a shop with tea of 19.90 and a campaign for it at 15.00.
type club struct {
	*shoptest.Shop
	campaign *groupbuy.Campaign
	skuID    string
	stock    int
	// fitted: every order takes a coupon and points.
	fitted bool
}

// draft is a campaign of three for tea at 15.00, for a week; groups live a day.
func draft(change ...func(*groupbuy.CampaignDraft)) *groupbuy.CampaignDraft {
	d := &groupbuy.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Title: "三人拼茶", Offers: []*groupbuy.OfferDraft{{SkuCode: "tea", Price: "15.00"}}, Size: 3,
		StartsAt: shoptest.Noon.Add(-time.Hour), EndsAt: shoptest.Noon.Add(7 * 24 * time.Hour), GroupSeconds: 86400, PerShopperLimit: 1, UnitQuota: 3000,
	}
	for _, c := range change {
		c(d)
	}
	return d
}

// open is a shop with tea and one campaign.
func open(t testing.TB, change ...func(*groupbuy.CampaignDraft)) *club {
	t.Helper()
	c := &club{Shop: shoptest.Open(t), stock: 10_000}
	c.skuID = c.Goods("tea", c.stock, "19.90")[0].ID
	c.campaign = c.create(draft(change...))
	return c
}

func (c *club) create(d *groupbuy.CampaignDraft) *groupbuy.Campaign {
	c.TB.Helper()
	made, err := c.Groups.Create(context.Background(), "ptn_test", d)
	c.Must(err)
	return made
}

// opens is an input that opens a group, joins one that takes a seat; both for one unit at total.
func (c *club) opens(total string) *order.PlaceInput {
	return seat(&order.GroupBuySeatInput{CampaignID: &c.campaign.ID, SkuID: c.skuID, Quantity: 1}, total)
}

func (c *club) joins(groupID, total string) *order.PlaceInput {
	return seat(&order.GroupBuySeatInput{GroupBuyID: &groupID, SkuID: c.skuID, Quantity: 1}, total)
}

func seat(in *order.GroupBuySeatInput, total string) *order.PlaceInput {
	expected := money.Decimal(total)
	return &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{GroupBuy: in}, ExpectedTotal: &expected}
}

// reopening says that a lost seat opens a new group.
func reopening(in *order.PlaceInput) *order.PlaceInput {
	in.Checkout.GroupBuy.IfLost = "OPEN_NEW_GROUP"
	return in
}

func (c *club) place(buyer order.Buyer, in *order.PlaceInput) *order.Order {
	c.TB.Helper()
	o, err := c.try(buyer, in)
	c.Must(err)
	return o
}

// try places an order, with a coupon and points where the shop's orders have them; goroutines may call it.
func (c *club) try(buyer order.Buyer, in *order.PlaceInput) (*order.Order, error) {
	return c.Orders.Place(context.Background(), buyer, c.fit(buyer, in))
}

// lead opens a group and pays for its first seat.
func (c *club) lead(buyer order.Buyer, total string) (*order.Order, *groupbuy.Group) {
	c.TB.Helper()
	o := c.Pay(c.place(buyer, c.opens(total)))
	return o, c.groupOf(o)
}

// join takes a seat and pays for it.
func (c *club) join(buyer order.Buyer, g *groupbuy.Group, total string) *order.Order {
	c.TB.Helper()
	return c.Pay(c.place(buyer, c.joins(g.ID, total)))
}

func (c *club) groupOf(o *order.Order) *groupbuy.Group {
	c.TB.Helper()
	found, err := c.Groups.OfOrders(context.Background(), o.ShopperID, []string{o.ID})
	c.Must(err)
	if found[o.ID] == nil {
		c.TB.Fatalf("order %s has no group", o.ID)
	}
	return found[o.ID]
}

// group fails the test unless a group is in state with so many paid and held seats.
func (c *club) group(g *groupbuy.Group, state groupbuy.State, paid, held int) *groupbuy.Group {
	c.TB.Helper()
	fresh, err := c.Groups.Group(context.Background(), deref(g.LeaderID), g.ID)
	c.Must(err)
	if fresh == nil || fresh.State != state || fresh.PaidSeats != paid || fresh.HeldSeats != held {
		c.TB.Fatalf("the group is %+v, want %s with %d paid and %d held", fresh, state, paid, held)
	}
	return fresh
}

// quota fails the test unless a campaign's units are as given.
func (c *club) quota(left, held, sold int) {
	c.TB.Helper()
	id := c.campaign.ID
	got := [3]int{
		c.Count("SELECT units_left FROM group_campaigns WHERE id = ?", id), c.Count("SELECT units_held FROM group_campaigns WHERE id = ?", id),
		c.Count("SELECT units_sold FROM group_campaigns WHERE id = ?", id),
	}
	if got != [3]int{left, held, sold} {
		c.TB.Fatalf("the quota has %d left, %d held, %d sold; want %d, %d, %d", got[0], got[1], got[2], left, held, sold)
	}
}

// seatState is the state of the newest seat of an order.
func (c *club) seatIs(o *order.Order, state groupbuy.SeatState) {
	c.TB.Helper()
	g := c.groupOf(o)
	found, err := c.Groups.ViewerSeats(context.Background(), o.ShopperID, []string{g.ID})
	c.Must(err)
	if found[g.ID] == nil || found[g.ID].State != state {
		c.TB.Fatalf("the seat is %+v, want %s", found[g.ID], state)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// expireOnly ends the groups whose time has come, and nothing that follows from it.
func (c *club) expireOnly() error {
	runner := deadline.NewRunner(c.Deadlines, c.Clock.Now, deadline.Pool{Workers: 1, Handlers: c.Groups.Handlers()})
	_, err := runner.Once(context.Background())
	return err
}
