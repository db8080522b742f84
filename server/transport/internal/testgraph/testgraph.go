// Package testgraph is a small schema with resolvers that behave badly on request, so that the transport is tested through real generated code and not through
// a copy of what gqlgen is believed to do. Only tests import it.
package testgraph

//go:generate go run github.com/99designs/gqlgen generate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// New returns the schema. release, which may be nil, lets Query.slow answer.
func New(release <-chan struct{}) graphql.ExecutableSchema {
	return contract.PerAudience(func(seen *ast.Schema) graphql.ExecutableSchema { return schema(release, seen) })
}

func schema(release <-chan struct{}, seen *ast.Schema) graphql.ExecutableSchema {
	return NewExecutableSchema(Config{
		Schema:    seen,
		Resolvers: root{resolver{release: release}},
		Directives: DirectiveRoot{Scope: func(ctx context.Context, _ any, next graphql.Resolver, anyOf []Scope) (any, error) {
			scopes := make([]string, len(anyOf))
			for i, s := range anyOf {
				scopes[i] = string(s)
			}
			if err := viewer.From(ctx).Require(scopes...); err != nil {
				return nil, err
			}
			return next(ctx)
		}},
	})
}

// Secret is text that must never leave the server.
const Secret = "SELECT secret FROM shopper"

type resolver struct{ release <-chan struct{} }

// root hands out the resolvers; it is a type of its own because a query has the same name as a type.
type root struct{ resolver resolver }

func (r root) Query() QueryResolver               { return r.resolver }
func (r root) Mutation() MutationResolver         { return r.resolver }
func (r root) Subscription() SubscriptionResolver { return r.resolver }
func (r root) Person() PersonResolver             { return personResolver{} }

func (resolver) Hello(_ context.Context, name *string) (string, error) {
	if name == nil {
		return "hello", nil
	}
	return "hello " + *name, nil
}

func (resolver) Paint(_ context.Context, colour Colour) (string, error) { return string(colour), nil }

func (resolver) Backstage(context.Context) (string, error) { return "dark", nil }

func (resolver) Wardrobe(context.Context) (*Wardrobe, error) { return &Wardrobe{Size: 3}, nil }

func (resolver) Greet(context.Context, *string, *bool) (string, error) { return "hello", nil }

func (resolver) Till(context.Context) (*string, error) { return new(string), nil }

func (resolver) Rehearsal(ctx context.Context) (<-chan int, error) { return counting(ctx, 1), nil }

func (resolver) Locale(ctx context.Context) (string, error) { return viewer.From(ctx).Locale, nil }

func (resolver) ClientIP(ctx context.Context) (string, error) { return viewer.From(ctx).ClientIP, nil }

func (resolver) Person(context.Context) (*Person, error) { return &Person{Name: "Ann"}, nil }

func (resolver) Being(context.Context) (Being, error) { return Robot{Name: "Robbie"}, nil }

func (resolver) Beings(context.Context) ([]Being, error) { return []Being{Person{Name: "Ann"}}, nil }

func (resolver) Named(context.Context) ([]Named, error) { return []Named{Person{Name: "Ann"}}, nil }

func (resolver) Recent(context.Context, *int) ([]Person, error) { return []Person{{Name: "Ann"}}, nil }

func (resolver) People(context.Context, *int, *string) (*PersonConnection, error) {
	return &PersonConnection{Edges: []PersonEdge{{Cursor: "1", Node: &Person{Name: "Ann"}}}, Nodes: []Person{{Name: "Ann"}}, PageInfo: &PageInfo{}}, nil
}

func (resolver) Me(ctx context.Context) (*Person, error) {
	v := viewer.From(ctx)
	if v.ShopperID == "" {
		return nil, nil
	}
	return &Person{Name: v.ShopperID}, nil
}

func (resolver) Secret(context.Context) (string, error) { return "42", nil }

func (resolver) Fail(ctx context.Context, how string) (*string, error) {
	switch code, _, _ := strings.Cut(how, " "); code {
	case "plain":
		return nil, errors.New(Secret)
	case "panic":
		panic(Secret)
	case "canceled":
		return nil, fmt.Errorf("query: %w", context.Canceled)
	case "deadline":
		return nil, fmt.Errorf("query: %w", context.DeadlineExceeded)
	case "refusal":
		return nil, fault.TooOften
	case "busy":
		return nil, fmt.Errorf("place: %w", fault.BusyRetry.WithRetryAfter(1_200_000_000))
	default:
		return nil, fault.BadRequest(code, "As asked.", "如您所愿。")
	}
}

func (resolver) Failures(_ context.Context, n int) ([]Person, error) { return make([]Person, n), nil }

func (r resolver) Slow(ctx context.Context) (*string, error) {
	done := "done"
	select {
	case <-r.release:
		return &done, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (resolver) Rename(_ context.Context, input NameInput) (*Person, error) {
	return &Person{Name: input.Name}, nil
}

type personResolver struct{}

func (personResolver) Friend(context.Context, *Person) (*Person, error) {
	return &Person{Name: "Bob"}, nil
}
func (personResolver) Friends(context.Context, *Person) ([]Person, error) { return []Person{}, nil }
func (personResolver) Broken(context.Context, *Person) (*string, error) {
	return nil, errors.New(Secret)
}

func (personResolver) Group(context.Context, *Person) (*PersonConnection, error) {
	return &PersonConnection{PageInfo: &PageInfo{}}, nil
}

func (resolver) Count(ctx context.Context, to int) (<-chan int, error) { return counting(ctx, to), nil }

func (resolver) Ticks(ctx context.Context) (<-chan int, error) { return counting(ctx, -1), nil }

func (resolver) Mine(ctx context.Context) (<-chan int, error) { return counting(ctx, 0), nil }

func (resolver) Personal(ctx context.Context) (<-chan int, error) { return counting(ctx, 0), nil }

func (resolver) Nowhere(context.Context) (<-chan int, error) { return nil, fault.NotFound }
func (resolver) Panics(context.Context) (<-chan int, error)  { panic(Secret) }
func (resolver) Flood(ctx context.Context, n int) (<-chan string, error) {
	text := strings.Repeat("x", n)
	out := make(chan string)
	go func() {
		defer close(out)
		for ctx.Err() == nil {
			select {
			case out <- text:
			case <-ctx.Done():
			}
		}
	}()
	return out, nil
}

// counting sends 1, 2, … n and ends; a negative n never ends, and zero sends nothing until ctx ends.
func counting(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := 1; n < 0 || i <= n; i++ {
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
		if n == 0 {
			<-ctx.Done()
		}
	}()
	return out
}
