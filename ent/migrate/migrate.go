// Package migrate brings a database to the tables of this program: versioned SQL on MySQL, MariaDB and TiDB, ent's own creation on SQLite.
package migrate

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/pressly/goose/v3"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/store"
)

//go:embed mysql/*.sql
var files embed.FS

// ErrPending: the database lacks migrations of this program.
var ErrPending = errors.New("the database is behind this program: run `kaituan migrate`")

// Up creates or migrates the tables. Two processes may call it at once: one waits for the other. It says what it did through log.
func Up(ctx context.Context, s *store.Store, log func(string)) error {
	if s.SQLite() {
		client := db.NewClient(db.Driver(entsql.OpenDB(s.Dialect(), s.DB())))
		if err := client.Schema.Create(ctx); err != nil {
			return fmt.Errorf("create the tables: %w", err)
		}
		return nil
	}
	return withLock(ctx, s, func() error {
		provider, err := newProvider(s)
		if err != nil {
			return err
		}
		results, err := provider.Up(ctx)
		for _, r := range results {
			log(fmt.Sprintf("migrated %s in %v", r.Source.Path, r.Duration))
		}
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return nil
	})
}

// Check returns ErrPending when migrations are missing. SQLite is always current, since it migrates itself at the start.
func Check(ctx context.Context, s *store.Store) error {
	if s.SQLite() {
		return nil
	}
	provider, err := newProvider(s)
	if err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("read the applied migrations: %w", err)
	}
	if pending {
		return ErrPending
	}
	return nil
}

func newProvider(s *store.Store) (*goose.Provider, error) {
	dir, err := fs.Sub(files, "mysql")
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(goose.DialectMySQL, s.DB(), dir)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}

// withLock holds a named lock of the server's while fn runs: DDL commits by itself, so no transaction can keep a second process out.
func withLock(ctx context.Context, s *store.Store, fn func() error) error {
	conn, err := s.DB().Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close()
	var got int
	if err := conn.QueryRowContext(ctx, "SELECT COALESCE(GET_LOCK(CONCAT('kaituan_migrate_', DATABASE()), 60), 0)").Scan(&got); err != nil {
		return fmt.Errorf("lock the migrations: %w", err)
	}
	if got != 1 {
		return errors.New("migrate: another process has been migrating for a minute")
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK(CONCAT('kaituan_migrate_', DATABASE()))")
	}()
	return fn()
}
