package live

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/identity"
)

// numbered is one event as its row keeps it: numbers, ids and what the shop itself has said. What people have written, and what they are called, is read when it is
// shown.
type numbered struct {
	seq, epoch int64
	kind       string
	data       []byte // a record
	at         time.Time
}

// record is what a row's data holds; each kind uses its part. The names in JSON never change, since rows stay.
type record struct {
	Viewers  int            `json:"viewers,omitempty"`
	Likes    int64          `json:"likes,omitempty"`
	Dropped  int            `json:"dropped,omitempty"`
	State    State          `json:"state,omitempty"`
	Pin      *pinRecord     `json:"pin,omitempty"`
	Shelf    []string       `json:"shelf,omitempty"`
	Offer    *offerRecord   `json:"offer,omitempty"`
	Drop     *dropRecord    `json:"drop,omitempty"`
	Lottery  *lotteryRecord `json:"lottery,omitempty"`
	Order    *orderRecord   `json:"order,omitempty"`
	Group    string         `json:"group,omitempty"`
	Comment  string         `json:"comment,omitempty"`
	Tick     int64          `json:"tick,omitempty"` // that had the comment
	Seconds  int            `json:"seconds,omitempty"`
	Question string         `json:"question,omitempty"`
	Upvotes  int            `json:"upvotes,omitempty"`
}

type pinRecord struct {
	Product string    `json:"product"`
	At      time.Time `json:"at"`
	Note    *string   `json:"note,omitempty"`
}

type offerRecord struct {
	ID       string     `json:"id"`
	Room     string     `json:"room"`
	Sku      string     `json:"sku"`
	Price    int64      `json:"price"`
	Currency string     `json:"currency"`
	Quota    int        `json:"quota"`
	Left     int        `json:"left"`
	Starts   time.Time  `json:"starts"`
	Ends     time.Time  `json:"ends"`
	State    OfferState `json:"state"`
}

type dropRecord struct {
	ID       string    `json:"id"`
	Room     string    `json:"room"`
	Template string    `json:"template"`
	Quantity int       `json:"quantity"`
	Left     int       `json:"left"`
	Ends     time.Time `json:"ends"`
}

type lotteryRecord struct {
	ID          string     `json:"id"`
	Room        string     `json:"room"`
	Prize       string     `json:"prize"`
	Winners     int        `json:"winners"`
	Entries     int        `json:"entries"`
	SeedHash    string     `json:"seed_hash"`
	EntriesHash *string    `json:"entries_hash,omitempty"`
	Seed        *string    `json:"seed,omitempty"`
	Ends        time.Time  `json:"ends"`
	Drawn       *time.Time `json:"drawn,omitempty"`
}

// orderRecord is also the data of news of an order.
type orderRecord struct {
	Buyer    string `json:"buyer"`
	Product  string `json:"product"`
	Quantity int    `json:"quantity"`
}

func recordOfOffer(o *Offer) *offerRecord {
	return &offerRecord{
		ID: o.ID, Room: o.RoomID, Sku: o.SkuID, Price: o.Price.Minor, Currency: o.Price.Code, Quota: o.Quota, Left: o.Left, Starts: o.StartsAt, Ends: o.EndsAt,
		State: o.OfferState,
	}
}

func recordOfDrop(d *Drop) *dropRecord {
	return &dropRecord{ID: d.ID, Room: d.RoomID, Template: d.TemplateID, Quantity: d.Quantity, Left: d.Left, Ends: d.EndsAt}
}

func recordOfLottery(l *Lottery) *lotteryRecord {
	return &lotteryRecord{
		ID: l.ID, Room: l.RoomID, Prize: l.Prize, Winners: l.WinnersWanted, Entries: l.Entries, SeedHash: l.SeedHash, EntriesHash: l.EntriesHash, Seed: l.Seed,
		Ends: l.EndsAt, Drawn: l.DrawnAt,
	}
}

