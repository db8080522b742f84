package likeness_test

import (
	"math/rand/v2"
	"strings"
)

// What people say about a box of apples, by aspect; | parts words that mean the same, and a copyist exchanges them. Honest people draw from the same few sentences, so they are more
// alike here than in life.
var said = [][]string{
	{"{收到|拿到}货的时候箱子完好，{没有|没}一个磕碰的。", "快递小哥送上楼，{包装|外箱}用了泡沫网套，{很|非常}用心。", "箱子角有点压扁，不过里面的果子都没事。", "冷链车送的，摸上去还是{凉凉的|冰的}。", "{隔天|第二天}就到了，比我想的要{快|早}。", "等了四天才到，物流信息一直不更新，有点{着急|担心}。"},
	{"切开满屋子都是果香，咬一口{汁水|果汁}直流。", "口感偏脆，甜里带一点酸，老人也咬得动。", "甜度一般，比{去年|上一年}那批差一些。", "糖心很明显，放{冰箱|冷藏}之后更好吃。", "皮有点厚，削了皮吃{刚好|正好}。", "不是那种齁甜，吃完嘴里{清爽|干净}。"},
	{"大小{很|挺}均匀，称了一下每个都在半斤左右。", "有两个明显偏小，拍给客服马上{赔|补}了。", "个头比图片上{小|矮}一圈，看详情的时候要注意规格。", "一箱十二个，码得整整齐齐，送人{体面|好看}。", "颜色红得{自然|均匀}，没有打蜡的感觉。"},
	{"这个{价格|价钱}在楼下水果店只能买一半。", "拼团比单买便宜八块，叫上{同事|邻居}一起。", "不算{便宜|划算}，但是品质对得起。", "用了一张券，算下来一斤才四块多。", "平时要贵得多，活动的时候{囤|买}了两箱。"},
	{"孩子放学回来一口气吃了{两个|俩}，还问有没有。", "婆婆说像她小时候院子里那棵树上的{味道|滋味}。", "带到办公室{分给|送给}大家，都问我要链接。", "早上榨汁配燕麦，一周没买别的水果。", "我妈牙口不好，蒸着吃，{软软的|软糯}也很香。", "做了一次苹果派，烤出来{不出水|很挺}。"},
	{"客服回复得快，问什么都{耐心|仔细}。", "售后申请提交了一天才有人理。", "卡片上写着产地和采摘{日期|时间}，看着踏实。", "扫码能看到果园的视频，挺{有意思|新鲜}。", "发票第二天就开好了，{省事|方便}。"},
	{"会{回购|再买}，准备年货的时候再下一单。", "先吃完这箱再说，{暂时|目前}不打算买第二次。", "推荐给{朋友|闺蜜}了，她买的是小箱。", "下次想试试{黄元帅|另一个品种}。", "如果能分小包装就{更好|完美}了。", "放了半个月还是脆的，{耐放|经放}。"},
	{"有一个芯里发黑，{切掉|挖掉}还能吃。", "坏了一个，整体算{不错|可以}。", "没有农药味，流水冲冲就{吃了|啃了}。", "果柄还是绿的，应该是{刚摘|新摘}的。", "叶子都还带着，一看就是{现摘|现采}。", "表面有天然的果霜，不是蜡。"},
}

var praise = []string{"真的太好吃了大家放心买！", "五星推荐，闭着眼睛入。", "店家良心，祝生意兴隆。", "已经安利给全公司的人。", "姐妹们冲呀，错过可惜。", "拍照也好看，爱了爱了。", "回来追评，一如既往地满意。", "服务态度一流，点赞。"}

// note is one honest note: sentences with the words chosen.
func note(r *rand.Rand) []string {
	var sentences []string
	for _, i := range r.Perm(len(said))[:4+r.IntN(4)] {
		sentences = append(sentences, choose(r, said[i][r.IntN(len(said[i]))]))
	}
	return sentences
}

// choose takes one of {a|b}.
func choose(r *rand.Rand, sentence string) string {
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(sentence, "{")
		out.WriteString(before)
		if !open {
			return out.String()
		}
		choice, after, _ := strings.Cut(rest, "}")
		words := strings.Split(choice, "|")
		out.WriteString(words[r.IntN(len(words))])
		sentence = after
	}
}

// copies are what somebody makes of another's note, by kind.
var copies = []struct {
	kind string
	of   func(r *rand.Rand, note []string) string
}{
	{"whole", func(_ *rand.Rand, note []string) string { return strings.Join(note, "") }},
	{"whole, other punctuation and full width", func(_ *rand.Rand, note []string) string {
		return strings.NewReplacer("，", " ", "。", "!\n", "一", "一\u200b").Replace(strings.Join(note, ""))
	}},
	{"10 % edited", func(r *rand.Rand, note []string) string { return edited(r, note, 0.1) }},
	{"20 % edited", func(r *rand.Rand, note []string) string { return edited(r, note, 0.2) }},
	{"30 % edited", func(r *rand.Rand, note []string) string { return edited(r, note, 0.3) }},
	{"sentences in another order", func(r *rand.Rand, note []string) string {
		r.Shuffle(len(note), func(i, j int) { note[i], note[j] = note[j], note[i] })
		return strings.Join(note, "")
	}},
	{"synonyms", func(_ *rand.Rand, note []string) string { return synonyms.Replace(strings.Join(note, "")) }},
	{"praise behind", func(r *rand.Rand, note []string) string {
		text := strings.Join(note, "")
		for _, i := range r.Perm(len(praise))[:2+r.IntN(5)] {
			text += praise[i]
		}
		return text
	}},
	{"order, synonyms and praise", func(r *rand.Rand, note []string) string {
		r.Shuffle(len(note), func(i, j int) { note[i], note[j] = note[j], note[i] })
		return synonyms.Replace(strings.Join(note, "")) + praise[r.IntN(len(praise))] + praise[r.IntN(len(praise))]
	}},
}

// synonyms exchange every word that has one.
var synonyms = func() *strings.Replacer {
	var pairs []string
	for _, aspect := range said {
		for _, sentence := range aspect {
			for _, part := range strings.Split(sentence, "{")[1:] {
				choice, _, _ := strings.Cut(part, "}")
				if words := strings.Split(choice, "|"); len([]rune(words[0])) > 1 && len([]rune(words[1])) > 1 {
					pairs = append(pairs, words[0], words[1], words[1], words[0])
				}
			}
		}
	}
	return strings.NewReplacer(pairs...)
}()

// edited exchanges a part of the letters, in runs of one to four: other letters, none, or two more.
func edited(r *rand.Rand, note []string, part float64) string {
	text := []rune(strings.Join(note, ""))
	var out []rune
	for i := 0; i < len(text); i++ {
		if r.Float64() >= part/2.5 {
			out = append(out, text[i])
			continue
		}
		run := 1 + r.IntN(4)
		for range []int{run, 0, run + 2}[r.IntN(3)] {
			out = append(out, 0x4E00+rune(r.IntN(3000)))
		}
		i += run - 1
	}
	return string(out)
}
