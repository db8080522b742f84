package transport

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const newForm = "Accept: application/graphql-response+json"

func TestHTTPForms(t *testing.T) {
	_, dev := serve(t, nil)
	ok := `{"query":"{ hello }"}`
	for _, tc := range []struct {
		name, method, query, body string
		headers                   []string
		status                    int
		code                      string
	}{
		{"a query", "POST", "", ok, nil, 200, "OK"},
		{"by GET", "GET", "?query={hello}", "", nil, 200, "OK"},
		{"GET with variables", "GET", "?query=" + url.QueryEscape("query($n:String){hello(name:$n)}") + "&variables=" + url.QueryEscape(`{"n":"x"}`), "", nil, 200, "OK"},
		{"GET with ill-typed variables", "GET", "?query={hello}&variables=[1]", "", nil, 400, "BAD_REQUEST"},
		{"GET with a parameter twice", "GET", "?query={hello}&query={locale}", "", nil, 400, "BAD_REQUEST"},
		{"GET without a document", "GET", "", "", nil, 400, "BAD_REQUEST"},
		{"GET with a long query string", "GET", "?query=" + strings.Repeat("a", maxBody), "", nil, 413, "BODY_TOO_LARGE"},
		{"a mutation by GET", "GET", "?query=" + url.QueryEscape(`mutation{rename(input:{name:"x"}){name}}`), "", nil, 405, "BAD_REQUEST"},
		{"a subscription by POST", "POST", "", `{"query":"subscription { ticks }"}`, nil, 400, "BAD_REQUEST"},
		{"another method", "PUT", "", ok, nil, 405, "BAD_REQUEST"},
		{"a batch", "POST", "", `[{"query":"{ hello }"}]`, nil, 400, "BAD_REQUEST"},
		{"JSON null", "POST", "", `null`, nil, 400, "BAD_REQUEST"},
		{"two bodies", "POST", "", ok + ok, nil, 400, "BAD_REQUEST"},
		{"not UTF-8", "POST", "", "{\"query\":\"{ hello(name: \\\"\xff\\\") }\"}", nil, 400, "BAD_REQUEST"},
		{"another letter case", "POST", "", `{"Query":"{ hello }"}`, nil, 400, "BAD_REQUEST"},
		{"query and documentId", "POST", "", `{"query":"{ hello }","documentId":"sha256:1"}`, nil, 400, "BAD_REQUEST"},
		{"an unknown documentId", "POST", "", `{"documentId":"sha256:1"}`, []string{newForm}, 400, "DOCUMENT_NOT_TRUSTED"},
		{"an endless documentId", "POST", "", `{"documentId":"` + strings.Repeat("1", 999) + `"}`, []string{newForm}, 400, "DOCUMENT_NOT_TRUSTED"},
		{"an ill-typed documentId", "POST", "", `{"extensions":{"documentId":1}}`, nil, 400, "BAD_REQUEST"},
		{"a form", "POST", "", "query={hello}", []string{"Content-Type: application/x-www-form-urlencoded"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"JSON as text", "POST", "", ok, []string{"Content-Type: text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"another charset", "POST", "", ok, []string{"Content-Type: application/json; charset=gbk"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"compressed", "POST", "", ok, []string{"Content-Encoding: gzip"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"nothing acceptable", "POST", "", ok, []string{"Accept: text/html"}, 406, "BAD_REQUEST"},
		{"128 kB", "POST", "", ok + strings.Repeat(" ", maxBody-len(ok)), nil, 200, "OK"},
		{"more than 128 kB", "POST", "", ok + strings.Repeat(" ", maxBody-len(ok)+1), nil, 413, "BODY_TOO_LARGE"},
		{"as much with a session", "POST", "", ok + strings.Repeat(" ", maxBody), []string{"Authorization: Bearer ann"}, 413, "BODY_TOO_LARGE"},
		{"as much with a key", "POST", "", ok + strings.Repeat(" ", maxBody), []string{"Authorization: Key till"}, 200, "OK"},
		{"as much with a bad key", "POST", "", ok + strings.Repeat(" ", maxBody), []string{"Authorization: Key expired"}, 413, "BODY_TOO_LARGE"},
		{"4 MB with a key", "POST", "", ok + strings.Repeat(" ", maxPartnerBody), []string{"Authorization: Key till"}, 413, "BODY_TOO_LARGE"},
		{"an invalid document, older form", "POST", "", `{"query":"{ nothing }"}`, nil, 200, "GRAPHQL_VALIDATION_FAILED"},
		{"an invalid document, newer form", "POST", "", `{"query":"{ nothing }"}`, []string{newForm}, 400, "GRAPHQL_VALIDATION_FAILED"},
		{"a field's error is 200 in both", "POST", "", `{"query":"{ fail(how: \"plain\") }"}`, []string{newForm}, 200, "INTERNAL"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := send(t, tc.method, dev+tc.query, tc.body, tc.headers...)
			if got.status != tc.status || got.code() != tc.code {
				t.Errorf("got %d %.300s, want %d %s", got.status, got.raw, tc.status, tc.code)
			}
			if got.status == 405 && got.header.Get("Allow") == "" {
				t.Error("405 without Allow")
			}
			if got.header.Get("X-Content-Type-Options") != "nosniff" || len(got.header.Get("X-Trace-Id")) != 32 {
				t.Errorf("headers: %v", got.header)
			}
		})
	}
}

// A body whose length is not announced is cut off all the same.
func TestChunkedBodyIsBounded(t *testing.T) {
	_, u := serve(t, nil)
	req, _ := http.NewRequest("POST", u, struct{ *bytes.Reader }{bytes.NewReader(make([]byte, maxBody+1))})
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]media{
		"":                                  mediaJSON,
		"*/*":                               mediaJSON,
		"application/*":                     mediaJSON,
		"application/json":                  mediaJSON,
		"application/graphql-response+json": mediaGraphQL,
		"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8": mediaGraphQL,
		"application/json, application/graphql-response+json":                               mediaGraphQL,
		"application/graphql-response+json;q=0.5, application/json":                         mediaJSON,
		"application/graphql-response+json;q=0, */*":                                        mediaJSON,
		"text/html, application/xhtml+xml, */*;q=0.8":                                       mediaJSON,
		"APPLICATION/JSON": mediaJSON,
		"text/html":        "",
		"application/json;q=0, application/graphql-response+json;q=0": "",
		"application/json; charset=gbk":                               "",
	} {
		got, ok := negotiate(http.Header{"Accept": {accept}})
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %s, %v, want %q", accept, got, ok, want)
		}
	}
}

