package assist_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func (s *shop) helps(a *assist.Assist) []*assist.Help {
	s.TB.Helper()
	pages, err := s.Assists.Helpers(context.Background(), []*assist.Assist{a}, page.Args{First: 100})
	s.Must(err)
	return pages[a.ID].Nodes
}

func TestBargain(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 3)
	a := s.start(ming, s.campaign(assist.Bargain, goal(3)))
	if a.PriceNow.Minor != 1000 || a.State != assist.Open {
		t.Fatalf("it starts at %d, %s", a.PriceNow.Minor, a.State)
	}
	price := a.PriceNow.Minor
	for i, b := range helpers {
		a = s.help(a, b)
		newest := s.helps(a)[0]
		if a.Progress != i+1 || newest.Cut.Minor < 1 || a.PriceNow.Minor != price-newest.Cut.Minor || newest.HelperID != b.ShopperID || newest.Tickets != nil {
			t.Fatalf("after help %d: %+v, %+v", i, a, newest)
		}
		price = a.PriceNow.Minor
	}
	if a.State != assist.Reached || price != 400 {
		t.Fatalf("three helpers make it %s at %d", a.State, price)
	}
	o, err := s.use(ming, a)
	s.Must(err)
	if o.Total.Minor != 400 || len(o.Adjustments) != 1 || o.Adjustments[0].Kind != order.ByAssist {
		t.Errorf("the order: %+v", o)
	}
	s.is(a, assist.Redeemed)
	s.Is(s.Pay(o), order.Paid)
}

// UNLOCK shows the price of before until friends have opened the other one.
func TestUnlock(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	a := s.help(s.start(ming, s.campaign(assist.Unlock)), helpers[0])
	if a.PriceNow.Minor != 1000 {
		t.Errorf("half unlocked it costs %d", a.PriceNow.Minor)
	}
	if a = s.help(a, helpers[1]); a.PriceNow.Minor != 400 {
		t.Errorf("unlocked it costs %d", a.PriceNow.Minor)
	}
	_, err := s.use(ming, a)
	s.Must(err)
}

func TestLikesGiveACoupon(t *testing.T) {
	s := open(t)
	ming, hong, bo, helpers := s.Shopper("ming"), s.Shopper("hong"), s.Shopper("bo"), s.Crowd("helper", 2)
	template := s.template(2, 1)
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) {
		d.SkuCode, d.Reward = nil, &assist.RewardDraft{CouponTemplateID: &template.ID}
	})
	refused := func(b order.Buyer, want *fault.Error) {
		t.Helper()
		_, err := s.Assists.Start(context.Background(), as(b), shoptest.NewKey(), c.ID)
		shoptest.Refuses(t, err, want, "input", "campaignId")
	}
	first := s.start(ming, c)
	refused(ming, assist.ErrLimit) // friends would help him to nothing
	second := s.start(hong, c)
	refused(bo, coupon.ErrExhausted) // both are kept
	s.help(first, helpers...)
	if s.coupons(ming) != 0 {
		t.Error("the coupon is there before the fact was told")
	}
	s.Rewards()
	s.Rewards()
	if s.coupons(ming) != 1 {
		t.Errorf("ming has %d coupons", s.coupons(ming))
	}
	refused(ming, assist.ErrLimit) // he has it
	s.help(second, helpers...)
	s.Rewards()
	refused(bo, coupon.ErrExhausted)
	if s.coupons(ming) != 1 || s.coupons(hong) != 1 {
		t.Errorf("ming has %d coupons, hong %d", s.coupons(ming), s.coupons(hong))
	}
}

// Who has come to as many coupons as one person may in another way, while friends helped, gets no more; what was kept for him goes back.
func TestACouponTooManyGoesBack(t *testing.T) {
	s := open(t)
	ming, bo := s.Shopper("ming"), s.Shopper("bo")
	template, err := s.Coupons.Create(context.Background(), "ptn_test", &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "谢谢", AmountOff: new(money.Decimal("1.00")), ValidDays: 7, Quantity: 2, PerShopperLimit: 1, Claimable: true,
	})
	s.Must(err)
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.Reward = &assist.RewardDraft{CouponTemplateID: &template.ID} })
	a := s.start(ming, c)
	_, err = s.Coupons.Claim(context.Background(), ming.ShopperID, template.ID)
	s.Must(err)
	s.help(a, s.Crowd("helper", 2)...)
	s.Rewards()
	if s.coupons(ming) != 1 {
		t.Errorf("ming has %d coupons", s.coupons(ming))
	}
	s.start(bo, c)
}

