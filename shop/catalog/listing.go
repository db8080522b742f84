package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/page"
)

// listing is one list on its way to SQL.
type listing struct {
	words []string
	sort  Sort
	kind  string
	// tables are joined in this order: the rarest gram of the query first.
	tables   []string
	fromArgs []any
	// conds are on products p alone, gramConds on the grams joined with it.
	conds, gramConds []string
	args, gramArgs   []any
	// common: every gram of the query is, so that a page is likely to be found among the next products of the order.
	common bool
	// nothing: the list is empty, whatever the catalogue holds.
	nothing bool
}

// columns of each order, and the direction in which they and the id go.
var orders = map[Sort]struct{ column, direction, compare string }{
	Newest:      {"p.created_at", "DESC", "<"},
	Relevance:   {"p.created_at", "DESC", "<"},
	BestSelling: {"p.sold_count", "DESC", "<"},
	PriceAsc:    {"p.price_min", "ASC", ">"},
	PriceDesc:   {"p.price_min", "DESC", "<"},
}

func (s *Service) listing(args ListArgs) (*listing, error) {
	found, err := queryWords(args.Query)
	if err != nil {
		return nil, err
	}
	l := &listing{words: found, sort: args.Sort, tables: []string{"products p"}, conds: []string{"p.visible = 1"}}
	blank := strings.TrimSpace(args.Query) == ""
	l.nothing = !blank && len(found) == 0 // punctuation only: nothing has it
	if l.sort == "" {
		l.sort = Relevance
	}
	if l.sort == Relevance && blank {
		l.sort = Newest
	}
	if _, known := orders[l.sort]; !known {
		return nil, fault.InvalidInput
	}
	sum := sha256.Sum256([]byte(strings.Join(found, " ") + "\n" + toJSON(args.Filter)))
	l.kind = "products:" + string(l.sort) + ":" + hex.EncodeToString(sum[:6])
	return l, nil
}

func (l *listing) byTime() bool { return l.sort == Newest || l.sort == Relevance }

func (l *listing) cursor(k key) string { return page.Encode(l.kind, k) }

// after reads a cursor; nil: from the start.
func (l *listing) after(cursor string) (*key, error) {
	if cursor == "" {
		return nil, nil
	}
	var k key
	if err := page.Decode(cursor, l.kind, &k); err != nil {
		return nil, err
	}
	// A forged time that no database can hold must not become an error of the database's.
	if !id.Is(k.ID, "prd") || l.byTime() && (k.Sort < 0 || k.Sort > lastMicro) {
		return nil, fault.InvalidCursor
	}
	return &k, nil
}

// lastMicro ends the year 9999.
var lastMicro = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).UnixMicro()

func (l *listing) add(cond string, args ...any) {
	l.conds, l.args = append(l.conds, cond), append(l.args, args...)
}

func (l *listing) from() string { return strings.Join(l.tables, " JOIN ") }

func (l *listing) where() (string, []any) {
	return strings.Join(slices.Concat(l.conds, l.gramConds), " AND "), slices.Concat(l.args, l.gramArgs)
}

// rank tells title matches from tag matches: search_text has the title in its first line, so every word must begin before the first line's end.
func (l *listing) rank() (string, []any) {
	if l.sort != Relevance {
		return "0", nil
	}
	conds := make([]string, len(l.words))
	args := make([]any, len(l.words))
	for i, word := range l.words {
		conds[i], args[i] = "INSTR(p.search_text, ?) < INSTR(p.search_text, '\n')", word
	}
	return "CASE WHEN " + strings.Join(conds, " AND ") + " THEN 0 ELSE 1 END", args
}

// statement selects id, sort key and rank of a page.
func (l *listing) statement(after *key, limit int) (string, []any) {
	by := orders[l.sort]
	rank, rankArgs := l.rank()
	where, whereArgs := l.where()
	args := append(append(append([]any{}, rankArgs...), l.fromArgs...), whereArgs...)
	if after != nil {
		cond, more := l.beyond(after, rank, rankArgs)
		where, args = where+" AND "+cond, append(args, more...)
	}
	order := by.column + " " + by.direction + ", p.id " + by.direction
	if l.sort == Relevance {
		order = "ranked, " + order
	}
	return fmt.Sprintf("SELECT p.id, %s, %s AS ranked FROM %s WHERE %s ORDER BY %s LIMIT %d", by.column, rank, l.from(), where, order, limit), args
}

// window is how many products of the order are looked through before a common word is searched by its grams.
const window = 2000

// windowed is statement over the next products of the order only, and, by Relevance, over one rank. When it fills a page, that is the page; when it does
// not, nothing follows. It spares sorting half the catalogue to show the first twenty products of a word that half the catalogue has.
func (l *listing) windowed(after *key, limit int) (string, []any) {
	by := orders[l.sort]
	next, args := "p.visible = 1", []any(nil)
	rank, wanted := "0", 0
	if after != nil {
		wanted = after.Rank
		cond, more := l.past(after)
		next, args = next+" AND "+cond, more
	}
	order := by.column + " " + by.direction + ", p.id " + by.direction
	where := strings.Join(l.conds, " AND ")
	args = slices.Concat(args, l.args)
	if l.sort == Relevance {
		expression, more := l.rank()
		rank = fmt.Sprint(wanted)
		where, args = where+" AND "+expression+" = "+rank, append(args, more...)
	}
	return fmt.Sprintf("SELECT p.id, %s, %s AS ranked FROM (SELECT id, visible, created_at, sold_count, price_min, category_id, search_text "+
		"FROM products p WHERE %s ORDER BY %s LIMIT %d) p WHERE %s ORDER BY %s LIMIT %d", by.column, rank, next, order, window, where, order, limit), args
}

// beyond is what comes after a key in the list.
func (l *listing) beyond(after *key, rank string, rankArgs []any) (string, []any) {
	cond, args := l.past(after)
	if l.sort != Relevance {
		return cond, args
	}
	both := append(append([]any{}, rankArgs...), after.Rank)
	both = append(append(both, rankArgs...), after.Rank)
	return "(" + rank + " > ? OR " + rank + " = ? AND " + cond + ")", append(both, args...)
}

// past is what comes after a key among those of its rank. The first condition alone is a range of the order's index.
func (l *listing) past(after *key) (string, []any) {
	by := orders[l.sort]
	var at any = after.Sort
	if l.byTime() {
		at = time.UnixMicro(after.Sort).UTC()
	}
	return fmt.Sprintf("(%s %s= ? AND (%s %s ? OR p.id %s ?))", by.column, by.compare, by.column, by.compare, by.compare), []any{at, at, after.ID}
}
