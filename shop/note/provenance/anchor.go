package provenance

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	anchorFormat = "kaituan-anchor-1"
	proofFormat  = "kaituan-proof-1"
	// mostFile bounds a file that is read, some 300,000 links.
	mostFile = 64 << 20
)

// Signed is what an anchor's signature holds for.
type Signed struct {
	Format string `json:"format"`
	// Day is 2006-01-02, in the shop's time zone.
	Day string `json:"day"`
	// First is the sequence of the day's first link, or of the next one when there is none.
	First int64 `json:"first"`
	Size  int64 `json:"size"`
	// Previous is the hash of the link before the first.
	Previous  Hash   `json:"previous"`
	Root      Hash   `json:"root"`
	Signature []byte `json:"signature"`
}

// Anchor is a day's links under one signature; it is what the file holds.
type Anchor struct {
	Signed
	Links []AnchoredLink `json:"links"`
}

// AnchoredLink is of a link what does not follow from the one before it.
type AnchoredLink struct {
	Content Hash      `json:"content"`
	At      time.Time `json:"at"`
}

// unsigned reports whether the time says more than is hashed of it.
func (l AnchoredLink) unsigned() bool { return l.At.Nanosecond()%1000 != 0 }

// Proof proves that one link is in an anchor, without the others.
type Proof struct {
	Signed
	Sequence     int64 `json:"sequence"`
	PreviousLink Hash  `json:"previousLink"`
	AnchoredLink
	Path []Hash `json:"path"`
}

// Errors of what is in a file. None of them says what a key would tell.
var (
	ErrFormat    = errors.New("it is neither an anchor nor a proof of this program's version")
	ErrSignature = errors.New("the signature is not by this key, or not for this content")
	ErrRoot      = errors.New("the links are not those that were signed")
	ErrNotThere  = errors.New("there is no such link in it")
	ErrGap       = errors.New("it does not begin where the other one ends")
)

// NewAnchor signs a day's links, which follow each other from the one behind after.
//
// Errors: *Broken, and a day that is none.
func NewAnchor(day string, after Head, links []Link, key ed25519.PrivateKey) (*Anchor, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil, fmt.Errorf("the day of an anchor: %w", err)
	}
	entries := make([]Entry, len(links))
	a := &Anchor{Signed: Signed{Format: anchorFormat, Day: day, First: after.Sequence + 1, Size: int64(len(links)), Previous: after.Hash}, Links: make([]AnchoredLink, len(links))}
	for i, l := range links {
		entries[i], a.Links[i] = Entry{Link: l, Hash: l.Hash()}, AnchoredLink{l.Content, time.UnixMicro(l.At.UnixMicro()).UTC()}
	}
	if _, err := Verify(after, entries); err != nil {
		return nil, err
	}
	leaves, _ := a.leaves()
	a.Root = root(leaves)
	a.Signature = ed25519.Sign(key, a.signed())
	return a, nil
}

func (s *Signed) signed() []byte {
	var b encoding
	b.text("kaituan anchor 1")
	b.text(s.Day)
	b.integer(s.First)
	b.integer(s.Size)
	b.hash(s.Previous)
	b.hash(s.Root)
	return b
}

func (s *Signed) verify(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || s.First < 1 || s.Size < 0 || !ed25519.Verify(key, s.signed(), s.Signature) {
		return ErrSignature
	}
	return nil
}

// leaves are the hashes of the links as leaves, with the head that they end in.
func (a *Anchor) leaves() ([]Hash, Head) {
	leaves, head := make([]Hash, len(a.Links)), Head{a.First - 1, a.Previous}
	for i, l := range a.Links {
		link := Link{Sequence: head.Sequence + 1, Previous: head.Hash, Content: l.Content, At: l.At}
		leaves[i], head = leafHash(link.bytes()), Head{link.Sequence, link.Hash()}
	}
	return leaves, head
}

// Verify checks an anchor by the shop's public key alone, and returns the head that its links end in.
//
// Errors: ErrFormat, ErrSignature, ErrRoot.
func (a *Anchor) Verify(key ed25519.PublicKey) (Head, error) {
	if a.Format != anchorFormat || slices.ContainsFunc(a.Links, AnchoredLink.unsigned) {
		return Head{}, ErrFormat
	}
	if err := a.verify(key); err != nil {
		return Head{}, err
	}
	leaves, head := a.leaves()
	if int64(len(leaves)) != a.Size || root(leaves) != a.Root {
		return Head{}, ErrRoot
	}
	return head, nil
}

// Follows checks that an anchor begins where an earlier one's links end.
//
// Errors: ErrGap.
func (a *Anchor) Follows(head Head) error {
	if a.First != head.Sequence+1 || a.Previous != head.Hash {
		return ErrGap
	}
	return nil
}

// Prove makes the proof of one link.
//
// Errors: ErrNotThere, ErrRoot (Verify would fail, too).
func (a *Anchor) Prove(sequence int64) (*Proof, error) {
	if a.First < 1 || sequence < a.First || sequence-a.First >= int64(len(a.Links)) {
		return nil, ErrNotThere
	}
	leaves, _ := a.leaves()
	if root(leaves) != a.Root {
		return nil, ErrRoot
	}
	at := int(sequence - a.First)
	_, before := (&Anchor{Signed: a.Signed, Links: a.Links[:at]}).leaves()
	p := &Proof{Signed: a.Signed, Sequence: sequence, PreviousLink: before.Hash, AnchoredLink: a.Links[at], Path: path(leaves, at)}
	p.Format = proofFormat
	return p, nil
}

// Link is the link that is proved.
func (p *Proof) Link() Link {
	return Link{Sequence: p.Sequence, Previous: p.PreviousLink, Content: p.Content, At: p.At}
}

// Verify checks a proof by the shop's public key alone.
//
// Errors: ErrFormat, ErrSignature, ErrRoot.
func (p *Proof) Verify(key ed25519.PublicKey) error {
	if p.Format != proofFormat || p.unsigned() {
		return ErrFormat
	}
	if err := p.verify(key); err != nil {
		return err
	}
	if top, ok := climb(leafHash(p.Link().bytes()), p.Sequence-p.First, p.Size, p.Path); !ok || top != p.Root {
		return ErrRoot
	}
	return nil
}

// Read reads a file: one of the two is not nil.
//
// Errors: ErrFormat, with what is wrong.
func Read(from io.Reader) (*Anchor, *Proof, error) {
	text, err := io.ReadAll(io.LimitReader(from, mostFile+1))
	if err != nil {
		return nil, nil, err
	}
	if len(text) > mostFile {
		return nil, nil, fmt.Errorf("%w: it has more than %d bytes", ErrFormat, mostFile)
	}
	var any struct{ Format string }
	if err := json.Unmarshal(text, &any); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	var anchor Anchor
	var proof Proof
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields() // nobody has signed those
	switch any.Format {
	case anchorFormat:
		err = decoder.Decode(&anchor)
	case proofFormat:
		err = decoder.Decode(&proof)
	default:
		return nil, nil, ErrFormat
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if any.Format == anchorFormat {
		return &anchor, nil, nil
	}
	return nil, &proof, nil
}
