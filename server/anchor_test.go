package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/note/provenance"
)

// A file and a public key are all that it takes: no database is opened or made.
func TestAnchorCommands(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	dir := t.TempDir()
	t.Chdir(dir)
	var head provenance.Head
	anchor := func(name string, n int) {
		after, links := head, []provenance.Link{}
		for range n {
			link := head.Next(&provenance.Content{At: time.UnixMicro(head.Sequence)})
			links, head = append(links, link), provenance.Head{Sequence: link.Sequence, Hash: link.Hash()}
		}
		a, err := provenance.NewAnchor("2026-11-24", after, links, key)
		if err != nil {
			t.Fatal(err)
		}
		file, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	anchor("one.json", 5)
	anchor("two.json", 3)
	bad, err := os.ReadFile("two.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("bad.json", bytes.Replace(bad, []byte(`"size":3`), []byte(`"size":2`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := proveTo(t, "proof.json", "two.json", "7"); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		args []string
		code int
	}{
		"an anchor": {[]string{"one.json", "--key", public}, 0}, "the next one": {[]string{"two.json", "--key", public, "--after", "one.json"}, 0}, "a proof": {[]string{"proof.json", "--key", public}, 0},
		"not the next one": {[]string{"one.json", "--key", public, "--after", "two.json"}, 1}, "after a proof": {[]string{"two.json", "--key", public, "--after", "proof.json"}, 1},
		"tampered": {[]string{"bad.json", "--key", public}, 1}, "another key": {[]string{"one.json", "--key", base64.StdEncoding.EncodeToString(make([]byte, 32))}, 1}, "half a key": {[]string{"one.json", "--key", "AAAA"}, 1},
		"no key": {[]string{"one.json"}, 2}, "no file": {[]string{"none.json", "--key", public}, 2},
	} {
		if code := run(t.Context(), append([]string{"anchor", "verify"}, tc.args...)); code != tc.code {
			t.Errorf("%s: exit code %d, want %d", name, code, tc.code)
		}
	}
	if code := run(t.Context(), []string{"anchor", "prove", "one.json", "6"}); code != 1 {
		t.Errorf("a link that is not there: exit code %d", code)
	}
	if made, err := filepath.Glob("*.db*"); err != nil || len(made) > 0 {
		t.Errorf("made %v, %v", made, err)
	}
}

// proveTo writes what the command prints to a file.
func proveTo(t *testing.T, to, anchor, sequence string) error {
	t.Helper()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	stdout := os.Stdout
	os.Stdout = out
	code := run(t.Context(), []string{"anchor", "prove", anchor, sequence})
	os.Stdout = stdout
	if code != 0 {
		t.Errorf("prove: exit code %d", code)
	}
	return out.Close()
}
