package graph

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/live"
)

// withEvents returns copies of events with what the client asked for: those that came are shared by everybody who watches, and are never written to.
func (r *Resolver) withEvents(ctx context.Context, a asked, events ...live.Event) ([]live.Event, error) {
	own := make([]live.Event, len(events))
	for i, e := range events {
		own[i] = live.Copy(e)
	}
	return own, r.Load.CompleteEvents(ctx, viewer.From(ctx).ShopperID, own, eventsAsked(a))
}

// roomEvents lists a room's past events as a connection.
func (r *Resolver) roomEvents(ctx context.Context, roomID string, a live.EventArgs) (*model.LiveRoomEventConnection, error) {
	listed, err := r.Shop.Live.Events(ctx, roomID, a)
	if err != nil {
		return nil, err
	}
	events, err := r.withEvents(ctx, here(ctx).at("nodes", "edges.node"), listed.Events...)
	if err != nil {
		return nil, err
	}
	connection := &model.LiveRoomEventConnection{
		PageInfo: &listed.Info, Nodes: make([]bind.LiveRoomEvent, len(events)), Edges: make([]*model.LiveRoomEventEdge, len(events)),
	}
	for i, e := range events {
		connection.Nodes[i], connection.Edges[i] = e, &model.LiveRoomEventEdge{Cursor: listed.Cursors[i], Node: e}
	}
	return connection, nil
}

// watchRoom sends a room's events, each with what the client asked for beside it: the one that a shared execution is for, else all that come.
func (r *Resolver) watchRoom(ctx context.Context, roomID, after string) (<-chan bind.LiveRoomEvent, error) {
	if item, ok := stream.Given(ctx); ok {
		return r.givenEvent(ctx, item)
	}
	events, err := r.Shop.Live.Watch(ctx, roomID, after)
	if err != nil {
		return nil, asRequest(err)
	}
	return completed(ctx, events, func(e live.Event) (bind.LiveRoomEvent, error) { return r.ownEvent(ctx, e) }), nil
}

// ownEvent is withEvents of one.
func (r *Resolver) ownEvent(ctx context.Context, e live.Event) (bind.LiveRoomEvent, error) {
	own, err := r.withEvents(ctx, here(ctx), e)
	if err != nil {
		return nil, err
	}
	return own[0], nil
}

// givenEvent is a stream of the one event that an execution is for.
func (r *Resolver) givenEvent(ctx context.Context, item stream.Item) (<-chan bind.LiveRoomEvent, error) {
	given, ok := item.Event.(live.Event)
	if !ok {
		return nil, fmt.Errorf("event %d of a room is a %T", item.Seq, item.Event)
	}
	own, err := r.ownEvent(ctx, given)
	if err != nil {
		return nil, err
	}
	one := make(chan bind.LiveRoomEvent, 1)
	one <- own
	close(one)
	return one, nil
}
