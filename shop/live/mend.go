package live

import "github.com/kaituan/kaituan/internal/stream"

// mend says what an event takes back of those before it, before anybody is shown it: a hidden comment leaves the tick that had it, and of a question without words,
// whose author was erased, no event tells them any more.
func mend(i stream.Item) func(kept stream.Item) (any, bool) {
	switch e := i.Event.(type) {
	case *CommentHidden:
		if e.tick == 0 {
			return nil
		}
		return func(kept stream.Item) (any, bool) {
			t, ok := kept.Event.(*Tick)
			if !ok || kept.Seq != e.tick {
				return nil, false
			}
			return t.without(e.CommentID)
		}
	case *QuestionChanged:
		if e.Question.Text != "" {
			return nil
		}
		return func(kept stream.Item) (any, bool) {
			q, ok := kept.Event.(*QuestionChanged)
			if !ok || q.Question.ID != e.Question.ID || q.Question.Text == "" {
				return nil, false
			}
			return q.wordless(), true
		}
	}
	return nil
}

// wordless is the event without what its question's author, and who answered him, wrote.
func (q *QuestionChanged) wordless() *QuestionChanged {
	less, question := *q, *q.Question
	question.Text, question.Answer = "", nil
	less.Question = &question
	return &less
}