func TestCacheControl(t *testing.T) {
	_, u := serve(t, func(c *Config) { c.PublicMaxAge = time.Minute })
	for _, tc := range []struct{ name, method, query, auth, want string }{
		{"public by GET", "GET", "{ hello }", "", "public, max-age=60"},
		{"@perViewer", "GET", "{ me { name } }", "", "private, no-store"},
		{"below the root", "GET", "{ person { private } }", "", "private, no-store"},
		{"with a token", "GET", "{ hello }", "Bearer ann", "private, no-store"},
		{"an error", "GET", `{ fail(how: "plain") }`, "", "no-store"},
		{"an invalid document", "GET", `{ nothing }`, "", "no-store"},
		{"by POST", "POST", "{ hello }", "", "no-store"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := reply{}
			if tc.method == "GET" {
				got = send(t, "GET", u+"?query="+url.QueryEscape(tc.query), "", "Authorization: "+tc.auth)
			} else {
				got = post(t, u, tc.query, "", "Authorization: "+tc.auth)
			}
			if got.header.Get("Cache-Control") != tc.want || !strings.Contains(got.header.Get("Vary"), "Accept-Language") {
				t.Errorf("got %q, want %q", got.header.Get("Cache-Control"), tc.want)
			}
		})
	}
}

func TestCORS(t *testing.T) {
	_, production := serve(t, func(c *Config) { c.Development, c.Origins = false, []string{"https://shop.example"} })
	_, dev := serve(t, nil)
	for _, tc := range []struct {
		url, origin string
		allowed     bool
	}{
		{production, "https://shop.example", true},
		{production, "https://shop.example.evil", false},
		{production, "http://localhost:5173", false},
		{production, "null", false},
		{dev, "http://localhost:5173", true},
		{dev, "http://[::1]:5173", true},
		{dev, "http://localhost.evil", false},
	} {
		pre := send(t, "OPTIONS", tc.url, "", "Origin: "+tc.origin, "Access-Control-Request-Method: POST")
		got := post(t, tc.url, "{ hello }", "", "Origin: "+tc.origin)
		for _, r := range []reply{pre, got} {
			if (r.header.Get("Access-Control-Allow-Origin") == tc.origin) != tc.allowed || r.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s at %s: %v", tc.origin, tc.url, r.header)
			}
		}
		if pre.status != 204 || (pre.header.Get("Access-Control-Allow-Headers") != "") != tc.allowed {
			t.Errorf("preflight of %s: %d %v", tc.origin, pre.status, pre.header)
		}
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	_, u := serve(t, func(c *Config) { c.Metrics = registry })
	post(t, u, "{ hello }", "")
	post(t, u, "{ nothing }", "")
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	want := map[string]float64{
		"kaituan_graphql_requests_total http OK": 1, "kaituan_graphql_requests_total http GRAPHQL_VALIDATION_FAILED": 1,
		"kaituan_graphql_duration_seconds query": 1, "kaituan_graphql_in_flight": 0, "kaituan_graphql_sockets": 0, "kaituan_graphql_socket_operations": 0,
		"kaituan_graphql_subscription_deliveries_total": 0, "kaituan_graphql_subscription_compressed_total": 0,
		"kaituan_graphql_foreign_documents_total": 1, // what is invalid is no document
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := New(Config{Schema: slowSchema(nil), Authenticate: authenticate, Metrics: registry}); err == nil {
		t.Error("two servers shared a registry")
	}
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no schema":        {Authenticate: authenticate},
		"no authenticate":  {Schema: slowSchema(nil)},
		"a negative bound": {Schema: slowSchema(nil), Authenticate: authenticate, MaxInFlight: -1},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDocumentCacheIsBounded(t *testing.T) {
	c := newDocumentCache(noDocuments{}, 10)
	for i := range 100 {
		c.Add(t.Context(), strings.Repeat("x", i), nil)
	}
	c.Add(t.Context(), strings.Repeat("x", maxCachedDocument+1), nil)
	if n := c.docs.EstimatedSize(); n > 10 {
		t.Errorf("%d documents", n)
	}
	if slices.ContainsFunc(slices.Collect(c.docs.Keys()), func(k string) bool { return len(k) > maxCachedDocument }) {
		t.Error("a long document was kept")
	}
}
