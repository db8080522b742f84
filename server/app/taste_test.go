package app_test

import (
	"strings"
	"testing"
	"time"
)

const likingPage = `query($device: String, $first: Int, $after: String) { feed(first: $first, after: $after, deviceId: $device, accepts: [PRODUCT]) {
	edges { impression reason { code text } node { ... on Product { id category { name } } } } pageInfo { hasNextPage endCursor } } }`

// taps records one thing that somebody did to a card of a page, with the device that the page was asked for with.
func (c *client) taps(a answer, card int, kind, device string, want int) {
	c.t.Helper()
	edge := "feed.edges." + itoa(card)
	events := []vars{{
		"clientId": kind + a.str(edge+".node.id"), "kind": kind, "targetId": a.str(edge + ".node.id"), "impression": a.str(edge + ".impression"),
		"at": time.Now().UTC().Format(time.RFC3339),
	}}
	in := vars{"events": events}
	if device != "" {
		in["deviceId"] = device
	}
	done := c.do(`mutation($in: EventsRecordInput!) { eventsRecord(input: $in) { accepted userErrors { code field } } }`, vars{"in": in})
	wantEqual(c.t, done.num("eventsRecord.accepted"), want)
}

// Two visitors tap different things, and their next pages differ and say why; what one hides is gone; who signs in takes along what his device was known for.
func TestTasteOverHTTP(t *testing.T) {
	s := openShop(t)
	s.goods(30, 5) // of Kind 0 to Kind 4
	page := func(c *client, device string) answer {
		t.Helper()
		v := vars{"first": 15}
		if device != "" {
			v["device"] = device
		}
		return c.do(likingPage, v)
	}
	// leading is the first card that is there for what its viewer likes: others may stand before it.
	leadingEdge := func(a answer) string {
		for i := range a.list("feed.edges") {
			if edge := "feed.edges." + itoa(i); a.str(edge+".reason.code") == "INTEREST" {
				return edge
			}
		}
		t.Fatal("no card is there for what its viewer likes")
		return ""
	}
	leading := func(a answer) string { return a.str(leadingEdge(a) + ".node.category.name") }
	visitor := s.visitor()
	for device, likes := range map[string]string{"device-of-ann": "Kind 1", "device-of-bob": "Kind 3"} {
		before := page(visitor, device)
		for i := range before.list("feed.edges") {
			if before.str("feed.edges."+itoa(i)+".node.category.name") == likes {
				visitor.taps(before, i, "VIEW", device, 1)
				visitor.taps(before, i, "ADD_TO_CART", device, 1)
				visitor.taps(before, i, "VIEW", device, 1) // a resend
			}
		}
		after := page(visitor, device)
		wantEqual(t, leading(after), likes)
		if text := after.str(leadingEdge(after) + ".reason.text"); !strings.Contains(text, strings.ToLower(likes)) {
			t.Errorf("the reason is %q", text)
		}
	}
	ann := s.signedIn("ann")
	first := page(ann, "device-of-ann")
	last := 14 // a card of another kind: to hide one of hers counts against what she likes
	for first.str("feed.edges."+itoa(last)+".node.category.name") == "Kind 1" {
		last--
	}
	ann.taps(first, last, "NOT_INTERESTED", "device-of-ann", 1)
	wantEqual(t, leading(page(ann, "")), "Kind 1")
	hidden := first.str("feed.edges." + itoa(last) + ".node.id")
	for v := (vars{"first": 100}); ; {
		a := ann.do(likingPage, v)
		for i := range a.list("feed.edges") {
			if a.str("feed.edges."+itoa(i)+".node.id") == hidden {
				t.Error("what she hid is shown")
			}
		}
		if a.at("feed.pageInfo.hasNextPage") != true {
			break
		}
		v["after"] = a.str("feed.pageInfo.endCursor")
	}
	if again := page(visitor, "device-of-ann"); again.str("feed.edges.0.reason.code") == "INTEREST" {
		t.Error("the device is still known for what she likes")
	}
	liked := ann.do(`{ me { interests { tag weight updatedAt } } }`, nil)
	wantEqual(t, liked.str("me.interests.0.tag"), "kind 1")
	chosen := ann.do(`mutation { interestsSet(input: {tags: ["Kind 4"]}) { interests { tag weight } userErrors { code } } }`, nil)
	// Which of the two weighs more goes by how many cards of Kind 1 the first page happened to hold.
	tags := map[string]bool{}
	for i := range chosen.list("interestsSet.interests") {
		tags[chosen.str("interestsSet.interests."+itoa(i)+".tag")] = true
	}
	if !tags["kind 1"] || !tags["kind 4"] {
		t.Errorf("after she chose Kind 4 she likes %v", tags)
	}
	ann.do(`mutation { consentSet(input: {purpose: PERSONALISATION, granted: false, textVersion: "1"}) { userErrors { code } } }`, nil)
	liked = ann.do(`{ me { interests { tag weight } } }`, nil)
	wantEqual(t, len(liked.list("me.interests")), 1)
	wantEqual(t, liked.str("me.interests.0.tag"), "kind 4")
	chose := 0
	for a, i := page(ann, ""), 0; i < 15; i++ {
		if a.str("feed.edges."+itoa(i)+".reason.code") == "INTEREST" {
			wantEqual(t, a.str("feed.edges."+itoa(i)+".node.category.name"), "Kind 4")
			chose++
		}
	}
	if chose == 0 {
		t.Error("nothing is shown for what she chose")
	}
	if a := visitor.do(`{ me { interests { tag } } }`, nil); a.at("me") != nil {
		t.Errorf("a visitor likes %v", a.at("me"))
	}
}
