package order_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/order"
)

func goods(quantity, sale int64) order.Goods { return order.Goods{Quantity: quantity, Sale: sale} }

func member(g order.Goods, price int64) order.Goods { g.Member = &price; return g }

func at(g order.Goods, price int64) order.Goods { g.Activity = &price; return g }

func couponOff(amount int64, lines ...int) order.Deduction {
	return order.Deduction{Kind: order.ByCoupon, Title: "券", Amount: amount, Lines: lines}
}

func pointsOff(amount int64) order.Deduction {
	return order.Deduction{Kind: order.ByPoints, Title: "积分", Amount: amount}
}

func TestPrice(t *testing.T) {
	group := order.PricedActivity{Kind: order.ByGroupBuy, Title: "拼团价"}
	for _, tc := range []struct {
		name       string
		goods      []order.Goods
		deductions []order.Deduction
		shipping   order.Shipping
		subtotal   int64
		steps      []int64
		lines      []int64
		total      int64
	}{
		{"nothing", nil, nil, order.Shipping{}, 0, nil, []int64{}, 0},
		{"the sale price", []order.Goods{goods(3, 1990)}, nil, order.Shipping{}, 5970, nil, []int64{5970}, 5970},
		{"the lower of sale and member price", []order.Goods{member(goods(2, 1000), 900), member(goods(1, 500), 600)}, nil, order.Shipping{}, 2500, []int64{-200}, []int64{1800, 500}, 2300},
		{"an activity replaces the member price", []order.Goods{at(member(goods(1, 1000), 500), 800)}, nil, order.Shipping{}, 1000, []int64{-200}, []int64{800}, 800},
		{"an activity above the sale price raises the unit price", []order.Goods{at(goods(2, 1000), 1200)}, nil, order.Shipping{}, 2400, nil, []int64{2400}, 2400},
		{"a coupon is shared by what lines cost", []order.Goods{goods(1, 1000), goods(1, 2000)}, []order.Deduction{couponOff(100)}, order.Shipping{}, 3000, []int64{-100}, []int64{967, 1933}, 2900},
		{"a coupon for one line", []order.Goods{goods(1, 1000), goods(1, 2000)}, []order.Deduction{couponOff(100, 1)}, order.Shipping{}, 3000, []int64{-100}, []int64{1000, 1900}, 2900},
		{"a coupon takes what there is", []order.Goods{goods(1, 1000), goods(1, 2000)}, []order.Deduction{couponOff(5000, 0)}, order.Shipping{}, 3000, []int64{-1000}, []int64{0, 2000}, 2000},
		{"points after the coupon", []order.Goods{goods(1, 1000)}, []order.Deduction{couponOff(600), pointsOff(600)}, order.Shipping{}, 1000, []int64{-600, -400}, []int64{0}, 0},
		{"shipping comes apart", []order.Goods{goods(1, 1000)}, nil, order.Shipping{Flat: 800, FreeFrom: 1001}, 1000, nil, []int64{1000}, 1800},
		{"shipping is free from the subtotal on", []order.Goods{goods(1, 1000)}, []order.Deduction{couponOff(500)}, order.Shipping{Flat: 800, FreeFrom: 1000}, 1000, []int64{-500}, []int64{500}, 500},
		{"shipping that is never free", []order.Goods{goods(9, 99900)}, nil, order.Shipping{Flat: 800}, 899100, nil, []int64{899100}, 899900},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := order.Price(tc.goods, group, tc.deductions, tc.shipping)
			if err != nil {
				t.Fatal(err)
			}
			var steps []int64
			for _, s := range p.Adjustments {
				steps = append(steps, s.Amount)
			}
			lines := []int64{}
			for _, l := range p.Lines {
				lines = append(lines, l.Total)
			}
			if p.Subtotal != tc.subtotal || p.Total != tc.total || !slices.Equal(steps, tc.steps) || !slices.Equal(lines, tc.lines) {
				t.Errorf("subtotal %d, steps %v, lines %v, total %d; want %d, %v, %v, %d", p.Subtotal, steps, lines, p.Total, tc.subtotal, tc.steps, tc.lines, tc.total)
			}
		})
	}
}

