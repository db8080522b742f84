package stream

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// LogConfig is what a Log stands on.
type LogConfig struct {
	// Name is for what is logged.
	Name string
	// Keep is how many items are kept. 0: 2,048.
	Keep int
	// Wait is how long an item may come late before those that it holds up are read from where they are kept. 0: 5 ms.
	Wait time.Duration
	// Read returns the newest items after a number, oldest first and without a gap, at most as many as asked for. It is called by one goroutine at a time.
	Read func(ctx context.Context, after int64, most int) ([]Item, error)
	// Mend looks at an item that has just been added: when kept ones are not to be shown any more as they were, it returns what to make of each one's event, and false for
	// those that stay. It returns nil when all stay. nil: items never change.
	Mend func(i Item) (change func(kept Item) (event any, changed bool))
}

// Log follows one numbered stream that is told by messages, some of which come twice, late, out of order or never: it keeps the newest items in a row, 1, 2, 3, and
// so on, and reads what is missing. All its methods may be called by many goroutines.
type Log struct {
	c    LogConfig
	need chan struct{}

	mu sync.Mutex
	// items are the kept ones without a gap; their array is only appended to, so that who was given a part of it may read on. See replace and trim.
	items []Item
	head  int64
	// known is the greatest number that anybody has spoken of.
	known int64
	// check: messages may have been lost that nobody has spoken of.
	check   bool
	early   map[int64]Item
	changed chan struct{}
	// replaced are the numbers of replaced items, from the one with the index replacedFrom on.
	replaced     []int64
	replacedFrom int
}

// NewLog returns a log that has nothing up to head but items, which end with it. Run must run for gaps to be filled.
func NewLog(c LogConfig, head int64, items []Item) *Log {
	if c.Keep == 0 {
		c.Keep = 2048
	}
	if c.Wait == 0 {
		c.Wait = 5 * time.Millisecond
	}
	l := &Log{c: c, need: make(chan struct{}, 1), head: head, known: head, early: map[int64]Item{}, changed: make(chan struct{})}
	l.items = slices.Clone(items)
	return l
}

// Head is the newest item's number.
func (l *Log) Head() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head
}

// After is Topic's. Nobody may write to what it returns.
func (l *Log) After(seq int64, most int) ([]Item, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.head - int64(len(l.items)) + 1
	if seq < first-1 || seq > l.head {
		return nil, false
	}
	from := int(seq - first + 1)
	to := min(len(l.items), from+max(most, 0))
	return l.items[from:to:to], true
}

// At returns an item that is kept.
func (l *Log) At(seq int64) (Item, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := seq - (l.head - int64(len(l.items)) + 1)
	if i < 0 || i >= int64(len(l.items)) {
		return Item{}, false
	}
	return l.items[i], true
}

// Changed is Topic's.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Replaced is Topic's. Of replacements so old that they are forgotten the items are, too.
func (l *Log) Replaced(since int) (seqs []int64, upTo int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	upTo = l.replacedFrom + len(l.replaced)
	return slices.Clone(l.replaced[min(max(since-l.replacedFrom, 0), len(l.replaced)):]), upTo
}

// Add takes items as messages bring them.
func (l *Log) Add(items ...Item) {
	missing := l.change(func() (mended bool) {
		for _, i := range items {
			mended = l.add(i) || mended
		}
		return len(l.early) > 0 && l.catchUp() || mended
	})
	if missing {
		l.wake()
	}
}

// change runs do under the lock and wakes who waits for what it has changed; a Mend that panics leaves nobody asleep, and the lock free. It reports whether something
// is missing.
func (l *Log) change(do func() (mended bool)) (missing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, mended := l.head, true
	defer func() { l.told(before, mended) }()
	mended = do()
	return l.missing()
}

// Know says that the stream has reached a number: what is missing up to it is read.
func (l *Log) Know(head int64) {
	l.mu.Lock()
	l.known = max(l.known, head)
	missing := l.missing()
	l.mu.Unlock()
	if missing {
		l.wake()
	}
}

