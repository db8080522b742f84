package moderation_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/shop/moderation"
)

func rules(t *testing.T, text string) *moderation.Rules {
	t.Helper()
	path := ""
	if text != "" {
		path = filepath.Join(t.TempDir(), "rules.json")
		write(t, path, text)
	}
	r, err := moderation.OpenRules(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRulesFind(t *testing.T) {
	r := rules(t, "")
	for _, tc := range []struct{ name, text, category, rule, found string }{
		{"a superlative", "全国最甜的苹果", "水果", "absolute-claim", "最"},
		{"the best of all", "这是最好的茶", "茶叶", "absolute-claim", "最好的"},
		{"first", "品质第一！", "茶叶", "absolute-claim", "第一"},
		{"state level, traditional", "國家級品質", "茶叶", "absolute-claim", "國家級"},
		{"spaced out", "国 家 级", "茶叶", "absolute-claim", "国 家 级"},
		{"a hundred per cent", "100% 有效", "茶叶", "absolute-claim", "100%"},
		{"in full width", "１００％有效", "茶叶", "absolute-claim", "１００％"},
		{"exception beside a claim", "最近买到全网最低的", "茶叶", "absolute-claim", "全网最低"},
		{"heals", "这茶能根治糖尿病", "茶叶", "medical-claim", "根治"},
		{"helps", "喝了能改善失眠", "茶叶", "symptom-claim", "改善"},
		{"helps, with others between", "对于多年的失眠有缓解作用", "茶叶", "symptom-claim", "缓解"},
		{"a phone", "电话13800138000", "茶叶", "contact", "13800138000"},
		{"in groups", "打 138 0013-8000 找我", "茶叶", "contact", "138 0013-8000"},
		{"in words", "一三八零零一三八零零零", "茶叶", "contact", "一三八零零一三八零零零"},
		{"mixed", "①③八 00壹38 000", "茶叶", "contact", "①③八 00壹38 000"},
		{"after a price", "19.9 13800138000", "茶叶", "contact", "13800138000"},
		{"an account", "薇信：tea_8888", "茶叶", "contact", "tea_8888"},
		{"an account in Latin", "VX tea8888", "茶叶", "contact", "tea8888"},
		{"QQ", "扣扣 1234 5678", "茶叶", "contact", "1234 5678"},
		{"a link", "看 https://x.example", "茶叶", "contact", "https://x"},
		{"a name of the net", "上 tea88.com 买", "茶叶", "contact", "tea88.com"},
		{"for nothing", "0元购啦", "茶叶", "price-lure", "0元购"},
		{"for a cent", "一分钱秒杀", "茶叶", "price-lure", "一分钱秒杀"},
		{"paid praise", "五星好评返现5元", "茶叶", "bought-praise", "好评返"},
	} {
		found := r.Find(tc.text, []string{tc.category})
		if !slices.ContainsFunc(found, func(f moderation.Finding) bool {
			return f.Rule == tc.rule && f.Text == tc.found && tc.text[f.From:f.To] == tc.found && f.Action == moderation.Hold && f.Zh != "" && f.En != ""
		}) {
			t.Errorf("%s: %q: %+v", tc.name, tc.text, found)
		}
	}
}

func TestRulesLetPass(t *testing.T) {
	r := rules(t, "")
	for _, tc := range []struct{ text, category string }{
		{"最近第一次买，最后一箱被我抢到了", "水果"},
		{"最好冷藏，最多放三天，最迟周五到", "水果"},
		{"全家最喜欢的味道，我最爱吃", "水果"},
		{"唯一的缺点是太重", "水果"},
		{"100%纯棉，洗了不缩水", "服装"},
		{"治愈系的颜色，看着很治愈", "家居"},
		{"能治疗头痛", "药品"},
		{"这不是药，不能代替药物治疗", "茶叶"},
		{"改善了包装，比上次好", "茶叶"},
		{"因为失眠买来试试，味道不错，包装也有很大的改善", "茶叶"},
		{"1399元，比 1599 便宜，2026-11-24 18:30 到货", "数码"},
		{"订单 202611241234567890", "数码"},
		{"5 斤装 19.9 元，10 斤 35.8 元", "水果"},
		{"微信支付很方便，微信里分享给朋友", "茶叶"},
		{"客服的微信回复很快", "茶叶"},
		{"尺寸 120x60.5cm，重 1.25kg", "家居"},
		{"10元购入，值", "茶叶"},
		{"10分钱？没有，10元", "茶叶"},
		{"没有返现，真心好评", "茶叶"},
		{"it was 3.5 out of 5 stars. come again", "tea"},
		{"一二三四五，上山打老虎", "图书"},
		{"", ""},
	} {
		if found := r.Find(tc.text, []string{tc.category}); len(found) > 0 {
			t.Errorf("%q: %+v", tc.text, found)
		}
	}
}

func TestRulesOfTheShop(t *testing.T) {
	r := rules(t, `{"version": "7", "rules": [
		{"id": "tea", "action": "BLOCK", "only": ["茶 叶", "Tea"], "words": ["old"], "near": ["puer"], "within": 2, "except": ["not old puer"], "zh": "年份", "en": "age"}]}`)
	if r.Version() != "7" {
		t.Error(r.Version())
	}
	for text, want := range map[string]bool{"old puer": true, "puer, old": true, "not old puer": false, "older puer": false, "old and very good puer": false, "puer a b old": true, "puer abc old": false, "old": false} {
		if got := r.Find(text, []string{"茶葉"}); (len(got) == 1 && got[0].Action == moderation.Reject) != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := r.Find("old puer", []string{"fruit"}); got != nil {
		t.Errorf("another category: %+v", got)
	}
	form := `{"version": %q, "rules": [%s]}`
	good := `{"id": "a", "action": "HOLD", "words": ["x"], "zh": "一", "en": "a"}`
	for name, text := range map[string]string{
		"no version": fmt.Sprintf(form, "", good), "two of an id": fmt.Sprintf(form, "1", good+","+good), "behind": fmt.Sprintf(form, "1", good) + "{}", "a field": fmt.Sprintf(form, "1", `{"x": 1}`),
		"no action": fmt.Sprintf(form, "1", strings.Replace(good, "HOLD", "MASK", 1)), "no words": fmt.Sprintf(form, "1", strings.Replace(good, `"x"`, "", 1)), "an empty word": fmt.Sprintf(form, "1", strings.Replace(good, `"x"`, `" "`, 1)),
		"no explanation": fmt.Sprintf(form, "1", strings.Replace(good, `"一"`, `""`, 1)), "no expression": fmt.Sprintf(form, "1", strings.Replace(good, `"zh"`, `"patterns": ["("], "zh"`, 1)),
		"near nothing": fmt.Sprintf(form, "1", strings.Replace(good, `"zh"`, `"near": ["y"], "zh"`, 1)), "within of nothing": fmt.Sprintf(form, "1", strings.Replace(good, `"zh"`, `"within": 3, "zh"`, 1)),
	} {
		path := filepath.Join(t.TempDir(), "rules.json")
		write(t, path, text)
		if _, err := moderation.OpenRules(path); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

// However a text is written, places are of it, and there is an end to them.
func FuzzRules(f *testing.F) {
	r, err := moderation.OpenRules("")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"最最最最近", "1３８ 0013-8000", "\xff最\xff", "㎏100％", strings.Repeat("最", 300), strings.Repeat("1 ", 300), "失眠改善失眠", "ﷺ@ﷺ.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := r.Find(text, nil)
		if len(found) > 50 {
			t.Fatalf("%d findings", len(found))
		}
		for _, one := range found {
			if one.From < 0 || one.From >= one.To || one.To > len(text) || text[one.From:one.To] != one.Text {
				t.Fatalf("%q: %+v", text, one)
			}
		}
	})
}
