// Package loaders reads what a page needs from several domains, in a constant number of statements for any length of the page: resolvers of lists call it
// once for the whole list, instead of a loader per field.
package loaders

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/referral"
	"github.com/kaituan/kaituan/shop/share"
)

// Loaders calls the shop's batch reads.
type Loaders struct {
	Identity   *identity.Service
	Catalog    *catalog.Service
	Coupon     *coupon.Service
	Points     *points.Service
	Order      *order.Service
	GroupBuy   *groupbuy.Service
	Live       *live.Service
	Share      *share.Service
	Assist     *assist.Service
	Referral   *referral.Service
	Commission *commission.Service
	// Currency is the shop's one currency.
	Currency string
}

// MostBuyers is how many recent buyers are read for a product.
const MostBuyers = 20

// Need says what products are loaded with.
type Need struct {
	catalog.Need
	// Proof: who is buying now. Buyers: how many recent buyers.
	Proof  bool
	Buyers int
	// Campaigns is what their running campaigns are loaded with, nil: they are not needed.
	Campaigns *CampaignNeed
	// AssistCampaigns is what the help-me campaigns about them are loaded with, nil: they are not needed.
	AssistCampaigns *AssistCampaignNeed
	// Share is what the viewer's links to them are loaded with, nil: they are not needed.
	Share *ShareNeed
}

// Beside is what stands in a product's field of that name.
type Beside struct {
	Proof     *order.SocialProof
	Campaigns []*groupbuy.Campaign // nil when they were not needed
	// AssistCampaigns is nil when they were not needed.
	AssistCampaigns []*assist.Campaign
	// Share is the viewer's link, nil when it was not needed, without a viewer, or when the product is not to be shared.
	Share *ShareLink
}

// BesideProduct is what Complete put there, nil for a product that it has not seen.
func BesideProduct(p *catalog.Product) *Beside {
	beside, _ := p.Beside.(*Beside)
	return beside
}

// Products returns the products of ids in their order, leaving out what does not exist; prices are what the viewer would pay. viewerID may be empty.
func (l *Loaders) Products(ctx context.Context, viewerID string, ids []string, need Need) ([]*catalog.Product, error) {
	products, err := l.Catalog.Products(ctx, ids, need.Need)
	if err != nil {
		return nil, fmt.Errorf("load products: %w", err)
	}
	return products, l.Complete(ctx, viewerID, products, need)
}

// Complete adds to products what other domains know: what activities and the viewer's tier offer, and what is needed of social proof and campaigns.
func (l *Loaders) Complete(ctx context.Context, viewerID string, products []*catalog.Product, need Need) error {
	var skus []*catalog.Sku
	ids := make([]string, len(products))
	for i, p := range products {
		skus = append(skus, p.Skus...)
		ids[i] = p.ID
		p.Beside = &Beside{Proof: &order.SocialProof{SoldCount: p.SoldCount}}
	}
	if err := l.Order.Anchors(ctx, viewerID, skus); err != nil {
		return fmt.Errorf("price products: %w", err)
	}
	if need.Proof {
		proof, err := l.Order.Proof(ctx, ids, need.Buyers)
		if err != nil {
			return fmt.Errorf("load social proof: %w", err)
		}
		for _, p := range products {
			proof[p.ID].SoldCount = p.SoldCount
			BesideProduct(p).Proof = proof[p.ID]
		}
	}
	if err := l.campaignsOf(ctx, viewerID, products, ids, need.Campaigns); err != nil {
		return err
	}
	if err := l.assistCampaignsOf(ctx, viewerID, products, ids, need.AssistCampaigns); err != nil {
		return err
	}
	return l.shareProducts(ctx, viewerID, products, ids, need.Share)
}

// Skus returns SKUs by id with their products, priced for the viewer.
func (l *Loaders) Skus(ctx context.Context, viewerID string, ids []string, need Need) (map[string]*catalog.Sku, error) {
	found, err := l.Catalog.Skus(ctx, ids, need.Need)
	if err != nil {
		return nil, fmt.Errorf("load SKUs: %w", err)
	}
	seen := map[*catalog.Product]bool{}
	var products []*catalog.Product
	for _, k := range found {
		if !seen[k.Product] {
			seen[k.Product] = true
			products = append(products, k.Product)
		}
	}
	return found, l.Complete(ctx, viewerID, products, need)
}

// QuoteSkus sets the SKUs of a cart's lines and of a quote's; either may be nil.
func (l *Loaders) QuoteSkus(ctx context.Context, viewerID string, cart *order.Cart, quote *order.Quote, need Need) error {
	var ids []string
	if cart != nil {
		quote = cart.Quote
		for _, line := range cart.Lines {
			ids = append(ids, line.SkuID)
		}
	}
	if quote != nil {
		for _, line := range quote.Lines {
			ids = append(ids, line.SkuID)
		}
	}
	skus, err := l.Skus(ctx, viewerID, ids, need)
	if err != nil {
		return err
	}
	if cart != nil {
		for _, line := range cart.Lines {
			line.Sku = skus[line.SkuID]
		}
	}
	if quote != nil {
		for _, line := range quote.Lines {
			line.Sku = skus[line.SkuID]
		}
	}
	return nil
}
