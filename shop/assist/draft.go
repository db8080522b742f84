package assist

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/text"
)

// CampaignDraft is a campaign to create. Amounts are in major units of the shop's currency.
type CampaignDraft struct {
	IdempotencyKey   string
	Kind             Kind
	Title            string
	SkuCode          *string
	Goal             int
	AssistSeconds    int
	StartsAt, EndsAt time.Time
	PerShopperLimit  int
	HelpsPerDay      int
	Reward           *RewardDraft
}

// RewardDraft is one reward: Cause goes with DonationPerHelper, Prize with DrawWinners.
type RewardDraft struct {
	CouponTemplateID  *string
	PriceFloor        *money.Decimal
	Points            *int64
	DonationPerHelper *money.Decimal
	Cause             *string
	DrawWinners       *int
	Prize             *string
}

// What is given, as rows have it.
const (
	byCoupon   = "COUPON"
	byPrice    = "PRICE"
	byPoints   = "POINTS"
	byDonation = "DONATION"
	byDraw     = "DRAW"
)

// gives are the rewards that each tool has.
var gives = map[Kind][]string{
	Likes: {byCoupon, byPoints}, Invite: {byCoupon, byPoints}, Bargain: {byPrice}, Unlock: {byPrice}, Draw: {byDraw}, Charity: {byDonation},
}

// checked is a draft whose values make sense, in the shop's own terms: two drafts that mean the same come to the same. Its JSON is what an idempotency key
// stands for, so a field that is added later must be left out while it is empty.
type checked struct {
	Kind                                              Kind
	Title, SkuCode                                    string
	Goal, AssistSeconds, PerShopperLimit, HelpsPerDay int
	StartsAt, EndsAt                                  time.Time
	Reward                                            string
	TemplateID                                        string `json:",omitempty"`
	Amount                                            int64  `json:",omitempty"`
	Points                                            int64  `json:",omitempty"`
	Cause                                             string `json:",omitempty"`
	Winners                                           int    `json:",omitempty"`
	Prize                                             string `json:",omitempty"`
}

// check says what is wrong with a draft, whenever it is read, under input, first things first: fault.Blank, fault.TooLong, fault.OutOfRange (with the bound),
// fault.Invalid (title, window, not exactly one reward, or one that the tool does not have).
func check(d *CampaignDraft, currency string) (checked, error) {
	c := checked{
		Kind: d.Kind, Goal: d.Goal, AssistSeconds: d.AssistSeconds, PerShopperLimit: d.PerShopperLimit, HelpsPerDay: d.HelpsPerDay,
		StartsAt: d.StartsAt.UTC().Truncate(time.Microsecond), EndsAt: d.EndsAt.UTC().Truncate(time.Microsecond),
	}
	var err error
	if c.Title, err = line(d.Title, maxTitle, "input", "title"); err != nil {
		return c, err
	}
	if err := c.checkWindow(); err != nil {
		return c, err
	}
	for _, bound := range []struct {
		field       string
		n, low, top int
	}{
		{"goal", d.Goal, 1, maxGoal},
		{"assistSeconds", d.AssistSeconds, minAssistSeconds, maxAssistSeconds},
		{"perShopperLimit", d.PerShopperLimit, 1, maxPerShopper},
		{"helpsPerDay", d.HelpsPerDay, 1, maxHelpsPerDay},
	} {
		if bound.n < bound.low || bound.n > bound.top {
			return c, fault.OutOfRange.At("input", bound.field).WithAvailable(int64(bound.top))
		}
	}
	if d.SkuCode != nil {
		c.SkuCode = *d.SkuCode
	}
	if c.SkuCode == "" && slices.Contains(gives[d.Kind], byPrice) {
		return c, fault.Blank.Saying("A price is that of a SKU.", "价格类活动须指定规格编码。").At("input", "skuCode")
	}
	return c, c.checkReward(d.Reward, currency)
}

// line is a text of one line without what surrounds it: fault.Blank, fault.TooLong, fault.Invalid at the field.
func line(said string, most int, field ...string) (string, error) {
	trimmed := strings.TrimSpace(said)
	switch {
	case text.Blank(trimmed):
		return "", fault.Blank.At(field...)
	case utf8.RuneCountInString(trimmed) > most:
		return "", fault.TooLong.At(field...).WithAvailable(int64(most))
	case !text.Line(trimmed):
		return "", fault.Invalid.Saying("This is one line of plain text.", "须为一行文字，不含控制字符。").At(field...)
	}
	return trimmed, nil
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

var (
	errOneReward   = fault.Invalid.Saying("Give exactly one reward: cause goes with a donation, prize with a draw.", "奖励须且只能填写一种；捐赠须填写事由，抽奖须填写奖品。").At("input", "reward")
	errWrongReward = fault.Invalid.Saying("This tool does not have that reward.", "该玩法不支持此奖励。").At("input", "reward")
)

func (c *checked) checkReward(r *RewardDraft, currency string) error {
	if r == nil || (r.Cause != nil) != (r.DonationPerHelper != nil) || (r.Prize != nil) != (r.DrawWinners != nil) {
		return errOneReward
	}
	for kind, given := range map[string]bool{
		byCoupon: r.CouponTemplateID != nil, byPrice: r.PriceFloor != nil, byPoints: r.Points != nil, byDonation: r.DonationPerHelper != nil, byDraw: r.DrawWinners != nil,
	} {
		if given && c.Reward != "" {
			return errOneReward
		}
		if given {
			c.Reward = kind
		}
	}
	switch {
	case c.Reward == "":
		return errOneReward
	case !slices.Contains(gives[c.Kind], c.Reward):
		return errWrongReward
	}
	return c.readReward(r, currency)
}

func (c *checked) readReward(r *RewardDraft, currency string) (err error) {
	switch c.Reward {
	case byCoupon:
		c.TemplateID = *r.CouponTemplateID
	case byPrice:
		c.Amount, err = amountOf(*r.PriceFloor, 0, currency, "priceFloor")
	case byPoints:
		if c.Points = *r.Points; c.Points < 1 || c.Points > maxRewardPoints {
			return fault.OutOfRange.At("input", "reward", "points").WithAvailable(maxRewardPoints)
		}
	case byDonation:
		if c.Amount, err = amountOf(*r.DonationPerHelper, 1, currency, "donationPerHelper"); err == nil {
			c.Cause, err = line(*r.Cause, maxCause, "input", "reward", "cause")
		}
	case byDraw:
		most := c.Goal + 1 // the owner has a ticket, too
		if c.Winners = *r.DrawWinners; c.Winners < 1 || c.Winners > most {
			return fault.OutOfRange.At("input", "reward", "drawWinners").WithAvailable(int64(most))
		}
		c.Prize, err = line(*r.Prize, maxPrize, "input", "reward", "prize")
	}
	return err
}

// amountOf reads an amount of least to money.Max minor units; the refusal has the bound that it passes.
func amountOf(amount money.Decimal, least int64, currency, field string) (int64, error) {
	minor, err := money.Parse(string(amount), currency)
	at := fault.OutOfRange.At("input", "reward", field)
	switch {
	case errors.Is(err, money.ErrOverflow):
		return 0, at.WithAvailable(money.Max)
	case err != nil:
		return 0, at
	case minor < least:
		return 0, at.WithAvailable(least)
	}
	return minor, nil
}
