package money_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, in, currency string
		want               int64
		err                error
	}{
		{"whole", "19", "CNY", 1900, nil},
		{"one place", "19.9", "CNY", 1990, nil},
		{"two places", "19.90", "CNY", 1990, nil},
		{"negative", "-0.01", "CNY", -1, nil},
		{"leading zeros", "007.00", "CNY", 700, nil},
		{"no decimals in yen", "120", "JPY", 120, nil},
		{"yen have no sen", "120.5", "JPY", 0, money.ErrScale},
		{"too fine", "0.001", "CNY", 0, money.ErrScale},
		{"the greatest", "90071992547409.91", "CNY", money.Max, nil},
		{"beyond", "90071992547409.92", "CNY", 0, money.ErrOverflow},
		{"far beyond", "99999999999999999999999999", "CNY", 0, money.ErrOverflow},
		{"nothing", "", "CNY", 0, money.ErrSyntax},
		{"a point alone", ".", "CNY", 0, money.ErrSyntax},
		{"no whole part", ".5", "CNY", 0, money.ErrSyntax},
		{"no fraction", "5.", "CNY", 0, money.ErrSyntax},
		{"plus", "+5", "CNY", 0, money.ErrSyntax},
		{"exponent", "1e3", "CNY", 0, money.ErrSyntax},
		{"spaces", " 5", "CNY", 0, money.ErrSyntax},
		{"two minuses", "--5", "CNY", 0, money.ErrSyntax},
		{"other digits", "５", "CNY", 0, money.ErrSyntax},
		{"thousands", "1,000", "CNY", 0, money.ErrSyntax},
		{"NaN", "NaN", "CNY", 0, money.ErrSyntax},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := money.Parse(tc.in, tc.currency)
			if got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("Parse(%q) = %d, %v; want %d, %v", tc.in, got, err, tc.want, tc.err)
			}
		})
	}
}

func TestFormatIsParsedBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-money.Max, money.Max).Draw(t, "minor")
		currency := rapid.SampledFrom([]string{"CNY", "JPY", "USD"}).Draw(t, "currency")
		back, err := money.Parse(money.Format(n, currency), currency)
		if err != nil || back != n {
			t.Fatalf("%d %s is written %q and read back %d, %v", n, currency, money.Format(n, currency), back, err)
		}
	})
}

func TestSplit(t *testing.T) {
	for _, tc := range []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"evenly", 10, []int64{1, 1}, []int64{5, 5}},
		{"the remainder goes to the first of equals", 10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{"largest remainder first", 10, []int64{6, 3, 3}, []int64{5, 3, 2}},
		{"negative", -10, []int64{1, 1, 1}, []int64{-4, -3, -3}},
		{"nothing weighs anything", 7, []int64{0, 0}, []int64{7, 0}},
		{"a weightless part gets nothing", 7, []int64{0, 3}, []int64{0, 7}},
		{"nobody", 7, nil, []int64{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := money.Split(tc.total, tc.weights)
			if err != nil || len(got) != len(tc.want) {
				t.Fatalf("Split = %v, %v", got, err)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Fatalf("Split = %v; want %v", got, tc.want)
				}
			}
		})
	}
	if _, err := money.Split(1, []int64{-1}); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("a negative weight: %v", err)
	}
}

// Each part is its exact share rounded down or up, and the parts sum to the total.
func TestSplitIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-money.Max, money.Max).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, money.Max/32), 1, 20).Draw(t, "weights")
		parts, err := money.Split(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		var sum, weight int64
		for i := range parts {
			sum += parts[i]
			weight += weights[i]
		}
		if sum != total {
			t.Fatalf("parts sum to %d", sum)
		}
		if weight == 0 {
			return
		}
		for i := range parts {
			// |part × Σweights − total × weight| < Σweights
			off := new(big.Int).Mul(big.NewInt(parts[i]), big.NewInt(weight))
			off.Sub(off, new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])))
			if off.Abs(off).Cmp(big.NewInt(weight)) >= 0 {
				t.Fatalf("part %d is %d of %d by %d in %d", i, parts[i], total, weights[i], weight)
			}
		}
	})
}

func TestArithmeticAgreesWithBigNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(-money.Max, money.Max).Draw(t, "a"), rapid.Int64Range(-money.Max, money.Max).Draw(t, "b")
		agrees := func(what string, got int64, err error, want *big.Int) {
			fits := want.CmpAbs(big.NewInt(money.Max)) <= 0
			if fits != (err == nil) || fits && want.Int64() != got {
				t.Fatalf("%s of %d and %d = %d, %v; want %v", what, a, b, got, err, want)
			}
		}
		product, err := money.Mul(a, b)
		agrees("product", product, err, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
		sum, err := money.Add(a, b)
		agrees("sum", sum, err, new(big.Int).Add(big.NewInt(a), big.NewInt(b)))
		c := rapid.Int64Range(1, money.Max).Draw(t, "c")
		if a >= 0 && b >= 0 {
			share, err := money.MulDiv(a, b, c)
			want := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
			agrees("share", share, err, want.Div(want, big.NewInt(c)))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"19.90", "-0.01", "", ".", "1e9", "00.00", "90071992547409.91"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := money.Parse(s, "CNY")
		if err != nil {
			return
		}
		if back, err := money.Parse(money.Format(n, "CNY"), "CNY"); err != nil || back != n || n > money.Max || n < -money.Max {
			t.Errorf("Parse(%q) = %d, written %q", s, n, money.Format(n, "CNY"))
		}
	})
}
