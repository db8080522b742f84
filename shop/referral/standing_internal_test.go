package referral

import "testing"

func TestTier(t *testing.T) {
	p := DefaultProgram()
	for _, tc := range []struct {
		name string
		r    record
		want Tier
	}{
		{"nothing", record{}, Community},
		{"orders without the sales", record{orders: 20, sales: 1_999_99}, Community},
		{"sales without the orders", record{orders: 19, sales: 2_000_00}, Community},
		{"both to the unit", record{orders: 20, sales: 2_000_00}, Mid},
		{"lost ones do not count", record{orders: 20, lost: 1, sales: 2_000_00}, Community},
		{"almost a head", record{orders: 200, lost: 1, sales: 20_000_00}, Mid},
		{"a head", record{orders: 201, lost: 1, sales: 20_000_00}, Head},
	} {
		if got := p.tier(tc.r); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestScore(t *testing.T) {
	rule := CreditRule{RefundFree: 10, RefundPoints: 2, RefundOrders: 10, ReportPoints: 10, FraudPoints: 25}
	for _, tc := range []struct {
		name string
		r    record
		want int
	}{
		{"nothing", record{}, 100},
		{"too few orders to judge by", record{orders: 9, lost: 9}, 100},
		{"refunds within what is free", record{orders: 10, lost: 1}, 100},
		{"a percent above", record{orders: 100, lost: 11}, 98},
		{"part of a percent above", record{orders: 1000, lost: 109}, 100},
		{"every order", record{orders: 10, lost: 10}, 0},
		{"a report", record{reports: 1}, 90},
		{"a fraud", record{marked: true}, 75},
		{"everything", record{orders: 20, lost: 4, reports: 2, marked: true}, 35},
		{"never below nothing", record{reports: 20}, 0},
	} {
		if got := rule.score(tc.r); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	if got := (CreditRule{RefundPoints: 1}).score(record{}); got != 100 {
		t.Errorf("a rule without a least number of orders: %d", got)
	}
}
