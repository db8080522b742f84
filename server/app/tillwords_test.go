package app_test

import (
	"testing"
)

// What a partner writes beside a movement is a line of text, and never passes for the shop's own words.
func TestPartnersSpeakForThemselves(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	for _, tc := range []struct{ field, value, code string }{
		{"reason", "  ", "BLANK"},
		{"reason", "a\nb", "INVALID"},
		{"reason", "a\u202eb", "INVALID"},
		{"reference", "a\nb", "INVALID"},
	} {
		a := till.send(pointsEarn, earning(ming.shopperID, 1, vars{tc.field: tc.value}))
		wantEqual(t, a.verdict(), tc.code)
		wantEqual(t, a.refusals()[0].Field, []string{"input", tc.field})
	}
	wantEqual(t, till.send(pointsEarn, earning(ming.shopperID, 1_000_000_001, nil)).verdict(), "OUT_OF_RANGE")
	till.do(pointsEarn, earning(ming.shopperID, 1, vars{"reason": "积分到期"}))
	ming.do(statement, vars{"n": 1}).want("me.points.entries.edges.0.node.reason", "积分到期")
}

// An operation has one batch: what one may hold is bounded.
func TestOneBatchAtATime(t *testing.T) {
	s := openShop(t)
	a := s.till("POINTS_WRITE").send(`mutation { a: pointsBatch(input: {rows: []}) { userErrors { code } } b: pointsBatch(input: {rows: []}) { userErrors { code } } }`, nil)
	wantEqual(t, a.code(), "INVALID_INPUT")
}

// A subscription has one field, also under two names, and one that is not skipped.
func TestASubscriptionHasOneField(t *testing.T) {
	s := openShop(t)
	k := s.shopper("ming").open()
	for _, query := range []string{
		`subscription { a: pointsChanged { version } b: pointsChanged { version } }`,
		`subscription { pointsChanged { version } ...F } fragment F on Subscription { x: pointsChanged { version } }`,
		`subscription { pointsChanged @skip(if: true) { version } }`,
	} {
		k.subscribe("1", query, nil)
		k.wantError("GRAPHQL_VALIDATION_FAILED")
	}
}

// What partners wrote beside an erased member's movements is blanked; the movements stay.
func TestErasureBlanksWhatPartnersWrote(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	till.do(pointsEarn, earning(ming.shopperID, 50, vars{"reason": "for Mr Wang", "reference": "13800138000"}))
	till.do(pointsRelease, vars{"in": vars{"idempotencyKey": key(), "holdId": till.holding(ming.shopperID, 9)}})
	ming.do(`mutation { shopperErase { erased userErrors { code } } }`, nil).want("shopperErase.erased", "true")
	for _, query := range []string{
		"SELECT id FROM point_postings WHERE shopper_id = ? AND (reason LIKE '%Wang%' OR reference <> '')",
		"SELECT id FROM point_holds WHERE shopper_id = ? AND reference <> ''",
	} {
		found, err := s.Store.Texts(t.Context(), query, ming.shopperID)
		if err != nil || len(found) > 0 {
			t.Errorf("%v, %v still say what partners wrote", err, found)
		}
	}
}
