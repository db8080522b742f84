// Package provenance chains what was published, so that a version that was changed, moved or left out shows, and signs a day's part of the chain, so that anybody
// can check it. README.md says what is hashed, byte by byte.
package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Hash is a SHA-256; the zero one stands for none.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes lower-case hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (h *Hash) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(h) || hex.EncodeToString(raw) != string(text) {
		return errors.New("a hash is 64 lower-case hexadecimal digits")
	}
	copy(h[:], raw)
	return nil
}

// Content is one published version.
type Content struct {
	// Salt is random, kept with the text and erased with it.
	Salt [32]byte
	// Author is a pseudonym.
	Author string
	// At is when it was published, to the microsecond.
	At                  time.Time
	Origin, Title, Body string
	Media               []Hash
	Products            []string
}

// Hash is the content hash.
func (c *Content) Hash() Hash {
	var b encoding
	b.text("kaituan content 1")
	b.hash(c.Salt)
	b.text(c.Author)
	b.time(c.At)
	b.text(c.Origin)
	b.text(c.Title)
	b.text(c.Body)
	b.integer(int64(len(c.Media)))
	for _, h := range c.Media {
		b.hash(h)
	}
	b.integer(int64(len(c.Products)))
	for _, p := range c.Products {
		b.text(p)
	}
	return sha256.Sum256(b)
}

// Link is a version's place in the chain.
type Link struct {
	Sequence          int64
	Previous, Content Hash
	At                time.Time
}

func (l Link) bytes() []byte {
	var b encoding
	b.text("kaituan link 1")
	b.integer(l.Sequence)
	b.hash(l.Previous)
	b.hash(l.Content)
	b.time(l.At)
	return b
}

// Hash is what the next link names as previous.
func (l Link) Hash() Hash { return sha256.Sum256(l.bytes()) }

// Head is where a chain ends: the sequence and hash of its last link. The zero Head is that of an empty chain.
type Head struct {
	Sequence int64
	Hash     Hash
}

// Next is the link of a content behind a head.
func (h Head) Next(c *Content) Link {
	return Link{Sequence: h.Sequence + 1, Previous: h.Hash, Content: c.Hash(), At: c.At}
}

// Entry is a link as it is kept: with its hash, and with its content unless that was erased.
type Entry struct {
	Link
	Hash    Hash
	Content *Content
}

// Broken says where a chain is broken first, and how.
type Broken struct {
	// Sequence is that of the first link that is not as it was.
	Sequence int64
	Reason   string
}

func (b *Broken) Error() string { return fmt.Sprintf("link %d: %s", b.Sequence, b.Reason) }

// Verify checks entries in order, from the one behind a head, and returns the head that they end in. An entry without content is checked for its place and hash alone. What was cut off at the end
// shows only beside an anchor, or another head that is known.
//
// Errors: *Broken.
func Verify(after Head, entries []Entry) (Head, error) {
	for _, e := range entries {
		broken := func(reason string) (Head, error) { return after, &Broken{after.Sequence + 1, reason} }
		switch {
		case e.Sequence != after.Sequence+1:
			return broken(fmt.Sprintf("in its place is link %d", e.Sequence))
		case e.Previous != after.Hash:
			return broken("it names another link as the one before it")
		case e.Link.Hash() != e.Hash:
			return broken("its hash is another one")
		case e.Content != nil && (e.Content.Hash() != e.Link.Content || e.Content.At.UnixMicro() != e.At.UnixMicro()):
			return broken("its content is another one")
		}
		after = Head{e.Sequence, e.Hash}
	}
	return after, nil
}
