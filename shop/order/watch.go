package order

import (
	"context"
	"log/slog"
	"time"
)

// lookAnyway is how often a watcher looks without a signal, since a signal may be lost.
const lookAnyway = 10 * time.Second

// Watch sends a shopper's own order as it is now, then after each change, until ctx ends. States may be skipped, never sent back: what is sent has a higher
// version than what was. fault.Missing when the order is not his.
func (s *Service) Watch(ctx context.Context, shopperID, orderID string) (<-chan *Order, error) {
	heard := make(chan struct{}, 1)
	stop, err := s.hub.Listen("order."+orderID, func() {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return nil, err
	}
	now, err := s.Own(ctx, shopperID, orderID) // read after listening: a change in between is heard
	if err != nil {
		stop()
		return nil, err
	}
	out := make(chan *Order)
	go func() {
		defer close(out)
		defer stop()
		s.follow(ctx, now, heard, out)
	}()
	return out, nil
}

func (s *Service) follow(ctx context.Context, o *Order, heard <-chan struct{}, out chan<- *Order) {
	tick := time.NewTicker(lookAnyway)
	defer tick.Stop()
	sent := int64(0)
	for {
		if o.Version > sent {
			select {
			case out <- o:
				sent = o.Version
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
		fresh, err := s.Get(ctx, o.ID)
		if err != nil {
			if ctx.Err() == nil {
				slog.WarnContext(ctx, "a watched order could not be read; the watcher looks again", "order", o.ID, "error", err)
			}
			continue
		}
		o = fresh
	}
}
