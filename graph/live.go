package graph

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/live"
)

// eventsFirst and entrantsFirst are the pages of a room's past events and of a lottery's tickets when the client does not say.
const (
	eventsFirst   = 100
	entrantsFirst = 100
)

// withRooms loads beside rooms what the client asked for.
func (r *Resolver) withRooms(ctx context.Context, a asked, rooms ...*live.Room) error {
	return r.Load.CompleteRooms(ctx, viewer.From(ctx).ShopperID, rooms, roomsAsked(a))
}

// rooms lists rooms as a connection.
func (r *Resolver) rooms(ctx context.Context, a live.RoomListArgs) (*model.LiveRoomConnection, error) {
	listed, err := r.Shop.Live.List(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.LiveRoomConnection{
		Nodes: listed.Rooms, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.LiveRoomEdge, len(listed.Rooms)),
	}
	for i, room := range listed.Rooms {
		connection.Edges[i] = &model.LiveRoomEdge{Cursor: listed.Cursors[i], Node: room}
	}
	return connection, r.withRooms(ctx, here(ctx).at("nodes", "edges.node"), listed.Rooms...)
}

// ingestURL is where the room's encoder pushes to, nil for who does not run the room.
func (r *Resolver) ingestURL(ctx context.Context, room *live.Room) (*string, error) {
	if room.ViewerRole == nil || *room.ViewerRole != live.Host && *room.ViewerRole != live.CoHost {
		return nil, nil
	}
	return r.Shop.Live.IngestURL(ctx, viewer.From(ctx).ShopperID, room)
}

// comments lists what is shown of a room's comments as a connection.
func (r *Resolver) comments(ctx context.Context, roomID string, a live.CommentArgs) (*model.LiveCommentConnection, error) {
	listed, err := r.Shop.Live.Comments(ctx, roomID, a)
	if err != nil {
		return nil, err
	}
	connection := &model.LiveCommentConnection{Nodes: listed.Comments, PageInfo: &listed.Info, Edges: make([]*model.LiveCommentEdge, len(listed.Comments))}
	for i, c := range listed.Comments {
		connection.Edges[i] = &model.LiveCommentEdge{Cursor: listed.Cursors[i], Node: c}
	}
	return connection, nil
}

// questions lists a room's questions as a connection.
func (r *Resolver) questions(ctx context.Context, roomID string, a page.Args) (*model.LiveQuestionConnection, error) {
	listed, err := r.Shop.Live.QuestionsOf(ctx, roomID, a)
	if err != nil {
		return nil, err
	}
	connection := &model.LiveQuestionConnection{Nodes: listed.Questions, PageInfo: &listed.Info, Edges: make([]*model.LiveQuestionEdge, len(listed.Questions))}
	for i, q := range listed.Questions {
		connection.Edges[i] = &model.LiveQuestionEdge{Cursor: listed.Cursors[i], Node: q}
	}
	return connection, r.withQuestions(ctx, here(ctx).at("nodes", "edges.node"), listed.Questions...)
}

// withQuestions loads beside questions what the client asked for.
func (r *Resolver) withQuestions(ctx context.Context, a asked, questions ...*live.Question) error {
	return r.Load.CompleteQuestions(ctx, viewer.From(ctx).ShopperID, questions, a.at("viewerUpvoted").any())
}

// entrants lists a lottery's tickets as a connection.
func (r *Resolver) entrants(ctx context.Context, lotteryID string, a page.Args) (*model.LiveEntrantConnection, error) {
	listed, err := r.Shop.Live.Entrants(ctx, lotteryID, a)
	if err != nil {
		return nil, err
	}
	connection := &model.LiveEntrantConnection{Nodes: listed.Entrants, PageInfo: &listed.Info, Edges: make([]*model.LiveEntrantEdge, len(listed.Entrants))}
	for i, e := range listed.Entrants {
		connection.Edges[i] = &model.LiveEntrantEdge{Cursor: listed.Cursors[i], Node: e}
	}
	return connection, nil
}

// console is what a room's host sees, nil when there is no such room. Who has no role in it is refused as by a missing scope.
func (r *Resolver) console(ctx context.Context, roomID string) (*live.Console, error) {
	c, err := r.Shop.Live.Console(ctx, viewer.From(ctx).ShopperID, roomID)
	if errors.Is(err, fault.Missing) {
		return nil, nil
	}
	return c, asRequest(err)
}

// asRequest makes of a refusal what a query or subscription answers: FORBIDDEN without a role, NOT_FOUND for what is not there.
func asRequest(err error) error {
	switch {
	case errors.Is(err, live.ErrRole):
		return fault.Forbidden
	case errors.Is(err, fault.Missing):
		return fault.NotFound
	}
	return err
}
