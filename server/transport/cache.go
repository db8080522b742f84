package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// documentCache keeps parsed, valid documents by their text, bounded in number and size, so that foreign documents cannot fill the memory. Trusted ones are
// found before, and need no place.
type documentCache struct {
	trusted Documents
	docs    *otter.Cache[string, *ast.QueryDocument]
}

var _ graphql.Cache[*ast.QueryDocument] = documentCache{}

func newDocumentCache(trusted Documents, entries int) documentCache {
	return documentCache{trusted: trusted, docs: bounded[string, *ast.QueryDocument](entries)}
}

func (c documentCache) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	if doc := c.trusted.Parsed(text); doc != nil {
		return doc, true
	}
	return c.docs.GetIfPresent(text)
}

func (c documentCache) Add(_ context.Context, text string, doc *ast.QueryDocument) {
	if len(text) <= maxCachedDocument {
		c.docs.Set(text, doc)
	}
}

// bounded returns a cache of at most so many entries that starts no goroutine: upkeep runs in the caller.
func bounded[K comparable, V any](entries int) *otter.Cache[K, V] {
	return otter.Must(&otter.Options[K, V]{MaximumSize: entries, Executor: func(upkeep func()) { upkeep() }})
}
