package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/kaituan/kaituan/internal/catch"
)

// lookAnyway is how often a follower looks without a signal, since a signal may be lost.
const lookAnyway = 10 * time.Second

// Follow sends what read returns now, then after each signal on subject, until ctx ends; then the channel closes. read gives a thing with its version: states
// may be skipped, never sent back, since what is sent has a higher version than what was. A first read that fails is the error; later ones are tried again.
func Follow[T any](ctx context.Context, h *Hub, subject string, read func(ctx context.Context) (T, int64, error)) (<-chan T, error) {
	heard := make(chan struct{}, 1)
	stop, err := h.Listen(subject, func() {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return nil, err
	}
	now, version, err := read(ctx) // read after listening: a change in between is heard
	if err != nil {
		stop()
		return nil, err
	}
	out := make(chan T)
	go func() {
		defer close(out)
		defer stop()
		follow(ctx, subject, now, version, read, heard, out)
	}()
	return out, nil
}

func follow[T any](ctx context.Context, subject string, now T, version int64, read func(ctx context.Context) (T, int64, error), heard <-chan struct{}, out chan<- T) {
	tick := time.NewTicker(lookAnyway)
	defer tick.Stop()
	sent := int64(0)
	for {
		if version > sent {
			select {
			case out <- now:
				sent = version
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-heard:
		case <-tick.C:
		}
		var fresh T
		var v int64
		err := catch.Panic(func() (err error) {
			fresh, v, err = read(ctx)
			return err
		})
		if err != nil {
			if ctx.Err() == nil {
				slog.WarnContext(ctx, "what is watched could not be read; the watcher looks again", "subject", subject, "error", err)
			}
			continue
		}
		now, version = fresh, v
	}
}
