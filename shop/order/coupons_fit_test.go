package order

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
)

// fitted are lines of a checkout as "price" or "price!", which takes no coupon.
func fitted(lines ...string) (priced []PricedLine, takes []bool) {
	for _, line := range lines {
		var total int64
		_, _ = fmt.Sscan(strings.TrimSuffix(line, "!"), &total)
		priced, takes = append(priced, PricedLine{Total: total}), append(takes, !strings.HasSuffix(line, "!"))
	}
	return priced, takes
}

// someCoupon is "5.00", "10%", each with " from 20.00" and " USED" or another state after it.
func someCoupon(text string) *coupon.Coupon {
	parse := func(text string) *money.Money {
		minor, err := money.Parse(text, "CNY")
		if err != nil {
			panic(err)
		}
		return &money.Money{Minor: minor, Code: "CNY"}
	}
	c := &coupon.Coupon{State: coupon.Usable, Template: &coupon.Template{Title: text}}
	words := strings.Fields(text)
	if percent, is := strings.CutSuffix(words[0], "%"); is {
		c.Template.Discount = &coupon.PercentOff{BasisPoints: int(parse(percent).Minor)}
	} else {
		c.Template.Discount = &coupon.AmountOff{Amount: parse(words[0])}
	}
	for i, word := range words {
		switch word {
		case "from":
			c.Template.MinSpend = parse(words[i+1])
		case "RESERVED", "USED", "EXPIRED":
			c.State = coupon.State(word)
		}
	}
	return c
}

func TestFitCoupons(t *testing.T) {
	const (
		inUse, used, expired = "Another unpaid order", "It has been used", "Its date has passed"
		another, activity    = "a coupon already", "activity's prices"
		least, nothing       = "at least", "save nothing"
	)
	for _, tc := range []struct {
		name  string
		lines string
		named string // each after a comma
		want  string // what comes off, or a part of why not
	}{
		{"an amount", "1990", "5.00", "500"},
		{"an amount beyond the goods", "333", "5.00", "333"},
		{"a percentage of all lines, rounded down", "1990 333", "10%", "232"},
		{"lines of an activity take none", "1990! 333", "10%", "33"},
		{"nothing but an activity", "1990!", "5.00", activity},
		{"nothing at all", "", "5.00", "nothing to use it for"},
		{"least spend of what takes one", "1990! 333", "1.00 from 3.34", least},
		{"least spend reached", "1990 333", "1.00 from 23.23", "100"},
		{"a cent below", "1990 332", "1.00 from 23.23", least},
		{"goods for nothing", "0", "5.00", nothing},
		{"a percentage of too little", "9", "10%", nothing},
		{"reserved", "1990", "5.00 RESERVED", inUse},
		{"used", "1990", "5.00 USED", used},
		{"expired", "1990", "5.00 EXPIRED", expired},
		{"one on a line", "1990", "5.00,3.00", "500," + another},
		{"the same one twice", "1990", "10%,10%", "199," + another},
		{"percentages before amounts", "1990", "5.00,10%", another + ",199"},
		{"one that does not apply leaves room", "1990", "10% from 20.00,5.00", least + ",500"},
		{"a used one leaves room", "1990", "10% USED,5.00", used + ",500"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, takes := fitted(strings.Fields(tc.lines)...)
			var named []*coupon.Coupon
			for _, text := range strings.Split(tc.named, ",") {
				named = append(named, someCoupon(text))
			}
			fits := fitCoupons(named, lines, takes)
			for i, want := range strings.Split(tc.want, ",") {
				got := fmt.Sprint(fits[i].off)
				if fits[i].why != nil {
					got = fits[i].why.En
				}
				if got != want && (fits[i].why == nil || !strings.Contains(got, want)) {
					t.Errorf("%s: %s, want %s", tc.named, got, want)
				}
			}
		})
	}
}
