package order_test

import (
	"encoding/json"
	"testing"
)

// What orderPlace answers is built from what it wrote; reading the order back must show the same.
func TestAFreshOrderIsShownAsItReadsBack(t *testing.T) {
	s := open(t)
	in := want("47.80", line(s.goods("tea", "19.90", 3), 2), line(s.goods("cup", "8.00", 1), 1))
	in.Note = new("请放门口")
	placed := s.place(s.shopper("ming"), in)
	if len(placed.Payment.Parameters) == 0 {
		t.Error("the payment was not announced")
	}
	placed.Payment.Parameters = nil
	back := s.now(placed)
	back.Payment.Parameters = nil
	fresh, read := asJSON(t, placed), asJSON(t, back)
	if fresh != read {
		t.Errorf("placed   %s\nread back %s", fresh, read)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
