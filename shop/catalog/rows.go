package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxPlaceholders bounds one statement. SQLite would take 32,766 of them, but its driver looks each up among all others, so that longer statements are
// slower (measured: 5,000 cost an import a third of its time).
const maxPlaceholders = 600

// insertion collects rows of one table and writes them by few statements. Catalogue rows are many and small; a statement for each would cost an import
// most of its time.
type insertion struct {
	table   string
	columns []string
	rows    [][]any
}

func (in *insertion) add(values ...any) { in.rows = append(in.rows, values) }

// run writes the rows inside a transaction.
func (in *insertion) run(ctx context.Context, s *Service) error {
	for rows := range slices.Chunk(in.rows, maxPlaceholders/len(in.columns)) {
		if _, err := s.store.Exec(ctx, in.statement(len(rows)), slices.Concat(rows...)...); err != nil {
			return fmt.Errorf("insert into %s: %w", in.table, err)
		}
	}
	return nil
}

// runUnique writes the rows, or reports false when one of them has a key that another row has; then the transaction is of no use any more.
func (in *insertion) runUnique(ctx context.Context, s *Service) (bool, error) {
	return s.store.Unique(ctx, func(ctx context.Context) error { return in.run(ctx, s) })
}

func (in *insertion) statement(rows int) string {
	row := "(" + placeholders(len(in.columns)) + ")"
	return "INSERT INTO `" + in.table + "` (`" + strings.Join(in.columns, "`, `") + "`) VALUES " + strings.Join(slices.Repeat([]string{row}, rows), ", ")
}

// placeholders is "?, ?, …".
func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// rows of all tables that one batch of products inserts into.
type inserts struct{ products, skus, stocks, movements, tags, grams insertion }

func newInserts() *inserts {
	return &inserts{
		products: insertion{table: "products", columns: []string{
			"id", "ver", "created_at", "updated_at", "handle", "title", "description", "vendor", "category_id", "tags", "media", "visible",
			"search_text", "price_min", "price_max", "sold_count", "content_hash",
		}},
		skus: insertion{table: "skus", columns: []string{
			"id", "ver", "created_at", "updated_at", "product_id", "code", "title", "options", "price", "list_price", "points_price", "points_money",
			"weight_grams", "media_url", "position",
		}},
		stocks:    insertion{table: "stocks", columns: []string{"id", "ver", "product_id", "received", "available", "held", "sold", "written_off"}},
		movements: insertion{table: "stock_movements", columns: []string{"sku_id", "kind", "source", "quantity", "created_at"}},
		tags:      insertion{table: "product_tags", columns: []string{"tag", "product_id"}},
		grams:     insertion{table: "product_grams", columns: []string{"gram", "product_id"}},
	}
}

// run writes everything, products first; errRaced when a handle or a SKU code was taken meanwhile.
func (in *inserts) run(ctx context.Context, s *Service) error {
	for _, named := range []*insertion{&in.products, &in.skus} {
		if fresh, err := named.runUnique(ctx, s); err != nil {
			return err
		} else if !fresh {
			return errRaced
		}
	}
	for _, rest := range []*insertion{&in.stocks, &in.movements, &in.tags, &in.grams} {
		if err := rest.run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// addSku adds a new SKU with its stock, journaled by the SKU's own id.
func (in *inserts) addSku(now time.Time, k *storedSku, stock int64) {
	in.skus.add(k.id, 1, now, now, k.productID, k.Code, orEmpty(k.Title), toJSON(k.Options), k.Price, k.List, k.Points, k.PointsMoney, k.Weight,
		orEmpty(k.MediaURL), k.position)
	in.stocks.add(k.id, 1, k.productID, stock, stock, 0, 0, 0)
	if stock > 0 {
		in.movements.add(k.id, "receive", k.id, stock, now)
	}
}
