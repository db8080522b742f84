// Package documents holds what the frontends' releases registered: the manifests that are part of the program, and those of a folder, which is looked at while the
// server runs.
package documents

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/server/transport"
)

// Documents answers for all live manifests. It is safe for concurrent use, and does no I/O but in Look.
type Documents struct {
	inspector *transport.Inspector
	folder    string
	embedded  []*file
	live      atomic.Pointer[live]
	broken    atomic.Int64

	// Look's own; it is not called by two.
	files map[string]*file
}

// live is what is registered now.
type live struct {
	byID      map[string]*ast.QueryDocument
	byText    map[string]*ast.QueryDocument
	manifests int
}

// file is a manifest's file as it was seen last.
type file struct {
	changed time.Time
	size    int64
	// docs are those of the last good state, by id; nil: there was none.
	docs map[string]*ast.QueryDocument
	bad  bool
}

// Open returns the documents of the manifests that are part of the program, which must all be good, and of folder's; "": there is none. A broken file of the
// folder is refused whole and does not stop the start: other releases must go on.
//
// Errors: the folder cannot be read, or an embedded manifest is broken.
func Open(schema *ast.Schema, embedded map[string][]byte, folder string) (*Documents, error) {
	d := &Documents{inspector: transport.NewInspector(schema), folder: folder, files: map[string]*file{}}
	for _, name := range slices.Sorted(maps.Keys(embedded)) {
		docs, err := d.read(name, embedded[name])
		if err != nil {
			return nil, fmt.Errorf("the program's own manifest %w", err)
		}
		d.embedded = append(d.embedded, &file{docs: docs})
	}
	d.publish()
	return d, d.Look()
}

// ByID returns the document with that id.
func (d *Documents) ByID(id string) (body string, ok bool) {
	doc, ok := d.live.Load().byID[id]
	if !ok {
		return "", false
	}
	return doc.Position.Src.Input, true
}

// Parsed returns the document with that text, nil when there is none.
func (d *Documents) Parsed(body string) *ast.QueryDocument { return d.live.Load().byText[body] }

// lookEvery is how long a changed folder may stay unseen.
const lookEvery = 2 * time.Second

// Watch looks at the folder now and then, until ctx ends.
func (d *Documents) Watch(ctx context.Context) {
	if d.folder == "" {
		return
	}
	for ticker := time.NewTicker(lookEvery); ; {
		select {
		case <-ticker.C:
			if err := d.Look(); err != nil {
				slog.Error("the manifests could not be read; the earlier ones stay", "error", err)
			}
		case <-ctx.Done():
			ticker.Stop()
			return
		}
	}
}

// Look reads what has changed in the folder. A file that is gone takes its documents along, unless another manifest has them; one that is broken keeps what it
// had before, and is told of once.
//
// Errors: the folder cannot be listed; then everything stays as it is.
func (d *Documents) Look() error {
	if d.folder == "" {
		return nil
	}
	infos, err := d.list()
	if err != nil {
		return fmt.Errorf("manifests: %w", err)
	}
	changed := false
	for name := range d.files {
		if _, there := infos[name]; !there {
			delete(d.files, name)
			changed = true
		}
	}
	for name, info := range infos {
		f := d.files[name]
		if info == nil && f != nil && f.bad {
			continue
		}
		if f != nil && info != nil && f.changed.Equal(info.ModTime()) && f.size == info.Size() {
			continue
		}
		changed = true
		if f == nil {
			f = &file{}
			d.files[name] = f
		}
		if info == nil {
			f.changed, f.bad = time.Time{}, true // so that it is read once it can be
			slog.Error("a manifest cannot be looked at; what it held before stays", "file", name)
			continue
		}
		d.reread(name, f, info)
	}
	if changed {
		d.publish()
	}
	return nil
}

// list returns the manifests' files by name; nil for one that cannot be looked at, and yet is not gone.
func (d *Documents) list() (map[string]fs.FileInfo, error) {
	entries, err := os.ReadDir(d.folder)
	if err != nil {
		return nil, err
	}
	infos := map[string]fs.FileInfo{}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		info, err := os.Stat(filepath.Join(d.folder, entry.Name())) // through links, which is how some put files there
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			infos[entry.Name()] = nil
		case info.Mode().IsRegular():
			infos[entry.Name()] = info
		}
	}
	return infos, nil
}

func (d *Documents) reread(name string, f *file, info fs.FileInfo) {
	f.changed, f.size = info.ModTime(), info.Size()
	docs, err := d.readFile(name, info)
	f.bad = err != nil
	if err != nil {
		slog.Error("a manifest was refused; what it held before stays", "error", err)
		return
	}
	f.docs = docs
	slog.Info("manifest", "file", name, "operations", len(docs))
}

func (d *Documents) readFile(name string, info fs.FileInfo) (map[string]*ast.QueryDocument, error) {
	if info.Size() > manifest.MaxBytes {
		return nil, fmt.Errorf("%s has more than %d bytes", name, manifest.MaxBytes)
	}
	content, err := os.ReadFile(filepath.Join(d.folder, name))
	if err != nil {
		return nil, err
	}
	return d.read(name, content)
}

// read returns the documents of a manifest, or what is wrong with the first bad one.
func (d *Documents) read(name string, content []byte) (map[string]*ast.QueryDocument, error) {
	m, err := manifest.Parse(name, content)
	if err != nil {
		return nil, err
	}
	docs := make(map[string]*ast.QueryDocument, len(m.Operations))
	for _, op := range m.Operations {
		found, err := d.inspector.Inspect(op.Body)
		if err == nil {
			err = agrees(op, found)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: operation %s: %w", name, op.Name, err)
		}
		docs[op.ID] = found.Document
	}
	return docs, nil
}

// agrees compares what a manifest says with what its document is. The cost may be another than at its release, as defaults of the schema may; that it is within
// the limit has been looked at.
func agrees(op manifest.Operation, found *transport.Inspection) error {
	switch {
	case op.Name != found.Name:
		return fmt.Errorf("its document is called %s", found.Name)
	case op.Kind != string(found.Kind):
		return fmt.Errorf("it says %s, and its document is a %s", op.Kind, found.Kind)
	}
	audience, err := contract.Parse(op.Audience)
	if err != nil {
		return err
	}
	if !found.For(audience) {
		return fmt.Errorf("the contract of %s does not have all that it selects", audience)
	}
	return nil
}

// publish makes what the files hold what is asked for, at once for everybody.
func (d *Documents) publish() {
	next := &live{byID: map[string]*ast.QueryDocument{}, byText: map[string]*ast.QueryDocument{}}
	broken := int64(0)
	take := func(f *file) {
		if f.bad {
			broken++
		}
		if f.docs != nil {
			next.manifests++
		}
		for id, doc := range f.docs {
			if next.byID[id] == nil { // of several releases that have it, each as good as the other
				next.byID[id], next.byText[doc.Position.Src.Input] = doc, doc
			}
		}
	}
	for _, f := range d.embedded {
		take(f)
	}
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		take(d.files[name])
	}
	d.live.Store(next)
	d.broken.Store(broken)
}

// Metrics show what is registered.
func (d *Documents) Metrics() []prometheus.Collector {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	return []prometheus.Collector{
		gauge("kaituan_manifests", "Manifests whose documents are answered.", func() float64 { return float64(d.live.Load().manifests) }),
		gauge("kaituan_manifests_broken", "Files of the folder that were refused; what they held before stays.", func() float64 { return float64(d.broken.Load()) }),
		gauge("kaituan_trusted_documents", "Documents that are answered by their id.", func() float64 { return float64(len(d.live.Load().byID)) }),
	}
}
