package order

import (
	"fmt"
	"strconv"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/catalog"
)

// What an order may be refused for.
var (
	ErrSkuUnavailable   = catalog.ErrNotOnSale
	ErrPriceChanged     = fault.Refuse("PRICE_CHANGED", "The price has changed; look at the new quote.", "价格已变动，请确认新的报价。")
	ErrUnpaidLimit      = fault.Refuse("LIMIT_PER_SHOPPER", "Pay or cancel one of your unpaid orders first.", "未支付订单过多，请先支付或取消。")
	ErrAddressRequired  = fault.Refuse("ADDRESS_REQUIRED", "An address to deliver to is needed.", "请填写收货地址。")
	ErrState            = fault.Refuse("ORDER_STATE", "The order's state does not allow this.", "订单当前状态不支持该操作。")
	ErrRefundState      = fault.Refuse("REFUND_STATE", "The order or its refund does not allow this now.", "当前状态不支持退款操作。")
	ErrRefundExceeds    = fault.Refuse("REFUND_EXCEEDS_PAID", "More is asked back than is left.", "退款超过可退数量或金额。")
	ErrNotInMall        = fault.Refuse("INVALID", "This cannot be had for points.", "该商品不支持积分兑换。")
	ErrNothingToOrder   = fault.Refuse("BLANK", "There is nothing to order.", "没有可下单的商品。")
	ErrConflictingGoods = fault.Refuse("INVALID", "Give lines, or one activity, not both.", "下单内容只能选择一种。")
)

// position names a line of the input.
func position(i int) string { return strconv.Itoa(i) }

// lost is the error for a state that this code did not foresee: it rolls back and is logged.
func lost(what, orderID string) error {
	return fmt.Errorf("%s %s: another transaction changed it", what, orderID)
}
