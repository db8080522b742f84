package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/conduct"
)

const (
	helperConduct = `query($id: ID!) { helperConduct(publicId: $id) { kinds targets hours network device cohort total marked since decided reason } }`
	helperMarkSet = `mutation($in: HelperMarkSetInput!) { helperMarkSet(input: $in) { conduct { marked decided reason } userErrors { code field } } }`
)

// Operators read how a helper behaves, and have the last word; nobody else hears of it.
func TestOperatorsJudgeHelpers(t *testing.T) {
	s := openShop(t)
	key, err := s.Identity.KeyCreate(t.Context(), "an operator", []string{"MODERATION"})
	if err != nil {
		t.Fatal(err)
	}
	operator := s.visitor().with("Bearer " + key)
	var members []*client
	for i := range 8 {
		members = append(members, s.shopper(fmt.Sprintf("farm%d", i)))
	}
	clients := []string{id.New("shp"), id.New("shp"), id.New("shp")}
	for _, owner := range clients {
		for i, m := range members {
			err := s.Conduct.Record(t.Context(), conduct.Action{
				ShopperID: m.shopperID, Kind: conduct.Help, Target: owner, From: conduct.From{IP: fmt.Sprintf("45.9.1.%d", i+1), Device: "rack"}, At: s.Clock.Now(),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		s.Clock.Advance(time.Minute)
	}
	ming := members[0]
	found, err := s.Identity.Publics(t.Context(), []string{ming.shopperID})
	if err != nil {
		t.Fatal(err)
	}
	public := found[ming.shopperID].ID
	operator.do(helperConduct, vars{"id": public}).want("helperConduct.marked", "false", "helperConduct.since", "<nil>", "helperConduct.decided", "false", "helperConduct.kinds", "1")
	if marked, err := s.Conduct.Marked(t.Context(), ming.shopperID); err != nil || !marked {
		t.Fatal(marked, err)
	}
	operator.do(helperConduct, vars{"id": public}).want("helperConduct.marked", "true", "helperConduct.decided", "false")
	wantEqual(t, ming.send(helperConduct, vars{"id": public}).code(), "FORBIDDEN")
	wantEqual(t, s.visitor().send(helperConduct, vars{"id": public}).code(), "UNAUTHENTICATED")

	word := func(in vars) answer { return operator.send(helperMarkSet, vars{"in": in}) }
	word(vars{"publicShopperId": public, "marked": false, "reason": "a school class"}).
		want("helperMarkSet.conduct.marked", "false", "helperMarkSet.conduct.decided", "true", "helperMarkSet.conduct.reason", "a school class")
	if marked, err := s.Conduct.Marked(t.Context(), ming.shopperID); err != nil || marked {
		t.Fatal(marked, err)
	}
	wantEqual(t, word(vars{"publicShopperId": public, "marked": true, "reason": " "}).verdict(), "BLANK")
	wantEqual(t, word(vars{"publicShopperId": "pub_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "marked": true, "reason": "nobody"}).verdict(), "NOT_FOUND")
	operator.do(helperConduct, vars{"id": "pub_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}).want("helperConduct", "<nil>")
}