// The assists of who is erased end, each coupon that they kept goes back.
func TestErasurePutsCouponsBack(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	var templates []*coupon.Template
	for range 2 {
		template := s.template(2, 2)
		templates = append(templates, template)
		c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.Reward = &assist.RewardDraft{CouponTemplateID: &template.ID} })
		s.start(ming, c)
		s.start(ming, c)
	}
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		if err := s.Identity.Touch(ctx, ming.ShopperID); err != nil {
			return err
		}
		return s.Assists.Erase(ctx, []string{ming.ShopperID}, s.Clock.Now())
	}))
	for _, template := range templates {
		if left := s.Count("SELECT remaining FROM coupon_templates WHERE id = ?", template.ID); left != 2 {
			t.Errorf("%d of 2 coupons are left", left)
		}
	}
}

// A coupon that nobody earned goes back to its template.
func TestExpiryPutsTheCouponBack(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	template := s.template(1, 1)
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.Reward = &assist.RewardDraft{CouponTemplateID: &template.ID} })
	a := s.start(ming, c)
	s.After(time.Hour)
	s.is(a, assist.Expired)
	s.help(s.start(ming, c), s.Crowd("helper", 2)...)
	s.Rewards()
	if s.coupons(ming) != 1 {
		t.Errorf("ming has %d coupons", s.coupons(ming))
	}
}

func TestInviteTakesNewcomersOnly(t *testing.T) {
	s := open(t)
	ming, old := s.Shopper("ming"), s.Shopper("old")
	s.Clock.Advance(time.Minute)
	c := s.campaign(assist.Invite)
	a := s.start(ming, c)
	_, err := s.Assists.Help(context.Background(), as(old), a.ID)
	shoptest.Refuses(t, err, assist.ErrNewcomersOnly, "input", "assistId")
	s.Clock.Advance(time.Minute)
	buyer := s.Shopper("buyer")
	o, err := s.Orders.Place(context.Background(), buyer, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: c.SkuID, Quantity: 1}}}, ExpectedTotal: new(money.Decimal("10.00")),
	})
	s.Must(err)
	s.Pay(o)
	_, err = s.Assists.Help(context.Background(), as(buyer), a.ID)
	shoptest.Refuses(t, err, assist.ErrNewcomersOnly, "input", "assistId")
	s.help(a, s.Crowd("new", 2)...)
	s.Rewards()
	s.Rewards()
	if s.points(ming) != 30 {
		t.Errorf("ming has %d points", s.points(ming))
	}
}

func TestDrawHasTicketsForAll(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 2)
	a := s.help(s.start(ming, s.campaign(assist.Draw, func(d *assist.CampaignDraft) { d.Reward.DrawWinners = new(3) })), helpers...)
	before := a.Version
	s.Rewards()
	s.Rewards()
	winners, err := s.Assists.Winners(context.Background(), []string{a.ID})
	s.Must(err)
	won := map[string]bool{}
	for _, id := range winners[a.ID] {
		won[id] = true
	}
	if len(winners[a.ID]) != 3 || !won[ming.ShopperID] || !won[helpers[0].ShopperID] || !won[helpers[1].ShopperID] || s.now(a).Version <= before {
		t.Errorf("of three tickets three win: %v", winners[a.ID])
	}
	for _, help := range s.helps(a) {
		if help.Tickets == nil || *help.Tickets != 1 || help.Cut != nil {
			t.Errorf("a help has %+v", help)
		}
	}
}

