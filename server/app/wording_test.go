package app_test

import (
	"testing"
	"time"
)

// What the shop says of an order by itself follows the reader's language; what a shopper wrote stays as it is.
func TestTheShopsOwnWordsFollowTheReader(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 50)[0]
	campaign := s.campaign("SKU-0", vars{"leaderReward": vars{"kind": "DISCOUNT", "amount": "1.00"}})
	ming := s.shopper("ming")
	const quote = `query($in: CheckoutInput!) { checkoutQuote(input: $in) { quote { adjustments { kind title } } userErrors { code } } }`
	const order = `query($id: ID!) { order(id: $id) { adjustments { title } refunds { kind reason } } }`
	opens := vars{"in": vars{"groupBuy": vars{"skuId": g.sku, "campaignId": campaign}}}
	en, zh := ming.speaking("en"), ming.speaking("zh-CN")
	en.do(quote, opens).want("checkoutQuote.quote.adjustments.0.title", "Group price", "checkoutQuote.quote.adjustments.1.title", "Leader's discount")
	zh.do(quote, opens).want("checkoutQuote.quote.adjustments.0.title", "拼团价", "checkoutQuote.quote.adjustments.1.title", "团长优惠")

	in := seatInput(g, "campaignId", campaign, nil)
	in["expectedTotal"] = "7.00"
	a := ming.do(openOrJoin, vars{"in": in})
	lost := seat{placed{order: a.str("orderPlace.order.id"), payment: a.str("orderPlace.payment.id")}, a.str("orderPlace.order.groupBuy.id")}
	wantEqual(t, ming.paysSeat(lost), "AWAITING_GROUP")
	s.Clock.Advance(25 * time.Hour)
	ming = s.shopper("ming")
	en, zh = ming.speaking("en"), ming.speaking("zh-CN")
	ming.becomes(lost.order, "REFUNDED")
	id := vars{"id": lost.order}
	en.do(order, id).want("order.adjustments.0.title", "Group price", "order.refunds.0.kind", "GROUP_ENDED", "order.refunds.0.reason", "The group was not filled; all money goes back")
	zh.do(order, id).want("order.adjustments.1.title", "团长优惠", "order.refunds.0.reason", "未成团，款项退回")

	plain := ming.paid(g)
	for _, reader := range []*client{en, zh} {
		reader.send(refundRequest, vars{"in": vars{"idempotencyKey": "r", "orderId": plain.order, "reason": "太小了 too small"}})
		reader.do(order, vars{"id": plain.order}).want("order.refunds.0.kind", "REQUESTED", "order.refunds.0.reason", "太小了 too small")
	}
}
