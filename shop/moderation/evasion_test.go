package moderation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/moderation"
)

// Each is a listed word that somebody wrote so as not to be found.
func TestEvasionsAreFound(t *testing.T) {
	s, _ := open(t, lists("1", "加微信|代开发票|casino|free money|刷单返现|telegram|扣扣群|boss|13800138000|казино", ""))
	for name, text := range map[string]string{
		"as it is": "casino", "full width": "ｃａｓｉｎｏ", "mathematical letters": "𝒄𝒂𝒔𝒊𝒏𝒐", "in circles": "ⓒⓐⓢⓘⓝⓞ", "white on black": "🅒🅐🅢🅘🅝🅞", "in black squares": "🅲🅰🆂🅸🅽🅾",
		"small capitals": "ᴄᴀsɪɴᴏ", "Cyrillic among Latin": "саsinо", "Greek among Latin": "cαsiηo", "Cyrillic capitals": "САSINО", "one Cherokee letter": "Ꮯasino", "accents": "çàśïñö",
		"struck through": "c\u0336a\u0336s\u0336i\u0336n\u0336o", "heaps of marks": "c\u0301\u0302\u0303\u0304a\u0301\u0302\u0303sino", "a soft hyphen": "ca\u00adsino", "zero width": "ca\u200bs\u2060in\ufeffo",
		"a Hangul filler": "ca\u3164sino", "turned about": "\u202ecasino", "tags": "cas\U000e0069ino", "digits as letters": "c4s1n0", "one digit": "casin0 today", "signs as letters": "c@$ino",
		"again and again": "caaasinooo", "digits again and again": "c4siiiin0", "dotted": "c.a.s.i.n.o", "spaced": "c a s i n o", "a picture between": "ca🎰sino", "variation selectors": "ca\ufe0fsino",
		"l as 1": "te1egram", "a word with its own doubles": "free moneyyyyy", "doubles within, more of them": "freeee money", "two stay two": "bosssss", "all in Cyrillic": "казино", "in Cyrillic, longer": "казиноооо",
		"traditional": "代開發票", "mixed forms": "代开發票", "traditional, spaced": "代 開 發 票", "sounds": "加薇信", "another sound": "加威芯",
		"Han again and again": "加加微微信信", "spaced again and again": "加 加 微 微 信", "between brackets": "加【微】【信】", "pictures between Han": "加❤️微💰信", "a flag between": "加🇨🇳微信",
		"a number in full width": "１３８００１３８０００", "in Arabic digits": "١٣٨٠٠١٣٨٠٠٠", "in circled digits": "①③⑧⓪⓪①③⑧⓪⓪⓪", "on black": "❶❸❽⓿⓿❶❸❽⓿⓿⓿", "as keycaps": "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
		"in groups": "138 0013-8000", "sounds of 扣": "叩抠群",
	} {
		if got := s.Judge(text); got.Verdict != moderation.Reject {
			t.Errorf("%s: %q (%+q) is not found", name, text, text)
		}
	}
}

// What honest people write, beside the lists that they must not meet.
func TestHonestTextsPass(t *testing.T) {
	tight, _ := open(t, lists("1", "加微信|casino|ass|sex|vx|top|boob|he|free money|天然气|boss|kot", ""))
	for _, text := range []string{
		"这款苹果又脆又甜，已经回购三次了", "微甜不腻，信得过的店", "树立威信不容易", "从威海寄到安徽，三天就到", "徽州的茶，微微发苦", "今天天然的果香", "信用卡支付也可以", "抠图抠得很仔细",
		"Galaxy A55 的壳也能用", "the boots are a class of their own", "A loose lid, sadly", "assessed by three of us", "this and that", "The hoop is stopped", "用 mp3player 听的", "b00k 45", "Essex and Sussex", "h3 heading",
		"500g 装，2 斤 19.9 元，100ml 两瓶", "хорошие яблоки, сочные и сладкие", "Ποιοτικό ελαιόλαδο", "кошка спит, который час", "りんごがとても甘い", "사과가 아주 달아요", "مرحبا بكم في متجرنا", "תפוחים טעימים מאוד",
		"luvxoxo", "convex lens", "她说：宝宝最爱吃", "😀😀😀", "👨‍👩‍👧‍👦 全家都喜欢", "", "\xff\xfe", "email bob@example.com $5 @home",
	} {
		for name, s := range map[string]*moderation.Service{"built-in": moderation.New(), "tight": tight} {
			if got := s.Judge(text); got.Verdict != moderation.Pass || got.Text != text {
				t.Errorf("%s: %q: %v %v", name, text, got.Verdict, got.Found)
			}
		}
	}
}

