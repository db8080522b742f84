package payment

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// PayoutOrder has Amount paid to somebody, in minor units.
type PayoutOrder struct {
	// Number is ours, unique per payout: at most 32 letters and digits.
	Number   string
	Amount   int64
	Currency string
	// PayeeID is the payee's id at the provider (WeChat: openid), "" where a provider asks for none. Reason is shown to him.
	PayeeID, Reason string
}

// PayoutOutcome is what a provider says of a payout.
type PayoutOutcome string

const (
	PayoutProcessing PayoutOutcome = "PROCESSING"
	// PayoutWaiting: the payee has to confirm, by what Confirm holds.
	PayoutWaiting PayoutOutcome = "WAITING"
	PayoutSettled PayoutOutcome = "SETTLED"
	// PayoutFailed is final for this number.
	PayoutFailed PayoutOutcome = "FAILED"
)

// PayoutResult is a payout as its provider has it.
type PayoutResult struct {
	Number  string
	Outcome PayoutOutcome
	Amount  int64
	// Confirm is what the channel's confirm call needs while the outcome is WAITING. A provider that is only asked may leave it out.
	Confirm []Parameter
	// SettledAt is set with SETTLED.
	SettledAt time.Time
}

// Payout sends a payout to its provider, outside any transaction: the first time it orders it, again it asks by the same number what became of it, and orders it
// under the same number only when the provider does not know it, or waits for the payee and confirm is wanted. A refusal counts once the provider, asked, knows no
// such payout: what it refuses it may have begun before.
//
// Errors: ErrRefused (final: nothing was paid under this number), else an unknown outcome.
func (s *Service) Payout(ctx context.Context, providerCode string, o PayoutOrder, again, confirm bool) (PayoutResult, error) {
	provider, err := s.Provider(providerCode)
	if err != nil {
		return PayoutResult{}, err
	}
	calling, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	if again {
		result, err := provider.QueryPayout(calling, o.Number)
		known := err == nil && (result.Outcome != PayoutWaiting || !confirm)
		if known || err != nil && !errors.Is(err, ErrNoSuchTrade) {
			return paidAsAsked(result, o, err)
		}
	}
	result, err := provider.Payout(calling, o)
	if errors.Is(err, ErrRefused) {
		refusal := err
		if result, err = provider.QueryPayout(calling, o.Number); errors.Is(err, ErrNoSuchTrade) {
			return PayoutResult{}, refusal
		}
	}
	return paidAsAsked(result, o, err)
}

// AskPayout asks a provider what became of a payout, outside any transaction, and orders nothing. No error that it returns is a final one.
func (s *Service) AskPayout(ctx context.Context, providerCode string, o PayoutOrder) (PayoutResult, error) {
	provider, err := s.Provider(providerCode)
	if err != nil {
		return PayoutResult{}, err
	}
	calling, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	result, err := provider.QueryPayout(calling, o.Number)
	return paidAsAsked(result, o, err)
}

// paidAsAsked refuses to believe a result that is about another amount. No error that it returns is a final one.
func paidAsAsked(result PayoutResult, o PayoutOrder, err error) (PayoutResult, error) {
	if err == nil && result.Amount != o.Amount {
		err = fmt.Errorf("the provider has %d where %d was asked", result.Amount, o.Amount)
	}
	if err != nil {
		return PayoutResult{}, fmt.Errorf("payout %s: %w", o.Number, err)
	}
	return result, nil
}

// WantsPayee reports whether the provider has to be told whom it pays, as it knows him.
func (s *Service) WantsPayee(p Provider) bool {
	_, tied := p.(channelTied)
	return tied
}
