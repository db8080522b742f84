package provenance_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/note/provenance"
	"pgregory.net/rapid"
)

func content(n byte) *provenance.Content {
	return &provenance.Content{
		Salt: [32]byte{n}, Author: "author", At: time.UnixMicro(1_700_000_000_000_000 + int64(n)), Origin: "note", Title: "Apples", Body: "Crisp, and sweet.",
		Media: []provenance.Hash{{1}, {2}}, Products: []string{"prd_1", "prd_2"},
	}
}

func chain(n int) (entries []provenance.Entry) {
	var head provenance.Head
	for i := range n {
		c := content(byte(i))
		link := head.Next(c)
		head = provenance.Head{Sequence: link.Sequence, Hash: link.Hash()}
		entries = append(entries, provenance.Entry{Link: link, Hash: head.Hash, Content: c})
	}
	return entries
}

// The form of what is hashed never changes: a program that somebody else wrote counts on it. A few lines of Python after README.md gave the same hashes.
func TestTheFormStands(t *testing.T) {
	c := content(7)
	if got := c.Hash().String(); got != "0c2fb55751d2f25f734772855f50309ec2fa0ac8a8ddde634003cb995b927181" {
		t.Errorf("content hash %s", got)
	}
	if got := (provenance.Head{}).Next(c).Hash().String(); got != "e35df36d608027a36733b7907fa2b064d554f57263c9b08466ae13a5122c13f8" {
		t.Errorf("link hash %s", got)
	}
}

// Whatever is changed in a version, and however, its hash is another one.
func TestEveryFieldCounts(t *testing.T) {
	seen := map[provenance.Hash]string{}
	for name, change := range map[string]func(*provenance.Content){
		"nothing": func(*provenance.Content) {}, "salt": func(c *provenance.Content) { c.Salt[31] = 1 }, "author": func(c *provenance.Content) { c.Author += "2" }, "time": func(c *provenance.Content) { c.At = c.At.Add(time.Microsecond) },
		"origin": func(c *provenance.Content) { c.Origin = "" }, "title": func(c *provenance.Content) { c.Title = "apples" }, "body": func(c *provenance.Content) { c.Body += " " },
		"a letter that moves": func(c *provenance.Content) { c.Title, c.Body = "ApplesC", "risp, and sweet." }, "a medium": func(c *provenance.Content) { c.Media[0][5] = 1 }, "media's order": func(c *provenance.Content) { c.Media[0], c.Media[1] = c.Media[1], c.Media[0] },
		"no media": func(c *provenance.Content) { c.Media = nil }, "a product": func(c *provenance.Content) { c.Products = c.Products[:1] }, "products run together": func(c *provenance.Content) { c.Products = []string{"prd_1prd_2"} },
		"empty product": func(c *provenance.Content) { c.Products = append(c.Products, "") },
	} {
		c := content(7)
		change(c)
		if other, twice := seen[c.Hash()]; twice {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[c.Hash()] = name
	}
}

func TestVerifyNamesTheFirstBrokenLink(t *testing.T) {
	for name, change := range map[string]func([]provenance.Entry) []provenance.Entry{
		"body": func(e []provenance.Entry) []provenance.Entry { e[4].Content.Body = "x"; return e },
		"body and content hash": func(e []provenance.Entry) []provenance.Entry {
			e[4].Content.Body = "x"
			e[4].Link.Content = e[4].Content.Hash()
			return e
		},
		"time":             func(e []provenance.Entry) []provenance.Entry { e[4].At = e[4].At.Add(time.Second); return e },
		"previous":         func(e []provenance.Entry) []provenance.Entry { e[4].Previous[0]++; return e },
		"hash":             func(e []provenance.Entry) []provenance.Entry { e[4].Hash[0]++; return e },
		"sequence":         func(e []provenance.Entry) []provenance.Entry { e[4].Sequence++; return e },
		"left out":         func(e []provenance.Entry) []provenance.Entry { return append(e[:4], e[5:]...) },
		"twice":            func(e []provenance.Entry) []provenance.Entry { e[4] = e[3]; return e },
		"swapped":          func(e []provenance.Entry) []provenance.Entry { e[4], e[5] = e[5], e[4]; return e },
		"of an erased one": func(e []provenance.Entry) []provenance.Entry { e[4].Content = nil; e[4].Link.Content[3]++; return e },
	} {
		_, err := provenance.Verify(provenance.Head{}, change(chain(8)))
		if broken := (*provenance.Broken)(nil); !errors.As(err, &broken) || broken.Sequence != 5 {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Who makes a link anew breaks the next one, unless he makes all that follow anew.
	e := chain(8)
	e[4].Content.Body = "x"
	e[4].Link.Content = e[4].Content.Hash()
	e[4].Hash = e[4].Link.Hash()
	_, err := provenance.Verify(provenance.Head{}, e)
	if broken := (*provenance.Broken)(nil); !errors.As(err, &broken) || broken.Sequence != 6 {
		t.Errorf("made anew: %v", err)
	}
}

func TestAnErasedVersionLeavesTheChainWhole(t *testing.T) {
	e := chain(8)
	want := e[7].Hash
	for i := range e {
		e[i].Content = nil
		head, err := provenance.Verify(provenance.Head{}, e)
		if err != nil || head.Hash != want || head.Sequence != 8 {
			t.Fatalf("%d erased: %v %v", i+1, head, err)
		}
	}
	if head, err := provenance.Verify(provenance.Head{Sequence: 3, Hash: e[2].Hash}, e[3:]); err != nil || head.Hash != want {
		t.Errorf("a part: %v %v", head, err)
	}
}

// Any two versions that differ have two hashes: nothing runs into its neighbour.
func TestContentsThatDifferHashApart(t *testing.T) {
	short := rapid.StringMatching(`[ab]{0,2}`)
	drawn := func(t *rapid.T, name string) *provenance.Content {
		return &provenance.Content{
			Author: short.Draw(t, name), At: time.UnixMicro(rapid.Int64Range(0, 1).Draw(t, name)), Origin: short.Draw(t, name), Title: short.Draw(t, name), Body: short.Draw(t, name),
			Media: rapid.SliceOfN(rapid.Just(provenance.Hash{}), 0, 2).Draw(t, name), Products: rapid.SliceOfN(short, 0, 2).Draw(t, name),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn(t, "a"), drawn(t, "b")
		one, _ := json.Marshal(a)
		other, _ := json.Marshal(b)
		if same := string(one) == string(other); same != (a.Hash() == b.Hash()) {
			t.Fatalf("%s and %s: hashes %v %v", one, other, a.Hash(), b.Hash())
		}
	})
}
