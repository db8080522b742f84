package referral

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/internal/store"
)

// Forget ends what binds a person, all of whose ids these are, to others, and blanks what he wrote about promoters; in the transaction that erases him. Those whom
// he brought may be brought by somebody else from then on. Orders keep who brought their buyers, and nobody earns by them who is known no more.
func (s *Service) Forget(ctx context.Context, ids []string) error {
	now := s.clock()
	in, his := store.In(ids)
	return s.store.InTx(ctx, func(ctx context.Context) error {
		for _, column := range []string{"live_key", "inviter_id"} {
			_, err := s.store.Exec(ctx, "UPDATE referral_bindings SET live_key = NULL, pair_key = NULL, ended_at = ?, ver = ver + 1 WHERE "+column+" IN "+in+" AND live_key IS NOT NULL",
				slices.Insert(slices.Clone(his), 0, any(now))...)
			if err != nil {
				return fmt.Errorf("end bindings of %s: %w", ids[0], err)
			}
		}
		if _, err := s.store.Exec(ctx, "UPDATE promoter_reports SET reason = '', ver = ver + 1 WHERE reporter_id IN "+in, his...); err != nil {
			return fmt.Errorf("blank reports of %s: %w", ids[0], err)
		}
		return nil
	})
}
