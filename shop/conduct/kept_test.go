package conduct_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/conduct"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// Actions are kept for 90 days, also when nothing happens any more, and then nothing is due.
func TestOldActionsAreSwept(t *testing.T) {
	s := open(t)
	ming := s.Shopper("ming").ShopperID
	s.helps(ming, id.New("shp"), "", "")
	s.After(30 * 24 * time.Hour)
	s.helps(ming, id.New("shp"), "", "")
	s.After(60*24*time.Hour - time.Second)
	actions := func(want int) {
		t.Helper()
		if n := s.count("SELECT COUNT(*) FROM conduct_actions"); n != want {
			t.Fatalf("%d actions are kept, want %d", n, want)
		}
	}
	actions(2)
	s.After(time.Second)
	actions(1)
	s.After(30 * 24 * time.Hour)
	actions(0)
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = ?", conduct.SweepDeadline); n != 0 {
		t.Error("an empty table is still swept")
	}
}

// A paid order says that somebody lives, once.
func TestOrdersAreKnownOnce(t *testing.T) {
	s := open(t)
	ming, sku, total := s.Shopper("ming"), s.Goods("tea", 10, "10.00")[0], money.Decimal("10.00")
	placed, err := s.Orders.Place(ctx, ming, &order.PlaceInput{
		IdempotencyKey: shoptest.NewKey(), ExpectedTotal: &total, Checkout: &order.Checkout{Lines: []*order.LineInput{{SkuID: sku.ID, Quantity: 1}}},
	})
	s.Must(err)
	s.Pay(placed)
	s.hear()
	s.hear()
	if n := s.count("SELECT COUNT(*) FROM conduct_actions WHERE kind = 'ORDER' AND shopper_id = ? AND target <> ''", ming.ShopperID); n != 1 {
		t.Errorf("%d orders are known, want 1", n)
	}
}

// Of an erased person nothing is kept, also when facts of him come later.
func TestAnErasedPersonIsForgotten(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	member := members[1]
	s.marked(member, true)
	s.Must(s.Members.Erase(ctx, member, "WECHAT_MINI_PROGRAM"))
	s.Must(s.Store.InTx(ctx, func(ctx context.Context) error {
		now := s.Clock.Now()
		return s.Outbox.Emit(ctx, id.New("grp"), 1, fact.GroupBuyJoined{GroupID: id.New("grp"), CampaignID: id.New("gbc"), ShopperID: member, At: now}, now)
	}))
	s.hear()
	for _, table := range []string{"conduct_actions", "conduct_marks"} {
		if n := s.count("SELECT COUNT(*) FROM "+table+" WHERE shopper_id = ?", member); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	if n := s.count("SELECT COUNT(*) FROM deadlines WHERE kind = ? AND ref = ?", conduct.LookDeadline, member); n != 0 {
		t.Error("he is still looked at")
	}
	s.marked(members[0], true) // the others are who they were
}

// A person is told what he did, and not what is thought of it.
func TestWhatAPersonIsTold(t *testing.T) {
	s := open(t)
	members, _ := s.farm(12)
	s.marked(members[0], true)
	rows := 0
	for _, part := range s.Conduct.Personal(ctx, members[:1]) {
		for row, err := range part.Rows {
			s.Must(err)
			told, err := json.Marshal(row)
			s.Must(err)
			if text := string(told); !strings.Contains(text, `"kind":"HELP"`) || strings.Contains(text, "45.9.1") || strings.Contains(text, "mark") || strings.Contains(text, "score") {
				t.Errorf("he is told %s", text)
			}
			rows++
		}
	}
	if rows != 4 {
		t.Errorf("he is told of %d actions, want 4", rows)
	}
}
