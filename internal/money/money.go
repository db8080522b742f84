// Package money is whole minor units (fen, cents) with a currency. Floats never occur; products and sums are checked for overflow.
package money

import (
	"errors"
	"fmt"
	"math/bits"
	"sort"
	"strings"
)

// Max bounds every amount: 2^53-1 minor units, so that any JSON reader keeps it exact.
const Max = 1<<53 - 1

var (
	// ErrSyntax: not a plain decimal number.
	ErrSyntax = errors.New("money: not a decimal number")
	// ErrScale: more decimal places than the currency has.
	ErrScale = errors.New("money: more decimal places than the currency has")
	// ErrOverflow: beyond ±Max.
	ErrOverflow = errors.New("money: out of range")
)

// Decimal is a number in major units as it travels, e.g. "19.90".
type Decimal string

// Money is an amount of one currency.
type Money struct {
	// Minor counts the currency's smallest unit.
	Minor int64
	// Code is the ISO 4217 code.
	Code string
}

// Of makes an amount.
func Of(minor int64, currency string) Money { return Money{Minor: minor, Code: currency} }

// Amount is the number in major units, with all of the currency's decimal places.
func (m Money) Amount() Decimal { return Decimal(Format(m.Minor, m.Code)) }

// Currency is the ISO 4217 code.
func (m Money) Currency() string { return m.Code }

// Exponent is how many decimal places a currency has in this shop's trade (ISO 4217; TWD is traded whole).
func Exponent(currency string) int {
	switch currency {
	case "JPY", "TWD":
		return 0
	}
	return 2
}

// Unit is how many minor units one major unit has.
func Unit(currency string) int64 {
	if Exponent(currency) == 0 {
		return 1
	}
	return 100
}

// Parse reads a decimal number of major units: an optional minus, digits, and at most the currency's decimal places. No exponent, no spaces, no plus.
// It returns ErrSyntax, ErrScale (a zero beyond the scale is refused, too) or ErrOverflow.
func Parse(s string, currency string) (int64, error) { return ParsePlaces(s, Exponent(currency)) }

// ParsePlaces is Parse with that many decimal places, for numbers that are no money: rates, percentages. The result is in units of the last place.
func ParsePlaces(s string, places int) (int64, error) {
	negative := strings.HasPrefix(s, "-")
	whole, frac, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole == "" || (point && frac == "") || len(s) > 32 {
		return 0, ErrSyntax
	}
	digits := whole + frac
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, ErrSyntax
		}
	}
	if len(frac) > places {
		return 0, ErrScale
	}
	digits += strings.Repeat("0", places-len(frac))
	var n int64
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
		if n > Max {
			return 0, ErrOverflow
		}
	}
	if negative {
		n = -n
	}
	return n, nil
}

// Format writes minor units as a decimal number of major units.
func Format(minor int64, currency string) string {
	exp := Exponent(currency)
	sign := ""
	u := uint64(minor)
	if minor < 0 {
		sign, u = "-", -u
	}
	if exp == 0 {
		return fmt.Sprintf("%s%d", sign, u)
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// Mul returns amount × n, or ErrOverflow.
func Mul(amount, n int64) (int64, error) {
	negative := (amount < 0) != (n < 0)
	hi, lo := bits.Mul64(abs(amount), abs(n))
	if hi != 0 || lo > Max {
		return 0, ErrOverflow
	}
	if negative {
		return -int64(lo), nil
	}
	return int64(lo), nil
}

// Add returns a + b, or ErrOverflow.
func Add(a, b int64) (int64, error) {
	s := a + b // both within ±2^53, so this cannot wrap
	if s > Max || s < -Max {
		return 0, ErrOverflow
	}
	return s, nil
}

// MulDiv returns a × b ÷ c rounded down, for 0 ≤ a, b ≤ Max and c > 0, without overflow in between; the result must fit or ErrOverflow is returned.
func MulDiv(a, b, c int64) (int64, error) {
	if a < 0 || b < 0 || c <= 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return 0, ErrOverflow
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	if q > Max {
		return 0, ErrOverflow
	}
	return int64(q), nil
}

// Split shares total over weights by the method of largest remainders (Hamilton's): every part is its exact share rounded down or up, and the parts sum
// to total. Ties go to the earlier part. Weights may not be negative; when all are zero the first part takes everything. A negative total is split as its
// opposite, negated. It returns ErrOverflow when the weights or their sum leave ±Max.
func Split(total int64, weights []int64) ([]int64, error) {
	parts := make([]int64, len(weights))
	if len(weights) == 0 {
		return parts, nil
	}
	if total < 0 {
		parts, err := Split(-total, weights)
		for i := range parts {
			parts[i] = -parts[i]
		}
		return parts, err
	}
	var sum int64
	for _, w := range weights {
		if w < 0 || w > Max || sum > Max-w {
			return nil, ErrOverflow
		}
		sum += w
	}
	if sum == 0 {
		parts[0] = total
		return parts, nil
	}
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		if hi >= uint64(sum) {
			return nil, ErrOverflow
		}
		q, r := bits.Div64(hi, lo, uint64(sum))
		parts[i], remainders[i], order[i] = int64(q), r, i
		left -= int64(q)
	}
	sort.SliceStable(order, func(a, b int) bool { return remainders[order[a]] > remainders[order[b]] })
	for _, i := range order[:left] { // fewer units are left than parts: each remainder is below one
		parts[i]++
	}
	return parts, nil
}

func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
