package share

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/internal/personal"
)

// ownLink is what the shop keeps of what a person shares, as he is told.
type ownLink struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	TargetID  string    `json:"targetId"`
	Channel   string    `json:"channel"`
	CreatedAt time.Time `json:"createdAt"`
	Visits    int64     `json:"visits"`
	Reads     int64     `json:"reads"`
}

// Personal is what share keeps of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{personal.Pages("shareLinks", ids, func(id string, after *ownLink) ([]ownLink, error) {
		query := s.store.Client(ctx).ShareLink.Query().Where(sharelink.ShopperID(id))
		if after != nil {
			query.Where(sharelink.IDGT(after.ID))
		}
		rows, err := query.Order(sharelink.ByID()).Limit(personal.PageSize).All(ctx)
		return personal.Each(rows, err, func(row *db.ShareLink) ownLink {
			return ownLink{row.ID, s.link(row).URL(), row.TargetID, row.Channel, row.CreatedAt, row.Visits, row.Reads}
		})
	})}
}
