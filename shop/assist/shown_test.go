package assist_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// exec changes the database behind the service's back, as another process does.
func (s *shop) exec(query string, args ...any) {
	s.TB.Helper()
	s.Must(s.Store.InTx(context.Background(), func(ctx context.Context) error {
		_, err := s.Store.Exec(ctx, query, args...)
		return err
	}))
}

// shows fails unless the list, the product's page and the shelf offer just these campaigns.
func (s *shop) shows(what, productID string, want ...*assist.Campaign) {
	s.TB.Helper()
	ctx := context.Background()
	s.Clock.Advance(time.Second) // the shelf's
	listed, err := s.Assists.ListCampaigns(ctx, page.Args{First: 20}, false)
	s.Must(err)
	beside, err := s.Assists.OfProducts(ctx, []string{productID})
	s.Must(err)
	running, err := s.Assists.Running(ctx)
	s.Must(err)
	var ids, ofProduct []string
	for _, c := range want {
		if ids = append(ids, c.ID); c.ProductID != "" {
			ofProduct = append(ofProduct, c.ID)
		}
	}
	for where, shown := range map[string]struct{ got, want []string }{
		"list": {idsOf(listed.Nodes, func(c *assist.Campaign) string { return c.ID }), ids}, "product": {idsOf(beside[productID], func(c *assist.Campaign) string { return c.ID }), ofProduct},
		"shelf": {idsOf(running, func(c assist.Standing) string { return c.CampaignID }), ids},
	} {
		slices.Sort(shown.want)
		if !slices.Equal(shown.got, shown.want) {
			s.TB.Errorf("%s: the %s shows %v, want %v", what, where, shown.got, shown.want)
		}
	}
}

func idsOf[T any](list []T, id func(T) string) (ids []string) {
	for _, one := range list {
		ids = append(ids, id(one))
	}
	slices.Sort(ids)
	return ids
}

// A campaign that has nothing to give is offered nowhere, until it has something again.
func TestWhatHasNothingToGiveIsNotOffered(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	template := s.template(1, 1)
	price, points := s.campaign(assist.Bargain), s.campaign(assist.Likes)
	coupons := s.campaign(assist.Likes, func(d *assist.CampaignDraft) {
		d.SkuCode, d.Reward = nil, &assist.RewardDraft{CouponTemplateID: &template.ID}
	})
	s.shows("at first", price.ProductID, price, points, coupons)
	taken := s.start(ming, coupons)
	s.shows("the only coupon is taken", price.ProductID, price, points)
	s.Clock.Advance(time.Hour)
	s.After(time.Minute)
	s.is(taken, assist.Expired)
	s.shows("it came back", price.ProductID, price, points, coupons)

	s.exec("UPDATE skus SET price = 400 WHERE id = ?", price.SkuID)
	s.shows("the goods cost no more than the floor", price.ProductID, points, coupons)
	_, err := s.Assists.Start(context.Background(), as(ming), shoptest.NewKey(), price.ID)
	shoptest.Refuses(t, err, assist.ErrCampaignNotOpen, "input", "campaignId")
	s.exec("UPDATE skus SET price = 1000 WHERE id = ?", price.SkuID)
	left := s.Count("SELECT available FROM stocks WHERE id = ?", price.SkuID)
	s.exec("UPDATE stocks SET available = 0, written_off = written_off + ? WHERE id = ?", left, price.SkuID)
	s.shows("sold out", price.ProductID, points, coupons)
	s.exec("UPDATE stocks SET available = ?, written_off = written_off - ? WHERE id = ?", left, left, price.SkuID)
	s.shows("in stock again", price.ProductID, price, points, coupons)
}

