package transport

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// FuzzLimits compares the memoised cost, depth, aliases and privacy of small random documents with a naive expansion of every fragment.
func FuzzLimits(f *testing.F) {
	for seed := range 40 {
		f.Add([]byte(strings.Repeat(fmt.Sprintf("%c%c%c%c", seed*7+3, seed*13+1, seed*29+5, 200-seed), 40)))
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		query := (&writer{choices: choices}).document()
		op := operationOf(t, query, nil, rules.NewRules()) // random documents may break rules that do not matter here
		n := naive{fragments: op.Doc.Fragments}
		want := n.expand(op.Operation.SelectionSet, testSchema.Query, noPage)
		shape := shaper{fragments: op.Doc.Fragments, memo: map[string]shape{}}.of(op.Operation.SelectionSet)
		cost := newCoster(testSchema, op.Doc.Fragments, nil).operation(op.Operation)
		private := newPrivacy(testSchema, op.Doc.Fragments).reaches(op.Operation)
		depth, aliases := n.shape(op.Operation.SelectionSet)
		if cost != min(want, saturated) || private != n.private || shape.depth != depth || shape.aliases != aliases {
			t.Errorf("%s\ncost %d, private %v, depth %d, aliases %d; naive %d, %v, %d, %d", query, cost, private, shape.depth, shape.aliases, want, n.private, depth, aliases)
		}
	})
}

// writer turns bytes into a document that fits the schema's types.
type writer struct {
	choices []byte
	b       strings.Builder
}

func (w *writer) pick(n int) int {
	if len(w.choices) == 0 {
		return 0
	}
	c := int(w.choices[0])
	w.choices = w.choices[1:]
	return c % n
}

var fragmentTypes = []string{"Person", "PersonConnection", "Named", "Robot", "Person", "Query"}

func (w *writer) document() string {
	w.b.WriteString("query ")
	w.set(testSchema.Query, 4, 0)
	for i, on := range fragmentTypes {
		fmt.Fprintf(&w.b, " fragment f%d on %s ", i, on)
		w.set(testSchema.Types[on], 3, i+1)
	}
	return w.b.String()
}

// set writes a selection on def; fragments below from are not spread, so there is no cycle.
func (w *writer) set(def *ast.Definition, depth, from int) {
	w.b.WriteString("{ __typename ")
	for range 1 + w.pick(3) {
		switch kind := w.pick(4); {
		case kind == 0 && from < len(fragmentTypes):
			fmt.Fprintf(&w.b, "...f%d ", from+w.pick(len(fragmentTypes)-from))
		case kind == 1 && depth > 0:
			on := []string{"Person", "Robot", "Named", def.Name}[w.pick(4)]
			fmt.Fprintf(&w.b, "... on %s ", on)
			w.set(testSchema.Types[on], depth-1, from)
		default:
			w.field(def, depth, from)
		}
	}
	w.b.WriteString("} ")
}

func (w *writer) field(def *ast.Definition, depth, from int) {
	fields := slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull })
	})
	if len(fields) == 0 {
		return
	}
	f := fields[w.pick(len(fields))]
	if w.pick(4) == 0 {
		fmt.Fprintf(&w.b, "x%d: ", w.pick(9))
	}
	w.b.WriteString(f.Name)
	if page := w.pick(3); page > 0 && len(f.Arguments) > 0 && f.Arguments.ForName("name") == nil {
		fmt.Fprintf(&w.b, "(%s: %d)", f.Arguments[0].Name, w.pick(30))
	}
	w.b.WriteString(" ")
	if of := testSchema.Types[f.Type.Name()]; of.IsCompositeType() {
		if depth == 0 {
			w.b.WriteString("{ __typename } ")
		} else {
			w.set(of, depth-1, from)
		}
	}
}

// naive writes every fragment out for every object type, each time anew.
type naive struct {
	fragments ast.FragmentDefinitionList
	private   bool
}

func (n *naive) expand(set ast.SelectionSet, on *ast.Definition, page int) int {
	total := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.FragmentSpread:
			f := n.fragments.ForName(s.Name)
			total += n.within(f.SelectionSet, f.TypeCondition, on, page)
		case *ast.InlineFragment:
			total += n.within(s.SelectionSet, s.TypeCondition, on, page)
		case *ast.Field:
			if own := on.Fields.ForName(s.Name); needsSession(own) || needsSession(s.Definition) {
				n.private = true
			}
			total += n.value(s, page)
		}
	}
	return total
}

func (n *naive) within(set ast.SelectionSet, condition string, on *ast.Definition, page int) int {
	if condition != on.Name && !slices.Contains(on.Interfaces, condition) && !slices.Contains(testSchema.Types[condition].Types, on.Name) {
		return 0
	}
	return n.expand(set, on, page)
}

func (n *naive) value(f *ast.Field, page int) int {
	of := testSchema.Types[f.Definition.Type.Name()]
	if !of.IsCompositeType() {
		return 0
	}
	own := noPage
	for _, name := range []string{"first", "last"} {
		if def := f.Definition.Arguments.ForName(name); def != nil {
			if arg := f.Arguments.ForName(name); arg != nil {
				_, _ = fmt.Sscan(arg.Value.Raw, &own)
			} else if def.DefaultValue != nil {
				_, _ = fmt.Sscan(def.DefaultValue.Raw, &own)
			}
		}
	}
	count, below := 1, own
	if f.Definition.Type.Elem != nil {
		below = noPage
		switch inherits := f.Name == "edges" || f.Name == "nodes"; {
		case own != noPage:
			count = own
		case inherits && page != noPage:
			count = page
		default:
			count = plainList
		}
	}
	dearest := 0
	for _, object := range testSchema.GetPossibleTypes(of) {
		dearest = max(dearest, n.expand(f.SelectionSet, object, below))
	}
	return count * (1 + dearest)
}

func (n *naive) shape(set ast.SelectionSet) (depth, aliases int) {
	for _, s := range set {
		var d, a int
		switch s := s.(type) {
		case *ast.FragmentSpread:
			d, a = n.shape(n.fragments.ForName(s.Name).SelectionSet)
		case *ast.InlineFragment:
			d, a = n.shape(s.SelectionSet)
		case *ast.Field:
			d, a = n.shape(s.SelectionSet)
			d++
			if s.Alias != s.Name {
				a++
			}
		}
		depth, aliases = max(depth, d), aliases+a
	}
	return depth, aliases
}
