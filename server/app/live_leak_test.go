package app_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/shop/shoptest"
)

// selections draws valid selections from a schema.
type selections struct {
	schema *ast.Schema
	// skip are fields whose value depends on the moment, or that ask for arguments of their own.
	skip []string
}

// of draws what is asked for of a type, "" for nothing.
func (d selections) of(def *ast.Definition, depth int) string {
	var out []string
	if def.IsAbstractType() {
		for _, object := range d.schema.GetPossibleTypes(def) {
			if inner := d.of(object, depth-1); inner != "" && shoptest.Draw(2) == 0 {
				out = append(out, "... on "+object.Name+" { "+inner+" }")
			}
		}
		if len(out) > 0 {
			return "__typename " + strings.Join(out, " ")
		}
		return "__typename"
	}
	for _, field := range def.Fields {
		if strings.HasPrefix(field.Name, "__") || slices.Contains(d.skip, field.Name) || shoptest.Draw(3) == 0 {
			continue
		}
		name := field.Name
		for _, arg := range field.Arguments {
			if arg.Name == "first" || arg.Name == "last" {
				name += "(" + arg.Name + ": 2)"
			}
		}
		of := d.schema.Types[field.Type.Name()]
		switch {
		case !of.IsCompositeType():
			out = append(out, name)
		case depth > 0:
			if inner := d.of(of, depth-1); inner != "" {
				out = append(out, name+" { "+inner+" }")
			}
		}
	}
	for i := len(out) - 1; i > 0; i-- {
		j := shoptest.Draw(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return strings.Join(out[:min(len(out), 1+shoptest.Draw(6))], " ")
}

// The gate against leaks: random selections of a room, watched at once by people who may see different things of it. What each is sent must be what he is answered when
// he asks for it alone, so that nobody is ever sent what was made for another.
func TestNobodyIsSentWhatIsAnothers(t *testing.T) {
	s := openShop(t)
	gs := s.goods(2, 10)
	host, ming, hong := s.host("lin"), s.shopper("ming"), s.shopper("hong")
	room, template := host.onAir(gs...), s.template(vars{"claimable": true})
	host.do(productPin, vars{"in": vars{"roomId": room, "productId": gs[0].product}})
	host.offers(room, gs[0], 5)
	drop := host.do(dropStart, vars{"in": vars{"idempotencyKey": "d", "roomId": room, "couponTemplateId": template, "quantity": 5, "seconds": 600}}).str("liveCouponDrop.drop.id")
	lottery := host.do(lotteryStart, vars{"in": vars{"idempotencyKey": "l", "roomId": room, "prize": "茶", "winners": 1, "seconds": 600}}).str("liveLotteryStart.lottery.id")
	ming.do(dropClaim, vars{"in": vars{"dropId": drop}})
	ming.do(lotteryEnter, vars{"in": vars{"lotteryId": lottery}})
	host.do(staffSet, vars{"in": vars{"roomId": room, "publicShopperId": hong.do(`{ me { public { id } } }`, nil).str("me.public.id"), "role": "MODERATOR"}})
	question := hong.do(questionAsk, vars{"in": vars{"roomId": room, "text": "包邮吗", "clientId": "q"}}).str("liveQuestionAsk.question.id")
	hong.do(`mutation($in: LiveQuestionRef!) { liveQuestionUpvote(input: $in) { question { id } userErrors { code } } }`, vars{"in": vars{"questionId": question}})
	ming.opens(gs[0], s.campaign("SKU-0", nil))
	settled, seen := s.visitor().open(), 0
	settled.subscribe("1", liveRoomEvents, vars{"id": room})
	settled.until("LiveReset", room, &seen)
	ming.says(room, "来了")
	settled.until("LiveTick", "来了", &seen) // from then on every reset has it, too

	schema := s.Schema().Schema()
	// cursor, viewerCount, likeCount and events move while people come and go; links and streams are signed anew with time.
	draw := selections{schema, []string{"cursor", "viewerCount", "likeCount", "events", "share", "serverTime", "playbackUrl", "replayUrl", "ingestUrl", "node", "nodes"}}
	viewers := []*client{host, ming, hong, s.visitor()}
	rounds, compared, shared := shoptest.Steps(t, 160)/4, 0, 0
	var sockets []*socket
	for round := range rounds {
		if round%30 == 0 { // a socket takes 100 messages a minute
			for _, k := range sockets {
				_ = k.conn.Close()
			}
			sockets = nil
			for _, v := range viewers {
				sockets = append(sockets, v.open())
			}
		}
		selection := draw.of(schema.Types["LiveRoom"], 4)
		if selection == "" {
			continue
		}
		id := itoa(round)
		watch := `subscription($id: ID!) { liveRoomEvents(roomId: $id) { ... on LiveReset { room { ` + selection + ` } } } }`
		for _, k := range sockets {
			k.subscribe(id, watch, vars{"id": room})
		}
		answers := map[string]bool{}
		for i, k := range sockets {
			f := k.hear()
			for f.ID != id { // of the round before: its complete had not arrived
				f = k.hear()
			}
			k.say(`{"id":"` + id + `","type":"complete"}`)
			alone := viewers[i].send(`query($id: ID!) { liveRoom(id: $id) { `+selection+` } }`, vars{"id": room})
			if f.Type == "error" {
				if alone.code() != "QUERY_TOO_COMPLEX" && alone.code() != "QUERY_TOO_DEEP" && !strings.Contains(string(f.Payload), "TOO_COMPLEX") && !strings.Contains(string(f.Payload), "FORBIDDEN") &&
					!strings.Contains(string(f.Payload), "UNAUTHENTICATED") {
					t.Fatalf("%s\n%s\n%s", selection, f.Payload, alone.raw)
				}
				continue
			}
			var sent struct {
				Data struct {
					LiveRoomEvents struct{ Room any }
				}
			}
			if err := json.Unmarshal(f.Payload, &sent); err != nil {
				t.Fatal(err)
			}
			var asked struct{ Data struct{ LiveRoom any } }
			if err := json.Unmarshal([]byte(alone.raw), &asked); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(sent.Data.LiveRoomEvents.Room, asked.Data.LiveRoom) {
				t.Fatalf("viewer %d was sent\n%s\nand is answered\n%s\nto %s", i, f.Payload, alone.raw, selection)
			}
			compared++
			answers[string(f.Payload)] = true
		}
		if len(answers) == 1 {
			shared++
		}
	}
	t.Logf("%d answers to %d selections are each viewer's own; %d selections were the same for all", compared, rounds, shared)
	if compared < rounds {
		t.Errorf("only %d answers could be compared", compared)
	}
}
