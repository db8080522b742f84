package live

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livecomment"
	"github.com/kaituan/kaituan/ent/db/livedropclaim"
	"github.com/kaituan/kaituan/ent/db/liveentry"
	"github.com/kaituan/kaituan/ent/db/livemember"
	"github.com/kaituan/kaituan/ent/db/livequestion"
	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/ent/db/liveupvote"
	"github.com/kaituan/kaituan/internal/personal"
	"github.com/kaituan/kaituan/internal/store"
)

// What rooms keep of a person, as he is told. key is the row's, by which pages go on.
type (
	ownComment struct {
		ID     string    `json:"id"`
		RoomID string    `json:"roomId"`
		Text   string    `json:"text"`
		State  string    `json:"state"`
		Role   string    `json:"role"`
		Buyer  bool      `json:"buyer"`
		At     time.Time `json:"at"`
	}
	ownQuestion struct {
		ID         string     `json:"id"`
		RoomID     string     `json:"roomId"`
		Text       string     `json:"text"`
		Upvotes    int        `json:"upvotes"`
		Answer     string     `json:"answer,omitempty"`
		AskedAt    time.Time  `json:"askedAt"`
		AnsweredAt *time.Time `json:"answeredAt,omitempty"`
	}
	ownVote struct {
		key        int
		QuestionID string    `json:"questionId"`
		At         time.Time `json:"at"`
	}
	ownPart struct {
		key         int
		RoomID      string     `json:"roomId"`
		Role        string     `json:"role"`
		Buyer       bool       `json:"buyer"`
		MutedUntil  *time.Time `json:"mutedUntil,omitempty"`
		CommentedAt *time.Time `json:"commentedAt,omitempty"`
		Since       time.Time  `json:"since"`
	}
	ownLikes struct {
		RoomID string `json:"roomId"`
		Likes  int64  `json:"likes"`
	}
	ownClaim struct {
		key      int
		DropID   string    `json:"dropId"`
		CouponID string    `json:"couponId"`
		At       time.Time `json:"at"`
	}
	ownEntry struct {
		key       int
		LotteryID string    `json:"lotteryId"`
		Ticket    int       `json:"ticket"`
		Won       int       `json:"won,omitempty"`
		At        time.Time `json:"at"`
	}
	ownRoom struct {
		ID        string     `json:"id"`
		Title     string     `json:"title"`
		State     string     `json:"state"`
		CreatedAt time.Time  `json:"createdAt"`
		StartedAt *time.Time `json:"startedAt,omitempty"`
		EndedAt   *time.Time `json:"endedAt,omitempty"`
	}
)

// Personal is what live rooms keep of a person, all of whose ids these are. Likes are told as sums: what is kept of each tap, for a day, is only that it was counted.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	c := s.store.Client(ctx)
	return append([]personal.Part{
		personal.Pages("liveComments", ids, func(id string, after *ownComment) ([]ownComment, error) {
			query := c.LiveComment.Query().Where(livecomment.ShopperID(id))
			if after != nil {
				query.Where(livecomment.IDGT(after.ID))
			}
			rows, err := query.Order(livecomment.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveComment) ownComment {
				return ownComment{row.ID, row.RoomID, row.Text, string(row.State), row.Role, row.Buyer, row.CreatedAt}
			})
		}),
		personal.Pages("liveQuestions", ids, func(id string, after *ownQuestion) ([]ownQuestion, error) {
			query := c.LiveQuestion.Query().Where(livequestion.ShopperID(id))
			if after != nil {
				query.Where(livequestion.IDGT(after.ID))
			}
			rows, err := query.Order(livequestion.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveQuestion) ownQuestion {
				return ownQuestion{row.ID, row.RoomID, row.Text, row.Upvotes, row.Answer, row.CreatedAt, row.AnsweredAt}
			})
		}),
		personal.Pages("liveVotes", ids, func(id string, after *ownVote) ([]ownVote, error) {
			query := c.LiveUpvote.Query().Where(liveupvote.ShopperID(id))
			if after != nil {
				query.Where(liveupvote.IDGT(after.key))
			}
			rows, err := query.Order(liveupvote.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveUpvote) ownVote { return ownVote{row.ID, row.QuestionID, row.CreatedAt} })
		}),
		personal.List("liveLikes", func() ([]ownLikes, error) { return s.ownLikes(ctx, ids) }),
	}, s.ownParts(ctx, ids)...)
}

// ownParts are the rooms that a person had a part in, and what he won there.
func (s *Service) ownParts(ctx context.Context, ids []string) []personal.Part {
	c := s.store.Client(ctx)
	return []personal.Part{
		personal.Pages("liveRoomsJoined", ids, func(id string, after *ownPart) ([]ownPart, error) {
			query := c.LiveMember.Query().Where(livemember.ShopperID(id))
			if after != nil {
				query.Where(livemember.IDGT(after.key))
			}
			rows, err := query.Order(livemember.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveMember) ownPart {
				return ownPart{row.ID, row.RoomID, string(row.Role), row.Buyer, row.MutedUntil, row.CommentedAt, row.CreatedAt}
			})
		}),
		personal.Pages("liveRoomsHosted", ids, func(id string, after *ownRoom) ([]ownRoom, error) {
			query := c.LiveRoom.Query().Where(liveroom.HostID(id))
			if after != nil {
				query.Where(liveroom.IDGT(after.ID))
			}
			rows, err := query.Order(liveroom.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveRoom) ownRoom {
				return ownRoom{row.ID, row.Title, string(row.State), row.CreatedAt, row.StartedAt, row.EndedAt}
			})
		}),
		personal.Pages("liveDropClaims", ids, func(id string, after *ownClaim) ([]ownClaim, error) {
			query := c.LiveDropClaim.Query().Where(livedropclaim.ShopperID(id))
			if after != nil {
				query.Where(livedropclaim.IDGT(after.key))
			}
			rows, err := query.Order(livedropclaim.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveDropClaim) ownClaim { return ownClaim{row.ID, row.DropID, row.CouponID, row.CreatedAt} })
		}),
		personal.Pages("liveLotteryEntries", ids, func(id string, after *ownEntry) ([]ownEntry, error) {
			query := c.LiveEntry.Query().Where(liveentry.ShopperID(id))
			if after != nil {
				query.Where(liveentry.IDGT(after.key))
			}
			rows, err := query.Order(liveentry.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.LiveEntry) ownEntry {
				return ownEntry{row.ID, row.LotteryID, row.Ticket, row.Won, row.CreatedAt}
			})
		}),
	}
}

// ownLikes sums a person's likes by room.
func (s *Service) ownLikes(ctx context.Context, ids []string) (list []ownLikes, err error) {
	in, his := store.In(ids)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT room_id, SUM(likes) FROM live_likes WHERE shopper_id IN "+in+" GROUP BY room_id ORDER BY room_id", his...)
	if err != nil {
		return nil, fmt.Errorf("likes of %s: %w", ids[0], err)
	}
	defer rows.Close()
	for rows.Next() {
		var l ownLikes
		if err := rows.Scan(&l.RoomID, &l.Likes); err != nil {
			return nil, fmt.Errorf("likes of %s: %w", ids[0], err)
		}
		list = append(list, l)
	}
	return list, rows.Err()
}
