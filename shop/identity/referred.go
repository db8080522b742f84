package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/ent/db/shopper"
)

// SetReferred notes that somebody has brought the shopper, for good, in the transaction that has touched him.
func (s *Service) SetReferred(ctx context.Context, shopperID string) error {
	if _, err := s.store.Exec(ctx, "UPDATE shoppers SET referred = ?, ver = ver + 1 WHERE id = ?", true, shopperID); err != nil {
		return fmt.Errorf("note that %s was brought: %w", shopperID, err)
	}
	forget(ctx, shopperID)
	return nil
}

// Referred reports whether anybody ever brought the shopper, or an account that has become part of his. After Touch it holds until the commit. Under Remembering it
// costs nothing once his key was read.
func (s *Service) Referred(ctx context.Context, shopperID string) (bool, error) {
	key, err := s.dataKey(ctx, shopperID)
	if errors.Is(err, ErrErased) {
		return false, nil
	}
	return key.referred, err
}

// Active returns who the shoppers of ids are today, by those ids, leaving out who may not act: erased, banned, or never there. One statement, and one more where one
// has become part of another.
func (s *Service) Active(ctx context.Context, shopperIDs []string) (map[string]string, error) {
	rows, err := s.persons(ctx, shopperIDs, shopper.FieldState, shopper.FieldMergedInto)
	if err != nil {
		return nil, err
	}
	active := make(map[string]string, len(rows))
	for id, row := range rows {
		if row != nil && row.State == shopper.StateActive {
			active[id] = row.ID
		}
	}
	return active, nil
}

// AliasesOf are all ids that persons of today's ids have had, those among them, each with whose it is. One statement.
func (s *Service) AliasesOf(ctx context.Context, personIDs []string) (map[string]string, error) {
	whose := make(map[string]string, len(personIDs))
	if len(personIDs) == 0 {
		return whose, nil
	}
	rows, err := s.store.Client(ctx).Shopper.Query().Where(shopper.MergedIntoIn(personIDs...)).Select(shopper.FieldID, shopper.FieldMergedInto).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("aliases: %w", err)
	}
	for _, id := range personIDs {
		whose[id] = id
	}
	for _, row := range rows {
		whose[row.ID] = *row.MergedInto
	}
	return whose, nil
}
