package transport

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/vektah/gqlparser/v2/ast"
)

// documents are registered ones, by id.
type documents map[string]*ast.QueryDocument

// register returns the documents with their ids, and the ids.
func register(t *testing.T, bodies ...string) (d documents, ids []string) {
	t.Helper()
	d = documents{}
	for _, body := range bodies {
		doc, err := valid(testSchema, body)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(body))
		id := "sha256:" + hex.EncodeToString(sum[:])
		d[id] = doc
		ids = append(ids, id)
	}
	return d, ids
}

func (d documents) ByID(id string) (string, bool) {
	doc, ok := d[id]
	if !ok {
		return "", false
	}
	return doc.Position.Src.Input, true
}

func (d documents) Parsed(body string) *ast.QueryDocument {
	sum := sha256.Sum256([]byte(body))
	return d["sha256:"+hex.EncodeToString(sum[:])]
}

func TestTrustedDocuments(t *testing.T) {
	docs, ids := register(t, "query A { hello }", `mutation M { rename(input: {name: "x"}) { name } }`)
	urls := map[FreeText]string{}
	for _, mode := range []FreeText{FreeTextRuns, FreeTextKnown, FreeTextRefused} {
		_, urls[mode] = serve(t, func(c *Config) { c.Development, c.Documents, c.FreeText = false, docs, mode })
	}
	id := func(n int) string { return `{"documentId":"` + ids[n] + `"}` }
	everywhere := func(want string) map[FreeText]string {
		return map[FreeText]string{FreeTextRuns: want, FreeTextKnown: want, FreeTextRefused: want}
	}
	const no = "DOCUMENT_NOT_TRUSTED"
	for _, tc := range []struct {
		name, method, query, body, auth string
		want                            map[FreeText]string
	}{
		{"by GET", "GET", "?documentId=" + ids[0], "", "", everywhere("OK")},
		{"by POST", "POST", "", id(0), "", everywhere("OK")},
		{"in the extensions", "POST", "", `{"query":"","extensions":{"documentId":"` + ids[0] + `"}}`, "", everywhere("OK")},
		{"by its name too", "POST", "", `{"documentId":"` + ids[0] + `","operationName":"A"}`, "", everywhere("OK")},
		{"an unknown one", "POST", "", `{"documentId":"sha256:b"}`, "", everywhere(no)},
		{"an unknown one of a partner", "POST", "", `{"documentId":"sha256:b"}`, "Key till", everywhere(no)},
		{"a mutation by GET", "GET", "?documentId=" + ids[1], "", "", everywhere("BAD_REQUEST")},
		{"text of a registered one", "POST", "", `{"query":"query A { hello }"}`, "Bearer ann", map[FreeText]string{FreeTextRuns: "OK", FreeTextKnown: "OK", FreeTextRefused: no}},
		{"other text", "POST", "", `{"query":"query A {  hello }"}`, "Bearer ann", map[FreeText]string{FreeTextRuns: "OK", FreeTextKnown: no, FreeTextRefused: no}},
		{"text of a partner", "POST", "", `{"query":"{ hello }"}`, "Key till", everywhere("OK")},
		{"text of a bad key", "POST", "", `{"query":"{ hello }"}`, "Key expired", map[FreeText]string{FreeTextRuns: "OK", FreeTextKnown: no, FreeTextRefused: no}},
		{"text by GET is never taken", "GET", "?query={hello}", "", "Key till", everywhere(no)},
	} {
		for mode, want := range tc.want {
			t.Run(tc.name+", "+string(mode), func(t *testing.T) {
				got := send(t, tc.method, urls[mode]+tc.query, tc.body, "Authorization: "+tc.auth)
				if got.code() != want {
					t.Errorf("got %s, want %s", got.raw, want)
				}
				if want == no && (strings.Contains(got.raw, "hello") || strings.Contains(got.raw, "sha256")) {
					t.Errorf("it echoes: %s", got.raw)
				}
			})
		}
	}
}

func TestTrustedDocumentsOverTheSocket(t *testing.T) {
	docs, ids := register(t, "subscription C { count(to: 2) }")
	_, url := serve(t, func(c *Config) { c.Development, c.Documents, c.FreeText = false, docs, FreeTextRefused })
	p := connect(t, url, "")
	p.say(`{"id":"1","type":"subscribe","payload":{"query":"","extensions":{"documentId":"` + ids[0] + `"}}}`)
	p.hear(`{"id":"1","type":"next","payload":{"data":{"count":1}}}`, `{"id":"1","type":"next","payload":{"data":{"count":2}}}`, `{"id":"1","type":"complete"}`)
	p.subscribe("2", "subscription C { count(to: 2) }")
	p.hearError("2", "DOCUMENT_NOT_TRUSTED")
	p.say(`{"id":"3","type":"subscribe","payload":{"query":"","extensions":{"documentId":"sha256:0"}}}`)
	p.hearError("3", "DOCUMENT_NOT_TRUSTED")
}

// A flood of foreign texts drives each other out of memory, and no registered document.
func TestForeignTextsEvictNoTrustedDocument(t *testing.T) {
	docs, _ := register(t, "query A { hello }")
	cache := newDocumentCache(docs, 10)
	for i := range 1000 {
		text := fmt.Sprintf("query F%d { hello }", i)
		doc, err := valid(testSchema, text)
		if err != nil {
			t.Fatal(err)
		}
		cache.Add(t.Context(), text, doc)
	}
	if _, ok := cache.Get(t.Context(), "query A { hello }"); !ok {
		t.Error("the registered document is gone")
	}
	kept := 0
	for i := range 1000 {
		if _, ok := cache.Get(t.Context(), fmt.Sprintf("query F%d { hello }", i)); ok {
			kept++
		}
	}
	if kept > 10 {
		t.Errorf("%d foreign ones are kept", kept)
	}
}

func TestForeignDocumentsAreCountedAndNamed(t *testing.T) {
	docs, _ := register(t, "query Known { hello }")
	s, url := serve(t, func(c *Config) { c.Documents, c.Metrics = docs, prometheus.NewRegistry() })
	logged.take()
	for range 3 {
		post(t, url, "query Known { hello }", "")
		post(t, url, "query Strange { hello locale }", "")
		post(t, url, "query Till { hello }", "", "Authorization: Key till")
	}
	if got := testutil.ToFloat64(s.metrics.foreign); got != 3 {
		t.Errorf("%v counted", got)
	}
	text := logged.take()
	if strings.Count(text, "operation=Strange") != 1 || strings.Contains(text, "Known") || strings.Contains(text, "Till") || strings.Contains(text, "locale") {
		t.Errorf("logged: %s", text)
	}
}
