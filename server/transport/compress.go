package transport

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"

	"github.com/kaituan/kaituan/internal/asset"
)

// worthPacking is the length from which an answer is compressed: below, it fits into one packet anyway.
const worthPacking = 1400

// packers are kept, since each has some 800 kB of tables. The fastest level makes a page of cards five times smaller, which on a phone's line is worth more than what the
// slower ones save.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that there is
	return z
}}

// pack compresses a query's answer if the client takes gzip and it is worth it.
//
// An answer whose length tells of what is secret in it beside what an attacker chose (BREACH) needs somebody who makes the victim's client ask. Nothing is sent with a
// request by itself here: there are no cookies, and a token is a header that no other site can set. What hands out tokens is a mutation, and stays as it is.
func pack(w http.ResponseWriter, r *http.Request, body []byte) []byte {
	w.Header().Add("Vary", "Accept-Encoding")
	if len(body) < worthPacking || !asset.TakesGzip(r) {
		return body
	}
	var packed bytes.Buffer
	packed.Grow(len(body) / 3)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&packed)
	if _, err := z.Write(body); err != nil { // a buffer takes everything
		return body
	}
	if err := z.Close(); err != nil {
		return body
	}
	w.Header().Set("Content-Encoding", "gzip")
	return packed.Bytes()
}
