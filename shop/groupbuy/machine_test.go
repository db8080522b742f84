package groupbuy_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// TestAnyGroupInAnyOrder lets five shoppers, the shop's people, the clock and a provider that fails do anything in any order with the groups of a few campaigns.
// A model of the rules says what each step comes to: which code it is refused with, where every order, seat and group stands, what every campaign, shelf and
// payment counts. Every promise holds in the end, and the provider's book is ours. KAITUAN_STEPS is how many steps, 1200 unless set; a shop of its own
// takes 600 of them.
func TestAnyGroupInAnyOrder(t *testing.T) {
	steps := shoptest.Steps(t, 1200)
	const perShop, perCheck = 600, 75
	for begun := 0; begun < steps && !t.Failed(); begun += perShop {
		t.Run(fmt.Sprint(begun), func(t *testing.T) {
			shoptest.Checks(t, (min(perShop, steps-begun)+perCheck-1)/perCheck)
			s, provider := openSilent(t)
			rapid.Check(t, func(r *rapid.T) {
				m := &machine{Shop: s.Within(r), provider: provider, walkedSeats: map[string]string{}}
				m.begin(r)
				for range perCheck { // not Repeat: most of its walks are over before a group is
					m.step(r)
					m.holds()
				}
				m.end()
			})
		})
	}
}

// silent is a provider that does not answer the calls named.
type silent struct {
	*sandbox.Provider
	prepay, close bool
}

func (p *silent) Prepay(ctx context.Context, o payment.Prepay) ([]payment.Parameter, error) {
	if p.prepay {
		return nil, context.DeadlineExceeded
	}
	return p.Provider.Prepay(ctx, o)
}

func (p *silent) Close(ctx context.Context, number string) error {
	if p.close {
		return context.DeadlineExceeded
	}
	return p.Provider.Close(ctx, number)
}

func (p *silent) Query(ctx context.Context, number string) (payment.Trade, error) {
	if p.close {
		return payment.Trade{}, context.DeadlineExceeded
	}
	return p.Provider.Query(ctx, number)
}

// openSilent is a shop whose provider may fall silent, and whose one worker does one thing after the other, so that it can be foreseen.
func openSilent(t *testing.T) (*shoptest.Shop, *silent) {
	t.Helper()
	var provider *silent
	s := shoptest.Open(t, func(w *shoptest.Setup) {
		w.Wrap = func(p *sandbox.Provider) payment.Provider { provider = &silent{Provider: p}; return provider }
	})
	all := map[string]deadline.Handler{}
	for _, some := range []map[string]deadline.Handler{s.Orders.Handlers(), s.Groups.Handlers(), s.Orders.OutsideHandlers()} {
		maps.Copy(all, some)
	}
	s.Runner = deadline.NewRunner(s.Deadlines, s.Clock.Now, deadline.Pool{Workers: 1, Handlers: all})
	return s, provider
}

// machine is one check's people, goods and campaigns, and what the rules say of them.
type machine struct {
	*shoptest.Shop
	model
	provider    *silent
	buyers      []order.Buyer
	code, skuID string
	productID   string
	real        map[*mOrder]*order.Order
	notices     []payment.Notice
	walkedSeats map[string]string
}

var machines int

func (m *machine) begin(r *rapid.T) {
	machines++
	m.real, m.now = map[*mOrder]*order.Order{}, m.Clock.Now()
	m.provider.close, m.provider.prepay = false, false
	m.Sandbox.SetFaults(sandbox.Faults{})
	m.buyers = m.Crowd(fmt.Sprintf("m%db", machines), 5)
	m.stock = one(r, []int{9, 30, 30}, "stock")
	m.code = fmt.Sprintf("m%d", machines)
	m.skuID = m.Goods(m.code, m.stock, "19.90")[0].ID
	found, err := m.Catalog.ByHandle(context.Background(), m.code, noNeed)
	m.Must(err)
	m.productID = found.ID
	for range 1 + below(r, 3, "campaigns") {
		m.campaigns = append(m.campaigns, m.campaign(one(r, variants, "campaign")))
	}
	m.Must(m.compare())
}

