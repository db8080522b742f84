package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

func addDeadline(ctx context.Context, s *store.Store, kind, ref string) error {
	now := clock.System()
	return s.Client(ctx).Deadline.Create().SetKind(kind).SetRef(ref).SetDueAt(now).SetCreatedAt(now).Exec(ctx)
}

func countDeadlines(t *testing.T, s *store.Store) int {
	t.Helper()
	n, err := s.Client(t.Context()).Deadline.Query().Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInTxCommitsAndRollsBack(t *testing.T) {
	s := testdb.Open(t)
	boom := errors.New("boom")
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		if err := addDeadline(ctx, s, "a", "r"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || countDeadlines(t, s) != 0 {
		t.Fatalf("err = %v, rows = %d; want boom and none", err, countDeadlines(t, s))
	}
	ran := false
	if err := s.InTx(t.Context(), func(ctx context.Context) error {
		s.AfterCommit(ctx, func() { ran = true })
		return s.InTx(ctx, func(ctx context.Context) error { return addDeadline(ctx, s, "a", "r") })
	}); err != nil {
		t.Fatal(err)
	}
	if countDeadlines(t, s) != 1 || !ran {
		t.Fatalf("rows = %d, after commit ran = %v", countDeadlines(t, s), ran)
	}
}

func TestASwallowedErrorDoomsTheTransaction(t *testing.T) {
	s := testdb.Open(t)
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		if err := addDeadline(ctx, s, "a", "r"); err != nil {
			return err
		}
		_ = addDeadline(ctx, s, "a", "r") // a duplicate nobody asked for
		return nil
	})
	if !store.IsDuplicate(err) || countDeadlines(t, s) != 0 {
		t.Fatalf("err = %v, rows = %d; want the duplicate and none", err, countDeadlines(t, s))
	}
	joined := errors.New("joined")
	err = s.InTx(t.Context(), func(ctx context.Context) error {
		_ = s.InTx(ctx, func(context.Context) error { return joined })
		return nil
	})
	if !errors.Is(err, joined) {
		t.Fatalf("err = %v; want the joined call's", err)
	}
}

func TestUnique(t *testing.T) {
	s := testdb.Open(t)
	var first, second bool
	err := s.InTx(t.Context(), func(ctx context.Context) (err error) {
		insert := func(ctx context.Context) error { return addDeadline(ctx, s, "a", "r") }
		if first, err = s.Unique(ctx, insert); err != nil {
			return err
		}
		second, err = s.Unique(ctx, insert)
		return err
	})
	if err != nil || !first || second || countDeadlines(t, s) != 1 {
		t.Fatalf("err = %v, inserted %v then %v, rows = %d", err, first, second, countDeadlines(t, s))
	}
}

func TestWritesOutsideATransactionFail(t *testing.T) {
	s := testdb.Open(t)
	if _, err := s.Exec(t.Context(), "DELETE FROM deadlines"); err == nil {
		t.Error("Exec outside InTx went through")
	}
	if !s.SQLite() {
		return // MySQL has one pool for both; the suite's run on SQLite finds such a write
	}
	if err := addDeadline(t.Context(), s, "a", "r"); err == nil {
		t.Error("the reading client wrote")
	}
}

func TestAClientThatHangsUpDoesNotStopATransaction(t *testing.T) {
	s := testdb.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.InTx(ctx, func(ctx context.Context) error {
		cancel()
		return addDeadline(ctx, s, "a", "r")
	})
	if err != nil || countDeadlines(t, s) != 1 {
		t.Fatalf("err = %v, rows = %d", err, countDeadlines(t, s))
	}
}

func TestGuardHasOneWinner(t *testing.T) {
	s := testdb.Open(t)
	if err := s.InTx(t.Context(), func(ctx context.Context) error { return addDeadline(ctx, s, "a", "r") }); err != nil {
		t.Fatal(err)
	}
	const rivals = 32
	won := make(chan bool, rivals)
	var group sync.WaitGroup
	for range rivals {
		group.Go(func() {
			err := s.InTx(t.Context(), func(ctx context.Context) error {
				ok, err := s.Guard(ctx, "UPDATE deadlines SET ver = ver + 1 WHERE kind = ? AND ver = 1", "a")
				s.AfterCommit(ctx, func() { won <- ok })
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(won)
	winners := 0
	for ok := range won {
		if ok {
			winners++
		}
	}
	if winners != 1 {
		t.Fatalf("%d winners", winners)
	}
}

func TestTimesComeBackAsTheyWentIn(t *testing.T) {
	s := testdb.Open(t)
	at := time.Date(2026, 3, 1, 8, 30, 0, 123456000, time.UTC)
	var got *db.Deadline
	err := s.InTx(t.Context(), func(ctx context.Context) (err error) {
		got, err = s.Client(ctx).Deadline.Create().SetKind("a").SetRef("r").SetDueAt(at).SetCreatedAt(at).Save(ctx)
		if err == nil {
			got, err = s.Client(ctx).Deadline.Get(ctx, got.ID)
		}
		return err
	})
	if err != nil || !got.DueAt.Equal(at) {
		t.Fatalf("err = %v, time = %v; want %v", err, got.DueAt, at)
	}
}

func TestStatementsAreCountedByWhetherTheyRead(t *testing.T) {
	s := testdb.Open(t)
	reads, writes := s.Reads(), s.Writes()
	if err := s.InTx(t.Context(), func(ctx context.Context) error {
		if err := addDeadline(ctx, s, "a", "r"); err != nil {
			return err
		}
		_, err := s.Client(ctx).Deadline.Query().Count(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	countDeadlines(t, s)
	if _, err := s.GuardAlone(t.Context(), "DELETE FROM deadlines WHERE kind = ?", "a"); err != nil {
		t.Fatal(err)
	}
	if reads, writes = s.Reads()-reads, s.Writes()-writes; reads != 2 || writes != 2 {
		t.Errorf("%d reads and %d writes, want 2 and 2", reads, writes)
	}
}
