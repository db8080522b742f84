package points

import (
	"context"
	"sync"
)

// Remembering returns a context under which a shopper's standing is read once: for one query, whose fields ask for it at several places. It must not outlive
// the query, nor be around anything that earns.
func Remembering(ctx context.Context) context.Context {
	return context.WithValue(ctx, memoryKey{}, &memory{standings: map[string]*Standing{}})
}

type memoryKey struct{}

// memory holds what one query has read.
type memory struct {
	mu        sync.Mutex
	standings map[string]*Standing
}

// remembered is the standing that the query has read before, else read's. Fields that ask at once wait for each other.
func remembered(ctx context.Context, shopperID string, read func() (*Standing, error)) (*Standing, error) {
	m, _ := ctx.Value(memoryKey{}).(*memory)
	if m == nil {
		return read()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.standings[shopperID]; s != nil {
		return s, nil
	}
	s, err := read()
	if err == nil {
		m.standings[shopperID] = s
	}
	return s, err
}
