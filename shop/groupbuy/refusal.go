package groupbuy

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupcampaign"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
)

// Refusals tells why the viewer could not join one unit of each group now; groups that he could join are absent. Without a viewer it says what holds for
// everybody. A constant number of statements.
func (s *Service) Refusals(ctx context.Context, viewerID string, groups []*Group) (map[string]*fault.Error, error) {
	refusals := make(map[string]*fault.Error, len(groups))
	if len(groups) == 0 {
		return refusals, nil
	}
	campaigns, err := s.campaignRows(ctx, groups)
	if err != nil {
		return nil, err
	}
	mine, newcomer, err := s.standing(ctx, viewerID, campaigns)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for _, g := range groups {
		campaign := campaigns[g.CampaignID]
		switch {
		case mine[g.CampaignID].live:
			refusals[g.ID] = ErrAlreadyMember
		case g.State != Open || now.Add(leastHoldOf(campaign.GroupSeconds)).After(*g.ExpiresAt):
			refusals[g.ID] = ErrGroupClosed
		case g.SeatsLeft == 0:
			refusals[g.ID] = ErrGroupFull
		case mine[g.CampaignID].units >= int64(campaign.PerShopperLimit):
			refusals[g.ID] = ErrLimit
		case campaign.NewCustomersOnly && viewerID != "" && !newcomer:
			refusals[g.ID] = ErrNewcomersOnly
		}
	}
	return refusals, nil
}

// held is what one person has of a campaign.
type held struct {
	live  bool
	units int64
}

// standing tells what the viewer has of campaigns, and whether he could join as a new customer where only those may.
func (s *Service) standing(ctx context.Context, viewerID string, campaigns map[string]*db.GroupCampaign) (map[string]held, bool, error) {
	mine := map[string]held{}
	if viewerID == "" {
		return mine, true, nil
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().
		Where(groupseat.ShopperID(viewerID), groupseat.StateIn(groupseat.StateHELD, groupseat.StatePAID, groupseat.StateCONFIRMED)).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("seats of %s: %w", viewerID, err)
	}
	newcomer := true
	for _, seat := range seats {
		have := mine[seat.CampaignID]
		if seat.LiveKey != nil {
			have.live = true
			newcomer = newcomer && !seat.Newcomer
		}
		have.units += seat.UnitsSold
		mine[seat.CampaignID] = have
	}
	for _, campaign := range campaigns {
		if campaign.NewCustomersOnly && newcomer {
			paid, err := s.orders.HasPaid(ctx, viewerID, "")
			return mine, !paid, err
		}
	}
	return mine, newcomer, nil
}

func (s *Service) campaignRows(ctx context.Context, groups []*Group) (map[string]*db.GroupCampaign, error) {
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.CampaignID
	}
	rows, err := s.store.Client(ctx).GroupCampaign.Query().Where(groupcampaign.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("campaigns: %w", err)
	}
	byID := make(map[string]*db.GroupCampaign, len(rows))
	for _, row := range rows {
		byID[row.ID] = row
	}
	return byID, nil
}
