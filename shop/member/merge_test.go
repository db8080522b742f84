package member_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// halves are two accounts, of which the elder stays when they become one.
func (m *mall) halves() (elder, younger order.Buyer) {
	m.TB.Helper()
	elder = m.Shopper("cat")
	m.Clock.Advance(time.Second)
	return elder, m.Shopper("dog")
}

// unite makes dog a part of cat.
func (m *mall) unite(elder, younger order.Buyer) {
	m.TB.Helper()
	person, merged, err := links(m.Shop, younger.ShopperID, "cat")
	m.Must(err)
	if !merged || person != elder.ShopperID {
		m.TB.Fatalf("merged %v into %s", merged, person)
	}
}

// takes takes a seat; pays says whether it is paid.
func (m *mall) takes(who order.Buyer, groupID string, pays bool) *order.Order {
	m.TB.Helper()
	o, err := m.Orders.Place(context.Background(), who, m.joining(groupID))
	m.Must(err)
	if pays {
		m.Pay(o)
	}
	return o
}

// refused fails the test unless a seat is refused for a reason, and the group says so beforehand.
func (m *mall) refused(who order.Buyer, groupID string, why error, field ...string) {
	m.TB.Helper()
	_, err := m.Orders.Place(context.Background(), who, m.joining(groupID))
	shoptest.Refuses(m.TB, err, why, append([]string{"input", "checkout", "groupBuy"}, field...)...)
	group, err := m.Groups.Group(context.Background(), who.ShopperID, groupID)
	m.Must(err)
	said, err := m.Groups.Refusals(context.Background(), who.ShopperID, []*groupbuy.Group{group})
	m.Must(err)
	if said[groupID] == nil || !said[groupID].Is(fault.Of(why)) {
		m.TB.Errorf("the group says %v beforehand, want %v", said[groupID], why)
	}
}

// Whichever half has a seat of a campaign, the person gets no second one; when both had, both stand, and are his.
func TestOneSeatOfOneWhoWasTwo(t *testing.T) {
	m := openMall(t)
	_, group := m.leads(m.Shopper("owl"), m.campaign)
	elder, younger := m.halves()
	m.takes(younger, group, true)
	m.unite(elder, younger)
	m.refused(elder, group, groupbuy.ErrAlreadyMember)

	again := m.campaignOf()
	_, first := m.leads(m.Shopper("owl"), again)
	cow := m.Shopper("cow")
	m.takes(elder, first, true)
	m.takes(cow, first, true)
	if _, merged, err := links(m.Shop, elder.ShopperID, "cow"); err != nil || !merged {
		t.Fatal(merged, err)
	}
	m.refused(elder, first, groupbuy.ErrAlreadyMember)
	if n := m.Count("SELECT COUNT(*) FROM group_seats WHERE group_id = ? AND state = 'PAID'", first); n != 3 {
		t.Errorf("%d seats stand, want 3", n)
	}
}

// The limits of a campaign count what either half has had of it.
func TestLimitsCountBothHalves(t *testing.T) {
	t.Run("units", func(t *testing.T) {
		m := openMall(t, func(d *groupbuy.CampaignDraft) { d.MerchantMayComplete = true })
		elder, younger := m.halves()
		for n, who := range []order.Buyer{elder, younger} {
			_, group := m.leads(m.Shopper([]string{"owl", "cow"}[n]), m.campaign)
			m.takes(who, group, true)
			_, err := m.Groups.Complete(t.Context(), group)
			m.Must(err)
			m.Work()
		}
		_, group := m.leads(m.Shopper("emu"), m.campaign)
		m.unite(elder, younger)
		m.refused(elder, group, groupbuy.ErrLimit, "quantity")
	})
	t.Run("newcomers", func(t *testing.T) {
		m := openMall(t, func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true })
		_, group := m.leads(m.Shopper("owl"), m.campaign)
		elder, younger := m.halves()
		bought, err := buy(m.Shop, younger, m.sku, "10.00")
		m.Must(err)
		m.Pay(bought)
		m.unite(elder, younger)
		m.refused(elder, group, groupbuy.ErrNewcomersOnly)
	})
	t.Run("a newcomer's one seat", func(t *testing.T) {
		m := openMall(t, func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true })
		other := m.campaignOf(func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true })
		_, group := m.leads(m.Shopper("owl"), m.campaign)
		_, elsewhere := m.leads(m.Shopper("emu"), other)
		elder, younger := m.halves()
		m.takes(younger, group, false)
		m.unite(elder, younger)
		m.refused(elder, elsewhere, groupbuy.ErrNewcomersOnly)
	})
	t.Run("seats let go", func(t *testing.T) {
		m := openMall(t)
		_, group := m.leads(m.Shopper("owl"), m.campaign)
		elder, younger := m.halves()
		for _, who := range []order.Buyer{elder, younger, younger} {
			_, err := m.Orders.Cancel(t.Context(), who.ShopperID, m.takes(who, group, false).ID, "")
			m.Must(err)
		}
		m.unite(elder, younger)
		m.refused(elder, group, groupbuy.ErrGivesUp)
	})
	t.Run("coupons", func(t *testing.T) {
		m := openMall(t)
		elder, younger := m.halves()
		claimed, err := m.Coupons.Claim(t.Context(), younger.ShopperID, m.everybody.ID)
		m.Must(err)
		m.unite(elder, younger)
		_, err = m.Coupons.Claim(t.Context(), elder.ShopperID, m.everybody.ID)
		shoptest.Refuses(t, err, coupon.ErrLimit, "input", "templateId")
		_, err = m.Coupons.Claim(t.Context(), elder.ShopperID, m.extra.ID)
		m.Must(err)
		o, err := m.Orders.Place(t.Context(), elder, couponed(m, claimed.ID))
		m.Must(err)
		m.Is(o, order.PendingPayment)
	})
}

