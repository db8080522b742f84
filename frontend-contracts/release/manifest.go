package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
	"github.com/kaituan/kaituan/server/transport"
)

// release writes the manifest of a version. One that was released stays as it is: apps in people's pockets go by it. Only a version that ends in -dev may change.
func release(schema *ast.Schema, from, operations, app, version string) error {
	m, err := assemble(schema, from, operations, app, version)
	if err != nil {
		return err
	}
	content := m.Bytes()
	if _, err := manifest.Parse(m.File(), content); err != nil {
		return err
	}
	path := filepath.Join(manifests, m.File())
	was, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(was, content):
		return nil
	case err == nil && !m.InDevelopment():
		return fmt.Errorf("%s is released and holds other operations; give them a new version", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := write(path, content); err != nil || m.InDevelopment() {
		return err
	}
	return seal(m.File(), content)
}

// seal adds the sum of a released manifest to those that a test holds the files against.
func seal(file string, content []byte) error {
	path := filepath.Join(manifests, manifest.Sums)
	was, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return write(path, append(was, manifest.Sum(file, content)+"\n"...))
}

// assemble makes a manifest of what codegen wrote and of the folders in which operations were written.
func assemble(schema *ast.Schema, from, operations, app, version string) (*manifest.Manifest, error) {
	content, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	var bodies map[string]string
	if err := json.Unmarshal(content, &bodies); err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	pages, err := pagesOf(operations)
	if err != nil {
		return nil, err
	}
	m := &manifest.Manifest{App: app, Version: version}
	inspector := transport.NewInspector(schema)
	for hash, body := range bodies {
		found, err := inspector.Inspect(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", from, hash, err)
		}
		op := manifest.Operation{
			ID: "sha256:" + strings.TrimPrefix(hash, "sha256:"), Name: found.Name, Kind: string(found.Kind), Page: pages[found.Name], Audience: string(found.Audiences[0]), Cost: found.Cost, Body: body,
		}
		if op.Page == "" {
			return nil, fmt.Errorf("%s: %s is in no page's folder of %s", from, op.Name, operations)
		}
		m.Operations = append(m.Operations, op)
	}
	return m, nil
}

// pagesOf says by an operation's name in which page's folder it was written.
func pagesOf(operations string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(operations, "*", "*.graphql"))
	if err != nil {
		return nil, err
	}
	pages := map[string]string{}
	for _, file := range files {
		page := filepath.Base(filepath.Dir(file))
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		doc, err := parser.ParseQuery(&ast.Source{Name: file, Input: string(text)})
		if err != nil {
			return nil, err
		}
		for _, op := range doc.Operations {
			if !slices.Contains(manifest.Pages, page) {
				return nil, fmt.Errorf("%s: there is no page %q", file, page)
			}
			if was := pages[op.Name]; was != "" {
				return nil, fmt.Errorf("%s: page %s has an operation %s, too", file, was, op.Name)
			}
			pages[op.Name] = page
		}
	}
	return pages, nil
}
