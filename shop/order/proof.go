package order

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// mostBuyers is how many recent buyers of a product are read at most.
const mostBuyers = 20

// Proof counts real events about products: shoppers with one in an unpaid order of the last 15 minutes, and, with buyers > 0, who paid for it last. A constant
// number of statements for any number of products. SoldCount is left to the caller, who has the product.
func (s *Service) Proof(ctx context.Context, productIDs []string, buyers int) (map[string]*SocialProof, error) {
	proof := make(map[string]*SocialProof, len(productIDs))
	for _, id := range productIDs {
		proof[id] = &SocialProof{Buyers: []*identity.MaskedShopper{}}
	}
	if len(productIDs) == 0 {
		return proof, nil
	}
	if err := s.buyingNow(ctx, productIDs, proof); err != nil {
		return nil, fmt.Errorf("who is buying now: %w", err)
	}
	if buyers > 0 {
		if err := s.recentBuyers(ctx, productIDs, min(buyers, mostBuyers), proof); err != nil {
			return nil, fmt.Errorf("who bought last: %w", err)
		}
	}
	return proof, nil
}

// buyingNow starts from the unpaid orders of 15 minutes, which are few, not from the products' lines, which may be many.
func (s *Service) buyingNow(ctx context.Context, productIDs []string, proof map[string]*SocialProof) error {
	args := []any{s.clock().Add(-15 * time.Minute)}
	for _, id := range productIDs {
		args = append(args, id)
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT l.product_id, COUNT(DISTINCT `+identity.Person("o.shopper_id")+`) FROM orders o JOIN order_lines l ON l.order_id = o.id
		WHERE o.state = 'PENDING_PAYMENT' AND o.placed_at > ? AND l.product_id IN (`+marks(len(productIDs))+`) GROUP BY l.product_id`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		proof[id].BuyingNow = n
	}
	return rows.Err()
}

// recentBuyers reads each product's last lines by the index on (product_id, …), newest order first, and then the buyers' nicknames.
func (s *Service) recentBuyers(ctx context.Context, productIDs []string, n int, proof map[string]*SocialProof) error {
	args := make([]any, 0, len(productIDs)+1)
	for _, id := range productIDs {
		args = append(args, id)
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT product_id, shopper_id FROM (
		SELECT l.product_id, o.shopper_id, ROW_NUMBER() OVER (PARTITION BY l.product_id ORDER BY l.id DESC) AS nth
		FROM order_lines l JOIN orders o ON o.id = l.order_id
		WHERE o.paid_at IS NOT NULL AND o.state <> 'REFUNDED' AND l.product_id IN (`+marks(len(productIDs))+`)) recent WHERE nth <= ? ORDER BY product_id, nth`, append(args, n)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	bought := map[string][]string{}
	var shoppers []string
	for rows.Next() {
		var product, shopper string
		if err := rows.Scan(&product, &shopper); err != nil {
			return err
		}
		bought[product] = append(bought[product], shopper)
		shoppers = append(shoppers, shopper)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	masked, err := s.identity.Masked(ctx, shoppers)
	if err != nil {
		return err
	}
	for product, list := range bought {
		for _, shopper := range list {
			if m := masked[shopper]; m != nil {
				proof[product].Buyers = append(proof[product].Buyers, m)
			}
		}
	}
	return nil
}

// Bought lists the products that a shopper has in orders that stand, or on their way in a group though not paid for yet, at most 1,000: they drop out of his
// feed.
func (s *Service) Bought(ctx context.Context, shopperID string) ([]string, error) {
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	in, args := store.In(his)
	bought, err := s.store.Texts(ctx, `SELECT DISTINCT l.product_id FROM order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.shopper_id IN `+in+` AND o.state NOT IN ('CANCELLED', 'REFUNDED') AND (o.state <> 'PENDING_PAYMENT' OR o.activity = 'group') LIMIT 1000`, args...)
	return bought, wrap(err, "what %s bought", shopperID)
}

// marks are n placeholders.
func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }
