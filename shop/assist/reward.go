package assist

import (
	"context"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/assisthelp"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/points"
)

// rewardOwner is who help-me campaigns are to the points ledger, and the source of the coupons that they give.
const rewardOwner = "assist"

// rewardedBy is what a statement says of points that were given; rows keep the Chinese, readers get PointsWords.
const rewardedBy = "助力奖励"

// PointsWords are the words of help-me campaigns in a statement of points, by what is kept.
var PointsWords = map[string]fault.Text{rewardedBy: {En: "Reward for friends' help", Zh: rewardedBy}}

// OnReached gives the reward of an assist that has reached its goal: once, by a guard, in a transaction of its own, so that no helper waits for the owner. A price is
// given by selling it, donations were made with each help.
func (s *Service) OnReached(ctx context.Context, f fact.AssistReached) error {
	c, err := s.campaignRow(ctx, f.CampaignID)
	if err != nil {
		return fmt.Errorf("reward %s: %w", f.AssistID, err)
	}
	if reward := string(c.Reward); reward == byPrice || reward == byDonation {
		return nil
	}
	person, err := s.identity.TouchPerson(ctx, f.OwnerID)
	gone := errors.Is(err, fault.Unauthenticated)
	if err != nil && !gone {
		return err
	}
	now := s.clock()
	took, err := s.store.Guard(ctx, "UPDATE assists SET rewarded_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'REACHED' AND rewarded_at IS NULL", now, now, f.AssistID)
	if err != nil || !took {
		return err
	}
	row, err := s.assistRow(ctx, f.AssistID)
	if err != nil {
		return fmt.Errorf("reward %s: %w", f.AssistID, err)
	}
	s.signal(ctx, f.AssistID)
	switch string(c.Reward) {
	case byCoupon:
		return s.giveCoupon(ctx, row, person, gone)
	case byPoints:
		return s.givePoints(ctx, row, person, c.Points)
	}
	return s.drawWinners(ctx, row, c.Winners)
}

// giveCoupon gives the coupon that the start has taken. It goes back where its owner may act no more, or has by now as many of the template as one person may.
func (s *Service) giveCoupon(ctx context.Context, row *db.Assist, person string, gone bool) error {
	if gone {
		return s.putBack(ctx, row)
	}
	couponID, err := s.coupons.Give(ctx, person, *row.TemplateID, rewardOwner)
	if errors.Is(err, coupon.ErrLimit) { // it has written nothing
		return s.putBack(ctx, row)
	}
	if err != nil {
		return fmt.Errorf("reward %s: %w", row.ID, err)
	}
	return s.given(ctx, row, couponID)
}

// givePoints gives what the shop owes, also to somebody who was banned.
func (s *Service) givePoints(ctx context.Context, row *db.Assist, person string, n int64) error {
	entry, err := s.points.Earn(ctx, points.Earning{
		ShopperID: person, Channel: row.Channel, Points: n, Owner: rewardOwner, Reason: rewardedBy, Reference: row.ID, Owed: true,
	})
	if err != nil {
		return fmt.Errorf("reward %s: %w", row.ID, err)
	}
	return s.given(ctx, row, entry.ID)
}

// given notes what the owner got, in the transaction that has guarded the row.
func (s *Service) given(ctx context.Context, row *db.Assist, rewardID string) error {
	if _, err := s.store.Exec(ctx, "UPDATE assists SET reward_id = ?, template_id = NULL WHERE id = ?", rewardID, row.ID); err != nil {
		return fmt.Errorf("note the reward of %s: %w", row.ID, err)
	}
	return nil
}

// drawWinners draws among the owner's ticket, which is the first, and those of the helpers who count, in the order in which they came. A person has one ticket, the
// first of his accounts', and none who may act no more. The seed was drawn at the start, before there was any helper.
func (s *Service) drawWinners(ctx context.Context, row *db.Assist, wanted int) error {
	helps, err := s.store.Client(ctx).AssistHelp.Query().Where(assisthelp.AssistID(row.ID), assisthelp.PositionNotNil()).Order(assisthelp.ByPosition()).All(ctx)
	if err != nil {
		return fmt.Errorf("tickets of %s: %w", row.ID, err)
	}
	ids := []string{row.OwnerID}
	for _, help := range helps {
		ids = append(ids, help.HelperID)
	}
	active, err := s.identity.Active(ctx, ids)
	if err != nil {
		return fmt.Errorf("tickets of %s: %w", row.ID, err)
	}
	tickets := ticketsOf(ids, active)
	winners, err := draw(row.Seed, len(tickets), wanted)
	if err != nil {
		return fmt.Errorf("draw %s: %w", row.ID, err)
	}
	client := s.store.Client(ctx)
	creates := make([]*db.AssistWinnerCreate, len(winners))
	for i, ticket := range winners {
		creates[i] = client.AssistWinner.Create().SetAssistID(row.ID).SetShopperID(tickets[ticket]).SetPosition(i + 1)
	}
	if err := client.AssistWinner.CreateBulk(creates...).Exec(ctx); err != nil {
		return fmt.Errorf("winners of %s: %w", row.ID, err)
	}
	return nil
}

// ticketsOf are the ids that are in a draw: of those who took part, in their order, the first of each person who is active. It is pure.
func ticketsOf(ids []string, active map[string]string) (tickets []string) {
	in := map[string]bool{}
	for _, id := range ids {
		if person, ok := active[id]; ok && !in[person] {
			in[person], tickets = true, append(tickets, id)
		}
	}
	return tickets
}
