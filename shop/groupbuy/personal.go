package groupbuy

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/personal"
)

// ownSeat is what the shop keeps of a person's seat in a group, as he is told.
type ownSeat struct {
	ID         string     `json:"id"`
	GroupID    string     `json:"groupId"`
	CampaignID string     `json:"campaignId"`
	OrderID    string     `json:"orderId"`
	SkuID      string     `json:"skuId"`
	Quantity   int64      `json:"quantity"`
	Leader     bool       `json:"leader"`
	State      string     `json:"state"`
	TakenAt    time.Time  `json:"takenAt"`
	PaidAt     *time.Time `json:"paidAt,omitempty"`
	LeftAt     *time.Time `json:"leftAt,omitempty"`
}

// Personal is what group buying keeps of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{personal.Pages("groupSeats", ids, func(id string, after *ownSeat) ([]ownSeat, error) {
		query := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.ShopperID(id))
		if after != nil {
			query.Where(groupseat.IDGT(after.ID))
		}
		rows, err := query.Order(groupseat.ByID()).Limit(personal.PageSize).All(ctx)
		return personal.Each(rows, err, func(row *db.GroupSeat) ownSeat {
			return ownSeat{
				row.ID, row.GroupID, row.CampaignID, row.OrderID, row.SkuID, row.Quantity, row.Leader, string(row.State), row.CreatedAt, row.PaidAt, row.LeftAt,
			}
		})
	})}
}
