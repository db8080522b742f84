package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"

	"github.com/kaituan/kaituan/internal/text"
)

// Bounds of a query.
const (
	maxQuery      = 64  // characters as typed
	maxQueryFull  = 256 // characters once compatibility forms are written out
	maxQueryWords = 8
	maxFilterTags = 20
	maxProbes     = 64
	// rare is how many products may have a gram before a second and third one narrow it further.
	rare = 1000
)

// queryWords cuts a query into the words that a product must have.
func queryWords(query string) ([]string, error) {
	if utf8.RuneCountInString(query) > maxQuery {
		return nil, fault.InvalidInput.Saying("A query has at most 64 characters.", "搜索词最多 64 个字符。")
	}
	found := text.Words(query)
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) > maxQueryWords || utf8.RuneCountInString(strings.Join(found, "")) > maxQueryFull {
		return nil, fault.InvalidInput.Saying("A query has at most 8 words.", "搜索词最多 8 个词。")
	}
	return found, nil
}

// narrow adds what the query and the filter ask for.
func (s *Service) narrow(ctx context.Context, l *listing, args ListArgs) error {
	if err := s.filter(ctx, l, args.Filter); err != nil {
		return err
	}
	if len(l.words) == 0 || l.nothing {
		return nil
	}
	for _, word := range l.words {
		l.add("INSTR(p.search_text, ?) > 0", word)
	}
	return s.drive(ctx, l)
}

func (s *Service) filter(ctx context.Context, l *listing, f *Filter) error {
	if f == nil {
		return nil
	}
	if err := s.filterGrouped(ctx, l, f.HasGroupBuy); err != nil {
		return err
	}
	if len(f.Tags) > maxFilterTags {
		return fault.InvalidInput.Saying("At most 20 tags.", "最多 20 个标签。")
	}
	for _, tag := range f.Tags {
		l.add("EXISTS (SELECT 1 FROM product_tags t WHERE t.tag = ? AND t.product_id = p.id)", strings.TrimSpace(tag))
	}
	if f.InStock != nil {
		exists := "EXISTS (SELECT 1 FROM stocks k WHERE k.product_id = p.id AND k.available > 0)"
		if !*f.InStock {
			exists = "NOT " + exists
		}
		l.add(exists)
	}
	if err := s.filterPrice(l, f.PriceMin, "p.price_min >= ?"); err != nil {
		return err
	}
	if err := s.filterPrice(l, f.PriceMax, "p.price_min <= ?"); err != nil {
		return err
	}
	return s.filterCategory(ctx, l, f.CategoryID)
}

func (s *Service) filterPrice(l *listing, bound *money.Decimal, cond string) error {
	if bound == nil {
		return nil
	}
	amount, err := money.Parse(string(*bound), s.currency)
	if err != nil {
		return fault.InvalidInput.Saying("A price is not an amount of the shop's currency.", "价格格式无效。")
	}
	l.add(cond, amount)
	return nil
}

// filterGrouped takes the products with a campaign that opens groups, or those without.
func (s *Service) filterGrouped(ctx context.Context, l *listing, wanted *bool) error {
	if wanted == nil {
		return nil
	}
	var ids []string
	if s.grouped != nil {
		var err error
		if ids, err = s.grouped(ctx); err != nil {
			return fmt.Errorf("products with a group price: %w", err)
		}
	}
	switch {
	case len(ids) > 0:
		args := make([]any, len(ids))
		for i, id := range ids {
			args[i] = id
		}
		not := ""
		if !*wanted {
			not = "NOT "
		}
		l.add("p.id "+not+"IN ("+placeholders(len(ids))+")", args...)
	case *wanted:
		l.nothing = true
	}
	return nil
}

// filterCategory takes a category with all below it; of one that does not exist there are no products.
func (s *Service) filterCategory(ctx context.Context, l *listing, categoryID *string) error {
	if categoryID == nil {
		return nil
	}
	c, err := s.Category(ctx, *categoryID)
	if err != nil {
		return err
	}
	if c == nil {
		l.nothing = true
		return nil
	}
	ids := c.within()
	l.add("p.category_id IN ("+placeholders(len(ids))+")", ids...)
	return nil
}

// probe is a gram to look up, or, for a word of one character, the first character of grams.
type probe struct {
	gram   string
	prefix bool
	count  int // products that have it, at most rare
}

func (p probe) cond(alias string) (string, []any) {
	if !p.prefix {
		return alias + "gram = ?", []any{p.gram}
	}
	r, _ := utf8.DecodeRuneInString(p.gram)
	return alias + "gram >= ? AND " + alias + "gram < ?", []any{p.gram, string(successor(r))}
}

// successor is the next character; the gap of the surrogates lies between U+D7FF and U+E000.
func successor(r rune) rune {
	if r+1 == 0xD800 {
		return 0xE000
	}
	return min(r+1, utf8.MaxRune)
}

// drive makes the list start from the products that have the query's rarest gram, so that a rare word never reads the table. How rare each is, one
// statement asks, reading at most rare entries of the index per gram. When all are common, the three rarest are intersected in the index.
func (s *Service) drive(ctx context.Context, l *listing) error {
	probes := probesOf(l.words)
	if err := s.measure(ctx, probes); err != nil {
		return fmt.Errorf("measure a query's grams: %w", err)
	}
	slices.SortStableFunc(probes, func(a, b probe) int { return cmp.Compare(a.count, b.count) })
	if probes[0].count == 0 {
		l.nothing = true
		return nil
	}
	take := 1
	if l.common = probes[0].count >= rare; l.common {
		take = min(3, len(probes))
	}
	l.start(probes[:take])
	return nil
}

// start joins the products that have all of probes with the rest of each product.
func (l *listing) start(probes []probe) {
	l.tables = nil
	for i, p := range probes {
		name := fmt.Sprintf("g%d", i)
		table := "product_grams " + name
		if p.prefix { // several grams of one product may begin with the character
			cond, args := p.cond("")
			table = fmt.Sprintf("(SELECT DISTINCT product_id FROM product_grams WHERE %s) %s", cond, name)
			l.fromArgs = append(l.fromArgs, args...)
		} else {
			cond, args := p.cond(name + ".")
			l.gramConds, l.gramArgs = append(l.gramConds, cond), append(l.gramArgs, args...)
		}
		if i > 0 {
			table += fmt.Sprintf(" ON %s.product_id = g0.product_id", name)
		}
		l.tables = append(l.tables, table)
	}
	l.tables = append(l.tables, "products p ON p.id = g0.product_id")
}

// probesOf gives the grams of the words: pairs of characters, or one character that must begin a gram.
func probesOf(words []string) []probe {
	var probes []probe
	seen := map[string]bool{}
	for _, word := range words {
		runes := []rune(word)
		for i := range max(1, len(runes)-1) {
			gram := string(runes[i:min(i+2, len(runes))])
			if !seen[gram] && len(probes) < maxProbes {
				seen[gram] = true
				probes = append(probes, probe{gram: gram, prefix: len(runes) == 1})
			}
		}
	}
	return probes
}

func (s *Service) measure(ctx context.Context, probes []probe) error {
	parts := make([]string, len(probes))
	var args []any
	for i, p := range probes {
		cond, more := p.cond("")
		parts[i] = fmt.Sprintf("SELECT %d, COUNT(*) FROM (SELECT 1 FROM product_grams WHERE %s LIMIT %d) c%d", i, cond, rare, i)
		args = append(args, more...)
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, strings.Join(parts, " UNION ALL "), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var i, n int
		if err := rows.Scan(&i, &n); err != nil {
			return err
		}
		probes[i].count = n
	}
	return rows.Err()
}
