package referral_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

const (
	wechat = "WECHAT_MINI_PROGRAM"
	douyin = "DOUYIN_MINI_PROGRAM"
)

// party is a shop with tea to share and to buy.
type party struct {
	*shoptest.Shop
	tea, sku string
}

func open(t testing.TB, change ...func(*shoptest.Setup)) *party {
	t.Helper()
	s := shoptest.Open(t, change...)
	skus := s.Goods("tea", 10_000, "10.00")
	return &party{Shop: s, tea: shoptest.ProductOf(skus), sku: skus[0].ID}
}

// within is the same shop for one check of a property test.
func (p *party) within(t shoptest.TB) *party { return &party{p.Shop.Within(t), p.tea, p.sku} }

// person signs a demo shopper in.
func (p *party) person(name string) string {
	p.TB.Helper()
	return p.Shopper(name).ShopperID
}

// token is a shopper's share token for the tea.
func (p *party) token(shopperID string) string {
	p.TB.Helper()
	l, err := p.Share.Link(context.Background(), shopperID, wechat, p.tea)
	p.Must(err)
	return l.Token
}

// bind binds a shopper by another's link.
func (p *party) bind(inviteeID, inviterID string) error {
	p.TB.Helper()
	return p.Referral.Bind(context.Background(), inviteeID, wechat, p.token(inviterID))
}

// inviter is who brought a shopper, as others see him; "" for nobody.
func (p *party) inviter(shopperID string) string {
	p.TB.Helper()
	profile, err := p.Referral.Profile(context.Background(), shopperID)
	p.Must(err)
	if profile.Inviter == nil {
		return ""
	}
	id, err := p.Identity.ByPublicID(context.Background(), profile.Inviter.ID)
	p.Must(err)
	return id
}

// live is how many bindings have their keys.
func (p *party) live() int {
	p.TB.Helper()
	return p.Count("SELECT COUNT(*) FROM referral_bindings WHERE live_key IS NOT NULL")
}

// place orders tea with a token, "" for none.
func (p *party) place(shopperID, token string) *order.Order {
	p.TB.Helper()
	o, err := p.Orders.Place(context.Background(), order.Buyer{ShopperID: shopperID, Channel: wechat, ClientIP: "203.0.113.7"}, p.input(token))
	p.Must(err)
	return o
}

// snapshot is who earns by an order: "1:shp_… 2:shp_…".
func (p *party) snapshot(o *order.Order) string {
	p.TB.Helper()
	kept, err := p.Referral.Snapshot(context.Background(), o.ID)
	p.Must(err)
	text := ""
	if kept != nil {
		for _, b := range kept.Beneficiaries {
			text += fmt.Sprintf("%d:%s ", b.Level, b.ShopperID)
		}
	}
	return text
}

func first(id string) string  { return "1:" + id + " " }
func second(id string) string { return "2:" + id + " " }

// merge makes a shopper and the demo shopper of a name one on another channel, and returns the person's id.
func (p *party) merge(shopperID, name string) string {
	p.TB.Helper()
	person, merged, err := p.Members.ChannelLink(context.Background(), shopperID,
		identity.SignIn{Channel: douyin, Credentials: identity.Credentials{Code: "demo:" + name}})
	p.Must(err)
	if !merged {
		p.TB.Fatalf("%s and %s were one before", shopperID, name)
	}
	return person.ID
}

func (p *party) standing(shopperID string) referral.Standing {
	p.TB.Helper()
	standings, err := p.Referral.Standings(context.Background(), []string{shopperID})
	p.Must(err)
	return standings[shopperID]
}

func (p *party) public(shopperID string) string {
	p.TB.Helper()
	shown, err := p.Identity.Publics(context.Background(), []string{shopperID})
	p.Must(err)
	return shown[shopperID].ID
}

// upheld has the shop uphold a report about a promoter.
func (p *party) upheld(reporterID, promoterID string) {
	p.TB.Helper()
	report, err := p.Referral.Report(context.Background(), reporterID, p.public(promoterID), "spam")
	p.Must(err)
	for range 2 { // the same decision again changes nothing
		_, err = p.Referral.Decide(context.Background(), report.ID, true)
		p.Must(err)
	}
}

// suspect has an operator mark a shopper, or lift his mark.
func (p *party) suspect(shopperID string, marked bool) {
	p.TB.Helper()
	_, err := p.Conduct.SetMark(context.Background(), p.public(shopperID), marked, "seen")
	p.Must(err)
}

func pageOf(n int) page.Args { return page.Args{First: n} }

// input is a checkout of tea with a token, "" for none.
func (p *party) input(token string) *order.PlaceInput {
	total := money.Decimal("10.00")
	in := &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: p.sku, Quantity: 1}}}, ExpectedTotal: &total,
	}
	if token != "" {
		in.Checkout.ReferralToken = &token
	}
	return in
}

func (p *party) cancel(o *order.Order) {
	p.TB.Helper()
	_, err := p.Orders.Cancel(context.Background(), o.ShopperID, o.ID, "")
	p.Must(err)
}
