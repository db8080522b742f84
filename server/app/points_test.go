package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	movement       = `{ member { id nickname points { available held debt } } entry { id kind points balanceAfter channel reason reference at } userErrors { code field message available } }`
	pointsEarn     = `mutation($in: PointsEarnInput!) { pointsEarn(input: $in) ` + movement + ` }`
	pointsHold     = `mutation($in: PointsHoldInput!) { pointsHold(input: $in) { hold { id points expiresAt } member { id points { available held } } userErrors { code field message available } } }`
	pointsCapture  = `mutation($in: PointsCaptureInput!) { pointsCapture(input: $in) ` + movement + ` }`
	pointsRelease  = `mutation($in: PointsReleaseInput!) { pointsRelease(input: $in) ` + movement + ` }`
	pointsReverse  = `mutation($in: PointsReverseInput!) { pointsReverse(input: $in) ` + movement + ` }`
	pointsBatch    = `mutation($in: PointsBatchInput!) { pointsBatch(input: $in) { results { idempotencyKey applied entryId userErrors { code field message available } } userErrors { code field message available } } }`
	memberIdentify = `mutation($in: MemberRefInput!) { memberIdentify(input: $in) { member { id nickname points { available held debt } } userErrors { code field message retryAfterSeconds } } }`
	settlement     = `query($since: DateTime!, $until: DateTime!) { pointsSettlement(since: $since, until: $until) { issuedBy redeemedAt points cost { amount currency } } }`
	accountFields  = `version available held debt expiring(days: 400) soon: expiring nextExpiry { points at } checkIn { doneToday streakDays }`
	myPoints       = `{ me { points { ` + accountFields + ` } } }`
	statement      = `query($n: Int, $after: String, $kind: PointsEntryKind, $channel: Channel) { me { points { available entries(first: $n, after: $after, kind: $kind, channel: $channel) { totalCount
		edges { cursor node { id kind points balanceAfter channel reason reference at } } nodes { id } pageInfo { hasNextPage endCursor } } } } }`
	checkIn = `mutation { checkIn { points { available checkIn { doneToday streakDays } } streakDays earned userErrors { code field message } } }`
)

// till is a partner of its own.
func (s *shop) till(scopes ...string) *client {
	s.t.Helper()
	k, err := s.Identity.KeyCreate(s.t.Context(), "till", scopes)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.visitor().with("Bearer " + k)
}

// earning is a partner's movement for a member.
func earning(member string, points int, more vars) vars {
	in := vars{"idempotencyKey": key(), "member": vars{"id": member}, "channel": "STORE", "points": points, "reason": "bought something", "reference": "bon-1"}
	for k, v := range more {
		if in[k] = v; v == nil {
			delete(in, k)
		}
	}
	return vars{"in": in}
}

// holding sets points aside and returns the hold.
func (c *client) holding(member string, points int) string {
	c.t.Helper()
	return c.do(pointsHold, vars{"in": vars{"idempotencyKey": key(), "member": vars{"id": member}, "channel": "STORE", "points": points, "reference": "bon-2"}}).str("pointsHold.hold.id")
}

