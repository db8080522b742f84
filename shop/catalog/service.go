package catalog

import (
	"context"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/internal/store"
)

// Service reads and writes the catalogue.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	currency string
	grouped  Grouped
	outbox   *outbox.Outbox
	// Few are left of a SKU that has at most low.
	low       int64
	deadlines *deadline.Deadlines
}

// Grouped returns the products with a campaign that opens groups now; no product twice.
type Grouped func(ctx context.Context) (productIDs []string, err error)

// AskGrouped tells the catalogue whom to ask which products have a group price; before the first list. Unasked, none has.
func (s *Service) AskGrouped(ask Grouped) { s.grouped = ask }

// TellTo gives the catalogue the outbox that its facts leave by; before the first change. Without one nobody is told.
func (s *Service) TellTo(o *outbox.Outbox) { s.outbox = o }

type holdRow = db.StockHold

// New returns the catalogue of a shop that trades in currency.
func New(s *store.Store, c clock.Clock, currency string) *Service {
	return &Service{store: s, clock: c, currency: currency}
}
