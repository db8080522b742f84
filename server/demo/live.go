package demo

import (
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/coupon"
)

// Host is the demo shopper who runs the demo's live room.
const Host = "host"

// Room is the demo's live room, which stays on air: what its host says and shows, and what he gives in turns. Nobody else is in it but who comes.
type Room struct {
	Title, Welcome, PinNote string
	// Shelf are codes of SKUs, one of each product; the first one's product is pinned, and it is on offer.
	Shelf      []string
	OfferPrice money.Decimal
	OfferQuota int
	// Rain is the coupon of the drops, which cannot be had elsewhere.
	Rain         *coupon.Draft
	RainQuantity int
	Prize        string
	// An offer runs 24 hours at most and a drop one, so in a room that stays open they begin again and again. After a lottery its winners are shown for a while.
	Offers, Rains, Lotteries Turns
}

// LiveRoom is the demo shop's live room, always the same one. The caller owns what it gets.
func LiveRoom() *Room {
	shelf := []string{"wogan-mandarin", "sunshine-grape", "chile-cherry", "luochuan-apple", "daily-nuts", "butter-cookies"}
	for i, handle := range shelf {
		shelf[i] = skuCode(handle, 0)
	}
	return &Room{
		Title: "果园直播间 沃柑现摘现发", Welcome: "欢迎来到果园直播间！今天的沃柑刚从树上摘下来，喜欢就拍。", PinNote: "今日直播价，每天限量 30 份",
		Shelf: shelf, OfferPrice: "9.90", OfferQuota: 30,
		Rain: &coupon.Draft{
			IdempotencyKey: "demo-live-rain", Title: "直播红包 满20减3", AmountOff: new(money.Decimal("3.00")), MinSpend: new(money.Decimal("20.00")),
			ValidDays: 7, Quantity: 100_000, PerShopperLimit: 100,
		},
		RainQuantity: 20, Prize: "武鸣沃柑一箱",
		Offers: Turns{Every: 24 * time.Hour, Lasts: 24 * time.Hour}, Rains: Turns{Every: time.Hour, Lasts: time.Hour}, Lotteries: Turns{Every: 30 * time.Minute, Lasts: 20 * time.Minute},
	}
}

// Turns come one after the other, each for its part of the time.
type Turns struct{ Every, Lasts time.Duration }

// At is the number of the turn at so much after the beginning, and how many whole seconds it still lasts; 0 seconds when it is over and the next one has not come.
func (t Turns) At(since time.Duration) (number, seconds int) {
	since = max(since, 0)
	return int(since / t.Every), int(max(t.Lasts-since%t.Every, 0) / time.Second)
}
