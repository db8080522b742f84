package deadline

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// MaxOverdue is the greatest count of Overdue.
const MaxOverdue = 10_000

// Backlog is what of one kind should have been done by now.
type Backlog struct {
	// Count is at most MaxOverdue. What is being worked on counts, too.
	Count int
	// Oldest is how long the first has been due; a try that failed starts it anew.
	Oldest time.Duration
}

// Overdue returns the backlog of each of kinds at now, none of them left out; two statements, which read what is due and nothing else.
func (d *Deadlines) Overdue(ctx context.Context, kinds []string, now time.Time) (map[string]Backlog, error) {
	found := make(map[string]Backlog, len(kinds))
	if len(kinds) == 0 {
		return found, nil
	}
	counts, firsts := make([]string, len(kinds)), make([]string, len(kinds))
	var args []any
	for i, kind := range kinds {
		counts[i] = fmt.Sprintf("SELECT %d, COUNT(*) FROM (SELECT 1 FROM deadlines WHERE kind = ? AND due_at <= ? LIMIT %d) k%d", i, MaxOverdue, i)
		firsts[i] = fmt.Sprintf("SELECT kind, due_at FROM (SELECT kind, due_at FROM deadlines WHERE kind = ? AND due_at <= ? ORDER BY due_at LIMIT 1) k%d", i)
		args = append(args, kind, now)
	}
	err := d.each(ctx, strings.Join(counts, " UNION ALL "), args, func(scan func(...any) error) error {
		var i, n int
		err := scan(&i, &n)
		found[kinds[i]] = Backlog{Count: n}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what is overdue: %w", err)
	}
	err = d.each(ctx, strings.Join(firsts, " UNION ALL "), args, func(scan func(...any) error) error {
		var kind string
		var due time.Time
		err := scan(&kind, &due)
		b := found[kind]
		b.Oldest = now.Sub(due)
		found[kind] = b
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what is longest overdue: %w", err)
	}
	return found, nil
}

func (d *Deadlines) each(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := d.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
