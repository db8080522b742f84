package transport

import (
	"context"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/contract"
	"github.com/kaituan/kaituan/internal/viewer"
)

// keyed knows "Key operator", "Key till" and "Bearer host" besides what authenticate does.
func keyed(ctx context.Context, authorization string) *viewer.Viewer {
	v := authenticate(ctx, authorization)
	switch authorization {
	case "Key operator":
		v.Scopes = []string{"INSIGHT_READ"}
	case "Bearer host":
		v.Scopes = append(v.Scopes, "HOST")
	}
	return v
}

func TestAudiences(t *testing.T) {
	_, url := serve(t, func(c *Config) { c.Authenticate = keyed })
	const all = "visitor host till operator"
	for _, tc := range []struct{ name, query, variables, may string }{
		{"what nothing is said of", `{ hello }`, "", all},
		{"a field", `{ backstage }`, "", "host operator"},
		{"in a fragment", `{ ...F } fragment F on Query { ... { backstage } }`, "", "host operator"},
		{"a type", `{ wardrobe { size } }`, "", "operator"},
		{"an argument", `{ greet(whisper: true) }`, "", "till operator"},
		{"without the argument", `{ greet }`, "", all},
		{"a value", `{ paint(colour: ULTRAVIOLET) }`, "", "till"},
		{"another value", `{ paint(colour: RED) }`, "", all},
		{"a value in a variable", `query($c: Colour!) { paint(colour: $c) }`, `{"c": "ULTRAVIOLET"}`, "till"},
		{"another in the variable", `query($c: Colour!) { paint(colour: $c) }`, `{"c": "RED"}`, all},
		{"a variable's default", `query($c: Colour! = ULTRAVIOLET) { paint(colour: $c) }`, "", "till"},
		{"an input's field", `mutation { rename(input: {name: "x", alias: "y"}) { name } }`, "", "host"},
		{"an input's field in a variable", `mutation($in: NameInput!) { rename(input: $in) { name } }`, `{"in": {"name": "x", "alias": "y"}}`, "host"},
		{"without that field", `mutation($in: NameInput!) { rename(input: $in) { name } }`, `{"in": {"name": "x"}}`, all},
		{"a value in a list in a variable", `mutation($in: NameInput!) { rename(input: $in) { name } }`, `{"in": {"name": "x", "colours": ["RED", "ULTRAVIOLET"]}}`, "till"},
	} {
		for _, who := range strings.Fields(all) {
			t.Run(tc.name+", "+who, func(t *testing.T) {
				want := "FORBIDDEN"
				if strings.Contains(tc.may, who) {
					want = "OK"
				}
				for range 2 { // the second time from memory
					if got := post(t, url, tc.query, tc.variables, "Authorization: "+tokens[who]); got.code() != want {
						t.Errorf("got %s, want %s", got.raw, want)
					}
				}
			})
		}
	}
}

var tokens = map[string]string{"visitor": "", "host": "Bearer host", "till": "Key till", "operator": "Key operator"}

// An expired session may have been a host's: it is told that it has expired. And what has a scope is refused by it, field by field.
func TestAudienceLeavesTheSessionsProblemToTheSession(t *testing.T) {
	_, url := serve(t, nil)
	for _, tc := range []struct{ query, token, want string }{
		{"{ backstage }", "Bearer expired", "TOKEN_EXPIRED"},
		{"{ hello till }", "", "UNAUTHENTICATED"},
		{"{ hello till }", "Bearer ann", "FORBIDDEN"},
		{"{ hello till }", "Bearer expired", "TOKEN_EXPIRED"},
	} {
		got := post(t, url, tc.query, "", "Authorization: "+tc.token)
		if got.code() != tc.want || strings.Contains(tc.query, "hello") && got.Data["hello"] != "hello world" {
			t.Errorf("%s %s: %s", tc.query, tc.token, got.raw)
		}
	}
}

func TestAudienceOfASubscription(t *testing.T) {
	_, url := serve(t, func(c *Config) { c.Authenticate = keyed })
	p := connect(t, url, `{"accessToken": "ann"}`)
	p.subscribe("1", "subscription { rehearsal }")
	p.hearError("1", "FORBIDDEN")
	host := connect(t, url, `{"accessToken": "host"}`)
	host.subscribe("1", "subscription { rehearsal }")
	host.hear(`{"id":"1","type":"next","payload":{"data":{"rehearsal":1}}}`)
}

// Who asks for the schema sees his own contract; outside development only keys may ask.
func TestIntrospectionShowsTheCallersContract(t *testing.T) {
	_, development := serve(t, func(c *Config) { c.Authenticate = keyed })
	_, production := serve(t, func(c *Config) { c.Authenticate, c.Development = keyed, false })
	has := map[string]string{"visitor": "", "host": "backstage till alias", "till": "ULTRAVIOLET whisper", "operator": "backstage Wardrobe whisper"}
	const query = `{ __schema { types { name fields { name args { name } } inputFields { name } enumValues { name } } directives { name } } }`
	for who, parts := range has {
		for _, url := range []string{development, production} {
			got := post(t, url, query, "", "Authorization: "+tokens[who])
			if url == production && !strings.HasPrefix(tokens[who], "Key") {
				if got.code() != "INTROSPECTION_DISABLED" {
					t.Errorf("%s: %s", who, got.raw)
				}
				continue
			}
			for _, part := range []string{"backstage", "till", "alias", "ULTRAVIOLET", "whisper", "Wardrobe", "audience"} {
				want := strings.Contains(" "+parts+" ", " "+part+" ")
				if strings.Contains(got.raw, `"`+part+`"`) != want || got.code() != "OK" {
					t.Errorf("%s: %s is seen: %v", who, part, !want)
				}
			}
		}
	}
	if got := post(t, development, `{ __type(name: "Wardrobe") { name } }`, ""); got.code() != "OK" || got.Data["__type"] != nil {
		t.Error(got.raw)
	}
}

func TestInspect(t *testing.T) {
	i := NewInspector(testSchema)
	for _, tc := range []struct {
		body     string
		cost     int
		audience contract.Audience
		err      string
	}{
		{"query A { person { name } }", 1, contract.Shopper, ""},
		{"query A($n: Int = 7) { people(first: $n) { nodes { name } } }", 8, contract.Shopper, ""},
		{"query A($n: Int) { people(first: $n) { nodes { name } } }", 101, contract.Shopper, ""},
		{"query A { till }", 0, contract.Host, ""},
		{"query A { wardrobe { size } }", 1, contract.Operator, ""},
		{"query A { wardrobe { size } till }", 0, "", "no audience"},
		{"{ hello }", 0, "", "with a name"},
		{"query A { hello } query B { hello }", 0, "", "one operation"},
		{"query A { nothing }", 0, "", "nothing"},
		{"query A { ", 0, "", "Expected"},
		{"query A($n: Int) { people(first: $n) { nodes { friends { friends { friends { name } } } } } }", 0, "", "QUERY_TOO_COMPLEX"},
	} {
		got, err := i.Inspect(tc.body)
		switch {
		case tc.err != "":
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s: %v, want %s", tc.body, err, tc.err)
			}
		case err != nil || got.Cost != tc.cost || got.Audiences[0] != tc.audience:
			t.Errorf("%s: %+v, %v", tc.body, got, err)
		}
	}
}