// Check says that messages may have been lost: what there is beyond the head is read.
func (l *Log) Check() {
	l.mu.Lock()
	l.check = true
	l.mu.Unlock()
	l.wake()
}

func (l *Log) wake() {
	select {
	case l.need <- struct{}{}:
	default:
	}
}

func (l *Log) missing() bool { return l.check || l.known > l.head }

// told wakes who waits for a change, if there was one.
func (l *Log) told(before int64, mended bool) {
	if l.head != before || mended {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// add appends an item, or keeps it for later when others must come first. It reports whether an earlier item was changed by it.
func (l *Log) add(i Item) (mended bool) {
	l.known = max(l.known, i.Seq)
	switch {
	case i.Seq <= l.head:
		return false
	case i.Seq > l.head+1:
		if len(l.early) < l.c.Keep { // what finds no room is read
			l.early[i.Seq] = i
		}
		return false
	}
	l.items, l.head = append(l.items, i), i.Seq
	l.trim()
	return l.mend(i)
}

// catchUp appends what was waiting for the items before it.
func (l *Log) catchUp() (mended bool) {
	for {
		next, ok := l.early[l.head+1]
		if !ok {
			break
		}
		delete(l.early, next.Seq)
		mended = l.add(next) || mended
	}
	for seq := range l.early {
		if seq <= l.head {
			delete(l.early, seq)
		}
	}
	return mended
}

// trim forgets the oldest items, some at a time: their array is left to those who read it.
func (l *Log) trim() {
	if len(l.items) < l.c.Keep*2 {
		return
	}
	l.items = append(make([]Item, 0, l.c.Keep*2), l.items[len(l.items)-l.c.Keep:]...)
}

func (l *Log) mend(by Item) bool {
	if l.c.Mend == nil {
		return false
	}
	change := l.c.Mend(by)
	if change == nil {
		return false
	}
	mended := false
	for i, item := range l.items {
		event, changed := change(item)
		if !changed {
			continue
		}
		if !mended {
			l.items, mended = slices.Clone(l.items), true // the old array is being read
		}
		l.items[i].Event = event
		l.replaced = append(l.replaced, item.Seq)
	}
	if n := len(l.replaced) - l.c.Keep*2; n >= l.c.Keep*2 {
		l.replaced = slices.Clone(l.replaced[n:])
		l.replacedFrom += n
	}
	return mended
}

// Run reads what is missing until ctx ends.
func (l *Log) Run(ctx context.Context) {
	retry := l.c.Wait
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.need:
		}
		select { // it may only be late
		case <-ctx.Done():
			return
		case <-time.After(retry):
		}
		err := l.fill(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "a gap in a stream could not be filled yet", "stream", l.c.Name, "error", err)
		}
		l.mu.Lock()
		missing := l.missing()
		l.mu.Unlock()
		if !missing {
			retry = l.c.Wait
			continue
		}
		retry = min(retry*2, time.Second) // the database is away, or what somebody spoke of is not there yet
		l.wake()
	}
}

func (l *Log) fill(ctx context.Context) error {
	l.mu.Lock()
	after, missing := l.head, l.missing()
	l.check = false
	l.mu.Unlock()
	if !missing {
		return nil
	}
	items, err := l.c.Read(ctx, after, l.c.Keep)
	if err != nil {
		l.Check()
		return err
	}
	l.take(items)
	return nil
}

// take adds items that were read. When they begin beyond the head, more has passed than is kept: what was kept is of no use to anybody any more.
func (l *Log) take(items []Item) {
	if len(items) == 0 {
		return
	}
	l.change(func() (mended bool) {
		if items[0].Seq > l.head+1 {
			l.items, l.head = nil, items[0].Seq-1
		}
		for _, i := range items {
			mended = l.add(i) || mended
		}
		return l.catchUp() || mended
	})
}
