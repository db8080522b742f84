package assist

import (
	"testing"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assistcampaign"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
)

func TestCanGive(t *testing.T) {
	sku, template := "sku", "cpt"
	price := func(floor int64) *db.AssistCampaign {
		return &db.AssistCampaign{Reward: assistcampaign.RewardPRICE, SkuID: &sku, Amount: floor}
	}
	coupons := &db.AssistCampaign{Reward: assistcampaign.RewardCOUPON, TemplateID: &template}
	beside := &db.AssistCampaign{Reward: assistcampaign.RewardPOINTS, SkuID: &sku}
	tea := catalog.ForSale{SkuID: sku, Price: 1000, Available: 1, Visible: true}
	for _, tc := range []struct {
		name     string
		campaign *db.AssistCampaign
		goods    catalog.ForSale
		template *coupon.Template
		want     bool
	}{
		{"a price below the goods'", price(999), tea, nil, true},
		{"a price as high as the goods'", price(1000), tea, nil, false},
		{"a price above the goods'", price(1001), tea, nil, false},
		{"a price of what is sold out", price(400), catalog.ForSale{Price: 1000, Visible: true}, nil, false},
		{"a price of what was taken down", price(400), catalog.ForSale{Price: 1000, Available: 1}, nil, false},
		{"a price of what is no more", price(400), catalog.ForSale{}, nil, false},
		{"points beside goods that are sold out", beside, catalog.ForSale{Price: 1000, Visible: true}, nil, true},
		{"points beside goods that were taken down", beside, catalog.ForSale{Price: 1000, Available: 1}, nil, false},
		{"the last coupon", coupons, catalog.ForSale{}, &coupon.Template{Left: 1}, true},
		{"no coupon left", coupons, catalog.ForSale{}, &coupon.Template{}, false},
		{"no such coupon", coupons, catalog.ForSale{}, nil, false},
		{"points", &db.AssistCampaign{Reward: assistcampaign.RewardPOINTS}, catalog.ForSale{}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := canGive(tc.campaign, tc.goods, tc.template); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
