package referral

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Program are the rules of bringing, as data.
type Program struct {
	// Window is for how long a binding lasts.
	Window time.Duration
	// Matures is how long after an order's completion its commission becomes available: the return window.
	Matures time.Duration
	// CreditFloor is the credit below which nothing accrues and nothing is paid out.
	CreditFloor int
	// Cap is the most that all commission of an order may come to, in hundredths of a percent of the money kept for it.
	Cap int64
	// Days is how far back tiers and credit look.
	Days int
	// Tiers, lowest first: COMMUNITY, MID, HEAD.
	Tiers []TierRule
	// Products and Categories are rates that replace the tier's, by handle of the product, by id of the category; a product's own comes first.
	Products, Categories map[string]Rates
	Credit               CreditRule
	Payout               PayoutRule
}

// Rates are hundredths of a percent, by level.
type Rates [PaidLevels]int64

// TierRule says who is of a tier, and what he earns: both bounds within the programme's Days.
type TierRule struct {
	Tier Tier
	// Orders is how many orders that stand it takes, Sales how much money in minor units.
	Orders int
	Sales  int64
	Rates  Rates
}

// CreditRule says what lowers a score of 100: refunds and reports of the programme's Days, and conduct as it is now.
type CreditRule struct {
	// RefundFree is the share of refunded orders, in percent, that costs nothing; each percent above it costs RefundPoints. It counts from RefundOrders orders on.
	RefundFree, RefundPoints, RefundOrders int
	// ReportPoints are what each upheld report costs, FraudPoints what it costs to be marked by package conduct, as long as one is.
	ReportPoints, FraudPoints int
}

// PayoutRule bounds withdrawals, in minor units.
type PayoutRule struct {
	Least, Most int64
	// PerDay is how many a person may ask for on one day of the shop's.
	PerDay int
}

// DefaultProgram is the programme of a shop that has set none.
func DefaultProgram() Program {
	return Program{
		Window: 15 * 24 * time.Hour, Matures: 7 * 24 * time.Hour, CreditFloor: 60, Cap: 3000, Days: 90,
		Tiers: []TierRule{
			{Tier: Community, Rates: Rates{500, 100}},
			{Tier: Mid, Orders: 20, Sales: 2_000_00, Rates: Rates{800, 200}},
			{Tier: Head, Orders: 200, Sales: 20_000_00, Rates: Rates{1200, 300}},
		},
		Credit: CreditRule{RefundFree: 10, RefundPoints: 1, RefundOrders: 10, ReportPoints: 10, FraudPoints: 25},
		Payout: PayoutRule{Least: 10, Most: 1_000_00, PerDay: 5},
	}
}

// Program is what is in force.
func (s *Service) Program() *Program { return &s.program }

// Bounds of what a programme may say.
const (
	day           = 24 * time.Hour
	longestWindow = 365 * day
	mostDays      = 365
	whole         = 100_00 // hundredths of a percent
	mostScore     = 100
)

// Validate names everything that is wrong with the programme.
func (p *Program) Validate() error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if p.Window < day || p.Window > longestWindow {
		say("windowDays: they must be 1 to %d", longestWindow/day)
	}
	if p.Matures < 0 || p.Matures > longestWindow {
		say("maturesDays: they must be 0 to %d", longestWindow/day)
	}
	if p.Days < 1 || p.Days > mostDays {
		say("days: they must be 1 to %d", mostDays)
	}
	if p.CreditFloor < 0 || p.CreditFloor > mostScore {
		say("creditFloor: it must be 0 to %d", mostScore)
	}
	if p.Cap < 0 || p.Cap > whole {
		say("capPercent: it must be 0 to 100")
	}
	p.validateTiers(say)
	for _, handle := range slices.Sorted(maps.Keys(p.Products)) {
		p.Products[handle].validate("products: "+handle, say)
	}
	for _, category := range slices.Sorted(maps.Keys(p.Categories)) {
		p.Categories[category].validate("categories: "+category, say)
	}
	p.Credit.validate(say)
	if p.Payout.Least < 1 || p.Payout.Most < p.Payout.Least {
		say("payout: the least must be 1 or more minor units, and the most no less")
	}
	if p.Payout.PerDay < 1 || p.Payout.PerDay > mostScore {
		say("payout: there must be 1 to %d a day", mostScore)
	}
	return errors.Join(wrong...)
}

// tiers are all that there are, lowest first.
var tiers = []Tier{Community, Mid, Head}

func (p *Program) validateTiers(say func(string, ...any)) {
	if len(p.Tiers) != len(tiers) {
		say("tiers: they must be %s, %s and %s, in this order", Community, Mid, Head)
		return
	}
	for i, t := range p.Tiers {
		if t.Tier != tiers[i] {
			say("tiers[%d]: it must be %s", i, tiers[i])
		}
		if i == 0 && (t.Orders != 0 || t.Sales != 0) {
			say("tiers[0]: everybody is of it, so it takes no orders and no sales")
		}
		if i > 0 && (t.Orders < p.Tiers[i-1].Orders || t.Sales < p.Tiers[i-1].Sales) {
			say("tiers[%d]: it must take no less than the one below", i)
		}
		t.Rates.validate(fmt.Sprintf("tiers[%d]", i), say)
	}
}

func (r Rates) validate(whose string, say func(string, ...any)) {
	sum := int64(0)
	for _, rate := range r {
		if rate < 0 || rate > whole {
			say("%s: a rate must be 0 to 100 percent", whose)
			return
		}
		sum += rate
	}
	if sum > whole {
		say("%s: its rates together must be 100 percent at most", whose)
	}
}

func (c CreditRule) validate(say func(string, ...any)) {
	for _, rule := range []struct {
		field string
		value int
	}{
		{"refundFree", c.RefundFree}, {"refundPoints", c.RefundPoints}, {"reportPoints", c.ReportPoints}, {"fraudPoints", c.FraudPoints},
	} {
		if rule.value < 0 || rule.value > mostScore {
			say("credit.%s: it must be 0 to %d", rule.field, mostScore)
		}
	}
	if c.RefundOrders < 1 {
		say("credit.refundOrders: it must be 1 or more")
	}
}
