package member_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// mall is a shop with tea for 10.00, a campaign for it at 8.00, and two kinds of coupon that take 2.00 off: one that everybody has, one to claim.
type mall struct {
	*shoptest.Shop
	sku              string
	campaign         *groupbuy.Campaign
	everybody, extra *coupon.Template
}

func openMall(t *testing.T, change ...func(*groupbuy.CampaignDraft)) *mall {
	t.Helper()
	m := &mall{Shop: shoptest.Open(t)}
	m.sku = m.Goods("tea", 100_000, "10.00")[0].ID
	m.campaign = m.campaignOf(change...)
	m.everybody, m.extra = m.template("everybody"), m.template("extra")
	return m
}

// campaignOf is a campaign of groups of five, of which a person may have two.
func (m *mall) campaignOf(change ...func(*groupbuy.CampaignDraft)) *groupbuy.Campaign {
	m.TB.Helper()
	d := &groupbuy.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Title: "五人拼茶", Offers: []*groupbuy.OfferDraft{{SkuCode: "tea", Price: "8.00"}}, Size: 5,
		StartsAt: shoptest.Noon.Add(-time.Hour), EndsAt: shoptest.Noon.Add(7 * 24 * time.Hour), GroupSeconds: 86400, PerShopperLimit: 2, UnitQuota: 50_000,
	}
	for _, c := range change {
		c(d)
	}
	made, err := m.Groups.Create(context.Background(), partner, d)
	m.Must(err)
	return made
}

func (m *mall) template(key string) *coupon.Template {
	m.TB.Helper()
	off := money.Decimal("2.00")
	made, err := m.Coupons.Create(context.Background(), partner, &coupon.Draft{
		IdempotencyKey: key, Title: key, AmountOff: &off, ValidDays: 30, Quantity: 10_000, PerShopperLimit: 1, Claimable: true,
	})
	m.Must(err)
	return made
}

// joining takes a seat in a group.
func (m *mall) joining(groupID string) *order.PlaceInput {
	return seatFor(&order.GroupBuySeatInput{GroupBuyID: &groupID, SkuID: m.sku, Quantity: 1})
}

func seatFor(in *order.GroupBuySeatInput) *order.PlaceInput {
	return &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{GroupBuy: in}, ExpectedTotal: new(money.Decimal("8.00"))}
}

// leads opens a group of a campaign and pays for its first seat.
func (m *mall) leads(who order.Buyer, c *groupbuy.Campaign) (*order.Order, string) {
	m.TB.Helper()
	o, err := m.Orders.Place(context.Background(), who, seatFor(&order.GroupBuySeatInput{CampaignID: &c.ID, SkuID: m.sku, Quantity: 1}))
	m.Must(err)
	m.Pay(o)
	found, err := m.Groups.OfOrders(context.Background(), who.ShopperID, []string{o.ID})
	m.Must(err)
	return o, found[o.ID].ID
}

// spending is an order for which 10 points and, where there is one, a coupon are used.
func (m *mall) spending(couponIDs ...string) *order.PlaceInput {
	in := placing(m.sku)
	in.Checkout.UsePoints, in.Checkout.CouponIDs = new(int64(10)), couponIDs
	in.ExpectedTotal = new(money.Decimal("9.90"))
	if len(couponIDs) > 0 {
		in.ExpectedTotal = new(money.Decimal("7.90"))
	}
	return in
}

// couple is two accounts that become one person while both act.
type couple struct {
	*mall
	names  [2]string
	both   [2]order.Buyer
	own    [2]string // each one's coupon
	group  string
	linked atomic.Bool // somebody has been told so
	merges atomic.Int32

	mu      sync.Mutex
	orders  []*order.Order // all that were acknowledged, as they were then
	entries []string
	claims  []string
	holds   []*points.Hold
	seats   []taken
	spent   int64
	earned  int64
	visits  [2]done // of one day, of which a person has one
	extras  [2]done // of a coupon, of which a person has one
}

// done counts what was acknowledged; late is that it was asked for after the merge.
type done struct{ times, late int }

// taken is a seat that was acknowledged.
type taken struct {
	who  int
	late bool
}