// Earned, held, captured, given back: what a till does is in the member's statement at once, with what was available after each.
func TestPointsAtATill(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	ming.do(myPoints, nil).want("me.points.available", "0", "me.points.nextExpiry", "<nil>", "me.points.checkIn.streakDays", "0")

	in := earning(ming.shopperID, 100, nil)
	first := till.do(pointsEarn, in).want("pointsEarn.member.id", ming.shopperID, "pointsEarn.member.nickname", "ming", "pointsEarn.member.points.available", "100",
		"pointsEarn.entry.kind", "EARN", "pointsEarn.entry.points", "100", "pointsEarn.entry.balanceAfter", "100", "pointsEarn.entry.reference", "bon-1", "pointsEarn.entry.reason", "bought something")
	till.do(pointsEarn, in).want("pointsEarn.entry.id", first.str("pointsEarn.entry.id"), "pointsEarn.member.points.available", "100")
	in["in"].(vars)["points"] = 101
	wantEqual(t, till.send(pointsEarn, in).verdict(), "IDEMPOTENCY_KEY_REUSED")
	till.do(pointsEarn, earning(ming.shopperID, 0, vars{"points": nil, "spent": "19.90"})).want("pointsEarn.entry.points", "19")

	hold := till.holding(ming.shopperID, 50)
	ming.do(myPoints, nil).want("me.points.available", "69", "me.points.held", "50", "me.points.debt", "0", "me.points.expiring", "69", "me.points.soon", "0", "me.points.nextExpiry.points", "69")
	captured := till.do(pointsCapture, vars{"in": vars{"idempotencyKey": key(), "holdId": hold, "points": 30}}).
		want("pointsCapture.entry.kind", "CAPTURE", "pointsCapture.entry.points", "0", "pointsCapture.member.points.available", "89", "pointsCapture.member.points.held", "0",
			"pointsCapture.entry.reference", "bon-2", "pointsCapture.entry.reason", "Spent at the till").str("pointsCapture.entry.id")
	ended := till.send(pointsRelease, vars{"in": vars{"idempotencyKey": key(), "holdId": hold}})
	wantEqual(t, ended.verdict(), "HOLD_STATE")
	wantEqual(t, ended.refusals()[0].Field, []string{"input", "holdId"})
	till.do(pointsReverse, vars{"in": vars{"idempotencyKey": key(), "entryId": captured, "points": 10, "reason": "came back"}}).
		want("pointsReverse.entry.kind", "REVERSE", "pointsReverse.entry.points", "10", "pointsReverse.member.points.available", "99")
	till.do(pointsRelease, vars{"in": vars{"idempotencyKey": key(), "holdId": till.holding(ming.shopperID, 9)}}).want("pointsRelease.entry.points", "9", "pointsRelease.member.points.available", "99")

	short := till.send(pointsHold, vars{"in": vars{"idempotencyKey": key(), "member": vars{"id": ming.shopperID}, "channel": "STORE", "points": 100, "reference": "r"}})
	short.want("pointsHold.userErrors.0.code", "INSUFFICIENT_POINTS", "pointsHold.userErrors.0.available", "99", "pointsHold.hold", "<nil>", "pointsHold.member", "<nil>")
	till.do(pointsReverse, vars{"in": vars{"idempotencyKey": key(), "entryId": first.str("pointsEarn.entry.id"), "reason": "goods came back"}})
	ming.do(myPoints, nil).want("me.points.available", "0", "me.points.debt", "1")
	till.do(pointsEarn, earning(ming.shopperID, 5, nil)).want("pointsEarn.entry.points", "5", "pointsEarn.member.points.available", "4", "pointsEarn.member.points.debt", "0")

	// A hold that nobody ends goes back by itself.
	left := till.holding(ming.shopperID, 4)
	s.Clock.Advance(901 * time.Second)
	s.Wake()
	wantEqual(t, till.send(pointsCapture, vars{"in": vars{"idempotencyKey": key(), "holdId": left}}).verdict(), "HOLD_EXPIRED")
	ming = s.signedIn("ming")
	eventually(t, "the points are back", func() bool { return ming.do(myPoints, nil).num("me.points.available") == 4 })
	ming.speaking("zh").do(statement, vars{"n": 1}).want("me.points.entries.edges.0.node.kind", "RELEASE", "me.points.entries.edges.0.node.reason", "冻结到期释放")
	ming.do(statement, vars{"n": 1}).want("me.points.entries.edges.0.node.reason", "What was set aside ran out of time")
}

// A statement is paged newest first; each balance follows from the one before.
func TestStatement(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	for i := range 5 {
		till.do(pointsEarn, earning(ming.shopperID, 10+i, vars{"channel": []string{"STORE", "APP"}[i%2]}))
	}
	till.do(pointsCapture, vars{"in": vars{"idempotencyKey": key(), "holdId": till.holding(ming.shopperID, 20), "points": 15}})

	v, balance, seen := vars{"n": 3}, -1, 0
	for {
		a := ming.do(statement, v).want("me.points.entries.totalCount", "8")
		for i := range a.list("me.points.entries.edges") {
			at := "me.points.entries.edges." + itoa(i) + ".node."
			if balance < 0 {
				balance = a.num("me.points.available")
			}
			if got := a.num(at + "balanceAfter"); got != balance {
				t.Fatalf("entry %d leaves %d, want %d: %s", seen, got, balance, a.raw)
			}
			balance -= a.num(at + "points")
			seen++
		}
		if a.at("me.points.entries.pageInfo.hasNextPage") != true {
			break
		}
		v["after"] = a.str("me.points.entries.pageInfo.endCursor")
	}
	wantEqual(t, []int{seen, balance}, []int{8, 0})
	ming.do(statement, vars{"n": 20, "kind": "EARN", "channel": "APP"}).want("me.points.entries.totalCount", "2", "me.points.entries.edges.0.node.points", "13", "me.points.entries.edges.1.node.points", "11")
	wantEqual(t, ming.send(statement, vars{"n": 101}).code(), "INVALID_INPUT")
	wantEqual(t, ming.send(statement, vars{"n": 1, "after": "x"}).code(), "INVALID_CURSOR")
	wantEqual(t, ming.send(`{ me { points { expiring(days: -1) } } }`, nil).code(), "INVALID_INPUT")
	wantEqual(t, len(s.shopper("hong").do(statement, vars{"n": 9}).list("me.points.entries.nodes")), 0)
}

