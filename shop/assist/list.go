package assist

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assist"
	"github.com/kaituan/kaituan/ent/db/assistcampaign"
	"github.com/kaituan/kaituan/ent/db/assistdonation"
	"github.com/kaituan/kaituan/ent/db/assisthelp"
	"github.com/kaituan/kaituan/internal/page"
)

// byEnd is the sort key of campaigns, byID that of everything that is shown newest first.
type byEnd struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

type byID struct {
	ID string `json:"i"`
}

// ListCampaigns returns a page of the campaigns that run now, soonest end first. Those that have nothing to give are left out of it, so it may be shorter than asked for;
// the total counts them. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) ListCampaigns(ctx context.Context, a page.Args, wantTotal bool) (*Listed[*Campaign], error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	running := s.runningRows(ctx, s.clock())
	query := running.Clone()
	if a.After != "" {
		var after byEnd
		if err := page.Decode(a.After, "help-me", &after); err != nil {
			return nil, err
		}
		at, err := page.Instant(after.At)
		if err != nil {
			return nil, err
		}
		query.Where(assistcampaign.Or(assistcampaign.EndsAtGT(at), assistcampaign.And(assistcampaign.EndsAt(at), assistcampaign.IDGT(after.ID))))
	}
	rows, err := query.Order(assistcampaign.ByEndsAt(), assistcampaign.ByID()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list help-me campaigns: %w", err)
	}
	cursor := func(row *db.AssistCampaign) string { return page.Encode("help-me", byEnd{At: row.EndsAt, ID: row.ID}) }
	rows, info := page.Of(rows, a, cursor)
	if rows, err = s.giving(ctx, rows); err != nil {
		return nil, err
	}
	listed := &Listed[*Campaign]{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Nodes, err = s.campaignsOf(ctx, rows); err != nil || !wantTotal {
		return listed, err
	}
	counted, err := running.Limit(page.ExactUpTo + 1).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("count help-me campaigns: %w", err)
	}
	listed.Total = page.Exact(len(counted))
	return listed, nil
}

func (s *Service) runningRows(ctx context.Context, now time.Time) *db.AssistCampaignQuery {
	return s.store.Client(ctx).AssistCampaign.Query().Where(assistcampaign.EndsAtGT(now), assistcampaign.StartsAtLTE(now), assistcampaign.EndedAtIsNil())
}

// OfShopper returns a page of the assists that a person started, newest first; state "" means all. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) OfShopper(ctx context.Context, shopperID string, state State, a page.Args) (*Listed[*Assist], error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	query := s.store.Client(ctx).Assist.Query().Where(assist.OwnerIDIn(his...))
	if state != "" {
		query.Where(assist.StateEQ(assist.State(state)))
	}
	if a.After != "" {
		var after byID
		if err := page.Decode(a.After, "my-assists", &after); err != nil {
			return nil, err
		}
		query.Where(assist.IDLT(after.ID))
	}
	rows, err := query.Order(db.Desc(assist.FieldID)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("assists of %s: %w", shopperID, err)
	}
	cursor := func(row *db.Assist) string { return page.Encode("my-assists", byID{row.ID}) }
	rows, info := page.Of(rows, a, cursor)
	listed := &Listed[*Assist]{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	listed.Nodes, err = s.assistsOf(ctx, rows)
	return listed, err
}

// Helpers returns, for each assist, a page of its helps, newest first; two statements for any number of assists. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Helpers(ctx context.Context, assists []*Assist, a page.Args) (map[string]*Listed[*Help], error) {
	kinds := make(map[string]Kind, len(assists))
	for _, of := range assists {
		kinds[of.ID] = of.Campaign.Kind
	}
	ids, err := s.newest(ctx, "assist_helps", "assist_id", "helps", slices.Collect(maps.Keys(kinds)), a)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).AssistHelp.Query().Where(assisthelp.IDIn(ids...)).Order(db.Desc(assisthelp.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("helps: %w", err)
	}
	of := map[string][]*Help{}
	for _, row := range rows {
		of[row.AssistID] = append(of[row.AssistID], s.helpOf(row, kinds[row.AssistID]))
	}
	pages := make(map[string]*Listed[*Help], len(kinds))
	for id := range kinds {
		pages[id] = cut(of[id], a, "helps", func(h *Help) string { return h.ID })
	}
	return pages, nil
}

func (s *Service) helpOf(row *db.AssistHelp, kind Kind) *Help {
	h := &Help{ID: row.ID, HelperID: row.HelperID, Counted: row.Position != nil, At: row.CreatedAt}
	switch kind {
	case Bargain:
		h.Cut = s.money(row.Cut)
	case Draw:
		h.Tickets = new(1)
	}
	return h
}

// Donations returns, for each campaign, a page of its public ledger, newest first; two statements for any number of campaigns. fault.InvalidCursor, fault.InvalidInput.
func (s *Service) Donations(ctx context.Context, campaignIDs []string, a page.Args) (map[string]*Listed[*Donation], error) {
	ids, err := s.newest(ctx, "assist_donations", "campaign_id", "donations", campaignIDs, a)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).AssistDonation.Query().Where(assistdonation.IDIn(ids...)).Order(db.Desc(assistdonation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("donations: %w", err)
	}
	of := map[string][]*Donation{}
	for _, row := range rows {
		of[row.CampaignID] = append(of[row.CampaignID], &Donation{ID: row.ID, Amount: s.money(row.Amount), Cause: row.Cause, At: row.At})
	}
	pages := make(map[string]*Listed[*Donation], len(campaignIDs))
	for _, id := range campaignIDs {
		pages[id] = cut(of[id], a, "donations", func(d *Donation) string { return d.ID })
	}
	return pages, nil
}

// newest are the ids of one row more than a page has of each owner, from a table whose rows are listed newest first.
func (s *Service) newest(ctx context.Context, table, owner, cursor string, owners []string, a page.Args) ([]string, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	also, after := "", byID{}
	if a.After != "" {
		if err := page.Decode(a.After, cursor, &after); err != nil {
			return nil, err
		}
		also = " AND id < ?"
	}
	var parts []string
	var args []any
	for _, id := range owners {
		parts, args = append(parts, "SELECT id FROM (SELECT id FROM "+table+" WHERE "+owner+" = ?"+also+" ORDER BY id DESC LIMIT ?) x"), append(args, id)
		if also != "" {
			args = append(args, after.ID)
		}
		args = append(args, a.First+1)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	ids, err := s.store.Texts(ctx, strings.Join(parts, " UNION ALL "), args...)
	if err != nil {
		return nil, fmt.Errorf("newest of %s: %w", table, err)
	}
	return ids, nil
}

// cut is the page of rows of which newest has found one more.
func cut[T any](rows []T, a page.Args, kind string, id func(T) string) *Listed[T] {
	cursor := func(row T) string { return page.Encode(kind, byID{id(row)}) }
	listed := &Listed[T]{}
	listed.Nodes, listed.Info = page.Of(rows, a, cursor)
	for _, row := range listed.Nodes {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	return listed
}
