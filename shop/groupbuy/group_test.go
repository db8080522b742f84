package groupbuy_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestThreePeopleBuyTogether(t *testing.T) {
	c := open(t)
	buyers := c.Crowd("b", 3)
	first := c.place(buyers[0], c.opens("15.00"))
	g := c.group(c.groupOf(first), groupbuy.Pending, 0, 1)
	if seen, err := c.Groups.Group(t.Context(), buyers[1].ShopperID, g.ID); err != nil || seen != nil {
		t.Fatalf("somebody else sees a pending group: %+v, %v", seen, err)
	}
	if g.ExpiresAt != nil {
		t.Fatalf("a pending group ends at %v", g.ExpiresAt)
	}
	c.quota(2997, 3, 0)
	c.Pay(first)
	c.Is(first, order.AwaitingGroup)
	g = c.group(g, groupbuy.Open, 1, 0)
	if !g.ExpiresAt.Equal(shoptest.Noon.Add(24 * time.Hour)) {
		t.Errorf("it ends at %v", g.ExpiresAt)
	}
	second := c.join(buyers[1], g, "15.00")
	c.Is(second, order.AwaitingGroup)
	third := c.join(buyers[2], g, "15.00")
	c.Is(third, order.Paid) // the last one's order follows at once, the others' soon
	c.Is(second, order.AwaitingGroup)
	c.Work()
	for _, o := range []*order.Order{first, second, third} {
		c.Is(o, order.Paid)
		c.seatIs(o, groupbuy.SeatConfirmed)
	}
	g = c.group(g, groupbuy.Completed, 3, 0)
	if *g.CompletedBy != groupbuy.ByMembers || g.RungReached != nil {
		t.Errorf("it was completed by %v at %v", *g.CompletedBy, g.RungReached)
	}
	c.quota(2997, 0, 3)
	if n := c.Count("SELECT sold FROM stocks WHERE id = ?", c.skuID); n != 3 {
		t.Errorf("%d are sold", n)
	}
	members, err := c.Groups.Members(t.Context(), []string{g.ID})
	c.Must(err)
	if len(members[g.ID]) != 3 || !members[g.ID][0].IsLeader {
		t.Errorf("its members are %+v", members[g.ID])
	}
	if n := c.Count("SELECT COUNT(*) FROM facts WHERE topic = 'GroupBuyCompleted'"); n != 1 {
		t.Errorf("%d facts tell of it", n)
	}
	if steps := c.Now(first).Timeline; len(steps) != 3 || steps[1].State != order.AwaitingGroup || steps[2].State != order.Paid {
		t.Errorf("the leader's timeline is %v", steps)
	}
}

