package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db/product"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
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
		now := s.clock()
		changed, err := s.store.Guard(ctx, "UPDATE products SET visible = ?, ver = ver + 1, updated_at = ? WHERE id = ? AND visible <> ?",
			visible, now, productID, visible)
		if err != nil {
			return fmt.Errorf("set visibility of %s: %w", productID, err)
		}
		if changed {
			s.store.AfterCommit(ctx, func() {
				slog.InfoContext(ctx, "product visibility set", "product", productID, "visible", visible, "reason", reason)
			})
			return s.tellVisibility(ctx, fact.ProductVisibilitySet{ProductID: productID, Visible: visible, At: now})
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

// tellVisibility leaves the fact under the version that the product has since.
func (s *Service) tellVisibility(ctx context.Context, f fact.ProductVisibilitySet) error {
	if s.outbox == nil {
		return nil
	}
	row, err := s.store.Client(ctx).Product.Query().Where(product.ID(f.ProductID)).Select(product.FieldVer).Only(ctx)
	if err != nil {
		return fmt.Errorf("product %s: %w", f.ProductID, err)
	}
	return s.outbox.Emit(ctx, f.ProductID, row.Ver, f, f.At)
}
