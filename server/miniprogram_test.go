package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// maxPackage is what a mini-program may have in its main package by far: the platforms allow 2 MB.
const maxPackage = 200 << 10

// The sample of a mini-program is built for both platforms, keeps to what they allow, and is walked through against the demo: feed, a group that is opened, paid and completed, a live
// room that is left and caught up with, an offer.
func TestMiniProgram(t *testing.T) {
	sample, err := filepath.Abs("../frontend-contracts/miniprogram")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + startDemo(t) + "/graphql"
	built := t.TempDir()
	nodeIn(t, sample, "../node_modules/typescript/bin/tsc", "-p", ".")
	nodeIn(t, sample, "build.mjs", "--url", url, "--out", built)
	for platform, files := range map[string]struct{ markup, style, foreign string }{
		"wechat": {".wxml", ".wxss", `\btt[.:]`}, "douyin": {".ttml", ".ttss", `\bwx[.:]`},
	} {
		t.Run(platform, func(t *testing.T) {
			checkPackage(t, filepath.Join(built, platform), files.markup, files.style, files.foreign)
			var saw struct {
				Cards, Sockets int
				Toasts         []string
			}
			if err := json.Unmarshal(nodeIn(t, sample, "test/walk.mjs", platform, built, url), &saw); err != nil {
				t.Fatal(err)
			}
			// One for all subscriptions, and one more after the background.
			if saw.Cards < 10 || saw.Sockets != 2 || len(saw.Toasts) != 1 || !strings.Contains(saw.Toasts[0], "红包到手") {
				t.Errorf("the walk saw %+v", saw)
			}
		})
	}
}

// checkPackage holds a built mini-program to its platform's rules: its size, no code made at run time, no other platform's names, every page with its four files.
func checkPackage(t *testing.T, folder, markup, style, foreign string) {
	t.Helper()
	size := 0
	forbidden := regexp.MustCompile(`\beval\(|new Function|` + foreign)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		size += len(content)
		if found := forbidden.Find(content); found != nil {
			t.Errorf("%s has %s", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if size > maxPackage {
		t.Errorf("the package has %d bytes", size)
	}
	list, err := os.ReadFile(filepath.Join(folder, "app.json"))
	if err != nil {
		t.Fatal(err)
	}
	var app struct{ Pages []string }
	if err := json.Unmarshal(list, &app); err != nil || len(app.Pages) < 5 {
		t.Fatalf("app.json lists %v: %v", app.Pages, err)
	}
	for _, page := range app.Pages {
		for _, kind := range []string{".js", ".json", markup, style} {
			if _, err := os.Stat(filepath.Join(folder, page+kind)); err != nil {
				t.Error(err)
			}
		}
	}
}

// nodeIn runs a script in a folder and returns what it printed.
func nodeIn(t *testing.T, folder string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir = folder
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s: %v (npm ci --ignore-scripts in frontend-contracts installs what it needs)\n%s%s", strings.Join(args, " "), err, out, errs.String())
	}
	return out
}
