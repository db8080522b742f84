package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
)

// ErrMerged: the shopper has become part of another one, whom Survivor names. Its code makes a client refresh its session, which is the survivor's then.
var ErrMerged = fault.BadRequest("TOKEN_EXPIRED", "The account was merged into another one; refresh the session.", "账号已合并，请刷新登录。")

// Survivor is who the shopper of an ErrMerged is now, or "" when err is not one.
func Survivor(err error) string {
	if !errors.Is(err, ErrMerged) {
		return ""
	}
	id, _ := fault.Of(err).Detail.(string)
	return id
}

// Touch must come first, right after the idempotency row, in every transaction that acts for a shopper: it locks the shopper's row, so that one person's
// doings are serial against each other and against merge, erasure and ban. What is read after it (limits, counts) holds until the commit.
//
// Errors: ErrMerged (run again for its Survivor; a request may simply return it), fault.Unauthenticated (banned, erased, or never there).
func (s *Service) Touch(ctx context.Context, shopperID string) error {
	took, err := s.store.Guard(ctx, "UPDATE shoppers SET ver = ver + 1 WHERE id = ? AND merged_into IS NULL AND state = 'active'", shopperID)
	if err != nil {
		return fmt.Errorf("touch shopper %s: %w", shopperID, err)
	}
	if took {
		forget(ctx, shopperID)
		return nil
	}
	row, err := s.store.Client(ctx).Shopper.Get(ctx, shopperID)
	switch {
	case db.IsNotFound(err):
		return fault.Unauthenticated
	case err != nil:
		return fmt.Errorf("touch shopper %s: %w", shopperID, err)
	case row.MergedInto != nil:
		return ErrMerged.WithDetail(*row.MergedInto)
	case row.State == shopper.StateActive:
		return fmt.Errorf("touch shopper %s: %w", shopperID, fault.BusyRetry) // came back between the two statements
	default:
		return fault.Unauthenticated.Saying("This session is no longer valid.", "登录已失效。")
	}
}

// maxAliases bounds how many merges are followed; more than a few in a row means a loop.
const maxAliases = 8

// TouchPerson touches the shopper, or whoever he has become part of, and returns that one's id, also beside a refusal.
//
// Errors: those of Touch but for ErrMerged.
func (s *Service) TouchPerson(ctx context.Context, shopperID string) (string, error) {
	for range maxAliases {
		err := s.Touch(ctx, shopperID)
		next := Survivor(err)
		if next == "" {
			return shopperID, err
		}
		shopperID = next
	}
	return "", fmt.Errorf("shopper %s: merged in a circle", shopperID)
}

// Aliases are all ids that the person of an id has had, the one of today first: what was ordered, joined or claimed under any of them is his. After Touch it
// holds until the commit. Under Remembering it costs nothing for somebody who was never merged, once his key was read.
func (s *Service) Aliases(ctx context.Context, shopperID string) ([]string, error) {
	key, err := s.dataKey(ctx, shopperID)
	switch {
	case errors.Is(err, ErrErased):
		return []string{shopperID}, nil
	case err != nil:
		return nil, err
	case key.person != "":
		shopperID = key.person
	case !key.aliased:
		return []string{shopperID}, nil
	}
	return s.Accounts(ctx, shopperID)
}

// Same reports whether two ids are one person's. It costs nothing when they are the same id.
func (s *Service) Same(ctx context.Context, shopperID, other string) (bool, error) {
	if shopperID == other {
		return true, nil
	}
	ids, err := s.Aliases(ctx, shopperID)
	return slices.Contains(ids, other), err
}

// Person is a piece of SQL: who the shopper whose id stands in a column is today.
func Person(column string) string {
	return "COALESCE((SELECT merged_into FROM shoppers WHERE shoppers.id = " + column + "), " + column + ")"
}

// PersonOf is whom the shopper has become part of, himself when nobody.
func (s *Service) PersonOf(ctx context.Context, shopperID string) (string, error) {
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.ID(shopperID)).Select(shopper.FieldMergedInto).Only(ctx)
	switch {
	case db.IsNotFound(err) || err == nil && row.MergedInto == nil:
		return shopperID, nil
	case err != nil:
		return "", fmt.Errorf("who %s is: %w", shopperID, err)
	}
	return *row.MergedInto, nil
}

// PersonsOf is PersonOf for many, by one statement, leaving out those who have been erased or were never there.
func (s *Service) PersonsOf(ctx context.Context, shopperIDs []string) (map[string]string, error) {
	rows, err := s.rows(ctx, shopperIDs, shopper.FieldMergedInto, shopper.FieldState)
	if err != nil {
		return nil, err
	}
	persons := make(map[string]string, len(rows))
	for id, row := range rows {
		switch {
		case row.State == shopper.StateErased:
		case row.MergedInto != nil:
			persons[id] = *row.MergedInto
		default:
			persons[id] = id
		}
	}
	return persons, nil
}

// acting runs fn in a transaction that acts for the shopper.
func (s *Service) acting(ctx context.Context, shopperID string, fn func(ctx context.Context) error) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Touch(ctx, shopperID); err != nil {
			return err
		}
		return fn(ctx)
	})
}
