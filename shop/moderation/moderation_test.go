package moderation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/shop/moderation"
)

func lists(version, reject, hold string) string {
	quote := func(words string) string {
		if words == "" {
			return "[]"
		}
		return `["` + strings.ReplaceAll(words, "|", `", "`) + `"]`
	}
	return fmt.Sprintf(`{"version": %q, "reject": %s, "hold": %s}`, version, quote(reject), quote(hold))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, text string) (*moderation.Service, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "words.json")
	write(t, path, text)
	s, err := moderation.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s, path
}

func TestJudge(t *testing.T) {
	s, _ := open(t, lists("1", "加微信|代开发票|free money|he|shell|SHE", "vx|微信号|hers|微信|微商"))
	for _, tc := range []struct {
		name, text string
		want       moderation.Verdict
	}{
		{"nothing", "", moderation.Pass},
		{"ordinary", "这款茶几天能到？", moderation.Pass},
		{"a word", "请加微信领券", moderation.Reject},
		{"spaced out", "加 微 信", moderation.Reject},
		{"with punctuation and pictures", "加·微~🍵信!!", moderation.Reject},
		{"with what is not seen", "加\u200b微\u200d\ufe0f信", moderation.Reject},
		{"the worst counts", "vx 或者代开发票", moderation.Reject},
		{"one to look at", "vx 12345678", moderation.Hold},
		{"full width", "ＶＸ：123", moderation.Hold},
		{"digits right behind", "Vx12345", moderation.Hold},
		{"between Han", "加vx吧", moderation.Hold},
		{"dotted", "v.x.", moderation.Hold},
		{"inside a longer word", "luvxoxo", moderation.Pass},
		{"the end of a longer word and a letter", "luv x", moderation.Pass},
		{"two words in any case", "FREE\u3000MoNeY", moderation.Reject},
		{"run together", "freemoney", moderation.Reject},
		{"in a longer phrase", "carefree moneybags", moderation.Pass},
		{"of overlapping words only whole ones count", "ushers", moderation.Pass},
		{"a suffix of another", "s hers", moderation.Hold},
		{"the shorter of two that begin alike", "he lls", moderation.Reject},
		{"a word inside a listed one", "微信 号", moderation.Hold},
		{"marked letters", "v\u0336x", moderation.Hold},
		{"a longer one that fails ends in a shorter one", "加微商", moderation.Hold},
		{"its letters again and again", "加微微微信信", moderation.Reject},
	} {
		if got := s.Judge(tc.text).Verdict; got != tc.want {
			t.Errorf("%s: Judge(%q) = %v, want %v", tc.name, tc.text, got, tc.want)
		}
	}
	if s.Version() != "1" {
		t.Errorf("version %q", s.Version())
	}
}

// What the automaton finds is what a search for each word by itself finds.
func TestJudgeFindsWhatPlainSearchFinds(t *testing.T) {
	words := []string{"茶", "茶叶", "叶子", "子茶叶", "好", "好茶", "茶好叶"}
	s, _ := open(t, lists("1", "", strings.Join(words, "|")))
	letters := []rune("茶叶子好水")
	for n := range 5 * 5 * 5 * 5 * 5 {
		var text []rune
		for range 5 {
			text, n = append(text, letters[n%5]), n/5
		}
		want := moderation.Pass
		for _, word := range words {
			if strings.Contains(string(text), word) {
				want = moderation.Hold
			}
		}
		if got := s.Judge(string(text)).Verdict; got != want {
			t.Fatalf("Judge(%s) = %v, want %v", string(text), got, want)
		}
	}
}

func TestBuiltIn(t *testing.T) {
	s, err := moderation.Open("")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]moderation.Verdict{
		"加 微 信 abc": moderation.Reject, "代开发票": moderation.Reject, "VX: tea88": moderation.Hold, "主播好漂亮": moderation.Pass, "I love this tea, vexing": moderation.Pass,
	} {
		if got := s.Judge(text).Verdict; got != want {
			t.Errorf("Judge(%q) = %v, want %v", text, got, want)
		}
	}
	if s.Version() == "" {
		t.Error("the built-in lists have no version")
	}
}

func TestAChangedFileCounts(t *testing.T) {
	s, path := open(t, lists("1", "old", ""))
	write(t, path, lists("two", "new words", ""))
	s.LookNow()
	if s.Judge("old").Verdict != moderation.Pass || s.Judge("new words").Verdict != moderation.Reject || s.Version() != "two" {
		t.Fatalf("after the change: %v, %v, %q", s.Judge("old").Verdict, s.Judge("new words").Verdict, s.Version())
	}
	for name, bad := range map[string]string{
		"half a file": `{"version": "3", "reject": ["ne`, "no version": `{"reject": ["x"]}`, "an empty word": lists("3", "x|  ", ""), "another field": `{"version": "3", "block": []}`,
		"more behind": lists("3", "", "") + "{}", "a word without an end": lists("3", strings.Repeat("a", 65), ""),
	} {
		write(t, path, bad)
		s.LookNow()
		if s.Judge("new words").Verdict != moderation.Reject || s.Version() != "two" {
			t.Errorf("%s: the earlier lists are gone", name)
		}
		if _, err := moderation.Open(path); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s.LookNow()
	if s.Version() != "two" {
		t.Error("without its file it has no lists")
	}
	write(t, path, lists("4", "", ""))
	s.LookNow()
	if s.Judge("new words").Verdict != moderation.Pass || s.Version() != "4" {
		t.Errorf("after the file is good again: %q", s.Version())
	}
}

func TestManyJudgeWhileTheFileChanges(t *testing.T) {
	s, path := open(t, lists("0", "bad", ""))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 200 {
				if i == 0 && n%20 == 0 {
					fresh := path + ".new"
					if err := os.WriteFile(fresh, []byte(lists(fmt.Sprint(n), strings.Repeat("worse|", n)+"bad", "")), 0o600); err != nil {
						t.Error(err)
					}
					if err := os.Rename(fresh, path); err != nil {
						t.Error(err)
					}
				}
				s.LookNow()
				if s.Judge("a bad text").Verdict != moderation.Reject {
					t.Error("a word that every version has was not found")
				}
			}
		})
	}
	group.Wait()
	s.LookNow()
	s.Judge("")
	if s.Version() != "180" {
		t.Errorf("in the end the version is %s", s.Version())
	}
}
