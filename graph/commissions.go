package graph

import (
	"context"

	"github.com/kaituan/kaituan/graph/bind"
	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/commission"
)

// commissions lists what a promoter has earned as a connection.
func (r *Resolver) commissions(ctx context.Context, a commission.ListArgs, first *int, after *string) (*model.CommissionConnection, error) {
	a.Args = page.Args{First: orInt(first, 20), After: orString(after)}
	a.WantTotal = here(ctx).at("totalCount").any()
	listed, err := r.Shop.Commission.List(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.CommissionConnection{
		Nodes: listed.Nodes, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.CommissionEdge, len(listed.Nodes)),
	}
	for i, c := range listed.Nodes {
		connection.Edges[i] = &model.CommissionEdge{Cursor: listed.Cursors[i], Node: c}
	}
	return connection, nil
}

// withdrawals lists what a promoter was paid as a connection.
func (r *Resolver) withdrawals(ctx context.Context, a commission.ListArgs, first *int, after *string) (*model.WithdrawalConnection, error) {
	a.Args = page.Args{First: orInt(first, 20), After: orString(after)}
	a.WantTotal = here(ctx).at("totalCount").any()
	listed, err := r.Shop.Commission.ListWithdrawals(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.WithdrawalConnection{
		Nodes: listed.Nodes, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.WithdrawalEdge, len(listed.Nodes)),
	}
	for i, w := range listed.Nodes {
		connection.Edges[i] = &model.WithdrawalEdge{Cursor: listed.Cursors[i], Node: w}
	}
	return connection, nil
}

// withdrawPayload shapes the answer of a withdrawal, with what is left.
func (r *Resolver) withdrawPayload(ctx context.Context, w *commission.Withdrawal, err error) (*model.CommissionWithdrawPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.CommissionWithdrawPayload{UserErrors: refusals}, err
	}
	balance, err := r.Shop.Commission.Balance(ctx, viewer.From(ctx).ShopperID)
	return &model.CommissionWithdrawPayload{Withdrawal: w, Balance: balance, UserErrors: refusals}, err
}

// commissionNodes are the promoter's own commissions and withdrawals.
func (r *Resolver) commissionNodes(ctx context.Context, ids []string, found map[string]bind.Node) error {
	viewerID := viewer.From(ctx).ShopperID
	if viewerID == "" {
		return nil
	}
	earned, err := r.Shop.Commission.Some(ctx, viewerID, ofKind(ids, "cms"))
	if err != nil {
		return err
	}
	for nodeID, c := range earned {
		found[nodeID] = c
	}
	paid, err := r.Shop.Commission.Withdrawals(ctx, viewerID, ofKind(ids, "wdr"))
	if err != nil {
		return err
	}
	for nodeID, w := range paid {
		found[nodeID] = w
	}
	return nil
}
