package web

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// TestDocumentsFitTheContract validates what GraphiQL opens with against schema/, within the limits of every request.
func TestDocumentsFitTheContract(t *testing.T) {
	schema := publicSchema(t)
	documents := map[string]string{}
	ide, err := ideFiles.ReadFile("graphiql/ide.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile("const (\\w+) = `(# [^`]+)`").FindAllStringSubmatch(string(ide), -1) {
		documents["GraphiQL "+found[1]] = found[2]
	}
	if len(documents) < 2 {
		t.Fatalf("only %d documents were found", len(documents))
	}
	for name, text := range documents {
		document, errs := gqlparser.LoadQueryWithRules(schema, text, nil)
		if len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
			continue
		}
		if n := tokens(t, text); n > 1000 {
			t.Errorf("%s: %d tokens", name, n)
		}
		for _, operation := range document.Operations {
			if depth, cost := measure(operation.SelectionSet); depth > 12 || cost > 2000 {
				t.Errorf("%s: depth %d, cost %d", name, depth, cost)
			} else if testing.Verbose() {
				t.Logf("%s: depth %d, cost %d", name, depth, cost)
			}
		}
	}
}

func publicSchema(t *testing.T) *ast.Schema {
	t.Helper()
	names, err := filepath.Glob("../../schema/*.graphql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func tokens(t *testing.T, text string) int {
	t.Helper()
	lex := lexer.New(&ast.Source{Input: text})
	for n := 0; ; n++ {
		token, err := lex.ReadToken()
		if err != nil {
			t.Fatal(err)
		}
		if token.Kind == lexer.EOF {
			return n
		}
	}
}

// measure counts as the server does: an object 1, a scalar nothing, a list times its `first`, or 3, a union its dearest member. A connection's own `first` stands
// for its lists.
func measure(selections ast.SelectionSet) (depth, cost int) { return measureTimes(selections, 0) }

func measureTimes(selections ast.SelectionSet, first int) (depth, cost int) {
	dearest := 0
	for _, selection := range selections {
		var below, sum int
		switch s := selection.(type) {
		case *ast.InlineFragment: // the documents have them for members of unions only
			var member int
			below, member = measureTimes(s.SelectionSet, first)
			dearest = max(dearest, member)
		case *ast.FragmentSpread:
			below, sum = measureTimes(s.Definition.SelectionSet, first)
		case *ast.Field:
			if len(s.SelectionSet) == 0 {
				depth = max(depth, 1)
				continue
			}
			inner, times := 0, 1
			if v := s.Arguments.ForName("first"); v != nil {
				inner = number(v.Value.Raw)
			}
			if s.Definition.Type.Elem != nil {
				if times = first; times == 0 {
					times = 3
				}
			}
			below, sum = measureTimes(s.SelectionSet, inner)
			below, sum = below+1, times*(sum+1)
		}
		depth, cost = max(depth, below), cost+sum
	}
	return depth, cost + dearest
}

func number(digits string) (n int) {
	for _, digit := range digits {
		n = n*10 + int(digit-'0')
	}
	return n
}
