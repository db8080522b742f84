package referral

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/referredorder"
)

// Snapshot returns what an order keeps of who brought its buyer, nil when nobody ever did.
func (s *Service) Snapshot(ctx context.Context, orderID string) (*Snapshot, error) {
	row, err := s.store.Client(ctx).ReferredOrder.Query().Where(referredorder.OrderID(orderID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("who brought the buyer of %s: %w", orderID, err)
	}
	kept := &Snapshot{OrderID: orderID, BuyerID: row.BuyerID}
	if row.LinkID != nil {
		kept.LinkID = *row.LinkID
	}
	kept.Beneficiaries, err = s.beneficiaries(ctx, row)
	return kept, err
}

// beneficiaries are who may earn by an order, each person once: two who have become one earn as the nearer.
func (s *Service) beneficiaries(ctx context.Context, row *db.ReferredOrder) ([]Beneficiary, error) {
	levels := [PaidLevels]*string{row.FirstID, row.SecondID}
	var ids []string
	for _, id := range levels {
		if id != nil {
			ids = append(ids, *id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	buyerID, err := s.identity.PersonOf(ctx, row.BuyerID)
	if err != nil {
		return nil, err
	}
	active, err := s.identity.Active(ctx, ids)
	if err != nil {
		return nil, err
	}
	var earn []Beneficiary
	seen := map[string]bool{"": true, buyerID: true}
	var persons []string
	for i, id := range levels {
		if id == nil || seen[active[*id]] {
			continue
		}
		seen[active[*id]] = true
		persons = append(persons, active[*id])
		earn = append(earn, Beneficiary{ShopperID: active[*id], Level: i + 1})
	}
	standings, err := s.Standings(ctx, persons)
	if err != nil {
		return nil, err
	}
	for i := range earn {
		stands := standings[earn[i].ShopperID]
		earn[i].Tier, earn[i].Credit = stands.Tier, stands.Credit
	}
	return earn, nil
}