func TestAGroupThatLacksPeopleExpires(t *testing.T) {
	c := open(t)
	buyers := c.Crowd("b", 3)
	first, g := c.lead(buyers[0], "15.00")
	second := c.join(buyers[1], g, "15.00")
	c.Clock.Advance(24*time.Hour - 5*time.Minute)
	late := c.place(buyers[2], c.joins(g.ID, "15.00"))
	if left := late.Payment.ExpiresAt; !left.Equal(*g.ExpiresAt) {
		t.Errorf("a late joiner may pay until %v, the group ends at %v", left, g.ExpiresAt)
	}
	c.After(5 * time.Minute)
	c.group(g, groupbuy.Expired, 2, 1)
	for _, o := range []*order.Order{first, second} {
		c.Is(o, order.Refunded)
		c.Refunded(o, 1500, 1500)
		c.seatIs(o, groupbuy.SeatRefunded)
	}
	c.Is(late, order.PendingPayment)
	c.quota(3000, 0, 0)
	c.After(30 * time.Second)
	c.Is(late, order.Cancelled)
	if n := c.Count("SELECT available FROM stocks WHERE id = ?", c.skuID); n != c.stock {
		t.Errorf("%d are available", n)
	}
	if got := c.Now(first).Refunds; len(got) != 1 || got[0].Kind != order.RefundGroupEnded {
		t.Errorf("the leader's refunds are %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.PerShopperLimit = 2; d.UnitQuota = 7 })
	other := c.Goods("coffee", 10, "30.00")[0].ID
	buyers := c.Crowd("b", 6)
	_, g := c.lead(buyers[0], "15.00")
	refuse := func(what string, buyer order.Buyer, in *order.PlaceInput, want error, field ...string) {
		t.Helper()
		_, err := c.Orders.Place(t.Context(), buyer, in)
		t.Log(what)
		shoptest.Refuses(t, err, want, append([]string{"input", "checkout", "groupBuy"}, field...)...)
	}
	in := c.joins(g.ID, "15.00")
	in.Checkout.GroupBuy.SkuID = other
	refuse("a foreign SKU", buyers[1], in, groupbuy.ErrForeignSku, "skuId")
	in = c.joins(g.ID, "45.00")
	in.Checkout.GroupBuy.Quantity = 3
	refuse("more than one may have", buyers[1], in, groupbuy.ErrLimit, "quantity")
	refuse("the leader's second seat", buyers[0], c.joins(g.ID, "15.00"), groupbuy.ErrAlreadyMember)
	refuse("the leader's second group", buyers[0], c.opens("15.00"), groupbuy.ErrAlreadyMember)
	in = c.opens("15.00")
	in.Checkout.GroupBuy.GroupBuyID = &g.ID
	refuse("both", buyers[1], in, fault.Invalid)
	c.join(buyers[1], g, "15.00")
	c.place(buyers[2], c.joins(g.ID, "15.00"))
	refuse("a full group", buyers[3], c.joins(g.ID, "15.00"), groupbuy.ErrGroupFull, "groupBuyId")
	in = c.opens("30.00")
	in.Checkout.GroupBuy.Quantity = 2
	pending := c.place(buyers[3], in) // 3 + 1 units: the quota is spent
	refuse("a spent quota", buyers[4], c.opens("15.00"), groupbuy.ErrQuotaSpent, "campaignId")
	refuse("somebody's pending group", buyers[4], c.joins(c.groupOf(pending).ID, "15.00"), fault.Missing, "groupBuyId")
	c.After(16 * time.Minute) // the held seat and the pending group come back
	c.Is(pending, order.Cancelled)
	c.quota(4, 3, 0)
	c.Clock.Advance(24*time.Hour - 16*time.Minute - 59*time.Second)
	refuse("too near the end", buyers[5], c.joins(g.ID, "15.00"), groupbuy.ErrGroupClosed, "groupBuyId")
	if _, err := c.Groups.End(t.Context(), c.campaign.ID); err != nil {
		t.Fatal(err)
	}
	refuse("an ended campaign", buyers[5], c.opens("15.00"), groupbuy.ErrCampaignNotOpen, "campaignId")
}

// A campaign that the shop ended lets its groups run.
func TestAnEndedCampaignsGroupsRunOn(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.Size = 2 })
	buyers := c.Crowd("b", 3)
	_, g := c.lead(buyers[0], "15.00")
	unpaid := c.place(buyers[1], c.opens("15.00"))
	if ended, err := c.Groups.End(t.Context(), c.campaign.ID); err != nil || ended.CampaignState != groupbuy.Ended {
		t.Fatalf("it is %+v, %v", ended, err)
	}
	c.join(buyers[2], g, "15.00")
	c.group(g, groupbuy.Completed, 2, 0)
	c.Pay(unpaid) // it was placed before the end, and its time runs from now
	c.Is(unpaid, order.AwaitingGroup)
	c.group(c.groupOf(unpaid), groupbuy.Open, 1, 0)
}

func TestNewCustomersOnly(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true; d.Size = 2; d.PerShopperLimit = 5 })
	buyers := c.Crowd("b", 4)
	old := buyers[0]
	o, err := c.Orders.Place(t.Context(), old, plain(c.skuID, "19.90"))
	c.Must(err)
	c.Pay(o)
	_, g := c.lead(old, "15.00") // leaders need not be new
	_, second := c.lead(buyers[1], "15.00")
	_, err = c.Orders.Place(t.Context(), old, c.joins(second.ID, "15.00"))
	shoptest.Refuses(t, err, groupbuy.ErrAlreadyMember, "input", "checkout", "groupBuy")
	c.place(buyers[2], c.joins(g.ID, "15.00"))
	other := c.create(draft(func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true; d.Size = 2 }))
	c.campaign = other
	_, third := c.lead(buyers[3], "15.00")
	_, err = c.Orders.Place(t.Context(), buyers[2], c.joins(third.ID, "15.00"))
	shoptest.Refuses(t, err, groupbuy.ErrNewcomersOnly, "input", "checkout", "groupBuy")
	_, err = c.Orders.Place(t.Context(), old, c.joins(third.ID, "15.00"))
	shoptest.Refuses(t, err, groupbuy.ErrNewcomersOnly, "input", "checkout", "groupBuy")
}

