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
	// page shows all there are, so that what somebody likes does not go by how many cards of a kind a shorter one happened to hold.
	page := func(c *client, device string) answer {
		t.Helper()
		v := vars{"first": 30}
		if device != "" {
			v["device"] = device
		}
		return c.do(likingPage, v)
	}
	leading := func(a answer) string { return a.str("feed.edges.0.node.category.name") }
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
		wantEqual(t, after.str("feed.edges.0.reason.code"), "INTEREST")
		if text := after.str("feed.edges.0.reason.text"); !strings.Contains(text, strings.ToLower(likes)) {
			t.Errorf("the reason is %q", text)
		}
	}
	ann := s.signedIn("ann")
	first := page(ann, "device-of-ann")
	other := 14 // to hide a card of what she likes would count against it
	for first.str("feed.edges."+itoa(other)+".node.category.name") == "Kind 1" {
		other++
	}
	ann.taps(first, other, "NOT_INTERESTED", "device-of-ann", 1)
	wantEqual(t, leading(page(ann, "")), "Kind 1")
	hidden := first.str("feed.edges." + itoa(other) + ".node.id")
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
	wantEqual(t, chosen.str("interestsSet.interests.0.tag"), "kind 1")
	ann.do(`mutation { consentSet(input: {purpose: PERSONALISATION, granted: false, textVersion: "1"}) { userErrors { code } } }`, nil)
	liked = ann.do(`{ me { interests { tag weight } } }`, nil)
	wantEqual(t, len(liked.list("me.interests")), 1)
	wantEqual(t, liked.str("me.interests.0.tag"), "kind 4")
	wantEqual(t, leading(page(ann, "")), "Kind 4")
	if a := visitor.do(`{ me { interests { tag } } }`, nil); a.at("me") != nil {
		t.Errorf("a visitor likes %v", a.at("me"))
	}
}
