package app

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/server/demo"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/points"
)

// demoPeople are the shoppers whom the walk-through signs in as demo:<name>; each has an address, as somebody who shops here would.
var demoPeople = []string{"ming", "hong", demo.Host, "ann", "bo", "cai"}

// OpenDemo fills an empty shop with the demo's products, keys and people, and a shop that has the demo's products with its campaigns,
// coupons and live room. On a shop that has other products it makes sure of the keys only.
func (a *App) OpenDemo(ctx context.Context) error {
	if err := a.openDemo(ctx); err != nil {
		return fmt.Errorf("open the demo: %w", err)
	}
	for _, draft := range demo.Campaigns(a.Clock.Now()) {
		_, err := a.GroupBuy.Create(ctx, "demo", draft)
		switch refusal := fault.Of(err); {
		case err == nil, refusal != nil && refusal.Is(fault.KeyReused): // made at an earlier opening, whose window stays
		case refusal != nil && refusal.Is(fault.Missing): // not the demo's products
			return nil
		default:
			return fmt.Errorf("open the demo: campaign %s: %w", draft.IdempotencyKey, err)
		}
	}
	for _, draft := range demo.Coupons() {
		if _, err := a.Coupon.Create(ctx, "demo", draft); err != nil {
			return fmt.Errorf("open the demo: coupon %s: %w", draft.IdempotencyKey, err)
		}
	}
	if err := a.openDemoAssists(ctx); err != nil {
		return fmt.Errorf("open the demo: %w", err)
	}
	a.openDemoRoom(ctx)
	return nil
}

// openDemoAssists makes the demo's help-me campaigns, which a shop that has them refuses.
func (a *App) openDemoAssists(ctx context.Context) error {
	prize, err := a.Coupon.Create(ctx, "demo", demo.HelpersCoupon())
	if err != nil {
		return fmt.Errorf("coupon of helpers: %w", err)
	}
	for _, draft := range demo.Assists(a.Clock.Now(), prize.ID) {
		_, err := a.Assist.Create(ctx, "demo", draft)
		if refusal := fault.Of(err); err != nil && (refusal == nil || !refusal.Is(fault.KeyReused)) {
			return fmt.Errorf("campaign %s: %w", draft.IdempotencyKey, err)
		}
	}
	return nil
}

func (a *App) openDemo(ctx context.Context) error {
	empty, err := a.Catalog.Empty(ctx)
	if err != nil {
		return err
	}
	if err := a.Identity.EnsureDemoKeys(ctx); err != nil || !empty {
		return err
	}
	for _, name := range demoPeople { // first: a start that was cut short finds no products, and begins again
		if err := a.demoPerson(ctx, name); err != nil {
			return err
		}
	}
	if err := a.demoMember(ctx, "hong"); err != nil {
		return err
	}
	products := demo.Products()
	inputs := make([]*catalog.ProductInput, len(products))
	for i := range products {
		inputs[len(products)-1-i] = &products[i] // newest first is how the feed shows them
	}
	results, err := a.Catalog.Upsert(ctx, inputs)
	if err != nil {
		return err
	}
	for _, r := range results {
		if len(r.Refused) > 0 {
			return fmt.Errorf("product %s: %w", r.Handle, r.Refused[0])
		}
	}
	return nil
}

// demoSignIn signs a demo shopper in.
func (a *App) demoSignIn(ctx context.Context, name string) (*identity.Session, error) {
	return a.Identity.SessionCreate(ctx, identity.SignIn{Channel: "H5", Credentials: identity.Credentials{Code: "demo:" + name}})
}

// demoMember makes a demo shopper Gold by an earning, so that member prices can be seen.
func (a *App) demoMember(ctx context.Context, name string) error {
	session, err := a.demoSignIn(ctx, name)
	if err != nil {
		return err
	}
	_, err = a.Points.Earn(ctx, points.Earning{ShopperID: session.ShopperID, Channel: "H5", Points: 3200, Owner: "demo", Key: "demo-" + name, Reason: "入会礼"})
	return err
}

func (a *App) demoPerson(ctx context.Context, name string) error {
	session, err := a.demoSignIn(ctx, name)
	if err != nil {
		return err
	}
	known, err := a.Identity.Addresses(ctx, session.ShopperID)
	if err != nil || len(known) > 0 {
		return err
	}
	_, err = a.Identity.AddressSave(ctx, session.ShopperID, identity.AddressDraft{Recipient: name, Phone: "13800138000", Region: []string{"上海市", "徐汇区"}, Street: "漕溪北路 1 号"})
	return err
}
