package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livemember"
)

// rank orders roles.
var rank = map[Role]int{Viewer: 0, Moderator: 1, CoHost: 2, Host: 3}

// atLeast reports whether r may do what least may.
func (r Role) atLeast(least Role) bool { return rank[r] >= rank[least] }

// Part is what a room knows of one person.
type Part struct {
	Role       Role
	MutedUntil *time.Time
	Buyer      bool
}

// add puts what a room knows of another id of the same person to it: of one who was two the greater role counts, and the later mute.
func (p *Part) add(more Part) {
	if rank[more.Role] > rank[p.Role] {
		p.Role = more.Role
	}
	p.MutedUntil = later(p.MutedUntil, more.MutedUntil)
	p.Buyer = p.Buyer || more.Buyer
}

// muted is how long he is muted from now on; zero: he is not. The host never is, also when he was muted as somebody who became him later.
func (p *Part) muted(now time.Time) time.Duration {
	if p.MutedUntil == nil || p.Role == Host {
		return 0
	}
	return max(p.MutedUntil.Sub(now), 0)
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// part reads what a room knows of a person, under any of his ids; a viewer who has done nothing yet is all zeros.
func (s *Service) part(ctx context.Context, room *db.LiveRoom, shopperID string) (Part, error) {
	parts, err := s.parts(ctx, shopperID, []*db.LiveRoom{room})
	return parts[room.ID], err
}

// parts is part for several rooms, in a constant number of statements. Nobody ("") is a viewer everywhere.
func (s *Service) parts(ctx context.Context, shopperID string, rooms []*db.LiveRoom) (map[string]Part, error) {
	found := make(map[string]Part, len(rooms))
	ids := make([]string, len(rooms))
	for i, room := range rooms {
		found[room.ID], ids[i] = Part{Role: Viewer}, room.ID
	}
	if shopperID == "" || len(rooms) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).LiveMember.Query().Where(livemember.RoomIDIn(ids...), livemember.ShopperIDIn(his...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("parts of %s: %w", shopperID, err)
	}
	for _, row := range rows {
		p := found[row.RoomID]
		p.add(Part{Role: Role(row.Role), MutedUntil: row.MutedUntil, Buyer: row.Buyer})
		found[row.RoomID] = p
	}
	for _, room := range rooms {
		if slices.Contains(his, room.HostID) {
			p := found[room.ID]
			p.Role = Host
			found[room.ID] = p
		}
	}
	return found, nil
}

// require returns the room and the actor's part in it, when his role is at least that one; fault.Missing, ErrRole.
func (s *Service) require(ctx context.Context, roomID, actorID string, least Role) (*db.LiveRoom, Part, error) {
	room, err := s.room(ctx, roomID)
	if err != nil {
		return nil, Part{}, err
	}
	p, err := s.part(ctx, room, actorID)
	if err != nil {
		return nil, Part{}, err
	}
	if !p.Role.atLeast(least) {
		return nil, Part{}, ErrRole
	}
	return room, p, nil
}

// enrol makes the room's row of a shopper unless it is there.
func (s *Service) enrol(ctx context.Context, roomID, shopperID string, now time.Time) error {
	_, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO live_members (ver, room_id, shopper_id, role, buyer, created_at) VALUES (1, ?, ?, 'VIEWER', ?, ?)", roomID, shopperID, false, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("enrol %s in %s: %w", shopperID, roomID, err)
	}
	return nil
}
