package moderation

import (
	"cmp"
	"slices"
	"unicode"
)

// automaton finds all words of the lists in one walk over a text (Aho and Corasick), however many they are. It is our own and not a library's, since those skip
// what overlaps a word already found, and a word that is found inside a longer one does not count here.
//
// Its nodes are numbered level by level, so that a node's ways are its neighbours' numbers and need only their letters: 24 bytes a node, no map. The root, where most
// letters of an honest text lead back to, has a table.
type automaton struct {
	nodes []node // and one behind the last
	by    []rune // by node, the letter that leads to it
	root  [(unicode.MaxRune + 1) >> 8]*[256]int32
	order []int32 // the words, sorted; those that are the same word stand together
}

// node stands for the letters that lead to it from the root, node 0.
type node struct {
	// first is the first node one letter further; those of this node end where those of the next begin.
	first int32
	// fail is the node of the longest proper suffix that there is, shorter the nearest suffix that is a word; 0: none.
	fail, shorter int32
	// word is where in order the words are that end here, so many as words says.
	word, words int32
	depth       int32
}

// build makes the automaton of folded words, none of them empty.
func build(words [][]rune) *automaton {
	a := &automaton{order: make([]int32, len(words)), nodes: make([]node, 1), by: make([]rune, 1)}
	for i := range a.order {
		a.order[i] = int32(i)
	}
	slices.SortFunc(a.order, func(x, y int32) int { return cmp.Or(slices.Compare(words[x], words[y]), cmp.Compare(x, y)) })
	type span struct{ from, to int }
	spans := []span{{0, len(words)}} // by node, the words in order that begin with its letters
	for at := 0; at < len(a.nodes); at++ {
		from, to, depth := spans[at].from, spans[at].to, int(a.nodes[at].depth)
		a.nodes[at].word = int32(from)
		for from < to && len(words[a.order[from]]) == depth {
			from++
		}
		a.nodes[at].words = int32(from) - a.nodes[at].word
		a.nodes[at].first = int32(len(a.nodes))
		for from < to {
			by, end := words[a.order[from]][depth], from+1
			for end < to && words[a.order[end]][depth] == by {
				end++
			}
			a.nodes, a.by, spans = append(a.nodes, node{depth: int32(depth) + 1}), append(a.by, by), append(spans, span{from, end})
			from = end
		}
	}
	a.nodes = slices.Clip(append(a.nodes, node{first: int32(len(a.nodes))}))
	a.by = slices.Clip(a.by)
	a.link()
	return a
}

// link finds the root's table and each node's suffixes, those of shorter nodes first.
func (a *automaton) link() {
	for to := a.nodes[0].first; to < a.nodes[1].first; to++ {
		page := &a.root[a.by[to]>>8]
		if *page == nil {
			*page = new([256]int32)
		}
		(*page)[a.by[to]&0xFF] = to
	}
	for at := 1; at+1 < len(a.nodes); at++ {
		for to := a.nodes[at].first; to < a.nodes[at+1].first; to++ {
			fail := a.follow(a.nodes[at].fail, a.by[to])
			a.nodes[to].fail, a.nodes[to].shorter = fail, fail
			if a.nodes[fail].words == 0 {
				a.nodes[to].shorter = a.nodes[fail].shorter
			}
		}
	}
}

// follow is where a letter leads from a node: on, or on from its longest suffix that has such a way.
func (a *automaton) follow(at int32, by rune) int32 {
	for at != 0 {
		from, to := a.nodes[at].first, a.nodes[at+1].first
		if to-from > 12 {
			if i, ok := slices.BinarySearch(a.by[from:to], by); ok {
				return from + int32(i)
			}
		} else {
			for ; from < to; from++ {
				if a.by[from] == by {
					return from
				}
			}
		}
		at = a.nodes[at].fail
	}
	if page := a.root[by>>8]; page != nil {
		return page[by&0xFF]
	}
	return 0
}

// each calls found for every word in a text, with the first and the last of its letters. A word that begins or ends in a letter of an alphabet is not found
// inside a longer one.
func (a *automaton) each(text []letter, found func(word int32, first, last int)) {
	at := int32(0)
	for i := range text {
		at = a.follow(at, text[i].r)
		if at == 0 || i+1 < len(text) && text[i+1].joined {
			continue // in the middle of a longer word
		}
		for end := at; end != 0; end = a.nodes[end].shorter {
			n := &a.nodes[end]
			if first := i + 1 - int(n.depth); n.words > 0 && !text[first].joined {
				for _, word := range a.order[n.word : n.word+n.words] {
					found(word, first, i)
				}
			}
		}
	}
}

// bytes is the memory that it holds.
func (a *automaton) bytes() int {
	total := 24*cap(a.nodes) + 4*cap(a.by) + 4*cap(a.order) + 8*len(a.root)
	for _, page := range a.root {
		if page != nil {
			total += 4 * len(page)
		}
	}
	return total
}