// Who has himself erased and comes back is no new customer: what he bought before nobody knows.
func TestWhoComesBackIsNoNewCustomer(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.NewCustomersOnly = true; d.Size = 3 })
	leader, cat := c.Shopper("leader"), c.Shopper("cat")
	_, g := c.lead(leader, "15.00")
	c.Must(c.Members.Erase(t.Context(), cat.ShopperID, cat.Channel))
	c.Clock.Advance(time.Minute)
	cat = c.Shopper("cat")
	shown, err := c.Groups.Refusals(t.Context(), cat.ShopperID, []*groupbuy.Group{g})
	c.Must(err)
	if shown[g.ID] == nil || !shown[g.ID].Is(groupbuy.ErrNewcomersOnly) {
		t.Errorf("he is shown %v", shown[g.ID])
	}
	_, err = c.Orders.Place(t.Context(), cat, c.joins(g.ID, "15.00"))
	shoptest.Refuses(t, err, groupbuy.ErrNewcomersOnly, "input", "checkout", "groupBuy")
	c.place(c.Shopper("new"), c.joins(g.ID, "15.00"))
}

func TestTheLeadersDiscount(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.Size = 2
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.Discount, Amount: new(money.Decimal("3.00"))}
	})
	buyers := c.Crowd("b", 2)
	o, g := c.lead(buyers[0], "12.00")
	if len(o.Adjustments) != 2 || o.Adjustments[1].Kind != order.ByLeaderReward || o.Adjustments[1].Amount.Minor != -300 {
		t.Errorf("the leader's adjustments are %+v", o.Adjustments)
	}
	c.join(buyers[1], g, "15.00")
	c.Work()
	c.Refunded(o, 1200, 0)
}

func TestTheLeadersFreeOrder(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) {
		d.Size = 2
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
	})
	buyers := c.Crowd("b", 2)
	o, g := c.lead(buyers[0], "15.00")
	member := c.join(buyers[1], g, "15.00")
	c.Work()
	c.Is(o, order.Paid)
	c.Refunded(o, 1500, 1500)
	c.Refunded(member, 1500, 0)
	if got := c.Now(o).Refunds; len(got) != 1 || got[0].Kind != order.RefundLeader {
		t.Errorf("its refunds are %+v", got)
	}
	// Asking the rest back, which is nothing, still takes the goods back.
	id, err := c.AskBack(o)
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, false, ""))
	c.Work()
	c.Is(o, order.Refunded)
	c.Refunded(o, 1500, 1500)
	c.quota(2999, 0, 1)
}

func plain(skuID, total string) *order.PlaceInput {
	expected := money.Decimal(total)
	return &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: skuID, Quantity: 1}}}, ExpectedTotal: &expected}
}

func TestAMemberLeavesWhileTheGroupIsOpen(t *testing.T) {
	c := open(t)
	buyers := c.Crowd("b", 3)
	leader, g := c.lead(buyers[0], "15.00")
	member := c.join(buyers[1], g, "15.00")
	id, err := c.AskBack(member)
	c.Must(err)
	c.group(g, groupbuy.Open, 1, 0)
	c.seatIs(member, groupbuy.SeatRefundPending)
	c.Work()
	c.Is(member, order.Refunded)
	c.Refunded(member, 1500, 1500)
	if again, err := c.AskBack(member); err == nil {
		t.Errorf("asking again gave %s after %s", again, id)
	}
	c.join(buyers[1], g, "15.00") // may come again
	_, err = c.AskBack(leader)
	c.Must(err)
	g = c.group(g, groupbuy.Open, 1, 0)
	if g.LeaderID != nil {
		t.Errorf("it is still led by %s", *g.LeaderID)
	}
	c.quota(2997, 3, 0)
	last := c.groupMembers(g)
	if len(last) != 1 || last[0].IsLeader {
		t.Errorf("its members are %+v", last)
	}
	c.After(24 * time.Hour)
	c.group(g, groupbuy.Expired, 1, 0)
}

func TestTheLastOneToLeaveCancelsTheGroup(t *testing.T) {
	c := open(t)
	leader, g := c.lead(c.Shopper("a"), "15.00")
	_, err := c.AskBack(leader)
	c.Must(err)
	c.group(g, groupbuy.Cancelled, 0, 0)
	c.quota(3000, 0, 0)
	c.Work()
	c.Is(leader, order.Refunded)
}

func (c *club) groupMembers(g *groupbuy.Group) []*groupbuy.Member {
	c.TB.Helper()
	found, err := c.Groups.Members(context.Background(), []string{g.ID})
	c.Must(err)
	return found[g.ID]
}