func (m *mall) couple(round int) *couple {
	m.TB.Helper()
	c := &couple{mall: m, names: [2]string{fmt.Sprintf("cat%d", round), fmt.Sprintf("dog%d", round)}}
	_, c.group = m.leads(m.Shopper(fmt.Sprintf("owl%d", round)), m.campaign)
	for i, name := range c.names {
		c.both[i] = m.Shopper(name)
		_, err := tillEarns(m.Shop, c.both[i].ShopperID, 100)
		m.Must(err)
		claimed, err := m.Coupons.Claim(context.Background(), c.both[i].ShopperID, m.everybody.ID)
		m.Must(err)
		c.own[i], c.claims = claimed.ID, append(c.claims, claimed.ID)
	}
	return c
}

// act does something with the session of one of them, and again as the survivor when it is told that the account was merged. late: it was asked for after the
// merge, as far as is known. What a rule refuses is refused; another error fails the test.
func (c *couple) act(i int, do func(who order.Buyer) error) (ok, late bool) {
	who, late := c.both[i], c.linked.Load()
	err := do(who)
	if next := identity.Survivor(err); next != "" {
		if want := c.both[1-i].ShopperID; next != want {
			c.TB.Errorf("the survivor is %s, want %s", next, want)
		}
		who.ShopperID, late = next, true
		err = do(who)
	}
	if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.Refusal) {
		c.TB.Errorf("%v, of %s", err, who.ShopperID)
	}
	return err == nil, late
}

func (c *couple) note(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *couple) link(i int) {
	_, merged, err := links(c.Shop, c.both[i].ShopperID, c.names[1-i])
	c.Try(err)
	if merged && c.merges.Add(1) > 1 {
		c.TB.Errorf("%v became one twice", c.names)
	}
	c.linked.Store(true)
}

// till redeems and holds, for the id that the member showed before.
func (c *couple) till(i int) {
	ctx := context.Background()
	c.act(i, func(who order.Buyer) error {
		entry, err := c.Points.Redeem(ctx, points.Redemption{
			ShopperID: who.ShopperID, Channel: "STORE", Points: 30, Owner: partner, Key: shoptest.NewKey(), Reason: "tea",
		})
		if err == nil {
			c.note(func() { c.spent, c.entries = c.spent+30, append(c.entries, entry.ID) })
		}
		return err
	})
	c.act(i, func(who order.Buyer) error {
		hold, err := c.Points.Hold(ctx, points.HoldRequest{
			ShopperID: who.ShopperID, Channel: "STORE", Points: 35, Owner: partner, Key: shoptest.NewKey(), Reason: "tea", Reference: "bon", Lasts: time.Hour,
		})
		if err == nil {
			c.note(func() { c.holds = append(c.holds, hold) })
		}
		return err
	})
}

func (c *couple) place(i int, in *order.PlaceInput) (o *order.Order, late bool) {
	ok, late := c.act(i, func(who order.Buyer) (err error) {
		o, err = c.Orders.Place(context.Background(), who, in)
		return err
	})
	if !ok {
		return nil, late
	}
	c.note(func() { c.orders = append(c.orders, o) })
	return o, late
}

// shops orders with points, with a coupon, and pays for the one or cancels it.
func (c *couple) shops(i int) {
	o, _ := c.place(i, c.spending(c.own[i]))
	if o != nil {
		c.act(i, func(who order.Buyer) (err error) {
			if shoptest.Draw(2) == 0 {
				_, err = c.Orders.SandboxPay(context.Background(), who.ShopperID, o.Payment.ID, true)
				return err
			}
			_, err = c.Orders.Cancel(context.Background(), who.ShopperID, o.ID, "")
			return err
		})
	}
	c.place(i, c.spending())
}

// joins takes a seat, and now and then lets it go and takes another.
func (c *couple) joins(i int) {
	for range 2 {
		o, late := c.place(i, c.joining(c.group))
		if o == nil {
			return
		}
		if shoptest.Draw(3) > 0 {
			c.note(func() { c.seats = append(c.seats, taken{i, late}) })
			return
		}
		if ok, _ := c.act(i, func(who order.Buyer) error {
			_, err := c.Orders.Cancel(context.Background(), who.ShopperID, o.ID, "")
			return err
		}); !ok {
			c.TB.Error("a seat could not be let go")
		}
	}
}

