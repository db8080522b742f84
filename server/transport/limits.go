package transport

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/fault"
)

// facts are what a checked operation is known to be.
type facts struct {
	// private: the answer depends on who asks, because it reaches a @perViewer or @scope field.
	private bool
	// session: a root field is @perViewer or @scope, or a subscription reaches one anywhere, so the operation ends with the session.
	session bool
	// cost is how many objects the operation may load, as the limit counts them; 0 for introspection alone.
	cost int
}

// check returns what is known about an operation, or the limit that it breaks; describes: the caller may ask for the schema. The document must be valid; variables are the coerced ones.
// Its time is linear in the document times the types that an interface may have, however its fragments nest.
func check(schema *ast.Schema, op *graphql.OperationContext, describes bool) (facts, *fault.Error) {
	root := rootFields(op)
	if asksForSchema(root) && !describes {
		return facts{}, errIntrospection
	}
	count, deferred := directives(op.Doc)
	if deferred {
		return facts{}, errValidation.Saying("@defer is not supported.", "不支持 @defer。")
	}
	if count > maxDirectives {
		return facts{}, errTooComplex.Saying("The document has more than 20 directives.", "文档的指令超过 20 个。")
	}
	shape := shaper{fragments: op.Doc.Fragments, memo: map[string]shape{}}.of(op.Operation.SelectionSet)
	if shape.aliases > maxAliases {
		return facts{}, errTooManyAliases
	}
	cost := 0
	if !introspectionOnly(root) {
		if shape.depth > maxDepth {
			return facts{}, errTooDeep
		}
		if cost = newCoster(schema, op.Doc.Fragments, op.Variables).operation(op.Operation); cost > maxCost {
			return facts{}, errTooComplex
		}
	}
	f := facts{private: newPrivacy(schema, op.Doc.Fragments).reaches(op.Operation), cost: cost}
	f.session = f.private && op.Operation.Operation == ast.Subscription
	for _, field := range root {
		f.session = f.session || needsSession(field.Definition)
	}
	return f, nil
}

// rootFields returns the operation's root fields, each as often as it is written, fragments visited once.
func rootFields(op *graphql.OperationContext) []*ast.Field {
	var fields []*ast.Field
	seen := map[string]bool{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				fields = append(fields, s)
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				if !seen[s.Name] {
					seen[s.Name] = true
					walk(op.Doc.Fragments.ForName(s.Name).SelectionSet)
				}
			}
		}
	}
	walk(op.Operation.SelectionSet)
	return fields
}

func asksForSchema(root []*ast.Field) bool {
	for _, f := range root {
		if f.Name == "__schema" || f.Name == "__type" {
			return true
		}
	}
	return false
}

// introspectionOnly reports whether nothing but introspection is asked for; that reads no data, so depth and cost do not apply.
func introspectionOnly(root []*ast.Field) bool {
	for _, f := range root {
		if f.Name != "__schema" && f.Name != "__type" && f.Name != "__typename" {
			return false
		}
	}
	return true
}

// directives counts the directives that a document writes, and reports whether @defer is among them: answers here come in one piece.
func directives(doc *ast.QueryDocument) (count int, deferred bool) {
	add := func(list ast.DirectiveList) {
		count += len(list)
		deferred = deferred || list.ForName("defer") != nil
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				add(s.Directives)
			}
		}
	}
	for _, operation := range doc.Operations {
		add(operation.Directives)
		for _, v := range operation.VariableDefinitions {
			add(v.Directives)
		}
		walk(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		add(fragment.Directives)
		walk(fragment.SelectionSet)
	}
	return count, deferred
}

// shape is how far a selection reaches with its fragments written out; each number stops at saturated.
type shape struct{ depth, aliases int }

type shaper struct {
	fragments ast.FragmentDefinitionList
	memo      map[string]shape
}

func (s shaper) of(set ast.SelectionSet) shape {
	var sum shape
	for _, selection := range set {
		var part shape
		switch sel := selection.(type) {
		case *ast.Field:
			part = s.of(sel.SelectionSet)
			part.depth = add(part.depth, 1)
			if sel.Alias != sel.Name {
				part.aliases = add(part.aliases, 1)
			}
		case *ast.InlineFragment:
			part = s.of(sel.SelectionSet)
		case *ast.FragmentSpread:
			part = s.fragment(sel.Name)
		}
		sum.depth = max(sum.depth, part.depth)
		sum.aliases = add(sum.aliases, part.aliases)
	}
	return sum
}

func (s shaper) fragment(name string) shape {
	known, ok := s.memo[name]
	if !ok {
		known = s.of(s.fragments.ForName(name).SelectionSet)
		s.memo[name] = known
	}
	return known
}

// saturated is far above every limit and small enough that a sum of two fits an int.
const saturated = 1 << 30

func add(a, b int) int { return min(a+b, saturated) }

// times multiplies two numbers in 0..saturated.
func times(a, b int) int {
	if a != 0 && b > saturated/a {
		return saturated
	}
	return a * b
}
