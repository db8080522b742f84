package app_test

import (
	"context"
	"regexp"
	"testing"
)

// exec runs statements in one transaction: for what only a fault would bring about.
func (s *shop) exec(statements ...string) {
	s.t.Helper()
	err := s.Store.InTx(s.t.Context(), func(ctx context.Context) error {
		for _, statement := range statements {
			if _, err := s.Store.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// An operator sees what the workers have before them: what is overdue by kind, facts that wait, refunds that the provider refuses.
func TestBacklogIsMeasured(t *testing.T) {
	s := openShop(t)
	paid := s.shopper("ming").paid(s.goods(1, 10)[0])
	refund := s.partner().do(refundRequest, vars{"in": vars{"idempotencyKey": key(), "orderId": paid.order, "reason": "broken"}}).str("refundRequest.refund.id")
	s.partner().do(refundDecide, vars{"in": vars{"refundId": refund, "approve": true}})
	s.shopper("ming").becomes(paid.order, "REFUNDED")
	eventually(t, "no fact waits", func() bool {
		n, err := s.factsPending()
		return err == nil && n == 0
	})
	const late = "'2026-01-01 00:00:00', '9000-01-01 00:00:00', 0, '2026-01-01 00:00:00')" // due, and some worker's who never comes back
	s.exec("UPDATE refunds SET state = 'FAILED' WHERE id = '"+refund+"'",
		"INSERT INTO deadlines (ver, kind, ref, due_at, leased_until, attempts, created_at) VALUES (1, 'refund.send', '"+refund+"', "+late,
		"INSERT INTO deadlines (ver, kind, ref, due_at, leased_until, attempts, created_at) VALUES (1, 'group.expire', '"+nobodysGroup+"', "+late,
		"INSERT INTO facts (id, ver, aggregate, aggregate_ver, topic, payload, pending, due_at, attempts, created_at) VALUES ('fct_x', 1, 'ord_x', 1, 'Never', '{}', 1, '9000-01-01 00:00:00', 0, '2026-01-01 00:00:00')")
	_, page := s.fetch("GET", "/metrics")
	_, again := s.fetch("GET", "/metrics")
	s.exec("DELETE FROM deadlines WHERE due_at < '2026-01-02'", "DELETE FROM facts WHERE id = 'fct_x'", "UPDATE refunds SET state = 'SETTLED' WHERE id = '"+refund+"'")
	ours := regexp.MustCompile(`(?m)^kaituan_(deadlines|facts|refunds).*$`).FindAllString(page, -1)
	for _, want := range []string{
		`kaituan_deadlines_overdue\{kind="group\.expire"\} 1`, `kaituan_deadlines_oldest_seconds\{kind="group\.expire"\} [1-9][\d.e+]{4,}`,
		`kaituan_deadlines_overdue\{kind="refund\.send"\} 1`,
		`kaituan_deadlines_overdue\{kind="order\.unpaid"\} 0`, `kaituan_deadlines_oldest_seconds\{kind="order\.unpaid"\} 0`,
		`kaituan_facts_pending 1`, `kaituan_refunds_open\{state="APPROVED"\} 0`, `kaituan_refunds_open\{state="FAILED"\} 1`,
		`kaituan_sql_statements_total\{kind="read"\} [1-9]\d*`, `kaituan_sql_statements_total\{kind="write"\} [1-9]\d*`,
	} {
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(page) {
			t.Errorf("no %s in %q", want, ours)
		}
	}
	if theirs := regexp.MustCompile(`(?m)^kaituan_(deadlines|facts|refunds).*$`).FindAllString(again, -1); len(theirs) != len(ours) || theirs[0] != ours[0] {
		t.Errorf("asked again at once: %q, then %q", ours, theirs)
	}
}

func (s *shop) factsPending() (n int, err error) {
	err = s.Store.Reader().QueryRowContext(s.t.Context(), "SELECT COUNT(*) FROM facts WHERE pending = 1").Scan(&n)
	return n, err
}