func (c *couple) comes(i int) {
	ok, late := c.act(i, func(who order.Buyer) error {
		in, err := c.Points.CheckIn(context.Background(), who.ShopperID, wechat)
		if err == nil {
			c.note(func() { c.earned += in.Earned })
		}
		return err
	})
	c.note(func() { c.visits[i].add(ok, late) })
}

func (c *couple) claimsExtra(i int) {
	ok, late := c.act(i, func(who order.Buyer) error {
		claimed, err := c.Coupons.Claim(context.Background(), who.ShopperID, c.extra.ID)
		if err == nil {
			c.note(func() { c.claims = append(c.claims, claimed.ID) })
		}
		return err
	})
	c.note(func() { c.extras[i].add(ok, late) })
}

func (d *done) add(ok, late bool) {
	if ok {
		d.times++
		if late {
			d.late++
		}
	}
}

// once fails the test when something was done after the merge that had been done, or was done twice by one account.
func (c *couple) once(what string, d [2]done) (late int) {
	c.TB.Helper()
	times, late := d[0].times+d[1].times, d[0].late+d[1].late
	if times > 2 || times == 0 || late > 0 && times > 1 {
		c.TB.Errorf("%v: %s %+v", c.names, what, d)
	}
	return late
}

// Two shoppers become one while both redeem, hold, order, pay, join, cancel, visit and claim, with sessions of which one is old in the middle of it. Nothing is
// spent twice or lost, nobody has as one person what two might have, and the survivor finds all that either was told.
func TestTwoShoppersMergeWhileBothSpend(t *testing.T) {
	m := openMall(t)
	var visitsAfter, claimsAfter, seatsAfter, ordersBefore int
	shoptest.Rounds(t, m.Shop, 8, func(round int) {
		c := m.couple(round)
		shoptest.Together(14, func(n int) {
			i := n % 2
			for range shoptest.Draw(6) { // some before the link, some after it
				shoptest.Stagger()
			}
			switch n / 2 {
			case 0:
				if round%3 == 0 || round%2 == i { // both, or one of them
					c.link(i)
				}
			case 1:
				c.till(i)
			case 2:
				c.shops(i)
			case 3:
				c.joins(i)
			case 4:
				c.comes(i)
			case 5:
				c.claimsExtra(i)
			default:
				shoptest.Stagger()
				c.joins(i)
			}
		})
		if t.Failed() {
			return
		}
		person := c.oneIsMerged()
		visitsAfter += c.once("visits", c.visits)
		claimsAfter += c.once("claims", c.extras)
		seatsAfter += c.seatsOf(person)
		c.finds(person)
		c.pointsOf(person)
		for _, o := range c.orders {
			if o.ShopperID != person {
				ordersBefore++
			}
		}
	})
	t.Logf("after the merge: %d visits, %d claims, %d seats; under ids that went: %d orders", visitsAfter, claimsAfter, seatsAfter, ordersBefore)
}

func (c *couple) oneIsMerged() (person string) {
	c.TB.Helper()
	if n := c.Count("SELECT COUNT(*) FROM shoppers WHERE id IN (?, ?) AND merged_into IS NOT NULL", c.both[0].ShopperID, c.both[1].ShopperID); n != 1 {
		c.TB.Fatalf("%d of %v are part of somebody, want 1", n, c.names)
	}
	person, err := c.Identity.PersonOf(context.Background(), c.both[0].ShopperID)
	c.Must(err)
	for _, who := range c.both {
		if same, err := c.Identity.Same(context.Background(), who.ShopperID, person); err != nil || !same {
			c.TB.Fatalf("%s is not %s: %v", who.ShopperID, person, err)
		}
	}
	return person
}

