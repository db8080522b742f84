// Package moderation judges what people write before others see it: by the shop's word lists (Service), and by rules of context (Rules).
package moderation

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Verdict is what becomes of a text, and what a list does to one that has its words; the greater one is the harder one.
type Verdict int

const (
	Pass   Verdict = iota
	Mask           // others see it with the words hidden; the contract's MASK
	Hold           // somebody must look at it first; HOLD
	Reject         // its author is told so; BLOCK
)

// List is a named word list.
type List struct {
	Name, Version string
	Words         []string
	// Action is Mask, Hold or Reject.
	Action Verdict
}

// ListVersion names a list as it was when a text was judged.
type ListVersion struct{ Name, Version string }

// Found is a word of a list in a text.
type Found struct {
	List ListVersion
	// Word is as the list has it; From and To are the text's bytes where it stands, maybe in another guise.
	Word     string
	Action   Verdict
	From, To int
}

// Judgement is what becomes of a text.
type Judgement struct {
	// Verdict is the hardest action of the words found; Pass: there are none.
	Verdict Verdict
	// Text is what others may see unless the verdict is harder than Mask: each letter of a Mask word is *, what stands between them stays.
	Text string
	// Found are the words, each place once, at most mostFound of them.
	Found []Found
	// Lists are all that it was judged by, for who judges it again when one has changed. They are shared: nobody writes to them.
	Lists []ListVersion
}

const mostFound = 50

// Service judges texts by the shop's word lists. It is safe for concurrent use.
//
// Lists are known by their names, and the later one of a name counts: first the built-in ones, then the file's, then those that Set was given. The built-in lists and
// a file's are named mask, hold and reject, so a file replaces what is built in.
type Service struct {
	file    *file // nil: only the built-in lists
	mu      sync.Mutex
	given   []*list // by Set
	edition atomic.Pointer[edition]
}

// New returns a service with the built-in lists.
func New() *Service {
	s := &Service{}
	s.compose()
	return s
}

// Open returns a service with the lists of a JSON file, and of what the file becomes while the shop runs; without a path it is New.
//
// Errors: the file cannot be read, or says something that is no list.
func Open(path string) (*Service, error) {
	if path == "" {
		return New(), nil
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	s := &Service{file: f}
	s.compose()
	return s, nil
}

// Set replaces all lists that an earlier Set gave, at once: a text is judged by the old ones or by the new ones.
//
// Errors: one that names what is wrong, and nothing has changed: a list without a name or version, or twice; no action; too many words, a word that is nothing but
// spaces and punctuation, or too long.
func (s *Service) Set(lists []List) error {
	given, err := prepare(lists)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.given = given
	s.mu.Unlock()
	s.compose()
	return nil
}

// Judge says what becomes of a text. Case, width, marks, look-alikes, traditional forms, repeated letters and whatever stands between the letters of a word make no
// difference; alike.txt and sounds.txt say what is read as what. A word that begins or ends in a letter of an alphabet is not found inside a longer one.
func (s *Service) Judge(text string) Judgement { return s.current().judge(text) }

// current is the newest edition; who finds the file changed makes it.
func (s *Service) current() *edition {
	if s.file != nil && s.file.changed() {
		s.compose()
	}
	return s.edition.Load()
}

// compose makes the edition of all lists that count now.
func (s *Service) compose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	sources := [][]*list{builtIn()}
	if s.file != nil {
		sources = append(sources, *s.file.lists.Load())
	}
	var lists []*list
	for _, source := range append(sources, s.given) {
		for _, l := range source {
			if i := slices.IndexFunc(lists, func(known *list) bool { return known.Name == l.Name }); i >= 0 {
				lists[i] = l
			} else {
				lists = append(lists, l)
			}
		}
	}
	s.edition.Store(newEdition(lists))
}

// edition is all lists of one moment.
type edition struct {
	lists []ListVersion
	words []listed
	find  *automaton
}

// listed is a word of a list.
type listed struct {
	word   string
	list   int32
	action Verdict
}

func newEdition(lists []*list) *edition {
	e := &edition{}
	var folded [][]rune
	for i, l := range lists {
		e.lists = append(e.lists, ListVersion{l.Name, l.Version})
		for _, word := range l.Words {
			e.words = append(e.words, listed{word, int32(i), l.Action})
		}
		folded = append(folded, l.folded...)
	}
	e.find = build(folded)
	return e
}

// letters are kept for the next text.
var letters = sync.Pool{New: func() any { return new([]letter) }}

func (e *edition) judge(text string) Judgement {
	j := Judgement{Text: text, Lists: e.lists}
	kept := letters.Get().(*[]letter)
	folded := fold((*kept)[:0], text)
	var hidden []bool // by byte
	look := func(read []letter) {
		e.find.each(read, func(word int32, first, last int) {
			w := &e.words[word]
			from, to := int(read[first].from), int(read[last].to)
			j.Verdict = max(j.Verdict, w.action)
			if f := (Found{e.lists[w.list], w.word, w.action, from, to}); len(j.Found) < mostFound && !slices.Contains(j.Found, f) {
				j.Found = append(j.Found, f)
			}
			if w.action == Mask {
				if hidden == nil {
					hidden = make([]bool, len(text))
				}
				for i := from; i < to; i++ {
					hidden[i] = true
				}
			}
		})
	}
	if plain(folded) {
		look(folded)
	} else {
		for _, read := range readings(folded) {
			look(read)
		}
	}
	if hidden != nil {
		j.Text = masked(text, folded, hidden)
	}
	*kept = folded
	letters.Put(kept)
	return j
}

// masked is a text with * for each letter in hidden places.
func masked(text string, folded []letter, hidden []bool) string {
	var out strings.Builder
	done := 0
	for _, l := range folded {
		if from := int(l.from); from >= done && hidden[from] {
			out.WriteString(text[done:from])
			out.WriteByte('*')
			done = int(l.to)
		}
	}
	out.WriteString(text[done:])
	return out.String()
}
