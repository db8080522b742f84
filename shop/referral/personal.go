package referral

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/promoterreport"
	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/ent/db/referredorder"
	"github.com/kaituan/kaituan/internal/personal"
)

// What is kept of a person who was brought, or brings, as he is told: never who the other one is. key is the row's, by which pages go on.
type (
	ownBinding struct {
		ID      string     `json:"id"`
		LinkID  string     `json:"linkId"`
		Channel string     `json:"channel,omitempty"`
		BoundAt time.Time  `json:"boundAt"`
		Until   time.Time  `json:"until"`
		EndedAt *time.Time `json:"endedAt,omitempty"`
	}
	ownOrder struct {
		key     int
		OrderID string  `json:"orderId"`
		LinkID  *string `json:"linkId,omitempty"`
		Brought bool    `json:"brought"`
	}
	ownReport struct {
		ID     string    `json:"id"`
		Reason string    `json:"reason"`
		State  string    `json:"state"`
		At     time.Time `json:"at"`
	}
	upheldReport struct {
		key string
		At  time.Time `json:"at"`
	}
)

// Personal is what referral keeps of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{
		personal.Pages("inviters", ids, func(id string, after *ownBinding) ([]ownBinding, error) {
			rows, err := s.bindings(ctx, after).Where(referralbinding.InviteeID(id)).All(ctx)
			return personal.Each(rows, err, func(row *db.ReferralBinding) ownBinding {
				return ownBinding{row.ID, row.LinkID, row.Channel, row.BoundAt, row.Until, row.EndedAt}
			})
		}),
		personal.Pages("invitees", ids, func(id string, after *ownBinding) ([]ownBinding, error) {
			rows, err := s.bindings(ctx, after).Where(referralbinding.InviterID(id)).All(ctx)
			return personal.Each(rows, err, func(row *db.ReferralBinding) ownBinding {
				return ownBinding{row.ID, row.LinkID, "", row.BoundAt, row.Until, row.EndedAt} // the channel is the other one's
			})
		}),
		personal.Pages("referredOrders", ids, func(id string, after *ownOrder) ([]ownOrder, error) {
			query := s.store.Client(ctx).ReferredOrder.Query().Where(referredorder.BuyerID(id))
			if after != nil {
				query.Where(referredorder.IDGT(after.key))
			}
			rows, err := query.Order(referredorder.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.ReferredOrder) ownOrder {
				return ownOrder{row.ID, row.OrderID, row.LinkID, row.FirstID != nil}
			})
		}),
		personal.Pages("promoterReports", ids, func(id string, after *ownReport) ([]ownReport, error) {
			query := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.ReporterID(id))
			if after != nil {
				query.Where(promoterreport.IDGT(after.ID))
			}
			rows, err := query.Order(promoterreport.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.PromoterReport) ownReport {
				return ownReport{row.ID, row.Reason, string(row.State), row.CreatedAt}
			})
		}),
		personal.Pages("upheldReports", ids, func(id string, after *upheldReport) ([]upheldReport, error) {
			query := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.PromoterID(id), promoterreport.StateEQ(promoterreport.StateUPHELD))
			if after != nil {
				query.Where(promoterreport.IDGT(after.key))
			}
			rows, err := query.Order(promoterreport.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.PromoterReport) upheldReport { return upheldReport{row.ID, *row.DecidedAt} })
		}),
	}
}

// bindings selects a page of bindings.
func (s *Service) bindings(ctx context.Context, after *ownBinding) *db.ReferralBindingQuery {
	query := s.store.Client(ctx).ReferralBinding.Query()
	if after != nil {
		query.Where(referralbinding.IDGT(after.ID))
	}
	return query.Order(referralbinding.ByID()).Limit(personal.PageSize)
}
