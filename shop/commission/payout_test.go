package commission_test

import (
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// A payout whose outcome nobody has known for so long that its provider may have forgotten it is neither sent again nor given up; what the provider does know of it
// counts at any time.
func TestAPayoutOfLongAgoIsOnlyAskedAbout(t *testing.T) {
	b := open(t)
	first, _ := b.rich("z")
	b.Sandbox.SetFaults(sandbox.Faults{PayoutsLost: 1})
	w, err := b.withdraws(first, "7.00")
	b.Must(err)
	b.Work()
	for _, faults := range []sandbox.Faults{{}, {PayoutsRefused: 1000}} {
		b.Sandbox.SetFaults(faults)
		b.After(29 * 24 * time.Hour)
		b.After(time.Hour)
		b.is(first, w, commission.Sent)
		b.stands(first, "0.00 3.00 7.00 0.00 0.00 0.00")
	}
	book, err := b.Sandbox.Payouts(ctx)
	b.Must(err)
	if len(book) != 0 {
		t.Fatalf("%d payouts were sent", len(book))
	}
	b.Sandbox.SetFaults(sandbox.Faults{})
	_, err = b.Sandbox.Payout(ctx, payment.PayoutOrder{Number: payment.NumberOf(w.ID), Amount: 7_00, Currency: "CNY"}) // what an operator does
	b.Must(err)
	b.After(time.Hour)
	b.is(first, w, commission.Settled)
	b.stands(first, "0.00 3.00 0.00 7.00 0.00 0.00")
}

// A word that a payout is under way leaves the one who asks about it his task, and its next try where it was; a word that it has failed has it asked about at once.
func TestOnlyAFailureHastensAPayout(t *testing.T) {
	b := open(t)
	first, _ := b.rich("y")
	b.Sandbox.SetFaults(sandbox.Faults{PayoutDelay: time.Hour})
	w, err := b.withdraws(first, "7.00")
	b.Must(err)
	b.Work()
	said := func(outcome payment.PayoutOutcome) {
		t.Helper()
		b.Notify(payment.Notice{Payout: &payment.PayoutResult{Number: payment.NumberOf(w.ID), Outcome: outcome, Amount: 7_00}})
	}
	tries := func() int {
		return b.Count("SELECT attempts FROM deadlines WHERE kind = 'commission.payout' AND ref = ?", w.ID)
	}
	before := b.Count("SELECT ver FROM deadlines WHERE kind = 'commission.payout' AND ref = ?", w.ID)
	said(payment.PayoutProcessing)
	said(payment.PayoutWaiting)
	if now := b.Count("SELECT ver FROM deadlines WHERE kind = 'commission.payout' AND ref = ?", w.ID); now != before || tries() != 1 {
		t.Errorf("the task went from version %d to %d, after %d tries", before, now, tries())
	}
	said(payment.PayoutFailed)
	if tries() != 0 {
		t.Errorf("%d tries", tries())
	}
	b.After(time.Hour)
	b.is(first, w, commission.Settled)
}
