package importer

import (
	"fmt"
	"io"
	"os"
	"time"
)

// every is how often progress is shown.
const every = time.Second

// progress tells somebody who waits how far an import is.
type progress struct {
	to       io.Writer
	terminal bool
	start    time.Time
	next     time.Time
}

func newProgress(to io.Writer) *progress {
	now := time.Now()
	p := &progress{to: to, start: now, next: now.Add(every)}
	if f, ok := to.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// tick shows a line when a second has gone by.
func (p *progress) tick(r Report) {
	if p.to == nil {
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next = now.Add(every)
		p.show(r, now)
	}
}

// end shows the last line.
func (p *progress) end(r Report) {
	if p.to == nil {
		return
	}
	p.show(r, time.Now())
	if p.terminal {
		fmt.Fprintln(p.to)
	}
}

func (p *progress) show(r Report, now time.Time) {
	line := fmt.Sprintf("%d rows; products: %d created, %d changed, %d unchanged, %d refused; %.0f rows/s",
		r.Rows, r.Created, r.Changed, r.Unchanged, r.Refused, float64(r.Rows)/max(now.Sub(p.start).Seconds(), 1e-3))
	if p.terminal {
		fmt.Fprint(p.to, "\r\033[K"+line)
		return
	}
	fmt.Fprintln(p.to, line)
}
