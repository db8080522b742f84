package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/schema"
)

// ForSale is what an order needs to know of a SKU, read in one statement.
type ForSale struct {
	SkuID, ProductID, Code, Title, MediaURL string
	Price                                   int64
	Available                               int64
	Visible                                 bool
	// PointsPrice and PointsMoney are what a unit costs in the points mall; nil: it is not there, and no money beside the points.
	PointsPrice, PointsMoney *int64
}

// ForSale reads SKUs as they are now, in the transaction of ctx if there is one; unknown ids are left out. What it says of stock decides nothing: Hold does.
func (s *Service) ForSale(ctx context.Context, skuIDs []string) (map[string]ForSale, error) {
	if len(skuIDs) == 0 {
		return map[string]ForSale{}, nil
	}
	args := make([]any, len(skuIDs))
	for i, id := range skuIDs {
		args[i] = id
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT k.id, k.product_id, k.code, p.title, k.title, COALESCE(k.media_url, ''), p.media, k.price, t.available, p.visible, k.points_price, k.points_money
		FROM skus k JOIN products p ON p.id = k.product_id JOIN stocks t ON t.id = k.id WHERE k.id IN (?`+strings.Repeat(", ?", len(args)-1)+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("read SKUs for sale: %w", err)
	}
	defer rows.Close()
	found := make(map[string]ForSale, len(skuIDs))
	for rows.Next() {
		var f ForSale
		var productTitle, skuTitle string
		var media []byte
		if err := rows.Scan(&f.SkuID, &f.ProductID, &f.Code, &productTitle, &skuTitle, &f.MediaURL, &media, &f.Price, &f.Available, &f.Visible,
			&f.PointsPrice, &f.PointsMoney); err != nil {
			return nil, fmt.Errorf("read SKUs for sale: %w", err)
		}
		f.Title = strings.TrimSpace(productTitle + " " + skuTitle)
		if f.MediaURL == "" {
			f.MediaURL = firstPicture(media)
		}
		found[f.SkuID] = f
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read SKUs for sale: %w", err)
	}
	return found, nil
}

// firstPicture is the address of the first picture in a product's media column, "" when there is none.
func firstPicture(column []byte) string {
	var media []schema.Media
	if json.Unmarshal(column, &media) != nil {
		return ""
	}
	for _, m := range media {
		if m.Kind == string(Image) {
			return m.URL
		}
	}
	return ""
}
