package feed

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// visit is one page being filled.
type visit struct {
	Args
	shows   shown
	ranking *snapshot
	// at is what the visit has had; order are the ranking's other places that may show this viewer something, as he is to see them in this scene.
	at     place
	order  []int
	liking liking
	// hidden are products that this viewer is not to see here; isNew: he has bought nothing yet, as far as is known.
	hidden map[string]bool
	isNew  bool
	// asks is the page's help-me card, until it has its place.
	asks *assist.Campaign
}

// hidden are the products that this viewer is not to see here: bought, or being bought in a group. isNew tells that there are none of those.
func (s *Service) hidden(ctx context.Context, a Args) (hidden map[string]bool, isNew bool, err error) {
	hidden = map[string]bool{}
	if a.About != "" {
		hidden[a.About] = true
	}
	if a.ViewerID == "" {
		return hidden, true, nil
	}
	bought, err := s.orders.Bought(ctx, a.ViewerID)
	for _, id := range bought {
		hidden[id] = true
	}
	return hidden, len(bought) == 0, err
}

// fill adds what can be shown of chunk, the next places of the order, and returns how many of it are used up.
func (s *Service) fill(ctx context.Context, p *Page, v *visit, chunk []int) (int, error) {
	var products, campaigns []string
	for _, place := range chunk {
		at := v.ranking.Items[place]
		products = append(products, at.Product)
		if v.shows.groups && at.Campaign != "" {
			campaigns = append(campaigns, at.Campaign)
		}
	}
	if v.asks != nil && v.asks.ProductID != "" && !slices.Contains(products, v.asks.ProductID) {
		products = append(products, v.asks.ProductID)
	}
	found, err := s.catalog.Products(ctx, products, v.Need)
	if err != nil {
		return 0, err
	}
	running, err := s.groups.OnShow(ctx, campaigns)
	if err != nil {
		return 0, err
	}
	nearly, err := s.nearly(ctx, len(running) > 0)
	if err != nil {
		return 0, err
	}
	byID := make(map[string]*catalog.Product, len(found))
	for _, product := range found {
		byID[product.ID] = product
	}
	for i, place := range chunk {
		if s.ask(p, v, byID); len(p.Cards) == v.First {
			return i, nil
		}
		at := v.ranking.Items[place]
		v.at.Used.add(place)
		card, ok := v.card(place, at, byID[at.Product], running[at.Campaign], nearly)
		if !ok {
			continue
		}
		v.at.Last = place
		card.Cursor, card.Impression = encode(v.at), s.impression(v.ranking.ID, card.id())
		if p.Cards = append(p.Cards, card); len(p.Cards) == v.First {
			return i + 1, nil
		}
	}
	return len(chunk), nil
}

// nearly says what groups lack, as the newest ranking knows: a visit may page through one that is an hour old.
func (s *Service) nearly(ctx context.Context, wanted bool) (map[string]*Reason, error) {
	if !wanted {
		return nil, nil
	}
	newest, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	return newest.nearly, nil
}

// card is what a place shows, if anything: its campaign, else its product. product and campaign are nil when they are not to be had.
func (v *visit) card(place int, at item, product *catalog.Product, campaign *groupbuy.Campaign, nearly map[string]*Reason) (Card, bool) {
	if product == nil || !product.Visible || !inStock(product) {
		return Card{}, false
	}
	c := Card{Product: product, Reason: v.liking.reason(place, at.Reason)}
	if campaign != nil && offers(campaign, product) {
		c.Campaign = campaign
		if r := nearly[campaign.ID]; r != nil && (v.isNew || !campaign.NewCustomersOnly) {
			c.Reason = r
		}
		return c, true
	}
	return c, v.shows.products
}

// offers puts the product and its SKUs into the campaign, and reports whether any that it offers is in stock.
func offers(c *groupbuy.Campaign, product *catalog.Product) (inStock bool) {
	c.Product = product
	for _, sku := range product.Skus {
		for _, offer := range c.Offers {
			if offer.SkuID == sku.ID {
				offer.Sku = sku
				inStock = inStock || sku.Available()
			}
		}
	}
	return inStock
}

func inStock(p *catalog.Product) bool {
	return slices.ContainsFunc(p.Skus, func(k *catalog.Sku) bool { return k.Available() })
}

// impression names a card that was really served: what made it, and a MAC over that and what it shows, so that events about it can be believed.
func (s *Service) impression(snapshotID, shows string) string {
	return snapshotID + "." + base64.RawURLEncoding.EncodeToString(s.mac([]byte(snapshotID + "." + shows))[:8])
}

// Served reports whether an impression was given out with a card that shows that.
func (s *Service) Served(impression, shows string) bool {
	snapshotID, _, _ := strings.Cut(impression, ".")
	return hmac.Equal([]byte(impression), []byte(s.impression(snapshotID, shows)))
}

// id is that of what a card shows.
func (c *Card) id() string {
	switch {
	case c.HelpMe != nil:
		return c.HelpMe.ID
	case c.Campaign != nil:
		return c.Campaign.ID
	}
	return c.Product.ID
}

func encode(at place) string { return page.Encode(cursorKind, at) }
