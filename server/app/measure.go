package app

import (
	"net/http"
	"strconv"

	"github.com/kaituan/kaituan/internal/store"
)

// endpoint is the GraphQL endpoint. In development who asks with X-Kaituan-Measure is told in X-Statements how many SQL statements the answer took.
func (a *App) endpoint() http.Handler {
	if a.Config.Production() {
		return a.graphql
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Kaituan-Measure") == "" {
			a.graphql.ServeHTTP(w, r)
			return
		}
		counter := &store.Counter{}
		a.graphql.ServeHTTP(&measured{ResponseWriter: w, counter: counter}, r.WithContext(store.CountStatements(r.Context(), counter)))
	})
}

// measured writes the count as it is when the answer begins.
type measured struct {
	http.ResponseWriter
	counter *store.Counter
}

func (m *measured) WriteHeader(status int) {
	m.Header().Set("X-Statements", strconv.Itoa(m.counter.Count()))
	m.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is below.
func (m *measured) Unwrap() http.ResponseWriter { return m.ResponseWriter }
