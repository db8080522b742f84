package live

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveentry"
	"github.com/kaituan/kaituan/ent/db/livelottery"
	"github.com/kaituan/kaituan/internal/page"
)

// lastFirst turns an order round.
var lastFirst = sql.OrderDesc()

// Lotteries reads lotteries by id in one statement; what does not exist is left out.
func (s *Service) Lotteries(ctx context.Context, ids []string) (map[string]*Lottery, error) {
	found := make(map[string]*Lottery, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveLottery.Query().Where(livelottery.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lotteries: %w", err)
	}
	for _, row := range rows {
		found[row.ID] = lotteryOf(row)
	}
	return found, nil
}

func (s *Service) lottery(ctx context.Context, lotteryID string) (*Lottery, error) {
	found, err := s.Lotteries(ctx, []string{lotteryID})
	return found[lotteryID], err
}

// LotteriesOf are rooms' newest lotteries, drawn or not, by room, in one statement.
func (s *Service) LotteriesOf(ctx context.Context, roomIDs []string) (map[string]*Lottery, error) {
	found := make(map[string]*Lottery, len(roomIDs))
	if len(roomIDs) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveLottery.Query().Where(livelottery.RoomIDIn(roomIDs...), newestOfRoom).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lotteries of rooms: %w", err)
	}
	for _, row := range rows {
		found[row.RoomID] = lotteryOf(row)
	}
	return found, nil
}

// newestOfRoom selects the lotteries after which none was started in the same room.
func newestOfRoom(s *sql.Selector) {
	later := sql.Table(livelottery.Table).As("later")
	its, other := s.C, later.C
	s.Where(sql.NotExists(sql.Select(other(livelottery.FieldID)).From(later).Where(sql.And(
		sql.ColumnsEQ(other(livelottery.FieldRoomID), its(livelottery.FieldRoomID)),
		sql.Or(
			sql.ColumnsGT(other(livelottery.FieldCreatedAt), its(livelottery.FieldCreatedAt)),
			sql.And(sql.ColumnsEQ(other(livelottery.FieldCreatedAt), its(livelottery.FieldCreatedAt)), sql.ColumnsGT(other(livelottery.FieldID), its(livelottery.FieldID))),
		),
	))))
}

// lotteryOf shows a lottery; its seed to nobody before it is drawn.
func lotteryOf(row *db.LiveLottery) *Lottery {
	l := &Lottery{
		ID: row.ID, RoomID: row.RoomID, Prize: row.Prize, WinnersWanted: row.WinnersWanted, Entries: row.Entries, SeedHash: row.SeedHash, EndsAt: row.EndsAt, DrawnAt: row.DrawnAt,
	}
	if row.EntriesHash != "" {
		l.EntriesHash = &row.EntriesHash
	}
	if row.State == livelottery.StateDRAWN {
		l.Seed = &row.Seed
	}
	return l
}

// byTicket is the sort key of entrants.
type byTicket struct {
	Ticket int `json:"t"`
}

// Entrants is a page of a lottery's tickets in their order. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Entrants(ctx context.Context, lotteryID string, a page.Args) (*EntrantPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	query := s.store.Client(ctx).LiveEntry.Query().Where(liveentry.LotteryID(lotteryID))
	if a.After != "" {
		var after byTicket
		if err := page.Decode(a.After, "live-entrants", &after); err != nil {
			return nil, err
		}
		query.Where(liveentry.TicketGT(after.Ticket))
	}
	rows, err := query.Order(liveentry.ByTicket()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("entrants of %s: %w", lotteryID, err)
	}
	cursor := func(row *db.LiveEntry) string { return page.Encode("live-entrants", byTicket{row.Ticket}) }
	rows, info := page.Of(rows, a, cursor)
	listed := &EntrantPage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	listed.Entrants, err = s.entrantsOf(ctx, rows)
	return listed, err
}

// Winners are the tickets that won, best first, by lottery. Two statements for any number of them.
func (s *Service) Winners(ctx context.Context, lotteryIDs []string) (map[string][]*Entrant, error) {
	found := make(map[string][]*Entrant, len(lotteryIDs))
	if len(lotteryIDs) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveEntry.Query().Where(liveentry.LotteryIDIn(lotteryIDs...), liveentry.WonGT(0)).Order(liveentry.ByWon()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("winners: %w", err)
	}
	entrants, err := s.entrantsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		found[row.LotteryID] = append(found[row.LotteryID], entrants[i])
	}
	return found, nil
}

// entrantsOf shows rows, in their order, with their masked names of today.
func (s *Service) entrantsOf(ctx context.Context, rows []*db.LiveEntry) ([]*Entrant, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ShopperID
	}
	masked, err := s.identity.Masked(ctx, ids)
	if err != nil {
		return nil, err
	}
	entrants := make([]*Entrant, len(rows))
	for i, row := range rows {
		entrants[i] = &Entrant{Ticket: row.Ticket, Key: row.EntrantKey}
		if who := masked[row.ShopperID]; who != nil {
			entrants[i].Nickname = who.Nickname
		}
	}
	return entrants, nil
}
