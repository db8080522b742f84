package wechatfake

import (
	"sync"
	"time"
)

// background counts what runs behind the calls. It is no sync.WaitGroup, since work may begin while somebody waits.
type background struct {
	mu      sync.Mutex
	running int
	idle    sync.Cond
}

func (b *background) begin() {
	b.mu.Lock()
	b.running++
	b.mu.Unlock()
}

func (b *background) end() {
	b.mu.Lock()
	b.running--
	b.mu.Unlock()
	b.idle.Broadcast()
}

func (b *background) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.running > 0 {
		b.idle.Wait()
	}
}

// later runs fn in the background after d, unless the fake is closed before.
func (f *Fake) later(d time.Duration, fn func()) {
	f.behind.begin()
	go func() {
		defer f.behind.end()
		if f.sleep(d) {
			fn()
		}
	}()
}

// sleep reports whether the fake is still open after d.
func (f *Fake) sleep(d time.Duration) bool {
	select {
	case <-f.ctx.Done():
		return false
	case <-time.After(max(d, 0)):
		return f.ctx.Err() == nil
	}
}
