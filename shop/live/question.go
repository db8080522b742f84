package live

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livequestion"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/moderation"
)

// maxOpenQuestions is how many questions of one person wait for an answer in a room.
const maxOpenQuestions = 10

// asking reports whether questions may be asked, voted for and answered.
func (s State) asking() bool { return s == Scheduled || s == OnAir || s == Paused }

// QuestionAsk asks a question in a room, also before it starts. A clientID that the shopper has used in this room returns the question of then. There is no review
// of questions, so what a moderator would have to look at is rejected.
//
// Errors, under input: fault.Blank, fault.TooLong and fault.Invalid (text of 1 to 200 characters on one line, clientId), fault.Missing, ErrRoomState, ErrMuted (with
// RetryAfter), ErrRejected, ErrQuestions; those of identity.Touch.
func (s *Service) QuestionAsk(ctx context.Context, shopperID, roomID, text, clientID string) (*Question, error) {
	words, err := written(text, maxQuestion, "text")
	if err != nil {
		return nil, err
	}
	if err := checkClientID(clientID); err != nil {
		return nil, err
	}
	judged := s.moderation.Judge(words)
	var questionID string
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		ids, err := s.identity.Aliases(ctx, shopperID)
		if err != nil {
			return err
		}
		if questionID, err = s.asked(ctx, roomID, ids, clientID); err != nil || questionID != "" {
			return err
		}
		now := s.clock()
		if err := s.mayAsk(ctx, roomID, ids, judged.Verdict, now); err != nil {
			return err
		}
		questionID = id.New("lvq")
		// No other transaction of this person is under way, so the key finds no duplicate.
		err = s.store.Client(ctx).LiveQuestion.Create().SetID(questionID).SetCreatedAt(now).SetUpdatedAt(now).SetRoomID(roomID).SetShopperID(shopperID).
			SetClientID(clientID).SetText(judged.Text).Exec(ctx)
		if err != nil {
			return fmt.Errorf("question of %s in %s: %w", shopperID, roomID, err)
		}
		return s.tell(ctx, roomID, kindQuestion, questionID, nil)
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return s.askedOr(ctx, roomID, shopperID, clientID, fault.BusyRetry)
	}
	if err != nil {
		return nil, err
	}
	return s.question(ctx, questionID)
}

// mayAsk says why a person may not ask. The questions that he has asked stay the same until the commit, since he is touched.
func (s *Service) mayAsk(ctx context.Context, roomID string, ids []string, verdict moderation.Verdict, now time.Time) error {
	at, err := s.standing(ctx, roomID, ids)
	if err != nil {
		return err
	}
	if !at.state.asking() {
		return ErrRoomState.At("input", "roomId")
	}
	if wait := at.muted(now); wait > 0 {
		return ErrMuted.At("input", "roomId").WithRetryAfter(wait)
	}
	if verdict >= moderation.Hold {
		return ErrRejected.At("input", "text")
	}
	open, err := s.store.Client(ctx).LiveQuestion.Query().
		Where(livequestion.RoomID(roomID), livequestion.ShopperIDIn(ids...), livequestion.AnsweredAtIsNil()).Limit(maxOpenQuestions).Select(livequestion.FieldID).All(ctx)
	if err != nil {
		return fmt.Errorf("open questions in %s: %w", roomID, err)
	}
	if len(open) >= maxOpenQuestions {
		return ErrQuestions.At("input", "roomId").WithAvailable(0)
	}
	return nil
}

// asked is the question that one of a person's ids has asked by a client id; "" without one.
func (s *Service) asked(ctx context.Context, roomID string, ids []string, clientID string) (string, error) {
	questionID, err := s.store.Client(ctx).LiveQuestion.Query().
		Where(livequestion.RoomID(roomID), livequestion.ShopperIDIn(ids...), livequestion.ClientID(clientID)).Order(livequestion.ByID()).FirstID(ctx)
	if err != nil && !db.IsNotFound(err) {
		return "", fmt.Errorf("question %s in %s: %w", clientID, roomID, err)
	}
	return questionID, nil
}

