package groupbuy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/groupbuy"
	"github.com/kaituan/kaituan/ent/db/groupcampaign"
	"github.com/kaituan/kaituan/internal/page"
)

// CampaignListArgs narrow the list of campaigns.
type CampaignListArgs struct {
	page.Args
	// ProductID lists one product's campaigns; "" every product's.
	ProductID string
	WantTotal bool
}

// CampaignPage is one page of campaigns.
type CampaignPage struct {
	Campaigns []*Campaign
	Cursors   []string
	Info      page.Info
	// TotalCount is exact up to 10,000, else nil; filled when asked for.
	TotalCount *int
}

// byEnd is the sort key of campaigns.
type byEnd struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

// ListCampaigns returns a page of the campaigns that run now or will, soonest end first. Those whose product was taken down are left out of it, so it may be
// shorter than asked for; the total counts them. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) ListCampaigns(ctx context.Context, a CampaignListArgs) (*CampaignPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	running := s.store.Client(ctx).GroupCampaign.Query().Where(groupcampaign.EndsAtGT(s.clock()), groupcampaign.EndedAtIsNil())
	if a.ProductID != "" {
		running.Where(groupcampaign.ProductID(a.ProductID))
	}
	query := running.Clone()
	if a.After != "" {
		var after byEnd
		if err := page.Decode(a.After, "campaigns", &after); err != nil {
			return nil, err
		}
		at, err := page.Instant(after.At)
		if err != nil {
			return nil, err
		}
		query.Where(groupcampaign.Or(groupcampaign.EndsAtGT(at), groupcampaign.And(groupcampaign.EndsAt(at), groupcampaign.IDGT(after.ID))))
	}
	rows, err := query.Order(groupcampaign.ByEndsAt(), groupcampaign.ByID()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	cursor := func(row *db.GroupCampaign) string { return page.Encode("campaigns", byEnd{At: row.EndsAt, ID: row.ID}) }
	rows, info := page.Of(rows, a.Args, cursor)
	if rows, err = s.onShowOnly(ctx, rows); err != nil {
		return nil, err
	}
	listed := &CampaignPage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Campaigns, err = s.campaignsOf(ctx, rows); err != nil {
		return nil, err
	}
	if a.WantTotal {
		counted, err := running.Limit(page.ExactUpTo + 1).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("count campaigns: %w", err)
		}
		listed.TotalCount = page.Exact(len(counted))
	}
	return listed, nil
}

// onShowOnly leaves out campaigns whose product was taken down.
func (s *Service) onShowOnly(ctx context.Context, rows []*db.GroupCampaign) ([]*db.GroupCampaign, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ProductID
	}
	hidden, err := s.catalog.Hidden(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row *db.GroupCampaign) bool { return hidden[row.ProductID] }), nil
}

// GroupPage is one page of groups.
type GroupPage struct {
	Groups  []*Group
	Cursors []string
	Info    page.Info
}

// byRoom is the sort key of the groups that a stranger may join: fullest first, then soonest end.
type byRoom struct {
	Left int       `json:"n"`
	At   time.Time `json:"t"`
	ID   string    `json:"i"`
}

func groupCursor(row *db.GroupBuy) string {
	return page.Encode("groups", byRoom{Left: row.SeatsLeft, At: *row.ExpiresAt, ID: row.ID})
}

// joinable selects the groups of one campaign that a stranger may join now, in the order of the index that holds them, so that its cost is that of the page and
// not of how many are open.
const joinable = `SELECT id FROM group_buys WHERE campaign_id = ? AND state = 'OPEN' AND seats_left > 0 AND expires_at >= ? ORDER BY seats_left, expires_at, id LIMIT ?`

