package order

import (
	"context"
	"fmt"
)

// maxBacklog bounds what RefundsOpen counts.
const maxBacklog = 10_000

// RefundsOpen counts the refunds whose money is under way, by state: APPROVED, and FAILED, which the provider refused and which are tried again. At most 10,000
// in all; one statement, which reads those and no others.
func (s *Service) RefundsOpen(ctx context.Context) (map[RefundState]int, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, fmt.Sprintf(`SELECT r.state, COUNT(*) FROM (SELECT ref FROM deadlines WHERE kind = ? LIMIT %d) d
		JOIN refunds r ON r.id = d.ref GROUP BY r.state`, maxBacklog), RefundDeadline)
	if err != nil {
		return nil, fmt.Errorf("count open refunds: %w", err)
	}
	defer rows.Close()
	open := map[RefundState]int{RefundApproved: 0, RefundFailed: 0}
	for rows.Next() {
		var state RefundState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("count open refunds: %w", err)
		}
		if _, counts := open[state]; counts {
			open[state] = n
		}
	}
	return open, rows.Err()
}
