package share

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/share/poster"
)

// While others draw, who comes waits for a while and is then asked to come again; a place that comes free is taken.
func TestTooManyPostersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPosters(nil)
		card := poster.Card{Title: "茶", URL: "https://shop.example.com/s/0123456789abcdefABCD"}
		for range drawnAtOnce {
			p.drawing <- struct{}{}
		}
		if _, err := p.of(t.Context(), card, ""); !errors.Is(err, fault.Overloaded) || fault.Of(err).RetryAfter <= 0 {
			t.Errorf("%v", err)
		}
		<-p.drawing
		if drawn, err := p.of(t.Context(), card, ""); err != nil || len(drawn.PNG) == 0 {
			t.Errorf("%v", err)
		}
	})
}
