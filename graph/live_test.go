package graph_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"github.com/kaituan/kaituan/graph"
	"github.com/kaituan/kaituan/graph/loaders"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/live"
	"github.com/kaituan/kaituan/shop/order"
)

// newRoomAPI answers GraphQL over a catalogue and rooms.
func newRoomAPI(t *testing.T) *api {
	t.Helper()
	s := testdb.Open(t)
	products := catalog.New(s, clock.System, "CNY")
	people := identity.New(identity.Config{Store: s, Clock: clock.System})
	orders := order.New(order.Config{Store: s, Clock: clock.System, Catalog: products, Identity: people, Currency: "CNY"})
	coupons := coupon.New(coupon.Config{Store: s, Clock: clock.System, Identity: people, Currency: "CNY", Zone: time.UTC})
	rooms := live.New(live.Config{Store: s, Clock: clock.System, Identity: people, Catalog: products, Coupon: coupons, Order: orders, Currency: "CNY"})
	r := &graph.Resolver{
		Clock: clock.System, Shop: graph.Services{Catalog: products, Order: orders, Coupon: coupons, Live: rooms},
		Load: &loaders.Loaders{Identity: people, Catalog: products, Order: orders, Coupon: coupons, Live: rooms},
	}
	return &api{Executor: executor.New(graph.Schema(r)), store: s}
}

