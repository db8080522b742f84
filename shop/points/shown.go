package points

import "context"

// Shown is a shopper whom an owner has named otherwise than by id: by a code or a phone.
type Shown struct {
	// As stands for what was shown, the same for the same. A key is compared by it in place of the id that it leads to, which may change.
	As string
	// Take uses up what was shown, inside the movement's transaction: a movement that is refused leaves it unused. Nil: there is nothing to use up.
	Take func(ctx context.Context) error `json:"-"`
}

// id is what a key is compared by beside As: none for a shopper who was shown.
func (s *Shown) id(shopperID string) string {
	if s == nil {
		return shopperID
	}
	return ""
}

func (s *Shown) take(ctx context.Context) error {
	if s == nil || s.Take == nil {
		return nil
	}
	return s.Take(ctx)
}