// variants are the campaigns that there are.
var variants = []func(d *groupbuy.CampaignDraft){
	func(*groupbuy.CampaignDraft) {},
	func(d *groupbuy.CampaignDraft) {
		d.Size, d.PerShopperLimit, d.UnitQuota = 2, 2, 7
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.Discount, Amount: new(money.Decimal("3.00"))}
	},
	func(d *groupbuy.CampaignDraft) { // the leader's first unit is free
		d.Size, d.PerShopperLimit = 2, 2
		d.LeaderReward = &groupbuy.RewardDraft{Kind: groupbuy.Discount, Amount: new(money.Decimal("15.00"))}
	},
	func(d *groupbuy.CampaignDraft) {
		d.Size, d.MerchantMayComplete, d.LeaderReward = 2, true, &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
	},
	func(d *groupbuy.CampaignDraft) {
		d.Size, d.MerchantMayComplete, d.PerShopperLimit = 2, true, 2
		d.Offers[0].Rungs = []*groupbuy.RungDraft{{Size: 3, Price: "13.99"}, {Size: 4, Price: "12.00"}}
	},
	func(d *groupbuy.CampaignDraft) {
		d.Size, d.PerShopperLimit, d.GroupSeconds, d.LeaderReward = 2, 2, 3600, &groupbuy.RewardDraft{Kind: groupbuy.FreeOrder}
		d.Offers[0].Rungs = []*groupbuy.RungDraft{{Size: 3, Price: "10.01"}}
	},
	func(d *groupbuy.CampaignDraft) { d.Size, d.NewCustomersOnly, d.MerchantMayComplete = 2, true, true },
	func(d *groupbuy.CampaignDraft) {
		d.Size, d.GroupSeconds, d.PerShopperLimit, d.UnitQuota, d.MerchantMayComplete, d.NewCustomersOnly = 2, 300, 2, 5, true, true
	},
}

// campaign makes one in the shop and in the model.
func (m *machine) campaign(change func(d *groupbuy.CampaignDraft)) *mCampaign {
	d := draft(func(d *groupbuy.CampaignDraft) {
		d.Offers[0].SkuCode, d.StartsAt, d.EndsAt = m.code, m.now.Add(-time.Hour), m.now.Add(7*24*time.Hour)
	}, change)
	made, err := m.Groups.Create(context.Background(), "ptn_test", d)
	m.Must(err)
	c := &mCampaign{
		id: made.ID, size: d.Size, capacity: d.Size, limit: d.PerShopperLimit, quota: d.UnitQuota, life: time.Duration(d.GroupSeconds) * second,
		ends: d.EndsAt, newcomers: d.NewCustomersOnly, mayComplete: d.MerchantMayComplete, price: 1500,
	}
	for _, rung := range d.Offers[0].Rungs {
		c.capacity = rung.Size
		c.rungs = append(c.rungs, mRung{rung.Size, m.minor(rung.Price)})
	}
	if d.LeaderReward != nil {
		if c.free = d.LeaderReward.Kind == groupbuy.FreeOrder; !c.free {
			c.discount = m.minor(*d.LeaderReward.Amount)
		}
	}
	return c
}

func (m *machine) minor(amount money.Decimal) int64 {
	n, err := money.Parse(string(amount), "CNY")
	m.Must(err)
	return n
}

// refused compares what the shop said with the code that the model foresaw, "" for yes, and reports whether it was no.
func (m *machine) refused(what string, err error, foreseen string) bool {
	m.TB.Helper()
	code := ""
	if err != nil {
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Refusal {
			m.TB.Fatalf("%s: %v", what, err)
		}
		code = f.Code
	}
	if code != foreseen {
		m.TB.Fatalf("%s: the shop says %q (%v), the rules %q", what, code, err, foreseen)
	}
	return err != nil
}

// end lets everything arrive, and looks at what became of it.
func (m *machine) end() {
	m.provider.close, m.provider.prepay, m.silent = false, false, false
	m.Sandbox.SetFaults(sandbox.Faults{})
	for _, n := range m.notices {
		m.hear(n)
	}
	for range 60 {
		m.tick(time.Minute)
		m.worked()
	}
	for range 4 {
		m.tick(8 * time.Hour)
		m.worked()
	}
	for _, o := range m.orders {
		m.walked(m.Now(m.real[o]))
		m.Must(o.ended())
	}
	m.Must(m.Broken())
}
