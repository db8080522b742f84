package member_test

import (
	"context"
	"testing"

	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/shoptest"
)

func TestMain(m *testing.M) { shoptest.Main(m) }

const (
	wechat  = "WECHAT_MINI_PROGRAM"
	douyin  = "DOUYIN_MINI_PROGRAM"
	partner = "prt_1"
)

// demo is a sign-in as a demo shopper.
func demo(name string) identity.SignIn {
	return identity.SignIn{Channel: douyin, Credentials: identity.Credentials{Code: "demo:" + name}}
}

// links makes the shopper and the demo shopper of a name one, and returns the person's id; goroutines may call it.
func links(s *shoptest.Shop, shopperID, name string) (person string, merged bool, err error) {
	shopper, merged, err := s.Members.ChannelLink(context.Background(), shopperID, demo(name))
	if err != nil {
		return "", false, err
	}
	return shopper.ID, merged, nil
}
