package moderation

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
)

//go:embed rules.json
var rulesText []byte

const (
	mostRules  = 200
	mostWithin = 50
)

var builtInRules = sync.OnceValue(func() *Rules {
	r, err := parseRules(rulesText)
	if err != nil {
		panic("moderation: the built-in rules: " + err.Error())
	}
	return r
})

// OpenRules returns the rules of a JSON file, which has the form of rules.json; without a path those.
//
// Errors: the file cannot be read, or says something that is no rule; it is named.
func OpenRules(path string) (*Rules, error) {
	if path == "" {
		return builtInRules(), nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	r, err := parseRules(text)
	if err != nil {
		return nil, fmt.Errorf("rules: %s: %w", path, err)
	}
	return r, nil
}

// givenRule is a rule as JSON has it. Words are found as those of word lists are, but as they stand: nothing is read as another letter that is not always. Near:
// a word counts only where one of these is at most so many letters away as within says. Except: not where one of these is around it. Patterns are regular
// expressions (RE2) over a skeleton of the text: letters as they are compared, Chinese numerals as digits, one space between them for everything but %¥+.:/-_ ; a group in one says
// which part is found. Categories: only for goods in one of only, none in one of not.
type givenRule struct {
	ID             string   `json:"id"`
	Action         string   `json:"action"`
	Only           []string `json:"only"`
	Not            []string `json:"not"`
	Words          []string `json:"words"`
	Near           []string `json:"near"`
	Within         int      `json:"within"`
	Except         []string `json:"except"`
	Patterns       []string `json:"patterns"`
	ExceptPatterns []string `json:"exceptPatterns"`
	Zh             string   `json:"zh"`
	En             string   `json:"en"`
}

func parseRules(text []byte) (*Rules, error) {
	var given struct {
		Version string      `json:"version"`
		Rules   []givenRule `json:"rules"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, err
	}
	switch {
	case decoder.More():
		return nil, errors.New("there is something after the rules")
	case strings.TrimSpace(given.Version) == "":
		return nil, errors.New("version: it must name these rules")
	case len(given.Rules) > mostRules:
		return nil, fmt.Errorf("%d rules, more than %d", len(given.Rules), mostRules)
	}
	r := &Rules{version: given.Version}
	var folded [][]rune
	ids := map[string]bool{}
	for i, g := range given.Rules {
		rule, err := g.read()
		if err != nil || ids[g.ID] {
			return nil, fmt.Errorf("rule %q: %w", g.ID, errors.Join(err, twice(ids[g.ID])))
		}
		ids[g.ID] = true
		r.rules = append(r.rules, rule)
		for at, words := range [parts][]string{partWord: g.Words, partNear: g.Near, partExcept: g.Except} {
			for _, word := range words {
				w := foldWord(word)
				if len(w) == 0 || len(w) > mostWord {
					return nil, fmt.Errorf("rule %q: %q: a word has 1 to %d letters or digits", g.ID, word, mostWord)
				}
				folded = append(folded, w)
				r.words = append(r.words, role{i, part(at)})
			}
		}
	}
	r.find = build(folded)
	return r, nil
}

func twice(is bool) error {
	if is {
		return errors.New("there are two of that id")
	}
	return nil
}

func (g *givenRule) read() (rule, error) {
	r := rule{id: g.ID, zh: g.Zh, en: g.En, within: g.Within, near: len(g.Near) > 0, only: nameSet(g.Only), not: nameSet(g.Not)}
	switch g.Action {
	case "HOLD":
		r.action = Hold
	case "BLOCK":
		r.action = Reject
	default:
		return r, errors.New("action: HOLD or BLOCK")
	}
	switch {
	case g.ID == "" || g.Zh == "" || g.En == "":
		return r, errors.New("it has an id, and zh and en to explain it")
	case len(g.Words)+len(g.Patterns) == 0:
		return r, errors.New("it has neither words nor patterns")
	case g.Within < 0 || g.Within > mostWithin || r.near != (g.Within > 0):
		return r, fmt.Errorf("within: 1 to %d letters, where there is a near", mostWithin)
	}
	var err error
	if r.patterns, err = compiled(g.Patterns); err != nil {
		return r, err
	}
	r.except, err = compiled(g.ExceptPatterns)
	return r, err
}

func compiled(patterns []string) (all []*regexp.Regexp, err error) {
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, err
		}
		all = append(all, re)
	}
	return all, nil
}

func nameSet(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range foldNames(names) {
		set[name] = true
	}
	return set
}

func foldNames(names []string) (folded []string) {
	for _, name := range names {
		folded = append(folded, string(foldWord(name)))
	}
	return folded
}
