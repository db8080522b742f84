package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db/product"
	"github.com/kaituan/kaituan/internal/fault"
)

// VisibilitySet takes a product off every surface at once, or brings it back. What was ordered runs on. The reason goes to the log, for whoever asks later
// why a product is gone. To set what is already so changes nothing.
//
// Errors, with Fields from "input" on: fault.Missing, fault.Blank and fault.TooLong (reason).
func (s *Service) VisibilitySet(ctx context.Context, productID string, visible bool, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.Blank.At("input", "reason")
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return fault.TooLong.At("input", "reason")
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.store.Guard(ctx, "UPDATE products SET visible = ?, ver = ver + 1, updated_at = ? WHERE id = ? AND visible <> ?",
			visible, s.clock(), productID, visible)
		if err != nil {
			return fmt.Errorf("set visibility of %s: %w", productID, err)
		}
		if changed {
			s.store.AfterCommit(ctx, func() {
				slog.InfoContext(ctx, "product visibility set", "product", productID, "visible", visible, "reason", reason)
			})
			return nil
		}
		exists, err := s.store.Client(ctx).Product.Query().Where(product.ID(productID)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("product %s: %w", productID, err)
		}
		if !exists {
			return fault.Missing.At("input", "productId")
		}
		return nil
	})
}