// couponed is an order that uses a coupon of 2.00.
func couponed(m *mall, couponID string) *order.PlaceInput {
	in := m.spending(couponID)
	in.Checkout.UsePoints, *in.ExpectedTotal = nil, "8.00"
	return in
}

// The groups of both halves are the person's, each once.
func TestGroupsOfBothHalves(t *testing.T) {
	m := openMall(t)
	elder, younger := m.halves()
	_, one := m.leads(elder, m.campaign)
	m.takes(younger, one, true)
	_, two := m.leads(younger, m.campaignOf())
	m.unite(elder, younger)
	mine, err := m.Groups.OfShopper(t.Context(), elder.ShopperID, "", page.Args{First: 10})
	m.Must(err)
	if got := ids(mine.Groups, func(g *groupbuy.Group) string { return g.ID }); len(got) != 2 || got[0] != two || got[1] != one {
		t.Errorf("the groups are %v, want %s and %s", got, two, one)
	}
}

// What the old half paid, with points and a coupon, comes back to the survivor; what it earned is taken back from him.
func TestARefundOfTheOldHalf(t *testing.T) {
	m := openMall(t)
	elder, younger := m.halves()
	earned, err := tillEarns(m.Shop, younger.ShopperID, 40)
	m.Must(err)
	claimed, err := m.Coupons.Claim(t.Context(), younger.ShopperID, m.everybody.ID)
	m.Must(err)
	o, err := m.Orders.Place(t.Context(), younger, m.spending(claimed.ID))
	m.Must(err)
	m.Pay(o)
	m.unite(elder, younger)
	has(m.Shop, elder.ShopperID, 30, 0)
	refund, err := m.Orders.RequestRefund(t.Context(), order.Requester{ShopperID: elder.ShopperID}, order.RefundInput{IdempotencyKey: "back", OrderID: o.ID, Reason: "不想要了"})
	m.Must(err)
	m.Must(m.Orders.DecideRefund(t.Context(), refund, true, false, ""))
	m.After(time.Minute)
	m.Is(o, order.Refunded)
	m.Refunded(o, 790, 790)
	has(m.Shop, elder.ShopperID, 40, 0)
	wallet, err := m.Coupons.Wallet(t.Context(), elder.ShopperID, coupon.Usable, coupon.ListArgs{Args: page.Args{First: 10}})
	m.Must(err)
	if len(wallet.Coupons) != 1 || wallet.Coupons[0].ID != claimed.ID {
		t.Errorf("the wallet has %+v", wallet.Coupons)
	}
	_, err = m.Points.Reverse(t.Context(), points.Reversal{EntryID: earned.ID, Owner: partner, Key: "undone", Reason: "never bought"})
	m.Must(err)
	has(m.Shop, elder.ShopperID, 0, 0)
}

// Two carts may be more than one may have: lines of it can be changed and taken out, and others come in again once there is room.
func TestACartOfTwo(t *testing.T) {
	m := openMall(t)
	elder, younger := m.halves()
	var skus []string
	for _, handle := range []string{"a", "b", "c", "d", "e"} {
		prices := make([]string, 50)
		for i := range prices {
			prices[i] = "1.00"
		}
		for _, sku := range m.Goods(handle, 5, prices...) {
			skus = append(skus, sku.ID)
		}
	}
	set := func(who order.Buyer, quantity int, skus ...string) error {
		changes := make([]order.CartLineChange, len(skus))
		for i, sku := range skus {
			changes[i] = order.CartLineChange{SkuID: sku, Quantity: quantity}
		}
		return m.Orders.SetCartLines(t.Context(), who.ShopperID, who.Channel, changes)
	}
	lines := func() int { return m.Count("SELECT COUNT(*) FROM cart_lines WHERE shopper_id = ?", elder.ShopperID) }
	for from := 0; from < 120; from += 60 {
		m.Must(set(elder, 1, skus[from:from+60]...))
		m.Must(set(younger, 1, skus[from+100:from+160]...))
	}
	m.unite(elder, younger)
	if n := lines(); n != 220 {
		t.Fatalf("%d lines in the cart, want 220", n)
	}
	shoptest.Refuses(t, set(elder, 1, skus[230]), fault.OutOfRange, "input", "lines")
	m.Must(set(elder, 2, skus[0], skus[219]))
	m.Must(set(elder, 0, skus[1], skus[218]))
	shoptest.Refuses(t, set(elder, 1, skus[0], skus[1]), fault.OutOfRange, "input", "lines") // one of them is new again
	m.Must(set(elder, 0, skus[100:118]...))
	if n := lines(); n != 200 {
		t.Fatalf("%d lines are left, want 200", n)
	}
	shoptest.Refuses(t, set(elder, 1, skus[230]), fault.OutOfRange, "input", "lines")
	m.Must(set(elder, 0, skus[0]))
	m.Must(set(elder, 1, skus[230]))
}
