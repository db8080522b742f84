package coupon

import (
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/text"
)

// Draft is a template to create: exactly one of AmountOff and PercentOff. Amounts are in major units of the shop's currency, PercentOff in percent.
type Draft struct {
	IdempotencyKey  string
	Title           string
	AmountOff       *money.Decimal
	PercentOff      *money.Decimal
	Cap             *money.Decimal
	MinSpend        *money.Decimal
	ValidDays       int
	Quantity        int
	PerShopperLimit int
	Claimable       bool
}

// checked is a draft whose values make sense, in minor units and basis points.
type checked struct {
	title            string
	amount, minSpend int64
	basisPoints      int
	cap              *int64
}

// check says what is wrong with a draft, under input, first things first: fault.Blank and fault.TooLong (title), fault.Invalid (a title of several lines, both or neither of amountOff and
// percentOff, a cap of an amount), fault.OutOfRange (with the bound).
func check(d *Draft, currency string) (checked, error) {
	c := checked{title: strings.TrimSpace(d.Title)}
	if text.Blank(c.title) {
		return c, fault.Blank.At("input", "title")
	}
	if !text.Line(c.title) {
		return c, fault.Invalid.Saying("A title is one line of plain text.", "标题须为一行文字，不含控制字符。").At("input", "title")
	}
	if utf8.RuneCountInString(c.title) > maxTitle {
		return c, fault.TooLong.At("input", "title").WithAvailable(maxTitle)
	}
	if err := c.checkDiscount(d, currency); err != nil {
		return c, err
	}
	if d.MinSpend != nil {
		var err error
		if c.minSpend, err = money.Parse(string(*d.MinSpend), currency); err != nil || c.minSpend < 0 {
			return c, fault.OutOfRange.At("input", "minSpend")
		}
	}
	for _, bound := range []struct {
		field  string
		n, top int
	}{{"validDays", d.ValidDays, maxValidDays}, {"quantity", d.Quantity, maxQuantity}, {"perShopperLimit", d.PerShopperLimit, maxPerShopper}} {
		if bound.n < 1 || bound.n > bound.top {
			return c, fault.OutOfRange.At("input", bound.field).WithAvailable(int64(bound.top))
		}
	}
	return c, nil
}

func (c *checked) checkDiscount(d *Draft, currency string) error {
	switch {
	case d.AmountOff != nil && d.PercentOff != nil:
		return fault.Invalid.Saying("Give an amount or a percentage, not both.", "减免金额与折扣只能填一项。").At("input", "percentOff")
	case d.AmountOff == nil && d.PercentOff == nil:
		return fault.Invalid.Saying("Give an amount or a percentage.", "请填写减免金额或折扣。").At("input", "amountOff")
	case d.AmountOff != nil && d.Cap != nil:
		return fault.Invalid.Saying("Only a percentage has a cap.", "只有折扣券可设置上限。").At("input", "cap")
	case d.AmountOff != nil:
		var err error
		if c.amount, err = money.Parse(string(*d.AmountOff), currency); err != nil || c.amount < 1 {
			return fault.OutOfRange.At("input", "amountOff")
		}
		return nil
	}
	points, err := money.Parse(string(*d.PercentOff), hundredths)
	if err != nil || points < 1 || points > whole {
		return fault.OutOfRange.Saying("More than 0 and at most 100, with at most two decimals.", "须大于 0 且不超过 100，最多两位小数。").At("input", "percentOff").WithAvailable(100)
	}
	c.basisPoints = int(points)
	if d.Cap == nil {
		return nil
	}
	most, err := money.Parse(string(*d.Cap), currency)
	if err != nil || most < 1 {
		return fault.OutOfRange.At("input", "cap")
	}
	c.cap = &most
	return nil
}