func TestPriceNeverWraps(t *testing.T) {
	for name, list := range map[string][]order.Goods{
		"one line":        {goods(2, money.Max)},
		"two lines":       {goods(1, money.Max), goods(1, 1)},
		"a raised line":   {at(goods(1<<40, 1), money.Max)},
		"raised to above": {at(goods(2, 1), money.Max)},
	} {
		if _, err := order.Price(list, order.PricedActivity{}, nil, order.Shipping{}); !errors.Is(err, money.ErrOverflow) {
			t.Errorf("%s: %v, want ErrOverflow", name, err)
		}
	}
	if _, err := order.Price([]order.Goods{goods(1, money.Max)}, order.PricedActivity{}, nil, order.Shipping{Flat: 1}); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("shipping: %v, want ErrOverflow", err)
	}
}

// anyPrice draws amounts of which many are small, so that remainders and zeros are met.
func anyPrice(t *rapid.T, name string) int64 {
	return rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, 100_000), rapid.Int64Range(0, 1e12)).Draw(t, name)
}

func anyGoods(t *rapid.T) []order.Goods {
	list := make([]order.Goods, rapid.IntRange(0, 8).Draw(t, "lines"))
	for i := range list {
		list[i] = goods(rapid.Int64Range(1, 999).Draw(t, "quantity"), anyPrice(t, "sale"))
		if rapid.Bool().Draw(t, "for members") {
			list[i] = member(list[i], anyPrice(t, "member"))
		}
		if rapid.Bool().Draw(t, "in an activity") {
			list[i] = at(list[i], anyPrice(t, "activity"))
		}
	}
	return list
}

func anyDeductions(t *rapid.T, lines int) []order.Deduction {
	list := make([]order.Deduction, rapid.IntRange(0, 4).Draw(t, "deductions"))
	for i := range list {
		list[i] = pointsOff(anyPrice(t, "amount"))
		if lines > 0 && rapid.Bool().Draw(t, "of some lines") {
			list[i] = couponOff(anyPrice(t, "amount"), rapid.SliceOfDistinct(rapid.IntRange(0, lines-1), rapid.ID[int]).Draw(t, "of")...)
			if list[i].Lines == nil {
				list[i].Lines = []int{}
			}
		}
	}
	return list
}

func TestPriceKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := anyGoods(t)
		deductions := anyDeductions(t, len(list))
		shipping := order.Shipping{Flat: anyPrice(t, "flat"), FreeFrom: anyPrice(t, "free from")}
		p, err := order.Price(list, order.PricedActivity{Kind: order.ByGroupBuy}, deductions, shipping)
		if err != nil {
			t.Fatal(err)
		}
		sum, lines, discounts := p.Subtotal+p.Shipping, p.Shipping, make([]int64, len(list))
		for _, step := range p.Adjustments {
			var shares int64
			for i, share := range step.Shares {
				if share > 0 {
					t.Fatalf("%s adds %d to line %d", step.Kind, share, i)
				}
				shares += share
				discounts[i] -= share
			}
			if shares != step.Amount || step.Amount >= 0 || len(step.Shares) != len(list) {
				t.Fatalf("%s is %d, its shares %v", step.Kind, step.Amount, step.Shares)
			}
			sum += step.Amount
		}
		for i, l := range p.Lines {
			if l.Total < 0 || l.Discount < 0 || l.Discount != discounts[i] || l.Total != l.UnitPrice*l.Quantity-l.Discount || l.Quantity != list[i].Quantity {
				t.Fatalf("line %d is %+v, its shares take %d", i, l, discounts[i])
			}
			lines += l.Total
		}
		if p.Total != sum || p.Total != lines || p.Total < 0 {
			t.Fatalf("I1: total %d, steps give %d, lines give %d", p.Total, sum, lines)
		}
		if free := shipping.FreeFrom > 0 && p.Subtotal >= shipping.FreeFrom; free != (p.Shipping == 0) && shipping.Flat > 0 {
			t.Fatalf("shipping %d of %+v at a subtotal of %d", p.Shipping, shipping, p.Subtotal)
		}
	})
}

func TestPriceSaysWhatItCapped(t *testing.T) {
	p, err := order.Price([]order.Goods{goods(1, 100)}, order.PricedActivity{}, []order.Deduction{couponOff(40), pointsOff(61)}, order.Shipping{})
	if err != nil || !slices.Equal(p.Capped, []order.AdjustmentKind{order.ByPoints}) || p.Total != 0 {
		t.Errorf("capped %v, total %d, %v; want the points at 0", p.Capped, p.Total, err)
	}
}
