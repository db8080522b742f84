package moderation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/moderation"
)

// made are so many words of a list, and a text that has none of them: of common Han characters, and some Latin.
func made(words int) (list []string, text string) {
	r := rand.New(rand.NewPCG(1, 2))
	han := func(n int) string {
		var out strings.Builder
		for range n {
			out.WriteRune(0x4E00 + rune(r.IntN(3000)))
		}
		return out.String()
	}
	for len(list) < words {
		list = append(list, han(2+r.IntN(4))+fmt.Sprint(len(list)%7))
	}
	var all strings.Builder
	for all.Len() < 64<<10 {
		all.WriteString(han(12) + "，tasty apples，" + han(20) + "。")
	}
	return list, all.String()
}

func BenchmarkJudge(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list, text := made(n)
			s := moderation.New()
			if err := s.Set([]moderation.List{{Name: "many", Version: "1", Words: list, Action: moderation.Hold}}); err != nil {
				b.Fatal(err)
			}
			nodes, bytes := s.Bytes()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Judge(text)
			}
			b.ReportMetric(float64(bytes)/(1<<20), "MiB")
			b.ReportMetric(float64(nodes), "nodes")
		})
	}
}

// What a plain loop over the words does, which sees through nothing.
func BenchmarkContains(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list, text := made(n)
			b.SetBytes(int64(len(text)))
			found := 0
			for b.Loop() {
				for _, word := range list {
					if strings.Contains(text, word) {
						found++
					}
				}
			}
		})
	}
}

func BenchmarkSet(b *testing.B) {
	list, _ := made(100_000)
	s := moderation.New()
	for b.Loop() {
		if err := s.Set([]moderation.List{{Name: "many", Version: "1", Words: list, Action: moderation.Hold}}); err != nil {
			b.Fatal(err)
		}
	}
}
