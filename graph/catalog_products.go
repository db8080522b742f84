package graph

import (
	"context"
	"strconv"

	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

// product returns a product priced for the caller, nil when there is none; one that is off every surface is returned, too.
func (r *Resolver) product(ctx context.Context, productID string) (*catalog.Product, error) {
	found, err := r.Load.Products(ctx, viewer.From(ctx).ShopperID, []string{productID}, productNeed(ctx))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// onShow hides a product that is off every surface.
func onShow(p *catalog.Product, err error) (*catalog.Product, error) {
	if p != nil && !p.Visible {
		return nil, err
	}
	return p, err
}

// productID is the id of the product that is asked for by id or by handle, "" when there is none.
func (r *Resolver) productID(ctx context.Context, productID, handle *string) (string, error) {
	if (productID == nil) == (handle == nil) {
		return "", fault.InvalidInput.Saying("Give either `id` or `handle`.", "`id` 与 `handle` 须且只须填一个。")
	}
	if productID != nil {
		return *productID, nil
	}
	return r.Shop.Catalog.IDOf(ctx, *handle)
}

// loaded returns obj when it was read with the relation, else reads that: the way to an object which no list has prepared.
func (r *Resolver) loaded(ctx context.Context, obj *catalog.Product, have bool, need catalog.Need) (*catalog.Product, error) {
	if have {
		return obj, nil
	}
	found, err := r.Shop.Catalog.Products(ctx, []string{obj.ID}, need)
	if err != nil || len(found) == 0 {
		return obj, err
	}
	return found[0], nil
}

// proof returns what the loaders put beside the product, else reads it.
func (r *Resolver) proof(ctx context.Context, obj *catalog.Product) (*order.SocialProof, error) {
	if beside := loaders.BesideProduct(obj); beside != nil {
		return beside.Proof, nil
	}
	need := productNeed(ctx)
	need.Proof = true
	one := &catalog.Product{ID: obj.ID, SoldCount: obj.SoldCount}
	if err := r.Load.Complete(ctx, viewer.From(ctx).ShopperID, []*catalog.Product{one}, need); err != nil {
		return nil, err
	}
	return loaders.BesideProduct(one).Proof, nil
}

func productConnection(p *catalog.Page) *model.ProductConnection {
	c := &model.ProductConnection{Nodes: p.Products, PageInfo: &p.Info, TotalCount: p.TotalCount}
	for i, product := range p.Products {
		c.Edges = append(c.Edges, &model.ProductEdge{Cursor: p.Cursors[i], Node: product})
	}
	return c
}

func orRelevance(sort *catalog.Sort) catalog.Sort {
	if sort == nil {
		return catalog.Relevance
	}
	return *sort
}

// upserted shows what became of each product, reading those that were stored as one set.
func (r *Resolver) upserted(ctx context.Context, results []catalog.UpsertResult) ([]*model.ProductUpsertResult, error) {
	var ids []string
	for _, result := range results {
		if result.ProductID != "" {
			ids = append(ids, result.ProductID)
		}
	}
	products := map[string]*catalog.Product{}
	if here(ctx).at("results.product").any() {
		found, err := r.Load.Products(ctx, "", ids, productNeed(ctx))
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			products[p.ID] = p
		}
	}
	shown := make([]*model.ProductUpsertResult, len(results))
	for i, result := range results {
		shown[i] = &model.ProductUpsertResult{
			Handle: result.Handle, Product: products[result.ProductID], Created: result.Created, UserErrors: []*model.UserError{},
		}
		for _, err := range result.Refused {
			shown[i].UserErrors = append(shown[i].UserErrors, userError(ctx, fault.Of(err).Under("input", "products", strconv.Itoa(i))))
		}
	}
	return shown, nil
}

// adjusted returns SKUs in the order of ids.
func (r *Resolver) adjusted(ctx context.Context, ids []string) ([]*catalog.Sku, error) {
	found, err := r.Load.Skus(ctx, "", ids, productNeed(ctx))
	if err != nil {
		return nil, err
	}
	skus := make([]*catalog.Sku, 0, len(ids))
	for _, skuID := range ids {
		if k := found[skuID]; k != nil {
			skus = append(skus, k)
		}
	}
	return skus, nil
}
