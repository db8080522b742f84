package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"time"
)

// The selections are those of a feed page and of a product page; cursors and impressions, which carry MACs, are left out.
const (
	cardFields = `id handle title tags media { url alt }
		price { list { amount currency } sale { amount currency } best { amount currency } }
		skus { id title available stock price { best { amount } } options { name value } }`
	feedQuery    = `query Feed { feed(first: 20, accepts: [PRODUCT]) { edges { node { ... on Product { ` + cardFields + ` } } reason { code text } } } }`
	productQuery = `query Product($id: ID!) { product(id: $id) { ` + cardFields + ` description vendor options { name values } } }`
)

// ask is a GraphQL request over the wire.
func ask(query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // only strings are in it
	}
	return post("/graphql", string(body))
}

// hotPage is one page as the shop and as the floor is asked for it; a page about a product has a request for each of several.
type hotPage struct {
	name        string
	ours, floor [][]byte
}

// pagesOf names the pages: the feed, and those of the products on it.
func pagesOf(first feedPage) map[string]hotPage {
	product := hotPage{name: "product page"}
	for _, edge := range first.Feed.Edges {
		product.ours = append(product.ours, ask(productQuery, map[string]any{"id": edge.Node.ID}))
		product.floor = append(product.floor, get("/product?id="+url.QueryEscape(edge.Node.ID)))
	}
	return map[string]hotPage{
		"feed":    {name: "feed page of 20", ours: [][]byte{ask(feedQuery, nil)}, floor: [][]byte{get("/feed")}},
		"product": product,
	}
}

// measurePages compares the shop's program with the floor, each in a process of its own over the same demo database.
func (b *bench) measurePages(ctx context.Context, e engine) (err error) {
	at, err := e.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	ours, err := b.launchShop(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.stop()) }()
	raw, err := firstAnswer(ours, ask(feedQuery, nil))
	if err != nil {
		return err
	}
	var first struct{ Data feedPage }
	if err := json.Unmarshal(raw, &first); err != nil {
		return err
	}
	if len(first.Data.Feed.Edges) != pageSize {
		return fmt.Errorf("the demo's feed has %d cards, want %d", len(first.Data.Feed.Edges), pageSize)
	}
	time.Sleep(settle)
	if err := b.memory(e, "memory, idle", ours, idleMemory); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	floor, err := launch(ctx, at.dir, self, "-floor", at.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, floor.stop()) }()
	pages := pagesOf(first.Data)
	for _, name := range []string{"feed", "product"} {
		if b.wants(name) {
			if err := b.measurePage(ctx, e, pages[name], ours, floor); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return b.memory(e, "memory, after load", ours, 0)
}

// settle is how long a program that has just started is left alone before its idle memory is read.
const settle = 2 * time.Second

// idleMemory is the target in MB.
const idleMemory = 100

// memory notes how much a process has in RAM; bound 0 sets no target.
func (b *bench) memory(e engine, measure string, p *process, bound float64) error {
	resident, err := p.resident()
	f := figure{Measure: measure, Engine: e.Name, Unit: "MB", Ours: resident}
	if bound > 0 {
		f = f.under(bound)
	}
	b.figures = append(b.figures, f)
	return err
}

func (b *bench) measurePage(ctx context.Context, e engine, page hotPage, ours, floor *process) error {
	if err := samePage(page, ours, floor); err != nil {
		return err
	}
	oursLeg, floorLeg := b.load(ctx, ours, page.ours), b.load(ctx, floor, page.floor)
	rounds, err := b.measure(oursLeg, floorLeg)
	if err != nil {
		return err
	}
	for _, value := range []struct {
		name, unit string
		of         func(round) float64
	}{
		{"", "1/s", round.rate}, {", p50", "ms", round.p50}, {", p99", "ms", round.p99}, {", CPU of 1,000", "s", round.cpuPerThousand},
	} {
		b.figures = append(b.figures, compare(page.name+value.name, e.Name, value.unit, rounds[0], rounds[1], value.of))
	}
	return nil
}

// samePage fails unless the shop and the floor say the same, field by field, to every request.
func samePage(page hotPage, ours, floor *process) error {
	for i := range page.ours {
		var answers [2]any
		for side, ask := range []struct {
			address string
			request []byte
		}{{ours.address, page.ours[i]}, {floor.address, page.floor[i]}} {
			raw, err := once(ask.address, ask.request)
			if err == nil {
				err = json.Unmarshal(raw, &answers[side])
			}
			if err != nil {
				return err
			}
		}
		if !reflect.DeepEqual(answers[0], answers[1]) {
			return fmt.Errorf("the shop and the floor differ:\n%.1000s\n%.1000s", fmt.Sprint(answers[0]), fmt.Sprint(answers[1]))
		}
	}
	return nil
}

// load asks a server for a page over all connections, for the duration of a round.
func (b *bench) load(ctx context.Context, server *process, requests [][]byte) func(d time.Duration) (round, error) {
	return func(d time.Duration) (r round, err error) {
		clients := make([]*client, b.connections)
		for i := range clients {
			if clients[i], err = dial(server.address); err != nil {
				return r, err
			}
			defer clients[i].conn.Close()
		}
		before, err := server.cpu()
		if err != nil {
			return r, err
		}
		r, err = loop(ctx, b.connections, d, 0, func(worker, k int) error {
			_, err := clients[worker].do(requests[k%len(requests)])
			return err
		})
		if err != nil {
			return r, err
		}
		after, err := server.cpu()
		r.cpu = after - before
		return r, err
	}
}
