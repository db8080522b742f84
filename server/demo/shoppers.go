package demo

import "slices"

var shoppers = []string{
	"柚子不加糖", "山北的风", "阿宁爱囤货", "小满妈妈", "半岛渔夫", "加班的小鹿", "橘猫管家", "豆浆油条", "一粒微尘", "南方有雨",
	"老周", "七点起床", "竹子与熊", "胡桃夹子", "云朵邮差", "今天吃什么", "跑步的阿强", "青梅煮酒", "灯塔守夜人", "圆圆的圆",
}

// Shoppers are the nicknames of the demo shop's customers.
func Shoppers() []string { return slices.Clone(shoppers) }
