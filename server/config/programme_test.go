package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/shop/points"
)

// example is the file that the README shows in a section.
func example(t *testing.T, section string) []byte {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(readme), "## "+section+"\n")
	_, shown, quoted := strings.Cut(text, "```json\n")
	shown, _, ended := strings.Cut(shown, "```")
	if !found || !quoted || !ended {
		t.Fatalf("the README has no example of a %s", section)
	}
	return []byte(shown)
}

// The example of the README is a programme.
func TestTheExampleOfAProgramme(t *testing.T) {
	m, err := config.ParseMembership(example(t, "Membership programme"))
	if err != nil {
		t.Fatal(err)
	}
	p := m.Programme
	if len(p.Tiers) != 2 || p.Tiers[1].ID != points.TierID("vip") || p.Tiers[1].EarnRate != 15_000 || p.Tiers[1].PriceOff != 250 || p.Tiers[1].Rank != 2 || len(p.Tiers[1].Benefits) != 1 {
		t.Errorf("tiers: %+v", p.Tiers)
	}
	if p.GraceDays != 14 || p.SpendPercent != 30 || p.Channels["STORE"] != 150 || m.ValidityDays != 730 || m.WorthPer100 != 50 || len(m.CheckIn) != 3 {
		t.Errorf("%+v", m)
	}
	if c := p.Campaigns[0]; len(p.Campaigns) != 1 || c.Percent != 200 || !c.From.Equal(time.Date(2026, 11, 10, 16, 0, 0, 0, time.UTC)) || c.Channels[0] != "APP" {
		t.Errorf("campaigns: %+v", p.Campaigns)
	}
}

func TestAProgrammeThatSaysNothingIsTheBuiltInOne(t *testing.T) {
	m, err := config.ParseMembership([]byte("{}"))
	if err != nil || len(m.Programme.Tiers) != 4 || m.Programme.GraceDays != 30 || m.ValidityDays != 0 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestWhatIsWrongWithAProgrammeIsNamedAtOnce(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"no JSON", `{`, []string{"the file: unexpected end"}},
		{"a list", `[]`, []string{"the file: must be a JSON object"}},
		{
			"unknown and malformed", `{"graceDay": 3, "graceDays": "x", "validityDays": 0, "worthPer100": -1, "checkIn": [], "colour": 1}`,
			[]string{"graceDay: there is no", "graceDays: json", "validityDays: they must", "worthPer100: it must", "checkIn: 1 to", "colour: there is no"},
		},
		{
			"tiers", `{"tiers": [{"code": "a", "name": {"en": "A", "fr": "A"}, "priceoff": 1}, {"code": "a", "earnRate": 1.23456, "priceOff": "1e1", "benefits": ["x"]}]}`,
			[]string{
				"tiers[0].name.fr: there is no", "tiers[0].priceoff: there is no", "tiers[1].code: each tier", "tiers[1].earnRate:", "tiers[1].priceOff:", "tiers[1].benefits[0]: must be a JSON object",
				"tiers[0]: it needs a name", "tiers[1]: it needs an id", "tiers[1]: its threshold", "tiers[1]: it needs a name", "tiers[1]: a benefit",
			},
		},
		{
			"values", `{"tiers": [{"code": "a", "threshold": 5}, {"code": "b", "threshold": 5, "earnRate": "100.01", "priceOff": "100.01"}], "channels": {"MOON": 1, "APP": -1},
			"campaigns": [{"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z", "percent": 99, "channels": ["MOON"]}], "graceDays": 366, "spendPercent": 101}`,
			[]string{
				"tiers: the first", "tiers[0]: it needs a name", "tiers[1]: its threshold", "tiers[1]: the earning rate", "tiers[1]: what its price", "tiers[1]: it needs a name", `channels: there is no channel "MOON"`,
				"channels: the percentage of APP", "campaigns[0]: it must end", `campaigns[0]: there is no channel "MOON"`, "graceDays:", "spendPercent:",
			},
		},
		{"ids", `{"tiers": [{"code": "a", "id": "x", "name": {"en": "A", "zh": "A"}}]}`, []string{"tiers[0]: it needs an id"}},
	} {
		_, err := config.ParseMembership([]byte(tc.text))
		if err == nil {
			t.Errorf("%s: nothing is wrong", tc.name)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(tc.want) {
			t.Errorf("%s: %d things are wrong, want %d:\n%v", tc.name, len(lines), len(tc.want), err)
		}
		for _, want := range tc.want {
			if !strings.Contains("\n"+err.Error(), "\n"+want) {
				t.Errorf("%s: %q is not told of:\n%v", tc.name, want, err)
			}
		}
	}
}

func TestTheProgrammesFileIsChecked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "programme.json")
	c := config.Config{Env: "development", Programme: file, Currency: "CNY", TimeZone: "Asia/Shanghai", ShippingFlat: "0", ShippingFreeFrom: "0"}
	none := func(string) string { return "" }
	if err := c.Validate(none); err == nil || !strings.Contains(err.Error(), "--programme: ") {
		t.Errorf("without a file: %v", err)
	}
	for text, good := range map[string]bool{`{"graceDays": 1}`: true, `{"graceDays": -1}`: false} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, env := range []string{"development", "production"} {
			c.Env = env
			if err := c.Validate(none); (err == nil || !strings.Contains(err.Error(), "--programme: ")) != good {
				t.Errorf("%s in %s: %v", text, env, err)
			}
		}
	}
}
