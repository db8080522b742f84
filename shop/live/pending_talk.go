package live

import (
	"context"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
)

// Not written yet; each leaves this file when it is.

func (s *Service) CommentSend(ctx context.Context, shopperID, roomID, text, clientID string) (c *Comment, held bool, err error) {
	return nil, false, fault.NotYet
}

func (s *Service) CommentHide(ctx context.Context, actorID, roomID, commentID string) (*Room, error) {
	return nil, fault.NotYet
}

func (s *Service) CommentReview(ctx context.Context, actorID, commentID string, approve bool) (*Room, error) {
	return nil, fault.NotYet
}

func (s *Service) Mute(ctx context.Context, actorID, roomID, publicShopperID string, seconds int) (*Room, error) {
	return nil, fault.NotYet
}

// Comments is a page of what is shown of a room's comments, newest last.
func (s *Service) Comments(ctx context.Context, roomID string, a CommentArgs) (*CommentPage, error) {
	return nil, fault.NotYet
}

// Like adds likes and returns the room's total; it answers once they are kept.
func (s *Service) Like(ctx context.Context, shopperID, roomID string, count int, clientID string) (total int64, err error) {
	return 0, fault.NotYet
}

func (s *Service) QuestionAsk(ctx context.Context, shopperID, roomID, text, clientID string) (*Question, error) {
	return nil, fault.NotYet
}

func (s *Service) QuestionUpvote(ctx context.Context, shopperID, questionID string) (*Question, error) {
	return nil, fault.NotYet
}

func (s *Service) QuestionAnswer(ctx context.Context, actorID, questionID, answer string) (*Room, error) {
	return nil, fault.NotYet
}

// QuestionsOf is a page of a room's questions, most upvotes first.
func (s *Service) QuestionsOf(ctx context.Context, roomID string, a page.Args) (*QuestionPage, error) {
	return nil, fault.NotYet
}

// Questions reads questions by id.
func (s *Service) Questions(ctx context.Context, ids []string) (map[string]*Question, error) {
	return nil, fault.NotYet
}

// Upvoted says which of these questions a viewer has voted for.
func (s *Service) Upvoted(ctx context.Context, viewerID string, questionIDs []string) (map[string]bool, error) {
	return nil, fault.NotYet
}