// A person is in a draw once, as whichever account he took part, and nobody who may act no more is.
func TestDrawIsAmongPersons(t *testing.T) {
	s := open(t)
	ming, helpers := s.Shopper("ming"), s.Crowd("helper", 4)
	a := s.start(ming, s.campaign(assist.Draw, goal(4), func(d *assist.CampaignDraft) { d.Reward.DrawWinners = new(5) }))
	s.help(a, helpers...)
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		_, err := s.Store.Exec(ctx, "UPDATE shoppers SET state = 'banned' WHERE id = ?", helpers[0].ShopperID)
		return err
	}))
	person, merged, err := s.Members.ChannelLink(context.Background(), helpers[1].ShopperID, identity.SignIn{
		Channel: "WECHAT_MINI_PROGRAM", Credentials: identity.Credentials{Code: "demo:helper2"},
	})
	s.Must(err)
	if !merged {
		t.Fatal("two helpers did not become one")
	}
	s.Must(s.reward(a.ID))
	winners, err := s.Assists.Winners(context.Background(), []string{a.ID})
	s.Must(err)
	won := winners[a.ID]
	slices.Sort(won)
	if want := slices.Sorted(slices.Values([]string{ming.ShopperID, person.ID, helpers[3].ShopperID})); !slices.Equal(won, want) {
		t.Errorf("%v win, want %v", won, want)
	}
	s.Rewards()
}

func TestCharityKeepsAPublicLedger(t *testing.T) {
	s := open(t)
	c := s.campaign(assist.Charity)
	s.help(s.start(s.Shopper("ming"), c), s.Crowd("helper", 2)...)
	s.help(s.start(s.Shopper("hong"), c), s.Shopper("ming"))
	fresh, err := s.Assists.Campaign(context.Background(), c.ID)
	s.Must(err)
	first, err := s.Assists.Donations(context.Background(), []string{c.ID}, page.Args{First: 2})
	s.Must(err)
	rest, err := s.Assists.Donations(context.Background(), []string{c.ID}, page.Args{First: 2, After: *first[c.ID].Info.EndCursor})
	s.Must(err)
	if fresh.DonatedTotal.Minor != 150 || len(first[c.ID].Nodes) != 2 || !first[c.ID].Info.HasNextPage || len(rest[c.ID].Nodes) != 1 || rest[c.ID].Info.HasNextPage {
		t.Errorf("donated %d in %d and %d entries", fresh.DonatedTotal.Minor, len(first[c.ID].Nodes), len(rest[c.ID].Nodes))
	}
	if d := rest[c.ID].Nodes[0]; d.Amount.Minor != 50 || d.Cause != "植树" || !d.At.Equal(s.Clock.Now()) {
		t.Errorf("an entry: %+v", d)
	}
}

// A help of a marked helper is shown as any other, and makes no progress.
func TestMarkedHelpersDoNotCount(t *testing.T) {
	s := open(t)
	ming, farm, helpers := s.Shopper("ming"), s.Shopper("farm"), s.Crowd("helper", 2)
	s.mark(farm)
	for _, kind := range []assist.Kind{assist.Bargain, assist.Draw, assist.Charity} {
		a := s.start(ming, s.campaign(kind))
		after := s.help(a, farm)
		if after.Progress != 0 || after.State != assist.Open || after.Version <= a.Version || kind == assist.Bargain && after.PriceNow.Minor != 1000 {
			t.Errorf("%s: after a farm's help %+v", kind, after)
		}
		help := s.helps(a)[0]
		if help.Counted || help.Cut != nil && help.Cut.Minor != 0 || help.Tickets != nil && *help.Tickets != 1 {
			t.Errorf("%s: a farm's help is %+v", kind, help)
		}
		_, err := s.Assists.Help(context.Background(), as(farm), a.ID)
		shoptest.Refuses(t, err, assist.ErrHelped, "input", "assistId")
		s.help(a, helpers...)
		s.is(a, assist.Reached)
	}
	s.Rewards()
}

