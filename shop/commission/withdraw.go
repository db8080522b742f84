package commission

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
)

// WithdrawInput asks for a payout. Amount is in major units of the shop's currency.
type WithdrawInput struct {
	IdempotencyKey string
	Amount         money.Decimal
}

// payeeRests is how long an identity must have been the person's before money goes to it, unless his account was made with it: who takes a session over and links a
// wallet of his own is not paid before the person can have noticed.
const payeeRests = 24 * time.Hour

// PayoutDeadline is when a withdrawal's payout is to be sent, or asked about; its reference is the withdrawal's id.
const PayoutDeadline = "commission.payout"

// Withdraw takes an amount of what is available, to be paid into the channel's wallet of the person. One key, one withdrawal: the same key with the same amount, however it is written,
// returns it as it is now. The payout follows by itself.
//
// Errors: fault.KeyReused, fault.Invalid (amount), ErrNoWallet, ErrCredit, fault.OutOfRange (outside the programme's least and most; Available is the bound in minor
// units), fault.TooOften (of one day, or to an identity that came to the person within payeeRests; RetryAfter says until when), ErrInsufficient (Available is what is available in minor units); those of identity.Touch.
func (s *Service) Withdraw(ctx context.Context, shopperID, channel string, in WithdrawInput) (*Withdrawal, error) {
	amount, err := money.Parse(string(in.Amount), s.currency)
	if err != nil {
		return nil, errAmount.At("input", "amount")
	}
	call := idem.Call{Owner: shopperID, Operation: "commissionWithdraw", Key: in.IdempotencyKey, Input: amount, Result: id.New("wdr")}
	made, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.withdraw(ctx, call, shopperID, channel, amount) })
	if err != nil {
		return nil, err
	}
	return s.Withdrawal(ctx, shopperID, made)
}

func (s *Service) withdraw(ctx context.Context, call idem.Call, shopperID, channel string, amount int64) error {
	if err := s.identity.Touch(ctx, shopperID); err != nil {
		return err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return err
	}
	if err := call.Elsewhere(ctx, s.store, his[1:]); err != nil {
		return err
	}
	now := s.clock()
	if err := s.mayWithdraw(ctx, his, amount, now); err != nil {
		return err
	}
	provider, payee, err := s.wallet(ctx, shopperID, channel, now)
	if err != nil {
		return err
	}
	if err := s.reserve(ctx, shopperID, call.Result, amount, now); err != nil {
		return err
	}
	_, err = s.store.Exec(ctx, `INSERT INTO withdrawals (id, ver, shopper_id, amount, provider, channel, payee, state, requested_at) VALUES (?, 1, ?, ?, ?, ?, ?, 'REQUESTED', ?)`,
		call.Result, shopperID, amount, provider, channel, payee, now)
	if err != nil {
		return fmt.Errorf("withdraw %s: %w", call.Result, err)
	}
	return s.deadlines.Set(ctx, PayoutDeadline, call.Result, now, now)
}

// mayWithdraw may read, since the shopper's row is touched and a person's own doings are serial. ids are all of the person, the one of today first.
func (s *Service) mayWithdraw(ctx context.Context, ids []string, amount int64, now time.Time) error {
	program := s.referral.Program()
	standings, err := s.referral.Standings(ctx, ids[:1])
	if err != nil {
		return err
	}
	rule := program.Payout
	switch {
	case standings[ids[0]].Credit < program.CreditFloor:
		return ErrCredit
	case amount < rule.Least:
		return fault.OutOfRange.At("input", "amount").WithAvailable(rule.Least)
	case amount > rule.Most:
		return fault.OutOfRange.At("input", "amount").WithAvailable(rule.Most)
	}
	today, tomorrow := clock.Midnight(now, 0, s.zone), clock.Midnight(now, 1, s.zone)
	in, args := store.In(ids)
	asked, err := s.store.Texts(ctx, "SELECT id FROM withdrawals WHERE shopper_id IN "+in+" AND requested_at >= ? LIMIT ?", append(args, today, rule.PerDay)...)
	if err != nil {
		return fmt.Errorf("withdrawals of %s today: %w", ids[0], err)
	}
	if len(asked) >= rule.PerDay {
		return errTooMany.At("input").WithRetryAfter(tomorrow.Sub(now))
	}
	return nil
}

// wallet is who pays a shopper on a channel, and as whom it knows him, sealed; nil where it asks for nobody. Errors: ErrNoWallet, errNewPayee.
func (s *Service) wallet(ctx context.Context, shopperID, channel string, now time.Time) (provider string, payee []byte, err error) {
	p, err := s.payments.For("", channel)
	if err != nil {
		return "", nil, ErrNoWallet
	}
	if !s.payments.WantsPayee(p) {
		return p.Code(), nil, nil
	}
	known, err := s.identity.Payee(ctx, shopperID, channel)
	if err != nil {
		return "", nil, err
	}
	if known.ID == "" {
		return "", nil, ErrNoWallet
	}
	if wait := known.Since.Add(payeeRests).Sub(now); wait > 0 {
		return "", nil, errNewPayee.At("input").WithRetryAfter(wait)
	}
	payee, err = s.identity.Seal(ctx, shopperID, []byte(known.ID))
	return p.Code(), payee, err
}

// reserve takes an amount of what is available into a payout, or returns ErrInsufficient.
func (s *Service) reserve(ctx context.Context, shopperID, withdrawalID string, amount int64, now time.Time) error {
	accounts, err := s.open(ctx, shopperID)
	if err != nil {
		return err
	}
	a := accounts[shopperID]
	if a.available < amount {
		return ErrInsufficient.At("input", "amount").WithAvailable(a.available)
	}
	a.move(withdrew, withdrawalID, nil, parts{available: -amount, inPayout: amount})
	return s.close(ctx, accounts, now)
}
