// Package contract cuts a schema to what one audience is promised: the schema that is published for it, and that it sees when it asks the server.
package contract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/viewer"
)

// Audience is whom a contract is written for.
type Audience string

const (
	Shopper  Audience = "SHOPPER"
	Host     Audience = "HOST"
	Partner  Audience = "PARTNER"
	Operator Audience = "OPERATOR"
)

// All are the audiences, who may least first.
var All = []Audience{Shopper, Host, Partner, Operator}

// File is the name of the audience's published schema, e.g. "shopper.graphql".
func (a Audience) File() string { return strings.ToLower(string(a)) + ".graphql" }

// Parse reads an audience by its name in the schema.
func Parse(name string) (Audience, error) {
	if a := Audience(name); slices.Contains(All, a) {
		return a, nil
	}
	return "", fmt.Errorf("%q is none of %v", name, All)
}

// For is the audience that a caller belongs to: visitors are shoppers, and so is who sent a token that does not count.
func For(v *viewer.Viewer) Audience {
	switch {
	case v.Problem != nil:
		return Shopper
	case v.PartnerID != "" && v.Has("MODERATION", "INSIGHT_READ"):
		return Operator
	case v.PartnerID != "":
		return Partner
	case v.Has("HOST"):
		return Host
	default:
		return Shopper
	}
}

// byScope says whom a root field is for that says no more than which scopes it takes.
var byScope = map[string][]Audience{
	"SHOPPER":        {Shopper, Host},
	"HOST":           {Host},
	"CATALOG_WRITE":  {Partner, Operator},
	"CAMPAIGN_WRITE": {Partner, Operator},
	"ORDER_READ":     {Partner, Operator},
	"ORDER_FULFIL":   {Partner, Operator},
	"POINTS_WRITE":   {Partner, Operator},
	"WEBHOOK_WRITE":  {Partner, Operator},
	"MODERATION":     {Operator},
	"INSIGHT_READ":   {Operator},
}

// rooted reports whether a root field is in a's contract.
func rooted(f *ast.FieldDefinition, a Audience) bool {
	scope := f.Directives.ForName("scope")
	if scope == nil || f.Directives.ForName("audience") != nil {
		return Promised(f.Directives, a)
	}
	return slices.ContainsFunc(values(scope, "anyOf"), func(name string) bool { return slices.Contains(byScope[name], a) })
}

// Promised reports whether what has these directives is for a: everything is that does not say otherwise by @audience.
func Promised(list ast.DirectiveList, a Audience) bool {
	d := list.ForName("audience")
	return d == nil || slices.Contains(values(d, "of"), string(a))
}

// values are the enum values of a directive's argument; GraphQL lets one stand for a list of one.
func values(d *ast.Directive, argument string) (names []string) {
	arg := d.Arguments.ForName(argument)
	if arg == nil {
		return nil
	}
	if arg.Value.Kind != ast.ListValue {
		return []string{arg.Value.Raw}
	}
	for _, child := range arg.Value.Children {
		names = append(names, child.Value.Raw)
	}
	return names
}

// PerAudience is an executable schema whose callers see the contract of their own audience when they ask for the schema. Documents are validated against the whole
// one, so that who lacks a scope, or whose session has ended, is told so, and not that the field does not exist. of makes an executable schema that
// describes itself as it is told.
func PerAudience(of func(*ast.Schema) graphql.ExecutableSchema) graphql.ExecutableSchema {
	p := perAudience{ExecutableSchema: of(nil), seen: map[Audience]graphql.ExecutableSchema{}}
	for _, a := range All {
		p.seen[a] = of(Of(p.Schema(), a))
	}
	return p
}

type perAudience struct {
	graphql.ExecutableSchema
	seen map[Audience]graphql.ExecutableSchema
}

func (p perAudience) Exec(ctx context.Context) graphql.ResponseHandler {
	return p.seen[For(viewer.From(ctx))].Exec(ctx)
}
