package groupbuy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupcampaign"
	"github.com/kaituan/kaituan/ent/db/groupoffer"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/catalog"
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
	onSale, err := s.onSale(ctx, campaigns)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	for _, g := range groups {
		campaign, has := campaigns[g.CampaignID], mine[g.CampaignID]
		switch {
		case has.live:
			refusals[g.ID] = ErrAlreadyMember
		case has.givenUp >= maxGivenUp:
			refusals[g.ID] = ErrGivesUp
		case g.State != Open || now.Add(leastHoldOf(campaign.GroupSeconds)).After(*g.ExpiresAt):
			refusals[g.ID] = ErrGroupClosed
		case g.SeatsLeft == 0:
			refusals[g.ID] = ErrGroupFull
		case has.units >= int64(campaign.PerShopperLimit):
			refusals[g.ID] = ErrLimit
		case campaign.NewCustomersOnly && viewerID != "" && !newcomer:
			refusals[g.ID] = ErrNewcomersOnly
		case onSale[g.CampaignID] != nil:
			refusals[g.ID] = onSale[g.CampaignID]
		}
	}
	return refusals, nil
}

// onSale says why nobody can have a campaign's goods: its product was taken down, or no unit of any offer is left. One statement, and one more for campaigns that
// do not run any more.
func (s *Service) onSale(ctx context.Context, campaigns map[string]*db.GroupCampaign) (map[string]*fault.Error, error) {
	why := make(map[string]*fault.Error, len(campaigns))
	for id := range campaigns {
		why[id] = catalog.ErrNotOnSale
	}
	campaignOf, err := s.offered(ctx, campaigns)
	if err != nil {
		return nil, err
	}
	goods, err := s.catalog.ForSale(ctx, slices.Collect(maps.Keys(campaignOf)))
	if err != nil {
		return nil, err
	}
	for skuID, sku := range goods {
		for _, id := range campaignOf[skuID] {
			switch {
			case sku.Visible && sku.Available > 0:
				why[id] = nil
			case sku.Visible && why[id] != nil:
				why[id] = catalog.ErrOutOfStock
			}
		}
	}
	return why, nil
}

// offered gives the campaigns by the SKUs that they offer.
func (s *Service) offered(ctx context.Context, campaigns map[string]*db.GroupCampaign) (map[string][]string, error) {
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	var others []string
	for id := range campaigns {
		shown := on.byID[id]
		if shown == nil {
			others = append(others, id)
			continue
		}
		for _, offer := range shown.campaign.Offers {
			found[offer.SkuID] = append(found[offer.SkuID], id)
		}
	}
	if len(others) == 0 {
		return found, nil
	}
	offers, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignIDIn(others...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	for _, offer := range offers {
		found[offer.SkuID] = append(found[offer.SkuID], offer.CampaignID)
	}
	return found, nil
}

// held is what one person has of a campaign, and what he let go lately.
type held struct {
	live  bool
	units int64
	// givenUp counts seats released within givenUpWithin; firstGivenUp is when the one was that must be longer ago before he may take another.
	givenUp      int
	firstGivenUp time.Time
}

// add counts one more seat; they come newest first.
func (h *held) add(state SeatState, units int64, at time.Time) {
	switch state {
	case SeatHeld, SeatPaid:
		h.live = true
	case SeatConfirmed:
		h.units += units
	case SeatReleased:
		if h.givenUp++; h.givenUp == maxGivenUp {
			h.firstGivenUp = at
		}
	}
}

// standing tells what the viewer has of campaigns, and whether he could join as a new customer where only those may.
func (s *Service) standing(ctx context.Context, viewerID string, campaigns map[string]*db.GroupCampaign) (map[string]held, bool, error) {
	mine := map[string]held{}
	if viewerID == "" {
		return mine, true, nil
	}
	ids, newcomersOnly := make([]string, 0, len(campaigns)), false
	for id, campaign := range campaigns {
		ids, newcomersOnly = append(ids, id), newcomersOnly || campaign.NewCustomersOnly
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, false, err
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.ShopperIDIn(his...), groupseat.CampaignIDIn(ids...), groupseat.Or(
		groupseat.StateIn(groupseat.StateHELD, groupseat.StatePAID, groupseat.StateCONFIRMED),
		groupseat.And(groupseat.StateEQ(groupseat.StateRELEASED), groupseat.UpdatedAtGT(s.clock().Add(-givenUpWithin))),
	)).Order(groupseat.ByUpdatedAt(descending)).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("seats of %s: %w", viewerID, err)
	}
	for _, seat := range seats {
		have := mine[seat.CampaignID]
		have.add(SeatState(seat.State), seat.UnitsSold, seat.UpdatedAt)
		mine[seat.CampaignID] = have
	}
	if !newcomersOnly {
		return mine, true, nil
	}
	err = s.newcomer(ctx, viewerID, "")
	if errors.Is(err, ErrNewcomersOnly) {
		return mine, false, nil
	}
	return mine, err == nil, err
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
