package commission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/withdrawal"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/payment"
)

// payoutReason is what the payee reads in his wallet.
const payoutReason = "推广佣金提现"

const (
	payoutRetry = 5 * time.Second
	// operatorAfter is when a payout that does not come to an end becomes an operator's task; it goes on being asked about, hourly.
	operatorAfter = 3 * 24 * time.Hour
	// refusalFinal is how long after a payout was sent a refusal may be overtaken by an earlier call of it, whose outcome is unknown.
	refusalFinal = 15 * time.Minute
	// forgottenAfter is when providers begin to forget payouts (WeChat: thirty days): one that they know nothing of may have been paid all the same.
	forgottenAfter = 29 * 24 * time.Hour
)

// OutsideHandlers are the deadlines that wait for a provider.
func (s *Service) OutsideHandlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{PayoutDeadline: s.SendPayout}
}

// SendPayout has a withdrawal paid, under one number for good. That it is SENT is committed before the provider hears of it; from then on the provider is asked by
// that number what became of it, and only what it has never heard of is sent again, until it may have forgotten it.
func (s *Service) SendPayout(ctx context.Context, t *deadline.Task) error {
	w, err := s.store.Client(ctx).Withdrawal.Get(ctx, t.Ref)
	if err != nil {
		return fmt.Errorf("withdrawal %s: %w", t.Ref, err)
	}
	if w.State == withdrawal.StateSETTLED || w.State == withdrawal.StateFAILED {
		return s.store.InTx(ctx, t.Done)
	}
	again := w.State == withdrawal.StateSENT
	if !again {
		sent, err := s.store.GuardAlone(ctx, "UPDATE withdrawals SET state = 'SENT', sent_at = ?, ver = ver + 1 WHERE id = ? AND state = 'REQUESTED'", s.clock(), w.ID)
		if err == nil && !sent {
			err = lost("send", w.ID)
		}
		if err != nil {
			return fmt.Errorf("send %s: %w", w.ID, err)
		}
	}
	order, err := s.payoutOf(ctx, w)
	if err != nil {
		return err
	}
	if again && !s.clock().Before(w.SentAt.Add(forgottenAfter)) {
		return s.askOnly(ctx, t, w, order)
	}
	result, err := s.payments.Payout(ctx, w.Provider, order, again, w.Confirm == nil)
	if again && errors.Is(err, payment.ErrRefused) && s.clock().Before(w.SentAt.Add(refusalFinal)) {
		return fmt.Errorf("send %s, while an earlier call may still arrive: %w", w.ID, err)
	}
	return s.heard(ctx, t, w, result, err)
}

// askOnly asks hourly about a payout that may have been paid so long ago that its provider knows nothing of it any more: to send it again might pay it twice, to
// give it up once too often.
func (s *Service) askOnly(ctx context.Context, t *deadline.Task, w *db.Withdrawal, order payment.PayoutOrder) error {
	result, err := s.payments.AskPayout(ctx, w.Provider, order)
	if err == nil {
		return s.heard(ctx, t, w, result, nil)
	}
	slog.ErrorContext(ctx, "nobody knows whether a payout of long ago was paid, it waits for an operator", "withdrawal", w.ID, "provider", w.Provider, "error", err)
	return s.store.InTx(ctx, func(ctx context.Context) error { return t.Failed(ctx, s.clock().Add(time.Hour), err) })
}

// heard records what the provider, asked or told, has said of a payout.
func (s *Service) heard(ctx context.Context, t *deadline.Task, w *db.Withdrawal, result payment.PayoutResult, err error) error {
	refused := errors.Is(err, payment.ErrRefused)
	switch {
	case err == nil && result.Outcome == payment.PayoutSettled:
		return s.finish(ctx, t, w, s.settle)
	case refused || err == nil && result.Outcome == payment.PayoutFailed:
		slog.WarnContext(ctx, "a payout was refused, and its amount is available again", "withdrawal", w.ID, "error", err)
		return s.finish(ctx, t, w, s.fail)
	case err != nil: // unknown: asked again by the same number
		return fmt.Errorf("send %s: %w", w.ID, err)
	}
	return s.wait(ctx, t, w, result)
}

// payoutOf is what the provider is told of a withdrawal: always the same.
func (s *Service) payoutOf(ctx context.Context, w *db.Withdrawal) (payment.PayoutOrder, error) {
	o := payment.PayoutOrder{Number: payment.NumberOf(w.ID), Amount: w.Amount, Currency: s.currency, Reason: payoutReason}
	if w.Payee == nil {
		return o, nil
	}
	payee, err := s.identity.Unseal(ctx, w.ShopperID, w.Payee)
	if err != nil {
		return o, fmt.Errorf("payee of %s: %w", w.ID, err)
	}
	o.PayeeID = string(payee)
	return o, nil
}

// finish ends the task with its effect.
func (s *Service) finish(ctx context.Context, t *deadline.Task, w *db.Withdrawal, effect func(ctx context.Context, w *db.Withdrawal) error) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := effect(ctx, w); err != nil {
			return err
		}
		return t.Done(ctx)
	})
}

