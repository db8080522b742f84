package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A newcomer opens the page in a real browser, buys something, opens a group that somebody else completes, searches, and asks GraphiQL; nothing is fetched from anywhere else.
func TestBrowserBuys(t *testing.T) {
	find := exec.CommandContext(t.Context(), "../scripts/chromium")
	path, err := find.Output()
	if err != nil {
		t.Fatalf("find Chromium: %v", err)
	}
	clients, err := filepath.Abs("transport/testdata/clients")
	if err != nil {
		t.Fatal(err)
	}
	browser := exec.CommandContext(t.Context(), "node", filepath.Join(clients, "browser.mjs"), strings.TrimSpace(string(path)), "http://"+startDemo(t), os.Getenv("KAITUAN_PICTURES"))
	var out, problems bytes.Buffer
	browser.Stdout, browser.Stderr = &out, &problems
	if err := browser.Run(); err != nil {
		t.Fatalf("%v (npm ci in %s installs what it needs)\n%s", err, clients, problems.String())
	}
	var saw struct {
		Cards, Steps, Seats, Found int
		Problems, Strangers        []string
	}
	if err := json.Unmarshal(out.Bytes(), &saw); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if saw.Cards < 20 || saw.Steps != 3 || saw.Seats != 2 || saw.Found < 1 || len(saw.Problems) > 0 || len(saw.Strangers) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
}
