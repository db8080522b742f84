package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/fact"
)

const (
	// LowDeadline is when it is looked again of which SKUs few are left; ref: lowRef.
	LowDeadline = "catalog.low"
	lowRef      = "stocks"
	lowEvery    = time.Minute
	// lowAtOnce is how many SKUs one transaction tells of.
	lowAtOnce = 200
)

// WatchStock has it told (fact.StockLow) of which SKUs at most so many units are left on sale, within about a minute and once until there are more again; before
// the workers start. What was as low before anybody watched is told of with its next movement.
func (s *Service) WatchStock(d *deadline.Deadlines, low int64) { s.deadlines, s.low = d, low }

// Handlers are the handlers of its deadlines; they only touch the database.
func (s *Service) Handlers() map[string]deadline.Handler {
	return map[string]deadline.Handler{LowDeadline: s.lookForLow}
}

// KeepWatch makes sure that stock is looked at.
func (s *Service) KeepWatch(ctx context.Context) error {
	now := s.clock()
	return s.deadlines.Keep(ctx, LowDeadline, lowRef, now.Add(lowEvery), now)
}

func (s *Service) lookForLow(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		if err := t.Again(ctx, now.Add(lowEvery)); err != nil {
			return err
		}
		more, err := s.tellLow(ctx, now)
		if err != nil || !more {
			return err
		}
		return s.deadlines.AtLatest(ctx, LowDeadline, lowRef, now, now)
	})
}

// tellLow looks at the SKUs that have moved since it was looked last, along the journal, so that orders do not wait for it and need no index for it.
func (s *Service) tellLow(ctx context.Context, now time.Time) (more bool, err error) {
	mark, known, err := s.watched(ctx)
	if err != nil || !known {
		return false, err
	}
	if err := s.forgetRisen(ctx); err != nil {
		return false, err
	}
	found, err := s.fallen(ctx, mark, now)
	if err != nil {
		return false, err
	}
	for _, f := range found {
		if err := s.tellLowOf(ctx, f.ver, f.StockLow); err != nil {
			return false, err
		}
	}
	if len(found) == lowAtOnce {
		return true, nil
	}
	return false, s.watchedUntil(ctx, mark, now)
}

// watched returns the movement after which it is looked. The first time there is none: it begins with the newest.
func (s *Service) watched(ctx context.Context) (mark int64, known bool, err error) {
	err = s.store.Each(ctx, "SELECT movement_id FROM stock_watches WHERE id = 1", nil, func(scan func(...any) error) error {
		known = true
		return scan(&mark)
	})
	if err == nil && !known {
		_, err = s.store.Exec(ctx, "INSERT INTO stock_watches (id, ver, movement_id) SELECT 1, 1, COALESCE(MAX(id), 0) FROM stock_movements")
	}
	if err != nil {
		return 0, false, fmt.Errorf("find how far stock was watched: %w", err)
	}
	return mark, known, nil
}

// watchedUntil keeps up to which movement nothing can still come: numbers are given before the commit, so one that is younger than a commit may take is looked at
// again. Its time was read when its transaction began, and that may have taken as long.
func (s *Service) watchedUntil(ctx context.Context, mark int64, now time.Time) error {
	next := mark
	err := s.store.Each(ctx, "SELECT id FROM stock_movements WHERE id > ? AND created_at <= ? ORDER BY id DESC LIMIT 1", []any{mark, now.Add(-2 * s.store.CommitLag())},
		func(scan func(...any) error) error { return scan(&next) })
	if err == nil && next != mark {
		_, err = s.store.Guard(ctx, "UPDATE stock_watches SET movement_id = ?, ver = ver + 1 WHERE id = 1", next)
	}
	if err != nil {
		return fmt.Errorf("keep how far stock was watched: %w", err)
	}
	return nil
}

// forgetRisen makes SKUs that have more again worth telling of.
func (s *Service) forgetRisen(ctx context.Context) error {
	risen, err := s.store.Texts(ctx, "SELECT l.id FROM stock_lows l JOIN stocks s ON s.id = l.id WHERE s.available > ?", s.low)
	if err == nil {
		err = s.store.ExecIn(ctx, "DELETE FROM stock_lows WHERE id IN", risen)
	}
	if err != nil {
		return fmt.Errorf("forget what is not low any more: %w", err)
	}
	return nil
}

// low is a SKU to tell of, at its stock's version.
type low struct {
	fact.StockLow
	ver int64
}

func (s *Service) fallen(ctx context.Context, mark int64, now time.Time) (found []low, err error) {
	err = s.store.Each(ctx, `SELECT s.id, s.product_id, s.available, s.ver FROM (SELECT DISTINCT sku_id FROM stock_movements WHERE id > ?) m JOIN stocks s ON s.id = m.sku_id
		WHERE s.available <= ? AND NOT EXISTS (SELECT 1 FROM stock_lows l WHERE l.id = s.id) ORDER BY s.id LIMIT ?`, []any{mark, s.low, lowAtOnce},
		func(scan func(...any) error) error {
			one := low{StockLow: fact.StockLow{At: now}}
			err := scan(&one.SkuID, &one.ProductID, &one.Available, &one.ver)
			found = append(found, one)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("find what is low: %w", err)
	}
	return found, nil
}

func (s *Service) tellLowOf(ctx context.Context, ver int64, f fact.StockLow) error {
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO stock_lows (id, told_at) VALUES (?, ?)", f.SkuID, f.At)
		return err
	})
	if err != nil || !fresh {
		return err
	}
	return s.outbox.Emit(ctx, f.SkuID, ver, f, f.At)
}
