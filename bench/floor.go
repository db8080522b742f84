package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/feed"
)

// pageSize is how many cards a feed page has.
const pageSize = 20

// runFloor serves the pages as somebody would who writes one handler for one page: net/http, the fewest statements, encoding/json. It reads the same
// database through the same pools as the shop. Like the shop it keeps the feed's ranking in memory, so that is no statement of a page.
func runFloor(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	pages := &floorPages{rows: floorRows{s.Reader()}}
	if pages.ranking, err = latestRanking(ctx, s); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed", answered(pages.feed))
	mux.HandleFunc("GET /product", answered(pages.product))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("the floor listens on http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// answered writes what read returns as the data of a GraphQL answer.
func answered(read func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, err := read(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		body, err := json.Marshal(map[string]any{"data": found})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(body)
	}
}

// ranked is a place of the ranking.
type ranked struct {
	Product string          `json:"p"`
	Reason  feed.ReasonCode `json:"r"`
}

// latestRanking reads the ranking that the shop's feed shows.
func latestRanking(ctx context.Context, s *store.Store) (ranking []ranked, err error) {
	var items []byte
	if err := s.Reader().QueryRowContext(ctx, "SELECT items FROM feed_snapshots ORDER BY created_at DESC LIMIT 1").Scan(&items); err != nil {
		return nil, fmt.Errorf("read the ranking: %w", err)
	}
	return ranking, json.Unmarshal(items, &ranking)
}

// floorPages answers the two pages that are measured.
type floorPages struct {
	rows    floorRows
	ranking []ranked
}

type (
	feedPage struct {
		Feed struct {
			Edges []feedEdge `json:"edges"`
		} `json:"feed"`
	}
	feedEdge struct {
		Node   *cardView  `json:"node"`
		Reason reasonView `json:"reason"`
	}
	reasonView struct {
		Code feed.ReasonCode `json:"code"`
		Text string          `json:"text"`
	}
	productPage struct {
		Product *productView `json:"product"`
	}
)

func (f *floorPages) feed(r *http.Request) (any, error) {
	places := f.ranking[:min(pageSize, len(f.ranking))]
	ids := make([]string, len(places))
	for i, place := range places {
		ids[i] = place.Product
	}
	products, err := f.rows.products(r.Context(), ids)
	if err != nil {
		return nil, err
	}
	var page feedPage
	for _, place := range places {
		reason := feed.Reason{Code: place.Reason}
		if product := products[place.Product]; product != nil {
			page.Feed.Edges = append(page.Feed.Edges, feedEdge{Node: &product.cardView, Reason: reasonView{place.Reason, reason.Describe("en").Text}})
		}
	}
	return page, nil
}

func (f *floorPages) product(r *http.Request) (any, error) {
	id := r.URL.Query().Get("id")
	products, err := f.rows.products(r.Context(), []string{id})
	if err != nil || products[id] == nil {
		return productPage{}, err
	}
	products[id].addOptions()
	return productPage{products[id]}, nil
}
