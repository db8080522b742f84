package member_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// Erasures and sign-ins by one proof at once: whoever comes in after an erasure, however closely, is known to have been here before.
func TestErasureAndSignInAtOnce(t *testing.T) {
	s := shoptest.Open(t)
	until := clock.Midnight(s.Clock.Now(), 1, shoptest.Zone)
	shoptest.Rounds(t, s, 4, func(round int) {
		name := fmt.Sprintf("cat%d", round)
		first := s.Shopper(name)
		var mu sync.Mutex
		came := map[string]bool{}
		shoptest.Together(12, func(i int) {
			shoptest.Stagger()
			if i < 2 {
				if err := erase(s, first); err != nil && fault.Of(err) == nil {
					t.Error(err)
				}
				return
			}
			session, err := s.Identity.SessionCreate(context.Background(), identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:" + name}})
			switch {
			case err == nil:
				mu.Lock()
				defer mu.Unlock()
				came[session.ShopperID] = true
			case fault.Of(err) == nil: // he was found before the erasure, and is gone
				t.Error(err)
			}
		})
		gone(s, first.ShopperID)
		second := s.Shopper(name)
		came[second.ShopperID] = true
		delete(came, first.ShopperID)
		if len(came) != 1 {
			t.Errorf("%d accounts came after the first", len(came))
		}
		if left, err := s.Identity.Left(context.Background(), second.ShopperID); err != nil || !left.Equal(until) {
			t.Errorf("he was here before until %v, %v; want %v", left, err, until)
		}
	})
}
