package reference

import (
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/contract"
)

// page is what the template shows.
type page struct {
	Audience      contract.Audience
	Audiences     []contract.Audience
	Style, Script string
	Groups        []group
}

// group is a chapter: the root fields of a kind, or the types of one.
type group struct {
	ID, Title string
	Items     []item
}

// item is a type, or a root field that has a place of its own.
type item struct {
	ID, Name, Description, Deprecated string
	Notes                             []string
	Type                              *typeRef
	Parts                             []part
	Implements, Members               []typeRef
}

// part is a field, an argument, an input's field or a value.
type part struct {
	Name, Description, Default, Deprecated string
	Notes                                  []string
	Type                                   *typeRef
	Arguments                              []part
}

// typeRef is a type as it is written, with the name that a link goes to.
type typeRef struct{ Before, Name, After string }

// groups puts a schema into the order in which people look things up.
func groups(schema *ast.Schema) []group {
	var list []group
	for _, root := range []struct {
		title string
		def   *ast.Definition
	}{{"Queries", schema.Query}, {"Mutations", schema.Mutation}, {"Subscriptions", schema.Subscription}} {
		if root.def == nil {
			continue
		}
		g := group{ID: strings.ToLower(root.title), Title: root.title}
		for _, f := range root.def.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				g.Items = append(g.Items, rootItem(root.def.Name, f))
			}
		}
		slices.SortFunc(g.Items, func(a, b item) int { return strings.Compare(a.Name, b.Name) })
		list = append(list, g)
	}
	index := map[ast.DefinitionKind]int{}
	for _, k := range []struct {
		kind  ast.DefinitionKind
		title string
	}{{ast.Object, "Objects"}, {ast.InputObject, "Inputs"}, {ast.Enum, "Enums"}, {ast.Interface, "Interfaces"}, {ast.Union, "Unions"}, {ast.Scalar, "Scalars"}} {
		index[k.kind] = len(list)
		list = append(list, group{ID: strings.ToLower(k.title), Title: k.title})
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		def := schema.Types[name]
		if def == schema.Query || def == schema.Mutation || def == schema.Subscription || strings.HasPrefix(name, "__") {
			continue
		}
		g := &list[index[def.Kind]]
		g.Items = append(g.Items, typeItem(schema, def))
	}
	return slices.DeleteFunc(list, func(g group) bool { return len(g.Items) == 0 })
}

func rootItem(root string, f *ast.FieldDefinition) item {
	p := fieldPart(f)
	return item{ID: root + "." + f.Name, Name: f.Name, Description: p.Description, Deprecated: p.Deprecated, Notes: p.Notes, Type: p.Type, Parts: p.Arguments}
}

func typeItem(schema *ast.Schema, def *ast.Definition) item {
	i := item{ID: def.Name, Name: def.Name, Description: def.Description, Notes: notes(def.Directives)}
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			i.Parts = append(i.Parts, fieldPart(f))
		}
	}
	for _, v := range def.EnumValues {
		i.Parts = append(i.Parts, part{Name: v.Name, Description: v.Description, Deprecated: deprecated(v.Directives)})
	}
	for _, name := range def.Interfaces {
		i.Implements = append(i.Implements, typeRef{Name: name})
	}
	if def.Kind == ast.Interface || def.Kind == ast.Union {
		for _, member := range schema.PossibleTypes[def.Name] {
			i.Members = append(i.Members, typeRef{Name: member.Name})
		}
		slices.SortFunc(i.Members, func(a, b typeRef) int { return strings.Compare(a.Name, b.Name) })
	}
	return i
}

func fieldPart(f *ast.FieldDefinition) part {
	p := part{Name: f.Name, Description: f.Description, Deprecated: deprecated(f.Directives), Notes: notes(f.Directives), Type: ref(f.Type)}
	if f.DefaultValue != nil {
		p.Default = f.DefaultValue.String()
	}
	for _, arg := range f.Arguments {
		a := part{Name: arg.Name, Description: arg.Description, Deprecated: deprecated(arg.Directives), Type: ref(arg.Type)}
		if arg.DefaultValue != nil {
			a.Default = arg.DefaultValue.String()
		}
		p.Arguments = append(p.Arguments, a)
	}
	return p
}

// ref takes a written type apart: [Product!]! is a link between brackets.
func ref(t *ast.Type) *typeRef {
	before, after, _ := strings.Cut(t.String(), t.Name())
	return &typeRef{before, t.Name(), after}
}

// notes say in words what the directives promise.
func notes(list ast.DirectiveList) (all []string) {
	if d := list.ForName("scope"); d != nil && len(d.Arguments) == 1 {
		all = append(all, "needs "+strings.Join(names(d.Arguments[0].Value), " or "))
	}
	if list.ForName("perViewer") != nil {
		all = append(all, "depends on who asks")
	}
	if list.ForName("shared") != nil {
		all = append(all, "shared by all subscribers")
	}
	return all
}

func names(v *ast.Value) (all []string) {
	if v.Kind != ast.ListValue {
		return []string{v.Raw}
	}
	for _, child := range v.Children {
		all = append(all, child.Value.Raw)
	}
	return all
}

func deprecated(list ast.DirectiveList) string {
	d := list.ForName("deprecated")
	if d == nil {
		return ""
	}
	if reason := d.Arguments.ForName("reason"); reason != nil {
		return reason.Value.Raw
	}
	return "Do not use it."
}

// prose writes a description: what stands between backticks is code, the rest is text.
func prose(text string) template.HTML {
	var out strings.Builder
	for i, piece := range strings.Split(text, "`") {
		escaped := template.HTMLEscapeString(piece)
		if i%2 == 1 {
			escaped = "<code>" + escaped + "</code>"
		}
		out.WriteString(escaped)
	}
	return template.HTML(out.String()) // every piece of it was escaped
}
