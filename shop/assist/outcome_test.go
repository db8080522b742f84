package assist_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// An assist whose commit nobody has heard of is looked up by its key: it has been started, or the same request starts it; one coupon is taken for it.
func TestAStartOfUnknownOutcome(t *testing.T) {
	at, line := testdb.OpenByLine(t)
	s := open(t, func(with *shoptest.Setup) { with.Store = at })
	ming, template := s.Shopper("ming"), s.template(10, 10)
	c := s.campaign(assist.Likes, func(d *assist.CampaignDraft) { d.Reward = &assist.RewardDraft{CouponTemplateID: &template.ID} })
	for i, lost := range line.Losses() {
		key := shoptest.NewKey()
		line.Lose(lost)
		made, err := s.Assists.Start(context.Background(), as(ming), key, c.ID)
		if !line.Quiet() || errors.Is(err, fault.BusyRetry) != (lost == testdb.Commit) {
			t.Fatalf("%s is lost: %v", lost, err)
		}
		if lost == testdb.Commit {
			made, err = s.Assists.Start(context.Background(), as(ming), key, c.ID)
		}
		s.Must(err)
		again, err := s.Assists.Start(context.Background(), as(ming), key, c.ID)
		s.Must(err)
		if again.ID != made.ID {
			t.Errorf("%s is lost: %s, want %s", lost, again.ID, made.ID)
		}
		if assists, left := s.Count("SELECT COUNT(*) FROM assists"), s.Count("SELECT remaining FROM coupon_templates WHERE id = ?", template.ID); assists != i+1 || left != 9-i {
			t.Errorf("%s is lost: %d assists, %d coupons are left", lost, assists, left)
		}
	}
}

// A help whose commit nobody has heard of is looked up: it has happened, or the same request makes it happen; it counts once.
func TestAHelpOfUnknownOutcome(t *testing.T) {
	at, line := testdb.OpenByLine(t)
	s := open(t, func(with *shoptest.Setup) { with.Store = at })
	ming, hong := s.Shopper("ming"), s.Shopper("hong")
	c := s.campaign(assist.Charity)
	for _, lost := range line.Losses() {
		a := s.start(ming, c)
		line.Lose(lost)
		_, err := s.Assists.Help(context.Background(), as(hong), a.ID)
		if !line.Quiet() || errors.Is(err, fault.BusyRetry) != (lost == testdb.Commit) {
			t.Fatalf("%s is lost: %v", lost, err)
		}
		if lost == testdb.Commit {
			if n := s.now(a).Progress; n != 0 {
				t.Errorf("%d helps, of which nobody has heard", n)
			}
			_, err = s.Assists.Help(context.Background(), as(hong), a.ID)
		}
		s.Must(err)
		_, err = s.Assists.Help(context.Background(), as(hong), a.ID)
		shoptest.Refuses(t, err, assist.ErrHelped, "input", "assistId")
		if n := s.now(a).Progress; n != 1 {
			t.Errorf("%s is lost: %d helps", lost, n)
		}
	}
}
