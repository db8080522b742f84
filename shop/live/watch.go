package live

import (
	"context"
	"log/slog"

	"github.com/kaituan/kaituan/internal/catch"
	"github.com/kaituan/kaituan/internal/stream"
)

// Watch follows a room's events for a transport that does not share executions: those that follow the cursor after, else a Reset and those that follow it. Who falls
// behind what is kept gets a Reset, too. The channel closes with ctx, or when the room cannot be read. Errors: fault.NotFound.
func (s *Service) Watch(ctx context.Context, roomID, after string) (<-chan Event, error) {
	t, err := s.open(ctx, roomID)
	if err != nil {
		return nil, err
	}
	seq, known := t.Find(after)
	out := make(chan Event)
	go func() {
		defer close(out)
		defer t.Close()
		err := catch.Panic(func() error { watch(ctx, t, seq, known, out); return nil })
		if err != nil {
			slog.ErrorContext(ctx, "a watcher of a live room was let go", "room", roomID, "error", err)
		}
	}()
	return out, nil
}

// atOnce is how many events a watcher takes from the ring at a time.
const atOnce = 64

func watch(ctx context.Context, t stream.Topic, seq int64, known bool, out chan<- Event) {
	send := func(i stream.Item) bool {
		select {
		case out <- i.Event.(Event):
			seq, known = i.Seq, true
			return true
		case <-ctx.Done():
			return false
		}
	}
	for {
		changed := t.Changed()
		items, ok := t.After(seq, atOnce)
		if !known || !ok {
			reset, err := t.Reset(ctx)
			if err != nil || !send(reset) {
				return
			}
			continue
		}
		for _, i := range items {
			if !send(i) {
				return
			}
		}
		if len(items) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
