package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/store"
)

// Gone is the nickname of somebody who has been erased.
const Gone = "已注销用户"

// forErasure is why an erased person's sessions were revoked.
const forErasure = "erased"

// Erase makes a person unknown, all of whose ids these are, the one of today first; in the transaction that has touched him. His data keys and the hashes by which
// he is found are destroyed, with them what any domain has sealed; his sessions end, and who signs in with the same platform account or phone is somebody else, of
// whom is known, for departuresKept days, that he has been here before (Left). The row stays for what belongs to the books. It returns that row's version.
func (s *Service) Erase(ctx context.Context, ids []string, now time.Time) (int64, error) {
	in, his := store.In(ids)
	// Codes are found by the hash of the phone, which goes with the shopper's row below.
	phones, err := s.store.Texts(ctx, "SELECT phone_hash FROM shoppers WHERE phone_hash IS NOT NULL AND id IN "+in, his...)
	if err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	sessions, err := s.store.Texts(ctx, "SELECT id FROM sessions WHERE shopper_id IN "+in, his...)
	if err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	marks, err := s.departuresFrom(ctx, ids, phones)
	if err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	if err := s.store.ExecIn(ctx, "DELETE FROM phone_codes WHERE phone_hash IN", phones); err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	if err := s.store.ExecIn(ctx, "DELETE FROM refresh_tokens WHERE session_id IN", sessions); err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	with := func(first ...any) []any { return append(first, his...) }
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE shoppers SET state = 'erased', nickname = ?, avatar_url = '', data_key = NULL, phone_cipher = NULL, phone_hash = NULL, left_on = NULL, updated_at = ?, ver = ver + 1 WHERE id IN " + in, with(Gone, now)},
		{"UPDATE sessions SET revoked_at = ?, revoked_for = ? WHERE revoked_at IS NULL AND shopper_id IN " + in, with(now, forErasure)},
		{"DELETE FROM channel_identities WHERE shopper_id IN " + in, his},
		{"DELETE FROM addresses WHERE shopper_id IN " + in, his},
		{"DELETE FROM member_numbers WHERE shopper_id IN " + in, his},
		{"DELETE FROM member_code_uses WHERE shopper_id IN " + in, his},
		{"DELETE FROM host_grants WHERE shopper_id IN " + in, his},
		{"DELETE FROM consents WHERE shopper_id IN " + in, his},
	} {
		if _, err := s.store.Exec(ctx, step.query, step.args...); err != nil {
			return 0, fmt.Errorf("erase %s: %w", ids[0], err)
		}
	}
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.ID(ids[0])).Select(shopper.FieldVer).Only(ctx)
	if err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	if err := s.depart(ctx, marks, now); err != nil {
		return 0, fmt.Errorf("erase %s: %w", ids[0], err)
	}
	s.store.AfterCommit(ctx, func() { s.closed.add(errClosed, ids...) })
	return row.Ver, nil
}

// Erased reports whether the person of an id has been erased.
func (s *Service) Erased(ctx context.Context, shopperID string) (bool, error) {
	row, err := s.rows(ctx, []string{shopperID})
	if err != nil {
		return false, err
	}
	return row[shopperID] != nil && row[shopperID].State == shopper.StateErased, nil
}

// Accounts are all ids that a person of today's id has had, that one first, also of one who has been erased; of one who may act, see Aliases.
func (s *Service) Accounts(ctx context.Context, shopperID string) ([]string, error) {
	others, err := s.store.Client(ctx).Shopper.Query().Where(shopper.MergedInto(shopperID)).Order(shopper.ByID()).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("accounts of %s: %w", shopperID, err)
	}
	return append([]string{shopperID}, others...), nil
}