// What this process donated is told at once, what another did within a second; a hot page costs no sum of its own. A charity that has ended tells its sum, too.
func TestDonatedTotalIsShared(t *testing.T) {
	s := open(t)
	c := s.campaign(assist.Charity, goal(9))
	a := s.start(s.Shopper("ming"), c)
	total := func(what string, want int64, statements int) {
		t.Helper()
		var counted store.Counter
		fresh, err := s.Assists.Campaign(store.CountStatements(context.Background(), &counted), c.ID)
		s.Must(err)
		if fresh.DonatedTotal.Minor != want || counted.Count() > statements {
			t.Fatalf("%s: %d in %d statements, want %d in %d", what, fresh.DonatedTotal.Minor, counted.Count(), want, statements)
		}
	}
	total("nothing", 0, 2)
	for i, helper := range s.Crowd("helper", 3) {
		s.help(a, helper)
		total("here", int64(50*(i+1)), 2)
	}
	farm := s.Shopper("farm")
	s.mark(farm)
	s.help(a, farm)
	total("a farm's help gives nothing", 150, 2)

	help := id.New("ash")
	s.exec(`INSERT INTO assist_donations (id, campaign_id, assist_id, help_id, amount, cause, at) VALUES (?, ?, ?, ?, 50, '植树', ?)`, id.New("don"), c.ID, a.ID, help, s.Clock.Now())
	s.Clock.Advance(time.Second)
	total("elsewhere", 200, 2)
	s.exec("DELETE FROM assist_donations WHERE help_id = ?", help)
	_, err := s.Assists.End(context.Background(), c.ID)
	s.Must(err)
	total("ended", 150, 3)
	s.help(a, s.Shopper("late"))
	total("a help with what runs on", 200, 3)
}

// Helpers of many assists of one charity at once, while everybody looks: once the totals are read anew they are what the ledger is.
func TestDonationsAtOnce(t *testing.T) {
	s := open(t)
	c := s.campaign(assist.Charity, goal(9))
	n := 0
	shoptest.Rounds(t, s.Shop, 1, func(round int) {
		of := fmt.Sprint("r", round, "x")
		a, b, helpers := s.start(s.Shopper(of+"ming"), c), s.start(s.Shopper(of+"hong"), c), s.Crowd(of, 4)
		shoptest.Together(8, func(i int) {
			shoptest.Stagger()
			if i < 4 {
				if _, err := s.Assists.Help(context.Background(), as(helpers[i]), []string{a.ID, b.ID}[i%2]); err != nil {
					t.Error(err)
				}
				return
			}
			if fresh, err := s.Assists.Campaign(context.Background(), c.ID); err != nil || fresh.DonatedTotal.Minor > int64(50*(n+4)) {
				t.Errorf("%+v, %v", fresh, err)
			}
		})
		n += 4
		s.Clock.Advance(time.Second)
		if fresh, err := s.Assists.Campaign(context.Background(), c.ID); err != nil || fresh.DonatedTotal.Minor != int64(50*n) {
			t.Errorf("after %d helps: %+v, %v", n, fresh.DonatedTotal, err)
		}
	})
}

// What is counted of a day goes a week later.
func TestDaysAreSwept(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming")
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.EndsAt = d.EndsAt.AddDate(0, 0, 30) })
	s.help(s.start(ming, c), s.Shopper("hong"))
	s.Clock.Advance(24 * time.Hour)
	s.start(ming, c)
	days := func(want int) {
		t.Helper()
		s.After(0)
		if n := s.Count("SELECT COUNT(*) FROM assist_days"); n != want {
			t.Fatalf("%d counts are kept, want %d", n, want)
		}
	}
	s.Clock.Advance(6*24*time.Hour - 12*time.Hour - time.Second) // noon was the beginning
	days(3)
	s.Clock.Advance(time.Second)
	days(1)
	s.Clock.Advance(24 * time.Hour)
	days(0)
	if n := s.Count("SELECT COUNT(*) FROM deadlines WHERE kind = ?", assist.SweepDeadline); n != 0 {
		t.Errorf("%d sweeps are due", n)
	}
}
