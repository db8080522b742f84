package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const viewerRefusal = `query($id: ID!) { assist(id: $id) { viewerRefusal } }`

// An erasure gives nobody a second time what a person has once: who signs in again by the same account of the platform is not new, has helped, and has started.
func TestWhoWasErasedIsNotNew(t *testing.T) {
	s := openShop(t)
	ming := s.shopper("ming")
	cat := s.session("WECHAT_MINI_PROGRAM", "cat")
	likes := s.helpMe("LIKES", vars{"points": 10}, vars{"goal": 9})
	first := ming.asks(likes)
	cat.helps(first)
	cat.asks(likes)
	cat.do(shopperErase, nil).want("shopperErase.erased", "true")
	again := s.session("WECHAT_MINI_PROGRAM", "cat")
	if again.shopperID == cat.shopperID {
		t.Fatal("the same shopper came back")
	}
	refused := func(c *client, assist, code string) {
		t.Helper()
		c.do(viewerRefusal, vars{"id": assist}).want("assist.viewerRefusal", code)
		wantEqual(t, c.send(assistHelp, vars{"id": assist}).verdict(), code)
	}
	refused(again, first, "ALREADY_HELPED")
	wantEqual(t, again.send(assistStart, vars{"key": key(), "id": likes}).verdict(), "LIMIT_PER_SHOPPER")
	_, file := s.fetch("GET", again.do(shopperExport, nil).str("shopperExport.url")[len(s.Config.BaseURL()):])
	var told struct{ Accounts []map[string]any }
	if err := json.Unmarshal([]byte(file), &told); err != nil || len(told.Accounts) != 1 || told.Accounts[0]["hereBeforeUntil"] == nil {
		t.Errorf("he is told %s, %v", file, err)
	}

	s.Clock.Advance(25 * time.Hour) // from the next day on he is as everybody in what starts then, as helpMe's campaigns did an hour ago, but never new
	again, ming = s.session("WECHAT_MINI_PROGRAM", "cat"), s.signedIn("ming")
	wantEqual(t, again.shopperID == cat.shopperID, false)
	invite := ming.asks(s.helpMe("INVITE", vars{"points": 10}, nil))
	refused(again, invite, "NEW_CUSTOMERS_ONLY")
	s.session("WECHAT_MINI_PROGRAM", "dog").helps(invite)
	likes = s.helpMe("LIKES", vars{"points": 10}, nil)
	again.helps(ming.asks(likes))
	again.asks(likes)
}

// Who is not signed in is told what holds for everybody: that an assist is over, and else nothing; to help he has to sign in.
func TestWhatAVisitorIsToldOfAnAssist(t *testing.T) {
	s := openShop(t)
	ming, hong, visitor := s.shopper("ming"), s.shopper("hong"), s.visitor()
	told := func(assist, refusal string) {
		t.Helper()
		visitor.do(viewerRefusal, vars{"id": assist}).want("assist.viewerRefusal", refusal)
		wantEqual(t, visitor.send(assistHelp, vars{"id": assist}).code(), "UNAUTHENTICATED")
	}
	for _, kind := range []string{"LIKES", "INVITE"} {
		told(ming.asks(s.helpMe(kind, vars{"points": 10}, nil)), "<nil>")
	}
	once := s.helpMe("LIKES", vars{"points": 10}, vars{"goal": 1, "helpsPerDay": 1})
	reached := ming.asks(once)
	hong.helps(reached).want("assistHelp.assist.state", "REACHED")
	told(reached, "ASSIST_STATE")
	told(ming.asks(once), "<nil>") // that hong has helped enough today is hong's
	late := ming.asks(once)
	s.Clock.Advance(time.Hour)
	told(late, "ASSIST_STATE")
	if raw := visitor.do(viewerRefusal, vars{"id": late}).raw; strings.Contains(raw, "shp_") {
		t.Error(raw)
	}
}
