package transport

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/kaituan/kaituan/graph"
)

// wayTo is an object type that can be reached from a subscription, by the selection around it: "room { host {".
type wayTo struct {
	object *ast.Definition
	steps  []string
}

// around writes a selection at the end of the way, with the type named as a client would.
func (w wayTo) around(selection string) string {
	return strings.Join(w.steps, " { ") + " { ... on " + w.object.Name + " { " + selection + " } " + strings.Repeat("}", len(w.steps))
}

// then are the ways through a field to each object type that it may have.
func (w wayTo) then(schema *ast.Schema, field *ast.FieldDefinition) (next []wayTo) {
	on := w.steps[: len(w.steps)-1 : len(w.steps)-1]
	last := w.steps[len(w.steps)-1]
	for _, object := range schema.GetPossibleTypes(schema.Types[field.Type.Name()]) {
		next = append(next, wayTo{object, append(on, last, "... on "+w.object.Name, field.Name)})
	}
	return next
}

func reachesViewer(t *testing.T, schema *ast.Schema, query string) bool {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if errs := validator.ValidateWithRules(schema, doc, nil); len(errs) > 0 {
		t.Fatalf("%s: %v", query, errs)
	}
	return newPrivacy(schema, doc.Fragments).reaches(doc.Operations[0])
}

// Every field that depends on the viewer or wants a scope is found wherever a room's events lead to it, through interfaces and unions, plainly and in a fragment;
// all others are shared.
func TestPrivacyOfRoomEvents(t *testing.T) {
	schema := graph.Schema(&graph.Resolver{}).Schema()
	const subscription = `subscription { liveRoomEvents(roomId: "lvr_01JD8Q2M0V6T3C9E5K7R1XW4ZB") `
	root := wayTo{schema.Subscription, []string{subscription}}
	var queue []wayTo
	for _, object := range schema.GetPossibleTypes(schema.Types["LiveRoomEvent"]) {
		queue = append(queue, wayTo{object, root.steps})
	}
	seen, private, public := map[string]bool{}, map[string]bool{}, 0
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		if seen[w.object.Name] {
			continue
		}
		seen[w.object.Name] = true
		for _, field := range w.object.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			selection, leaf := field.Name, schema.Types[field.Type.Name()].IsLeafType()
			if !leaf {
				selection += " { __typename }"
			}
			plain := w.around(selection) + " }"
			named := w.around("...f") + " } fragment f on " + w.object.Name + " { " + selection + " }"
			if got, want := reachesViewer(t, schema, plain), needsSession(field); got != want {
				t.Errorf("%s: %v, want %v", plain, got, want)
			}
			if got, want := reachesViewer(t, schema, named), needsSession(field); got != want {
				t.Errorf("%s: %v, want %v", named, got, want)
			}
			if needsSession(field) {
				private[w.object.Name+"."+field.Name] = true
				continue
			}
			public++
			if !leaf {
				queue = append(queue, w.then(schema, field)...)
			}
		}
	}
	for _, name := range []string{
		"LiveRoom.viewerRole", "LiveRoom.viewerMutedUntil", "LiveRoom.ingestUrl", "LiveRoom.share", "LiveQuestion.viewerUpvoted", "LiveCouponDrop.viewerClaimed",
		"LiveLottery.viewerTicket", "PriceAnchors.best", "PriceAnchors.member", "GroupBuy.viewerSeat", "CouponTemplate.viewerClaimed",
	} {
		if !private[name] {
			t.Errorf("%s was not met as one that depends on the viewer; met were %v", name, private)
		}
	}
	if public < 150 {
		t.Errorf("only %d public fields were met", public)
	}
}
