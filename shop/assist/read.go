package assist

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assist"
	"github.com/kaituan/kaituan/ent/db/assistcampaign"
	"github.com/kaituan/kaituan/ent/db/assistwinner"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/hub"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
)

// Campaign returns a campaign, nil when there is none.
func (s *Service) Campaign(ctx context.Context, campaignID string) (*Campaign, error) {
	found, err := s.Campaigns(ctx, []string{campaignID})
	return found[campaignID], err
}

// Campaigns returns those of ids that exist, in one statement, and one more where there is a CHARITY that does not run.
func (s *Service) Campaigns(ctx context.Context, ids []string) (map[string]*Campaign, error) {
	found := make(map[string]*Campaign, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).AssistCampaign.Query().Where(assistcampaign.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("help-me campaigns: %w", err)
	}
	campaigns, err := s.campaignsOf(ctx, rows)
	for _, c := range campaigns {
		found[c.ID] = c
	}
	return found, err
}

// OfProducts returns the campaigns about products that run now and have something to give, soonest end first, in at most two statements more than Campaigns.
func (s *Service) OfProducts(ctx context.Context, productIDs []string) (map[string][]*Campaign, error) {
	found := make(map[string][]*Campaign, len(productIDs))
	if len(productIDs) == 0 {
		return found, nil
	}
	now := s.clock()
	rows, err := s.store.Client(ctx).AssistCampaign.Query().
		Where(assistcampaign.ProductIDIn(productIDs...), assistcampaign.EndsAtGT(now), assistcampaign.StartsAtLTE(now), assistcampaign.EndedAtIsNil()).
		Order(assistcampaign.ByEndsAt(), assistcampaign.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("help-me campaigns of products: %w", err)
	}
	if rows, err = s.giving(ctx, rows); err != nil {
		return nil, err
	}
	campaigns, err := s.campaignsOf(ctx, rows)
	for _, c := range campaigns {
		found[c.ProductID] = append(found[c.ProductID], c)
	}
	return found, err
}

// campaignsOf shows rows, in their order.
func (s *Service) campaignsOf(ctx context.Context, rows []*db.AssistCampaign) ([]*Campaign, error) {
	campaigns, now := make([]*Campaign, len(rows)), s.clock()
	var charities []*Campaign
	var ids []string
	for i, row := range rows {
		campaigns[i] = s.campaignOf(row, now)
		if string(row.Reward) == byDonation {
			charities, ids = append(charities, campaigns[i]), append(ids, row.ID)
		}
	}
	if len(ids) == 0 {
		return campaigns, nil
	}
	sums, err := s.donated(ctx, ids)
	for _, c := range charities {
		c.DonatedTotal = s.money(sums[c.ID])
	}
	return campaigns, err
}

func (s *Service) campaignOf(row *db.AssistCampaign, now time.Time) *Campaign {
	c := &Campaign{
		ID: row.ID, Kind: Kind(row.Kind), Title: row.Title, SkuID: deref(row.SkuID), ProductID: deref(row.ProductID), Goal: row.Goal, AssistSeconds: row.AssistSeconds,
		PerShopper: row.PerShopperLimit, PerDay: row.HelpsPerDay, Reward: s.rewardOf(row), State: stateOf(row, now), StartsAt: row.StartsAt, EndsAt: row.EndsAt,
	}
	if row.EndedAt != nil {
		c.EndsAt = *row.EndedAt
	}
	return c
}

func (s *Service) rewardOf(row *db.AssistCampaign) Reward {
	switch string(row.Reward) {
	case byCoupon:
		return &CouponReward{TemplateID: deref(row.TemplateID)}
	case byPrice:
		return &PriceReward{Floor: s.money(row.Amount)}
	case byPoints:
		return &PointsReward{Points: row.Points}
	case byDonation:
		return &DonationReward{PerHelper: s.money(row.Amount), Cause: row.Cause}
	}
	return &DrawReward{WinnersWanted: row.Winners, Prize: row.Prize}
}

// Assist returns an assist, nil when there is none. Everybody may see it: its owner asks everybody for help.
func (s *Service) Assist(ctx context.Context, assistID string) (*Assist, error) {
	found, err := s.Assists(ctx, []string{assistID})
	return found[assistID], err
}

