package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

const (
	withdrawalFields = `id amount { amount } state settledAt confirm { name value }`
	balanceFields    = `pending { amount } available { amount } inPayout { amount } withdrawn { amount } clawedBack { amount } debt { amount }`
	withdrawIt       = `mutation($key: String!, $amount: Decimal!) { commissionWithdraw(input: {idempotencyKey: $key, amount: $amount}) {
		withdrawal { ` + withdrawalFields + ` } balance { ` + balanceFields + ` } userErrors { code field message available } } }`
	myCommission = `query($n: Int, $after: String, $state: CommissionState) { me { referral { commission { ` + balanceFields + ` }
		commissions(first: $n, after: $after, state: $state) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
			nodes { id orderNumberMasked lineTitle level base { amount } rate amount { amount } clawedBack { amount } state earnedAt availableAt } }
		withdrawals(first: $n) { totalCount nodes { ` + withdrawalFields + ` } } } } }`
	nodeOf = `query($id: ID!) { node(id: $id) { ... on Commission { amount { amount } } ... on Withdrawal { state ` + `confirm { name value } } } }`
)

// completed ships an order and has its shopper receive it.
func (s *shop) completed(c *client, order string) {
	s.t.Helper()
	s.partner().do(`mutation($id: ID!) { orderShip(input: {orderId: $id, carrier: "SF", trackingNumber: "SF1"}) { userErrors { code } } }`, vars{"id": order})
	c.do(`mutation($id: ID!) { orderComplete(input: {orderId: $id}) { order { state } userErrors { code } } }`, vars{"id": order}).want("orderComplete.order.state", "COMPLETED")
}

// From a shared link to money in the wallet, and back: earned, matured, withdrawn, clawed back.
func TestCommissionFromALinkToTheWallet(t *testing.T) {
	s := openShop(t)
	t.Cleanup(s.check)
	g := s.goods(1, 50)[0]
	ann, bo := s.session("WECHAT_MINI_PROGRAM", "ann"), s.shopper("bo")
	token, _ := ann.shares(g)
	p := bo.brought(g, token)
	bo.pay(p)
	s.completed(bo, p.order)
	standing := func(c *client, part, want string) func() bool {
		return func() bool {
			return c.do(myCommission, vars{"n": 5}).str("me.referral.commission."+part+".amount") == want
		}
	}
	eventually(t, "ann earns", standing(ann, "pending", "0.50"))
	a := ann.do(myCommission, vars{"n": 5, "state": "PENDING"})
	a.want("me.referral.commissions.totalCount", "1", "me.referral.commissions.nodes.0.level", "1", "me.referral.commissions.nodes.0.rate", "0.05",
		"me.referral.commissions.nodes.0.base.amount", "10.00", "me.referral.commissions.nodes.0.amount.amount", "0.50", "me.referral.commissions.nodes.0.state", "PENDING")
	if shown := a.str("me.referral.commissions.nodes.0.orderNumberMasked"); len(shown) != 8 || !strings.HasPrefix(shown, "****") {
		t.Errorf("the order number shows as %q", shown)
	}
	earned := a.str("me.referral.commissions.nodes.0.id")
	ann.do(nodeOf, vars{"id": earned}).want("node.amount.amount", "0.50")
	bo.do(nodeOf, vars{"id": earned}).want("node", "<nil>")
	s.visitor().do(nodeOf, vars{"id": earned}).want("node", "<nil>")

	for range 4 {
		q := bo.brought(g, token)
		bo.pay(q)
		s.completed(bo, q.order)
	}
	eventually(t, "ann earns more", standing(ann, "pending", "2.50"))
	ann.send(withdrawIt, vars{"key": "too-soon", "amount": "1.00"}).want("commissionWithdraw.userErrors.0.code", "INSUFFICIENT_COMMISSION", "commissionWithdraw.userErrors.0.available", "0")
	asked := bo.do(refundRequest, vars{"in": vars{"idempotencyKey": key(), "orderId": p.order, "reason": "too small"}}).str("refundRequest.refund.id")
	week := func() {
		s.Clock.Advance(7*24*time.Hour + time.Minute)
		s.Wake()
		ann = s.session("WECHAT_MINI_PROGRAM", "ann")
	}
	week()
	eventually(t, "what nobody wants back matures", standing(ann, "available", "2.00"))
	ann.do(myCommission, vars{"n": 5}).want("me.referral.commission.pending.amount", "0.50")
	week()
	eventually(t, "what the shop leaves undecided matures a week later", standing(ann, "available", "2.50"))
	ann.send(withdrawIt, vars{"key": "k", "amount": "1000.01"}).want("commissionWithdraw.userErrors.0.code", "OUT_OF_RANGE", "commissionWithdraw.userErrors.0.available", "100000")
	ann.send(withdrawIt, vars{"key": "k", "amount": "1.001"}).want("commissionWithdraw.userErrors.0.code", "INVALID", "commissionWithdraw.userErrors.0.field.1", "amount")
	first := ann.do(withdrawIt, vars{"key": "k", "amount": "2.50"}).want("commissionWithdraw.balance.available.amount", "0.00")
	again := ann.do(withdrawIt, vars{"key": "k", "amount": "2.50"})
	if paid := first.str("commissionWithdraw.withdrawal.id"); again.str("commissionWithdraw.withdrawal.id") != paid || paid == "" {
		t.Errorf("the same key made %s and %s", paid, again.str("commissionWithdraw.withdrawal.id"))
	}
	eventually(t, "it is paid", standing(ann, "withdrawn", "2.50"))
	ann.do(myCommission, vars{"n": 5}).want("me.referral.withdrawals.totalCount", "1", "me.referral.withdrawals.nodes.0.state", "SETTLED")

	s.partner().do(refundDecide, vars{"in": vars{"refundId": asked, "approve": true, "restock": true}})
	eventually(t, "it is owed", standing(ann, "debt", "0.50"))
	ann.do(myCommission, vars{"n": 5, "state": "CLAWED_BACK"}).want("me.referral.commissions.nodes.0.id", earned, "me.referral.commissions.nodes.0.clawedBack.amount", "0.50")
}

