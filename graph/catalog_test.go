package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"github.com/kaituan/kaituan/graph"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

// api answers GraphQL over an empty catalogue.
type api struct {
	*executor.Executor
	statements store.Counter
	store      *store.Store
}

func newAPI(t *testing.T) *api {
	t.Helper()
	s := testdb.Open(t)
	products := catalog.New(s, clock.System, "CNY")
	orders := order.New(order.Config{Store: s, Clock: clock.System, Catalog: products, Currency: "CNY"})
	r := &graph.Resolver{
		Clock: clock.System, Shop: graph.Services{Catalog: products, Order: orders}, Load: &loaders.Loaders{Catalog: products, Order: orders},
	}
	return &api{Executor: executor.New(graph.Schema(r))}
}

// ask runs an operation as a partner who may write the catalogue, and returns the answer's JSON, errors included.
func (a *api) ask(t *testing.T, query string) string {
	t.Helper()
	ctx := viewer.With(t.Context(), &viewer.Viewer{PartnerID: "prt_1", Scopes: []string{"CATALOG_WRITE"}, Locale: "en"})
	return a.as(ctx, t, query)
}

func (a *api) as(ctx context.Context, t *testing.T, query string) string {
	t.Helper()
	ctx = store.CountStatements(graphql.StartOperationTrace(ctx), &a.statements)
	op, problems := a.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
	if problems != nil {
		t.Fatalf("%s: %v", query, problems)
	}
	answers, ctx := a.DispatchOperation(ctx, op)
	raw, err := json.Marshal(answers(ctx))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// want fails the test when an answer lacks a part.
func (a *api) want(t *testing.T, query string, parts ...string) string {
	t.Helper()
	answer := a.ask(t, query)
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			t.Errorf("%s\nanswered %s\nwhich lacks %s", query, answer, part)
		}
	}
	return answer
}

const upsert = `mutation { productsUpsert(input: {products: [
	{handle: "berry", title: "草莓", category: ["食品", "水果"], tags: ["鲜"], skus: [{code: "b1", price: "19.90", listPrice: "29", stock: 5}]},
	{handle: "bad", title: "Bad", skus: [{code: "x", price: "-1"}]},
	{handle: "mug", title: "Mug", skus: [{code: "m1", price: "9", stock: 1}]}]}) {
	results { handle created product { id title skus { inventory { available } } } userErrors { code field } } userErrors { code } } }`

func TestCatalogueByGraphQL(t *testing.T) {
	a := newAPI(t)
	a.want(t, upsert, `"handle":"berry","created":true,"product":{"id":"prd_`, `{"handle":"bad","created":false,"product":null,"userErrors":[{"code":"OUT_OF_RANGE",`+
		`"field":["input","products","1","skus","0","price"]}]}`, `"inventory":{"available":5}`)
	a.want(t, upsert, `"handle":"berry","created":false`)

	a.want(t, `{ products(query: "草", first: 1) { totalCount nodes { handle category { name parent { name } } scarcity { level } price { list { amount } best { amount } } }
		edges { cursor } pageInfo { hasNextPage } } }`,
		`"totalCount":1`, `"category":{"name":"水果","parent":{"name":"食品"}}`, `"scarcity":null`, `"list":{"amount":"29.00"},"best":{"amount":"19.90"}`, `"hasNextPage":false`)
	a.want(t, `{ products(after: "x") { totalCount } }`, `"errors":[`)
	a.want(t, `{ products(first: 101) { totalCount } }`, `"errors":[`)
	a.want(t, `{ categories { name children { name } } }`, `{"name":"食品","children":[{"name":"水果"}]}`)
	a.want(t, `{ product(handle: "berry") { title proof { soldCount buyingNow } category { name } } }`, `"soldCount":0,"buyingNow":0`, `"name":"水果"`)
	a.want(t, `{ product(handle: "none") { title } }`, `"product":null`)
	a.want(t, `{ product { title } }`, `"errors":[`)

	adjust := `mutation { inventoryAdjust(input: {idempotencyKey: "k", reason: "count", changes: [{skuCode: "b1", delta: -2}, {skuCode: "m1", set: 7}]}) {
		skus { code stock } userErrors { code } } }`
	a.want(t, adjust, `"skus":[{"code":"b1","stock":3},{"code":"m1","stock":7}],"userErrors":[]`)
	a.want(t, adjust, `"skus":[{"code":"b1","stock":3},{"code":"m1","stock":7}],"userErrors":[]`)
	a.want(t, `mutation { inventoryAdjust(input: {idempotencyKey: "l", reason: "count", changes: [{skuCode: "b1", delta: -4}]}) { skus { code } userErrors { code field available } } }`,
		`{"code":"OUT_OF_STOCK","field":["input","changes","0"],"available":3}`)

	a.hide(t)
	a.want(t, `{ product(handle: "berry") { title } }`, `"product":null`)
	a.want(t, `{ products { nodes { handle } } }`, `[{"handle":"mug"}]`)
	a.want(t, `mutation { productVisibilitySet(input: {productId: "prd_01JD8Q2M0V6T3C9E5K7R1XW4ZB", visible: true, reason: "x"}) { product { id } userErrors { code } } }`,
		`"code":"NOT_FOUND"`)
}

// hide takes the berry off by its id.
func (a *api) hide(t *testing.T) {
	t.Helper()
	_, rest, _ := strings.Cut(a.ask(t, `{ product(handle: "berry") { id } }`), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	a.want(t, `mutation { productVisibilitySet(input: {productId: "`+id+`", visible: false, reason: "recall"}) { product { visible } userErrors { code } } }`, `"visible":false`)
}

func TestCatalogueWritesNeedAScope(t *testing.T) {
	a := newAPI(t)
	answer := a.as(viewer.With(t.Context(), &viewer.Viewer{ShopperID: "shp_1", Locale: "en"}), t, upsert)
	if !strings.Contains(answer, "FORBIDDEN") || a.statements.Count() != 0 {
		t.Errorf("a shopper's upsert answered %s after %d statements", answer, a.statements.Count())
	}
}

func TestAPageOfProductsIsReadAsSets(t *testing.T) {
	a := newAPI(t)
	a.ask(t, upsert)
	before := a.statements.Count()
	a.ask(t, `{ products { nodes { handle category { name } scarcity { level } proof { soldCount buyingNow } skus { stock } } } }`)
	if n := a.statements.Count() - before; n != 6 {
		t.Errorf("%d statements for a page; want 6: page, products, SKUs with their stock, categories, sales, who buys now", n)
	}
}
