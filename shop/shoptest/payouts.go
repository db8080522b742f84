package shoptest

import (
	"context"

	"github.com/kaituan/kaituan/shop/payment"
)

// payoutsAgree compares the sandbox's book of payouts with ours: each was paid once, and so much, or not at all.
func (s *Shop) payoutsAgree() {
	s.TB.Helper()
	theirs, err := s.Sandbox.Payouts(context.Background())
	s.Must(err)
	ours := s.withdrawn()
	for number, p := range theirs {
		paid, known := ours[number]
		if !known || (p.Outcome == payment.PayoutSettled) != (paid > 0) || paid > 0 && paid != p.Amount {
			s.TB.Errorf("payout %s: the sandbox has %s of %d, we have paid %d (known: %v)", number, p.Outcome, p.Amount, paid, known)
		}
	}
	for number, paid := range ours {
		if _, known := theirs[number]; !known && paid > 0 {
			s.TB.Errorf("payout %s: we have paid %d, the sandbox knows nothing of it", number, paid)
		}
	}
}

// withdrawn is what our withdrawals from the sandbox have paid, by number; 0: not, or not yet.
func (s *Shop) withdrawn() map[string]int64 {
	s.TB.Helper()
	rows, err := s.Store.SQL(context.Background()).QueryContext(context.Background(), "SELECT id, state, amount FROM withdrawals WHERE provider = 'SANDBOX'")
	s.Must(err)
	defer rows.Close()
	ours := map[string]int64{}
	for rows.Next() {
		var id, state string
		var amount int64
		s.Must(rows.Scan(&id, &state, &amount))
		if state != "SETTLED" {
			amount = 0
		}
		ours[payment.NumberOf(id)] = amount
	}
	s.Must(rows.Err())
	return ours
}
