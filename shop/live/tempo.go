package live

import "time"

// tempo is how often things are done for the stream, by the machine's clock. Tests shorten it.
type tempo struct {
	// lease is how long a room's owner owns it unless he says so again, as he does every renew.
	lease, renew time.Duration
	// look is how often a process looks for rooms without an owner, and an owner for what he was not woken for; sweep for comments that nobody has news of.
	look, sweep time.Duration
	// idle is how long an owner keeps a room that is not on air and has nothing to tell.
	idle time.Duration
	// beat is how often an owner says which number he has reached.
	beat time.Duration
	// gap is the least time between two passes of an owner.
	gap time.Duration
	// present is how often a node tells how many watch, hush the least time between two such messages; gone is when a node that is silent has nobody any more.
	present, hush, gone time.Duration
	// linger is how long a node follows a room after the last who watched.
	linger time.Duration

	// pause is called between what an owner reads and what he writes, lose for each message of events that a node gets: true loses it. crash: an owner that is
	// stopped leaves his leases as they are. For tests.
	pause func(roomID string)
	lose  func() bool
	crash func() bool
}

func usual() tempo {
	return tempo{
		lease: 10 * time.Second, renew: 3 * time.Second, look: time.Second, sweep: 30 * time.Second, idle: 30 * time.Second, beat: time.Second, gap: 2 * time.Millisecond,
		present: 5 * time.Second, hush: time.Second, gone: 15 * time.Second, linger: 30 * time.Second,
		pause: func(string) {}, lose: func() bool { return false }, crash: func() bool { return false },
	}
}

// Least times between two ticks that bring nothing but likes, or nothing but another number of viewers.
const (
	likesEvery   = 250 * time.Millisecond
	viewersEvery = time.Second
)

// tickOf is the pause between the ticks of a room with so many viewers: what a tick costs grows with them.
func tickOf(viewers int) time.Duration {
	switch {
	case viewers <= 2_000:
		return 100 * time.Millisecond
	case viewers <= 20_000:
		return 250 * time.Millisecond
	}
	return time.Second
}

// The subjects of a room, beside ownerSubject: what its owner has numbered, how far he is, and how many watch at each node.
func eventsSubject(roomID string) string   { return "live." + roomID + ".events" }
func headSubject(roomID string) string     { return "live." + roomID + ".head" }
func presenceSubject(roomID string) string { return "live." + roomID + ".presence" }

// beat is what an owner says on headSubject.
type beat struct {
	Epoch int64 `json:"epoch"`
	Seq   int64 `json:"seq"`
}

// presence is what a node says on presenceSubject.
type presence struct {
	Node  string `json:"node"`
	Count int    `json:"count"`
}

// newsSignal is the data of a signal to an owner that news wait, which he numbers at once; without it, comments, likes and counts wait for his next tick.
var newsSignal = []byte("news")
