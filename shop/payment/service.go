// Package payment keeps payments and every call to a provider. It knows no orders: what a capture means is the order's business, which calls Capture and
// the refund guards inside its own transactions.
package payment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/payment"
	"github.com/kaituan/kaituan/ent/db/providercall"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// States of a payment, as the contract names them.
const (
	Pending           = "PENDING"
	Captured          = "PAID"
	Failed            = "FAILED"
	Expired           = "EXPIRED"
	Refunded          = "REFUNDED"
	PartiallyRefunded = "PARTIALLY_REFUNDED"
)

// ErrProviderUnknown: the shop does not take this way of paying.
var ErrProviderUnknown = fault.Refuse("INVALID", "This way of paying is not available.", "暂不支持该支付方式。")

// Payment is one try to collect an amount.
type Payment struct {
	ID, OrderID, ShopperID, Provider, Number, State string
	Amount                                          int64
	Currency                                        string
	// Captured is 0 or Amount. Refunding counts approved refunds whose money is on its way, Refunded those that have arrived.
	Captured, Refunding, Refunded int64
	// Parameters are sealed; see Open.
	Parameters           []byte
	ExpiresAt, CreatedAt time.Time
}

// Left is what could still be given back.
func (p *Payment) Left() int64 { return p.Captured - p.Refunding - p.Refunded }

// Sealer encrypts with a shopper's own key.
type Sealer interface {
	Seal(ctx context.Context, shopperID string, plain []byte) ([]byte, error)
	Unseal(ctx context.Context, shopperID string, sealed []byte) ([]byte, error)
}

// Service keeps payments.
type Service struct {
	store     *store.Store
	clock     clock.Clock
	sealer    Sealer
	providers []Provider
}

// New returns the service; of the providers the first that serves a channel is what is used when a request names none.
func New(s *store.Store, c clock.Clock, sealer Sealer, providers ...Provider) *Service {
	return &Service{store: s, clock: c, sealer: sealer, providers: providers}
}

// Provider returns the provider that code names.
func (s *Service) Provider(code string) (Provider, error) {
	for _, p := range s.providers {
		if p.Code() == code {
			return p, nil
		}
	}
	return nil, ErrProviderUnknown
}

// For returns the provider that code names, or the first one for "", of those that can be paid through on a channel.
func (s *Service) For(code, channel string) (Provider, error) {
	for _, p := range s.providers {
		tied, ok := p.(channelTied)
		if (code == "" || p.Code() == code) && (!ok || tied.Serves(channel)) {
			return p, nil
		}
	}
	return nil, ErrProviderUnknown
}

// channelTied is a provider whose payers are known by their id on a channel's platform, which means nothing, or somebody else, to another platform. A
// provider that is not tied can be paid from anywhere, and asks for no payer's id.
type channelTied interface{ Serves(channel string) bool }

// WantsPayer reports whether the payment's provider has to be told the payer's id.
func (s *Service) WantsPayer(p *Payment) bool {
	provider, err := s.Provider(p.Provider)
	_, tied := provider.(channelTied)
	return err == nil && tied
}

// NewPayment is what Begin needs.
type NewPayment struct {
	// ID is made by the caller with NewID, so that the order's row, which comes first, can name it.
	ID                                     string
	OrderID, ShopperID, Provider, Currency string
	Amount                                 int64
	ExpiresAt                              time.Time
}

// NewID makes the id of a payment to begin.
func NewID() string { return id.New("pay") }

// Begin makes a payment, in the transaction of ctx. Its row, with its number, is the intent of announcing it; Announce makes the call after the commit.
func (s *Service) Begin(ctx context.Context, n NewPayment) (*Payment, error) {
	now := s.clock()
	p := &Payment{
		ID: n.ID, OrderID: n.OrderID, ShopperID: n.ShopperID, Provider: n.Provider, Number: NumberOf(n.ID), State: Pending, Amount: n.Amount,
		Currency: n.Currency, ExpiresAt: n.ExpiresAt, CreatedAt: now,
	}
	_, err := s.store.Exec(ctx, `INSERT INTO payments (id, ver, created_at, updated_at, order_id, shopper_id, provider, number, state, amount, currency,
		captured, refunding, refunded, expires_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)`,
		p.ID, now, now, p.OrderID, p.ShopperID, p.Provider, p.Number, p.State, p.Amount, p.Currency, p.ExpiresAt)
	if err != nil {
		return nil, fmt.Errorf("begin a payment of %s: %w", n.OrderID, err)
	}
	return p, nil
}

// NumberOf is an id's number at the provider: its 26 characters, which every provider's alphabet holds.
func NumberOf(subject string) string {
	_, number, _ := strings.Cut(subject, "_")
	return number
}

// intend writes the intent of a call; the same intent again is the one that exists.
func (s *Service) intend(ctx context.Context, kind providercall.Kind, subject, paymentID, number string, amount int64) error {
	now := s.clock()
	_, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, `INSERT INTO provider_calls (id, ver, created_at, updated_at, kind, subject, payment_id, number, amount, state, attempts)
			VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, 'open', 0)`, id.New("pcl"), now, now, string(kind), subject, paymentID, number, amount)
		return err
	})
	if err != nil {
		return fmt.Errorf("intend to %s %s: %w", kind, subject, err)
	}
	return nil
}

// Get returns a payment, or fault.Missing.
func (s *Service) Get(ctx context.Context, paymentID string) (*Payment, error) {
	row, err := s.store.Client(ctx).Payment.Get(ctx, paymentID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("payment %s: %w", paymentID, err)
	}
	return domain(row), nil
}

// ByID returns the payments of ids.
func (s *Service) ByID(ctx context.Context, ids []string) (map[string]*Payment, error) {
	rows, err := s.store.Client(ctx).Payment.Query().Where(payment.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payments: %w", err)
	}
	found := make(map[string]*Payment, len(rows))
	for _, row := range rows {
		found[row.ID] = domain(row)
	}
	return found, nil
}

// OfOrder returns the payments of an order, oldest first.
func (s *Service) OfOrder(ctx context.Context, orderID string) ([]*Payment, error) {
	rows, err := s.store.Client(ctx).Payment.Query().Where(payment.OrderID(orderID)).Order(payment.ByCreatedAt(), payment.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("payments of %s: %w", orderID, err)
	}
	all := make([]*Payment, len(rows))
	for i, row := range rows {
		all[i] = domain(row)
	}
	return all, nil
}

func domain(row *db.Payment) *Payment {
	p := &Payment{
		ID: row.ID, OrderID: row.OrderID, ShopperID: row.ShopperID, Provider: row.Provider, Number: row.Number, State: string(row.State),
		Amount: row.Amount, Currency: row.Currency, Captured: row.Captured, Refunding: row.Refunding, Refunded: row.Refunded, ExpiresAt: row.ExpiresAt,
		CreatedAt: row.CreatedAt,
	}
	if row.Parameters != nil {
		p.Parameters = row.Parameters
	}
	return p
}
