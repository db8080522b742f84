package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
)

// everything of a product's card.
const card = `id handle title description vendor category { id name parent { id } } tags media { kind url(maxWidth: 400) width height alt } options { name values }
	price { list { amount } sale { amount } member { amount } group { amount } live { amount } best { amount currency } } visible createdAt
	proof { soldCount buyingNow } scarcity { unitsLeft level }
	skus { id code title options { name value } available stock media { url } pointsPrice { points } price { list { amount } best { amount } } }`

// statements runs a query and returns how many statements it took, and which. When it made what everybody shares for a second or two (the ranking, the
// campaigns that run), which is not its own, it is run again.
func (s *shop) statements(c *client, query string, v vars) (int, string) {
	s.t.Helper()
	for {
		n, texts := s.statementsOnce(c, query, v)
		if !shared(texts) {
			return n, texts
		}
	}
}

func (s *shop) statementsOnce(c *client, query string, v vars) (int, string) {
	s.t.Helper()
	var mu sync.Mutex
	var texts []string
	counter := &store.Counter{Each: func(q string) {
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, q)
	}}
	s.counting.Store(counter)
	defer s.counting.Store(nil)
	c.do(query, v)
	return counter.Count(), strings.Join(texts, "\n\n")
}

// wantSame fails unless the operation takes the same number of statements for each variables, at most that many; it runs once before, to fill what is cached.
func (s *shop) wantSame(what string, most int, c *client, query string, each ...vars) {
	s.t.Helper()
	c.do(query, each[0])
	counts := make([]int, len(each))
	var texts string
	for i, v := range each {
		for counts[i], texts = s.statements(c, query, v); shared(texts); {
			counts[i], texts = s.statements(c, query, v)
		}
		if counts[i] != counts[0] || counts[i] > most {
			s.t.Errorf("%s: %v statements for %v, at most %d wanted:\n%s", what, counts[:i+1], each[:i+1], most, texts)
			return
		}
	}
	s.t.Logf("%s: %d statements", what, counts[0])
}

// shared reports whether an operation read what everybody shares for a second or two, and so is not the page's: the ranking, the campaigns that run, of groups and of
// help, or the offers that are open.
func shared(texts string) bool {
	return strings.Contains(texts, "AS recent") || strings.Contains(texts, "LIMIT 1001") || strings.Contains(texts, "LIMIT 200") || strings.Contains(texts, "FROM live_offers WHERE ends_at > ? AND ended_at IS NULL ORDER BY")
}

func sizes(ns ...int) (list []vars) {
	for _, n := range ns {
		list = append(list, vars{"n": n})
	}
	return list
}

