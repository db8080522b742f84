package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/shop/referral"
)

func TestARulesFileThatSaysNothingIsTheBuiltInOne(t *testing.T) {
	p, err := config.ParseProgram([]byte("{}"))
	if err != nil || !reflect.DeepEqual(p, referral.DefaultProgram()) {
		t.Errorf("%+v %v", p, err)
	}
}

// What the README shows is what is built in.
func TestTheExampleOfARulesFile(t *testing.T) {
	if p, err := config.ParseProgram(example(t, "Referral programme")); err != nil || !reflect.DeepEqual(p, referral.DefaultProgram()) {
		t.Errorf("%+v %v", p, err)
	}
}

func TestRulesOfBringingFriends(t *testing.T) {
	p, err := config.ParseProgram([]byte(`{
		"windowDays": 30, "maturesDays": 0, "days": 60, "creditFloor": 50, "capPercent": "12.5",
		"tiers": [
			{"tier": "COMMUNITY", "rates": [1, "0.25"]},
			{"tier": "MID", "orders": 5, "rates": [2, 0.5]},
			{"tier": "HEAD", "orders": 5, "sales": 100000, "rates": [3, 0]}
		],
		"products": {"tea": [10, 0]}, "categories": {"cat_1": [0, 0]},
		"credit": {"refundFree": 20, "reportPoints": 5}, "payout": {"least": 500, "most": 5000, "perDay": 1}
	}`))
	want := referral.DefaultProgram()
	want.Window, want.Matures, want.Days, want.CreditFloor, want.Cap = 30*24*time.Hour, 0, 60, 50, 1250
	want.Tiers = []referral.TierRule{
		{Tier: referral.Community, Rates: referral.Rates{100, 25}},
		{Tier: referral.Mid, Orders: 5, Rates: referral.Rates{200, 50}},
		{Tier: referral.Head, Orders: 5, Sales: 100_000, Rates: referral.Rates{300, 0}},
	}
	want.Products, want.Categories = map[string]referral.Rates{"tea": {1000, 0}}, map[string]referral.Rates{"cat_1": {0, 0}}
	want.Credit.RefundFree, want.Credit.ReportPoints = 20, 5
	want.Payout = referral.PayoutRule{Least: 500, Most: 5000, PerDay: 1}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Errorf("%+v, want %+v; %v", p, want, err)
	}
}

func TestWhatIsWrongWithTheRulesIsNamedAtOnce(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"no JSON", `{`, []string{"the file: unexpected end"}},
		{"a list", `[]`, []string{"the file: must be a JSON object"}},
		{
			"unknown and malformed", `{"window": 3, "days": "x", "credit": {"refunds": 1}, "payout": [], "capPercent": "1e1", "products": {"tea": [1], "jam": ["x", 1]}}`,
			[]string{
				"window: there is no", "days: json", "credit.refunds: there is no", "payout: must be a JSON object", "capPercent:", "products.tea: 2 percentages", "products.jam: json: invalid number",
			},
		},
		{
			"values", `{"windowDays": 0, "maturesDays": -1, "days": 366, "creditFloor": 101, "capPercent": 100.01, "products": {"tea": [60, 41]}, "categories": {"cat_1": [-1, 0]},
			"credit": {"refundFree": 101, "refundPoints": -1, "refundOrders": 0, "reportPoints": 101, "fraudPoints": -1}, "payout": {"least": 0, "perDay": 0}}`,
			[]string{
				"windowDays:", "maturesDays:", "days:", "creditFloor:", "capPercent:", "products: tea: its rates together", "categories: cat_1: a rate", "credit.refundFree:", "credit.refundPoints:",
				"credit.refundOrders:", "credit.reportPoints:", "credit.fraudPoints:", "payout: the least", "payout: there must",
			},
		},
		{"too few tiers", `{"tiers": [{"tier": "COMMUNITY"}]}`, []string{"tiers: they must be"}},
		{
			"tiers", `{"tiers": [{"tier": "MID", "orders": 1}, {"tier": "MID", "orders": 9, "sales": 9}, {"tier": "HEAD", "orders": 8, "sales": 9, "rates": [101, 0], "colour": 1}]}`,
			[]string{"tiers[2].colour: there is no", "tiers[0]: it must be COMMUNITY", "tiers[0]: everybody", "tiers[2]: it must take", "tiers[2]: a rate"},
		},
		{"days beyond any duration", `{"windowDays": 9000000000000}`, []string{"windowDays: they must"}},
	} {
		_, err := config.ParseProgram([]byte(tc.text))
		if err == nil {
			t.Errorf("%s: nothing is wrong", tc.name)
			continue
		}
		if lines := strings.Split(err.Error(), "\n"); len(lines) != len(tc.want) {
			t.Errorf("%s: %d things are wrong, want %d:\n%v", tc.name, len(lines), len(tc.want), err)
		}
		for _, want := range tc.want {
			if !strings.Contains("\n"+err.Error(), "\n"+want) {
				t.Errorf("%s: %q is not told of:\n%v", tc.name, want, err)
			}
		}
	}
}

func TestTheRulesFileIsChecked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "referral.json")
	c := config.Config{Env: "development", Referral: file, Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0"}
	none := func(string) string { return "" }
	if err := c.Validate(none); err == nil || !strings.Contains(err.Error(), "--referral: ") {
		t.Errorf("without a file: %v", err)
	}
	for text, good := range map[string]bool{`{"windowDays": 1}`: true, `{"windowDays": -1}`: false} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.Validate(none); (err == nil || !strings.Contains(err.Error(), "--referral: ")) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}
