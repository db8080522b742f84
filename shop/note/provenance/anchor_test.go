package provenance_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/note/provenance"
)

var key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))

func public() ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// anchored is the anchor of the links from one on, and its file.
func anchored(t *testing.T, from, to int) (*provenance.Anchor, []byte) {
	t.Helper()
	all := chain(to)
	var after provenance.Head
	if from > 0 {
		after = provenance.Head{Sequence: int64(from), Hash: all[from-1].Hash}
	}
	var links []provenance.Link
	for _, e := range all[from:] {
		links = append(links, e.Link)
	}
	a, err := provenance.NewAnchor("2026-11-24", after, links, key)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return a, file
}

// verify reads a file and checks it, as the command does.
func verify(file []byte) error {
	anchor, proof, err := provenance.Read(bytes.NewReader(file))
	switch {
	case err != nil:
		return err
	case proof != nil:
		return proof.Verify(public())
	}
	_, err = anchor.Verify(public())
	return err
}

func TestAnchorsAndProofsVerify(t *testing.T) {
	all := chain(20)
	for _, size := range []int{0, 1, 2, 3, 7, 8, 13} {
		a, file := anchored(t, 5, 5+size)
		if err := verify(file); err != nil {
			t.Fatalf("%d links: %v", size, err)
		}
		head, err := a.Verify(public())
		if err != nil || head.Sequence != int64(5+size) || head.Hash != all[4+size].Hash {
			t.Errorf("%d links end in %v, %v", size, head, err)
		}
		for sequence := int64(6); sequence <= int64(5+size); sequence++ {
			p, err := a.Prove(sequence)
			if err != nil {
				t.Fatal(err)
			}
			file, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := verify(file); err != nil || p.Link().Hash() != all[sequence-1].Hash {
				t.Errorf("link %d of %d: %v", sequence, size, err)
			}
		}
		for _, sequence := range []int64{-1, 5, int64(6 + size)} {
			if _, err := a.Prove(sequence); !errors.Is(err, provenance.ErrNotThere) {
				t.Errorf("link %d: %v", sequence, err)
			}
		}
	}
}

func TestAnchorsFollowEachOther(t *testing.T) {
	first, _ := anchored(t, 0, 5)
	next, _ := anchored(t, 5, 9)
	later, _ := anchored(t, 6, 9)
	head, err := first.Verify(public())
	if err != nil || next.Follows(head) != nil || !errors.Is(later.Follows(head), provenance.ErrGap) || first.Follows(provenance.Head{}) != nil {
		t.Errorf("%v", err)
	}
	if _, err := provenance.NewAnchor("2026-11-24", head, []provenance.Link{chain(3)[2].Link}, key); err == nil {
		t.Error("an anchor has a gap")
	}
	if _, err := provenance.NewAnchor("yesterday", head, nil, key); err == nil {
		t.Error("an anchor has no day")
	}
}

// Every value of a file is changed in turn, at every depth: none of the files is good.
func TestTamperingShows(t *testing.T) {
	a, anchor := anchored(t, 5, 12)
	p, err := a.Prove(8)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{anchor, proof} {
		var whole any
		if err := json.Unmarshal(file, &whole); err != nil {
			t.Fatal(err)
		}
		tampered := 0
		changed(whole, func(v any) { whole = v }, func(what string) {
			out, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			if tampered++; verify(out) == nil {
				t.Errorf("%s: the file is good: %s", what, out)
			}
		})
		if tampered < 12 {
			t.Errorf("only %d values were changed", tampered)
		}
	}
	if _, err := a.Verify(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)); !errors.Is(err, provenance.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	if _, err := a.Verify(nil); !errors.Is(err, provenance.ErrSignature) {
		t.Errorf("no key: %v", err)
	}
	for _, text := range []string{"", "{}", "[]", `{"format": "kaituan-anchor-2"}`, string(anchor) + "{}", strings.Replace(string(anchor), `"content":"`, `"content":"zz`, 1)} {
		if _, _, err := provenance.Read(strings.NewReader(text)); !errors.Is(err, provenance.ErrFormat) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

// Whatever is in a file, reading and checking it comes to an end, and says so.
func FuzzRead(f *testing.F) {
	var links []provenance.Link
	for _, e := range chain(3) {
		links = append(links, e.Link)
	}
	a, err := provenance.NewAnchor("2026-11-24", provenance.Head{}, links, key)
	if err != nil {
		f.Fatal(err)
	}
	p, err := a.Prove(2)
	if err != nil {
		f.Fatal(err)
	}
	for _, one := range []any{a, p} {
		file, err := json.Marshal(one)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file, int64(2))
	}
	f.Add([]byte(`{"format":"kaituan-anchor-1","first":-9223372036854775808,"size":1,"links":[{}]}`), int64(9223372036854775807))
	f.Fuzz(func(t *testing.T, file []byte, sequence int64) {
		anchor, proof, err := provenance.Read(bytes.NewReader(file))
		if err != nil {
			return
		}
		if proof != nil && proof.Verify(public()) == nil && (proof.Link() != p.Link() || proof.Root != a.Root) {
			t.Errorf("a forged proof is good: %s", file)
		}
		if anchor != nil {
			if _, err := anchor.Verify(public()); err == nil && anchor.Root != a.Root {
				t.Errorf("a forged anchor is good: %s", file)
			}
			_, _ = anchor.Prove(sequence)
		}
	})
}

// changed changes each value of a JSON document in turn, calls tried, and puts it back.
func changed(value any, set func(any), tried func(what string)) {
	try := func(other any, what string) { set(other); tried(what); set(value) }
	switch v := value.(type) {
	case map[string]any:
		for name, one := range v {
			changed(one, func(to any) { v[name] = to }, func(what string) { tried(name + " " + what) })
		}
		v["more"] = 1
		tried("with a field more")
		delete(v, "more")
	case []any:
		for i, one := range v {
			changed(one, func(to any) { v[i] = to }, tried)
		}
		try(v[:len(v)-1], "shorter")
		try(append(v[:len(v):len(v)], v[0]), "longer")
		swapped := append([]any{v[1], v[0]}, v[2:]...)
		try(swapped, "swapped")
	case float64:
		try(v+1, "more")
		try(v-1, "less")
	case string:
		last := byte('0')
		if v[0] == last {
			last = '1'
		}
		try(string(last)+v[1:], "other")
		if i := strings.IndexByte(v, '.'); i > 0 { // a time, to the microsecond
			try(v[:i+7]+"001"+v[i+7:], "a nanosecond")
			try(v[:i+6]+string('0'+(v[i+6]-'0'+1)%10)+v[i+7:], "a microsecond")
		}
	}
}
