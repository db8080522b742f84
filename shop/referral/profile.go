package referral

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/ent/db/referralbinding"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
)

// Profile is a shopper's own view of bringing and being brought, as of now.
func (s *Service) Profile(ctx context.Context, shopperID string) (*Profile, error) {
	standings, err := s.Standings(ctx, []string{shopperID})
	if err != nil {
		return nil, err
	}
	p := &Profile{ShopperID: shopperID, Tier: standings[shopperID].Tier, CreditScore: standings[shopperID].Told}
	his, err := s.live(ctx, shopperID, s.clock())
	if err != nil || his == nil {
		return p, err
	}
	active, err := s.identity.Active(ctx, []string{his.InviterID})
	if err != nil || active[his.InviterID] == "" { // of who is no more the worker has yet to end it
		return p, err
	}
	shown, err := s.identity.Publics(ctx, []string{active[his.InviterID]})
	p.Inviter, p.BoundUntil = shown[active[his.InviterID]], &his.Until
	return p, err
}

// byTime is the sort key of invitees.
type byTime struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

// Invitees is a page of those whom a shopper brought under any of his ids, newest first; also those whose window is over. A constant number of statements.
//
// Errors: fault.InvalidInput, fault.InvalidCursor.
func (s *Service) Invitees(ctx context.Context, shopperID string, a page.Args, wantTotal bool) (*InviteePage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	// One who has become the promoter himself is nobody whom he brought.
	his := []predicate.ReferralBinding{referralbinding.InviterIDIn(ids...), referralbinding.InviteeIDNotIn(ids...)}
	query := s.store.Client(ctx).ReferralBinding.Query().Where(his...)
	if a.After != "" {
		var after byTime
		if err := page.Decode(a.After, "invitees", &after); err != nil {
			return nil, err
		}
		if after.At, err = page.Instant(after.At); err != nil {
			return nil, err
		}
		query.Where(referralbinding.Or(referralbinding.BoundAtLT(after.At), referralbinding.And(referralbinding.BoundAt(after.At), referralbinding.IDLT(after.ID))))
	}
	rows, err := query.Order(db.Desc(referralbinding.FieldBoundAt, referralbinding.FieldID)).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("whom %s brought: %w", shopperID, err)
	}
	cursor := func(row *db.ReferralBinding) string {
		return page.Encode("invitees", byTime{row.BoundAt.UTC(), row.ID})
	}
	rows, info := page.Of(rows, a, cursor)
	listed := &InviteePage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Invitees, err = s.invitees(ctx, rows); err != nil || !wantTotal {
		return listed, err
	}
	all, err := s.store.Client(ctx).ReferralBinding.Query().Where(his...).Limit(page.ExactUpTo + 1).IDs(ctx)
	listed.Total = page.Exact(len(all))
	return listed, err
}

// invitees shows bindings with who they are of and their orders.
func (s *Service) invitees(ctx context.Context, rows []*db.ReferralBinding) ([]*Invitee, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	bindings, people := make([]string, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		bindings[i], people[i] = row.ID, row.InviteeID
	}
	orders, err := s.standing(ctx, "binding_id", bindings)
	if err != nil {
		return nil, err
	}
	shown, err := s.identity.Publics(ctx, people)
	if err != nil {
		return nil, err
	}
	list := make([]*Invitee, len(rows))
	for i, row := range rows {
		list[i] = &Invitee{Shopper: shown[row.InviteeID], BoundAt: row.BoundAt, PaidOrders: int(orders[row.ID])}
	}
	return list, nil
}

// OrdersByLink counts the orders that were paid and not refunded whole, by the share link that their buyers came by. One statement.
func (s *Service) OrdersByLink(ctx context.Context, linkIDs []string) (map[string]int64, error) {
	return s.standing(ctx, "link_id", linkIDs)
}

// standing counts the orders that stand by a column, of which these are values.
func (s *Service) standing(ctx context.Context, column string, values []string) (map[string]int64, error) {
	counts := make(map[string]int64, len(values))
	if len(values) == 0 {
		return counts, nil
	}
	in, args := store.In(values)
	query := "SELECT " + column + ", COUNT(*) FROM referred_orders WHERE " + column + " IN " + in + " AND paid_at IS NOT NULL AND lost_at IS NULL GROUP BY " + column
	err := s.store.Each(ctx, query, args, func(scan func(...any) error) error {
		var value string
		var n int64
		err := scan(&value, &n)
		counts[value] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count orders by %s: %w", column, err)
	}
	return counts, nil
}