// seatsOf looks at the person's live seats: two at most, one by each id, and a single one where it was taken after the merge. Now nobody gets another.
func (c *couple) seatsOf(person string) (after int) {
	c.TB.Helper()
	const live = "SELECT COUNT(*) FROM group_seats WHERE campaign_id = ? AND state IN ('HELD', 'PAID') AND shopper_id IN (?, ?)"
	n := c.Count(live, c.campaign.ID, c.both[0].ShopperID, c.both[1].ShopperID)
	for _, seat := range c.seats {
		if seat.late {
			after++
		}
	}
	if n != len(c.seats) || after > 0 && n > 1 || n > 2 {
		c.TB.Errorf("%v have %d live seats, %d were acknowledged: %+v", c.names, n, len(c.seats), c.seats)
	}
	if n > 0 {
		_, err := c.Orders.Place(context.Background(), order.Buyer{ShopperID: person, Channel: douyin}, c.joining(c.group))
		shoptest.Refuses(c.TB, err, groupbuy.ErrAlreadyMember, "input", "checkout", "groupBuy")
	}
	return after
}

// finds fails the test unless the survivor has everything that was acknowledged, and nothing else.
func (c *couple) finds(person string) {
	c.TB.Helper()
	ctx, all := context.Background(), page.Args{First: 100}
	var want, groups []string
	for _, o := range c.orders {
		want = append(want, o.ID)
	}
	listed, err := c.Orders.List(ctx, order.ListArgs{Args: all, ShopperID: person})
	c.Must(err)
	c.same("orders", ids(listed.Orders, func(o *order.Order) string { return o.ID }), want)
	wallet, err := c.Coupons.Wallet(ctx, person, "", coupon.ListArgs{Args: all})
	c.Must(err)
	c.same("coupons", ids(wallet.Coupons, func(x *coupon.Coupon) string { return x.ID }), c.claims)
	stated, err := c.Points.Statement(ctx, points.StatementArgs{Args: all, ShopperID: person, Kind: points.Redeemed})
	c.Must(err)
	c.same("entries", ids(stated.Entries, func(e *points.Entry) string { return e.ID }), c.entries)
	if len(c.seats) > 0 {
		groups = []string{c.group}
	}
	mine, err := c.Groups.OfShopper(ctx, person, "", all)
	c.Must(err)
	c.same("groups", ids(mine.Groups, func(g *groupbuy.Group) string { return g.ID }), groups)
}

func ids[T any](rows []T, id func(T) string) (all []string) {
	for _, row := range rows {
		all = append(all, id(row))
	}
	return all
}

func (c *couple) same(what string, got, want []string) {
	c.TB.Helper()
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		c.TB.Errorf("%v: the survivor finds %s %v, want %v", c.names, what, got, want)
	}
}

// pointsOf fails the test unless the survivor has what both were granted, less what was told to be spent, also after the tills' holds are captured or released.
func (c *couple) pointsOf(person string) {
	c.TB.Helper()
	ctx := context.Background()
	var onOrders int64
	for _, o := range c.orders {
		if now := c.Now(o); now.PointsUsed > 0 && now.State == order.Paid {
			c.spent += now.PointsUsed
		} else if now.State == order.PendingPayment {
			onOrders += now.PointsUsed
		}
	}
	left := 200 + c.earned - c.spent
	atTills := 35 * int64(len(c.holds))
	has(c.Shop, person, left-onOrders-atTills, onOrders+atTills)
	for n, hold := range c.holds {
		var err error
		if n%2 == 0 {
			_, err = c.Points.Capture(ctx, points.Capturing{HoldID: hold.ID, Owner: partner, Key: shoptest.NewKey(), Reason: "tea"})
			left -= hold.Points
		} else {
			_, err = c.Points.Release(ctx, points.Releasing{HoldID: hold.ID, Owner: partner, Key: shoptest.NewKey(), Reason: "no tea"})
		}
		c.Must(err)
	}
	has(c.Shop, person, left-onOrders, onOrders)
	for _, who := range c.both {
		if who.ShopperID != person {
			if n := c.Count("SELECT available + held + debt FROM point_accounts WHERE shopper_id = ?", who.ShopperID); n != 0 {
				c.TB.Errorf("%d points are left with %s", n, who.ShopperID)
			}
		}
	}
}
