package live

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livecomment"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/identity"
)

// commentKey is a comment's place: ids rise with time.
type commentKey struct {
	ID string `json:"i"`
}

const commentList = "live.comments"

// Comments is a page of what is shown of a room's comments, newest last: the last ones, or the last before a cursor. One that waits for its tick is not shown yet, so
// that of whatever was shown news can say that it is hidden. Those of who was erased are left out.
//
// Errors: fault.InvalidInput (last is not within 0 and 100), fault.InvalidCursor.
func (s *Service) Comments(ctx context.Context, roomID string, a CommentArgs) (*CommentPage, error) {
	if a.Last < 0 || a.Last > page.MaxFirst {
		return nil, fault.InvalidInput.Saying("`last` must be between 0 and 100.", "`last` 必须在 0 到 100 之间。")
	}
	query := s.store.Client(ctx).LiveComment.Query().
		Where(livecomment.RoomID(roomID), livecomment.StateEQ(livecomment.StateSHOWN), livecomment.SeqNotNil(), livecomment.TextNEQ(""))
	if a.Before != "" {
		var key commentKey
		if err := page.Decode(a.Before, commentList, &key); err != nil {
			return nil, err
		}
		query.Where(livecomment.IDLT(key.ID))
	}
	rows, err := query.Order(db.Desc(livecomment.FieldID)).Limit(a.Last + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("comments of %s: %w", roomID, err)
	}
	p := &CommentPage{Info: page.Info{HasPreviousPage: len(rows) > a.Last, HasNextPage: a.Before != ""}}
	rows = rows[:min(len(rows), a.Last)]
	slices.Reverse(rows)
	if p.Comments, err = s.withAuthors(ctx, rows); err != nil {
		return nil, err
	}
	for _, c := range p.Comments {
		p.Cursors = append(p.Cursors, page.Encode(commentList, commentKey{c.ID}))
	}
	if n := len(p.Cursors); n > 0 {
		p.Info.StartCursor, p.Info.EndCursor = &p.Cursors[0], &p.Cursors[n-1]
	}
	return p, nil
}

// Held are the comments of a room that wait for review, oldest first, at most limit.
func (s *Service) Held(ctx context.Context, roomID string, limit int) ([]*Comment, error) {
	rows, err := s.store.Client(ctx).LiveComment.Query().Where(livecomment.RoomID(roomID), livecomment.StateEQ(livecomment.StateHELD)).
		Order(livecomment.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("held comments of %s: %w", roomID, err)
	}
	return s.withAuthors(ctx, rows)
}

// withAuthors shows rows, in their order, with who wrote them, in one statement.
func (s *Service) withAuthors(ctx context.Context, rows []*db.LiveComment) ([]*Comment, error) {
	comments, ids := make([]*Comment, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		comments[i], ids[i] = commentOf(row), row.ShopperID
	}
	who, err := s.publics(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range comments {
		c.Author = who[c.AuthorID]
	}
	return comments, nil
}

// publics are what others may see of shoppers, by id.
func (s *Service) publics(ctx context.Context, ids []string) (map[string]*identity.PublicShopper, error) {
	slices.Sort(ids)
	return s.identity.Publics(ctx, slices.Compact(ids))
}

func commentOf(row *db.LiveComment) *Comment {
	return &Comment{ID: row.ID, RoomID: row.RoomID, AuthorID: row.ShopperID, Role: Role(row.Role), Text: row.Text, At: row.CreatedAt}
}
