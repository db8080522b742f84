package commission

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
)

func TestShares(t *testing.T) {
	program := referral.Program{
		CreditFloor: 60, Cap: 3000,
		Tiers:      []referral.TierRule{{Tier: referral.Community, Rates: referral.Rates{500, 100}}, {Tier: referral.Head, Rates: referral.Rates{1200, 300}}},
		Products:   map[string]referral.Rates{"own": {2000, 50}, "greedy": {5000, 1000}, "none": {}},
		Categories: map[string]referral.Rates{"cat_1": {700, 70}},
	}
	kinds := map[string]catalog.Kind{
		"plain": {Handle: "plain"}, "own": {Handle: "own", CategoryID: "cat_1"}, "greedy": {Handle: "greedy"}, "none": {Handle: "none"}, "kind": {Handle: "kind", CategoryID: "cat_1"},
	}
	first := referral.Beneficiary{ShopperID: "a", Level: 1, Tier: referral.Community, Credit: 100}
	second := referral.Beneficiary{ShopperID: "b", Level: 2, Tier: referral.Community, Credit: 60}
	head, poor := first, second
	head.Tier, poor.Credit = referral.Head, 59
	for _, tc := range []struct {
		name  string
		lines string // product:kept
		whose []referral.Beneficiary
		want  string // line beneficiary rate amount
	}{
		{"two levels", "plain:10000", []referral.Beneficiary{first, second}, "plain a 500 500, plain b 100 100"},
		{"rounded down by line", "plain:199 plain:199", []referral.Beneficiary{first, second}, "plain a 500 9, plain b 100 1, plain a 500 9, plain b 100 1"},
		{"what rounds to nothing is nothing", "plain:19", []referral.Beneficiary{first, second}, ""},
		{"a line that keeps nothing earns nothing", "plain:0 plain:100", []referral.Beneficiary{first}, "plain a 500 5"},
		{"by tier", "plain:10000", []referral.Beneficiary{head, second}, "plain a 1200 1200, plain b 100 100"},
		{"a product's own rate", "own:10000", []referral.Beneficiary{head, second}, "own a 2000 2000, own b 50 50"},
		{"its category's", "kind:10000", []referral.Beneficiary{head, second}, "kind a 700 700, kind b 70 70"},
		{"a product that pays nothing", "none:10000", []referral.Beneficiary{head, second}, ""},
		{"above the cap, in proportion", "greedy:10000", []referral.Beneficiary{first, second}, "greedy a 2500 2500, greedy b 500 500"},
		{"one above the cap", "greedy:10001", []referral.Beneficiary{first}, "greedy a 3000 3000"},
		{"credit at the floor is enough, below it is not", "plain:10000", []referral.Beneficiary{first, poor}, "plain a 500 500"},
		{"who may not earn takes nothing of the cap", "greedy:10000", []referral.Beneficiary{first, poor}, "greedy a 3000 3000"},
		{"nobody", "plain:10000", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var lines []order.KeptLine
			var net, sum int64
			for _, text := range strings.Fields(tc.lines) {
				product, kept, _ := strings.Cut(text, ":")
				line := order.KeptLine{ID: product, ProductID: product}
				if _, err := fmt.Sscan(kept, &line.Kept); err != nil {
					t.Fatal(err)
				}
				lines, net = append(lines, line), net+line.Kept
			}
			all, err := shares(lines, kinds, tc.whose, &program)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range all {
				got, sum = append(got, fmt.Sprint(e.line.ID, " ", e.beneficiary.ShopperID, " ", e.rate, " ", e.amount)), sum+e.amount
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("got %q, want %q", strings.Join(got, ", "), tc.want)
			}
			if sum*whole > net*program.Cap {
				t.Errorf("%d of %d is above the cap", sum, net)
			}
		})
	}
}

func TestParts(t *testing.T) {
	for _, tc := range []struct {
		name   string
		before parts
		does   func(parts) parts
		want   parts
	}{
		{"income", parts{available: 5}, func(p parts) parts { return p.income(7) }, parts{available: 12}},
		{"income pays a debt first", parts{debt: 5}, func(p parts) parts { return p.income(7) }, parts{available: 2}},
		{"income that a debt takes whole", parts{debt: 9}, func(p parts) parts { return p.income(7) }, parts{debt: 2}},
		{"a charge", parts{available: 9}, func(p parts) parts { return p.charge(7) }, parts{available: 2}},
		{"a charge that is owed", parts{available: 5}, func(p parts) parts { return p.charge(7) }, parts{debt: 2}},
		{"a charge on a debt", parts{debt: 5}, func(p parts) parts { return p.charge(7) }, parts{debt: 12}},
		{"everything away", parts{1, 2, 3, 4, 5, 0}, func(p parts) parts { return p.minus() }, parts{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := tc.before.plus(tc.does(tc.before))
			if got != tc.want || !got.sound() {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
	for _, p := range []parts{{pending: -1}, {available: -1}, {inPayout: -1}, {withdrawn: -1}, {clawedBack: -1}, {debt: -1}, {available: 1, debt: 1}} {
		if p.sound() {
			t.Errorf("%+v is sound", p)
		}
	}
}

func TestShown(t *testing.T) {
	var got []string
	for _, rate := range []int64{500, 1234, 10_000, 1, 0} {
		got = append(got, string(rateShown(rate)))
	}
	got = append(got, masked("20260506120000123456"), masked("12"))
	if want := []string{"0.05", "0.1234", "1", "0.0001", "0", "****3456", "****12"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEntitled(t *testing.T) {
	people := map[string]person{"a": {"a", true}, "b": {"b", true}, "merged": {"a", true}, "banned": {"banned", false}, "self": {"buyer", true}}
	for _, tc := range []struct{ name, first, second, want string }{
		{"two levels", "a", "b", "1:a 2:b"},
		{"two who have become one earn as the nearer", "a", "merged", "1:a"},
		{"under the id of today", "merged", "b", "1:a 2:b"},
		{"not the buyer himself", "self", "b", "2:b"},
		{"not who may not act", "banned", "b", "2:b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, b := range entitled([]referral.Beneficiary{{ShopperID: tc.first, Level: 1}, {ShopperID: tc.second, Level: 2}}, "buyer", people) {
				got = append(got, fmt.Sprintf("%d:%s", b.Level, b.ShopperID))
			}
			if text := strings.Join(got, " "); text != tc.want {
				t.Errorf("%s, want %s", text, tc.want)
			}
		})
	}
}