// WeChat's wallet waits for its owner, tells of it by notice, and is asked where no notice comes; forged and wrong ones change nothing.
func TestWithdrawToWeChat(t *testing.T) {
	w := openWeChat(t)
	sku, ann, bo := w.sku(), w.shopperBy("openid-ann"), w.shopperBy("openid-bo")
	token := ann.do(`{ me { referral { code } } }`, nil).str("me.referral.code")
	placed := bo.do(`mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { order { id } payment { id } userErrors { code field } } }`, vars{"in": vars{
		"idempotencyKey": key(), "checkout": vars{"lines": []vars{line(sku, 3)}, "referralToken": token}, "expectedTotal": "264.00",
	}})
	if err := w.pay.Pay(number(placed.str("orderPlace.payment.id")), wechatfake.Delivery{}); err != nil {
		t.Fatal(err)
	}
	w.completed(bo, placed.str("orderPlace.order.id"))
	eventually(t, "ann earns", func() bool {
		return ann.do(myCommission, vars{"n": 5}).str("me.referral.commission.pending.amount") == "13.20"
	})
	w.Clock.Advance(7*24*time.Hour + time.Minute)
	w.Wake()
	ann, bo = w.shopperBy("openid-ann"), w.shopperBy("openid-bo")
	eventually(t, "it matures", func() bool {
		return ann.do(myCommission, vars{"n": 5}).str("me.referral.commission.available.amount") == "13.20"
	})

	w.pay.Fail(wechatfake.CallPayout, wechatfake.Fault{AfterEffect: true}) // the answer is lost
	waiting := func(amount string) (id, number string) {
		id = ann.do(withdrawIt, vars{"key": key(), "amount": amount}).str("commissionWithdraw.withdrawal.id")
		eventually(t, "the wallet waits", func() bool { return len(ann.do(nodeOf, vars{"id": id}).list("node.confirm")) == 3 })
		return id, strings.TrimPrefix(id, "wdr_")
	}
	taken, takenNumber := waiting("10.00")
	a := ann.do(nodeOf, vars{"id": taken}).want("node.state", "SENT", "node.confirm.0.name", "mchId", "node.confirm.2.name", "package")
	if a.str("node.confirm.2.value") == "" {
		t.Error("nothing to confirm by")
	}
	bo.do(nodeOf, vars{"id": taken}).want("node", "<nil>")
	left, leftNumber := waiting("3.00")
	if book := w.pay.Transfers(); len(book) != 2 || book[takenNumber].Payee != "openid-ann" || book[takenNumber].Amount != 1000 {
		t.Fatalf("%+v", book)
	}
	if err := w.pay.Confirm(takenNumber, true, wechatfake.Delivery{Copies: 4}); err != nil {
		t.Fatal(err)
	}
	ann.do(nodeOf, vars{"id": taken}).want("node.state", "SETTLED")
	if err := w.pay.Confirm(leftNumber, false, wechatfake.Delivery{Forged: true}); err != nil { // he lets it go, and only a forger says anything
		t.Fatal(err)
	}
	ann.do(nodeOf, vars{"id": left}).want("node.state", "SENT")
	w.Clock.Advance(10 * time.Minute)
	w.Wake()
	eventually(t, "it is asked about", func() bool { return ann.do(nodeOf, vars{"id": left}).str("node.state") == "FAILED" })
	ann.do(myCommission, vars{"n": 5}).want("me.referral.commission.available.amount", "3.20", "me.referral.commission.withdrawn.amount", "10.00",
		"me.referral.commission.inPayout.amount", "0.00", "me.referral.withdrawals.nodes.0.state", "FAILED", "me.referral.withdrawals.nodes.1.state", "SETTLED")
	if confirms := ann.do(myCommission, vars{"n": 5}).list("me.referral.withdrawals.nodes.0.confirm"); len(confirms) != 0 {
		t.Errorf("what has ended can still be confirmed: %v", confirms)
	}

	// Whoever has ann's session and links a wallet of his own is not paid today.
	ann.do(linkChannel, vars{"channel": "WECHAT_MINI_PROGRAM", "code": w.sign.Issue(identity.Subject{OpenID: "openid-thief"})}).want("channelLink.merged", "false")
	ann.send(withdrawIt, vars{"key": "thief", "amount": "3.20"}).want("commissionWithdraw.userErrors.0.code", "TOO_OFTEN", "commissionWithdraw.userErrors.0.field.0", "input",
		"commissionWithdraw.withdrawal", "<nil>")
	w.shopperBy("openid-ann")
	ann.do(withdrawIt, vars{"key": "thief", "amount": "3.20"}).want("commissionWithdraw.balance.inPayout.amount", "3.20")
	eventually(t, "her own wallet gets it", func() bool { return len(w.pay.Transfers()) == 3 })
	for number, transfer := range w.pay.Transfers() {
		if transfer.Payee != "openid-ann" {
			t.Errorf("%s goes to %s", number, transfer.Payee)
		}
	}
}

// What a page of the statement costs does not depend on its length.
func TestStatementsOfACommissionPage(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 100)[0]
	ann := s.session("WECHAT_MINI_PROGRAM", "ann")
	token, _ := ann.shares(g)
	bo := s.shopper("bo")
	const orders = 6
	for range orders {
		p := bo.brought(g, token)
		bo.pay(p)
		s.completed(bo, p.order)
	}
	eventually(t, "ann earns", func() bool {
		return ann.do(myCommission, vars{"n": 5}).str("me.referral.commission.pending.amount") == fmt.Sprintf("%d.%02d", orders*50/100, orders*50%100)
	})
	one, _ := s.statements(ann, myCommission, vars{"n": 1})
	many, texts := s.statements(ann, myCommission, vars{"n": orders})
	if many > one {
		t.Errorf("%d statements for one, %d for %d:\n%s", one, many, orders, texts)
	}
}
