package app_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/kaituan/kaituan/graph"
)

const nobodys = "ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB"

// Each mutation has a refusal here: what it is called, where it points, and its words in both languages.
func TestRefusalsSpeakBothLanguages(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 1)[0]
	ming, partner, host := s.shopper("ming"), s.partner(), s.host("lin")
	paid := ming.paid(g)
	s.partner().do(`mutation { inventoryAdjust(input: {idempotencyKey: "more", reason: "x", changes: [{skuCode: "SKU-0", delta: 9}]}) { userErrors { code } } }`, nil)
	asked := ming.paid(g)
	refund := ming.do(refundRequest, vars{"in": vars{"idempotencyKey": "r", "orderId": asked.order, "reason": "x"}}).str("refundRequest.refund.id")
	ming.do(checkIn, nil)
	long := strings.Repeat("a", 3000)

	type refused struct {
		mutation string
		by       *client
		in       any
		code     string
		field    string
	}
	ming.do(`mutation { shopperExport { url userErrors { code } } }`, nil) // one a minute
	cases := []refused{
		{"sessionCreate", s.visitor(), vars{"channel": "H5", "code": "000000", "phone": "13800138000"}, "CODE_INVALID", "input.code"},
		{"sessionCreate", s.visitor(), vars{"channel": "H5", "code": "000000", "phone": "1"}, "INVALID", "input.phone"},
		{"sessionRefresh", s.visitor(), vars{"refreshToken": "x"}, "TOKEN_INVALID", "input.refreshToken"},
		{"phoneCodeSend", s.visitor(), vars{"phone": "1"}, "INVALID", "input.phone"},
		{"phoneBind", ming, vars{"channel": "H5", "code": "000000", "phone": "13800138000"}, "CODE_INVALID", "input.code"},
		{"channelLink", ming, vars{"channel": "H5", "code": "000000", "phone": "13800138000"}, "CODE_INVALID", "input.code"},
		{"consentSet", ming, vars{"purpose": "PERSONALISATION", "granted": true, "textVersion": " "}, "INVALID", "input.textVersion"},
		{"shopperExport", ming, nil, "TOO_OFTEN", ""},
		{"shopperErase", ming, nil, "OPEN_ORDERS", ""},
		{"profileSet", ming, vars{"nickname": long}, "TOO_LONG", "input.nickname"},
		{"addressSave", ming, vars{"recipient": "r", "phone": "13800138000", "region": []string{"a", long}, "street": "s"}, "TOO_LONG", "input.region.1"},
		{"addressDelete", ming, vars{"id": nobodys}, "NOT_FOUND", "input.id"},
		{"productsUpsert", partner, vars{"products": []vars{{"handle": "h", "title": "t", "skus": []vars{{"code": "c", "price": "x1"}}}}}, "INVALID_INPUT", ""},
		{"productsUpsert", partner, vars{"products": []vars{{"handle": "h", "title": "t", "skus": []vars{{"code": "c", "price": "1.005"}}}}}, "INVALID", "input.products.0.skus.0.price"},
		{"inventoryAdjust", partner, vars{"idempotencyKey": "i", "reason": "x", "changes": []vars{{"skuCode": "nope", "delta": 1}}}, "NOT_FOUND", "input.changes.0.skuCode"},
		{"inventoryAdjust", partner, vars{"idempotencyKey": "i", "reason": "x", "changes": []vars{{"skuCode": "SKU-0", "delta": -1000}}}, "OUT_OF_STOCK", "input.changes.0"},
		{"productVisibilitySet", partner, vars{"productId": nobodys, "visible": true, "reason": "x"}, "NOT_FOUND", "input.productId"},
		{"cartLinesSet", ming, vars{"lines": []vars{line(g.sku, 1), line(g.sku, -1)}}, "OUT_OF_RANGE", "input.lines.1.quantity"},
		{"cartLinesSet", ming, vars{"lines": []vars{line("sku_01JD8Q2M0V6T3C9E5K7R1XW4ZB", 1)}}, "SKU_UNAVAILABLE", "input.lines.0.skuId"},
		{"orderPlace", ming, vars{"idempotencyKey": "k", "checkout": vars{"lines": []vars{line(g.sku, 1000)}}, "expectedTotal": "1"}, "OUT_OF_RANGE", "input.checkout.lines.0.quantity"},
		{"orderPlace", ming, vars{"idempotencyKey": "k k", "checkout": vars{}, "expectedTotal": "1"}, "INVALID", "input.idempotencyKey"},
		{"orderPlace", ming, vars{"idempotencyKey": "k", "checkout": vars{"lines": []vars{line(g.sku, 1)}, "usePoints": 5000}, "expectedTotal": "1"}, "INSUFFICIENT_POINTS", "input.checkout.usePoints"},
		{"orderPay", ming, vars{"orderId": paid.order}, "ORDER_STATE", "input.orderId"},
		{"orderPay", ming, vars{"orderId": nobodys}, "NOT_FOUND", "input.orderId"},
		{"orderCancel", ming, vars{"orderId": paid.order}, "ORDER_STATE", "input.orderId"},
		{"orderComplete", ming, vars{"orderId": paid.order}, "ORDER_STATE", "input.orderId"},
		{"refundRequest", ming, vars{"idempotencyKey": "k", "orderId": paid.order, "reason": "x", "amount": "10.01"}, "REFUND_EXCEEDS_PAID", "input.amount"},
		{"refundRequest", ming, vars{"idempotencyKey": "k", "orderId": paid.order, "reason": "x", "lines": []vars{{"lineId": paid.line, "quantity": 2}}}, "REFUND_EXCEEDS_PAID", "input.lines.0.quantity"},
		{"refundRequest", ming, vars{"idempotencyKey": "k", "orderId": paid.order, "reason": " "}, "BLANK", "input.reason"},
		{"refundDecide", partner, vars{"refundId": refund, "approve": true, "note": long}, "TOO_LONG", "input.note"},
		{"orderShip", partner, vars{"orderId": asked.order, "carrier": "SF", "trackingNumber": "1"}, "ORDER_STATE", "input.orderId"},
		{"shipmentEventsAdd", partner, vars{"orderId": paid.order, "trackingNumber": "1", "events": []vars{{"at": "2026-01-01T00:00:00Z", "text": "x"}}}, "NOT_FOUND", "input.trackingNumber"},
		{"orderDeliver", partner, vars{"orderId": paid.order}, "ORDER_STATE", "input.orderId"},
		{"groupBuyCampaignCreate", partner, campaignInput(s, "nope", nil), "NOT_FOUND", "input.offers.0.skuCode"},
		{"groupBuyCampaignCreate", partner, campaignInput(s, "SKU-0", vars{"title": " "}), "BLANK", "input.title"},
		{"groupBuyCampaignEnd", partner, vars{"campaignId": nobodys}, "NOT_FOUND", "input.campaignId"},
		{"groupBuyComplete", partner, vars{"groupBuyId": nobodys}, "NOT_FOUND", "input.groupBuyId"},
		{"checkIn", ming, nil, "ALREADY_CHECKED_IN", ""},
		{"couponClaim", ming, vars{"templateId": nobodys}, "NOT_FOUND", "input.templateId"},
		{"couponTemplateCreate", partner, vars{"idempotencyKey": "c", "title": "t", "amountOff": "1", "percentOff": "1", "validDays": 1, "quantity": 1}, "INVALID", "input.percentOff"},
		{"couponTemplateCreate", partner, vars{"idempotencyKey": "c", "title": "t", "amountOff": "1", "validDays": 0, "quantity": 1}, "OUT_OF_RANGE", "input.validDays"},
		{"memberIdentify", partner, vars{"phone": "1"}, "INVALID", "input.phone"},
		{"memberIdentify", partner, vars{"code": "1"}, "CODE_INVALID", "input.code"},
		{"pointsEarn", partner, earning("shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB", 1, nil)["in"], "NOT_FOUND", "input.member.id"},
		{"pointsEarn", partner, earning(ming.shopperID, 0, nil)["in"], "OUT_OF_RANGE", "input.points"},
		{"pointsHold", partner, vars{"idempotencyKey": "h", "member": vars{"id": ming.shopperID}, "channel": "STORE", "points": 1000, "reference": "r"}, "INSUFFICIENT_POINTS", "input.points"},
		{"pointsHold", partner, vars{"idempotencyKey": "h", "member": vars{"id": ming.shopperID}, "channel": "STORE", "points": 1, "reference": "r", "holdSeconds": 0}, "OUT_OF_RANGE", "input.holdSeconds"},
		{"pointsCapture", partner, vars{"idempotencyKey": "h", "holdId": nobodys}, "NOT_FOUND", "input.holdId"},
		{"pointsRelease", partner, vars{"idempotencyKey": "", "holdId": nobodys}, "BLANK", "input.idempotencyKey"},
		{"pointsReverse", partner, vars{"idempotencyKey": "h", "entryId": nobodys, "reason": "x"}, "NOT_FOUND", "input.entryId"},
		{"pointsBatch", partner, vars{"rows": []vars{{"idempotencyKey": "b", "member": vars{}, "channel": "STORE", "points": 1, "occurredAt": "2026-01-01T00:00:00Z", "reason": "x", "reference": "x"}}}, "INVALID", "input.rows.0.member"},
		{"sandboxPay", ming, vars{"paymentId": nobodys}, "NOT_FOUND", "input.paymentId"},
		{"liveRoomCreate", host, vars{"idempotencyKey": "r", "title": " ", "productIds": []string{}}, "BLANK", "input.title"},
		{"liveRoomCreate", host, vars{"idempotencyKey": "r", "title": "t", "productIds": []string{g.product, nobodys}}, "NOT_FOUND", "input.productIds.1"},
		{"liveRoomUpdate", host, vars{"roomId": nobodys, "title": "t"}, "NOT_FOUND", "input.roomId"},
		{"liveRoomStart", host, vars{"roomId": nobodys}, "NOT_FOUND", "input.roomId"},
		{"liveRoomPause", host, vars{"roomId": nobodys}, "NOT_FOUND", "input.roomId"},
		{"liveRoomEnd", host, vars{"roomId": nobodys}, "NOT_FOUND", "input.roomId"},
		{"liveRoomBan", s.operator(), vars{"roomId": nobodys, "reason": "x"}, "NOT_FOUND", "input.roomId"},
		{"liveStaffSet", host, vars{"roomId": nobodys, "publicShopperId": nobodys, "role": "HOST"}, "INVALID", "input.role"},
		{"liveShelfSet", host, vars{"roomId": nobodys, "productIds": []string{}}, "NOT_FOUND", "input.roomId"},
		{"liveProductPin", host, vars{"roomId": nobodys, "productId": g.product, "note": long}, "TOO_LONG", "input.note"},
		{"liveProductUnpin", host, vars{"roomId": nobodys}, "NOT_FOUND", "input.roomId"},
		{"liveSlowModeSet", host, vars{"roomId": nobodys, "seconds": -1}, "OUT_OF_RANGE", "input.seconds"},
		{"liveOfferStart", host, offerInput(nobodys, g, nil), "NOT_FOUND", "input.roomId"},
		{"liveOfferStart", host, offerInput(nobodys, g, vars{"quota": 0}), "OUT_OF_RANGE", "input.quota"},
		{"liveOfferEnd", host, vars{"offerId": nobodys}, "NOT_FOUND", "input.offerId"},
		{"liveCouponDrop", host, vars{"idempotencyKey": "d", "roomId": nobodys, "couponTemplateId": nobodys, "quantity": 1, "seconds": 60}, "NOT_FOUND", "input.roomId"},
		{"liveLotteryStart", host, vars{"idempotencyKey": "l", "roomId": nobodys, "prize": " ", "winners": 1, "seconds": 60}, "BLANK", "input.prize"},
		{"liveLotteryDraw", host, vars{"lotteryId": nobodys}, "NOT_FOUND", "input.lotteryId"},
		{"liveQuestionAnswer", host, vars{"questionId": nobodys, "answer": "a"}, "NOT_FOUND", "input.questionId"},
		{"liveCommentHide", ming, vars{"roomId": nobodys, "commentId": nobodys}, "NOT_FOUND", "input.roomId"},
		{"liveCommentReview", ming, vars{"commentId": nobodys, "approve": true}, "NOT_FOUND", "input.commentId"},
		{"liveViewerMute", ming, vars{"roomId": nobodys, "publicShopperId": nobodys, "seconds": -1}, "OUT_OF_RANGE", "input.seconds"},
		{"liveCommentSend", ming, vars{"roomId": nobodys, "text": " ", "clientId": "c"}, "BLANK", "input.text"},
		{"liveLike", ming, vars{"roomId": nobodys, "count": 51, "clientId": "c"}, "OUT_OF_RANGE", "input.count"},
		{"liveCouponClaim", ming, vars{"dropId": nobodys}, "NOT_FOUND", "input.dropId"},
		{"liveLotteryEnter", ming, vars{"lotteryId": nobodys}, "NOT_FOUND", "input.lotteryId"},
		{"liveQuestionAsk", ming, vars{"roomId": nobodys, "text": long, "clientId": "c"}, "TOO_LONG", "input.text"},
		{"liveQuestionUpvote", ming, vars{"questionId": nobodys}, "NOT_FOUND", "input.questionId"},
		{"eventsRecord", ming, vars{"events": []vars{{"clientId": "e", "kind": "SEARCH", "text": " ", "at": "2026-01-01T00:00:00Z"}}}, "INVALID", "input.events.0.text"},
		{"interestsSet", ming, vars{"tags": []string{long}}, "INVALID", "input.tags.0"},
		{"shareLinkCreate", ming, vars{"targetId": nobodys, "channel": "H5"}, "NOT_FOUND", "input.targetId"},
		{"shareVisit", s.visitor(), vars{"token": "nope", "deviceId": "short"}, "INVALID", "input.deviceId"},
		{"referralBind", ming, vars{"token": "nope"}, "NOT_FOUND", "input.token"},
		{"promoterReport", ming, vars{"promoterId": nobodysPublic, "reason": " "}, "BLANK", "input.reason"},
		{"promoterReportDecide", s.operator(), vars{"reportId": nobodysReport, "uphold": true}, "NOT_FOUND", "input.reportId"},
		{"commissionWithdraw", ming, vars{"idempotencyKey": "w", "amount": "0.01"}, "OUT_OF_RANGE", "input.amount"},
		{"helperMarkSet", s.operator(), vars{"publicShopperId": nobodysPublic, "marked": true, "reason": " "}, "BLANK", "input.reason"},
		{"assistCampaignCreate", partner, helpMeInput(s, "LIKES", vars{"points": 1}, vars{"goal": 0}), "OUT_OF_RANGE", "input.goal"},
		{"assistCampaignEnd", partner, vars{"campaignId": nobodys}, "NOT_FOUND", "input.campaignId"},
		{"assistStart", ming, vars{"idempotencyKey": "a", "campaignId": nobodys}, "NOT_FOUND", "input.campaignId"},
		{"assistHelp", ming, vars{"assistId": nobodys}, "NOT_FOUND", "input.assistId"},
		{"webhookEndpointSave", partner, vars{"idempotencyKey": "w", "url": "https://u:p@partner.example", "topics": []string{"ORDER_PAID"}}, "INVALID_INPUT", ""},
		{"webhookEndpointSave", partner, vars{"idempotencyKey": "w", "url": "https://partner.example/#x", "topics": []string{"ORDER_PAID"}}, "INVALID", "input.url"},
		{"webhookEndpointSave", partner, vars{"idempotencyKey": "w", "url": "https://partner.example", "topics": []string{}}, "BLANK", "input.topics"},
		{"webhookEndpointSave", partner, vars{"idempotencyKey": "w", "url": "https://partner.example", "topics": []string{"ORDER_PAID", "NOTE_PUBLISHED"}}, "INVALID", "input.topics.1"},
		{"webhookEndpointSave", s.till("WEBHOOK_WRITE"), vars{"idempotencyKey": "w", "url": "https://partner.example", "topics": []string{"STOCK_LOW"}}, "INVALID", "input.topics.0"},
		{"webhookEndpointSave", partner, vars{"idempotencyKey": "w", "id": nobodys, "url": "https://partner.example", "topics": []string{"ORDER_PAID"}}, "NOT_FOUND", "input.id"},
		{"webhookSecretRotate", partner, vars{"id": nobodys}, "NOT_FOUND", "input.id"},
		{"webhookEndpointDelete", partner, vars{"id": nobodys}, "NOT_FOUND", "input.id"},
		{"webhookRedeliver", partner, vars{"deliveryId": nobodys}, "NOT_FOUND", "input.deliveryId"},
	}
	schema := graph.Schema(&graph.Resolver{}).Schema()
	for _, field := range schema.Mutation.Fields {
		if field.Name == "sessionRevoke" { // what is not there is not revoked, and that is that
			continue
		}
		if !slices.ContainsFunc(cases, func(c refused) bool {
			return c.mutation == field.Name
		}) {
			t.Errorf("%s has no refusal in this test", field.Name)
		}
	}
	for _, c := range cases {
		field := schema.Mutation.Fields.ForName(c.mutation)
		query := "mutation { " + c.mutation + " " + selection(schema, field) + " }"
		if len(field.Arguments) > 0 {
			query = "mutation($in: " + field.Arguments[0].Type.String() + ") { " + c.mutation + "(input: $in) " + selection(schema, field) + " }"
		}
		for language, chinese := range map[string]bool{"zh": true, "zh-CN,zh;q=0.9,en;q=0.5": true, "": false, "en-GB": false, "fr": false} {
			a := c.by.speaking(language).send(query, vars{"in": c.in})
			if a.verdict() != c.code {
				t.Errorf("%s %v: %s, want %s", c.mutation, c.in, a.raw, c.code)
				break
			}
			if len(a.Errors) > 0 {
				wantWords(t, a.Errors[0].Message, chinese)
				continue
			}
			r := a.refusals()[0]
			if got := strings.Join(r.Field, "."); got != c.field {
				t.Errorf("%s %v points to %q, want %q", c.mutation, c.in, got, c.field)
			}
			wantWords(t, r.Message, chinese)
		}
	}
	for query, code := range map[string]string{`{ nothing }`: "GRAPHQL_VALIDATION_FAILED", `{`: "GRAPHQL_PARSE_FAILED", `{ node(id: "x") { id } }`: "INVALID_ID", `{ orders { totalCount } }`: "FORBIDDEN"} {
		a := ming.speaking("zh").send(query, nil)
		wantEqual(t, a.code(), code)
		wantWords(t, a.Errors[0].Message, true)
	}
}

func wantWords(t *testing.T, message string, chinese bool) {
	t.Helper()
	if message == "" || strings.ContainsFunc(message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) != chinese {
		t.Errorf("%q: Chinese should be %v", message, chinese)
	}
}
