package catalog

import (
	"context"
	"fmt"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/category"
)

// Categories returns the roots of the category tree, siblings by their path, in one statement.
func (s *Service) Categories(ctx context.Context) ([]*Category, error) {
	_, roots, err := s.tree(ctx)
	return roots, err
}

// Category returns a category with its ancestors and descendants, nil when there is none.
func (s *Service) Category(ctx context.Context, id string) (*Category, error) {
	nodes, _, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	return nodes[id], nil
}

// tree reads all categories: there are few of them next to products, and a node shows its parent and children.
func (s *Service) tree(ctx context.Context) (nodes map[string]*Category, roots []*Category, err error) {
	rows, err := s.store.Client(ctx).Category.Query().Order(db.Asc(category.FieldPath)).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("categories: %w", err)
	}
	nodes = make(map[string]*Category, len(rows))
	for _, row := range rows {
		nodes[row.ID] = &Category{ID: row.ID, Name: row.Name}
	}
	for _, row := range rows {
		node := nodes[row.ID]
		if row.ParentID == nil {
			roots = append(roots, node)
			continue
		}
		if parent := nodes[*row.ParentID]; parent != nil {
			node.Parent = parent
			parent.Children = append(parent.Children, node)
		}
	}
	return nodes, roots, nil
}

func (s *Service) fillCategories(ctx context.Context, rows []*db.Product, byID map[string]*Product) error {
	nodes, _, err := s.tree(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		p := byID[row.ID]
		p.Loaded.Category = true
		if row.CategoryID != nil {
			p.Category = nodes[*row.CategoryID]
		}
	}
	return nil
}

// within returns the ids of c and all its descendants.
func (c *Category) within() []any {
	ids := []any{c.ID}
	for _, child := range c.Children {
		ids = append(ids, child.within()...)
	}
	return ids
}
