// diff writes the next migration: what ent/schema has and ent/migrate/mysql lacks. It replays the folder on a scratch database that TEST_DATABASE_URL's
// server lends: scripts/mariadb go run ./ent/migrate/diff NAME. With -check it writes nothing and fails when there is a difference.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	dbmigrate "github.com/kaituan/kaituan/ent/db/migrate"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail when ent/schema and the migrations differ")
	flag.Parse()
	if err := run(context.Background(), *check, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "diff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, check bool, name string) error {
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" || (name == "" && !check) {
		return fmt.Errorf("usage: scripts/mariadb go run ./ent/migrate/diff [-check | NAME]")
	}
	folder := "ent/migrate/mysql"
	if check { // a copy: a difference is seen as one file more
		copied, err := os.MkdirTemp("", "migrations")
		if err != nil {
			return err
		}
		defer os.RemoveAll(copied)
		if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
			return err
		}
		folder, name = copied, "difference"
	}
	url := server + "/diff_" + strings.ToLower(id.New("x"))
	if err := store.CreateDatabase(ctx, url); err != nil {
		return err
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	dir, err := sqltool.NewGooseDir(folder)
	if err != nil {
		return fmt.Errorf("open %s: %w", folder, err)
	}
	before, _ := filepath.Glob(folder + "/*.sql")
	tables, err := schema.CopyTables(dbmigrate.Tables)
	if err != nil {
		return err
	}
	atlas, err := schema.NewMigrate(entsql.OpenDB(dialect.MySQL, s.DB()),
		schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay), schema.WithDialect(dialect.MySQL), schema.WithForeignKeys(false), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	if err := atlas.NamedDiff(ctx, name, tables...); err != nil {
		return fmt.Errorf("compute the difference: %w", err)
	}
	after, _ := filepath.Glob(folder + "/*.sql")
	if check && len(after) != len(before) {
		text, _ := os.ReadFile(after[len(after)-1])
		return fmt.Errorf("ent/schema and ent/migrate differ; run `make migration NAME=…`:\n%s", text)
	}
	return nil
}
