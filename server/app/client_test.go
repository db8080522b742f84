package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// vars are an operation's variables.
type vars map[string]any

// client sends operations as one caller.
type client struct {
	t             testing.TB
	url           string
	authorization string
	language      string
	agent         string
	// shopperID is set when the client was signed in.
	shopperID, refreshToken string
}

// visitor has no session.
func (s *shop) visitor() *client { return &client{t: s.t, url: s.URL + "/graphql"} }

// with returns a client that sends another Authorization.
func (c *client) with(authorization string) *client {
	other := *c
	other.authorization = authorization
	return &other
}

// speaking returns a client that sends Accept-Language.
func (c *client) speaking(language string) *client {
	other := *c
	other.language = language
	return &other
}

// partner is the demo's partner.
func (s *shop) partner() *client { return s.visitor().with("Bearer kt_demo_partner") }

// answer is what came back, with a path language to read it: "feed.edges.0.node.id".
type answer struct {
	t      testing.TB
	status int
	header http.Header
	raw    string
	Data   any
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct {
			Code, TraceID     string
			RetryAfterSeconds int
		}
	}
}

// send sends an operation and reads the answer, whatever it is.
func (c *client) send(query string, v vars) answer {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": v})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.post(body)
}

// post sends a body as it is.
func (c *client) post(body []byte) answer {
	c.t.Helper()
	a, err := c.try(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// try is post for goroutines, and for servers that may be gone.
func (c *client) try(body []byte) (answer, error) {
	a := answer{t: c.t}
	req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range map[string]string{"Authorization": c.authorization, "Accept-Language": c.language, "User-Agent": c.agent} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	a.status, a.header, a.raw = res.StatusCode, res.Header, string(raw)
	return a, json.Unmarshal(raw, &a)
}

// do sends an operation that must have neither GraphQL errors nor refusals.
func (c *client) do(query string, v vars) answer {
	c.t.Helper()
	a := c.send(query, v)
	if len(a.Errors) > 0 || len(a.refusals()) > 0 {
		c.t.Fatalf("%s %v\n%s", query, v, a.raw)
	}
	return a
}

// code is the first GraphQL error's, "OK" without errors.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return "OK"
	}
	return a.Errors[0].Extensions.Code
}

// refusal is one user error.
type refusal struct {
	Code, Message string
	Field         []string
}

// refusals are the user errors of the answer's mutations and of the rows in it.
func (a answer) refusals() []refusal {
	var found []refusal
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if list, ok := v["userErrors"]; ok {
				raw, _ := json.Marshal(list)
				var some []refusal
				if err := json.Unmarshal(raw, &some); err != nil {
					a.t.Fatal(err)
				}
				found = append(found, some...)
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(a.Data)
	return found
}

// verdict is what happened, in one word: the GraphQL error's code, else the first user error's, else OK.
func (a answer) verdict() string {
	if list := a.refusals(); len(a.Errors) == 0 && len(list) > 0 {
		return list[0].Code
	}
	return a.code()
}

// at follows a path through data; nil when a step leads nowhere.
func (a answer) at(path string) any {
	v := a.Data
	for step := range strings.SplitSeq(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(here) {
				return nil
			}
			v = here[i]
		default:
			return nil
		}
	}
	return v
}

// str is the text at path; it must be there.
func (a answer) str(path string) string {
	a.t.Helper()
	s, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("no text at %s: %s", path, a.raw)
	}
	return s
}

// num is the number at path; it must be there.
func (a answer) num(path string) int {
	a.t.Helper()
	n, ok := a.at(path).(float64)
	if !ok {
		a.t.Fatalf("no number at %s: %s", path, a.raw)
	}
	return int(n)
}

// list is the list at path; it must be there.
func (a answer) list(path string) []any {
	a.t.Helper()
	l, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("no list at %s: %s", path, a.raw)
	}
	return l
}

// want fails the test unless each path shows its value, as fmt prints it.
func (a answer) want(pairs ...string) answer {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := fmt.Sprint(a.at(pairs[i])); got != pairs[i+1] {
			a.t.Fatalf("%s is %s, want %s, in %s", pairs[i], got, pairs[i+1], a.raw)
		}
	}
	return a
}