// askedOr looks up, after a commit whose outcome is unknown, whether the question is there.
func (s *Service) askedOr(ctx context.Context, roomID, shopperID, clientID string, otherwise error) (*Question, error) {
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	questionID, err := s.asked(ctx, roomID, ids, clientID)
	if err != nil {
		return nil, err
	}
	if questionID == "" {
		return nil, otherwise
	}
	return s.question(ctx, questionID)
}

// QuestionUpvote votes for a question, once per person; a second vote changes nothing.
//
// Errors, at input.questionId: fault.Missing, ErrRoomState; those of identity.Touch.
func (s *Service) QuestionUpvote(ctx context.Context, shopperID, questionID string) (*Question, error) {
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, shopperID); err != nil {
			return err
		}
		row, err := s.openQuestion(ctx, questionID)
		if err != nil {
			return err
		}
		voted, err := s.Upvoted(ctx, shopperID, []string{questionID})
		if err != nil || voted[questionID] {
			return err
		}
		fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
			return s.store.Client(ctx).LiveUpvote.Create().SetQuestionID(questionID).SetShopperID(shopperID).SetCreatedAt(s.clock()).Exec(ctx)
		})
		if err != nil {
			return fmt.Errorf("vote of %s for %s: %w", shopperID, questionID, err)
		}
		if !fresh {
			return nil
		}
		if _, err := s.store.Guard(ctx, "UPDATE live_questions SET upvotes = upvotes + 1, ver = ver + 1 WHERE id = ?", questionID); err != nil {
			return fmt.Errorf("count a vote for %s: %w", questionID, err)
		}
		return s.tellCount(ctx, row.RoomID, kindQuestion, questionID, -1)
	})
	if err != nil {
		return nil, err
	}
	return s.question(ctx, questionID)
}

// QuestionAnswer answers a question, or answers it anew.
//
// Errors, under input: fault.Blank, fault.TooLong and fault.Invalid (answer of 1 to 500 characters on one line), ErrRejected, fault.Missing, ErrRole (not host or
// co-host) and ErrRoomState (questionId); those of identity.Touch.
func (s *Service) QuestionAnswer(ctx context.Context, actorID, questionID, answer string) (*Room, error) {
	words, err := written(answer, maxAnswer, "answer")
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(words) > maxAnswerRunes {
		return nil, fault.TooLong.At("input", "answer").WithAvailable(maxAnswer)
	}
	judged := s.moderation.Judge(words)
	if judged.Verdict == moderation.Reject {
		return nil, ErrRejected.At("input", "answer")
	}
	var roomID string
	err = s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		row, err := s.openQuestion(ctx, questionID)
		if err != nil {
			return err
		}
		roomID = row.RoomID
		if _, _, err := s.require(ctx, roomID, actorID, CoHost); err != nil {
			return refusedAt(err, "questionId")
		}
		now := s.clock()
		answered, err := s.store.Guard(ctx, "UPDATE live_questions SET answer = ?, answered_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND text <> ''",
			judged.Text, now, now, questionID)
		if err != nil {
			return fmt.Errorf("answer question %s: %w", questionID, err)
		}
		if !answered { // who asked was erased meanwhile: nothing is kept of it any more
			return fault.Missing.At("input", "questionId")
		}
		return s.tell(ctx, roomID, kindQuestion, questionID, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

// openQuestion reads a question of a room that has not ended. Errors, at input.questionId: fault.Missing, ErrRoomState.
func (s *Service) openQuestion(ctx context.Context, questionID string) (*db.LiveQuestion, error) {
	row, err := s.store.Client(ctx).LiveQuestion.Get(ctx, questionID)
	if db.IsNotFound(err) || err == nil && row.Text == "" { // of who was erased: nobody is shown it
		return nil, fault.Missing.At("input", "questionId")
	}
	if err != nil {
		return nil, fmt.Errorf("question %s: %w", questionID, err)
	}
	room, err := s.room(ctx, row.RoomID)
	if err != nil {
		return nil, refusedAt(err, "questionId")
	}
	if !State(room.State).asking() {
		return nil, ErrRoomState.At("input", "questionId")
	}
	return row, nil
}
