package identity

import (
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kaituan/kaituan/internal/pace"
)

// Text messages that one network may ask for: a burst, then one each senderEvery. Behind one address of a mobile network sit many people.
const (
	senderBurst = 20
	senderEvery = 15 * time.Second
	senderKeys  = 20_000
)

// wait counts one message of a network and returns how long to wait when there are too many, else zero. The limit per phone is in the database.
func (s *Service) wait(ip string) time.Duration {
	if ip == "" {
		return 0
	}
	return s.senders.Take(pace.Network(ip), s.clock())
}

// bounded returns a cache of at most so many entries that starts no goroutine: upkeep runs in the caller.
func bounded[K comparable, V any](entries int) *otter.Cache[K, V] {
	return otter.Must(&otter.Options[K, V]{MaximumSize: entries, Executor: func(upkeep func()) { upkeep() }})
}
