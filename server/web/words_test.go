package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Both languages have the same words, and every word that a script asks for by name.
func TestWordsAreComplete(t *testing.T) {
	script, err := homeFiles.ReadFile("home/words.js")
	if err != nil {
		t.Fatal(err)
	}
	chinese, rest, _ := strings.Cut(string(script), "const en = {")
	english, _, found := strings.Cut(rest, "\n};")
	if !found {
		t.Fatal("words.js has no English")
	}
	zh, en := wordsIn(chinese), wordsIn(english)
	if len(zh) < 150 || !slices.Equal(zh, en) {
		t.Errorf("%d words in Chinese and %d in English:\n%v\n%v", len(zh), len(en), zh, en)
	}
	files, err := homeFiles.ReadDir("home")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`\bt\('(\w+)'`)
	for _, file := range files {
		content, err := homeFiles.ReadFile("home/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range asked.FindAllSubmatch(content, -1) {
			if !slices.Contains(zh, string(word[1])) {
				t.Errorf("%s asks for %q, which is no word", file.Name(), word[1])
			}
		}
	}
}

// wordsIn are the names of one language's words, in order.
func wordsIn(script string) (names []string) {
	for _, found := range regexp.MustCompile("(\\w+): ['`({]").FindAllStringSubmatch(script, -1) {
		names = append(names, found[1])
	}
	return names
}
