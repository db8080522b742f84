package referral_test

import (
	"errors"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// A binding whose commit nobody has heard of is never called done: the same request binds, or changes nothing.
func TestABindingOfUnknownOutcome(t *testing.T) {
	at, line := testdb.OpenByLine(t)
	p := open(t, func(with *shoptest.Setup) { with.Store = at })
	ann := p.person("ann")
	token := p.token(ann)
	for i, lost := range line.Losses() {
		fan := p.person("fan" + shoptest.NewKey()[4:])
		line.Lose(lost)
		err := p.Referral.Bind(t.Context(), fan, wechat, token)
		if !line.Quiet() || errors.Is(err, fault.BusyRetry) != (lost != testdb.Nothing) || err != nil && lost == testdb.Nothing {
			t.Fatalf("%s is lost: %v", lost, err)
		}
		if bound := p.inviter(fan) == ann; bound != (lost != testdb.Commit) {
			t.Errorf("%s is lost: bound %v", lost, bound)
		}
		p.Must(p.Referral.Bind(t.Context(), fan, wechat, token))
		if p.inviter(fan) != ann || p.live() != i+1 {
			t.Errorf("%s is lost: brought by %q, %d live", lost, p.inviter(fan), p.live())
		}
	}
}