// A page's statements do not grow with its length.
func TestStatementsOfLists(t *testing.T) {
	s := openShop(t)
	gs := s.goods(60, 3)
	ming, visitor := s.shopper("ming"), s.visitor()
	for i := range 20 {
		ming.paid(gs[40+i])
	}
	partner := s.partner()
	s.Clock.Advance(time.Minute) // what a partner's list shows has settled

	const feed = `query($n: Int) { feed(first: $n) { edges { cursor impression reason { code text } node { ... on Product { ` + card + ` } } } pageInfo { hasNextPage endCursor } } }`
	s.wantSame("feed, signed out", 5, visitor, feed, sizes(20, 5, 40)...)
	s.wantSame("feed, signed in", 9, ming, feed, sizes(20, 5, 40)...)
	const buyers = `query($n: Int) { feed(first: $n) { edges { node { ... on Product { ` + card + ` proof { recentBuyers(first: 3) { nickname avatarUrl } } } } } } }`
	s.wantSame("feed with buyers", 7, visitor, buyers, sizes(10, 2, 20)...)
	s.wantSame("feed beside a product", 9, ming, `query($n: Int, $about: ID) { feed(first: $n, scene: PRODUCT_DETAIL, about: $about) { edges { node { ... on Product { `+card+` } } } } }`,
		vars{"n": 20, "about": gs[0].product}, vars{"n": 5, "about": gs[0].product}, vars{"n": 40, "about": gs[0].product})
	const products = `query($n: Int, $q: String, $sort: ProductSort, $after: String) { products(first: $n, query: $q, sort: $sort, after: $after) { edges { cursor node { ` + card + ` } } pageInfo { endCursor } } }`
	s.wantSame("products", 6, visitor, products, sizes(20, 5, 30)...)
	s.wantSame("search", 7, visitor, products, vars{"n": 20, "q": "good"}, vars{"n": 5, "q": "good"}, vars{"n": 30, "q": "good"})
	s.wantSame("nodes", 12, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { `+card+` } ... on Sku { id price { best { amount } } product { title category { name } } } } }`,
		vars{"ids": ids(gs, 20)}, vars{"ids": ids(gs, 2)}, vars{"ids": ids(gs, 40)})

	const order = `id number state version channel lines { id quantity title media { url } unitPrice { amount } refunded { amount } sku { id code available price { best { amount } } product { id title visible category { name } proof { buyingNow } scarcity { level } } } }
		adjustments { kind title } subtotal { amount } shipping { amount } total { amount } payment { id state amount { amount } } refunds { id state } shipments { carrier events { text } }
		address { recipient phone street } note timeline { state at } placedAt`
	const mine = `query($n: Int) { me { orders(first: $n) { totalCount edges { node { ` + order + ` } } } } }`
	s.wantSame("my orders", 18, ming, mine, sizes(2, 20)...)
	s.wantSame("partner's orders", 14, partner, `query($n: Int) { orders(first: $n) { edges { node { `+order+` } } } }`, sizes(2, 20)...)
	mineAll := ming.do(`{ me { orders(first: 20) { nodes { id } } } }`, nil).list("me.orders.nodes")
	orderIDs := make([]any, len(mineAll))
	for i, o := range mineAll {
		orderIDs[i] = o.(map[string]any)["id"]
	}
	s.wantSame("orders as nodes", 16, ming, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { `+order+` } } }`, vars{"ids": orderIDs}, vars{"ids": orderIDs[:2]})
	first := ming.do(`{ me { orders(first: 1) { edges { node { id } } } } }`, nil).str("me.orders.edges.0.node.id")
	s.wantSame("order page", 16, ming, `query($id: ID!) { order(id: $id) { `+order+` } }`, vars{"id": first})
	s.wantSame("how to pay an order", 11, ming, `query($id: ID!) { order(id: $id) { payment { parameters { name } } } }`, vars{"id": ming.place(gs[1]).order})
	s.wantSame("product page", 6, visitor, `query($h: String) { product(handle: $h) { `+card+` } }`, vars{"h": "good-0"}, vars{"h": "good-7"})
	s.wantSame("categories", 1, visitor, `{ categories { id name parent { id name } children { id name children { id } } } }`, nil)

	for i := range 12 {
		s.campaign(fmt.Sprintf("SKU-%d", i), nil)
	}
	s.Clock.Advance(3 * time.Second)
	s.wantSame("feed with campaigns, signed out", 5, visitor, feed, sizes(20, 30, 40)...)
	s.wantSame("feed with campaigns, signed in", 9, ming, feed, sizes(20, 30, 40)...)
	const cards = `query($n: Int) { feed(first: $n, scene: GROUP_BUY) { edges { reason { text } node { ... on GroupBuyCampaign { id title size unitsLeft campaignState
		offers { price { amount } rungs { size } } leaderReward { kind } } } } } }`
	wantEqual(t, len(ming.do(cards, vars{"n": 20}).list("feed.edges")), 12)
	s.wantSame("campaigns' cards", 5, ming, cards, sizes(12, 2)...)
}

func ids(gs []good, n int) (list []string) {
	for i := range n {
		list = append(list, gs[i].product, gs[i].sku)
	}
	return list
}

func TestStatementsOfTheCart(t *testing.T) {
	s := openShop(t)
	gs := s.goods(40, 3)
	fill := func(name string, n int) *client {
		c := s.shopper(name)
		lines := make([]vars, n)
		for i := range lines {
			lines[i] = line(gs[i].sku, 1)
		}
		c.do(cartLinesSet, vars{"in": vars{"lines": lines}})
		return c
	}
	query := `{ me { nickname cart { ` + cartFields + ` } } }`
	two, _ := s.statements(fill("two", 2), query, nil)
	many, texts := s.statements(fill("many", 40), query, nil)
	if two != many || many > 10 {
		t.Errorf("a cart of 2 takes %d statements, one of 40 %d:\n%s", two, many, texts)
	}
	quote := func(n int) (int, string) {
		lines := make([]vars, n)
		for i := range lines {
			lines[i] = line(gs[i].sku, 1)
		}
		return s.statements(s.signedIn("two"), checkoutQuote, vars{"in": vars{"lines": lines}})
	}
	two, _ = quote(2)
	many, texts = quote(30)
	if two != many || many > 7 {
		t.Errorf("a quote of 2 takes %d statements, one of 30 %d:\n%s", two, many, texts)
	}
	if fmt.Sprint(two) == "0" {
		t.Error("nothing is counted")
	}
}
