package live

import "slices"

// Copy is an event for one execution: what is put there by who shows may be put into it, down to each comment, while the one that it was made of is shared.
func Copy(e Event) Event {
	switch e := e.(type) {
	case *Tick:
		c := *e
		c.Comments = make([]*Comment, len(e.Comments))
		for i, comment := range e.Comments {
			c.Comments[i] = copied(comment)
		}
		return &c
	case *PinChanged:
		c := *e
		c.Pinned = copied(e.Pinned)
		return &c
	case *ShelfChanged:
		c := *e
		c.ProductIDs, c.Shelf = slices.Clone(e.ProductIDs), slices.Clone(e.Shelf)
		return &c
	case *OfferChanged:
		c := *e
		c.Offer = copied(e.Offer)
		return &c
	case *CouponDropChanged:
		c := *e
		c.Drop = copied(e.Drop)
		return &c
	case *LotteryChanged:
		c := *e
		c.Lottery = copied(e.Lottery)
		return &c
	case *QuestionChanged:
		c := *e
		c.Question = copied(e.Question)
		return &c
	case *Reset:
		c := *e
		if c.Room = copied(e.Room); c.Room != nil {
			c.Room.Pinned = copied(e.Room.Pinned)
		}
		return &c
	case *StateChanged:
		return copied(e)
	case *OrderPlaced:
		return copied(e)
	case *GroupProgress:
		return copied(e)
	case *CommentHidden:
		return copied(e)
	case *SlowModeChanged:
		return copied(e)
	}
	return e
}

func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}
