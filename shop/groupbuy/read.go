package groupbuy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupbuy"
	"github.com/kaituan/kaituan/ent/db/groupcampaign"
	"github.com/kaituan/kaituan/ent/db/groupoffer"
	"github.com/kaituan/kaituan/ent/db/groupseat"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/hub"
)

// Campaign returns a campaign, nil when there is none.
func (s *Service) Campaign(ctx context.Context, campaignID string) (*Campaign, error) {
	found, err := s.Campaigns(ctx, []string{campaignID})
	return found[campaignID], err
}

// Campaigns returns those of ids that exist, with their offers, in two statements.
func (s *Service) Campaigns(ctx context.Context, ids []string) (map[string]*Campaign, error) {
	found := make(map[string]*Campaign, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).GroupCampaign.Query().Where(groupcampaign.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("campaigns: %w", err)
	}
	campaigns, err := s.campaignsOf(ctx, rows)
	for _, c := range campaigns {
		found[c.ID] = c
	}
	return found, err
}

// campaignsOf shows rows with their offers, in their order.
func (s *Service) campaignsOf(ctx context.Context, rows []*db.GroupCampaign) ([]*Campaign, error) {
	campaigns := make([]*Campaign, len(rows))
	byID := make(map[string]*Campaign, len(rows))
	ids := make([]string, len(rows))
	now := s.clock()
	for i, row := range rows {
		campaigns[i] = s.campaignOf(row, now)
		byID[row.ID], ids[i] = campaigns[i], row.ID
	}
	if len(rows) == 0 {
		return campaigns, nil
	}
	offers, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignIDIn(ids...)).Order(groupoffer.ByCampaignID(), groupoffer.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	for _, row := range offers {
		offer := &Offer{SkuID: row.SkuID, Price: s.money(row.Price), Rungs: []*Rung{}}
		for _, rung := range row.Rungs {
			offer.Rungs = append(offer.Rungs, &Rung{Size: rung.Size, Price: s.money(rung.Price)})
		}
		byID[row.CampaignID].Offers = append(byID[row.CampaignID].Offers, offer)
	}
	return campaigns, nil
}

func (s *Service) campaignOf(row *db.GroupCampaign, now time.Time) *Campaign {
	c := &Campaign{
		ID: row.ID, Title: row.Title, ProductID: row.ProductID, Offers: []*Offer{}, Size: row.Size, Capacity: row.Capacity, StartsAt: row.StartsAt, EndsAt: row.EndsAt,
		GroupSeconds: row.GroupSeconds, PerShopperLimit: row.PerShopperLimit, NewCustomersOnly: row.NewCustomersOnly, MerchantMayComplete: row.MerchantMayComplete, TakesCoupons: row.TakesCoupons,
		CampaignState: stateOf(row, now), UnitsLeft: int(row.UnitsLeft),
	}
	if row.EndedAt != nil {
		c.EndsAt = *row.EndedAt
	}
	if row.Reward != "" {
		c.LeaderReward = &LeaderReward{Kind: RewardKind(row.Reward)}
		switch c.LeaderReward.Kind {
		case Discount:
			c.LeaderReward.Amount = s.money(row.RewardAmount)
		case Points:
			c.LeaderReward.Points = &row.RewardAmount
		}
	}
	return c
}

// OfProducts returns the campaigns of products that run now, also sold out ones, soonest end first, in two statements.
func (s *Service) OfProducts(ctx context.Context, productIDs []string) (map[string][]*Campaign, error) {
	found := make(map[string][]*Campaign, len(productIDs))
	if len(productIDs) == 0 {
		return found, nil
	}
	now := s.clock()
	rows, err := s.store.Client(ctx).GroupCampaign.Query().
		Where(groupcampaign.ProductIDIn(productIDs...), groupcampaign.EndsAtGT(now), groupcampaign.StartsAtLTE(now), groupcampaign.EndedAtIsNil()).
		Order(groupcampaign.ByEndsAt(), groupcampaign.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("campaigns of products: %w", err)
	}
	campaigns, err := s.campaignsOf(ctx, rows)
	for _, c := range campaigns {
		found[c.ProductID] = append(found[c.ProductID], c)
	}
	return found, err
}

