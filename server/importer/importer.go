// Package importer reads products from files in Shopify's product CSV format, in which merchants export their shops, into the catalogue.
package importer

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/catalog"
)

// maxRefusals is how many refusals a report keeps; further ones are counted.
const maxRefusals = 1000

// Report is what became of an import.
type Report struct {
	// Rows counts records below the headers. The others count products.
	Rows, Created, Changed, Unchanged, Refused int
	// Refusals are the first 1,000 refused products and rows.
	Refusals []Refusal
	// Failed are the files that could not be read, or not to their end.
	Failed []Failure
}

// Refusal is a product that was left out, or a row that belongs to none.
type Refusal struct {
	File   string
	Line   int
	Handle string
	Reason string
}

// Failure is a file that could not be read to its end. What stands before the line it names was imported.
type Failure struct{ File, Reason string }

// Import reads files into the catalogue, in bounded memory for any length. Each product succeeds or fails on its own: a bad row refuses its whole product
// and is named in the report. Importing a file again changes nothing. Progress, when not nil, gets a line each second, rewritten in place on a terminal.
//
// A file that is empty, no product CSV or not UTF-8 is in Report.Failed, and the others go on. The error is the database's or the context's; the report
// then says what was done before.
func Import(ctx context.Context, svc *catalog.Service, files []string, progress io.Writer) (Report, error) {
	in := &importing{svc: svc, progress: newProgress(progress)}
	for _, file := range files {
		err := in.file(ctx, file)
		var bad *badFile
		var path *os.PathError
		switch {
		case errors.As(err, &bad):
			in.report.Failed = append(in.report.Failed, Failure{file, bad.Error()})
		case errors.As(err, &path):
			in.report.Failed = append(in.report.Failed, Failure{file, path.Err.Error()})
		case err != nil:
			return in.report, fmt.Errorf("import %s: %w", file, err)
		}
	}
	in.progress.end(in.report)
	return in.report, nil
}

// importing is one import under way.
type importing struct {
	svc      *catalog.Service
	progress *progress
	report   Report

	name string // of the file being read
	head *header
	// open is the product whose rows are being read.
	open *group
	// batch waits to be written.
	batch []*group
	// seen are the handles of the file by hash: eight bytes each, whatever their length.
	seen map[uint64]struct{}
	seed maphash.Seed
}

func (in *importing) file(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in.name, in.open, in.batch, in.seen, in.seed = name, nil, nil, map[uint64]struct{}{}, maphash.MakeSeed()
	rs, err := newRecords(f)
	if err != nil {
		return err
	}
	if in.head, err = readHeader(rs); err != nil {
		return err
	}
	broken := in.rows(ctx, rs)
	in.close()
	return errors.Join(broken, in.write(ctx))
}

// rows reads the records up to the end of the file, or to what makes the rest unreadable.
func (in *importing) rows(ctx context.Context, rs *records) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		fields, line, err := rs.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *badRow
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		in.report.Rows++
		if bad == nil && len(fields) != in.head.width {
			bad = &badRow{fmt.Sprintf("%d fields under a header of %d", len(fields), in.head.width)}
		}
		if bad != nil {
			in.unread(line, bad.reason)
		} else {
			in.take(row{in.head, fields, line})
		}
		if len(in.batch) == catalog.MaxUpsert {
			if err := in.write(ctx); err != nil {
				return err
			}
		}
		in.progress.tick(in.report)
	}
}

// unread refuses a row that cannot be read, and the product before it: the row may have been one of its variants.
func (in *importing) unread(line int, reason string) {
	if in.open != nil {
		in.open.fail(line, "%s (this row, or the product that it belongs to)", reason)
		return
	}
	in.refuse(Refusal{Line: line, Reason: reason})
}

// take adds a row to its product.
func (in *importing) take(r row) {
	handle := r.get(colHandle)
	if handle == "" {
		in.unread(r.line, "no handle")
		return
	}
	if in.open == nil || in.open.handle != handle {
		in.close()
		in.open = begin(r)
		hash := maphash.String(in.seed, handle)
		if _, again := in.seen[hash]; again {
			in.open.fail(r.line, "the handle stands further up in the file; a product's rows must stand together")
		}
		in.seen[hash] = struct{}{}
	}
	in.open.add(r)
}

// close ends the product being read.
func (in *importing) close() {
	g := in.open
	if in.open = nil; g == nil {
		return
	}
	if g.failure == nil && len(g.input.Skus) == 0 {
		g.fail(g.line, "no row has a %s", colPrice)
	}
	if g.failure != nil {
		in.refuse(*g.failure)
		return
	}
	g.end(in.head)
	in.batch = append(in.batch, g)
}

// write stores the batch and counts what became of it.
func (in *importing) write(ctx context.Context) error {
	if len(in.batch) == 0 {
		return nil
	}
	inputs := make([]*catalog.ProductInput, len(in.batch))
	for i, g := range in.batch {
		inputs[i] = g.input
	}
	results, err := in.svc.Upsert(ctx, inputs)
	if err != nil {
		return err
	}
	for i, r := range results {
		switch {
		case len(r.Refused) > 0:
			in.refuse(in.batch[i].refusal(r.Refused))
		case r.Created:
			in.report.Created++
		case r.Changed:
			in.report.Changed++
		default:
			in.report.Unchanged++
		}
	}
	in.batch = in.batch[:0]
	return nil
}

func (in *importing) refuse(r Refusal) {
	in.report.Refused++
	if len(in.report.Refusals) < maxRefusals {
		r.File = in.name
		in.report.Refusals = append(in.report.Refusals, r)
	}
}

// refusal names the row that the catalogue refused, and why.
func (g *group) refusal(refused []error) Refusal {
	r := Refusal{Line: g.line, Handle: g.handle, Reason: refused[0].Error()}
	if e := fault.Of(refused[0]); e != nil {
		r.Reason = strings.Join(e.Field, ".") + ": " + e.Message.En
		if len(e.Field) > 1 && e.Field[0] == "skus" {
			if i, err := strconv.Atoi(e.Field[1]); err == nil && i < len(g.lines) {
				r.Line, r.Reason = g.lines[i], strings.Join(e.Field[2:], ".")+": "+e.Message.En
			}
		}
	}
	if more := len(refused) - 1; more > 0 {
		r.Reason += fmt.Sprintf(" (and %d more)", more)
	}
	return r
}
