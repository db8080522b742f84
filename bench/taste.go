package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// tasteQuery is feedQuery for a device, with what events about its cards need.
const (
	tasteQuery  = `query Feed($device: String) { feed(first: 20, deviceId: $device, accepts: [PRODUCT]) { edges { node { ... on Product { ` + cardFields + ` } } reason { code text } } } }`
	servedQuery = `query Feed($device: String, $after: String) { feed(first: 20, after: $after, deviceId: $device, accepts: [PRODUCT]) { edges { impression node { ... on Product { id } } } pageInfo { endCursor } } }`
	recordQuery = `mutation Record($in: EventsRecordInput!) { eventsRecord(input: $in) { accepted userErrors { code field } } }`
)

// knownDevices is how many devices take turns that something is known of; mostRatio the CPU that knowing them may cost.
const (
	knownDevices = 64
	mostRatio    = 1.5
)

// served is a page with what events about it need.
type served struct {
	Data struct {
		Feed struct {
			Edges []struct {
				Impression string
				Node       struct{ ID string }
			}
			PageInfo struct{ EndCursor string }
		}
	}
}

// measureTaste compares the feed of people who are known with the feed of who is not, and counts how many events are kept.
func (b *bench) measureTaste(ctx context.Context, e engine) (err error) {
	at, err := e.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	shop, err := b.launchShop(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.stop()) }()
	var known, unknown [][]byte
	var cards []string
	for i := range knownDevices {
		device := fmt.Sprintf("bench-device-%03d", i)
		if cards, err = look(shop, device, i); err != nil {
			return err
		}
		known = append(known, ask(tasteQuery, map[string]any{"device": device}))
		unknown = append(unknown, ask(tasteQuery, map[string]any{"device": fmt.Sprintf("bench-nobody-%03d", i)}))
	}
	knownLeg, unknownLeg := b.load(ctx, shop, known), b.load(ctx, shop, unknown)
	rounds, err := b.measure(knownLeg, unknownLeg)
	if err != nil {
		return err
	}
	const page = "feed page of somebody known"
	b.figures = append(b.figures, compare(page, e.Name, "1/s", rounds[0], rounds[1], round.rate), compare(page+", p99", e.Name, "ms", rounds[0], rounds[1], round.p99),
		compare(page+", CPU of 1,000", e.Name, "s", rounds[0], rounds[1], round.cpuPerThousand).atMost(mostRatio))
	rounds, err = b.measure(b.doThenLook(ctx, shop, cards), unknownLeg)
	if err != nil {
		return err
	}
	b.figures = append(b.figures, compare("… who does something before each page, CPU of 1,000", e.Name, "s", rounds[0], rounds[1], round.cpuPerThousand))
	rounds, err = b.measure(b.record(ctx, shop, cards))
	if err != nil {
		return err
	}
	b.figures = append(b.figures, figure{Measure: "events kept", Engine: e.Name, Unit: "1/s", Ours: eventsACall * median(each(rounds[0], round.rate))})
	return nil
}

// look has a device look at two pages, put something into the cart and hide something, and returns the ids of the cards.
func look(shop *process, device string, i int) (cards []string, err error) {
	after := any(nil)
	for range 2 {
		raw, err := firstAnswer(shop, ask(servedQuery, map[string]any{"device": device, "after": after}))
		if err != nil {
			return nil, err
		}
		var page served
		if err := json.Unmarshal(raw, &page); err != nil {
			return nil, err
		}
		var events []map[string]any
		for n, edge := range page.Data.Feed.Edges {
			kinds := []string{"IMPRESSION"}
			if n%7 == i%7 {
				kinds = append(kinds, "VIEW", "ADD_TO_CART")
			}
			if n == 19-i%5 {
				kinds = append(kinds, "NOT_INTERESTED")
			}
			for _, kind := range kinds {
				events = append(events, event(kind, edge.Node.ID, edge.Impression))
			}
			cards = append(cards, edge.Node.ID)
		}
		if _, err := recorded(shop, device, events); err != nil {
			return nil, err
		}
		after = page.Data.Feed.PageInfo.EndCursor
	}
	return cards, nil
}

var eventNumber atomic.Int64

func event(kind, target, impression string) map[string]any {
	e := map[string]any{"clientId": fmt.Sprint("e", eventNumber.Add(1)), "kind": kind, "targetId": target, "at": time.Now().UTC().Format(time.RFC3339)}
	if impression != "" {
		e["impression"] = impression
	}
	return e
}

func recording(device string, events []map[string]any) []byte {
	return ask(recordQuery, map[string]any{"in": map[string]any{"deviceId": device, "events": events}})
}

func recorded(shop *process, device string, events []map[string]any) ([]byte, error) {
	raw, err := firstAnswer(shop, recording(device, events))
	if err == nil && !strings.Contains(string(raw), fmt.Sprintf(`"accepted":%d,`, len(events))) {
		err = fmt.Errorf("not all of %d events count: %.300s", len(events), raw)
	}
	return raw, err
}

// eventsACall is how many events one call brings.
const eventsACall = 20

// views are so many things that were looked at.
func views(cards []string, from, n int) []map[string]any {
	list := make([]map[string]any, n)
	for i := range list {
		list[i] = event("VIEW", cards[(from+i)%len(cards)], "")
	}
	return list
}

// doThenLook loads the shop with pages, each after ten events of its device.
func (b *bench) doThenLook(ctx context.Context, shop *process, cards []string) func(d time.Duration) (round, error) {
	return b.calls(ctx, shop, func(c *client, worker, k int) error {
		device := fmt.Sprintf("bench-tapper-%03d-%05d", worker, k/100)
		if err := counted(c.do(recording(device, views(cards, k, 10))))(10); err != nil {
			return err
		}
		_, err := c.do(ask(tasteQuery, map[string]any{"device": device}))
		return err
	})
}

// record loads the shop with events.
func (b *bench) record(ctx context.Context, shop *process, cards []string) func(d time.Duration) (round, error) {
	return b.calls(ctx, shop, func(c *client, worker, k int) error {
		device := fmt.Sprintf("bench-writer-%03d-%05d", worker, k/100)
		return counted(c.do(recording(device, views(cards, k, eventsACall))))(eventsACall)
	})
}

// counted fails unless the answer says that so many events count.
func counted(raw []byte, err error) func(want int) error {
	return func(want int) error {
		if err == nil && !strings.Contains(string(raw), fmt.Sprintf(`"accepted":%d,`, want)) {
			return fmt.Errorf("not all events count: %.300s", raw)
		}
		return err
	}
}

var tasteRound atomic.Int64

// calls is a leg of calls that are another each time.
func (b *bench) calls(ctx context.Context, shop *process, call func(c *client, worker, k int) error) func(d time.Duration) (round, error) {
	return func(d time.Duration) (r round, err error) {
		clients := make([]*client, b.connections)
		for i := range clients {
			if clients[i], err = dial(shop.address); err != nil {
				return r, err
			}
			defer clients[i].conn.Close()
		}
		first := int(tasteRound.Add(1)) * 1_000_000 // devices of its own
		before, err := shop.cpu()
		if err != nil {
			return r, err
		}
		if r, err = loop(ctx, b.connections, d, 0, func(worker, k int) error { return call(clients[worker], worker, first+k) }); err != nil {
			return r, err
		}
		after, err := shop.cpu()
		r.cpu = after - before
		return r, err
	}
}
