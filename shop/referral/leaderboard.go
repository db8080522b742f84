package referral

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/window"
	"github.com/kaituan/kaituan/shop/identity"
)

// boardKept is how old a leaderboard may be.
const boardKept = time.Minute

// boardDays are how many days the leaderboards look back: few, since each is as dear to make as it is cheap to ask for.
var boardDays = [...]int{1, 7, 30, 90, mostDays}

// boards are the leaderboards by boardDays.
type boards struct {
	mu     sync.Mutex
	byDays map[int]*window.Window[[]Rank]
}

// of is the board of so many days, an empty one the first time.
func (b *boards) of(s *Service, days int) *window.Window[[]Rank] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byDays == nil {
		b.byDays = map[int]*window.Window[[]Rank]{}
	}
	if b.byDays[days] == nil {
		b.byDays[days] = window.New[[]Rank](s.clock, boardKept)
	}
	return b.byDays[days]
}

// Leaderboard ranks the promoters whose friends had the most orders within days, rounded up to one of boardDays, that stand, at most first of them; of equals, who is here longer comes first. It is
// as of a minute ago; nicknames are those of now.
//
// Errors: fault.InvalidInput (first beyond 100, days beyond 1..365).
func (s *Service) Leaderboard(ctx context.Context, first, days int) ([]*Rank, error) {
	if err := (page.Args{First: first}).Check(); err != nil {
		return nil, err
	}
	if days < 1 || days > mostDays {
		return nil, fault.InvalidInput.Saying("`days` must be between 1 and 365.", "`days` 必须在 1 到 365 之间。")
	}
	days = boardDays[sort.SearchInts(boardDays[:], days)]
	board, err := s.boards.of(s, days).Get(ctx, func(ctx context.Context, now time.Time) (*[]Rank, error) {
		return s.board(ctx, now.Add(-time.Duration(days)*day))
	})
	if err != nil {
		return nil, err
	}
	top := (*board)[:min(first, len(*board))]
	ids := make([]string, len(top))
	for i, r := range top {
		ids[i] = r.ShopperID
	}
	shown, err := s.identity.Masked(ctx, ids)
	if err != nil {
		return nil, err
	}
	ranks := make([]*Rank, len(top))
	for i, r := range top {
		r.Promoter = shown[r.ShopperID]
		ranks[i] = &r
	}
	return ranks, nil
}

// spare is how many more than a page are read, since some of the first may not act any more.
const spare = 50

// board reads a whole leaderboard.
func (s *Service) board(ctx context.Context, since time.Time) (*[]Rank, error) {
	var found []Rank
	var ids []string
	person := identity.Person("f.first_id")
	err := s.store.Each(ctx, "SELECT "+person+` person, SUM(f.n) n FROM (SELECT first_id, COUNT(*) n FROM referred_orders WHERE paid_at > ? AND first_id IS NOT NULL AND lost_at IS NULL
		GROUP BY first_id) f GROUP BY person ORDER BY n DESC, person LIMIT ?`, []any{since, page.MaxFirst + spare}, func(scan func(...any) error) error {
		var r Rank
		err := scan(&r.ShopperID, &r.Orders)
		found, ids = append(found, r), append(ids, r.ShopperID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rank promoters: %w", err)
	}
	active, err := s.identity.Active(ctx, ids)
	if err != nil {
		return nil, err
	}
	standings, err := s.Standings(ctx, ids)
	if err != nil {
		return nil, err
	}
	board := []Rank{}
	for _, r := range found {
		if active[r.ShopperID] == "" || len(board) == page.MaxFirst {
			continue
		}
		r.Rank, r.Tier = len(board)+1, standings[r.ShopperID].Tier
		board = append(board, r)
	}
	return &board, nil
}
