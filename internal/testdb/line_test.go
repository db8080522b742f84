package testdb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

// What the line loses is what the store says, and what the server has.
func TestALineLosesCommits(t *testing.T) {
	s, line := testdb.OpenByLine(t)
	rows := 0
	for _, lost := range line.Losses() {
		line.Lose(lost)
		err := s.InTx(t.Context(), func(ctx context.Context) error {
			return s.Client(ctx).Deadline.Create().SetKind(string(lost)).SetRef("r").SetDueAt(time.Now()).SetCreatedAt(time.Now()).Exec(ctx)
		})
		if errors.Is(err, store.ErrOutcomeUnknown) != (lost != testdb.Nothing) || err != nil && lost == testdb.Nothing {
			t.Errorf("%s is lost: %v", lost, err)
		}
		if lost != testdb.Commit {
			rows++
		}
		if n, err := s.Client(t.Context()).Deadline.Query().Count(t.Context()); err != nil || n != rows || !line.Quiet() {
			t.Errorf("%s is lost: %d rows, want %d; %v", lost, n, rows, err)
		}
	}
}
