package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/fact"
)

// Erase takes from rooms what a person wrote, all of whose ids these are, in the transaction that erases him: the text of comments and questions, with what was
// answered to these. A comment that nobody was shown yet never is; of those that were, and of questions, news tell the processes that keep them. Likes and votes stay
// counted; they have no text. His roles end; the rooms that he hosts are ended by the fact of it, see onErased.
func (s *Service) Erase(ctx context.Context, ids []string, now time.Time) error {
	in, his := store.In(ids)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE live_comments SET text = '', state = CASE WHEN state = 'HELD' THEN 'DROPPED' WHEN state = 'SHOWN' AND seq IS NULL THEN 'HIDDEN' ELSE state END
			WHERE text <> '' AND shopper_id IN ` + in, his},
		{`UPDATE live_questions SET text = '', answer = NULL, updated_at = ?, ver = ver + 1 WHERE text <> '' AND shopper_id IN ` + in, append([]any{now}, his...)},
		{"DELETE FROM live_members WHERE shopper_id IN " + in, his},
	} {
		if _, err := s.store.Exec(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("erase %s from rooms: %w", ids[0], err)
		}
	}
	// Read after the writes: the rows are this transaction's, and a comment that its tick has taken has its number.
	for _, told := range []struct{ kind, from string }{
		{kindHidden, "live_comments t JOIN live_rooms r ON r.id = t.room_id WHERE t.state = 'SHOWN' AND t.seq IS NOT NULL"},
		{kindQuestion, "live_questions t JOIN live_rooms r ON r.id = t.room_id WHERE t.text = ''"},
	} {
		if err := s.tellErased(ctx, told.kind, told.from, ids, now); err != nil {
			return fmt.Errorf("tell what is erased of %s: %w", ids[0], err)
		}
	}
	return nil
}

// onErased ends the rooms of a host who was erased, under whichever of his ids he opened them, as he would have: nobody could end them for him, and nobody answers
// for what is shown there.
func (s *Service) onErased(ctx context.Context, f fact.ShopperErased) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		ids, err := s.identity.Accounts(ctx, f.ShopperID)
		if err != nil {
			return err
		}
		rooms, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.HostIDIn(ids...), liveroom.Active(true)).Order(liveroom.ByID()).IDs(ctx)
		if err != nil {
			return fmt.Errorf("rooms of %s: %w", f.ShopperID, err)
		}
		now := s.clock()
		for _, roomID := range rooms { // maxOpenRooms of each id at most; no more are opened, since he is erased
			if err := s.close(ctx, roomID, Ended, now, ""); err != nil && !errors.Is(err, ErrRoomState) { // banned since it was read
				return err
			}
		}
		return nil
	})
}

const (
	// mostErased is how much of what one person wrote in one room may still be kept by processes, about as many events as they keep.
	mostErased = 2000
	// stillKept is how long after its end a room may still be followed.
	stillKept = time.Hour
	// newsAtOnce is how many pieces of news one statement inserts.
	newsAtOnce = 200
)

// tellErased leaves news of a person's newest rows in each room that may still be followed.
func (s *Service) tellErased(ctx context.Context, kind, from string, ids []string, now time.Time) error {
	pieces, err := s.erasedRows(ctx, from, ids, now)
	if err != nil {
		return err
	}
	rooms := map[string]bool{}
	for some := range slices.Chunk(pieces, newsAtOnce) {
		news := make([]any, 0, 3*len(some))
		for _, p := range some {
			news = append(news, p[0], kind, p[1])
			rooms[p[0]] = true
		}
		if _, err := s.store.Exec(ctx, "INSERT INTO live_news (room_id, kind, ref) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", len(some)-1), news...); err != nil {
			return err
		}
	}
	for room := range rooms {
		s.announce(ctx, room)
	}
	return nil
}

// erasedRows are the rooms and ids of the rows that tellErased tells of.
func (s *Service) erasedRows(ctx context.Context, from string, ids []string, now time.Time) (list [][2]string, err error) {
	in, args := store.In(ids)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT room_id, id FROM (SELECT t.room_id, t.id, ROW_NUMBER() OVER (PARTITION BY t.room_id ORDER BY t.id DESC) AS nth
		FROM `+from+` AND t.shopper_id IN `+in+` AND (r.active = ? OR r.ended_at > ?)) newest WHERE nth <= ? ORDER BY room_id, id`,
		append(args, true, now.Add(-stillKept), mostErased)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one [2]string
		if err := rows.Scan(&one[0], &one[1]); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}
