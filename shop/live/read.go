package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveroom"
)

// Room reads a room, nil when there is none. BANNED rooms are there, without streams.
func (s *Service) Room(ctx context.Context, roomID string) (*Room, error) {
	found, err := s.Rooms(ctx, []string{roomID})
	return found[roomID], err
}

// Rooms reads rooms by id in one statement; what does not exist is left out.
func (s *Service) Rooms(ctx context.Context, ids []string) (map[string]*Room, error) {
	found := make(map[string]*Room, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("rooms: %w", err)
	}
	now := s.clock()
	for _, row := range rows {
		found[row.ID] = s.roomOf(row, now)
	}
	return found, nil
}

// roomOf shows a row as it is at now.
func (s *Service) roomOf(row *db.LiveRoom, now time.Time) *Room {
	room := &Room{
		ID: row.ID, HostID: row.HostID, Title: row.Title, CoverURL: orNil(row.CoverURL), State: State(row.State), ScheduledFor: row.ScheduledFor,
		StartedAt: row.StartedAt, EndedAt: row.EndedAt, LikeCount: row.Likes, SlowModeSeconds: row.SlowMode, Cursor: cursorOf(row.Epoch, row.Seq), Seq: row.Seq,
	}
	switch room.State {
	case OnAir, Paused:
		room.ViewerCount, room.PlaybackURL = row.Viewers, s.cdn.play(row.ID, now)
	case Ended:
		if row.StartedAt != nil {
			room.ReplayURL = s.cdn.replay(row.ID, now)
		}
	}
	if row.PinnedID != nil && row.PinnedAt != nil {
		room.Pinned = &Pin{ProductID: *row.PinnedID, PinnedAt: *row.PinnedAt, Note: orNil(row.PinNote)}
	}
	return room
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Parts are what rooms know of a viewer, by room, in a constant number of statements; nobody ("") is a viewer everywhere. A mute that is over is none.
func (s *Service) Parts(ctx context.Context, viewerID string, rooms []*Room) (map[string]Part, error) {
	rows := make([]*db.LiveRoom, len(rooms))
	for i, room := range rooms {
		rows[i] = &db.LiveRoom{ID: room.ID, HostID: room.HostID}
	}
	found, err := s.parts(ctx, viewerID, rows)
	now := s.clock()
	for roomID, p := range found {
		if p.MutedUntil != nil && !now.Before(*p.MutedUntil) {
			p.MutedUntil = nil
			found[roomID] = p
		}
	}
	return found, err
}

// IngestURL is where the room's encoder pushes to, nil unless the viewer runs the room, it has not ended, and a CDN is configured.
func (s *Service) IngestURL(ctx context.Context, viewerID string, room *Room) (*string, error) {
	if room.State == Ended || room.State == Banned {
		return nil, nil
	}
	parts, err := s.Parts(ctx, viewerID, []*Room{room})
	if err != nil || !parts[room.ID].Role.atLeast(CoHost) {
		return nil, err
	}
	return s.cdn.push(room.ID, s.clock()), nil
}
