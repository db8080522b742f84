package commission

import (
	"fmt"

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/referral"
)

// whole is all of a rate: hundredths of a percent.
const whole = 10_000

// earning is what one beneficiary earns by one line.
type earning struct {
	id           string // of its commission
	line         order.KeptLine
	beneficiary  referral.Beneficiary
	rate, amount int64
}

// shares are what beneficiaries earn by an order's lines: of the money kept for each, rounded down. By a line they come to at most the programme's cap of it, and so
// they do by the order; where their rates together are above the cap, each is lowered in proportion. Nobody earns whose credit is below the floor, and nobody
// nothing.
func shares(lines []order.KeptLine, kinds map[string]catalog.Kind, beneficiaries []referral.Beneficiary, p *referral.Program) (all []earning, err error) {
	for _, line := range lines {
		rates := ratesOf(kinds[line.ProductID], beneficiaries, p)
		for i, b := range beneficiaries {
			amount, err := share(line.Kept, rates[i])
			if err != nil {
				return nil, fmt.Errorf("commission by line %s: %w", line.ID, err)
			}
			if amount > 0 {
				all = append(all, earning{line: line, beneficiary: b, rate: rates[i], amount: amount})
			}
		}
	}
	return all, nil
}

// share is what a rate of an amount comes to. It depends on nothing else, so that whatever refunds do to other lines, and in any order, it comes to the same.
func share(kept, rate int64) (int64, error) { return money.MulDiv(kept, rate, whole) }

// ratesOf are the beneficiaries' rates of a product, the cap kept.
func ratesOf(kind catalog.Kind, beneficiaries []referral.Beneficiary, p *referral.Program) []int64 {
	rates := make([]int64, len(beneficiaries))
	var sum int64
	for i, b := range beneficiaries {
		if b.Credit >= p.CreditFloor {
			rates[i] = rateOf(kind, b, p)
			sum += rates[i]
		}
	}
	if sum > p.Cap {
		for i := range rates {
			rates[i] = rates[i] * p.Cap / sum
		}
	}
	return rates
}

// rateOf is a product's own rate, else its category's, else that of the beneficiary's tier.
func rateOf(kind catalog.Kind, b referral.Beneficiary, p *referral.Program) int64 {
	if rates, ok := p.Products[kind.Handle]; ok {
		return rates[b.Level-1]
	}
	if rates, ok := p.Categories[kind.CategoryID]; ok {
		return rates[b.Level-1]
	}
	for _, tier := range p.Tiers {
		if tier.Tier == b.Tier {
			return tier.Rates[b.Level-1]
		}
	}
	return 0
}