// Group returns a group, nil when there is none, or when it is PENDING, or was never opened, and the viewer is not its leader; viewerID may be empty.
func (s *Service) Group(ctx context.Context, viewerID, groupID string) (*Group, error) {
	found, err := s.Groups(ctx, viewerID, []string{groupID})
	return found[groupID], err
}

// Groups returns those of ids that the viewer may see, in two statements, and one more where one is PENDING.
func (s *Service) Groups(ctx context.Context, viewerID string, ids []string) (map[string]*Group, error) {
	found := make(map[string]*Group, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.store.Client(ctx).GroupBuy.Query().Where(groupbuy.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	groups, err := s.groupsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	var his []string
	for _, g := range groups {
		unopened := g.ExpiresAt == nil // never had a deadline
		if unopened && his == nil && viewerID != "" {
			if his, err = s.identity.Aliases(ctx, viewerID); err != nil {
				return nil, err
			}
		}
		if !unopened || leads(g.LeaderID, his) {
			found[g.ID] = g
		}
	}
	return found, nil
}

// groupsOf shows rows, in their order; one more statement where one has rungs, and one where one has ended.
func (s *Service) groupsOf(ctx context.Context, rows []*db.GroupBuy) ([]*Group, error) {
	groups := make([]*Group, len(rows))
	for i, row := range rows {
		groups[i] = groupOf(row)
	}
	if err := s.fillRungs(ctx, groups); err != nil {
		return nil, err
	}
	return groups, s.fillEnded(ctx, groups)
}

// fillRungs tells how far the payers of open groups have come.
func (s *Service) fillRungs(ctx context.Context, groups []*Group) error {
	var climbing []string
	for _, g := range groups {
		if g.Capacity > g.Size && g.State == Open {
			climbing = append(climbing, g.CampaignID)
		}
	}
	if len(climbing) == 0 {
		return nil
	}
	offers, err := s.store.Client(ctx).GroupOffer.Query().Where(groupoffer.CampaignIDIn(climbing...)).All(ctx)
	if err != nil {
		return fmt.Errorf("rungs: %w", err)
	}
	for _, offer := range offers {
		for _, g := range groups {
			if g.CampaignID != offer.CampaignID || g.State != Open {
				continue
			}
			for _, rung := range offer.Rungs {
				if g.PaidSeats >= rung.Size {
					*g.RungReached = max(*g.RungReached, rung.Size)
				}
			}
		}
	}
	return nil
}

// fillEnded counts the seats of groups that have ended: their own counters froze then, and what was held is paid for or let go since.
func (s *Service) fillEnded(ctx context.Context, groups []*Group) error {
	ended := map[string]*Group{}
	var ids []any
	for _, g := range groups {
		if g.State != Pending && g.State != Open {
			if ended[g.ID] == nil {
				ids = append(ids, g.ID)
			}
			ended[g.ID] = g
			g.PaidSeats, g.HeldSeats, g.SeatsLeft = 0, 0, g.Capacity
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT group_id, SUM(CASE WHEN paid_at IS NOT NULL AND left_at IS NULL THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'HELD' THEN 1 ELSE 0 END)
		FROM group_seats WHERE group_id IN (?`+strings.Repeat(", ?", len(ids)-1)+`) GROUP BY group_id`, ids...)
	if err != nil {
		return fmt.Errorf("seats of ended groups: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var paid, held int
		if err := rows.Scan(&id, &paid, &held); err != nil {
			return fmt.Errorf("seats of ended groups: %w", err)
		}
		g := ended[id]
		g.PaidSeats, g.HeldSeats, g.SeatsLeft = paid, held, g.Capacity-paid-held
	}
	return rows.Err()
}

func groupOf(row *db.GroupBuy) *Group {
	g := &Group{
		ID: row.ID, Version: row.Ver, CampaignID: row.CampaignID, ProductID: row.ProductID, LeaderID: row.LeaderID, State: State(row.State), Size: row.Size,
		Capacity: row.Capacity, PaidSeats: row.Paid, SeatsLeft: row.SeatsLeft, HeldSeats: row.Capacity - row.SeatsLeft - row.Paid, ExpiresAt: row.ExpiresAt,
	}
	if row.CompletedBy != "" {
		by := Completion(row.CompletedBy)
		g.CompletedBy = &by
	}
	if row.Capacity > row.Size {
		reached := row.RungReached
		if g.State == Open && row.Paid >= row.Size {
			reached = row.Size
		}
		g.RungReached = &reached
	}
	return g
}

// OfOrders returns the groups of orders by the orders' ids, in three statements at most; PENDING ones for their leader only.
func (s *Service) OfOrders(ctx context.Context, viewerID string, orderIDs []string) (map[string]*Group, error) {
	found := make(map[string]*Group, len(orderIDs))
	if len(orderIDs) == 0 {
		return found, nil
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.OrderIDIn(orderIDs...)).Order(groupseat.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("seats of orders: %w", err)
	}
	of := map[string]string{} // the newest seat's
	for _, seat := range seats {
		of[seat.OrderID] = seat.GroupID
	}
	ids := make([]string, 0, len(of))
	for _, groupID := range of {
		ids = append(ids, groupID)
	}
	groups, err := s.Groups(ctx, viewerID, ids)
	for orderID, groupID := range of {
		if g := groups[groupID]; g != nil {
			found[orderID] = g
		}
	}
	return found, err
}

// Members returns who has paid for a seat and not left, by group, in the order of their payments; one statement. Of a group that ended without completing it
// shows who was in it then.
func (s *Service) Members(ctx context.Context, groupIDs []string) (map[string][]*Member, error) {
	found := make(map[string][]*Member, len(groupIDs))
	if len(groupIDs) == 0 {
		return found, nil
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.GroupIDIn(groupIDs...), groupseat.PaidAtNotNil(), groupseat.LeftAtIsNil()).
		Order(groupseat.ByPaidAt(), groupseat.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	for _, seat := range seats {
		found[seat.GroupID] = append(found[seat.GroupID], &Member{ShopperID: seat.ShopperID, IsLeader: seat.Leader, PaidAt: *seat.PaidAt})
	}
	return found, nil
}

// ViewerSeats returns the viewer's own newest seat by group, in two statements; none without a viewer.
func (s *Service) ViewerSeats(ctx context.Context, viewerID string, groupIDs []string) (map[string]*Seat, error) {
	found := make(map[string]*Seat, len(groupIDs))
	if viewerID == "" || len(groupIDs) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	seats, err := s.store.Client(ctx).GroupSeat.Query().Where(groupseat.ShopperIDIn(his...), groupseat.GroupIDIn(groupIDs...)).Order(groupseat.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("seats of %s: %w", viewerID, err)
	}
	for _, row := range seats {
		seat := &Seat{GroupID: row.GroupID, ShopperID: row.ShopperID, State: SeatState(row.State), OrderID: row.OrderID}
		if seat.State == SeatHeld {
			seat.HoldUntil = &row.HoldUntil
		}
		found[row.GroupID] = seat
	}
	return found, nil
}

// Watch sends a group as the viewer sees it now, then after each change, until ctx ends; states may be skipped, never sent back. fault.NotFound when there is
// none that he may see.
func (s *Service) Watch(ctx context.Context, viewerID, groupID string) (<-chan *Group, error) {
	return hub.Follow(ctx, s.hub, subject(groupID), func(ctx context.Context) (*Group, int64, error) {
		g, err := s.Group(ctx, viewerID, groupID)
		if err == nil && g == nil {
			err = fault.NotFound
		}
		if err != nil {
			return nil, 0, err
		}
		return g, g.Version, nil
	})
}
