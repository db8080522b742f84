package points

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointlot"
	"github.com/kaituan/kaituan/internal/fault"
)

// book is one shopper's account, open in a transaction that has touched the shopper: what is posted in it is written by close.
type book struct {
	*Service
	shopperID string
	now       time.Time
	acc       *db.PointAccount
	fresh     bool // the account has no row yet
	gone      bool // the shopper has been erased: what comes back to him is forfeited
	lots      map[string]*lot
	postings  []*posting
	earned    map[string]int64 // what is to be added to its days
	owes      []*owed          // nil until they are read
	// expireBy and remindBy are the deadlines that must not come later, nil when they stand as they are.
	expireBy, remindBy *time.Time
}

// lot is a lot as the transaction has it so far.
type lot struct {
	*db.PointLot
	fresh, changed bool
}

// account is a column of the ledger.
type account string

const (
	available  account = "AVAILABLE"
	held       account = "HELD"
	debt       account = "DEBT" // stands below zero by what is owed
	issued     account = "ISSUED"
	redeemed   account = "REDEEMED"
	expired    account = "EXPIRED"
	revoked    account = "REVOKED"
	settlement account = "SETTLEMENT"
	transfer   account = "TRANSFER"
)

// entry is one side of a posting.
type entry struct {
	account account
	holder  string
	lotID   *string
	amount  int64
}

// posting is a movement that is about to be written.
type posting struct {
	Entry
	lotID, reverses *string
	entries         []entry
}

// about is what a posting says of itself.
type about struct {
	owner, channel, reason, reference string
}

// open touches the shopper, or whoever he has become part of, and opens his book for a movement of his own.
//
// Errors: those of identity.Touch but for ErrMerged.
func (s *Service) open(ctx context.Context, shopperID string) (*book, error) {
	person, err := s.identity.TouchPerson(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	return s.bookOf(ctx, person)
}

// openAnyway is open for what the shop owes somebody, also when he is banned or erased; then the account's row is what his movements wait for.
func (s *Service) openAnyway(ctx context.Context, shopperID string) (*book, error) {
	person, err := s.identity.TouchPerson(ctx, shopperID)
	if !errors.Is(err, fault.Unauthenticated) {
		if err != nil {
			return nil, err
		}
		return s.bookOf(ctx, person)
	}
	if _, err := s.store.Exec(ctx, "UPDATE point_accounts SET ver = ver + 1 WHERE shopper_id = ?", person); err != nil {
		return nil, fmt.Errorf("open the account of %s: %w", person, err)
	}
	gone, err := s.identity.Erased(ctx, person)
	if err != nil {
		return nil, err
	}
	b, err := s.bookOf(ctx, person)
	if err == nil {
		b.gone = gone
	}
	return b, err
}

// bookOf opens a book whose shopper was touched, and first books what has run out.
func (s *Service) bookOf(ctx context.Context, shopperID string) (*book, error) {
	b := &book{Service: s, shopperID: shopperID, now: s.clock(), lots: map[string]*lot{}}
	var err error
	if b.acc, b.fresh, err = s.account(ctx, shopperID); err != nil {
		return nil, err
	}
	if b.acc.ExpireDue == nil || b.acc.ExpireDue.After(b.now) {
		return b, nil
	}
	return b, b.sweep(ctx)
}

// A movement is mostly paid by the first few lots; when they are not enough, many are read at once.
const (
	firstLook   = 8
	lotsPerLook = 200
)

// live reads the lots, first to expire first, until they have enough points.
func (b *book) live(ctx context.Context, enough int64) ([]*lot, error) {
	var lots []*lot
	seen := map[string]bool{}
	add := func(l *lot) {
		if !seen[l.ID] {
			seen[l.ID] = true
			lots = append(lots, l)
		}
	}
	for _, l := range b.lots { // what this transaction has put into them is not in their rows yet
		if l.changed && l.Remaining > 0 {
			add(l)
		}
	}
	for offset, look := 0, firstLook; enough > 0 || offset == 0; offset, look = offset+look, lotsPerLook {
		rows, err := b.openLots(ctx, offset, look)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			l := b.know(row)
			add(l)
			enough -= l.Remaining
		}
		if len(rows) < look {
			break
		}
	}
	return lots, nil
}

// know keeps a row that was read, unless the transaction has a newer state of it.
func (b *book) know(row *db.PointLot) *lot {
	if l := b.lots[row.ID]; l != nil {
		return l
	}
	l := &lot{PointLot: row}
	b.lots[row.ID] = l
	return l
}

// lotsOf reads lots by their ids.
func (b *book) lotsOf(ctx context.Context, ids []string) error {
	rows, err := b.store.Client(ctx).PointLot.Query().Where(pointlot.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("lots of %s: %w", b.shopperID, err)
	}
	for _, row := range rows {
		b.know(row)
	}
	for _, lotID := range ids {
		if b.lots[lotID] == nil {
			return lost("find lot", lotID)
		}
	}
	return nil
}