func TestMasked(t *testing.T) {
	s := moderation.New()
	if err := s.Set([]moderation.List{{Name: "rude", Version: "7", Words: []string{"笨蛋", "damn", "蛋糕"}, Action: moderation.Mask}}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"你是笨蛋吗": "你是**吗", "笨·蛋！": "*·*！", "Damn, ｄａｍｎ!": "****, ****!", "d a m n": "* * * *", "笨笨蛋": "***", "笨蛋糕": "***", "goddamn": "goddamn", "好": "好", "d4mn": "****",
		"一👍笨🍵蛋👍": "一👍*🍵*👍", "笨\u200b蛋": "*\u200b*", "㎏笨蛋㎏": "㎏**㎏", "d\u0301amn": "*\u0301***", "DАMN": "****",
	} {
		got := s.Judge(text)
		verdict := moderation.Mask
		if want == text {
			verdict = moderation.Pass
		}
		if got.Text != want || got.Verdict != verdict {
			t.Errorf("%q: %v %q, want %q", text, got.Verdict, got.Text, want)
		}
		for _, f := range got.Found {
			if f.From < 0 || f.To > len(text) || f.From >= f.To || f.List != (moderation.ListVersion{Name: "rude", Version: "7"}) {
				t.Errorf("%q: found %+v", text, f)
			}
		}
	}
	if got := s.Judge("笨蛋，加微信"); got.Verdict != moderation.Reject || got.Text != "**，加微信" {
		t.Errorf("masked and rejected: %+v", got)
	}
}

func TestSet(t *testing.T) {
	s, path := open(t, lists("f1", "bad", ""))
	names := func() (all []string) {
		for _, l := range s.Judge("").Lists {
			all = append(all, l.Name+"@"+l.Version)
		}
		return all
	}
	if got := names(); !slices.Equal(got, []string{"reject@f1", "hold@f1", "mask@f1"}) {
		t.Fatal(got)
	}
	must := func(lists ...moderation.List) {
		t.Helper()
		if err := s.Set(lists); err != nil {
			t.Fatal(err)
		}
	}
	must(moderation.List{Name: "tea", Version: "1", Words: []string{"tea"}, Action: moderation.Hold}, moderation.List{Name: "reject", Version: "2", Words: []string{"worse"}, Action: moderation.Reject})
	if got := names(); !slices.Equal(got, []string{"reject@2", "hold@f1", "mask@f1", "tea@1"}) {
		t.Fatal(got)
	}
	if s.Judge("bad").Verdict != moderation.Pass || s.Judge("tea").Verdict != moderation.Hold || s.Judge("worse tea").Verdict != moderation.Reject {
		t.Error("what was set does not count")
	}
	write(t, path, lists("f2", "", "slow"))
	s.LookNow()
	if s.Judge("slow").Verdict != moderation.Hold || s.Judge("tea").Verdict != moderation.Hold {
		t.Error("the file and what was set count together")
	}
	one := func(l moderation.List) []moderation.List { return []moderation.List{l} }
	for name, lists := range map[string][]moderation.List{
		"no name": one(moderation.List{Version: "1", Action: moderation.Hold}), "no version": one(moderation.List{Name: "a", Action: moderation.Hold}), "no action": one(moderation.List{Name: "a", Version: "1"}),
		"twice":  {{Name: "a", Version: "1", Action: moderation.Hold}, {Name: "a", Version: "2", Action: moderation.Hold}},
		"a sign": one(moderation.List{Name: "a", Version: "1", Action: moderation.Hold, Words: []string{"@"}}), "endless": one(moderation.List{Name: "a", Version: "1", Action: moderation.Hold, Words: []string{strings.Repeat("茶", 65)}}),
		"too many": one(moderation.List{Name: "a", Version: "1", Action: moderation.Hold, Words: slices.Repeat([]string{"x"}, 100_001)}),
	} {
		if err := s.Set(lists); err == nil || s.Judge("tea").Verdict != moderation.Hold {
			t.Errorf("%s: %v", name, err)
		}
	}
	must()
	if s.Judge("tea").Verdict != moderation.Pass {
		t.Error("an empty Set leaves what was set")
	}
}

// Whatever is written, places are of the text, and masking puts stars where there were letters.
func FuzzJudge(f *testing.F) {
	for _, seed := range []string{"加 微 信", "c4s1n0", "ﷺ㎏", "\xff茶", "d\u0301amn", "@@@a@@@", "İıſß", "ааа", "111aaa", "\U0010ffff"} {
		f.Add(seed)
	}
	s := moderation.New()
	if err := s.Set([]moderation.List{{Name: "m", Version: "1", Words: []string{"a", "茶", "aaa", "k", "1"}, Action: moderation.Mask}}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := s.Judge(text)
		for _, found := range got.Found {
			if found.From < 0 || found.From >= found.To || found.To > len(text) {
				t.Fatalf("%q: %+v", text, found)
			}
		}
		if strings.Count(got.Text, "*") < strings.Count(text, "*") || len(got.Text) > len(text) {
			t.Fatalf("%q became %q", text, got.Text)
		}
	})
}