func TestCheckIn(t *testing.T) {
	s := openShop(t)
	ming := s.shopper("ming")
	ming.do(checkIn, nil).want("checkIn.streakDays", "1", "checkIn.earned", "5", "checkIn.points.available", "5", "checkIn.points.checkIn.doneToday", "true")
	again := ming.send(checkIn, nil).want("checkIn.streakDays", "1", "checkIn.earned", "0", "checkIn.points", "<nil>")
	wantEqual(t, again.verdict(), "ALREADY_CHECKED_IN")
	s.Clock.Advance(24 * time.Hour)
	ming = s.signedIn("ming")
	ming.do(myPoints, nil).want("me.points.checkIn.doneToday", "false", "me.points.checkIn.streakDays", "1")
	ming.do(checkIn, nil).want("checkIn.streakDays", "2", "checkIn.points.available", "10")
	ming.do(statement, vars{"n": 1}).want("me.points.entries.nodes.0.id", ming.do(statement, vars{"n": 1}).str("me.points.entries.edges.0.node.id"),
		"me.points.entries.edges.0.node.reason", "Daily check-in", "me.points.entries.edges.0.node.channel", "H5")
}

// What another partner has set aside or entered is not there; what a member is called is.
func TestPointsOfAnotherPartner(t *testing.T) {
	s := openShop(t)
	ming, till, other := s.shopper("ming"), s.till("POINTS_WRITE"), s.till("POINTS_WRITE")
	entry := till.do(pointsEarn, earning(ming.shopperID, 100, nil)).str("pointsEarn.entry.id")
	hold := till.holding(ming.shopperID, 50)
	for name, m := range map[string]struct {
		query string
		in    vars
		field string
	}{
		"capture": {pointsCapture, vars{"holdId": hold}, "holdId"},
		"release": {pointsRelease, vars{"holdId": hold}, "holdId"},
		"reverse": {pointsReverse, vars{"entryId": entry, "reason": "x"}, "entryId"},
	} {
		m.in["idempotencyKey"] = key()
		a := other.send(m.query, vars{"in": m.in})
		wantEqual(t, name+" "+a.verdict(), name+" NOT_FOUND")
		wantEqual(t, a.refusals()[0].Field, []string{"input", m.field})
		m.in[m.field] = nobodys
		if b := other.send(m.query, vars{"in": m.in}); b.raw != a.raw {
			t.Errorf("%s tells another's from nobody's: %s\n%s", name, a.raw, b.raw)
		}
		wantEqual(t, ming.send(m.query, vars{"in": m.in}).code(), "FORBIDDEN")
		wantEqual(t, s.till("ORDER_READ").send(m.query, vars{"in": m.in}).code(), "FORBIDDEN")
		wantEqual(t, s.visitor().send(m.query, vars{"in": m.in}).code(), "UNAUTHENTICATED")
	}
	ming.do(myPoints, nil).want("me.points.available", "50", "me.points.held", "50")
	for name, in := range map[string]vars{
		"nobody": earning("shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB", 1, nil), "an order": earning(nobodys, 1, nil),
	} {
		wantEqual(t, name+" "+till.send(pointsEarn, in).verdict(), name+" NOT_FOUND")
	}
	for field, in := range map[string]vars{
		"spent":          earning(ming.shopperID, 1, vars{"spent": "1.00"}),
		"points":         earning(ming.shopperID, 0, nil),
		"member":         earning(ming.shopperID, 1, vars{"member": vars{}}),
		"idempotencyKey": earning(ming.shopperID, 1, vars{"idempotencyKey": ""}),
		"reason":         earning(ming.shopperID, 1, vars{"reason": ""}),
		"reference":      earning(ming.shopperID, 1, vars{"reference": strings.Repeat("r", 65)}),
	} {
		a := till.send(pointsEarn, in)
		if list := a.refusals(); len(list) != 1 || list[0].Field[1] != field {
			t.Errorf("%s: %s", field, a.raw)
		}
	}
	wantEqual(t, till.send(pointsEarn, earning(ming.shopperID, 0, vars{"points": nil, "spent": "0.99"})).verdict(), "OUT_OF_RANGE")
}

