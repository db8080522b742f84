package app_test

import (
	"slices"
	"testing"
)

// My groups: each once, the newest seat first, whatever became of it; a seat that was let go unpaid does not count.
func TestMyGroups(t *testing.T) {
	s := openShop(t)
	gs := s.goods(6, 50)
	ming, hong := s.shopper("ming"), s.shopper("hong")
	const mine = `query($after: String, $state: GroupBuyState, $n: Int = 2) { me { groupBuys(first: $n, after: $after, state: $state) { edges { cursor node { id state campaign { title } viewerSeat { state order { id } } members { isLeader } } }
		nodes { id } pageInfo { hasNextPage endCursor } } } }`
	var want []string
	campaigns := make([]string, 6)
	for i := range campaigns {
		campaigns[i] = s.campaign("SKU-"+itoa(i), vars{"size": 3})
	}
	for i := range 3 {
		want = append(want, ming.opens(gs[i], campaigns[i]).group)
	}
	joined := hong.opens(gs[3], campaigns[3])
	seat := ming.joins(gs[3], joined.group)
	want = append(want, joined.group)
	pending := ming.takes(gs[4], "campaignId", campaigns[4])
	want = append(want, pending.group)
	dropped := ming.takes(gs[5], "campaignId", campaigns[5])
	ming.do(orderCancel, vars{"in": vars{"orderId": dropped.order}})
	slices.Reverse(want)
	wantEqual(t, ming.pages(mine, vars{}, "me.groupBuys"), want)
	ming.do(mine, vars{}).want("me.groupBuys.edges.0.node.state", "PENDING", "me.groupBuys.edges.0.node.viewerSeat.state", "HELD", "me.groupBuys.edges.1.node.viewerSeat.order.id", seat.order,
		"me.groupBuys.edges.1.node.campaign.title", "Together", "me.groupBuys.edges.1.node.members.1.isLeader", "false")
	wantEqual(t, ming.pages(mine, vars{"state": "OPEN"}, "me.groupBuys"), want[1:])
	wantEqual(t, hong.pages(mine, vars{}, "me.groupBuys"), []string{joined.group})
	wantEqual(t, s.shopper("wei").pages(mine, vars{}, "me.groupBuys"), []string(nil))

	// Out, and in again: still one group, and now the newest.
	ming.do(refundRequest, vars{"in": vars{"idempotencyKey": key(), "orderId": seat.order, "reason": "not any more"}})
	ming.becomes(seat.order, "REFUNDED")
	wantEqual(t, ming.pages(mine, vars{}, "me.groupBuys"), want)
	ming.joins(gs[3], joined.group)
	wantEqual(t, ming.pages(mine, vars{}, "me.groupBuys"), []string{want[1], want[0], want[2], want[3], want[4]})
	for query, code := range map[string]string{
		`{ me { groupBuys(first: 101) { totalCount } } }`: "INVALID_INPUT", `{ me { groupBuys(after: "x") { totalCount } } }`: "INVALID_CURSOR",
	} {
		wantEqual(t, ming.send(query, nil).code(), code)
	}
	s.wantSame("my groups", 17, ming, mine, vars{"n": 4}, vars{"n": 2})
}
