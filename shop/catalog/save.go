package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// outcome is what a transaction did with a draft; it counts once that has committed.
type outcome struct {
	productID        string
	created, changed bool
}

// save writes drafts in one transaction. Products that exist are locked first, in the order of their handles, by the guard that also finds out whether a
// rival has written the same content meanwhile; what is read afterwards stays true until the commit.
//
// Errors: errRaced (a rival took a handle or code; or a product of several must be refused), a refusal when there is but one draft.
func (s *Service) save(ctx context.Context, drafts []*draft) error {
	slices.SortFunc(drafts, func(a, b *draft) int { return cmp.Compare(a.handle, b.handle) })
	var outcomes []outcome
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		outcomes = make([]outcome, len(drafts))
		now := s.clock()
		locked, err := s.lock(ctx, drafts, now)
		if err != nil {
			return err
		}
		before, err := s.stored(ctx, locked)
		if err != nil {
			return err
		}
		in := newInserts()
		for i, d := range drafts {
			if outcomes[i], err = s.saveOne(ctx, in, d, before, now); err != nil {
				if len(drafts) > 1 && fault.Of(err) != nil {
					return errRaced
				}
				return err
			}
		}
		return in.run(ctx, s)
	})
	if err != nil {
		return err
	}
	for i, d := range drafts {
		d.result.ProductID, d.result.Created, d.result.Changed = outcomes[i].productID, outcomes[i].created, outcomes[i].changed
	}
	return nil
}

// lock returns the products that exist and differ, with their rows locked.
func (s *Service) lock(ctx context.Context, drafts []*draft, now time.Time) ([]string, error) {
	var locked []string
	for _, d := range drafts {
		if d.productID == "" {
			continue
		}
		won, err := s.store.Guard(ctx, "UPDATE products SET ver = ver + 1, updated_at = ?, content_hash = ? WHERE id = ? AND content_hash <> ?",
			now, d.hash, d.productID, d.hash)
		if err != nil {
			return nil, fmt.Errorf("lock product %s: %w", d.productID, err)
		}
		if won {
			locked = append(locked, d.productID)
		}
	}
	return locked, nil
}

// saveOne plans the rows of one product; those that exist are updated at once.
func (s *Service) saveOne(ctx context.Context, in *inserts, d *draft, before *stored, now time.Time) (outcome, error) {
	if d.productID == "" {
		productID := id.New("prd")
		_, err := s.saveSkus(ctx, in, d, productID, nil, now)
		if err != nil {
			return outcome{}, err
		}
		low, high := priceRange(d.Skus, nil)
		text := searchText(d.Title, d.Tags)
		in.products.add(productID, 1, now, now, d.handle, d.Title, orEmpty(d.Description), orEmpty(d.Vendor), d.categoryID, toJSON(d.Tags), toJSON(d.Media),
			d.visible, text, low, high, 0, d.hash)
		in.index(productID, missing(sorted(d.Tags), nil), grams(text))
		return outcome{productID, true, true}, nil
	}
	row := before.rows[d.productID]
	if row == nil { // the guard lost: a rival has just written the same content
		return outcome{productID: d.productID}, nil
	}
	left, err := s.saveSkus(ctx, in, d, row.ID, before.skus[row.ID], now)
	if err != nil {
		return outcome{}, err
	}
	if err := s.update(ctx, d, row, left); err != nil {
		return outcome{}, err
	}
	return outcome{row.ID, false, true}, s.reindex(ctx, in, d, row)
}

// update writes a locked product's columns; left are its SKUs that the input left out.
func (s *Service) update(ctx context.Context, d *draft, row *db.Product, left []*db.Sku) error {
	low, high := priceRange(d.Skus, left)
	set := []string{"title = ?", "search_text = ?", "price_min = ?", "price_max = ?"}
	args := []any{d.Title, searchText(d.Title, d.tagsAfter(row)), low, high}
	change := func(column string, value any) {
		set, args = append(set, column+" = ?"), append(args, value)
	}
	if d.Description != nil {
		change("description", *d.Description)
	}
	if d.Vendor != nil {
		change("vendor", *d.Vendor)
	}
	if d.Category != nil {
		change("category_id", d.categoryID)
	}
	if d.Tags != nil {
		change("tags", toJSON(d.Tags))
	}
	if d.Media != nil {
		change("media", toJSON(d.Media))
	}
	if _, err := s.store.Guard(ctx, "UPDATE products SET "+join(set)+" WHERE id = ?", append(args, row.ID)...); err != nil {
		return fmt.Errorf("update product %s: %w", row.ID, err)
	}
	return nil
}

// reindex brings a product's tags and grams to its new text by their difference: most changes (a price) touch neither.
func (s *Service) reindex(ctx context.Context, in *inserts, d *draft, row *db.Product) error {
	tagsBefore, tagsAfter := sorted(row.Tags), sorted(d.tagsAfter(row))
	gramsBefore, gramsAfter := grams(row.SearchText), grams(searchText(d.Title, d.tagsAfter(row)))
	if err := s.drop(ctx, "product_tags", "tag", row.ID, missing(tagsBefore, tagsAfter)); err != nil {
		return err
	}
	if err := s.drop(ctx, "product_grams", "gram", row.ID, missing(gramsBefore, gramsAfter)); err != nil {
		return err
	}
	in.index(row.ID, missing(tagsAfter, tagsBefore), missing(gramsAfter, gramsBefore))
	return nil
}

func (s *Service) drop(ctx context.Context, table, column, productID string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	args := []any{productID}
	for _, v := range values {
		args = append(args, v)
	}
	if _, err := s.store.Exec(ctx, "DELETE FROM "+table+" WHERE product_id = ? AND "+column+" IN ("+placeholders(len(values))+")", args...); err != nil {
		return fmt.Errorf("drop from %s of %s: %w", table, productID, err)
	}
	return nil
}

func (in *inserts) index(productID string, tags, grams []string) {
	for _, tag := range tags {
		in.tags.add(tag, productID)
	}
	for _, gram := range grams {
		in.grams.add(gram, productID)
	}
}

// tagsAfter are the product's tags once the draft is stored.
func (d *draft) tagsAfter(row *db.Product) []string {
	if d.Tags == nil {
		return row.Tags
	}
	return d.Tags
}

// tooMany refuses SKUs beyond what one product has.
func tooMany(count int) error {
	if count > maxSkus {
		most := strconv.Itoa(maxSkus)
		return fault.OutOfRange.At("skus").WithAvailable(maxSkus).Saying("A product has at most "+most+" SKUs.", "每个商品最多 "+most+" 个 SKU。")
	}
	return nil
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func toJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("catalog: a column of JSON must marshal: " + err.Error())
	}
	return string(raw)
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
