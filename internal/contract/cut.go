package contract

import (
	"bytes"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// node is the interface that says only that a thing can be asked for by its id. Reaching it reaches no type: else each contract had every domain.
const node = "Node"

// Of returns the contract of an audience: the root fields that it is promised and whatever they reach. An interface brings all that implement it, except Node,
// whose types are there when something else reaches them. @audience itself is left out; the other directives stay. schema is not changed.
func Of(schema *ast.Schema, a Audience) *ast.Schema {
	c := cutter{from: schema, audience: a, types: map[string]*ast.Definition{}}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		c.root(root)
	}
	out := &ast.Schema{Description: schema.Description, Directives: map[string]*ast.DirectiveDefinition{}}
	for name, d := range schema.Directives {
		if name != "audience" {
			out.Directives[name] = d
			for _, arg := range d.Arguments {
				c.reach(arg.Type)
			}
		}
	}
	for name, def := range schema.Types {
		if def.BuiltIn {
			c.types[name] = def
		}
	}
	for len(c.waiting) > 0 {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.fill(next)
	}
	return c.finish(out)
}

// cutter gathers what a contract reaches.
type cutter struct {
	from     *ast.Schema
	audience Audience
	types    map[string]*ast.Definition
	waiting  []*ast.Definition // copies whose parts have not been looked at
}

func (c *cutter) root(def *ast.Definition) {
	if def == nil {
		return
	}
	copied := *def
	copied.Fields = nil
	for _, f := range def.Fields {
		if rooted(f, c.audience) && c.has(f.Type) {
			copied.Fields = append(copied.Fields, c.field(f))
		}
	}
	copied.Directives = published(def.Directives)
	if slices.ContainsFunc(copied.Fields, func(f *ast.FieldDefinition) bool { return f.Name[0] != '_' }) {
		c.types[def.Name] = &copied
	}
}

// has reports whether the audience is promised values of a type.
func (c *cutter) has(t *ast.Type) bool {
	def := c.from.Types[t.Name()]
	return def != nil && Promised(def.Directives, c.audience)
}

// reach puts a type into the contract, once.
func (c *cutter) reach(t *ast.Type) { c.reachType(c.from.Types[t.Name()]) }

func (c *cutter) reachType(def *ast.Definition) {
	if c.types[def.Name] != nil {
		return
	}
	copied := *def
	copied.Directives = published(def.Directives)
	c.types[def.Name] = &copied
	c.waiting = append(c.waiting, &copied)
}

// fill gives a copied type the parts that the audience is promised.
func (c *cutter) fill(def *ast.Definition) {
	fields, members, values := def.Fields, def.Types, def.EnumValues
	def.Fields, def.Types, def.EnumValues = nil, nil, nil
	for _, f := range fields {
		if Promised(f.Directives, c.audience) && c.has(f.Type) {
			def.Fields = append(def.Fields, c.field(f))
		}
	}
	for _, name := range members {
		if member := c.from.Types[name]; Promised(member.Directives, c.audience) {
			def.Types = append(def.Types, name)
			c.reachType(member)
		}
	}
	for _, v := range values {
		if Promised(v.Directives, c.audience) {
			copied := *v
			copied.Directives = published(v.Directives)
			def.EnumValues = append(def.EnumValues, &copied)
		}
	}
	if def.Kind == ast.Interface && def.Name != node {
		for _, possible := range c.from.PossibleTypes[def.Name] {
			if Promised(possible.Directives, c.audience) {
				c.reachType(possible)
			}
		}
	}
}

func (c *cutter) field(f *ast.FieldDefinition) *ast.FieldDefinition {
	copied := *f
	copied.Directives, copied.Arguments = published(f.Directives), nil
	for _, arg := range f.Arguments {
		if Promised(arg.Directives, c.audience) && c.has(arg.Type) {
			bare := *arg
			bare.Directives = published(arg.Directives)
			copied.Arguments = append(copied.Arguments, &bare)
			c.reach(arg.Type)
		}
	}
	c.reach(f.Type)
	return &copied
}

// published are the directives without @audience.
func published(list ast.DirectiveList) (kept ast.DirectiveList) {
	for _, d := range list {
		if d.Name != "audience" {
			kept = append(kept, d)
		}
	}
	return kept
}

// finish makes a schema of what was gathered; a type says that it implements what is in the contract, too.
func (c *cutter) finish(out *ast.Schema) *ast.Schema {
	out.Types = c.types
	out.PossibleTypes, out.Implements = map[string][]*ast.Definition{}, map[string][]*ast.Definition{}
	for _, root := range []struct {
		was  *ast.Definition
		into **ast.Definition
	}{{c.from.Query, &out.Query}, {c.from.Mutation, &out.Mutation}, {c.from.Subscription, &out.Subscription}} {
		if root.was != nil {
			*root.into = out.Types[root.was.Name]
		}
	}
	for name, def := range out.Types {
		if len(def.Interfaces) > 0 { // GraphQL's own types, which are not copied, have none
			def.Interfaces = c.kept(def.Interfaces)
		}
		for _, was := range c.from.PossibleTypes[name] {
			if possible := out.Types[was.Name]; possible != nil && Promised(was.Directives, c.audience) {
				out.PossibleTypes[name] = append(out.PossibleTypes[name], possible)
			}
		}
		for _, was := range c.from.Implements[name] {
			if implemented := out.Types[was.Name]; implemented != nil {
				out.Implements[name] = append(out.Implements[name], implemented)
			}
		}
	}
	return out
}

func (c *cutter) kept(names []string) (kept []string) {
	for _, name := range names {
		if c.types[name] != nil {
			kept = append(kept, name)
		}
	}
	return kept
}

// Print writes a schema in SDL: directives, then types, by name; the parts of a type in the order in which they were declared.
func Print(schema *ast.Schema) []byte {
	var out bytes.Buffer
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchema(schema)
	return out.Bytes()
}
