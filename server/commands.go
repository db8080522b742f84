package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	tables "github.com/kaituan/kaituan/ent/migrate"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/invariant"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/server/app"
	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/server/importer"
)

type imports struct {
	Files []string `arg:"" help:"CSV files in Shopify's product format." type:"path"`
}

// Run imports the files and reports each product that was refused; it fails when one was.
func (i imports) Run(ctx context.Context, c *config.Config) error {
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	report, err := importer.Import(ctx, a.Catalog, i.Files, os.Stderr)
	printReport(report)
	if err == nil && report.Refused+len(report.Failed) > 0 {
		err = errors.New("something was refused; the report says what and why")
	}
	return err
}

// printReport says what became of each file and product, refusals by file and row.
func printReport(r importer.Report) {
	fmt.Printf("%d rows: %d products created, %d changed, %d unchanged, %d refused\n", r.Rows, r.Created, r.Changed, r.Unchanged, r.Refused)
	for _, refusal := range r.Refusals {
		fmt.Printf("  %s:%d %s: %s\n", refusal.File, refusal.Line, refusal.Handle, refusal.Reason)
	}
	if more := r.Refused - len(r.Refusals); more > 0 {
		fmt.Printf("  and %d more\n", more)
	}
	for _, failure := range r.Failed {
		fmt.Printf("  %s: %s\n", failure.File, failure.Reason)
	}
}

type check struct {
	List bool `help:"Word each promise, and check nothing."`
}

// Run checks every promise in one consistent moment of the database, and fails when one is broken.
func (k check) Run(ctx context.Context, c *config.Config) error {
	list := app.Invariants()
	if k.List {
		fmt.Println("I… are the promises of the shop, R…, G…, F… further ones that they stand on: of orders, groups, facts. What is checked in parts has them numbered.")
		out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for i, id := range numbered(list) {
			fmt.Fprintf(out, "%s\t%s\n", id, list[i].Promise)
		}
		return out.Flush()
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	results, err := invariant.Run(ctx, s, clock.System(), list)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	ids := numbered(list)
	for i, r := range results {
		verdict := "ok"
		if r.Broken > 0 {
			verdict = fmt.Sprintf("BROKEN in %d rows, first %s", r.Broken, r.First)
		}
		if r.Underway > 0 {
			verdict += fmt.Sprintf(" (%d rows left out, whose facts are under way)", r.Underway)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\n", ids[i], r.Invariant.Promise, verdict)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return invariant.Broken(results)
}

// numbered are the ids of a list, each once: I1, and I2.1, I2.2, … where several share I2.
func numbered(list []invariant.Invariant) []string {
	parts, of := map[string]int{}, map[string]int{}
	for _, inv := range list {
		of[inv.ID]++
	}
	ids := make([]string, len(list))
	for i, inv := range list {
		ids[i] = inv.ID
		if parts[inv.ID]++; of[inv.ID] > 1 {
			ids[i] = fmt.Sprintf("%s.%d", inv.ID, parts[inv.ID])
		}
	}
	return ids
}

type migrate struct{}

// Run brings the database to this program's tables.
func (migrate) Run(ctx context.Context, c *config.Config) error {
	if err := store.CreateDatabase(ctx, c.DatabaseURL); err != nil {
		return err
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := tables.Up(ctx, s, func(line string) { fmt.Println(line) }); err != nil {
		return err
	}
	fmt.Println("the tables are current")
	return nil
}

type keyCreate struct {
	Name  string   `help:"Who it is for." default:"partner"`
	Scope []string `help:"Scopes that it holds, e.g. CATALOG_WRITE,ORDER_READ." required:""`
}

// Run makes a partner key and shows it, once.
func (k keyCreate) Run(ctx context.Context, c *config.Config) error {
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	key, err := a.Identity.KeyCreate(ctx, k.Name, k.Scope)
	if err != nil {
		return err
	}
	fmt.Println(key)
	return nil
}

type keyList struct{}

// Run lists the keys, without the keys themselves.
func (keyList) Run(ctx context.Context, c *config.Config) error {
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	keys, err := a.Identity.KeyList(ctx)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, k := range keys {
		state := "since " + k.CreatedAt.Format(time.DateOnly)
		if k.RevokedAt != nil {
			state = "ended " + k.RevokedAt.Format(time.DateOnly)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", k.ID, k.Name, state, strings.Join(k.Scopes, ","))
	}
	return out.Flush()
}

type keyRevoke struct {
	ID string `arg:"" help:"The key's id, pak_…, as key list shows it."`
}

// Run ends a partner key.
func (k keyRevoke) Run(ctx context.Context, c *config.Config) error {
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	ended, err := a.Identity.KeyRevoke(ctx, k.ID)
	if err == nil && !ended {
		err = errors.New("there is no such key, or it has ended before")
	}
	return err
}

type hostGrant struct {
	Shopper string `arg:"" help:"The shopper's id, shp_…"`
}

// Run lets a shopper run live rooms, from his next sign-in or refresh on.
func (h hostGrant) Run(ctx context.Context, c *config.Config) error {
	if !id.Is(h.Shopper, "shp") {
		return errors.New("want a shopper's id, shp_…")
	}
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Identity.HostGrant(ctx, h.Shopper)
}
