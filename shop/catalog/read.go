package catalog

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/product"
	"github.com/kaituan/kaituan/ent/db/sku"
	"github.com/kaituan/kaituan/internal/money"
)

// Products returns the products of ids in their order, leaving out what does not exist. Those off every surface are among them with Visible false: an
// order shows them, a list leaves them out. It takes three statements and one more per relation of need, for any number of ids (at most a few hundred).
func (s *Service) Products(ctx context.Context, ids []string, need Need) ([]*Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.store.Client(ctx).Product.Query().Where(product.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	byID := make(map[string]*Product, len(rows))
	for _, row := range rows {
		byID[row.ID] = fromRow(row)
	}
	found := make([]*Product, 0, len(ids))
	for _, id := range ids {
		if p := byID[id]; p != nil {
			found = append(found, p)
		}
	}
	return found, s.fill(ctx, rows, byID, need)
}

// Skus returns SKUs by id, each with its whole product, whose Skus hold the same pointer. What does not exist is left out. It takes one statement more than
// Products.
func (s *Service) Skus(ctx context.Context, ids []string, need Need) (map[string]*Sku, error) {
	if len(ids) == 0 {
		return map[string]*Sku{}, nil
	}
	owners, err := s.store.Client(ctx).Sku.Query().Where(sku.IDIn(ids...)).Unique(true).Select(sku.FieldProductID).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("products of SKUs: %w", err)
	}
	products, err := s.Products(ctx, owners, need)
	if err != nil {
		return nil, err
	}
	all := map[string]*Sku{}
	for _, p := range products {
		for _, k := range p.Skus {
			all[k.ID] = k
		}
	}
	wanted := make(map[string]*Sku, len(ids))
	for _, id := range ids {
		if k := all[id]; k != nil {
			wanted[id] = k
		}
	}
	return wanted, nil
}

// ByHandle returns the product of a handle, nil when there is none. Like Products it also returns one that is off every surface.
func (s *Service) ByHandle(ctx context.Context, handle string, need Need) (*Product, error) {
	row, err := s.store.Client(ctx).Product.Query().Where(product.Handle(handle)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("product by handle: %w", err)
	}
	p := fromRow(row)
	return p, s.fill(ctx, []*db.Product{row}, map[string]*Product{p.ID: p}, need)
}

// Empty reports whether the shop has no products at all.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	some, err := s.store.Client(ctx).Product.Query().Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for products: %w", err)
	}
	return !some, nil
}

// IDOf returns the id of the product that has a handle, "" when there is none.
func (s *Service) IDOf(ctx context.Context, handle string) (string, error) {
	found, err := s.store.Client(ctx).Product.Query().Where(product.Handle(handle)).OnlyID(ctx)
	if db.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("product by handle: %w", err)
	}
	return found, nil
}

// fill reads what belongs to products: SKUs and stock always, relations as needed.
func (s *Service) fill(ctx context.Context, rows []*db.Product, byID map[string]*Product, need Need) error {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	if len(ids) == 0 {
		return nil
	}
	if err := s.fillSkus(ctx, ids, byID); err != nil {
		return err
	}
	if need.Category {
		if err := s.fillCategories(ctx, rows, byID); err != nil {
			return err
		}
	}
	if need.Scarcity {
		if err := s.fillScarcity(ctx, ids, byID); err != nil {
			return err
		}
	}
	return nil
}

