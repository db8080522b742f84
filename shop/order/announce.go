package order

import (
	"context"
	"errors"
	"log/slog"

	"github.com/kaituan/kaituan/shop/payment"
)

// waits reports whether the order waits for its payment.
func (o *Order) waits() bool {
	return o.State == PendingPayment && o.Payment != nil && o.Payment.State == payment.Pending
}

// announce tells the provider of an unpaid order's payment, after the commit. A provider that cannot be reached leaves the payment without parameters; the
// order stands.
func (s *Service) announce(ctx context.Context, o *Order, p *payment.Payment, buyer Buyer) error {
	payer := ""
	if s.payments.WantsPayer(p) {
		var err error
		if payer, err = s.identity.PayerID(ctx, buyer.ShopperID, buyer.Channel); err != nil { // the order stands: it is announced by the next try
			s.notAnnounced(ctx, o, p, err)
			return nil
		}
	}
	parameters, err := s.payments.Announce(ctx, p, payment.Payer{ID: payer, ClientIP: buyer.ClientIP, Description: "订单 " + o.Number})
	if errors.Is(err, payment.ErrAlreadyPaid) {
		return s.alreadyPaid(ctx, o, p)
	}
	if err != nil {
		s.notAnnounced(ctx, o, p, err)
		return nil
	}
	o.Payment.Parameters = parametersOf(parameters)
	return nil
}

// alreadyPaid handles a payment that was paid before its announcement came back, as the notice that has not arrived yet, and reads the order again.
func (s *Service) alreadyPaid(ctx context.Context, o *Order, p *payment.Payment) error {
	trade, err := s.payments.Ask(ctx, p)
	if err != nil { // its notice, or the deadline, finds out
		s.notAnnounced(ctx, o, p, err)
		return nil
	}
	provider, err := s.payments.Provider(p.Provider)
	if err == nil {
		err = s.onTrade(ctx, provider, trade)
	}
	if err != nil {
		s.notAnnounced(ctx, o, p, err)
		return nil
	}
	fresh, err := s.Get(ctx, o.ID)
	if err == nil {
		*o = *fresh
	}
	return err
}

func parametersOf(list []payment.Parameter) []*Parameter {
	shown := make([]*Parameter, len(list))
	for i, p := range list {
		shown[i] = &Parameter{Name: p.Name, Value: p.Value}
	}
	return shown
}

// notAnnounced says what it means for the shopper that a provider did not take a payment: FAILED when it said no, else nothing yet.
func (s *Service) notAnnounced(ctx context.Context, o *Order, p *payment.Payment, cause error) {
	slog.WarnContext(ctx, "a payment could not be announced", "payment", p.ID, "provider", p.Provider, "error", cause)
	if !errors.Is(cause, payment.ErrRefused) || o.Payment.State == p.State {
		return
	}
	o.Payment.State = p.State
	err := s.store.InTx(ctx, func(ctx context.Context) (err error) {
		o.Version, err = s.bump(ctx, o.ID)
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "an order's watchers were not told that its payment failed", "order", o.ID, "error", err)
	}
}
