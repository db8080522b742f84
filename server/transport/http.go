package transport

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

const allowed = "GET, POST, OPTIONS"

// serveHTTP answers GET, POST and preflights. The caller is known before the body is read, because a partner's may be larger.
func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	s.allowOrigin(w, r)
	events := wantsEvents(r.Header)
	m, acceptable := negotiate(r.Header)
	if !acceptable && !events {
		s.refuseAs(w, r, m, http.StatusNotAcceptable, errBadRequest.Saying("Answers come as application/graphql-response+json or application/json only.", "仅支持 application/graphql-response+json 或 application/json。"))
		return
	}
	switch r.Method {
	case http.MethodOptions:
		s.preflight(w, r)
		return
	case http.MethodGet, http.MethodPost:
	default:
		w.Header().Set("Allow", allowed)
		s.refuseAs(w, r, m, http.StatusMethodNotAllowed, errBadRequest.Saying("Use POST or GET.", "请使用 POST 或 GET。"))
		return
	}
	ctx, v := s.authenticate(r.Context(), r.Header.Get("Authorization"))
	r = r.WithContext(ctx)
	if f := s.rates.take(v); f != nil {
		s.refuse(w, r, m, f)
		return
	}
	c, f := s.read(w, r, v)
	if f != nil {
		s.refuse(w, r, m, f)
		return
	}
	if events {
		s.serveEvents(w, r, v, c)
		return
	}
	leave, ok := s.enter()
	if !ok {
		s.refuse(w, r, m, fault.Overloaded.WithRetryAfter(overloadedWait))
		return
	}
	defer leave()
	s.answer(w, r, m, c)
}

// read returns what the request asks for. Outside development a GET names a trusted document, so that nothing but a release decides what caches keep.
func (s *Server) read(w http.ResponseWriter, r *http.Request, v *viewer.Viewer) (call, *fault.Error) {
	if r.Method == http.MethodGet {
		c, f := readGet(r)
		if f == nil && c.query != "" && !s.cfg.Development {
			f = errNotTrusted
		}
		return c, f
	}
	limit := int64(maxBody)
	if hasKey(v) {
		limit = maxPartnerBody
	}
	return readPost(w, r, limit)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, m media, c call) {
	ctx := r.Context()
	p, refused := s.prepare(ctx, c)
	if refused != nil {
		s.writeErrors(w, m, refused)
		return
	}
	switch kind := p.kind(); {
	case kind == ast.Subscription:
		s.refuse(w, r, m, errBadRequest.Saying("Subscriptions run over the websocket, or as text/event-stream.", "订阅请使用 WebSocket，或以 text/event-stream 接收。"))
		return
	case kind == ast.Mutation && r.Method == http.MethodGet:
		w.Header().Set("Allow", http.MethodPost)
		s.refuseAs(w, r, m, http.StatusMethodNotAllowed, errBadRequest.Saying("Mutations are sent by POST.", "变更操作请使用 POST。"))
		return
	}
	res := s.once(ctx, p)
	if res.Data == nil { // an extension refused it, or it ended before the first field
		s.writeErrors(w, m, res.Errors)
		return
	}
	if r.Method == http.MethodGet && len(res.Errors) == 0 {
		s.allowCache(w.Header(), r, p)
	}
	s.metrics.answered(byHTTP, res.Errors)
	if s.cfg.Development {
		w.Header().Set("X-Cost", strconv.Itoa(p.cost))
	}
	body := encode(res)
	if p.kind() == ast.Query {
		body = pack(w, r, body)
	}
	write(w, m, http.StatusOK, body)
}

// allowCache lets others keep an answer that is the same for everybody. A request with a token gets none of that even then: a field that forgot to say
// @perViewer must not leak through a cache.
func (s *Server) allowCache(h http.Header, r *http.Request, p *prepared) {
	switch {
	case p.private || r.Header.Get("Authorization") != "":
		h.Set("Cache-Control", "private, no-store")
	case s.cfg.PublicMaxAge > 0:
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(s.cfg.PublicMaxAge.Seconds())))
	default:
		h.Set("Cache-Control", "no-cache")
	}
}

// refuse answers with one error and the status that its code stands for.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, m media, f *fault.Error) {
	s.refuseAs(w, r, m, statusOf(f.Code, m), f)
}

func (s *Server) refuseAs(w http.ResponseWriter, r *http.Request, m media, status int, f *fault.Error) {
	s.writeErrorsAs(w, m, status, gqlerror.List{presentFault(r.Context(), f)})
}

func (s *Server) writeErrors(w http.ResponseWriter, m media, errs gqlerror.List) {
	code, _ := errs[0].Extensions["code"].(string)
	s.writeErrorsAs(w, m, statusOf(code, m), errs)
}

func (s *Server) writeErrorsAs(w http.ResponseWriter, m media, status int, errs gqlerror.List) {
	s.metrics.answered(byHTTP, errs)
	if after, ok := errs[0].Extensions["retryAfterSeconds"].(int); ok {
		w.Header().Set("Retry-After", strconv.Itoa(after))
	}
	write(w, m, status, encode(&graphql.Response{Errors: errs}))
}

// statusOf is the status of an answer without data. What is wrong with the document is 200 in the older form, which clients read as "the server speaks
// GraphQL", and 400 in the newer.
func statusOf(code string, m media) int {
	switch code {
	case "BAD_REQUEST":
		return http.StatusBadRequest
	case "BODY_TOO_LARGE":
		return http.StatusRequestEntityTooLarge
	case "UNSUPPORTED_MEDIA_TYPE":
		return http.StatusUnsupportedMediaType
	case "RATE_LIMITED":
		return http.StatusTooManyRequests
	case "OVERLOADED", "UNAVAILABLE", "BUSY_RETRY":
		return http.StatusServiceUnavailable
	case "INTERNAL":
		return http.StatusInternalServerError
	}
	if m == mediaJSON {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

func write(w http.ResponseWriter, m media, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", string(m)+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that left needs no answer
}

// encode writes a response as JSON. The data is JSON already and copied as it is; marshalling it again would cost as much as making it. Without data there is
// no "data" member, as GraphQL over HTTP asks for.
func encode(res *graphql.Response) []byte {
	out := make([]byte, 0, len(res.Data)+64)
	out = append(out, '{')
	member := func(name string, value []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, name...)
		out = append(out, '"', ':')
		out = append(out, value...)
	}
	if len(res.Errors) > 0 {
		member("errors", mustMarshal(res.Errors))
	}
	if res.Data != nil {
		member("data", res.Data)
	}
	if len(res.Extensions) > 0 {
		member("extensions", mustMarshal(res.Extensions))
	}
	return append(out, '}')
}

// mustMarshal is for values that cannot fail to marshal: our errors, and the extensions that our own code registers.
func mustMarshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("transport: marshal an answer: " + err.Error())
	}
	return raw
}
