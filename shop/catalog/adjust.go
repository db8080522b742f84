package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db/sku"
	"github.com/kaituan/kaituan/ent/db/stockmovement"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
)

const (
	// MaxChanges is how many changes one adjustment takes.
	MaxChanges = 500
	maxReason  = 255
)

// adjustment is what an idempotency key of inventoryAdjust stands for.
type adjustment struct {
	Changes []*InventoryChange
	Reason  string
}

// InventoryAdjust changes what is received and available by a partner's word: all changes in one transaction, or none. It returns the SKUs in the order
// of the changes, each once. The same key again changes nothing and returns the same SKUs. A SKU named twice gets both changes, in their order.
//
// Errors, with Fields from "input" on: fault.Invalid (not exactly one of delta and set, a bad key), fault.Missing (no such SKU), ErrOutOfStock with what
// is available (it would go below zero), fault.OutOfRange (more than 500 changes, or beyond 1e9 units), fault.Blank and fault.TooLong (reason),
// fault.KeyReused.
func (s *Service) InventoryAdjust(ctx context.Context, partnerID, key string, changes []*InventoryChange, reason string) ([]string, error) {
	reason = strings.TrimSpace(reason)
	if err := checkChanges(changes, reason); err != nil {
		return nil, err
	}
	own := id.New("adj")
	var skuIDs []string
	call := idem.Call{Owner: partnerID, Operation: "inventoryAdjust", Key: key, Input: adjustment{changes, reason}, Result: own}
	adjustmentID, fresh, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error {
		named, err := s.named(ctx, changes)
		if err != nil {
			return err
		}
		skuIDs = distinct(named)
		if err := s.adjust(ctx, own, changes, named); err != nil {
			return err
		}
		// Written by hand: ent's check of the reason counts bytes, the column and this service count characters.
		_, err = s.store.Exec(ctx, "INSERT INTO inventory_adjustments (id, partner_id, reason, sku_ids, created_at) VALUES (?, ?, ?, ?, ?)",
			own, partnerID, reason, toJSON(skuIDs), s.clock())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("adjust inventory: %w", err)
	}
	if fresh {
		return skuIDs, nil
	}
	row, err := s.store.Client(ctx).InventoryAdjustment.Get(ctx, adjustmentID)
	if err != nil {
		return nil, fmt.Errorf("the adjustment of a replay: %w", err)
	}
	return row.SkuIds, nil
}

func checkChanges(changes []*InventoryChange, reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return fault.Blank.At("input", "reason")
	case n > maxReason:
		return fault.TooLong.At("input", "reason")
	case len(changes) == 0:
		return fault.Blank.At("input", "changes")
	case len(changes) > MaxChanges:
		return fault.OutOfRange.At("input", "changes").WithAvailable(MaxChanges)
	}
	for i, c := range changes {
		if (c.Delta == nil) == (c.Set == nil) {
			return fault.Invalid.At("input", "changes", strconv.Itoa(i)).Saying("Give either delta or set.", "delta 与 set 须且只须填一个。")
		}
		if c.Set != nil && (*c.Set < 0 || *c.Set > maxUnits) {
			return fault.OutOfRange.At("input", "changes", strconv.Itoa(i), "set")
		}
		if c.Delta != nil && (*c.Delta < -maxUnits || *c.Delta > maxUnits) {
			return fault.OutOfRange.At("input", "changes", strconv.Itoa(i), "delta")
		}
	}
	return nil
}

// named returns the SKU id of each change.
func (s *Service) named(ctx context.Context, changes []*InventoryChange) ([]string, error) {
	codes := make([]string, len(changes))
	for i, c := range changes {
		codes[i] = c.SkuCode
	}
	rows, err := s.store.Client(ctx).Sku.Query().Where(sku.CodeIn(codes...)).Select(sku.FieldID, sku.FieldCode).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("SKUs by code: %w", err)
	}
	ids := make(map[string]string, len(rows))
	for _, row := range rows {
		ids[row.Code] = row.ID
	}
	found := make([]string, len(changes))
	for i, c := range changes {
		if found[i] = ids[c.SkuCode]; found[i] == "" {
			return nil, fault.Missing.At("input", "changes", strconv.Itoa(i), "skuCode")
		}
	}
	return found, nil
}

// adjust applies the changes in the order of SKU ids, as orders take stock, so that the two wait for each other instead of locking crosswise.
func (s *Service) adjust(ctx context.Context, adjustmentID string, changes []*InventoryChange, skuIDs []string) error {
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(skuIDs[a], skuIDs[b]) })
	for _, i := range order {
		delta, err := s.delta(ctx, skuIDs[i], changes[i])
		if err != nil {
			return err
		}
		if delta == 0 {
			continue
		}
		if err := s.shift(ctx, skuIDs[i], delta); err != nil {
			if e := fault.Of(err); e != nil && e.Kind == fault.Refusal {
				return e.Under("input", "changes", strconv.Itoa(i))
			}
			return err
		}
		if err := s.move(ctx, skuIDs[i], stockmovement.KindAdjust, fmt.Sprintf("%s:%d", adjustmentID, i), delta); err != nil {
			return err
		}
	}
	return nil
}

// delta is how far a change moves the stock. To set it, the row is locked by a write before it is read, so that the difference is exact.
func (s *Service) delta(ctx context.Context, skuID string, c *InventoryChange) (int64, error) {
	if c.Delta != nil {
		return int64(*c.Delta), nil
	}
	if _, err := s.store.Guard(ctx, "UPDATE stocks SET ver = ver + 1 WHERE id = ?", skuID); err != nil {
		return 0, fmt.Errorf("lock the stock of %s: %w", skuID, err)
	}
	row, err := s.store.Client(ctx).Stock.Get(ctx, skuID)
	if err != nil {
		return 0, fmt.Errorf("stock of %s: %w", skuID, err)
	}
	return int64(*c.Set) - row.Available, nil
}

// shift moves received and available together, never below zero.
func (s *Service) shift(ctx context.Context, skuID string, delta int64) error {
	moved, err := s.store.Guard(ctx,
		"UPDATE stocks SET received = received + ?, available = available + ?, ver = ver + 1 WHERE id = ? AND available + ? >= 0 AND available + ? <= ?",
		delta, delta, skuID, delta, delta, maxUnits)
	if err != nil {
		return fmt.Errorf("adjust the stock of %s: %w", skuID, err)
	}
	if moved {
		return nil
	}
	if delta > 0 {
		return fault.OutOfRange.At("delta")
	}
	return s.howMany(ctx, skuID)
}

// distinct keeps the first of equal ids.
func distinct(ids []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id], kept = true, append(kept, id)
		}
	}
	return kept
}
