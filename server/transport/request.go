package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
)

// bodyWait bounds how long a body may trickle in.
const bodyWait = 15 * time.Second

// readPost reads a POST's body of at most limit bytes. A body that is no JSON object, as a batch is none, is BAD_REQUEST.
func readPost(w http.ResponseWriter, r *http.Request, limit int64) (call, *fault.Error) {
	if !isJSON(r.Header.Get("Content-Type")) || !plain(r.Header.Get("Content-Encoding")) {
		return call{}, errMediaType
	}
	if r.ContentLength > limit {
		return call{}, errBodyTooLarge
	}
	// A server without deadlines of its own, or one in a test, may not know them; then there is none.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyWait))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	// net/http watches the connection while the request runs, and would cancel it when the deadline passed.
	_ = control.SetReadDeadline(time.Time{})
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return call{}, errBodyTooLarge
	}
	if err != nil {
		return call{}, errBadRequest.Saying("The body did not arrive whole.", "请求体未完整到达。")
	}
	return parseCall(body)
}

func plain(encoding string) bool { return encoding == "" || encoding == "identity" }

// parseCall reads the parameters of GraphQL over HTTP from JSON. Names count letter by letter, which encoding/json's structs would not do.
func parseCall(body []byte) (call, *fault.Error) {
	var members map[string]json.RawMessage
	if !utf8.Valid(body) || json.Unmarshal(body, &members) != nil || members == nil {
		return call{}, errBadRequest.Saying("The body is not one JSON object; batches are not accepted.", "请求体须为单个 JSON 对象，不支持批量请求。")
	}
	var c call
	for _, p := range []struct {
		name string
		into any
	}{
		{"query", &c.query},
		{"documentId", &c.documentID},
		{"operationName", &c.operationName},
		{"variables", &c.variables},
		{"extensions", &c.extensions},
	} {
		if raw, sent := members[p.name]; sent && decode(raw, p.into) != nil {
			return call{}, illTyped(p.name)
		}
	}
	return c.complete()
}

// complete takes the document's id from the extensions, where graphql-transport-ws has no other place for it.
func (c call) complete() (call, *fault.Error) {
	if raw, sent := c.extensions["documentId"]; sent && c.documentID == "" {
		id, ok := raw.(string)
		if !ok {
			return call{}, illTyped("documentId")
		}
		c.documentID = id
	}
	if len(c.documentID) > maxDocumentID {
		return call{}, errNotTrusted
	}
	return c, nil
}

// decode keeps numbers as they were written, so that a large one reaches its scalar undamaged; null leaves into as it is.
func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// illTyped takes names of our own only.
func illTyped(name string) *fault.Error {
	return errBadRequest.Saying("The parameter "+name+" has the wrong JSON type.", "参数 "+name+" 的类型错误。")
}

// readGet reads the parameters of GraphQL over HTTP from a query string.
func readGet(r *http.Request) (call, *fault.Error) {
	if len(r.URL.RawQuery) > maxBody {
		return call{}, errBodyTooLarge
	}
	params, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(params.Get("query")) {
		return call{}, errBadRequest
	}
	for _, name := range []string{"query", "documentId", "operationName", "variables", "extensions"} {
		if len(params[name]) > 1 {
			return call{}, errBadRequest.Saying("The parameter "+name+" is given twice.", "参数 "+name+" 重复。")
		}
	}
	c := call{query: params.Get("query"), documentID: params.Get("documentId"), operationName: params.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &c.variables, "extensions": &c.extensions} {
		text := params.Get(name)
		if text != "" && (!json.Valid([]byte(text)) || decode([]byte(text), into) != nil) {
			return call{}, illTyped(name)
		}
	}
	return c.complete()
}