// wait asks again later about a payout that is under way, and keeps what its payee needs to confirm it.
func (s *Service) wait(ctx context.Context, t *deadline.Task, w *db.Withdrawal, result payment.PayoutResult) error {
	now := s.clock()
	if now.Sub(t.Since) > operatorAfter {
		slog.ErrorContext(ctx, "a payout does not come to an end and waits for an operator", "withdrawal", w.ID, "outcome", result.Outcome, "attempts", t.Attempts+1)
	}
	var confirm []byte
	if len(result.Confirm) > 0 {
		plain, err := json.Marshal(result.Confirm)
		if err != nil {
			return fmt.Errorf("confirmation of %s: %w", w.ID, err)
		}
		if confirm, err = s.identity.Seal(ctx, w.ShopperID, plain); err != nil {
			return fmt.Errorf("confirmation of %s: %w", w.ID, err)
		}
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.keepConfirm(ctx, w.ID, result.Outcome, confirm); err != nil {
			return err
		}
		return t.Again(ctx, t.NextTry(now, payoutRetry, operatorAfter))
	})
}

// keepConfirm keeps what the payee's confirm call needs while the wallet waits for him, and forgets it when it does not.
func (s *Service) keepConfirm(ctx context.Context, withdrawalID string, outcome payment.PayoutOutcome, confirm []byte) error {
	query, args := "UPDATE withdrawals SET confirm = ?, ver = ver + 1 WHERE id = ? AND state = 'SENT'", []any{confirm, withdrawalID}
	switch {
	case outcome != payment.PayoutWaiting:
		query, args = "UPDATE withdrawals SET confirm = NULL, ver = ver + 1 WHERE id = ? AND state = 'SENT' AND confirm IS NOT NULL", []any{withdrawalID}
	case confirm == nil:
		return nil
	}
	_, err := s.store.Guard(ctx, query, args...)
	return wrap(err, "confirmation of %s", withdrawalID)
}

// settle records that a withdrawal was paid, once, in the transaction of ctx. One that was given up, because its provider had refused it and knew nothing of it,
// counts as paid all the same when the provider says so: what was made available again is taken back, or owed.
func (s *Service) settle(ctx context.Context, w *db.Withdrawal) error {
	return s.end(ctx, w, "SETTLED", func(a *account, from withdrawal.State) {
		p := parts{inPayout: -w.Amount}
		if from == withdrawal.StateFAILED {
			slog.ErrorContext(ctx, "a payout that had failed was paid", "withdrawal", w.ID, "provider", w.Provider)
			p = a.charge(w.Amount)
		}
		p.withdrawn = w.Amount
		a.move(settled, w.ID, nil, p)
	}, withdrawal.StateSENT, withdrawal.StateFAILED)
}

// fail records that a withdrawal will not be paid, once, in the transaction of ctx: its amount is available again, less what is owed.
func (s *Service) fail(ctx context.Context, w *db.Withdrawal) error {
	return s.end(ctx, w, "FAILED", func(a *account, _ withdrawal.State) {
		p := a.income(w.Amount)
		p.inPayout = -w.Amount
		a.move(failed, w.ID, nil, p)
	}, withdrawal.StateSENT)
}

// end moves a withdrawal from the first of the states that it is in, and its owner's money with it; nothing when it is in none of them.
func (s *Service) end(ctx context.Context, w *db.Withdrawal, to string, move func(a *account, from withdrawal.State), from ...withdrawal.State) error {
	owner, err := s.identity.TouchPerson(ctx, w.ShopperID)
	if err != nil && !errors.Is(err, fault.Unauthenticated) { // money moves whatever became of its owner
		return err
	}
	now := s.clock()
	for _, state := range from {
		ended, err := s.store.Guard(ctx, "UPDATE withdrawals SET state = ?, settled_at = ?, confirm = NULL, ver = ver + 1 WHERE id = ? AND state = ?",
			to, settledAt(to, now), w.ID, string(state))
		if err != nil {
			return fmt.Errorf("end %s: %w", w.ID, err)
		}
		if !ended {
			continue
		}
		accounts, err := s.open(ctx, owner)
		if err != nil {
			return err
		}
		move(accounts[owner], state)
		return s.close(ctx, accounts, now)
	}
	return nil
}

func settledAt(state string, now time.Time) any {
	if state == "SETTLED" {
		return now
	}
	return nil
}

// OnPayout is a provider's word about a payout, verified: that it was paid is recorded at once, that it failed is what SendPayout asks about, soon. That it is still
// under way changes nothing: who asks about it at this moment keeps his task. A word about another amount, or about no withdrawal of the provider's, alarms and
// changes nothing, too.
func (s *Service) OnPayout(ctx context.Context, provider payment.Provider, result *payment.PayoutResult) error {
	w, err := s.store.Client(ctx).Withdrawal.Query().Where(withdrawal.ID("wdr_"+result.Number), withdrawal.Provider(provider.Code())).Only(ctx)
	if db.IsNotFound(err) {
		slog.ErrorContext(ctx, "a payout notice names no withdrawal of ours", "provider", provider.Code(), "number", result.Number)
		return nil
	}
	if err != nil {
		return fmt.Errorf("find payout %s: %w", result.Number, err)
	}
	fits := result.Amount == w.Amount
	if !fits {
		slog.ErrorContext(ctx, "a payout notice is about another amount", "withdrawal", w.ID, "amount", w.Amount, "said", result.Amount)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if fits && result.Outcome == payment.PayoutSettled && w.State != withdrawal.StateREQUESTED {
			if err := s.settle(ctx, w); err != nil {
				return err
			}
			return s.deadlines.Cancel(ctx, PayoutDeadline, w.ID)
		}
		if w.State != withdrawal.StateSENT || result.Outcome != payment.PayoutFailed {
			return nil
		}
		now := s.clock()
		return s.deadlines.Set(ctx, PayoutDeadline, w.ID, now, now)
	})
}