// A till reads the member's code once; a movement that is sent again is the same one.
func TestMembersAtATill(t *testing.T) {
	s := openShop(t)
	ming, till, other := s.shopper("ming"), s.till("POINTS_WRITE"), s.till("POINTS_WRITE")
	code := ming.do(`{ me { memberCode { value validUntil } } }`, nil).str("me.memberCode.value")
	till.do(memberIdentify, vars{"in": vars{"code": code}}).want("memberIdentify.member.id", ming.shopperID, "memberIdentify.member.nickname", "ming", "memberIdentify.member.points.available", "0")
	used := till.send(memberIdentify, vars{"in": vars{"code": code}})
	wantEqual(t, used.verdict(), "CODE_USED")
	wantEqual(t, used.refusals()[0].Field, []string{"input", "code"})
	till.do(memberIdentify, vars{"in": vars{"id": ming.shopperID}}).want("memberIdentify.member.id", ming.shopperID)
	wantEqual(t, till.send(memberIdentify, vars{"in": vars{"id": ming.shopperID, "code": code}}).verdict(), "INVALID")
	wantEqual(t, till.send(memberIdentify, vars{"in": vars{"phone": "13900139000"}}).verdict(), "NOT_FOUND")

	in := earning("", 7, vars{"member": vars{"code": code}})
	entry := other.do(pointsEarn, in).want("pointsEarn.member.id", ming.shopperID).str("pointsEarn.entry.id")
	other.do(pointsEarn, in).want("pointsEarn.entry.id", entry, "pointsEarn.member.points.available", "7")
	again := other.send(pointsEarn, earning("", 7, vars{"member": vars{"code": code}}))
	wantEqual(t, again.verdict(), "CODE_USED")
	wantEqual(t, again.refusals()[0].Field, []string{"input", "member", "code"})
	third := s.till("POINTS_WRITE")
	refused := vars{"in": vars{"idempotencyKey": key(), "member": vars{"code": code}, "channel": "STORE", "points": 8, "reference": "r"}}
	wantEqual(t, third.send(pointsHold, refused).verdict(), "INSUFFICIENT_POINTS") // nothing happened, so the code is still good
	refused["in"].(vars)["points"] = 3
	third.do(pointsHold, refused).want("pointsHold.member.id", ming.shopperID)
	wantEqual(t, third.send(pointsHold, vars{"in": vars{"idempotencyKey": key(), "member": vars{"code": code}, "channel": "STORE", "points": 1, "reference": "r"}}).verdict(), "CODE_USED")
	refused["in"].(vars)["member"] = vars{"code": code[:len(code)-1] + "x"}
	wantEqual(t, third.send(pointsHold, refused).verdict(), "IDEMPOTENCY_KEY_REUSED")
	third.do(pointsEarn, earning(ming.shopperID, 3, nil))
	hold := vars{"in": vars{"idempotencyKey": key(), "member": vars{"id": ming.shopperID}, "channel": "STORE", "points": 7, "reference": "r"}}
	held := till.do(pointsHold, hold).str("pointsHold.hold.id")
	till.do(pointsHold, hold).want("pointsHold.hold.id", held)
}

