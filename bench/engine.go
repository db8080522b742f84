package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

// engine is a kind of database to measure on.
type engine struct {
	Name string
	// server is a mysql:// URL without a database, "" for SQLite.
	server string
}

// engines are SQLite, and MariaDB when TEST_DATABASE_URL names a server.
func engines() []engine {
	all := []engine{{Name: "SQLite"}}
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		all = append(all, engine{"MariaDB", strings.TrimSuffix(server, "/")})
	}
	return all
}

// scratch is a folder and the address of a database that does not exist yet.
type scratch struct{ dir, url string }

// fresh names a new database; remove deletes it and the folder.
func (e engine) fresh() (at scratch, err error) {
	if at.dir, err = os.MkdirTemp("", "kaituan-bench"); err != nil {
		return at, err
	}
	at.url = "sqlite:" + filepath.Join(at.dir, "kaituan.db")
	if e.server != "" {
		at.url = e.server + "/" + "bench_" + strings.ToLower(strings.TrimPrefix(id.New("b"), "b_"))
	}
	return at, nil
}

func (at scratch) remove(ctx context.Context) error {
	err := os.RemoveAll(at.dir)
	if !strings.HasPrefix(at.url, "mysql:") {
		return err
	}
	s, openErr := store.Open(ctx, at.url)
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	defer s.Close()
	_, dropErr := s.DB().ExecContext(ctx, "DROP DATABASE "+at.url[strings.LastIndexByte(at.url, '/')+1:])
	return errors.Join(err, dropErr)
}
