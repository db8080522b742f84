package member_test

import (
	"context"
	"testing"

	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// bindings is how many live bindings a shopper has to another.
func bindings(s *shoptest.Shop, inviteeID, inviterID string) int {
	s.TB.Helper()
	return s.Count("SELECT COUNT(*) FROM referral_bindings WHERE live_key = ? AND inviter_id = ?", inviteeID, inviterID)
}

// A binding that is not known to be kept is tried again, twice: the token is not told again. The session stands whatever becomes of it.
func TestASignInTriesToBind(t *testing.T) {
	at, line := testdb.OpenByLine(t)
	s := shoptest.Open(t, func(with *shoptest.Setup) { with.Store = at })
	ann := s.Shopper("ann").ShopperID
	link, err := s.Share.Home(t.Context(), ann)
	s.Must(err)
	for _, lost := range line.Losses() {
		for times := range 4 {
			commits := []testdb.Loss{testdb.Nothing} // of the session
			for range times {
				commits = append(commits, lost)
			}
			line.Lose(commits...)
			session, err := s.Members.SessionCreate(t.Context(), demo("fan"+shoptest.NewKey()[4:]), link.Token)
			s.Must(err)
			want := 1
			if lost == testdb.Commit && times == 3 {
				want = 0
			}
			if got := bindings(s, session.ShopperID, ann); got != want {
				t.Errorf("%s is lost %d times: %d bindings, want %d", lost, times, got, want)
			}
			line.Lose()
			s.Must(s.Referral.Bind(t.Context(), session.ShopperID, douyin, link.Token))
			if got := bindings(s, session.ShopperID, ann); got != 1 {
				t.Errorf("%d bindings in the end", got)
			}
		}
	}
}

// One newcomer who signs in many times at once, by one link, is one shopper who is bound once.
func TestSignInsByALinkAtOnce(t *testing.T) {
	s := shoptest.Open(t)
	ann := s.Shopper("ann").ShopperID
	link, err := s.Share.Home(t.Context(), ann)
	s.Must(err)
	shoptest.Rounds(t, s, 2, func(int) {
		name := "fan" + shoptest.NewKey()[4:]
		fans := make([]string, 8)
		shoptest.Together(len(fans), func(i int) {
			shoptest.Stagger()
			session, err := s.Members.SessionCreate(context.Background(), demo(name), link.Token)
			s.Try(err)
			if err == nil {
				fans[i] = session.ShopperID
			}
		})
		for _, fan := range fans {
			if fan != fans[0] || bindings(s, fan, ann) != 1 {
				t.Errorf("%s and %s, %d bindings", fan, fans[0], bindings(s, fan, ann))
			}
		}
	})
}