// Rows of a till's day are applied or refused each on its own, and once.
func TestPointsBatch(t *testing.T) {
	s := openShop(t)
	ming, hong, till := s.shopper("ming"), s.shopper("hong"), s.till("POINTS_WRITE")
	at := s.Clock.Now().Add(-time.Hour)
	row := func(k string, member vars, points int, at time.Time) vars {
		return vars{"idempotencyKey": k, "member": member, "channel": "STORE", "points": points, "occurredAt": at.Format(time.RFC3339), "reason": "till", "reference": k}
	}
	m, h := vars{"id": ming.shopperID}, vars{"id": hong.shopperID}
	rows := []vars{
		row("spend", m, -30, at), row("earn", m, 50, at), row("hong", h, 5, at), row("short", h, -6, at), row("old", m, 1, at.Add(-8*24*time.Hour)),
		row("nobody", vars{"id": "shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB"}, 1, at), row("who", vars{}, 1, at), row("nothing", m, 0, at), row("", m, 1, at),
	}
	check := func(a answer) {
		t.Helper()
		var got []string
		for i, r := range a.list("pointsBatch.results") {
			p := "pointsBatch.results." + itoa(i)
			word := "applied"
			if r.(map[string]any)["applied"] != true {
				word = a.str(p + ".userErrors.0.code")
				if f := fmt.Sprint(a.at(p + ".userErrors.0.field")); !strings.HasPrefix(f, "[input rows "+itoa(i)+" ") {
					t.Errorf("row %d is refused at %s", i, f)
				}
			}
			got = append(got, a.str(p+".idempotencyKey")+" "+word)
		}
		wantEqual(t, got, []string{"spend applied", "earn applied", "hong applied", "short INSUFFICIENT_POINTS", "old OUT_OF_RANGE", "nobody NOT_FOUND", "who INVALID", "nothing OUT_OF_RANGE", " BLANK"})
	}
	check(till.send(pointsBatch, vars{"in": vars{"rows": rows}}))
	check(till.send(pointsBatch, vars{"in": vars{"rows": rows}}))
	ming.do(myPoints, nil).want("me.points.available", "20")
	hong.do(myPoints, nil).want("me.points.available", "5")
	many := make([]vars, 1001)
	for i := range many {
		many[i] = row("k", m, 1, at)
	}
	a := till.send(pointsBatch, vars{"in": vars{"rows": many}}).want("pointsBatch.userErrors.0.code", "OUT_OF_RANGE", "pointsBatch.userErrors.0.available", "1000", "pointsBatch.results", "[]")
	wantEqual(t, a.refusals()[0].Field, []string{"input", "rows"})

	// Issued in the app, redeemed in a store.
	till.do(pointsEarn, earning(hong.shopperID, 100, vars{"channel": "APP"}))
	hongs := hong.do(statement, vars{"n": 1}).str("me.points.entries.edges.0.node.at")
	till.do(pointsBatch, vars{"in": vars{"rows": []vars{row("cross", h, -55, at)}}})
	span := vars{"since": s.Clock.Now().Add(-time.Hour).Format(time.RFC3339), "until": s.Clock.Now().Add(time.Hour).Format(time.RFC3339)}
	list := till.do(settlement, span)
	got := map[string]string{}
	for i := range list.list("pointsSettlement") {
		p := "pointsSettlement." + itoa(i) + "."
		got[list.str(p+"issuedBy")+">"+list.str(p+"redeemedAt")] = fmt.Sprint(list.num(p+"points"), " ", list.str(p+"cost.amount"), " ", list.str(p+"cost.currency"))
	}
	wantEqual(t, got, map[string]string{"APP>STORE": "50 0.50 CNY", "STORE>STORE": "35 0.35 CNY"})
	wantEqual(t, till.send(settlement, vars{"since": span["until"], "until": hongs}).code(), "INVALID_INPUT")
	wantEqual(t, len(till.do(settlement, vars{"since": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}).list("pointsSettlement")), 0)
	s.till("INSIGHT_READ").do(settlement, span)
	wantEqual(t, hong.send(settlement, span).code(), "FORBIDDEN")
	wantEqual(t, s.visitor().send(settlement, span).code(), "UNAUTHENTICATED")
}

// The account as it is, then each change.
func TestPointsChanged(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	const changed = `subscription { pointsChanged { version available held entries(first: 1) { nodes { kind } } checkIn { doneToday } } }`
	k, last := ming.open(), 0
	k.subscribe("1", changed, nil)
	next := func(available int) {
		t.Helper()
		for {
			f := k.hear()
			var p struct {
				Data struct {
					PointsChanged struct{ Version, Available int }
				}
			}
			if f.Type != "next" || json.Unmarshal(f.Payload, &p) != nil || p.Data.PointsChanged.Version <= last {
				t.Fatalf("%s %s after %d", f.Type, f.Payload, last)
			}
			if last = p.Data.PointsChanged.Version; p.Data.PointsChanged.Available == available {
				return
			}
		}
	}
	next(0)
	till.do(pointsEarn, earning(ming.shopperID, 10, nil))
	next(10)
	till.holding(ming.shopperID, 4)
	next(6)
	ming.do(checkIn, nil)
	next(11)
	for who, code := range map[*client]string{s.visitor(): "UNAUTHENTICATED", till: "FORBIDDEN"} {
		k := who.open()
		k.subscribe("1", changed, nil)
		k.wantError(code)
	}
}
