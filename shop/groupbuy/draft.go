package groupbuy

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/schema"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
)

// checked is a draft whose values make sense.
type checked struct {
	title            string
	startsAt, endsAt time.Time
	capacity         int
	offers           []checkedOffer
	rewardAmount     int64
}

type checkedOffer struct {
	Price int64
	Rungs []schema.GroupRung
}

func position(i int) string { return strconv.Itoa(i) }

// check says what is wrong with a draft, under input, first things first: fault.Blank, fault.TooLong, fault.OutOfRange (with the bound), fault.Invalid (window,
// prices, rungs that are not alike in all offers, rise in size and fall in price, a SKU twice, a reward that takes more than the lowest price), fault.NotYet
// (POINTS).
func check(d *CampaignDraft, currency string, now time.Time) (checked, error) {
	c := checked{title: strings.TrimSpace(d.Title), startsAt: d.StartsAt.UTC().Truncate(time.Microsecond), endsAt: d.EndsAt.UTC().Truncate(time.Microsecond), capacity: d.Size}
	if c.title == "" {
		return c, fault.Blank.At("input", "title")
	}
	if utf8.RuneCountInString(c.title) > maxTitle {
		return c, fault.TooLong.At("input", "title").WithAvailable(maxTitle)
	}
	if err := c.checkWindow(now); err != nil {
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
	if d.UnitQuota < c.capacity || d.UnitQuota > maxQuota {
		return c, fault.OutOfRange.Saying("The quota has a unit for each seat of a group at least.", "活动名额不得少于一个团的人数。").At("input", "unitQuota")
	}
	return c, c.checkReward(d.LeaderReward, currency)
}

func (c *checked) checkWindow(now time.Time) error {
	for _, end := range []struct {
		field string
		at    time.Time
	}{{"startsAt", c.startsAt}, {"endsAt", c.endsAt}} {
		if year := end.at.Year(); year < 2000 || year > 9998 { // engines keep no others
			return fault.OutOfRange.At("input", end.field)
		}
	}
	if !c.endsAt.After(c.startsAt) || !c.endsAt.After(now) {
		return fault.Invalid.Saying("A campaign ends after it starts, and after now.", "活动结束时间必须晚于开始时间和当前时间。").At("input", "endsAt")
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
		price, err := money.Parse(string(offer.Price), currency)
		if err != nil || price < 1 {
			return fault.OutOfRange.At(at("price")...)
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
		c.offers = append(c.offers, checkedOffer{Price: price, Rungs: rungs})
	}
	if len(sizes) > 0 {
		c.capacity = sizes[len(sizes)-1]
	}
	return nil
}

// checkRungs wants sizes that rise from above size, and prices that fall from below price.
func checkRungs(drafts []*RungDraft, price int64, size int, currency string, at func(path ...string) []string) ([]schema.GroupRung, error) {
	if len(drafts) > maxRungs {
		return nil, fault.OutOfRange.At(at("rungs")...).WithAvailable(maxRungs)
	}
	rungs := make([]schema.GroupRung, len(drafts))
	for i, draft := range drafts {
		if draft.Size <= size || draft.Size > maxCapacity {
			return nil, fault.Invalid.Saying("Rung sizes rise from above the group's size.", "阶梯人数必须大于成团人数并递增。").At(at("rungs", position(i), "size")...)
		}
		minor, err := money.Parse(string(draft.Price), currency)
		if err != nil || minor < 1 || minor >= price {
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
	if r.Kind == Points || r.Points != nil {
		return fault.NotYet.At("input", "leaderReward", "points")
	}
	if (r.Kind == Discount) != (r.Amount != nil) {
		return fault.Invalid.Saying("A DISCOUNT has an amount, a FREE_ORDER none.", "团长优惠需填写金额，免单无需金额。").At("input", "leaderReward", "amount")
	}
	if r.Amount == nil {
		return nil
	}
	amount, err := money.Parse(string(*r.Amount), currency)
	if err != nil || amount < 1 {
		return fault.OutOfRange.At("input", "leaderReward", "amount")
	}
	for _, offer := range c.offers {
		lowest := offer.Price
		if n := len(offer.Rungs); n > 0 {
			lowest = offer.Rungs[n-1].Price
		}
		if amount > lowest {
			return fault.OutOfRange.At("input", "leaderReward", "amount").WithAvailable(lowest)
		}
	}
	c.rewardAmount = amount
	return nil
}
