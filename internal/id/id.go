// Package id makes and reads the shop's identifiers: a short prefix that names the kind, an underscore and a ULID, e.g. ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB.
// They are made without the database, sort roughly by time, and carry 80 random bits, so nobody guesses a neighbour's.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"

	"github.com/oklog/ulid/v2"
)

// MaxLen is the length of the longest id: a prefix of at most 5 letters, an underscore and 26 characters.
const MaxLen = 32

// New returns a fresh id with the given prefix.
func New(prefix string) string {
	return prefix + "_" + ulid.MustNew(ulid.Now(), rand.Reader).String()
}

// Of returns the id that stands for a name, always the same one: its time is zero, its other bits are a hash.
func Of(prefix, name string) string {
	var u ulid.ULID
	sum := sha256.Sum256([]byte(prefix + "_" + name))
	copy(u[6:], sum[:])
	return prefix + "_" + u.String()
}

// Prefix returns what stands before the underscore, or "" when s does not have the form of an id.
func Prefix(s string) string {
	prefix, rest, found := strings.Cut(s, "_")
	if !found || len(prefix) == 0 || len(prefix) > 5 {
		return ""
	}
	for _, c := range prefix {
		if c < 'a' || c > 'z' {
			return ""
		}
	}
	// ParseStrict also refuses letters outside Crockford's alphabet; lower case would be another key in a binary collation.
	if _, err := ulid.ParseStrict(rest); err != nil || strings.ToUpper(rest) != rest {
		return ""
	}
	return prefix
}

// Is reports whether s is an id of the kind that prefix names.
func Is(s, prefix string) bool { return prefix != "" && Prefix(s) == prefix }
