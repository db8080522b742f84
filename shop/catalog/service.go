package catalog

import (
	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/store"
)

// Service reads and writes the catalogue.
type Service struct {
	store    *store.Store
	clock    clock.Clock
	currency string
}

type holdRow = db.StockHold

// New returns the catalogue of a shop that trades in currency.
func New(s *store.Store, c clock.Clock, currency string) *Service {
	return &Service{store: s, clock: c, currency: currency}
}
