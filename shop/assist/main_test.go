package assist_test

import (
	"context"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

// shop is a shop with help-me campaigns about tea at 10.00.
type shop struct{ *shoptest.Shop }

func open(t testing.TB, change ...func(*shoptest.Setup)) *shop {
	t.Helper()
	s := &shop{shoptest.Open(t, change...)}
	s.Goods("tea", 50, "10.00")
	return s
}

// rewards are a reward that each tool has.
func (s *shop) rewardOf(kind assist.Kind) *assist.RewardDraft {
	switch kind {
	case assist.Bargain, assist.Unlock:
		return &assist.RewardDraft{PriceFloor: new(money.Decimal("4.00"))}
	case assist.Draw:
		return &assist.RewardDraft{DrawWinners: new(2), Prize: new("一箱茶")}
	case assist.Charity:
		return &assist.RewardDraft{DonationPerHelper: new(money.Decimal("0.50")), Cause: new("植树")}
	}
	return &assist.RewardDraft{Points: new(int64(30))}
}

// draft is a campaign of a tool for two helpers, for a day.
func (s *shop) draft(kind assist.Kind) *assist.CampaignDraft {
	return &assist.CampaignDraft{
		IdempotencyKey: shoptest.NewKey(), Kind: kind, Title: "帮帮我", SkuCode: new("tea"), Goal: 2, AssistSeconds: 3600, PerShopperLimit: 5, HelpsPerDay: 50,
		StartsAt: s.Clock.Now().Add(-time.Hour), EndsAt: s.Clock.Now().Add(24 * time.Hour), Reward: s.rewardOf(kind),
	}
}

// campaign starts a campaign of a tool, as changed.
func (s *shop) campaign(kind assist.Kind, change ...func(*assist.CampaignDraft)) *assist.Campaign {
	s.TB.Helper()
	d := s.draft(kind)
	for _, c := range change {
		c(d)
	}
	made, err := s.Assists.Create(context.Background(), "ptn_test", d)
	s.Must(err)
	return made
}

func goal(n int) func(*assist.CampaignDraft) {
	return func(d *assist.CampaignDraft) { d.Goal = n }
}

func as(b order.Buyer) assist.Actor {
	return assist.Actor{ShopperID: b.ShopperID, Channel: b.Channel}
}

func (s *shop) start(b order.Buyer, c *assist.Campaign) *assist.Assist {
	s.TB.Helper()
	a, err := s.Assists.Start(context.Background(), as(b), shoptest.NewKey(), c.ID)
	s.Must(err)
	return a
}

func (s *shop) help(a *assist.Assist, helpers ...order.Buyer) *assist.Assist {
	s.TB.Helper()
	for _, b := range helpers {
		_, err := s.Assists.Help(context.Background(), as(b), a.ID)
		s.Must(err)
	}
	return s.now(a)
}

func (s *shop) now(a *assist.Assist) *assist.Assist {
	s.TB.Helper()
	fresh, err := s.Assists.Assist(context.Background(), a.ID)
	s.Must(err)
	return fresh
}

// is fails the test unless the assist is in state.
func (s *shop) is(a *assist.Assist, state assist.State) *assist.Assist {
	s.TB.Helper()
	fresh := s.now(a)
	if fresh.State != state {
		s.TB.Fatalf("the assist is %s, want %s", fresh.State, state)
	}
	return fresh
}

// use places an order at the assist's price.
func (s *shop) use(b order.Buyer, a *assist.Assist) (*order.Order, error) {
	return s.Orders.Place(context.Background(), b, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{AssistID: &a.ID}, ExpectedTotal: new(money.Decimal("4.00")),
	})
}

// template makes a coupon template that nobody may claim.
func (s *shop) template(quantity, perShopper int) *coupon.Template {
	s.TB.Helper()
	t, err := s.Coupons.Create(context.Background(), "ptn_test", &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "谢谢", AmountOff: new(money.Decimal("1.00")), ValidDays: 7, Quantity: quantity, PerShopperLimit: perShopper,
	})
	s.Must(err)
	return t
}

// coupons counts a person's.
func (s *shop) coupons(b order.Buyer) int {
	s.TB.Helper()
	return s.Count("SELECT COUNT(*) FROM coupons WHERE shopper_id = ?", b.ShopperID)
}

// points are what a person may spend.
func (s *shop) points(b order.Buyer) int64 {
	s.TB.Helper()
	account, err := s.Points.Account(context.Background(), b.ShopperID)
	s.Must(err)
	return account.Available
}

// mark says of a person that he is a farm's.
func (s *shop) mark(b order.Buyer) {
	s.TB.Helper()
	known, err := s.Identity.Shopper(context.Background(), b.ShopperID)
	s.Must(err)
	_, err = s.Conduct.SetMark(context.Background(), known.PublicID, true, "a test")
	s.Must(err)
}

// reward tells that an assist was reached.
func (s *shop) reward(assistID string) error {
	rows, err := s.Store.Texts(context.Background(), "SELECT campaign_id FROM assists WHERE id = ? UNION ALL SELECT owner_id FROM assists WHERE id = ?", assistID, assistID)
	if err != nil {
		return err
	}
	return s.Store.InTx(context.Background(), func(ctx context.Context) error {
		return s.Assists.OnReached(ctx, fact.AssistReached{AssistID: assistID, CampaignID: rows[0], OwnerID: rows[1]})
	})
}
