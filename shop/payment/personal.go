package payment

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/payment"
	"github.com/kaituan/kaituan/internal/money"
)

// Personal is a payment as its payer is told of it: what it was about, nothing of the provider's own.
type Personal struct {
	ID         string        `json:"id"`
	Provider   string        `json:"provider"`
	State      string        `json:"state"`
	Amount     money.Decimal `json:"amount"`
	Captured   money.Decimal `json:"captured"`
	Refunded   money.Decimal `json:"refunded"`
	CreatedAt  time.Time     `json:"createdAt"`
	CapturedAt *time.Time    `json:"capturedAt,omitempty"`
}

// Personal returns all payments of orders, by order, the oldest first.
func (s *Service) Personal(ctx context.Context, orderIDs []string) (map[string][]Personal, error) {
	if len(orderIDs) == 0 {
		return nil, nil
	}
	rows, err := s.store.Client(ctx).Payment.Query().Where(payment.OrderIDIn(orderIDs...)).Order(payment.ByCreatedAt(), payment.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payments: %w", err)
	}
	own := map[string][]Personal{}
	for _, row := range rows {
		amount := func(minor int64) money.Decimal { return money.Of(minor, row.Currency).Amount() }
		own[row.OrderID] = append(own[row.OrderID], Personal{
			row.ID, row.Provider, string(row.State), amount(row.Amount), amount(row.Captured), amount(row.Refunded), row.CreatedAt, row.CapturedAt,
		})
	}
	return own, nil
}
