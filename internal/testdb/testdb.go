// Package testdb gives each test a database of its own, with all tables, on the engine that TEST_DATABASE_URL names (mysql://USER:PASSWORD@HOST:PORT,
// without a database; scripts/mariadb sets it) or on SQLite when it is unset.
package testdb

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/ent/migrate"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// Open returns a fresh store; it is closed, and dropped, with the test.
func Open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), URL(t))
	if err != nil {
		t.Fatalf("open a test database: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// URL makes a fresh database with all tables and returns its address, for tests that start whole processes.
func URL(t testing.TB) string {
	t.Helper()
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		return onServer(t, server)
	}
	path := filepath.Join(t.TempDir(), "kaituan.db")
	if err := os.WriteFile(path, template(), 0o600); err != nil {
		t.Fatalf("copy the template database: %v", err)
	}
	return "sqlite:" + path
}

func onServer(t testing.TB, server string) string {
	t.Helper()
	ctx := context.Background()
	name := "t" + strings.ToLower(strings.TrimPrefix(id.New("t"), "t_"))
	url := strings.TrimSuffix(server, "/") + "/" + name
	if err := store.CreateDatabase(ctx, url); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(ctx, s, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s, err := store.Open(ctx, url)
		if err != nil {
			t.Errorf("drop the test database: %v", err)
			return
		}
		defer s.Close()
		if _, err := s.DB().ExecContext(ctx, "DROP DATABASE "+name); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return url
}

// template is an empty SQLite database with all tables: made once per test program, then copied.
var template = sync.OnceValue(func() []byte {
	dir, err := os.MkdirTemp("", "kaituan-template")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+path)
	if err != nil {
		panic(err)
	}
	if err := migrate.Up(ctx, s, func(string) {}); err != nil {
		panic(err)
	}
	// The journal goes into the file, so that the file alone is the database.
	if _, err := s.DB().ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		panic(err)
	}
	if err := s.Close(); err != nil {
		panic(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return raw
})
