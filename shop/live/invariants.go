package live

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of rooms, offers, drops and lotteries.
func Invariants() []invariant.Invariant { return nil }
