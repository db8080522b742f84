package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	gql "github.com/vektah/gqlparser/v2/ast"
)

// declared are what the code says with each code of an error, by where it leaves: "userErrors" or "extensions".
type declared map[string]map[string][]string

// leaves says where what a function of package fault declares leaves the server.
var leaves = map[string]string{"Refuse": "userErrors", "BadRequest": "extensions", "Unwell": "extensions"}

// errorList is errors.md: every code that may leave the server, with what the code says with it.
//
// Errors: a code that advice does not know, or that nobody declares any more.
func errorList(schema *gql.Schema, root string) ([]byte, error) {
	found := declared{"userErrors": {}, "extensions": {}}
	for _, folder := range []string{"internal", "shop", "server", "graph"} {
		if err := found.gather(filepath.Join(root, folder)); err != nil {
			return nil, err
		}
	}
	promised := map[string][]string{} // the contract has better words than one of the verbs that refuse
	for _, v := range schema.Types["UserErrorCode"].EnumValues {
		promised[v.Name] = []string{strings.ReplaceAll(v.Description, "\n", " ")}
	}
	for code := range found["userErrors"] {
		if promised[code] == nil {
			return nil, fmt.Errorf("%s is declared as a refusal, and UserErrorCode does not have it", code)
		}
	}
	found["userErrors"] = promised
	var out bytes.Buffer
	out.WriteString(errorsHead)
	for _, part := range []struct{ title, where, text string }{
		{"In `userErrors`", "userErrors", userErrorsText}, {"In `extensions.code`", "extensions", extensionsText},
	} {
		fmt.Fprintf(&out, "\n## %s\n\n%s\n\n| code | what it says | what a client does | retry |\n|---|---|---|---|\n", part.title, part.text)
		if err := rows(&out, found[part.where], advice[part.where]); err != nil {
			return nil, fmt.Errorf("%s: %w", part.where, err)
		}
	}
	return out.Bytes(), nil
}

func rows(out *bytes.Buffer, found map[string][]string, known map[string]todo) error {
	codes := make([]string, 0, len(found))
	for code := range found {
		codes = append(codes, code)
		if _, ok := known[code]; !ok {
			return fmt.Errorf("%s is declared, and advice.go does not say what a client does about it", code)
		}
	}
	for code := range known {
		if found[code] == nil {
			return fmt.Errorf("advice.go says what to do about %s, which nothing declares", code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		texts := slices.Compact(slices.Sorted(slices.Values(found[code])))
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", code, strings.ReplaceAll(strings.Join(texts, "<br>"), "|", `\|`), known[code].does, known[code].retry)
	}
	return nil
}

// gather reads the declarations below a folder: fault.Refuse("CODE", "what it says", …), within package fault without its name.
func (d declared) gather(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testgraph") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 3 {
				d.take(call)
			}
			return true
		})
		return nil
	})
}

func (d declared) take(call *ast.CallExpr) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "fault" {
			name = f.Sel.Name
		}
	}
	code, isCode := text(call.Args[0])
	says, isText := text(call.Args[1])
	if where := leaves[name]; where != "" && isCode && isText {
		d[where][code] = append(d[where][code], says)
	}
}

// text is a literal's value.
func text(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(literal.Value)
	return value, err == nil
}
