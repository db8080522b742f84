// Package moderation judges what people write before others see it, by the shop's word lists.
package moderation

// Verdict is what becomes of a text; the greater one is the harder one.
type Verdict int

const (
	Pass   Verdict = iota
	Hold           // somebody must look at it first
	Reject         // its author is told so
)

// Service judges texts by the shop's word lists. It is safe for concurrent use.
type Service struct {
	file  *file // nil: only the built-in lists
	fixed *lists
}

// New returns a service with the built-in lists.
func New() *Service { return &Service{fixed: builtIn()} }

// Open returns a service with the lists of a JSON file, and of what the file becomes while the shop runs; without a path it is New.
//
// Errors: the file cannot be read, or says something that Parse refuses.
func Open(path string) (*Service, error) {
	if path == "" {
		return New(), nil
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	return &Service{file: f}, nil
}

// Judge returns what becomes of a text: Reject when it has any word of that list, else Hold when it has one of the other, else Pass. Case, width, and whatever
// stands between the letters of a word make no difference. A word that begins or ends in a Latin letter is not found inside a longer Latin one.
func (s *Service) Judge(text string) Verdict { return s.lists().words.judge(fold(text)) }

func (s *Service) lists() *lists {
	if s.file != nil {
		return s.file.current()
	}
	return s.fixed
}