// Assists returns those of ids that exist, with their campaigns, in one statement more than Campaigns.
func (s *Service) Assists(ctx context.Context, ids []string) (map[string]*Assist, error) {
	found := make(map[string]*Assist, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).Assist.Query().Where(assist.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("assists: %w", err)
	}
	assists, err := s.assistsOf(ctx, rows)
	for _, a := range assists {
		found[a.ID] = a
	}
	return found, err
}

// assistsOf shows rows, in their order, with their campaigns.
func (s *Service) assistsOf(ctx context.Context, rows []*db.Assist) ([]*Assist, error) {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.CampaignID)
	}
	campaigns, err := s.Campaigns(ctx, ids)
	if err != nil {
		return nil, err
	}
	assists := make([]*Assist, len(rows))
	for i, row := range rows {
		if assists[i], err = s.assistOf(row, campaigns[row.CampaignID]); err != nil {
			return nil, err
		}
	}
	return assists, nil
}

func (s *Service) assistOf(row *db.Assist, c *Campaign) (*Assist, error) {
	a := &Assist{
		ID: row.ID, Version: row.Ver, Campaign: c, OwnerID: row.OwnerID, Progress: row.Progress, Goal: row.Goal, State: State(row.State), CreatedAt: row.CreatedAt,
		ExpiresAt: row.ExpiresAt, Winners: []*identity.MaskedShopper{},
	}
	reward, ok := c.Reward.(*PriceReward)
	if !ok {
		return a, nil
	}
	switch floor := reward.Floor.Minor; {
	case row.Progress >= row.Goal:
		a.PriceNow = s.money(floor)
	case c.Kind == Unlock:
		a.PriceNow = s.money(row.ListPrice)
	default:
		parts, err := cuts(row.Seed, row.ListPrice-floor, row.Goal)
		if err != nil {
			return nil, fmt.Errorf("price of %s: %w", row.ID, err)
		}
		a.PriceNow = s.money(row.ListPrice - cutBy(parts, row.Progress))
	}
	return a, nil
}

// ViewerAssists returns the viewer's own assists of campaigns, newest first, at most ten of each; none without a viewer.
func (s *Service) ViewerAssists(ctx context.Context, viewerID string, campaignIDs []string) (map[string][]*Assist, error) {
	found := make(map[string][]*Assist, len(campaignIDs))
	if viewerID == "" || len(campaignIDs) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	in, ids := store.In(his)
	var parts []string
	var args []any
	for _, campaignID := range campaignIDs {
		parts = append(parts, "SELECT id FROM (SELECT id FROM assists WHERE campaign_id = ? AND owner_id IN "+in+" ORDER BY id DESC LIMIT 10) x")
		args = append(append(args, campaignID), ids...)
	}
	newest, err := s.store.Texts(ctx, strings.Join(parts, " UNION ALL "), args...)
	if err != nil {
		return nil, fmt.Errorf("assists of %s: %w", viewerID, err)
	}
	assists, err := s.Assists(ctx, newest)
	for _, id := range newest {
		if a := assists[id]; a != nil {
			found[a.Campaign.ID] = append(found[a.Campaign.ID], a)
		}
	}
	return found, err
}

// Winners returns the ids of those who have won, by assist, first drawn first; one statement.
func (s *Service) Winners(ctx context.Context, assistIDs []string) (map[string][]string, error) {
	found := make(map[string][]string, len(assistIDs))
	if len(assistIDs) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).AssistWinner.Query().Where(assistwinner.AssistIDIn(assistIDs...)).Order(assistwinner.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("winners: %w", err)
	}
	for _, row := range rows {
		found[row.AssistID] = append(found[row.AssistID], row.ShopperID)
	}
	return found, nil
}

// Watch sends an assist as it is now, then after each change, until ctx ends; states may be skipped, never sent back. fault.NotFound when there is none.
func (s *Service) Watch(ctx context.Context, assistID string) (<-chan *Assist, error) {
	return hub.Follow(ctx, s.hub, subject(assistID), func(ctx context.Context) (*Assist, int64, error) {
		a, err := s.Assist(ctx, assistID)
		if err == nil && a == nil {
			err = fault.NotFound
		}
		if err != nil {
			return nil, 0, err
		}
		return a, a.Version, nil
	})
}
