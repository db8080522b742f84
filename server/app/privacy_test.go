package app_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/points"
)

const (
	consentSet    = `mutation($in: ConsentSetInput!) { consentSet(input: $in) { shopper { consents { purpose granted textVersion at } } userErrors { code field message } } }`
	shopperExport = `mutation { shopperExport { url validUntil userErrors { code message retryAfterSeconds } } }`
	shopperErase  = `mutation { shopperErase { erased blockingOrders { id state number lines { sku { code } } } userErrors { code message } } }`
)

// life is a person who has done about everything, and what of it could be read by somebody who knows the words.
type life struct {
	*client
	order, hold string
	words       []string
}

var sentCode = regexp.MustCompile(`phone=137\*\*\*\*5678 code=(\d{6})`)

// lives makes a person with a finished order, and everything else that the shop keeps of people.
func (s *shop) lives(g good) life {
	s.t.Helper()
	cat, partner, till := s.signedIn("小狸花"), s.partner(), s.till("POINTS_WRITE")
	l := life{client: cat, words: []string{"小狸花", "13712345678", "桂花巷九百号", "陈伯收", "请放门卫陈伯", "猫毛过敏", "签收人狸花", "桂花巷的包裹"}}
	cat.do(`mutation { phoneCodeSend(input: {phone: "13712345678"}) { userErrors { code } } }`, nil)
	sent := sentCode.FindAllStringSubmatch(logged.String(), -1)
	cat.do(`mutation($code: String!) { phoneBind(input: {channel: H5, phone: "13712345678", code: $code}) { shopper { phoneMasked } userErrors { code } } }`,
		vars{"code": sent[len(sent)-1][1]}).want("phoneBind.shopper.phoneMasked", "137****5678")
	cat.do(addressSave, vars{"in": vars{"recipient": "陈伯收", "phone": "13712345678", "region": []string{"苏州市"}, "street": "桂花巷九百号"}})
	cat.do(consentSet, vars{"in": vars{"purpose": "MARKETING_MESSAGES", "granted": true, "textVersion": "2026-05"}})
	cat.do(cartLinesSet, vars{"in": vars{"lines": []vars{line(g.sku, 2)}}})
	cat.do(checkIn, nil)
	cat.do(`{ me { memberCode { value } } }`, nil)
	cat.claims(s.template(nil))
	if _, err := s.Share.Link(s.t.Context(), cat.shopperID, "H5", s.campaign("SKU-1", nil)); err != nil {
		s.t.Fatal(err)
	}
	till.do(pointsEarn, earning(cat.shopperID, 100, nil))
	l.hold = till.holding(cat.shopperID, 30)

	a := cat.do(orderPlace, vars{"in": vars{"idempotencyKey": key(), "checkout": vars{"lines": []vars{line(g.sku, 1)}}, "expectedTotal": "10.00", "note": "请放门卫陈伯"}})
	l.order = a.str("orderPlace.order.id")
	cat.pay(placed{payment: a.str("orderPlace.payment.id")})
	refund := cat.do(refundRequest, vars{"in": vars{"idempotencyKey": "r", "orderId": l.order, "reason": "猫毛过敏"}}).str("refundRequest.refund.id")
	partner.do(refundDecide, vars{"in": vars{"refundId": refund, "approve": false, "note": "桂花巷的包裹"}})
	partner.do(orderShip, vars{"in": vars{"orderId": l.order, "carrier": "SF", "trackingNumber": "SF1"}})
	partner.do(`mutation($in: ShipmentEventsAddInput!) { shipmentEventsAdd(input: $in) { userErrors { code } } }`,
		vars{"in": vars{"orderId": l.order, "trackingNumber": "SF1", "events": []vars{{"at": s.Clock.Now().UTC().Format(time.RFC3339), "text": "签收人狸花"}}}})
	return l
}

// finishes ends what stands in the way of an erasure.
func (s *shop) finishes(l life) {
	s.t.Helper()
	l.do(orderComplete, vars{"in": vars{"orderId": l.order}}).want("orderComplete.order.state", "COMPLETED")
}

func TestConsents(t *testing.T) {
	s := openShop(t)
	ming, hong := s.signedIn("ming"), s.signedIn("hong")
	ming.do(`{ me { consents { purpose } } }`, nil).want("me.consents", "[]")
	set := func(purpose string, granted bool, version string) answer {
		return ming.send(consentSet, vars{"in": vars{"purpose": purpose, "granted": granted, "textVersion": version}})
	}
	set("PARTNER_SHARING", true, "v1").want("consentSet.shopper.consents.0.granted", "true", "consentSet.shopper.consents.1", "<nil>")
	s.Clock.Advance(time.Second)
	set("PERSONALISATION", true, "v1").want("consentSet.shopper.consents.0.purpose", "PERSONALISATION", "consentSet.shopper.consents.1.purpose", "PARTNER_SHARING")
	set("PARTNER_SHARING", false, "v2").want("consentSet.shopper.consents.1.granted", "false", "consentSet.shopper.consents.1.textVersion", "v2")
	set("PARTNER_SHARING", false, "v2").want("consentSet.shopper.consents.1.granted", "false")
	for _, version := range []string{"", " ", "条款", strings.Repeat("v", 33)} {
		wantEqual(t, set("PERSONALISATION", true, version).verdict(), "INVALID")
	}
	wantEqual(t, set("ELSE", true, "v1").code(), "INVALID_INPUT")
	hong.do(`{ me { consents { purpose } } }`, nil).want("me.consents", "[]")
	wantEqual(t, s.visitor().send(consentSet, vars{"in": vars{"purpose": "PERSONALISATION", "granted": true, "textVersion": "v1"}}).code(), "UNAUTHENTICATED")

	_, exported := s.fetch("GET", strings.TrimPrefix(ming.do(shopperExport, nil).str("shopperExport.url"), s.Config.BaseURL()))
	var document struct {
		Consents []struct{ Purpose, TextVersion string }
	}
	if err := json.Unmarshal([]byte(exported), &document); err != nil || len(document.Consents) != 3 {
		t.Fatalf("%v: three decisions were made: %s", err, exported)
	}
}

