package points_test

import (
	"context"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A key stands for what was shown, whoever that leads to by then; a movement that is refused uses up nothing.
func TestShownAgainAfterAMerge(t *testing.T) {
	l := open(t)
	ann, bo := l.member("ann"), l.member("bo")
	l.earn(bo, 50)
	taken := 0
	in := holding(bo, 60)
	in.Shown = &points.Shown{As: "code 1", Take: func(context.Context) error { taken++; return nil }}
	_, err := l.Points.Hold(ctx, in)
	shoptest.Refuses(t, err, points.ErrInsufficientPoints, "input", "points")
	in.Points = 40
	h, err := l.Points.Hold(ctx, in)
	l.Must(err)
	l.Must(l.merges(bo, ann))
	for _, who := range []string{"", bo, ann} {
		in.ShopperID = who
		if again, err := l.Points.Hold(ctx, in); err != nil || again.ID != h.ID {
			t.Fatalf("again: %+v, %v", again, err)
		}
	}
	if taken != 2 { // by the refused one, which rolled back, and by the first of the others
		t.Errorf("taken %d times", taken)
	}
	in.Shown.As = "code 2"
	_, err = l.Points.Hold(ctx, in)
	shoptest.Refuses(t, err, fault.KeyReused, "input", "idempotencyKey")
	l.has(ann, 10, 40, 0)
}
