package assist

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assist"
	"github.com/kaituan/kaituan/ent/db/assisthelp"
	"github.com/kaituan/kaituan/ent/db/assistwinner"
	"github.com/kaituan/kaituan/internal/personal"
)

// ownAssist is what the shop keeps of an assist that a person started, as he is told.
type ownAssist struct {
	ID         string     `json:"id"`
	CampaignID string     `json:"campaignId"`
	Channel    string     `json:"channel"`
	State      string     `json:"state"`
	Progress   int        `json:"progress"`
	Goal       int        `json:"goal"`
	StartedAt  time.Time  `json:"startedAt"`
	ReachedAt  *time.Time `json:"reachedAt,omitempty"`
	OrderID    *string    `json:"orderId,omitempty"`
	RewardID   *string    `json:"rewardId,omitempty"`
}

// ownHelp is a help that he gave. Whether it counted is for operators alone.
type ownHelp struct {
	ID       string    `json:"id"`
	AssistID string    `json:"assistId"`
	At       time.Time `json:"at"`
}

// ownWin is a draw that he has won.
type ownWin struct {
	row      int
	AssistID string `json:"assistId"`
	Place    int    `json:"place"`
}

// Personal is what help-me campaigns keep of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	client := s.store.Client(ctx)
	return []personal.Part{
		personal.Pages("assists", ids, func(id string, after *ownAssist) ([]ownAssist, error) {
			query := client.Assist.Query().Where(assist.OwnerID(id))
			if after != nil {
				query.Where(assist.IDGT(after.ID))
			}
			rows, err := query.Order(assist.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.Assist) ownAssist {
				return ownAssist{row.ID, row.CampaignID, row.Channel, string(row.State), row.Progress, row.Goal, row.CreatedAt, row.ReachedAt, row.OrderID, row.RewardID}
			})
		}),
		personal.Pages("assistHelps", ids, func(id string, after *ownHelp) ([]ownHelp, error) {
			query := client.AssistHelp.Query().Where(assisthelp.HelperID(id))
			if after != nil {
				query.Where(assisthelp.IDGT(after.ID))
			}
			rows, err := query.Order(assisthelp.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.AssistHelp) ownHelp { return ownHelp{row.ID, row.AssistID, row.CreatedAt} })
		}),
		personal.Pages("assistWins", ids, func(id string, after *ownWin) ([]ownWin, error) {
			query := client.AssistWinner.Query().Where(assistwinner.ShopperID(id))
			if after != nil {
				query.Where(assistwinner.IDGT(after.row))
			}
			rows, err := query.Order(assistwinner.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.AssistWinner) ownWin { return ownWin{row.ID, row.AssistID, row.Position} })
		}),
	}
}
