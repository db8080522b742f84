package coupon_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
)

func cny(minor int64) *money.Money { return &money.Money{Minor: minor, Code: "CNY"} }

func TestOff(t *testing.T) {
	amount := func(n int64) coupon.Discount { return &coupon.AmountOff{Amount: cny(n)} }
	percent := func(points int) coupon.Discount { return &coupon.PercentOff{BasisPoints: points} }
	capped := func(points int, most int64) coupon.Discount {
		return &coupon.PercentOff{BasisPoints: points, Cap: cny(most)}
	}
	for _, tc := range []struct {
		name     string
		discount coupon.Discount
		minSpend *money.Money
		spend    int64
		want     int64
	}{
		{"an amount", amount(500), nil, 1990, 500},
		{"never below zero", amount(500), nil, 333, 333},
		{"all of it", amount(500), nil, 500, 500},
		{"goods for nothing", amount(500), nil, 0, 0},
		{"not enough spent", amount(500), cny(2000), 1999, 0},
		{"just enough spent", amount(500), cny(2000), 2000, 500},
		{"a percentage", percent(1250), nil, 2000, 250},
		{"is rounded down", percent(3333), nil, 1990, 663}, // 663.267
		{"to nothing", percent(1), nil, 9999, 0},
		{"a hundredth of a percent", percent(1), nil, 10_000, 1},
		{"everything", percent(10_000), nil, 1990, 1990},
		{"at most the cap", capped(5000, 600), nil, 1990, 600},
		{"below the cap", capped(5000, 1000), nil, 1990, 995},
		{"the greatest amount", percent(9999), nil, money.Max, 9006298534815516}, // 0.9999 × 9007199254740991 = 9006298534815516.9
	} {
		t.Run(tc.name, func(t *testing.T) {
			template := &coupon.Template{Discount: tc.discount, MinSpend: tc.minSpend}
			if got := template.Off(tc.spend); got != tc.want {
				t.Errorf("%d off %d, want %d", got, tc.spend, tc.want)
			}
		})
	}
}

func TestOffIsNeverMoreThanWhatIsSpent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := &coupon.Template{Discount: &coupon.AmountOff{Amount: cny(rapid.Int64Range(1, money.Max).Draw(t, "amount"))}}
		if rapid.Bool().Draw(t, "percent") {
			template.Discount = &coupon.PercentOff{BasisPoints: rapid.IntRange(1, 10_000).Draw(t, "points")}
		}
		spend := rapid.Int64Range(0, money.Max).Draw(t, "spend")
		if off := template.Off(spend); off < 0 || off > spend {
			t.Fatalf("%d off %d", off, spend)
		}
	})
}

func TestPercentIsWrittenAsItWasRead(t *testing.T) {
	for points, want := range map[int]money.Decimal{1: "0.01", 1250: "12.50", 10_000: "100.00"} {
		if got := (&coupon.PercentOff{BasisPoints: points}).Percent(); got != want {
			t.Errorf("%d basis points are %s%%, want %s", points, got, want)
		}
	}
}
