package batch_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kaituan/kaituan/internal/batch"
	"github.com/kaituan/kaituan/internal/fault"
)

// doubling is a commit that doubles its items and notes how many came at once, and when.
type doubling struct {
	mu    sync.Mutex
	sizes []int
	at    []time.Time
	takes time.Duration
}

func (d *doubling) commit(_ context.Context, items []int) ([]int, error) {
	d.mu.Lock()
	d.sizes, d.at = append(d.sizes, len(items)), append(d.at, time.Now())
	d.mu.Unlock()
	time.Sleep(d.takes)
	doubled := make([]int, len(items))
	for i, n := range items {
		doubled[i] = 2 * n
	}
	return doubled, nil
}

func TestEverybodyHasHisOwnResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doubling{takes: time.Millisecond}
		b := batch.New(100*time.Millisecond, 1000, d.commit)
		var group sync.WaitGroup
		for i := range 500 {
			group.Go(func() {
				if got, err := b.Do(t.Context(), i); err != nil || got != 2*i {
					t.Errorf("Do(%d) = %d, %v", i, got, err)
				}
			})
		}
		group.Wait()
		if len(d.sizes) > 2 {
			t.Errorf("500 at once took %d commits", len(d.sizes))
		}
		b.Close()
	})
}

func TestOneAloneDoesNotWaitAndManyGather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doubling{}
		b := batch.New(100*time.Millisecond, 1000, d.commit)
		begun := time.Now()
		do := func(n int) {
			if _, err := b.Do(t.Context(), n); err != nil {
				t.Error(err)
			}
		}
		do(1)
		if took := time.Since(begun); took != 0 {
			t.Errorf("the first waited %v", took)
		}
		var group sync.WaitGroup
		for i := range 9 {
			time.Sleep(10 * time.Millisecond)
			group.Go(func() { do(i) })
		}
		group.Wait()
		if took := time.Since(begun); took != 100*time.Millisecond || len(d.sizes) != 2 || d.sizes[1] != 9 {
			t.Errorf("the others were done in %v, commits of %v", took, d.sizes)
		}
		time.Sleep(time.Second)
		begun = time.Now()
		do(1)
		if took := time.Since(begun); took != 0 {
			t.Errorf("after a rest one waited %v", took)
		}
	})
}

func TestABatchIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doubling{takes: time.Second}
		b := batch.New(time.Minute, 10, d.commit)
		var done, refused atomic.Int64
		var group sync.WaitGroup
		for i := range 200 {
			group.Go(func() {
				switch _, err := b.Do(t.Context(), i); {
				case err == nil:
					done.Add(1)
				case errors.Is(err, fault.Overloaded):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		total := 0
		for _, n := range d.sizes {
			if n > 10 {
				t.Errorf("%d were committed at once", n)
			}
			total += n
		}
		if done.Load()+refused.Load() != 200 || int(done.Load()) != total || refused.Load() == 0 {
			t.Errorf("%d done, %d refused, %d committed", done.Load(), refused.Load(), total)
		}
	})
}

func TestAFailedCommitFailsItsCallersOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		boom := errors.New("boom")
		calls := 0
		b := batch.New(time.Millisecond, 100, func(_ context.Context, items []int) ([]int, error) {
			calls++
			switch calls {
			case 1:
				return nil, boom
			case 2:
				panic("bang")
			case 3:
				return nil, nil // no result for anybody
			}
			return items, nil
		})
		for i, want := range []bool{false, false, false, true} {
			_, err := b.Do(t.Context(), 1)
			if (err == nil) != want || i == 0 && !errors.Is(err, boom) {
				t.Errorf("call %d: %v", i, err)
			}
		}
	})
}

func TestACallerWhoLeavesIsCommittedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doubling{takes: time.Second}
		b := batch.New(time.Millisecond, 100, d.commit)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := b.Do(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Do = %v", err)
		}
		b.Close()
		if len(d.sizes) != 1 {
			t.Errorf("commits of %v", d.sizes)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := b.Do(gone, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("who is gone before: %v", err)
		}
	})
}

func TestCloseDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &doubling{}
		b := batch.New(time.Hour, 100, d.commit)
		if _, err := b.Do(t.Context(), 0); err != nil { // the next ones have an hour to wait
			t.Error(err)
		}
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				if got, err := b.Do(t.Context(), i); err != nil || got != 2*i {
					t.Errorf("Do(%d) = %d, %v", i, got, err)
				}
			})
		}
		synctest.Wait()
		begun := time.Now()
		b.Close()
		group.Wait()
		if waited := time.Since(begun); waited != 0 {
			t.Errorf("closing waited %v", waited)
		}
		if _, err := b.Do(t.Context(), 1); !errors.Is(err, fault.Unavailable) {
			t.Errorf("after Close: %v", err)
		}
	})
}
