package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kaituan/kaituan/internal/money"
)

// What a page shows of a product, in the order of the selection.
type (
	cardView struct {
		ID     string          `json:"id"`
		Handle string          `json:"handle"`
		Title  string          `json:"title"`
		Tags   json.RawMessage `json:"tags"`
		Media  []mediaView     `json:"media"`
		Price  priceView       `json:"price"`
		Skus   []skuView       `json:"skus"`
	}
	productView struct {
		cardView
		Description string       `json:"description"`
		Vendor      *string      `json:"vendor"`
		Options     []optionView `json:"options"`
	}
	mediaView struct {
		URL string  `json:"url"`
		Alt *string `json:"alt"`
	}
	amountView struct {
		Amount   money.Decimal `json:"amount"`
		Currency string        `json:"currency,omitempty"`
	}
	priceView struct {
		List *amountView `json:"list"`
		Sale amountView  `json:"sale"`
		Best amountView  `json:"best"`
	}
	skuView struct {
		ID        string `json:"id"`
		Title     string `json:"title"`
		Available bool   `json:"available"`
		Stock     int64  `json:"stock"`
		Price     struct {
			Best amountView `json:"best"`
		} `json:"price"`
		Options []selectedView `json:"options"`

		price int64
		list  *int64
	}
	selectedView struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	optionView struct {
		Name   string   `json:"name"`
		Values []string `json:"values"`
	}
)

// currency is the demo shop's.
const currency = "CNY"

// floorRows reads the rows of pages.
type floorRows struct{ db *sql.DB }

// products reads products with SKUs and stock, in three statements.
func (f floorRows) products(ctx context.Context, ids []string) (map[string]*productView, error) {
	found := make(map[string]*productView, len(ids))
	var tags, media []byte
	err := f.each(ctx, "SELECT id, handle, title, COALESCE(description, ''), vendor, tags, media FROM products WHERE visible AND id IN ", ids, func(rows *sql.Rows) error {
		p := &productView{}
		if err := rows.Scan(&p.ID, &p.Handle, &p.Title, &p.Description, &p.Vendor, &tags, &media); err != nil {
			return err
		}
		p.Tags = slices.Clone(tags)
		found[p.ID] = p
		return json.Unmarshal(media, &p.Media)
	})
	if err == nil {
		err = f.skus(ctx, ids, found)
	}
	for _, p := range found {
		p.Price = priceOf(p.Skus)
	}
	return found, err
}

func (f floorRows) skus(ctx context.Context, ids []string, found map[string]*productView) error {
	stock := map[string]int64{}
	err := f.each(ctx, "SELECT id, available FROM stocks WHERE product_id IN ", ids, func(rows *sql.Rows) error {
		var id string
		var available int64
		err := rows.Scan(&id, &available)
		stock[id] = available
		return err
	})
	if err != nil {
		return err
	}
	var product string
	var options []byte
	return f.each(ctx, "SELECT id, product_id, title, options, price, list_price FROM skus WHERE product_id IN ", ids, func(rows *sql.Rows) error {
		var k skuView
		if err := rows.Scan(&k.ID, &product, &k.Title, &options, &k.price, &k.list); err != nil {
			return err
		}
		var chosen []struct{ N, V string }
		if err := json.Unmarshal(options, &chosen); err != nil {
			return err
		}
		k.Options = make([]selectedView, len(chosen))
		for i, o := range chosen {
			k.Options[i] = selectedView{o.N, o.V}
		}
		p := found[product]
		if k.Title == "" {
			k.Title = p.Title
		}
		k.Stock, k.Available = stock[k.ID], stock[k.ID] > 0
		k.Price.Best.Amount = money.Decimal(money.Format(k.price, currency))
		p.Skus = append(p.Skus, k)
		return nil
	}, "ORDER BY product_id, position, id")
}

// each runs a set query over ids.
func (f floorRows) each(ctx context.Context, query string, ids []string, scan func(rows *sql.Rows) error, rest ...string) error {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := f.db.QueryContext(ctx, query+"(?"+strings.Repeat(",?", len(ids)-1)+") "+strings.Join(rest, " "), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// priceOf is the price of the SKU that is cheapest to buy, one that is available before one that is not.
func priceOf(skus []skuView) priceView {
	best := &skus[0]
	for i := range skus {
		if k := &skus[i]; k.Available && !best.Available || k.Available == best.Available && k.price < best.price {
			best = k
		}
	}
	amount := func(minor int64) amountView {
		return amountView{money.Decimal(money.Format(minor, currency)), currency}
	}
	p := priceView{Sale: amount(best.price), Best: amount(best.price)}
	if best.list != nil {
		list := amount(*best.list)
		p.List = &list
	}
	return p
}

// addOptions lists the option names of the SKUs with their values, in the order of the SKUs.
func (p *productView) addOptions() {
	p.Options = []optionView{}
	for _, k := range p.Skus {
		for _, o := range k.Options {
			at := slices.IndexFunc(p.Options, func(known optionView) bool { return known.Name == o.Name })
			if at < 0 {
				at = len(p.Options)
				p.Options = append(p.Options, optionView{Name: o.Name})
			}
			if !slices.Contains(p.Options[at].Values, o.Value) {
				p.Options[at].Values = append(p.Options[at].Values, o.Value)
			}
		}
	}
}
