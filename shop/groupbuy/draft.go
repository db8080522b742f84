package groupbuy

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/schema"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/text"
)

// checked is a draft whose values make sense, in the shop's own terms: two drafts that mean the same come to the same. Its JSON is what an idempotency key
// stands for, so a field that is added later must be left out while it is empty.
type checked struct {
	Title                                 string
	StartsAt, EndsAt                      time.Time
	Size, Capacity                        int
	GroupSeconds, PerShopperLimit         int
	NewCustomersOnly, MerchantMayComplete bool
	UnitQuota                             int64
	Offers                                []checkedOffer
	TakesCoupons                          bool       `json:",omitempty"`
	Reward                                RewardKind `json:",omitempty"`
	RewardAmount                          int64      `json:",omitempty"`
}

type checkedOffer struct {
	SkuCode string
	Price   int64
	Rungs   []schema.GroupRung // empty, not nil
}

func position(i int) string { return strconv.Itoa(i) }

// check says what is wrong with a draft, whenever it is read, under input, first things first: fault.Blank, fault.TooLong, fault.OutOfRange (with the bound),
// fault.Invalid (title, window, prices, rungs that are not alike in all offers, rise in size and fall in price, a SKU twice, a reward that takes more than the
// lowest price).
func check(d *CampaignDraft, currency string) (checked, error) {
	c := checked{
		Title: strings.TrimSpace(d.Title), StartsAt: d.StartsAt.UTC().Truncate(time.Microsecond), EndsAt: d.EndsAt.UTC().Truncate(time.Microsecond),
		Size: d.Size, Capacity: d.Size, GroupSeconds: d.GroupSeconds, PerShopperLimit: d.PerShopperLimit, NewCustomersOnly: d.NewCustomersOnly,
		MerchantMayComplete: d.MerchantMayComplete, TakesCoupons: d.TakesCoupons, UnitQuota: int64(d.UnitQuota),
	}
	switch {
	case text.Blank(c.Title):
		return c, fault.Blank.At("input", "title")
	case utf8.RuneCountInString(c.Title) > maxTitle:
		return c, fault.TooLong.At("input", "title").WithAvailable(maxTitle)
	case !text.Line(c.Title):
		return c, fault.Invalid.Saying("A title is one line of plain text.", "标题须为一行文字，不含控制字符。").At("input", "title")
	}
	if err := c.checkWindow(); err != nil {
		return c, err
	}
	for _, bound := range []struct {
		field       string
		n, low, top int
	}{
		{"size", d.Size, minSize, maxCapacity},
		{"groupSeconds", d.GroupSeconds, 1, maxGroupSeconds},
		{"perShopperLimit", d.PerShopperLimit, 1, maxPerShopper},
		{"offers", len(d.Offers), 1, maxOffers},
	} {
		if bound.n < bound.low || bound.n > bound.top {
			return c, fault.OutOfRange.At("input", bound.field).WithAvailable(int64(bound.top))
		}
	}
	if err := c.checkOffers(d, currency); err != nil {
		return c, err
	}
	if d.UnitQuota > maxQuota {
		return c, fault.OutOfRange.At("input", "unitQuota").WithAvailable(maxQuota)
	}
	if d.UnitQuota < c.Capacity {
		return c, fault.OutOfRange.Saying("The quota has a unit for each seat of a group at least.", "活动名额不得少于一个团的人数。").At("input", "unitQuota").WithAvailable(int64(c.Capacity))
	}
	return c, c.checkReward(d.LeaderReward, currency)
}

var errWindow = fault.Invalid.Saying("A campaign ends after it starts, and after now.", "活动结束时间必须晚于开始时间和当前时间。").At("input", "endsAt")

func (c *checked) checkWindow() error {
	for _, end := range []struct {
		field string
		at    time.Time
	}{{"startsAt", c.StartsAt}, {"endsAt", c.EndsAt}} {
		if year := end.at.Year(); year < 2000 || year > 9998 { // engines keep no others
			return fault.OutOfRange.At("input", end.field)
		}
	}
	if !c.EndsAt.After(c.StartsAt) {
		return errWindow
	}
	return nil
}

