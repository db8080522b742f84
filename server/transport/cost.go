package transport

import (
	"encoding/json"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// plainList is how many elements a list is taken to have when no argument says.
const plainList = 3

// coster counts the objects that an operation may load: an object 1, a scalar 0, a list its page times, an interface or union its dearest type. Fields that
// @skip or @include may leave out count, and so does a field that is written twice: the cost is a bound, not a forecast.
type coster struct {
	schema    *ast.Schema
	fragments ast.FragmentDefinitionList
	variables map[string]any
	// sets holds the cost of a fragment on one object type, fields that of a written field. Both depend on the page too, which a connection hands to its `edges`
	// and `nodes`. Without them a document whose fragments double at each level would take 2^levels steps.
	sets   map[setKey]int
	fields map[fieldKey]int
}

type setKey struct {
	fragment, onType string
	page             int
}

type fieldKey struct {
	field *ast.Field
	page  int
}

func newCoster(schema *ast.Schema, fragments ast.FragmentDefinitionList, variables map[string]any) *coster {
	return &coster{schema: schema, fragments: fragments, variables: variables, sets: map[setKey]int{}, fields: map[fieldKey]int{}}
}

// operation returns the cost of op, at most saturated.
func (c *coster) operation(op *ast.OperationDefinition) int {
	return c.onObject(op.SelectionSet, rootType(c.schema, op), noPage)
}

func rootType(schema *ast.Schema, op *ast.OperationDefinition) *ast.Definition {
	switch op.Operation {
	case ast.Mutation:
		return schema.Mutation
	case ast.Subscription:
		return schema.Subscription
	default:
		return schema.Query
	}
}

// noPage says that the enclosing field named no page for its `edges` and `nodes`.
const noPage = -1

// onType is the cost of one value of def, which is the dearest of the object types that it may be.
func (c *coster) onType(set ast.SelectionSet, def *ast.Definition, page int) int {
	if def.Kind == ast.Object {
		return c.onObject(set, def, page)
	}
	dearest := 0
	for _, object := range c.schema.GetPossibleTypes(def) {
		dearest = max(dearest, c.onObject(set, object, page))
	}
	return dearest
}

func (c *coster) onObject(set ast.SelectionSet, object *ast.Definition, page int) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum = add(sum, c.field(s, page))
		case *ast.InlineFragment:
			if applies(c.schema, s.TypeCondition, object) {
				sum = add(sum, c.onObject(s.SelectionSet, object, page))
			}
		case *ast.FragmentSpread:
			if f := c.fragments.ForName(s.Name); applies(c.schema, f.TypeCondition, object) {
				sum = add(sum, c.fragment(f, object, page))
			}
		}
	}
	return sum
}

func (c *coster) fragment(f *ast.FragmentDefinition, object *ast.Definition, page int) int {
	key := setKey{f.Name, object.Name, page}
	known, ok := c.sets[key]
	if !ok {
		known = c.onObject(f.SelectionSet, object, page)
		c.sets[key] = known
	}
	return known
}

// field is the cost of all that f returns; parentPage is what the field around it was asked for.
func (c *coster) field(f *ast.Field, parentPage int) int {
	if len(f.SelectionSet) == 0 {
		return 0
	}
	def := c.schema.Types[f.Definition.Type.Name()]
	if f.Name != "edges" && f.Name != "nodes" {
		parentPage = noPage
	}
	key := fieldKey{f, parentPage}
	if known, ok := c.fields[key]; ok {
		return known
	}
	page := c.page(f)
	count, handedDown := 1, noPage
	if f.Definition.Type.Elem == nil {
		handedDown = page
	} else {
		count = listLength(f.Definition.Type, page, parentPage)
	}
	cost := times(count, add(1, c.onType(f.SelectionSet, def, handedDown)))
	c.fields[key] = cost
	return cost
}

// listLength is how many elements a list is taken to hold: its own page, or its connection's, or three; lists inside lists three each.
func listLength(t *ast.Type, page, parentPage int) int {
	count := plainList
	switch {
	case page != noPage:
		count = page
	case parentPage != noPage:
		count = parentPage
	}
	for t = t.Elem; t.Elem != nil; t = t.Elem {
		count = times(count, plainList)
	}
	return count
}

// page is the larger of the field's `first` and `last`, as sent or by default, or noPage when it has neither.
func (c *coster) page(f *ast.Field) int {
	page := noPage
	for _, name := range [...]string{"first", "last"} {
		def := f.Definition.Arguments.ForName(name)
		if def == nil {
			continue
		}
		n, ok := 0, false
		if sent := f.Arguments.ForName(name); sent != nil {
			n, ok = c.number(sent.Value)
		}
		if !ok && def.DefaultValue != nil {
			n, ok = c.number(def.DefaultValue)
		}
		if ok {
			page = max(page, n)
		}
	}
	return page
}

// number reads a whole number in 0..saturated from a literal or a variable; ok is false for null and for what is no number.
func (c *coster) number(v *ast.Value) (n int, ok bool) {
	value, err := v.Value(c.variables)
	if err != nil {
		return 0, false
	}
	var whole int64
	switch x := value.(type) {
	case int64:
		whole = x
	case json.Number: // what a scalar of our own, such as Int64, keeps
		whole, err = x.Int64()
	case string: // gqlparser lets a numeric string stand for an Int
		whole, err = strconv.ParseInt(x, 10, 64)
	default:
		return 0, false
	}
	return int(min(max(whole, 0), saturated)), err == nil
}

// applies reports whether a fragment with that condition selects on object; an empty condition always does.
func applies(schema *ast.Schema, condition string, object *ast.Definition) bool {
	if condition == "" || condition == object.Name {
		return true
	}
	def := schema.Types[condition]
	if def == nil || !def.IsAbstractType() {
		return false
	}
	for _, possible := range schema.GetPossibleTypes(def) {
		if possible.Name == object.Name {
			return true
		}
	}
	return false
}
