package live

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/store"
)

// piece is one piece of news.
type piece struct {
	id   int64
	kind string
	ref  string
	data string
}

// readNews reads the news that wait, the oldest first, and leaves out those that a later one about the same thing makes needless.
func (r *reign) readNews(ctx context.Context, b *haul) ([]piece, error) {
	rows, err := r.s.store.SQL(ctx).QueryContext(ctx, "SELECT id, kind, ref, data FROM live_news WHERE room_id = ? ORDER BY id LIMIT ?", r.room, mostNews)
	if err != nil {
		return nil, fmt.Errorf("news of %s: %w", r.room, err)
	}
	defer rows.Close()
	var all []piece
	last := map[[2]string]int64{}
	for rows.Next() {
		var n piece
		var ref, data sql.NullString
		if err := rows.Scan(&n.id, &n.kind, &ref, &data); err != nil {
			return nil, fmt.Errorf("news of %s: %w", r.room, err)
		}
		n.ref, n.data = ref.String, data.String
		all = append(all, n)
		b.news = append(b.news, n.id)
		if n.data == "" {
			last[[2]string{n.kind, n.ref}] = n.id
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("news of %s: %w", r.room, err)
	}
	b.more = len(all) == mostNews
	var told []piece
	for _, n := range all {
		if n.data != "" || last[[2]string{n.kind, n.ref}] == n.id {
			told = append(told, n)
		}
	}
	return told, nil
}

// things are what news name, as they are now.
type things struct {
	room      *db.LiveRoom
	shelf     []string
	offers    map[string]*Offer
	drops     map[string]*Drop
	lotteries map[string]*Lottery
	people    map[string]*people // by question, and by buyer
	questions map[string]*Question
	ticks     map[string]int64 // by comment
}

// number makes events of news, each as its thing is now. News of what is not there are told to nobody.
func (r *reign) number(ctx context.Context, b *haul, told []piece) error {
	if len(told) == 0 {
		return nil
	}
	t, err := r.read(ctx, told)
	if err != nil {
		return err
	}
	if t.room != nil {
		b.state = State(t.room.State)
	}
	for _, n := range told {
		if t.settled(n) {
			continue
		}
		what, p := t.record(n)
		if what == nil {
			slog.WarnContext(ctx, "news of a live room name what is not there", "room", r.room, "kind", n.kind, "ref", n.ref)
			continue
		}
		if err := b.add(r, n.kind, what, p); err != nil {
			return err
		}
	}
	return nil
}

// read reads what news name, one statement for each kind that there is.
func (r *reign) read(ctx context.Context, told []piece) (*things, error) {
	refs := map[string][]string{}
	var buyers []string
	for _, n := range told {
		if n.kind != kindLottery || n.data == "" {
			refs[n.kind] = append(refs[n.kind], n.ref)
		}
		if n.kind == kindOrder {
			if o := orderOf(n); o != nil {
				buyers = append(buyers, o.Buyer)
			}
		}
	}
	t := &things{people: map[string]*people{}}
	var err error
	if len(refs[kindState])+len(refs[kindPin])+len(refs[kindSlow]) > 0 {
		t.room, err = r.s.room(ctx, r.room)
	}
	if err == nil && len(refs[kindShelf]) > 0 {
		t.shelf, err = r.s.store.Texts(ctx, "SELECT product_id FROM live_shelves WHERE room_id = ? ORDER BY position, id", r.room)
	}
	if err == nil && len(refs[kindOffer]) > 0 {
		t.offers, err = r.s.Offers(ctx, refs[kindOffer])
	}
	if err == nil && len(refs[kindDrop]) > 0 {
		t.drops, err = r.s.Drops(ctx, refs[kindDrop])
	}
	if err == nil && len(refs[kindLottery]) > 0 {
		t.lotteries, err = r.s.Lotteries(ctx, refs[kindLottery])
	}
	if err == nil && len(refs[kindHidden]) > 0 {
		t.ticks, err = r.s.ticksOf(ctx, refs[kindHidden])
	}
	if err != nil {
		return nil, fmt.Errorf("what news of %s name: %w", r.room, err)
	}
	asked, bought, err := r.s.known(ctx, refs[kindQuestion], buyers)
	if err != nil {
		return nil, fmt.Errorf("what news of %s name: %w", r.room, err)
	}
	t.questions = asked
	for id, q := range asked {
		t.people[id] = &people{Question: q}
	}
	for id, buyer := range bought {
		t.people[id] = &people{Buyer: buyer}
	}
	return t, nil
}

func orderOf(n piece) *orderRecord {
	var o orderRecord
	if json.Unmarshal([]byte(n.data), &o) != nil || o.Buyer == "" {
		return nil
	}
	return &o
}

// record is what the row of a piece of news will hold, nil when its thing is not there.
func (t *things) record(n piece) (*record, *people) {
	switch n.kind {
	case kindState:
		return &record{State: State(t.room.State)}, nil
	case kindPin:
		what := &record{}
		if t.room.PinnedID != nil && t.room.PinnedAt != nil {
			what.Pin = &pinRecord{Product: *t.room.PinnedID, At: t.room.PinnedAt.UTC()}
			if note := t.room.PinNote; note != "" {
				what.Pin.Note = &note
			}
		}
		return what, nil
	case kindSlow:
		return &record{Seconds: t.room.SlowMode}, nil
	case kindShelf:
		return &record{Shelf: t.shelf}, nil
	case kindGroup:
		return &record{Group: n.ref}, nil
	case kindHidden:
		return &record{Comment: n.ref, Tick: t.ticks[n.ref]}, nil
	case kindOrder:
		if o := orderOf(n); o != nil {
			return &record{Order: o}, t.people[o.Buyer]
		}
	case kindQuestion:
		if q := t.questions[n.ref]; q != nil {
			return &record{Question: q.ID, Upvotes: q.Upvotes}, t.people[q.ID]
		}
	}
	return t.prize(n), nil
}

// settled reports whether a piece of news is of a lottery whose entries have been closed since: it would tell the hash, or even the seed, before the news that bring
// them as they were, which follow.
func (t *things) settled(n piece) bool {
	l := t.lotteries[n.ref]
	return n.kind == kindLottery && n.data == "" && l != nil && l.EntriesHash != nil
}

func (t *things) prize(n piece) *record {
	if n.kind == kindLottery && n.data != "" {
		l := &lotteryRecord{}
		if json.Unmarshal([]byte(n.data), l) != nil {
			return nil
		}
		return &record{Lottery: l}
	}
	if o := t.offers[n.ref]; n.kind == kindOffer && o != nil {
		return &record{Offer: recordOfOffer(o)}
	}
	if d := t.drops[n.ref]; n.kind == kindDrop && d != nil {
		return &record{Drop: recordOfDrop(d)}
	}
	if l := t.lotteries[n.ref]; n.kind == kindLottery && l != nil {
		return &record{Lottery: recordOfLottery(l)}
	}
	return nil
}

// ticksOf are the numbers of the ticks that have comments, by comment; those that no tick has are left out.
func (s *Service) ticksOf(ctx context.Context, commentIDs []string) (map[string]int64, error) {
	in, args := store.In(commentIDs)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT id, seq FROM live_comments WHERE seq IS NOT NULL AND id IN "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("ticks of comments: %w", err)
	}
	defer rows.Close()
	found := map[string]int64{}
	for rows.Next() {
		id, seq := "", int64(0)
		if err := rows.Scan(&id, &seq); err != nil {
			return nil, fmt.Errorf("ticks of comments: %w", err)
		}
		found[id] = seq
	}
	return found, rows.Err()
}
