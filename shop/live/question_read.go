package live

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livequestion"
	"github.com/kaituan/kaituan/ent/db/liveupvote"
	"github.com/kaituan/kaituan/internal/page"
)

// questionKey is a question's place.
type questionKey struct {
	Upvotes int    `json:"u"`
	ID      string `json:"i"`
}

const questionList = "live.questions"

// QuestionsOf is a page of a room's questions, most upvotes first, of as many the newest. One that gains a vote between two pages may so be on both. Those of who
// was erased are left out.
//
// Errors: fault.InvalidInput, fault.InvalidCursor.
func (s *Service) QuestionsOf(ctx context.Context, roomID string, a page.Args) (*QuestionPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	query := s.store.Client(ctx).LiveQuestion.Query().Where(livequestion.RoomID(roomID), livequestion.TextNEQ(""))
	if a.After != "" {
		var key questionKey
		if err := page.Decode(a.After, questionList, &key); err != nil {
			return nil, err
		}
		query.Where(livequestion.Or(livequestion.UpvotesLT(key.Upvotes), livequestion.And(livequestion.Upvotes(key.Upvotes), livequestion.IDLT(key.ID))))
	}
	rows, err := query.Order(db.Desc(livequestion.FieldUpvotes, livequestion.FieldID)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("questions of %s: %w", roomID, err)
	}
	cursor := func(row *db.LiveQuestion) string { return page.Encode(questionList, questionKey{row.Upvotes, row.ID}) }
	p := &QuestionPage{}
	rows, p.Info = page.Of(rows, a, cursor)
	for _, row := range rows {
		p.Cursors = append(p.Cursors, cursor(row))
	}
	p.Questions, err = s.questionsOf(ctx, rows)
	return p, err
}

// Questions reads questions by id, in two statements; what does not exist is left out. The text of who was erased is empty.
func (s *Service) Questions(ctx context.Context, ids []string) (map[string]*Question, error) {
	found := make(map[string]*Question, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).LiveQuestion.Query().Where(livequestion.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	list, err := s.questionsOf(ctx, rows)
	for _, q := range list {
		found[q.ID] = q
	}
	return found, err
}

func (s *Service) question(ctx context.Context, questionID string) (*Question, error) {
	found, err := s.Questions(ctx, []string{questionID})
	return found[questionID], err
}

// Upvoted says which of these questions a viewer has voted for, under any of his ids.
func (s *Service) Upvoted(ctx context.Context, viewerID string, questionIDs []string) (map[string]bool, error) {
	if viewerID == "" || len(questionIDs) == 0 {
		return nil, nil
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).LiveUpvote.Query().Where(liveupvote.QuestionIDIn(questionIDs...), liveupvote.ShopperIDIn(his...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("votes of %s: %w", viewerID, err)
	}
	voted := make(map[string]bool, len(rows))
	for _, row := range rows {
		voted[row.QuestionID] = true
	}
	return voted, nil
}

// questionsOf shows rows, in their order, with who asked, in one statement.
func (s *Service) questionsOf(ctx context.Context, rows []*db.LiveQuestion) ([]*Question, error) {
	questions, ids := make([]*Question, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		questions[i], ids[i] = questionOf(row), row.ShopperID
	}
	who, err := s.publics(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, q := range questions {
		q.Author = who[q.AuthorID]
	}
	return questions, nil
}

func questionOf(row *db.LiveQuestion) *Question {
	return &Question{
		ID: row.ID, RoomID: row.RoomID, AuthorID: row.ShopperID, Text: row.Text, Upvotes: row.Upvotes, Answer: orNil(row.Answer), AnsweredAt: row.AnsweredAt,
	}
}