// OpenGroups returns, for each campaign, its first groups that a stranger may join, fullest first; two statements for any number of campaigns (three where
// groups have rungs).
func (s *Service) OpenGroups(ctx context.Context, campaignIDs []string, first int) (map[string]*GroupPage, error) {
	a := page.Args{First: first}
	if err := a.Check(); err != nil {
		return nil, err
	}
	pages := make(map[string]*GroupPage, len(campaignIDs))
	if len(campaignIDs) == 0 {
		return pages, nil
	}
	parts := make([]string, 0, len(campaignIDs))
	var args []any
	from, err := s.joinableFrom(ctx)
	if err != nil {
		return nil, err
	}
	for _, campaignID := range campaignIDs {
		if pages[campaignID] == nil {
			pages[campaignID] = &GroupPage{}
			parts = append(parts, "SELECT id FROM ("+joinable+") c"+position(len(parts)))
			args = append(args, campaignID, from(campaignID), first+1)
		}
	}
	ids, err := s.ids(ctx, strings.Join(parts, " UNION ALL "), args)
	if err != nil {
		return nil, err
	}
	rows, err := s.inRoomOrder(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := map[string][]*db.GroupBuy{}
	for _, row := range rows {
		of[row.CampaignID] = append(of[row.CampaignID], row)
	}
	var shown []*db.GroupBuy
	for campaignID, listed := range pages {
		var cut []*db.GroupBuy
		cut, listed.Info = page.Of(of[campaignID], a, groupCursor)
		for _, row := range cut {
			listed.Cursors = append(listed.Cursors, groupCursor(row))
		}
		shown = append(shown, cut...)
	}
	groups, err := s.groupsOf(ctx, shown)
	for _, g := range groups {
		pages[g.CampaignID].Groups = append(pages[g.CampaignID].Groups, g)
	}
	return pages, err
}

// OpenGroupsAfter is a later page of one campaign's groups that a stranger may join. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) OpenGroupsAfter(ctx context.Context, campaignID string, a page.Args) (*GroupPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	from, err := s.joinableFrom(ctx)
	if err != nil {
		return nil, err
	}
	query := s.store.Client(ctx).GroupBuy.Query().
		Where(groupbuy.CampaignID(campaignID), groupbuy.StateEQ(groupbuy.StateOPEN), groupbuy.SeatsLeftGT(0), groupbuy.ExpiresAtGTE(from(campaignID)))
	if a.After != "" {
		var after byRoom
		if err := page.Decode(a.After, "groups", &after); err != nil {
			return nil, err
		}
		at, err := page.Instant(after.At)
		if err != nil {
			return nil, err
		}
		query.Where(groupbuy.SeatsLeftGTE(after.Left), groupbuy.Or(
			groupbuy.SeatsLeftGT(after.Left), groupbuy.ExpiresAtGT(at), groupbuy.And(groupbuy.ExpiresAt(at), groupbuy.IDGT(after.ID)),
		))
	}
	rows, err := query.Order(groupbuy.BySeatsLeft(), groupbuy.ByExpiresAt(), groupbuy.ByID()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("open groups of %s: %w", campaignID, err)
	}
	listed, err := s.groupPage(ctx, rows, a)
	return &listed, err
}

// joinableFrom gives, for a campaign, the end that a group must have at least so that a joiner has time to pay; of a campaign that runs no more, a minute.
func (s *Service) joinableFrom(ctx context.Context) (func(campaignID string) time.Time, error) {
	on, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	return func(campaignID string) time.Time {
		if c := on.byID[campaignID]; c != nil {
			return now.Add(leastHoldOf(c.campaign.GroupSeconds))
		}
		return now.Add(leastHold)
	}, nil
}

// groupPage cuts rows, of which one more than a.First was read, to a page.
func (s *Service) groupPage(ctx context.Context, rows []*db.GroupBuy, a page.Args) (GroupPage, error) {
	rows, info := page.Of(rows, a, groupCursor)
	listed := GroupPage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, groupCursor(row))
	}
	var err error
	listed.Groups, err = s.groupsOf(ctx, rows)
	return listed, err
}

func (s *Service) inRoomOrder(ctx context.Context, ids []string) ([]*db.GroupBuy, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.store.Client(ctx).GroupBuy.Query().Where(groupbuy.IDIn(ids...), groupbuy.StateEQ(groupbuy.StateOPEN)).
		Order(groupbuy.BySeatsLeft(), groupbuy.ByExpiresAt(), groupbuy.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("open groups: %w", err)
	}
	products := make([]string, len(rows))
	for i, row := range rows {
		products[i] = row.ProductID
	}
	hidden, err := s.catalog.Hidden(ctx, products)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row *db.GroupBuy) bool { return hidden[row.ProductID] }), nil
}

// ids are the first column of a query's rows.
func (s *Service) ids(ctx context.Context, query string, args []any) ([]string, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("open groups: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("open groups: %w", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("open groups: %w", err)
	}
	return ids, nil
}