// fillSkus reads SKUs and their stock in one statement, so that a SKU is never seen without its units.
func (s *Service) fillSkus(ctx context.Context, ids []string, byID map[string]*Product) error {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT k.id, k.product_id, k.code, k.title, k.options, k.price, k.list_price, k.points_price, k.points_money,
		COALESCE(k.media_url, ''), t.received, t.available, t.held, t.sold, t.written_off FROM skus k JOIN stocks t ON t.id = k.id
		WHERE k.product_id IN (?`+strings.Repeat(", ?", len(ids)-1)+`) ORDER BY k.product_id, k.position, k.id`, args...)
	if err != nil {
		return fmt.Errorf("SKUs of products: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.scanSku(rows, byID); err != nil {
			return fmt.Errorf("SKUs of products: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("SKUs of products: %w", err)
	}
	return nil
}

// scanSku adds the row's SKU to its product.
func (s *Service) scanSku(rows *sql.Rows, byID map[string]*Product) error {
	row, stock := &db.Sku{}, &Inventory{}
	var options []byte
	err := rows.Scan(&row.ID, &row.ProductID, &row.Code, &row.Title, &options, &row.Price, &row.ListPrice, &row.PointsPrice, &row.PointsMoney, &row.MediaURL,
		&stock.Received, &stock.Available, &stock.Held, &stock.Sold, &stock.WrittenOff)
	if err != nil {
		return err
	}
	if len(options) > 0 {
		if err := json.Unmarshal(options, &row.Options); err != nil {
			return fmt.Errorf("options of %s: %w", row.ID, err)
		}
	}
	p := byID[row.ProductID]
	k := s.skuFromRow(p, row)
	k.Inventory = stock
	p.Skus = append(p.Skus, k)
	return nil
}

func fromRow(row *db.Product) *Product {
	p := &Product{
		ID: row.ID, Handle: row.Handle, Title: row.Title, Description: row.Description, Tags: row.Tags, Media: make([]*Media, len(row.Media)),
		Visible: row.Visible, SoldCount: row.SoldCount, CreatedAt: row.CreatedAt,
	}
	if row.Vendor != "" {
		p.Vendor = &row.Vendor
	}
	for i, m := range row.Media {
		p.Media[i] = &Media{Kind: MediaKind(m.Kind), Address: m.URL}
		if m.Alt != "" {
			p.Media[i].Alt = &m.Alt
		}
	}
	return p
}

func (s *Service) skuFromRow(p *Product, row *db.Sku) *Sku {
	k := &Sku{
		ID: row.ID, Product: p, Code: row.Code, Title: row.Title, Options: make([]*SelectedOption, len(row.Options)), MediaURL: row.MediaURL,
		Price: &PriceAnchors{List: s.amount(row.ListPrice), Sale: s.amount(&row.Price), Best: s.amount(&row.Price)},
	}
	for i, o := range row.Options {
		k.Options[i] = &SelectedOption{Name: o.Name, Value: o.Value}
	}
	if k.Title == "" {
		k.Title = titleOf(p, k)
	}
	if row.PointsPrice != nil {
		k.PointsPrice = &PointsPrice{Points: *row.PointsPrice, Money: s.amount(row.PointsMoney)}
	}
	return k
}

// titleOf names a SKU that was given no title: by its options, else as its product.
func titleOf(p *Product, k *Sku) string {
	title := ""
	for i, o := range k.Options {
		if i > 0 {
			title += " / "
		}
		title += o.Value
	}
	if title == "" {
		return p.Title
	}
	return title
}

func (s *Service) amount(minor *int64) *money.Money {
	if minor == nil {
		return nil
	}
	m := money.Of(*minor, s.currency)
	return &m
}

// SkuRef is a SKU and its product.
type SkuRef struct{ ID, ProductID string }

// SkusByCode finds SKUs by the merchant's own codes; unknown ones are left out.
func (s *Service) SkusByCode(ctx context.Context, codes []string) (map[string]SkuRef, error) {
	rows, err := s.store.Client(ctx).Sku.Query().Where(sku.CodeIn(codes...)).Select(sku.FieldID, sku.FieldCode, sku.FieldProductID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("SKUs by code: %w", err)
	}
	found := make(map[string]SkuRef, len(rows))
	for _, row := range rows {
		found[row.Code] = SkuRef{ID: row.ID, ProductID: row.ProductID}
	}
	return found, nil
}

// Hidden tells which of the products were taken down; one statement.
func (s *Service) Hidden(ctx context.Context, ids []string) (map[string]bool, error) {
	hidden := map[string]bool{}
	if len(ids) == 0 {
		return hidden, nil
	}
	rows, err := s.store.Client(ctx).Product.Query().Where(product.IDIn(ids...), product.Visible(false)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("hidden products: %w", err)
	}
	for _, id := range rows {
		hidden[id] = true
	}
	return hidden, nil
}
