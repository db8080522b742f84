package transport

import (
	"mime"
	"net/http"
	"strings"
)

// media is the form of an answer.
type media string

const (
	// mediaJSON is the older form: a GraphQL request whose document fails is answered with 200.
	mediaJSON media = "application/json"
	// mediaGraphQL is GraphQL over HTTP's own: the status says whether the document could run.
	mediaGraphQL media = "application/graphql-response+json"
)

// negotiate returns the form of answer that Accept likes best; ok is false when it takes neither. Named types win over wildcards, and the newer form wins
// a tie between names; a wildcard alone gets the older one, as the specification asks for.
func negotiate(h http.Header) (m media, ok bool) {
	accept := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return mediaJSON, true
	}
	graphQL, graphQLNamed := preference(accept, mediaGraphQL)
	json, _ := preference(accept, mediaJSON)
	switch {
	case graphQL == 0 && json == 0:
		return mediaJSON, false
	case graphQL > json, graphQL == json && graphQLNamed:
		return mediaGraphQL, true
	default:
		return mediaJSON, true
	}
}

// preference returns the q that accept gives m, by its most specific entry, and whether that entry names m.
func preference(accept string, m media) (q float64, named bool) {
	specific := -1
	for entry := range strings.SplitSeq(accept, ",") {
		value, weight := weighted(entry)
		level := -1
		switch strings.ToLower(value) {
		case string(m):
			level = 2
		case "application/*":
			level = 1
		case "*/*":
			level = 0
		}
		if level < 0 || level < specific || !speaksUTF8(entry) {
			continue
		}
		if level > specific || weight > q {
			specific, q = level, weight
		}
	}
	return q, specific == 2
}

// speaksUTF8 reports whether a media type asks for no other charset than the one that JSON has.
func speaksUTF8(mediaType string) bool {
	_, params, err := mime.ParseMediaType(mediaType)
	charset, asked := params["charset"]
	return err == nil && (!asked || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8"))
}

// isJSON reports whether a request's Content-Type is application/json in UTF-8. A form that a browser sends across sites without asking cannot have it.
func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == string(mediaJSON) && speaksUTF8(contentType)
}