// write runs a statement that a service would.
func (a *api) write(t *testing.T, query string, args ...any) {
	t.Helper()
	err := a.store.InTx(t.Context(), func(ctx context.Context) error {
		_, err := a.store.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const roomEvents = `subscription { liveRoomEvents(roomId: "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB") { __typename seq cursor at
	... on LiveTick { comments { text author { nickname } } commentsDropped } ... on LivePinChanged { pinned { note product { handle } } } ... on LiveShelfChanged { shelf { handle category { name } } }
	... on LiveOfferChanged { offer { left price { amount } sku { code price { sale { amount } } product { title } } } } ... on LiveOrderPlaced { buyer { nickname } product { handle } quantity }
	... on LiveCouponDropChanged { drop { left } } ... on LiveLotteryChanged { lottery { prize entries } } ... on LiveQuestionChanged { question { text upvotes } }
	... on LiveStateChanged { state } ... on LiveCommentHidden { commentId } ... on LiveSlowModeChanged { seconds } ... on LiveReset { room { title pinned { product { handle } } } } } }`

// one executes the subscription for one given event, as the transport does: it must send that event and end.
func (a *api) one(ctx context.Context, t *testing.T, query string, e live.Event) string {
	ctx = stream.With(graphql.StartOperationTrace(ctx), stream.Item{Seq: 7, Event: e})
	op, problems := a.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
	if problems != nil {
		t.Errorf("%s: %v", query, problems)
		return ""
	}
	answers, ctx := a.DispatchOperation(ctx, op)
	raw, err := json.Marshal(answers(ctx))
	if err != nil {
		t.Error(err)
	}
	if more := answers(ctx); more != nil {
		t.Errorf("after the one event came %s", more.Data)
	}
	return string(raw)
}

// Whatever an event shows of other domains is put into a copy: executions at once, for one and the same event, all say the same and leave it as it was.
func TestOneEventForManyExecutions(t *testing.T) {
	a := newRoomAPI(t)
	answer := a.ask(t, strings.Replace(upsert, "product { id title", "product { id title skus { id } ", 1))
	product := between(answer, `"product":{"id":"`)
	sku := between(answer, `"skus":[{"id":"`)
	stamp := live.Stamp{Seq: 7, Cursor: "1:7", At: time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)}
	note := "tonight"
	for want, make := range map[string]func() live.Event{
		`"comments":[{"text":"hi","author":{"nickname":"m**"}}]`: func() live.Event {
			return &live.Tick{Stamp: stamp, Comments: []*live.Comment{{Text: "hi", Author: &identity.PublicShopper{ID: "pub_1", Nickname: "m**"}}}}
		},
		`"pinned":{"note":"tonight","product":{"handle":"berry"}}`: func() live.Event {
			return &live.PinChanged{Stamp: stamp, Pinned: &live.Pin{ProductID: product, Note: &note}}
		},
		`"pinned":null`: func() live.Event { return &live.PinChanged{Stamp: stamp} },
		`"shelf":[{"handle":"berry","category":{"name":"水果"}}]`: func() live.Event {
			return &live.ShelfChanged{Stamp: stamp, ProductIDs: []string{"prd_01JD8Q2M0V6T3C9E5K7R1XW4ZB", product}}
		},
		`"offer":{"left":3,"price":{"amount":"9.00"},"sku":{"code":"b1","price":{"sale":{"amount":"19.90"}},"product":{"title":"草莓"}}}`: func() live.Event {
			return &live.OfferChanged{Stamp: stamp, Offer: &live.Offer{ID: "lvo_1", SkuID: sku, Left: 3, Price: &money.Money{Minor: 900, Code: "CNY"}}}
		},
		`"buyer":{"nickname":"h**"},"product":{"handle":"berry"},"quantity":2`: func() live.Event {
			return &live.OrderPlaced{Stamp: stamp, Buyer: &identity.MaskedShopper{Nickname: "h**"}, ProductID: product, Quantity: 2}
		},
		`"drop":{"left":4}`: func() live.Event { return &live.CouponDropChanged{Stamp: stamp, Drop: &live.Drop{Left: 4}} },
		`"lottery":{"prize":"a mug","entries":5}`: func() live.Event {
			return &live.LotteryChanged{Stamp: stamp, Lottery: &live.Lottery{Prize: "a mug", Entries: 5}}
		},
		`"question":{"text":"why?","upvotes":6}`: func() live.Event {
			return &live.QuestionChanged{Stamp: stamp, Question: &live.Question{Text: "why?", Upvotes: 6}}
		},
		`"state":"PAUSED"`:    func() live.Event { return &live.StateChanged{Stamp: stamp, State: live.Paused} },
		`"commentId":"lvc_1"`: func() live.Event { return &live.CommentHidden{Stamp: stamp, CommentID: "lvc_1"} },
		`"seconds":5`:         func() live.Event { return &live.SlowModeChanged{Stamp: stamp, Seconds: 5} },
		`"room":{"title":"Tonight","pinned":{"product":{"handle":"berry"}}}`: func() live.Event {
			return &live.Reset{Stamp: stamp, Room: &live.Room{Title: "Tonight", Pinned: &live.Pin{ProductID: product}}}
		},
	} {
		shared := make()
		var group sync.WaitGroup
		ctx := viewer.With(t.Context(), &viewer.Viewer{Locale: "en"})
		for range 8 {
			group.Go(func() {
				if got := a.one(ctx, t, roomEvents, shared); !strings.Contains(got, `"seq":7,"cursor":"1:7","at":"2026-03-01T08:30:00.000Z",`+want) {
					t.Errorf("%T: %s, want %s", shared, got, want)
				}
			})
		}
		group.Wait()
		if !reflect.DeepEqual(shared, make()) {
			t.Errorf("the shared %T was written to: %+v", shared, shared)
		}
	}
}

// An offer of a product that is off every surface is not there, and events tell it as ended, whatever it was then.
func TestAnOfferOfWhatWasTakenDown(t *testing.T) {
	a := newRoomAPI(t)
	answer := a.ask(t, strings.Replace(upsert, "product { id title", "product { id title skus { id } ", 1))
	product, sku := between(answer, `"product":{"id":"`), between(answer, `"skus":[{"id":"`)
	now := time.Now().UTC().Truncate(time.Microsecond)
	room, offer := "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "lvo_01JD8Q2M0V6T3C9E5K7R1XW4ZB"
	a.write(t, "INSERT INTO live_rooms (id, ver, created_at, updated_at, host_id, title, state, active) VALUES (?, 1, ?, ?, 'shp_1', 'Tonight', 'LIVE', ?)", room, now, now, true)
	a.write(t, `INSERT INTO live_offers (id, ver, created_at, updated_at, room_id, sku_id, product_id, price, quota, units_left, starts_at, ends_at)
		VALUES (?, 1, ?, ?, ?, ?, ?, 900, 3, 3, ?, ?)`, offer, now, now, room, sku, product, now, now.Add(time.Hour))
	event := &live.OfferChanged{Stamp: live.Stamp{Seq: 7}, Offer: &live.Offer{ID: offer, RoomID: room, SkuID: sku, Price: &money.Money{Minor: 900, Code: "CNY"}, OfferState: live.OfferOpen}}
	const nodes = `{ node(id: "lvo_01JD8Q2M0V6T3C9E5K7R1XW4ZB") { ... on LiveOffer { offerState } } liveRoom(id: "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB") { offers { offerState } } }`
	const told = `subscription { liveRoomEvents(roomId: "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB") { ... on LiveOfferChanged { offer { offerState } } } }`
	for _, tc := range []struct {
		taken       bool
		nodes, told string
	}{
		{false, `{"data":{"node":{"offerState":"OPEN"},"liveRoom":{"offers":[{"offerState":"OPEN"}]}}}`, `{"data":{"liveRoomEvents":{"offer":{"offerState":"OPEN"}}}}`},
		{true, `{"data":{"node":null,"liveRoom":{"offers":[]}}}`, `{"data":{"liveRoomEvents":{"offer":{"offerState":"ENDED"}}}}`},
	} {
		if tc.taken {
			a.hide(t)
		}
		if got := a.ask(t, nodes); got != tc.nodes {
			t.Errorf("taken down %v: %s, want %s", tc.taken, got, tc.nodes)
		}
		if got := a.one(viewer.With(t.Context(), &viewer.Viewer{Locale: "en"}), t, told, event); got != tc.told {
			t.Errorf("taken down %v: told %s, want %s", tc.taken, got, tc.told)
		}
	}
}

// between is what stands after a text, up to the next quotation mark.
func between(answer, after string) string {
	_, rest, _ := strings.Cut(answer, after)
	found, _, _ := strings.Cut(rest, `"`)
	return found
}
