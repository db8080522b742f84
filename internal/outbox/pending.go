package outbox

import (
	"context"
	"fmt"
)

// MaxPending is the greatest count of Pending.
const MaxPending = 10_000

// Pending counts the facts that some consumer has not had yet, at most MaxPending.
func (o *Outbox) Pending(ctx context.Context) (n int, err error) {
	rows, err := o.store.SQL(ctx).QueryContext(ctx, fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM facts WHERE pending = ? LIMIT %d) p", MaxPending), true)
	if err != nil {
		return 0, fmt.Errorf("count pending facts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, fmt.Errorf("count pending facts: %w", err)
		}
	}
	return n, rows.Err()
}
