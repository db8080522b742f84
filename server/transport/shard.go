package transport

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// retryEvery is how soon a shard tries again to write to peers whose buffers are full.
const retryEvery = 25 * time.Millisecond

// shard delivers to some of the sockets: it alone writes what their subscriptions share, retries what a peer's buffer did not take, and keeps their time (pings,
// expired sessions). So no goroutine stands for a socket but its reader's.
type shard struct {
	s    *Server
	wake chan struct{}
	done chan struct{}
	stop chan struct{}

	mu      sync.Mutex
	due     []*list   // groups that have something new for subscribers of this shard
	stuck   []*socket // with something pending, as the shard has not seen them yet
	sockets []*socket

	// The shard goroutine's own.
	blocked []*socket
	beat    int
}

// shards start with the first socket and end with Shutdown.
type shards struct {
	once sync.Once
	all  []*shard
}

func shardCount() int { return min(max(runtime.GOMAXPROCS(0), 2), 16) }

// startShards makes the shards unless they run.
func (s *Server) startShards() {
	s.shards.once.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for range shardCount() {
			d := &shard{s: s, wake: make(chan struct{}, 1), done: make(chan struct{}), stop: make(chan struct{})}
			s.shards.all = append(s.shards.all, d)
			go d.run()
		}
	})
}

// stopShards ends them; no socket may be open any more.
func (s *Server) stopShards() {
	s.shards.once.Do(func() {}) // none start from now on
	s.mu.Lock()
	all := s.shards.all
	s.shards.all = nil
	s.mu.Unlock()
	for _, d := range all {
		close(d.stop)
		<-d.done
	}
}

// shardOf is the shard of the number-th socket.
func (s *Server) shardOf(number uint64) *shard {
	s.startShards()
	all := s.allShards()
	return all[number%uint64(len(all))]
}

// allShards are the shards that run.
func (s *Server) allShards() []*shard {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shards.all)
}

// eachSocket calls do for every socket there is.
func (s *Server) eachSocket(do func(k *socket)) {
	for _, d := range s.allShards() {
		d.mu.Lock()
		sockets := slices.Clone(d.sockets)
		d.mu.Unlock()
		for _, k := range sockets {
			do(k)
		}
	}
}

func (d *shard) notify() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// add takes a socket in; remove lets it go.
func (d *shard) add(k *socket) {
	d.mu.Lock()
	k.place = len(d.sockets)
	d.sockets = append(d.sockets, k)
	d.mu.Unlock()
}

func (d *shard) remove(k *socket) {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := len(d.sockets) - 1
	d.sockets[k.place] = d.sockets[last]
	d.sockets[k.place].place = k.place
	d.sockets[last] = nil
	d.sockets = d.sockets[:last]
}

// push has the shard look at a group's subscribers.
func (d *shard) push(l *list) {
	if l.queued.Swap(true) {
		return
	}
	d.mu.Lock()
	d.due = append(d.due, l)
	d.mu.Unlock()
	d.notify()
}

// block has the shard retry what is pending on a socket.
func (d *shard) block(k *socket) {
	if k.stuck.Swap(true) {
		return
	}
	d.mu.Lock()
	d.stuck = append(d.stuck, k)
	d.mu.Unlock()
	d.notify()
}

func (d *shard) run() {
	defer close(d.done)
	beat := time.NewTicker(d.s.timing.beat)
	defer beat.Stop()
	retry := time.NewTimer(time.Hour)
	retry.Stop()
	defer retry.Stop()
	retrying := false
	for {
		select {
		case <-d.stop:
			return
		case <-d.wake:
		case <-retry.C:
			retrying = false
			d.retry()
		case <-beat.C:
			d.tick()
		}
		d.pass()
		if len(d.blocked) > 0 && !retrying {
			retry.Reset(retryEvery)
			retrying = true
		}
	}
}

// pass delivers everything that is new.
func (d *shard) pass() {
	d.mu.Lock()
	due, stuck := d.due, d.stuck
	d.due, d.stuck = nil, nil
	d.mu.Unlock()
	for _, l := range due {
		l.queued.Store(false) // before looking: what comes now queues it again, for the next pass, so that time is kept meanwhile
		l.deliver()
	}
	d.mu.Lock()
	stuck = append(stuck, d.stuck...)
	d.stuck = nil
	d.mu.Unlock()
	d.blocked = append(d.blocked, stuck...)
}

// retry writes what is pending, and ends peers that have taken nothing for too long.
func (d *shard) retry() {
	now := time.Now()
	d.blocked = slices.DeleteFunc(d.blocked, func(k *socket) bool {
		blocked, began, moved, err := k.wire.flush()
		switch {
		case k.over.Load():
			return true
		case err != nil:
			k.hangUp()
			return true
		case blocked:
			if now.Sub(moved) > d.s.timing.stall || now.Sub(began) > d.s.timing.drain {
				k.end(closeTooSlow, "too slow; reconnect and resume")
			}
			return false // once ended, its close may still get through, until the reader hangs up
		}
		k.stuck.Store(false)
		if k.wire.waits() && !k.stuck.Swap(true) { // it was given something before it was known to be free
			return false
		}
		k.resume()
		return true
	})
}

// tick keeps the time of the shard's sockets: a beat for each, a ping for every few.
func (d *shard) tick() {
	d.mu.Lock()
	sockets := slices.Clone(d.sockets)
	d.mu.Unlock()
	d.beat++
	for _, k := range sockets {
		k.keepTime((d.beat+int(k.number%1024))%d.s.timing.pings == 0)
	}
}
