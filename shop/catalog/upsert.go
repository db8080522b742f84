package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/product"
	"github.com/kaituan/kaituan/ent/db/sku"
	"github.com/kaituan/kaituan/internal/fault"
)

const (
	// MaxUpsert is how many products one call takes.
	MaxUpsert = 500
	// upsertBatch is how many products share a transaction: enough that the commit costs little, few enough that nobody waits long for the lock.
	upsertBatch = 100
	// upsertTries is how often one product is tried against rivals that write the same handle or codes.
	upsertTries = 8
)

// ErrTaken: a SKU code belongs to another product, or a handle stands twice in one call.
var ErrTaken = fault.Refuse("CONFLICT", "Another product has this already.", "已被其他商品占用。")

// errRaced: the batch met a rival, or a product that must fail alone; it was rolled back and its products go one by one.
var errRaced = errors.New("catalog: the batch cannot be written as one")

// Upsert creates or updates products by handle and returns what became of each, in the order of inputs. Each succeeds or fails on its own; the Fields of
// its refusals are relative to its input. The same input again writes nothing, not even updated_at. A handle that stands twice in one call is applied
// once: the second is refused with ErrTaken, since "later wins" would hide a mistake in the merchant's file.
//
// What an input leaves out stays as it is, SKUs included; the prices of a SKU that is given go together, so a list price left out ends. Stock counts for
// new SKUs only, Visible for new products only. Categories are made as they are named.
//
// It runs transactions of its own and must not be called inside one. Errors: fault.OutOfRange for more than MaxUpsert inputs.
func (s *Service) Upsert(ctx context.Context, inputs []*ProductInput) ([]UpsertResult, error) {
	if len(inputs) > MaxUpsert {
		return nil, fault.OutOfRange.At("input", "products")
	}
	results := make([]UpsertResult, len(inputs))
	for batch := range slices.Chunk(s.drafts(inputs, results), upsertBatch) {
		if err := s.settle(ctx, batch); err != nil {
			return nil, fmt.Errorf("upsert products: %w", err)
		}
	}
	return results, nil
}

// drafts checks the inputs, each alone and against the earlier ones, and returns those that may be stored.
func (s *Service) drafts(inputs []*ProductInput, results []UpsertResult) []*draft {
	var good []*draft
	handles, codes := map[string]bool{}, map[string]bool{}
	for i, in := range inputs {
		results[i].Handle = in.Handle
		d := s.newDraft(in, &results[i])
		if handles[d.handle] {
			d.refuse(ErrTaken.At("handle"))
		}
		handles[d.handle] = true
		for j, k := range d.Skus {
			if codes[k.Code] && len(d.result.Refused) == 0 {
				d.refuse(ErrTaken.At("skus", strconv.Itoa(j), "code"))
			}
		}
		for _, k := range d.Skus {
			codes[k.Code] = true
		}
		if !d.refused() {
			good = append(good, d)
		}
	}
	return good
}

// settle stores a batch in one transaction, or, when that cannot be, each of its products in one of its own.
func (s *Service) settle(ctx context.Context, batch []*draft) error {
	open, err := s.compare(ctx, batch)
	if err != nil || len(open) == 0 {
		return err
	}
	if err := s.ensureCategories(ctx, open); err != nil {
		return err
	}
	if err := s.save(ctx, open); !errors.Is(err, errRaced) {
		return err
	}
	for _, d := range open {
		if err := s.settleAlone(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) settleAlone(ctx context.Context, d *draft) error {
	for range upsertTries {
		open, err := s.compare(ctx, []*draft{d})
		if err != nil || len(open) == 0 {
			return err
		}
		if err = s.save(ctx, open); errors.Is(err, errRaced) {
			continue // a rival committed: compare sees what it wrote
		}
		if e := fault.Of(err); e != nil && e.Kind == fault.Refusal {
			d.refuse(e)
			return nil
		}
		return err
	}
	d.refuse(fault.ConflictedEdit)
	return nil
}

// compare reads what is there by the drafts' handles and codes. It settles what needs no write (unchanged, or refused) and returns the rest.
// Codes come first: whose code is seen, that product is seen by the later read, so one that a rival makes in between is not taken for somebody else's.
func (s *Service) compare(ctx context.Context, batch []*draft) ([]*draft, error) {
	handles := make([]string, len(batch))
	var codes []string
	for i, d := range batch {
		handles[i] = d.handle
		for _, k := range d.Skus {
			codes = append(codes, k.Code)
		}
	}
	owners, err := s.owners(ctx, codes)
	if err != nil {
		return nil, err
	}
	var known []struct {
		ID, Handle  string
		ContentHash string `json:"content_hash" sql:"content_hash"`
	}
	err = s.store.Client(ctx).Product.Query().Where(product.HandleIn(handles...)).
		Select(product.FieldID, product.FieldHandle, product.FieldContentHash).Scan(ctx, &known)
	if err != nil {
		return nil, fmt.Errorf("products by handle: %w", err)
	}
	hashes := map[string]string{}
	ids := map[string]string{}
	for _, row := range known {
		ids[row.Handle], hashes[row.Handle] = row.ID, row.ContentHash
	}
	var open []*draft
	for _, d := range batch {
		d.productID = ids[d.handle]
		if d.judge(hashes[d.handle], owners) {
			open = append(open, d)
		}
	}
	return open, nil
}

// judge settles a draft that needs no write and reports whether it needs one. owners says which product has a code.
func (d *draft) judge(storedHash string, owners map[string]string) bool {
	if d.productID != "" && storedHash == d.hash {
		d.result.ProductID = d.productID
		return false
	}
	if d.productID == "" && len(d.Skus) == 0 {
		d.refuse(fault.Blank.At("skus"))
	}
	for i, k := range d.Skus {
		if owner := owners[k.Code]; owner != "" && owner != d.productID {
			d.refuse(ErrTaken.At("skus", strconv.Itoa(i), "code"))
		}
	}
	return !d.refused()
}

// owners returns the product of each code that is taken. A SKU never changes its code or product, so what is found stays true.
func (s *Service) owners(ctx context.Context, codes []string) (map[string]string, error) {
	owners := map[string]string{}
	for some := range slices.Chunk(codes, maxPlaceholders) {
		rows, err := s.store.Client(ctx).Sku.Query().Where(sku.CodeIn(some...)).Select(sku.FieldID, sku.FieldCode, sku.FieldProductID).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("SKUs by code: %w", err)
		}
		for _, row := range rows {
			owners[row.Code] = row.ProductID
		}
	}
	return owners, nil
}

// stored is what is there of products that a transaction has locked.
type stored struct {
	rows map[string]*db.Product
	skus map[string][]*db.Sku
}

func (s *Service) stored(ctx context.Context, ids []string) (*stored, error) {
	found := &stored{rows: map[string]*db.Product{}, skus: map[string][]*db.Sku{}}
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).Product.Query().Where(product.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	for _, row := range rows {
		found.rows[row.ID] = row
	}
	skus, err := s.store.Client(ctx).Sku.Query().Where(sku.ProductIDIn(ids...)).Order(db.Asc(sku.FieldProductID, sku.FieldPosition)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("SKUs of products: %w", err)
	}
	for _, row := range skus {
		found.skus[row.ProductID] = append(found.skus[row.ProductID], row)
	}
	return found, nil
}
