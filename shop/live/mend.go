package live

import (
	"slices"
	"sync"

	"github.com/kaituan/kaituan/internal/stream"
)

// mending is what a process knows of events that it keeps and that are not shown any more as they were: ticks without what was hidden, which the log keeps mended, and
// questions without what their author wrote before he was erased. A log changes one event for each that comes; of a question there may be many, so that they are mended
// when they are shown.
type mending struct {
	mu sync.Mutex
	// told are the numbers of the events that show a question's words, rising, by question; gone the questions that have none any more.
	told map[string][]int64
	gone map[string]bool
	// replaced are the numbers of changed events, from the one with the index replacedFrom on.
	replaced     []int64
	replacedFrom int
	// count is how many are in told.
	count int
}

// begin takes note of the events that are kept from the beginning; they were just read, and show nothing that is gone.
func (m *mending) begin(items []stream.Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told, m.gone = map[string][]int64{}, map[string]bool{}
	for _, i := range items {
		m.note(i)
	}
}

// mend looks at an event that has just been added, before anybody is shown it: it takes a hidden comment out of the tick that had it.
func (f *follower) mend(i stream.Item) (seq int64, change func(event any) (any, bool)) {
	m := &f.mending
	m.mu.Lock()
	defer m.mu.Unlock()
	hidden, ok := i.Event.(*CommentHidden)
	if !ok {
		m.note(i)
		return 0, nil
	}
	if hidden.tick > 0 {
		m.change(hidden.tick)
	}
	return hidden.tick, func(event any) (any, bool) {
		t, ok := event.(*Tick)
		if !ok {
			return event, false
		}
		return t.without(hidden.CommentID)
	}
}

func (m *mending) note(i stream.Item) {
	e, ok := i.Event.(*QuestionChanged)
	if !ok {
		return
	}
	q := e.Question
	if q.Text == "" {
		m.gone[q.ID] = true
		m.change(m.told[q.ID]...)
		m.count -= len(m.told[q.ID])
		delete(m.told, q.ID)
		return
	}
	m.told[q.ID] = append(m.told[q.ID], i.Seq)
	if m.count++; m.count >= kept*4 {
		m.forget(i.Seq - kept*2) // as many as the log keeps at most
	}
}

// forget drops the numbers up to one.
func (m *mending) forget(upTo int64) {
	m.count = 0
	for id, seqs := range m.told {
		seqs = slices.DeleteFunc(seqs, func(seq int64) bool { return seq <= upTo })
		if m.count += len(seqs); len(seqs) == 0 {
			delete(m.told, id)
		} else {
			m.told[id] = seqs
		}
	}
}

func (m *mending) change(seqs ...int64) {
	m.replaced = append(m.replaced, seqs...)
	if n := len(m.replaced) - kept*2; n >= kept*2 {
		m.replaced = slices.Clone(m.replaced[n:])
		m.replacedFrom += n
	}
}

// Replaced is stream.Topic's. Of changes so old that they are forgotten the events are, too.
func (t *topic) Replaced(since int) (seqs []int64, upTo int) {
	m := &t.f.mending
	m.mu.Lock()
	defer m.mu.Unlock()
	upTo = m.replacedFrom + len(m.replaced)
	return slices.Clone(m.replaced[min(max(since-m.replacedFrom, 0), len(m.replaced)):]), upTo
}

// After is stream.Topic's.
func (t *topic) After(seq int64, most int) ([]stream.Item, bool) {
	items, ok := t.Log.After(seq, most)
	return t.f.mending.mended(items), ok
}

// mended are items without the words of questions that are gone.
func (m *mending) mended(items []stream.Item) []stream.Item {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.gone) == 0 {
		return items
	}
	shared := true // others read the array
	for i, item := range items {
		e, ok := item.Event.(*QuestionChanged)
		if !ok || e.Question.Text == "" || !m.gone[e.Question.ID] {
			continue
		}
		if shared {
			items, shared = slices.Clone(items), false
		}
		less, q := *e, *e.Question
		q.Text, q.Answer = "", nil
		less.Question = &q
		items[i].Event = &less
	}
	return items
}