// Who lets seats go unpaid, time after time, keeps others out of them.
func TestWhoGivesSeatsUpWaits(t *testing.T) {
	c := open(t)
	_, g := c.lead(c.Shopper("a"), "15.00")
	b := c.Shopper("b")
	for i := range 3 {
		o := c.place(b, c.joins(g.ID, "15.00"))
		if i == 0 {
			c.After(16 * time.Minute)
			continue
		}
		_, err := c.Orders.Cancel(t.Context(), b.ShopperID, o.ID, "")
		c.Must(err)
	}
	for _, in := range []*order.PlaceInput{c.joins(g.ID, "15.00"), c.opens("15.00")} {
		_, err := c.Orders.Place(t.Context(), b, in)
		if refusal := shoptest.Refuses(t, err, groupbuy.ErrGivesUp, "input", "checkout", "groupBuy"); refusal.RetryAfter != 24*time.Hour {
			t.Errorf("try again after %v", refusal.RetryAfter)
		}
	}
	why, err := c.Groups.Refusals(t.Context(), b.ShopperID, []*groupbuy.Group{c.group(g, groupbuy.Open, 1, 0)})
	c.Must(err)
	if !errors.Is(why[g.ID], groupbuy.ErrGivesUp) {
		t.Errorf("he is told %v", why[g.ID])
	}
	c.After(24 * time.Hour)
	_, err = c.Orders.Place(t.Context(), b, c.opens("15.00"))
	c.Must(err)
}

// What cannot be had is said before the order.
func TestWhyOneCannotJoin(t *testing.T) {
	c := open(t)
	_, g := c.lead(c.Shopper("a"), "15.00")
	b := c.Shopper("b").ShopperID
	why := func() error {
		t.Helper()
		found, err := c.Groups.Refusals(t.Context(), b, []*groupbuy.Group{c.group(g, groupbuy.Open, 1, 0)})
		c.Must(err)
		if found[g.ID] == nil {
			return nil
		}
		return found[g.ID]
	}
	listed := func() int {
		t.Helper()
		pages, err := c.Groups.OpenGroups(t.Context(), []string{c.campaign.ID}, 5)
		c.Must(err)
		return len(pages[c.campaign.ID].Groups)
	}
	if err := why(); err != nil || listed() != 1 {
		t.Fatalf("%v, %d listed", err, listed())
	}
	err := c.Catalog.VisibilitySet(t.Context(), c.campaign.ProductID, false, "test")
	c.Must(err)
	if err := why(); !errors.Is(err, catalog.ErrNotOnSale) || listed() != 0 {
		t.Errorf("taken down: %v, %d listed", err, listed())
	}
	all, err := c.Groups.ListCampaigns(t.Context(), groupbuy.CampaignListArgs{Args: page.Args{First: 5}})
	c.Must(err)
	if len(all.Campaigns) != 0 {
		t.Errorf("%d campaigns are listed", len(all.Campaigns))
	}
	err = c.Catalog.VisibilitySet(t.Context(), c.campaign.ProductID, true, "test")
	c.Must(err)
	_, err = c.Catalog.InventoryAdjust(t.Context(), "ptn_test", shoptest.NewKey(), []*catalog.InventoryChange{{SkuCode: "tea", Set: new(0)}}, "gone")
	c.Must(err)
	if err := why(); !errors.Is(err, catalog.ErrOutOfStock) {
		t.Errorf("sold out: %v", err)
	}
	c.Clock.Advance(24*time.Hour - 59*time.Second)
	if listed() != 0 {
		t.Error("a group in its last minute is listed")
	}
}

// A watcher hears of every seat, also of one that changes after the group has ended.
func TestAGroupsVersionRisesWithItsSeats(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.Size = 2 })
	buyers := c.Crowd("b", 3)
	o, g := c.lead(buyers[0], "15.00")
	c.join(buyers[1], g, "15.00")
	c.Work()
	before := c.group(g, groupbuy.Completed, 2, 0).Version
	id, err := c.AskBack(o)
	c.Must(err)
	c.Must(c.Orders.DecideRefund(t.Context(), id, true, false, ""))
	after := c.group(g, groupbuy.Completed, 2, 0)
	if after.Version <= before || after.LeaderID != nil {
		t.Errorf("version %d after %d, led by %v", after.Version, before, after.LeaderID)
	}
	second, lonely := c.lead(buyers[2], "15.00")
	held := c.place(buyers[0], c.joins(lonely.ID, "15.00"))
	_ = second
	c.Clock.Advance(24 * time.Hour)
	c.Must(c.expireOnly())
	before = c.group(lonely, groupbuy.Expired, 1, 1).Version
	_, err = c.Orders.Cancel(t.Context(), held.ShopperID, held.ID, "")
	c.Must(err)
	if after := c.group(lonely, groupbuy.Expired, 1, 0); after.Version <= before {
		t.Errorf("version %d after %d", after.Version, before)
	}
}
