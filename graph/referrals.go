package graph

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/shop/referral"
)

// referralPayload shapes the answer of a mutation that changes who brought a shopper.
func (r *Resolver) referralPayload(ctx context.Context, shopperID string, err error) (*model.ReferralPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.ReferralPayload{UserErrors: refusals}, err
	}
	profile, err := r.Shop.Referral.Profile(ctx, shopperID)
	return &model.ReferralPayload{Referral: profile, UserErrors: refusals}, err
}

func referralProgram(p *referral.Program) *model.ReferralProgram {
	const day = 24 * time.Hour
	return &model.ReferralProgram{
		PaidLevels: referral.PaidLevels, WindowDays: int(p.Window / day), CreditFloor: p.CreditFloor, MaturesAfterDays: int(p.Matures / day),
	}
}

// invitees lists those whom a shopper brought as a connection.
func (r *Resolver) invitees(ctx context.Context, shopperID string, a page.Args) (*model.InviteeConnection, error) {
	listed, err := r.Shop.Referral.Invitees(ctx, shopperID, a, here(ctx).at("totalCount").any())
	if err != nil {
		return nil, err
	}
	connection := &model.InviteeConnection{
		Nodes: listed.Invitees, PageInfo: &listed.Info, TotalCount: listed.Total, Edges: make([]*model.InviteeEdge, len(listed.Invitees)),
	}
	for i, invitee := range listed.Invitees {
		connection.Edges[i] = &model.InviteeEdge{Cursor: listed.Cursors[i], Node: invitee}
	}
	return connection, nil
}

// openReports lists the reports that wait for a decision as a connection.
func (r *Resolver) openReports(ctx context.Context, a page.Args) (*model.PromoterReportConnection, error) {
	listed, err := r.Shop.Referral.OpenReports(ctx, a, here(ctx).at("totalCount").any())
	if err != nil {
		return nil, err
	}
	connection := &model.PromoterReportConnection{
		Nodes: listed.Reports, PageInfo: &listed.Info, TotalCount: listed.Total, Edges: make([]*model.PromoterReportEdge, len(listed.Reports)),
	}
	for i, report := range listed.Reports {
		connection.Edges[i] = &model.PromoterReportEdge{Cursor: listed.Cursors[i], Node: report}
	}
	return connection, nil
}
