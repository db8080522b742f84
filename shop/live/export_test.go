package live

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/shop/fact"
)

// Hasty makes leases, looks and the like as short as a test can wait for.
func (s *Service) Hasty() {
	t := &s.tempo
	t.lease, t.renew, t.look, t.sweep, t.beat = 600*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond
	t.idle, t.present, t.hush, t.gone, t.linger = 200*time.Millisecond, 100*time.Millisecond, 10*time.Millisecond, 2*time.Second, 50*time.Millisecond
}

// LeaseFor is Hasty with longer leases: nobody takes over by himself.
func (s *Service) LeaseFor(d time.Duration) {
	s.Hasty()
	s.tempo.lease = d
}

// BeatEvery is how often an owner says which number he has reached.
func (s *Service) BeatEvery(d time.Duration) { s.tempo.beat = d }

// Pausing calls between what an owner reads and what he writes.
func (s *Service) Pausing(f func(roomID string)) { s.tempo.pause = f }

// Losing drops messages of events for which lose is true.
func (s *Service) Losing(lose func() bool) { s.tempo.lose = lose }

// Crashing leaves the leases as they are when Own ends.
func (s *Service) Crashing(crash *atomic.Bool) { s.tempo.crash = crash.Load }

// Tell leaves news, in the transaction of ctx.
func (s *Service) Tell(ctx context.Context, roomID, kind, ref string, data any) error {
	return s.tell(ctx, roomID, kind, ref, data)
}

// WakeOwner is called after a commit that left comments.
func (s *Service) WakeOwner(ctx context.Context, roomID string) { s.wakeOwner(ctx, roomID) }

// OnErased is what hears that a shopper was erased.
func (s *Service) OnErased(ctx context.Context, f fact.ShopperErased) error {
	return s.onErased(ctx, f)
}

// LingerFor is how long a room is followed after the last who watched.
func (s *Service) LingerFor(d time.Duration) { s.tempo.linger = d }

// FollowOverAtMost bounds the rooms that this process follows although they are over.
func (s *Service) FollowOverAtMost(n int) { s.following.most = n }

// Follows is how many rooms this process follows.
func (s *Service) Follows() int {
	s.following.mu.Lock()
	defer s.following.mu.Unlock()
	return len(s.following.rooms)
}

// StampOf is an event's.
func StampOf(e Event) Stamp { return *e.stamp() }

// Topic opens a room for a connection, "" for nobody.
func (s *Service) Topic(ctx context.Context, roomID, connection string) (stream.Topic, error) {
	return s.Stream().Open(stream.WithWatcher(ctx, connection), map[string]any{"roomId": roomID})
}

// Sampled runs the sampling of a tick over comments by author and role ("buyer" for a viewer who has bought), and returns who are shown; left is what the allowance
// has.
func Sampled(perSecond int, left float64, since time.Duration, comments [][2]string) (shown [][2]string, still float64) {
	at := time.Unix(0, 0)
	a := allowance{perSecond: perSecond, left: left, at: at}.now(at.Add(since))
	list := make([]waiting, len(comments))
	for i, c := range comments {
		list[i] = waiting{Comment: &Comment{AuthorID: c[0], Role: Role(c[1])}}
		if c[1] == "buyer" {
			list[i].Role, list[i].buyer = Viewer, true
		}
	}
	taken, _ := a.sample(list)
	for _, c := range taken {
		role := string(c.Role)
		if c.buyer {
			role = "buyer"
		}
		shown = append(shown, [2]string{c.AuthorID, role})
	}
	return shown, a.left
}
