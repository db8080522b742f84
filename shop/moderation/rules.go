package moderation

import (
	"cmp"
	"regexp"
	"slices"
)

// Rules find claims, lures and ways out of the shop in what is written about goods, as word lists cannot: by what stands beside, and by the goods' categories.
// They never change, and are safe for concurrent use.
type Rules struct {
	version string
	rules   []rule
	words   []role
	find    *automaton
}

// Finding is a place in a text where a rule is broken, for a reviewer.
type Finding struct {
	Rule string
	// Action is Hold or Reject.
	Action Verdict
	// Text is what is there, from byte From up to To of the text.
	Text     string
	From, To int
	// Zh and En say why it is found.
	Zh, En string
}

const mostFindings = 50

type rule struct {
	id, zh, en       string
	action           Verdict
	only, not        map[string]bool // folded names of categories
	within           int             // letters between a word and what must be near it; none: near is empty
	near             bool
	patterns, except []*regexp.Regexp
}

// role is what a word is to a rule.
type role struct {
	rule int
	part part
}

type part int

const (
	partWord part = iota
	partNear
	partExcept
	parts
)

// span is a place in a text, in bytes.
type span struct{ from, to int }

// Version names these rules, for who judges a text again when they have changed.
func (r *Rules) Version() string { return r.version }

// Find returns what a text about goods of these categories (names, those above them too) says that a rule does not want, in order of place, at most mostFindings.
// It is a function of its arguments, and takes time in proportion to the text.
func (r *Rules) Find(text string, categories []string) []Finding {
	letters := fold(nil, text)
	words := slices.DeleteFunc(slices.Clone(letters), func(l letter) bool { return l.kind == sign })
	places := make([][parts][]span, len(r.rules))
	r.find.each(words, func(word int32, first, last int) {
		at := r.words[word]
		within := 0
		if at.part == partNear {
			within = r.rules[at.rule].within + 1
		}
		from, to := words[max(0, first-within)].from, words[min(len(words)-1, last+within)].to
		places[at.rule][at.part] = append(places[at.rule][at.part], span{int(from), int(to)})
	})
	read := skeletonOf(text, letters)
	folded := foldNames(categories)
	var found []Finding
	for i := range r.rules {
		if rule := &r.rules[i]; rule.about(folded) {
			found = rule.findings(found, text, read, places[i])
		}
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Rule, b.Rule))
	})
	found = slices.CompactFunc(found, func(a, b Finding) bool { return a.Rule == b.Rule && a.From == b.From && a.To == b.To })
	return found[:min(len(found), mostFindings)]
}

// about reports whether the rule is one for goods of these categories.
func (r *rule) about(categories []string) bool {
	within := func(names map[string]bool) bool {
		return slices.ContainsFunc(categories, func(name string) bool { return names[name] })
	}
	return !within(r.not) && (len(r.only) == 0 || within(r.only))
}

func (r *rule) findings(found []Finding, text string, read skeleton, places [parts][]span) []Finding {
	hits, except := places[partWord], places[partExcept]
	if r.near {
		near := covered(places[partNear])
		hits = slices.DeleteFunc(hits, func(s span) bool { return !near.meets(s) })
	}
	for _, p := range r.patterns {
		hits = append(hits, read.matches(p)...)
	}
	for _, p := range r.except {
		except = append(except, read.matches(p)...)
	}
	fine := covered(except)
	for _, s := range hits {
		if !fine.has(s) {
			found = append(found, Finding{Rule: r.id, Action: r.action, Text: text[s.from:s.to], From: s.from, To: s.to, Zh: r.zh, En: r.en})
		}
	}
	return found
}

// matches are the places of a pattern's matches: of its group, if it has one.
func (s skeleton) matches(p *regexp.Regexp) (all []span) {
	for _, m := range p.FindAllStringSubmatchIndex(s.text, -1) {
		if len(m) > 2 && m[2] >= 0 {
			m = m[2:]
		}
		if m[1] > m[0] {
			all = append(all, span{int(s.from[m[0]]), int(s.to[m[1]-1])})
		}
	}
	return all
}

// cover answers whether a place lies within one of many, or has a part in one.
type cover []span

// covered takes places in any order; each gets the furthest end of those up to it.
func covered(places []span) cover {
	slices.SortFunc(places, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(places); i++ {
		places[i].to = max(places[i].to, places[i-1].to)
	}
	return places
}

func (c cover) has(s span) bool {
	i, _ := slices.BinarySearchFunc(c, s.from+1, func(c span, from int) int { return cmp.Compare(c.from, from) })
	return i > 0 && c[i-1].to >= s.to
}

func (c cover) meets(s span) bool {
	i, _ := slices.BinarySearchFunc(c, s.to, func(c span, to int) int { return cmp.Compare(c.from, to) })
	return i > 0 && c[i-1].to > s.from
}