func TestRefusalsOfAHelp(t *testing.T) {
	s := open(t)
	ming, bo, helpers := s.Shopper("ming"), s.Shopper("bo"), s.Crowd("helper", 2)
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.HelpsPerDay = 2 })
	a := s.start(ming, c)
	refused := func(what string, b order.Buyer, a *assist.Assist, want *fault.Error) *fault.Error {
		t.Helper()
		shown, err := s.Assists.Refusals(context.Background(), b.ShopperID, []*assist.Assist{s.now(a)})
		s.Must(err)
		if shown[a.ID] == nil || shown[a.ID].Code != want.Code {
			t.Errorf("%s: shown is %v, want %s", what, shown[a.ID], want.Code)
		}
		_, err = s.Assists.Help(context.Background(), as(b), a.ID)
		got := fault.Of(err)
		if got == nil || got.Code != want.Code {
			t.Fatalf("%s: %v, want %s", what, err, want.Code)
		}
		return got
	}
	refused("one's own", ming, a, assist.ErrSelf)
	s.help(a, bo)
	refused("twice", bo, a, assist.ErrHelped)
	s.help(a, helpers[0])
	refused("reached", helpers[1], a, assist.ErrState)
	refused("reached, and helped", bo, a, assist.ErrHelped)
	s.help(s.start(helpers[0], c), bo)
	got := refused("the third of a day", bo, s.start(helpers[1], c), fault.TooOften)
	if want := 12 * time.Hour; got.RetryAfter != want { // noon in Shanghai
		t.Errorf("try again after %v, want %v", got.RetryAfter, want)
	}
	late := s.start(ming, c)
	s.Clock.Advance(time.Hour)
	refused("its time is over, and nobody has noticed yet", helpers[1], late, assist.ErrState)
	s.Clock.Advance(11 * time.Hour)
	s.help(s.start(ming, c), bo)
	from := as(bo)
	from.From.Device = strings.Repeat("x", 65)
	_, err := s.Assists.Help(context.Background(), from, a.ID)
	shoptest.Refuses(t, err, fault.Invalid, "input", "deviceId")
	_, err = s.Assists.Help(context.Background(), as(bo), "ast_01ARZ3NDEKTSV4RRFFQ69G5FAV")
	shoptest.Refuses(t, err, fault.Missing, "input", "assistId")
}

func TestRefusalsOfAStart(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	refused := func(what string, c string, want error, field ...string) *fault.Error {
		t.Helper()
		_, err := s.Assists.Start(context.Background(), as(ming), shoptest.NewKey(), c)
		if err == nil {
			t.Fatal(what + " starts")
		}
		return shoptest.Refuses(t, err, want, field...)
	}
	at := []string{"input", "campaignId"}
	refused("nothing", "asc_01ARZ3NDEKTSV4RRFFQ69G5FAV", fault.Missing, at...)
	later := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.StartsAt = s.Clock.Now().Add(time.Minute) })
	refused("a campaign that is to come", later.ID, assist.ErrCampaignNotOpen, at...)
	ended := s.campaign(assist.Likes)
	_, err := s.Assists.End(context.Background(), ended.ID)
	s.Must(err)
	refused("a campaign that was ended", ended.ID, assist.ErrCampaignNotOpen, at...)
	once := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.PerShopperLimit = 1 })
	key := shoptest.NewKey()
	a, err := s.Assists.Start(context.Background(), as(ming), key, once.ID)
	s.Must(err)
	again, err := s.Assists.Start(context.Background(), as(ming), key, once.ID)
	s.Must(err)
	if again.ID != a.ID {
		t.Error("the same key starts another")
	}
	_, err = s.Assists.Start(context.Background(), as(ming), key, later.ID)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	refused("a second one", once.ID, assist.ErrLimit, at...)
	many := s.campaign(assist.Charity)
	for range assist.StartsPerDay - 1 {
		s.start(ming, many)
	}
	if got := refused("a sixth of the day", many.ID, fault.TooOften, at...); got.RetryAfter != 12*time.Hour {
		t.Errorf("try again after %v", got.RetryAfter)
	}
	s.Clock.Advance(12 * time.Hour)
	s.start(ming, many)
	s.Clock.Advance(12 * time.Hour)
	refused("a campaign whose time is over", many.ID, assist.ErrCampaignNotOpen, at...)
}