// event makes an event of its row; what people have written is put into it by people.
func (n *numbered) event() (Event, *record, error) {
	var r record
	if err := json.Unmarshal(n.data, &r); err != nil {
		return nil, nil, fmt.Errorf("read event %d: %w", n.seq, err)
	}
	stamp := Stamp{Seq: n.seq, Cursor: cursorOf(n.epoch, n.seq), At: n.at}
	switch n.kind {
	case kindTick:
		return &Tick{Stamp: stamp, ViewerCount: r.Viewers, LikeCount: r.Likes, CommentsDropped: r.Dropped, Comments: []*Comment{}}, &r, nil
	case kindState:
		return &StateChanged{Stamp: stamp, State: r.State}, &r, nil
	case kindPin:
		e := &PinChanged{Stamp: stamp}
		if r.Pin != nil {
			e.Pinned = &Pin{ProductID: r.Pin.Product, PinnedAt: r.Pin.At, Note: r.Pin.Note}
		}
		return e, &r, nil
	case kindShelf:
		return &ShelfChanged{Stamp: stamp, ProductIDs: r.Shelf}, &r, nil
	case kindOrder:
		if r.Order != nil {
			return &OrderPlaced{Stamp: stamp, BuyerID: r.Order.Buyer, ProductID: r.Order.Product, Quantity: r.Order.Quantity}, &r, nil
		}
	case kindGroup:
		return &GroupProgress{Stamp: stamp, GroupID: r.Group}, &r, nil
	case kindHidden:
		return &CommentHidden{Stamp: stamp, CommentID: r.Comment, tick: r.Tick}, &r, nil
	case kindSlow:
		return &SlowModeChanged{Stamp: stamp, Seconds: r.Seconds}, &r, nil
	case kindQuestion:
		return &QuestionChanged{Stamp: stamp, Question: &Question{ID: r.Question, Upvotes: r.Upvotes}}, &r, nil
	}
	e, err := n.prize(stamp, &r)
	return e, &r, err
}

func (n *numbered) prize(stamp Stamp, r *record) (Event, error) {
	switch {
	case n.kind == kindOffer && r.Offer != nil:
		o := r.Offer
		return &OfferChanged{Stamp: stamp, Offer: &Offer{
			ID: o.ID, RoomID: o.Room, SkuID: o.Sku, Price: &money.Money{Minor: o.Price, Code: o.Currency}, Quota: o.Quota, Left: o.Left, StartsAt: o.Starts,
			EndsAt: o.Ends, OfferState: o.State,
		}}, nil
	case n.kind == kindDrop && r.Drop != nil:
		d := r.Drop
		return &CouponDropChanged{Stamp: stamp, Drop: &Drop{
			ID: d.ID, RoomID: d.Room, TemplateID: d.Template, Quantity: d.Quantity, Left: d.Left, EndsAt: d.Ends,
		}}, nil
	case n.kind == kindLottery && r.Lottery != nil:
		l := r.Lottery
		return &LotteryChanged{Stamp: stamp, Lottery: &Lottery{
			ID: l.ID, RoomID: l.Room, Prize: l.Prize, WinnersWanted: l.Winners, Entries: l.Entries, SeedHash: l.SeedHash, EntriesHash: l.EntriesHash, Seed: l.Seed,
			EndsAt: l.Ends, DrawnAt: l.Drawn,
		}}, nil
	}
	return nil, fmt.Errorf("event %d is of no known kind %q", n.seq, n.kind)
}

// people is what an event shows of people, beside its row.
type people struct {
	Comments []*Comment              `json:"comments,omitempty"`
	Buyer    *identity.MaskedShopper `json:"buyer,omitempty"`
	Question *Question               `json:"question,omitempty"`
}

// put shows people in an event that was just made. A question keeps the upvotes that it had then.
func (p *people) put(e Event) {
	switch e := e.(type) {
	case *Tick:
		e.Comments = append(e.Comments, p.Comments...)
	case *OrderPlaced:
		e.Buyer = p.Buyer
	case *QuestionChanged:
		if p.Question != nil {
			q := *p.Question
			q.Upvotes, e.Question = e.Question.Upvotes, &q
		}
	}
}

// bulletin is what the owner publishes of a batch on the room's events' subject.
type bulletin struct {
	Epoch  int64       `json:"epoch"`
	Events []published `json:"events"`
}

type published struct {
	Seq    int64           `json:"seq"`
	Kind   string          `json:"kind"`
	Data   json.RawMessage `json:"data"`
	At     int64           `json:"at"` // Unix, in microseconds
	People *people         `json:"people,omitempty"`
}

// events are those of a bulletin, complete.
func (b *bulletin) events() ([]Event, error) {
	events := make([]Event, len(b.Events))
	for i, p := range b.Events {
		n := numbered{seq: p.Seq, epoch: b.Epoch, kind: p.Kind, data: p.Data, at: clock.Trim(time.UnixMicro(p.At))}
		e, _, err := n.event()
		if err != nil {
			return nil, err
		}
		if p.People != nil {
			p.People.put(e)
		}
		events[i] = e
	}
	return events, nil
}

// without is a tick without one of its comments; false when it has none by that id.
func (t *Tick) without(commentID string) (*Tick, bool) {
	i := slices.IndexFunc(t.Comments, func(c *Comment) bool { return c.ID == commentID })
	if i < 0 {
		return t, false
	}
	less := *t
	less.Comments = slices.Delete(slices.Clone(t.Comments), i, i+1)
	return &less, true
}
