package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A newcomer opens the storefront in a real browser, buys something by keyboard, opens a group that somebody else completes, searches, and asks GraphiQL; the first feed was one query.
func TestBrowserBuys(t *testing.T) {
	var saw struct {
		Cards, Seats, Found int
		Within, Back        bool
		Trace, Wrong        []string
	}
	browse(t, "browser.mjs", &saw)
	if saw.Cards < 20 || saw.Seats != 2 || saw.Found < 1 || !saw.Within || !saw.Back || len(saw.Wrong) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
	if len(saw.Trace) != 1 || !strings.Contains(saw.Trace[0], "Home") || !regexp.MustCompile(`成本 \d+ · \d+ SQL`).MatchString(saw.Trace[0]) {
		t.Errorf("the drawer shows %q", saw.Trace)
	}
}

// A shopper fills a cart, meets a price that has changed and pays the new one, is given the money back, pays after a payment that failed, and has a friend help who comes by the link.
func TestBrowserShops(t *testing.T) {
	var saw struct {
		Now, Charged string
		Wrong        []string
	}
	browse(t, "shopping.mjs", &saw)
	if saw.Now != "¥37.60" || saw.Charged != saw.Now || len(saw.Wrong) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
}

// A member checks in, is paid at a till for the code that the page shows, claims a coupon, buys in the points mall, and with the coupon and points, all by
// keyboard; balance and statement follow live, there and in another window.
func TestBrowserMember(t *testing.T) {
	var saw struct {
		Stayed, Exported                      bool
		Focused, Quoted, Charged, Mall, Order string
		Lines                                 int
		Wrong                                 []string
	}
	browse(t, "member.mjs", &saw)
	if !saw.Stayed || !saw.Exported || saw.Focused != "points" || saw.Quoted == "" || saw.Quoted != saw.Charged || len(saw.Wrong) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
	for _, want := range []struct{ in, text string }{{saw.Mall, "5 积分"}, {saw.Order, "600 积分"}, {saw.Order, "满30减5"}, {saw.Order, "-¥6"}} {
		if !strings.Contains(want.in, want.text) {
			t.Errorf("an order does not say %q: %s", want.text, want.in)
		}
	}
	// Checked in; earned; two orders, each set aside and spent.
	if saw.Lines != 6 {
		t.Errorf("%d lines in the statement, want 6", saw.Lines)
	}
}

// A page that follows what is a member's own goes on when his session has run out: it is renewed, and he stays who he is.
func TestBrowserSession(t *testing.T) {
	var saw struct {
		Stayed bool
		Names  []string
	}
	browse(t, "session.mjs", &saw)
	if !saw.Stayed || len(saw.Names) != 3 || saw.Names[0] == "" || saw.Names[0] != saw.Names[2] {
		t.Errorf("the browser saw %+v", saw)
	}
}

// A viewer finds the demo's live room, talks, likes, claims a coupon, enters the lottery and buys the offer, by keyboard; another one sees it as it happens, and misses nothing though
// the network is cut.
func TestBrowserLive(t *testing.T) {
	var saw struct {
		Broken, Order  string
		Asked          []*string
		Comments, Left []string
		Wrong          []string
	}
	browse(t, "room.mjs", &saw)
	if !strings.Contains(saw.Broken, "重连") || !strings.Contains(saw.Order, "9.90") || len(saw.Wrong) > 0 {
		t.Errorf("the browser saw %+v", saw)
	}
	// The welcome, and each comment once.
	if len(saw.Comments) != 3 {
		t.Errorf("the watcher saw %q", saw.Comments)
	}
	if len(saw.Left) != 2 || strings.Contains(strings.Join(saw.Left, ""), "看起来很甜") {
		t.Errorf("after one was hidden the watcher saw %q", saw.Left)
	}
	if len(saw.Asked) < 2 || saw.Asked[1] == nil || saw.Asked[0] == nil || *saw.Asked[0] == *saw.Asked[1] {
		t.Errorf("it asked for what came after %v", saw.Asked)
	}
}

// browse runs one of the scripts against a demo of its own and reads what it saw. An error in the page, something that its policy stops, or anything that is fetched from elsewhere fails
// the test. Pictures of the pages are left in the folder that KAITUAN_SHOTS names.
func browse(t *testing.T, script string, saw any) {
	t.Helper()
	path, err := exec.CommandContext(t.Context(), "../scripts/chromium").Output()
	if err != nil {
		t.Fatalf("find Chromium: %v", err)
	}
	clients, err := filepath.Abs("transport/testdata/clients")
	if err != nil {
		t.Fatal(err)
	}
	browser := exec.CommandContext(t.Context(), "node", filepath.Join(clients, script), strings.TrimSpace(string(path)), "http://"+startDemo(t), os.Getenv("KAITUAN_SHOTS"))
	var out, errs bytes.Buffer
	browser.Stdout, browser.Stderr = &out, &errs
	if err := browser.Run(); err != nil {
		t.Fatalf("%v (npm ci in %s installs what it needs)\n%s", err, clients, errs.String())
	}
	var wrong struct{ Problems, Strangers []string }
	for _, into := range []any{saw, &wrong} {
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
	}
	if len(wrong.Problems) > 0 || len(wrong.Strangers) > 0 {
		t.Errorf("in the browser: %+v", wrong)
	}
}
