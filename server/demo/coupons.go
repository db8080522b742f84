package demo

import (
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
)

// Coupons are the demo shop's coupons that anybody may claim, always the same ones. Their keys and all else never change, so a shop that has them makes them
// no second time. The caller owns what it gets.
func Coupons() []*coupon.Draft {
	return []*coupon.Draft{
		{
			IdempotencyKey: "demo-five-off", Title: "新人券 满30减5", AmountOff: new(money.Decimal("5.00")), MinSpend: new(money.Decimal("30.00")),
			ValidDays: 7, Quantity: 100_000, PerShopperLimit: 1, Claimable: true,
		},
		{
			IdempotencyKey: "demo-twelve-percent", Title: "会员日 八八折", PercentOff: new(money.Decimal("12")), Cap: new(money.Decimal("20.00")), MinSpend: new(money.Decimal("59.00")),
			ValidDays: 3, Quantity: 20_000, PerShopperLimit: 1, Claimable: true,
		},
	}
}
