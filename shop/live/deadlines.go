package live

import (
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/internal/outbox"
)

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{}
}

// Consumers are what rooms learn from facts. A consumer's name is kept in its receipts and never changes.
func (s *Service) Consumers() []outbox.Consumer { return nil }
