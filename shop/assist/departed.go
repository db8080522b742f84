package assist

import (
	"context"
	"time"
)

// earlier is until when a person was here before, as somebody who has been erased: the midnight after that day; its zero value for who never was. What he did until
// then nobody knows any more, so he is taken to have done all of it that one person may: who has himself erased wins nothing by it.
type earlier struct{ until time.Time }

// any: he is not new.
func (e earlier) any() bool { return !e.until.IsZero() }

// had: what began at a time was there for him to take part in.
func (e earlier) had(began time.Time) bool { return began.Before(e.until) }

// What who was here before is refused, beside that he is not new.
var (
	errMayHaveHelped  = ErrHelped.Saying("This was there for you before you had your account erased; you may have helped then.", "这个助力在您注销账号前已经开始，无法再次助力。")
	errMayHaveStarted = ErrLimit.Saying("This campaign was there for you before you had your account erased; you may have taken part then.", "该活动在您注销账号前已经开始，无法再次参与。").WithAvailable(0)
)

// actor is a person who starts, helps or might: all his ids, the one of today first, and until when he was here before.
type actor struct {
	ids     []string
	earlier earlier
}

// actorOf reads who a shopper is, in one statement; none where his key is remembered, and one more for who has been merged.
func (s *Service) actorOf(ctx context.Context, shopperID string) (actor, error) {
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return actor{}, err
	}
	until, err := s.identity.Left(ctx, ids[0])
	return actor{ids, earlier{until}}, err
}

// touched is actorOf for who acts in this transaction.
func (s *Service) touched(ctx context.Context, shopperID string) (actor, error) {
	if err := s.identity.Touch(ctx, shopperID); err != nil {
		return actor{}, err
	}
	return s.actorOf(ctx, shopperID)
}
