package moderation

import (
	"cmp"
	"slices"
)

// automaton finds all words of the lists in one walk over a text (Aho and Corasick), however many they are. It is our own and not a library's, since those skip
// what overlaps a word already found, and a word that is found inside a longer one does not count here.
type automaton struct {
	next  map[step]int32
	nodes []node
}

// step is a way from a node by a letter.
type step struct {
	from int32
	by   rune
}

// node stands for the letters that lead to it from the root, node 0.
type node struct {
	// fail is the node of the longest proper suffix that there is, shorter the nearest suffix that is a word; 0: none.
	fail, shorter int32
	depth         int32
	// verdict is a word's; Pass: these letters are none.
	verdict Verdict
}

// build makes the automaton of folded words, by their verdicts.
func build(words map[Verdict][][]letter) *automaton {
	a := &automaton{next: map[step]int32{}, nodes: make([]node, 1)}
	ways := []step{{}} // by node, the one that leads to it
	for verdict, list := range words {
		for _, word := range list {
			at := int32(0)
			for _, l := range word {
				way := step{at, l.r}
				to, ok := a.next[way]
				if !ok {
					to = int32(len(a.nodes))
					a.next[way], ways = to, append(ways, way)
					a.nodes = append(a.nodes, node{depth: a.nodes[at].depth + 1})
				}
				at = to
			}
			a.nodes[at].verdict = max(a.nodes[at].verdict, verdict)
		}
	}
	a.link(ways)
	return a
}

// link finds each node's suffixes, those of shorter nodes first.
func (a *automaton) link(ways []step) {
	order := make([]int32, len(a.nodes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return cmp.Compare(a.nodes[x].depth, a.nodes[y].depth) })
	for _, i := range order {
		if a.nodes[i].depth < 2 {
			continue
		}
		way := ways[i]
		fail := a.follow(a.nodes[way.from].fail, way.by)
		a.nodes[i].fail, a.nodes[i].shorter = fail, fail
		if a.nodes[fail].verdict == Pass {
			a.nodes[i].shorter = a.nodes[fail].shorter
		}
	}
}

// follow is where a letter leads from a node: on, or on from its longest suffix that has such a way.
func (a *automaton) follow(at int32, by rune) int32 {
	for {
		if to, ok := a.next[step{at, by}]; ok {
			return to
		}
		if at == 0 {
			return 0
		}
		at = a.nodes[at].fail
	}
}

// judge is the hardest verdict of the words in a text.
func (a *automaton) judge(text []letter) (worst Verdict) {
	at := int32(0)
	for i, l := range text {
		at = a.follow(at, l.r)
		if i+1 < len(text) && text[i+1].joined {
			continue // in the middle of a longer word
		}
		for found := at; found != 0; found = a.nodes[found].shorter {
			if n := a.nodes[found]; n.verdict > worst && !text[i+1-int(n.depth)].joined {
				worst = n.verdict
			}
		}
		if worst == Reject {
			return Reject
		}
	}
	return worst
}
