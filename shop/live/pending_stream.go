package live

import (
	"context"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/stream"
)

// Not written yet; each leaves this file when it is.

// Own numbers the events of the rooms that this process owns, until ctx ends.
func (s *Service) Own(ctx context.Context) { <-ctx.Done() }

// Events is a page of a room's past events.
func (s *Service) Events(ctx context.Context, roomID string, a EventArgs) (*EventPage, error) {
	return nil, fault.NotYet
}

// Stream is the source of liveRoomEvents.
func (s *Service) Stream() stream.Source { return pendingSource{} }

// Watch follows a room's events for a transport that does not share executions: from after on, or a Reset first.
func (s *Service) Watch(ctx context.Context, roomID, after string) (<-chan Event, error) {
	return nil, fault.NotYet
}

// Copy is an event for one execution: what is put there by who shows may be put into it.
func Copy(e Event) Event { return e }

type pendingSource struct{}

func (pendingSource) Open(context.Context, map[string]any) (stream.Topic, error) {
	return nil, fault.NotYet
}
