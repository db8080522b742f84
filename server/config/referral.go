package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/referral"
)

// Program reads the file of the rules of bringing friends; without one they are the built-in ones.
//
// Errors: one that names everything that is wrong with the file.
func (c *Config) Program() (referral.Program, error) {
	if c.Referral == "" {
		return referral.DefaultProgram(), nil
	}
	text, err := os.ReadFile(c.Referral)
	if err != nil {
		return referral.Program{}, fmt.Errorf("--referral: %w", err)
	}
	p, err := ParseProgram(text)
	if err != nil {
		return referral.Program{}, fmt.Errorf("--referral: %s: %w", c.Referral, err)
	}
	return p, nil
}

// ParseProgram reads the text of a file of --referral. What it leaves out is as in referral.DefaultProgram; tiers are given all or none.
func ParseProgram(text []byte) (referral.Program, error) {
	p := referral.DefaultProgram()
	var wrong []error
	file := readObject("", text, &wrong)
	file.days("windowDays", &p.Window)
	file.days("maturesDays", &p.Matures)
	file.read("days", &p.Days)
	file.read("creditFloor", &p.CreditFloor)
	file.decimal("capPercent", 2, &p.Cap)
	if list := file.list("tiers"); list != nil {
		p.Tiers = make([]referral.TierRule, len(list))
		for i, o := range list {
			t := &p.Tiers[i]
			o.read("tier", &t.Tier)
			o.read("orders", &t.Orders)
			o.read("sales", &t.Sales)
			o.rates("rates", &t.Rates)
			o.done()
		}
	}
	p.Products, p.Categories = file.object("products").allRates(), file.object("categories").allRates()
	credit := file.object("credit")
	credit.read("refundFree", &p.Credit.RefundFree)
	credit.read("refundPoints", &p.Credit.RefundPoints)
	credit.read("refundOrders", &p.Credit.RefundOrders)
	credit.read("reportPoints", &p.Credit.ReportPoints)
	credit.read("fraudPoints", &p.Credit.FraudPoints)
	credit.done()
	payout := file.object("payout")
	payout.read("least", &p.Payout.Least)
	payout.read("most", &p.Payout.Most)
	payout.read("perDay", &p.Payout.PerDay)
	payout.done()
	file.done()
	return p, errors.Join(append(wrong, p.Validate())...)
}

// days reads whole days. So many that no duration holds them are left to Validate, as 0 is.
func (o *object) days(field string, into *time.Duration) {
	const day, most = 24 * time.Hour, 100_000
	var days int
	if !o.read(field, &days) {
		return
	}
	*into = time.Duration(max(-1, min(days, most))) * day
}

// rates reads percentages with at most two decimal places: one for each level.
func (o *object) rates(field string, into *referral.Rates) {
	var percents []json.Number
	if !o.read(field, &percents) {
		return
	}
	if len(percents) != referral.PaidLevels {
		o.say(field, "%d percentages, one for each level", referral.PaidLevels)
		return
	}
	for i, percent := range percents {
		rate, err := money.ParsePlaces(string(percent), 2)
		if err != nil {
			o.say(field, "%q is no number with at most 2 decimal places", percent)
			return
		}
		into[i] = rate
	}
}

// allRates reads every field of the object as rates, nil when it has none.
func (o *object) allRates() map[string]referral.Rates {
	var all map[string]referral.Rates
	for _, field := range slices.Sorted(maps.Keys(o.fields)) {
		if all == nil {
			all = map[string]referral.Rates{}
		}
		var rates referral.Rates
		o.rates(field, &rates)
		all[field] = rates
	}
	return all
}