// Everything that the shop keeps is in the file, nothing by which anybody could act as the shopper, and long lists are whole.
func TestExport(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	cat := s.lives(gs[0])
	for range 450 {
		if _, err := s.Points.Earn(t.Context(), points.Earning{ShopperID: cat.shopperID, Channel: "STORE", Points: 1, Owner: "test", Reason: "a penny"}); err != nil {
			t.Fatal(err)
		}
	}
	made := cat.do(shopperExport, nil)
	address := made.str("shopperExport.url")
	if !strings.HasPrefix(address, s.Config.BaseURL()+"/exports/") {
		t.Fatal(address)
	}
	path := strings.TrimPrefix(address, s.Config.BaseURL())
	res, body := s.fetch("GET", path)
	wantEqual(t, res.StatusCode, http.StatusOK)
	wantEqual(t, res.Header.Get("Cache-Control"), "no-store")
	wantEqual(t, res.Header.Get("X-Content-Type-Options"), "nosniff")
	wantEqual(t, strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment"), true)
	for _, word := range append(cat.words, "demo:小狸花", cat.order, "SF1", "Two off", "2026-05", "Daily") {
		if word != "桂花巷的包裹" && word != "Daily" && !strings.Contains(body, word) { // what the shop noted for itself is its own
			t.Errorf("%s is not in the file", word)
		}
	}
	for _, secret := range []string{"rt_", cat.refreshToken, "data_key", "hash", "cipher"} {
		if strings.Contains(body, secret) {
			t.Errorf("%s is in the file", secret)
		}
	}
	var document map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &document); err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]int{
		"accounts": 1, "channels": 1, "addresses": 1, "consents": 1, "sessions": 1, "memberNumbers": 1, "mayHostLiveRooms": 0, "cart": 1, "orders": 1, "groupSeats": 0,
		"coupons": 1, "pointsAccounts": 1, "pointsEntries": 453, "pointsLots": 452, "pointsHolds": 1, "checkIns": 1, "shareLinks": 1,
		"liveComments": 0, "liveQuestions": 0, "liveVotes": 0, "liveLikes": 0, "liveRoomsJoined": 0, "liveRoomsHosted": 0, "liveDropClaims": 0, "liveLotteryEntries": 0,
	} {
		var rows []struct{ ID string }
		if err := json.Unmarshal(document[part], &rows); err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, %v; want %d", part, len(rows), err, want)
		}
		seen := map[string]bool{}
		for _, row := range rows {
			if row.ID != "" && seen[row.ID] {
				t.Errorf("%s is in %s twice", row.ID, part)
			}
			seen[row.ID] = true
		}
	}
	if strings.Contains(logged.String(), "小狸花") {
		t.Error("a name is in the log")
	}
}

// A link is its shopper's, for its time, and nothing else opens.
func TestExportLinks(t *testing.T) {
	s := openShop(t)
	ming, hong := s.signedIn("ming"), s.signedIn("hong")
	link := func(c *client) string {
		return strings.TrimPrefix(c.do(shopperExport, nil).str("shopperExport.url"), s.Config.BaseURL())
	}
	status := func(path string) int {
		res, body := s.fetch("GET", path)
		if res.StatusCode != http.StatusOK && strings.Contains(body, "shp_") {
			t.Errorf("%s answers %s", path, body)
		}
		return res.StatusCode
	}
	mine := link(ming)
	soon := ming.send(shopperExport, nil)
	wantEqual(t, soon.verdict(), "TOO_OFTEN")
	if wait := soon.num("shopperExport.userErrors.0.retryAfterSeconds"); wait < 1 || wait > 60 {
		t.Errorf("wait %d s", wait)
	}
	hers := link(hong)
	wantEqual(t, status(mine), http.StatusOK)
	wantEqual(t, status(hers), http.StatusOK)
	for _, bad := range []string{
		mine[:len(mine)-1], mine + "A", strings.Replace(mine, ming.shopperID, hong.shopperID, 1), "/exports/" + ming.shopperID, "/exports/x", "/exports/",
		"/exports/" + ming.shopperID + ".zzzzzz." + mine[strings.LastIndex(mine, ".")+1:],
	} {
		wantEqual(t, status(bad), http.StatusNotFound)
	}
	wantEqual(t, status(mine), http.StatusOK)
	wantEqual(t, status(mine), http.StatusOK)
	res, _ := s.fetch("GET", mine)
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth at once: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	s.Clock.Advance(14 * time.Minute)
	wantEqual(t, status(mine), http.StatusOK)
	s.Clock.Advance(time.Minute)
	wantEqual(t, status(mine), http.StatusNotFound)
	wantEqual(t, s.visitor().send(shopperExport, nil).code(), "UNAUTHENTICATED")
	wantEqual(t, s.partner().send(shopperExport, nil).code(), "FORBIDDEN")
}