func (c *checked) checkOffers(d *CampaignDraft, currency string) error {
	seen := map[string]bool{}
	var sizes []int
	for i, offer := range d.Offers {
		at := func(path ...string) []string { return append([]string{"input", "offers", position(i)}, path...) }
		if seen[offer.SkuCode] {
			return fault.Invalid.Saying("This SKU is on another offer already.", "同一规格重复。").At(at("skuCode")...)
		}
		seen[offer.SkuCode] = true
		price, refusal := priceOf(offer.Price, currency)
		if refusal != nil {
			return refusal.At(at("price")...)
		}
		rungs, err := checkRungs(offer.Rungs, price, d.Size, currency, at)
		if err != nil {
			return err
		}
		its := make([]int, len(rungs))
		for n, rung := range rungs {
			its[n] = rung.Size
		}
		if i == 0 {
			sizes = its
		}
		if !slices.Equal(sizes, its) {
			return fault.Invalid.Saying("All offers have the same rung sizes.", "各规格的阶梯人数必须一致。").At(at("rungs")...)
		}
		c.Offers = append(c.Offers, checkedOffer{SkuCode: offer.SkuCode, Price: price, Rungs: rungs})
	}
	if len(sizes) > 0 {
		c.Capacity = sizes[len(sizes)-1]
	}
	return nil
}

// priceOf reads an amount of 1 to money.Max minor units; the refusal has the bound that it passes.
func priceOf(amount money.Decimal, currency string) (int64, *fault.Error) {
	minor, err := money.Parse(string(amount), currency)
	switch {
	case errors.Is(err, money.ErrOverflow):
		return 0, fault.OutOfRange.WithAvailable(money.Max)
	case err != nil:
		return 0, fault.OutOfRange
	case minor < 1:
		return 0, fault.OutOfRange.WithAvailable(1)
	}
	return minor, nil
}

// checkRungs wants sizes that rise from above size, and prices that fall from below price.
func checkRungs(drafts []*RungDraft, price int64, size int, currency string, at func(path ...string) []string) ([]schema.GroupRung, error) {
	if len(drafts) > maxRungs {
		return nil, fault.OutOfRange.At(at("rungs")...).WithAvailable(maxRungs)
	}
	rungs := make([]schema.GroupRung, len(drafts))
	for i, draft := range drafts {
		if draft.Size > maxCapacity {
			return nil, fault.OutOfRange.At(at("rungs", position(i), "size")...).WithAvailable(maxCapacity)
		}
		if draft.Size <= size {
			return nil, fault.Invalid.Saying("Rung sizes rise from above the group's size.", "阶梯人数必须大于成团人数并递增。").At(at("rungs", position(i), "size")...)
		}
		minor, refusal := priceOf(draft.Price, currency)
		if refusal != nil {
			return nil, refusal.At(at("rungs", position(i), "price")...)
		}
		if minor >= price {
			return nil, fault.Invalid.Saying("Rung prices fall from below the offer's price.", "阶梯价必须低于拼团价并递减。").At(at("rungs", position(i), "price")...)
		}
		rungs[i] = schema.GroupRung{Size: draft.Size, Price: minor}
		size, price = draft.Size, minor
	}
	return rungs, nil
}

func (c *checked) checkReward(r *RewardDraft, currency string) error {
	if r == nil {
		return nil
	}
	if (r.Kind == Points) != (r.Points != nil) {
		return fault.Invalid.Saying("POINTS says how many, the others have none.", "奖励积分须填写数量，其他奖励无需填写。").At("input", "leaderReward", "points")
	}
	if (r.Kind == Discount) != (r.Amount != nil) {
		return fault.Invalid.Saying("A DISCOUNT has an amount, a FREE_ORDER none.", "团长优惠需填写金额，免单无需金额。").At("input", "leaderReward", "amount")
	}
	c.Reward = r.Kind
	if r.Points != nil {
		if *r.Points < 1 || *r.Points > maxRewardPoints {
			return fault.OutOfRange.At("input", "leaderReward", "points").WithAvailable(maxRewardPoints)
		}
		c.RewardAmount = *r.Points
		return nil
	}
	if r.Amount == nil {
		return nil
	}
	amount, refusal := priceOf(*r.Amount, currency)
	if refusal != nil {
		return refusal.At("input", "leaderReward", "amount")
	}
	for _, offer := range c.Offers {
		lowest := offer.Price
		if n := len(offer.Rungs); n > 0 {
			lowest = offer.Rungs[n-1].Price
		}
		if amount > lowest {
			return fault.OutOfRange.At("input", "leaderReward", "amount").WithAvailable(lowest)
		}
	}
	c.RewardAmount = amount
	return nil
}
