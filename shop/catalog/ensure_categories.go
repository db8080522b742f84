package catalog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kaituan/kaituan/ent/db/category"
	"github.com/kaituan/kaituan/internal/id"
)

// ensureCategories makes the categories that drafts name and do not exist yet, in a transaction of its own: categories are never taken back, so one that
// stays without its product does no harm, and two batches that name the same new one do not wait for each other's products.
func (s *Service) ensureCategories(ctx context.Context, drafts []*draft) error {
	want := map[string]bool{}
	for _, d := range drafts {
		for i := range d.Category {
			want[strings.Join(d.Category[:i+1], "/")] = true
		}
	}
	if len(want) == 0 {
		return nil
	}
	// Parents before children, and every batch in the same order.
	paths := slices.SortedFunc(maps.Keys(want), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	ids, err := s.categoriesByPath(ctx, paths)
	if err != nil {
		return err
	}
	if len(ids) < len(paths) {
		if ids, err = s.makeCategories(ctx, paths); err != nil {
			return err
		}
	}
	for _, d := range drafts {
		if len(d.Category) > 0 {
			found := ids[strings.Join(d.Category, "/")]
			d.categoryID = &found
		}
	}
	return nil
}

func (s *Service) makeCategories(ctx context.Context, paths []string) (ids map[string]string, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if ids, err = s.categoriesByPath(ctx, paths); err != nil {
			return err
		}
		for _, path := range paths {
			if ids[path] != "" {
				continue
			}
			if ids[path], err = s.makeCategory(ctx, path, ids); err != nil {
				return fmt.Errorf("make category %q: %w", path, err)
			}
		}
		return nil
	})
	return ids, err
}

// makeCategory returns the new category's id, or that of the rival who made it first.
func (s *Service) makeCategory(ctx context.Context, path string, ids map[string]string) (string, error) {
	own := id.New("cat")
	name := path
	var parent *string
	if cut := strings.LastIndexByte(path, '/'); cut >= 0 {
		name = path[cut+1:]
		above := ids[path[:cut]]
		parent = &above
	}
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO categories (id, path, name, parent_id, created_at) VALUES (?, ?, ?, ?, ?)", own, path, name, parent, s.clock())
		return err
	})
	if err != nil || fresh {
		return own, err
	}
	return s.store.Client(ctx).Category.Query().Where(category.Path(path)).OnlyID(ctx)
}

func (s *Service) categoriesByPath(ctx context.Context, paths []string) (map[string]string, error) {
	rows, err := s.store.Client(ctx).Category.Query().Where(category.PathIn(paths...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("categories by path: %w", err)
	}
	ids := make(map[string]string, len(rows))
	for _, row := range rows {
		ids[row.Path] = row.ID
	}
	return ids, nil
}
