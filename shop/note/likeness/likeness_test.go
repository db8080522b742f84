package likeness_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/note/likeness"
	"pgregory.net/rapid"
)

func TestSignaturesAreComparedAsTextsAre(t *testing.T) {
	const one = "收到货的时候箱子完好，口感偏脆，甜里带一点酸"
	if a, b := likeness.Sign(one), likeness.Sign("收到貨的時候 箱子完好!!口感偏脆🍎甜里带一点酸"); a != b {
		t.Errorf("traditional forms and pictures make it %.2f", likeness.Similarity(a, b))
	}
	if got := likeness.Similarity(likeness.Sign(one), likeness.Sign("物流等了四天，客服回复很快，发票第二天开好了，省事")); got > 0.1 {
		t.Errorf("of nothing in common: %.2f", got)
	}
	for _, short := range []string{"", "好", "好吃好吃好吃好吃好吃好吃好吃好吃", "很好吃，会回购"} {
		s := likeness.Sign(short)
		if likeness.Similarity(s, s) != 0 || s.Bands() != nil {
			t.Errorf("%q is like another", short)
		}
	}
}

// What is kept in columns is the same next year: a change needs another version.
func TestTheFormStands(t *testing.T) {
	s := likeness.Sign("The same box of apples, again and again.")
	if got := s.Bands()[0]; got != -8470579747114860292 {
		t.Errorf("first key %d", got)
	}
	back, err := likeness.Read(s[:])
	if err != nil || back != s {
		t.Errorf("%v", err)
	}
	other := slices.Clone(s[:])
	other[1]++
	for _, bad := range [][]byte{nil, s[1:], other} {
		if _, err := likeness.Read(bad); err == nil {
			t.Errorf("%d bytes are a signature", len(bad))
		}
	}
}

// A short text is not found by chance in a long one, nor is a common one.
func TestLongTextsHoldNoShortOnesByChance(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	made := func(n int) string {
		var out strings.Builder
		for range n {
			// Some characters are much commoner than others, as in life.
			out.WriteRune(0x4E00 + rune(1200*r.Float64()*r.Float64()))
		}
		return out.String()
	}
	worst := 0.0
	for range 300 {
		worst = max(worst, likeness.Similarity(likeness.Sign(made(15+r.IntN(30))), likeness.Sign(made(1000+r.IntN(1000)))))
	}
	t.Logf("at most %.2f", worst)
	if worst >= likeness.Threshold {
		t.Errorf("%.2f of a short text is in a long one by chance", worst)
	}
}

func TestSimilarityIsOne(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("苹果香甜脆好吃快递箱子abc ，")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := likeness.Sign(letters.Draw(t, "a")), likeness.Sign(letters.Draw(t, "b"))
		one, other := likeness.Similarity(a, b), likeness.Similarity(b, a)
		if one != other || one < 0 || one > 1 {
			t.Fatalf("%v and %v", one, other)
		}
		if bands := a.Bands(); bands != nil && (len(bands) != likeness.BandCount || likeness.Similarity(a, a) != 1) {
			t.Fatalf("%d keys, and %v like itself", len(bands), likeness.Similarity(a, a))
		}
	})
}

func BenchmarkSign(b *testing.B) {
	text := strings.Join(note(rand.New(rand.NewPCG(1, 1))), "")
	text = strings.Repeat(text, 5)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		likeness.Sign(text)
	}
}

func BenchmarkSimilarity(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	x, y := likeness.Sign(strings.Join(note(r), "")), likeness.Sign(strings.Join(note(r), ""))
	for b.Loop() {
		likeness.Similarity(x, y)
	}
}
