package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// announceTime bounds the provider's answer while a shopper waits for it.
const announceTime = 5 * time.Second

// Payer is who pays, for the provider's announcement.
type Payer struct{ ID, ClientIP, Description string }

// Announce tells the provider of a payment, outside any transaction, and keeps what the channel's payment call needs. What was announced before is returned
// as it is; a failure leaves the payment without parameters, and the same number is announced again later.
//
// Errors: fault.Unavailable when the provider did not say yes, with ErrAlreadyPaid when that is why; ErrRefused when it said no for good, and the payment
// is FAILED.
func (s *Service) Announce(ctx context.Context, p *Payment, payer Payer) ([]Parameter, error) {
	if p.Parameters != nil {
		return s.Open(ctx, p)
	}
	provider, err := s.Provider(p.Provider)
	if err != nil {
		return nil, err
	}
	calling, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	parameters, err := provider.Prepay(calling, Prepay{
		Number: p.Number, Amount: p.Amount, Currency: p.Currency, Description: payer.Description,
		ExpiresAt: p.ExpiresAt, PayerID: payer.ID, ClientIP: payer.ClientIP,
	})
	if errors.Is(err, ErrRefused) {
		return nil, errors.Join(err, s.refuse(ctx, p))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: announce payment %s: %w", fault.Unavailable, p.ID, err)
	}
	if p.Parameters, err = s.seal(ctx, p.ShopperID, parameters); err != nil {
		return nil, err
	}
	kept, err := s.store.GuardAlone(ctx, "UPDATE payments SET parameters = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING'",
		p.Parameters, s.clock(), p.ID)
	if err != nil {
		return nil, fmt.Errorf("keep the parameters of %s: %w", p.ID, err)
	}
	if !kept { // it ended meanwhile: nobody is to pay it now
		return nil, fmt.Errorf("%w: announce payment %s: it has ended", fault.Unavailable, p.ID)
	}
	return parameters, nil
}

// refuse notes that the provider will not have this payment, unless another announcement of it went through.
func (s *Service) refuse(ctx context.Context, p *Payment) error {
	failed, err := s.store.GuardAlone(ctx, "UPDATE payments SET state = 'FAILED', updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'PENDING' AND parameters IS NULL",
		s.clock(), p.ID)
	if err != nil {
		return fmt.Errorf("fail payment %s: %w", p.ID, err)
	}
	if failed {
		p.State = Failed
	}
	return nil
}

// endCall records an intent's outcome, once.
func (s *Service) endCall(ctx context.Context, kind, subject, state string) error {
	_, err := s.store.Guard(ctx, "UPDATE provider_calls SET state = ?, attempts = attempts + 1, updated_at = ?, ver = ver + 1 WHERE kind = ? AND subject = ? AND state = 'open'",
		state, s.clock(), kind, subject)
	if err != nil {
		return fmt.Errorf("record the %s of %s: %w", kind, subject, err)
	}
	return nil
}

// Open returns the parameters of a payment that was announced, none when it was not.
func (s *Service) Open(ctx context.Context, p *Payment) ([]Parameter, error) {
	if p.Parameters == nil {
		return nil, nil
	}
	plain, err := s.sealer.Unseal(ctx, p.ShopperID, p.Parameters)
	if err != nil {
		return nil, fmt.Errorf("open the parameters of %s: %w", p.ID, err)
	}
	var parameters []Parameter
	if err := json.Unmarshal(plain, &parameters); err != nil {
		return nil, fmt.Errorf("open the parameters of %s: %w", p.ID, err)
	}
	return parameters, nil
}

func (s *Service) seal(ctx context.Context, shopperID string, parameters []Parameter) ([]byte, error) {
	plain, err := json.Marshal(parameters)
	if err != nil {
		return nil, fmt.Errorf("seal parameters: %w", err)
	}
	return s.sealer.Seal(ctx, shopperID, plain)
}
