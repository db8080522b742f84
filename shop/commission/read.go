package commission

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/commission"
	"github.com/kaituan/kaituan/ent/db/withdrawal"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
)

// Balance reads a promoter's money as it is now; zeros for who never earned any.
func (s *Service) Balance(ctx context.Context, shopperID string) (*Balance, error) {
	found, err := s.accounts(ctx, []string{shopperID})
	if err != nil {
		return nil, err
	}
	var p parts
	if a := found[shopperID]; a != nil {
		p = a.parts
	}
	return &Balance{
		Pending: s.money(p.pending), Available: s.money(p.available), InPayout: s.money(p.inPayout), Withdrawn: s.money(p.withdrawn), ClawedBack: s.money(p.clawedBack),
		Debt: s.money(p.debt),
	}, nil
}

// Some returns the commissions of ids that are the shopper's own, by id; a constant number of statements.
func (s *Service) Some(ctx context.Context, shopperID string, ids []string) (map[string]*Commission, error) {
	found := map[string]*Commission{}
	if len(ids) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).Commission.Query().Where(commission.IDIn(ids...), commission.BeneficiaryIDIn(his...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("commissions: %w", err)
	}
	for _, row := range rows {
		found[row.ID] = s.commissionOf(row)
	}
	return found, nil
}

// Withdrawal returns a shopper's own withdrawal, or fault.Missing.
func (s *Service) Withdrawal(ctx context.Context, shopperID, withdrawalID string) (*Withdrawal, error) {
	found, err := s.Withdrawals(ctx, shopperID, []string{withdrawalID})
	if err != nil {
		return nil, err
	}
	if w := found[withdrawalID]; w != nil {
		return w, nil
	}
	return nil, fault.Missing
}

// Withdrawals returns the withdrawals of ids that are the shopper's own, by id; a constant number of statements.
func (s *Service) Withdrawals(ctx context.Context, shopperID string, ids []string) (map[string]*Withdrawal, error) {
	found := map[string]*Withdrawal{}
	if len(ids) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).Withdrawal.Query().Where(withdrawal.IDIn(ids...), withdrawal.ShopperIDIn(his...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("withdrawals: %w", err)
	}
	list, err := s.withdrawalsOf(ctx, rows)
	for _, w := range list {
		found[w.ID] = w
	}
	return found, err
}

// EarnedByLink is what a person, all of whose ids these are, has earned by links, which are his, less what was clawed back, in minor units and by link; a link without any is left
// out. What others earned by the same orders is not his to know: who brought the buyer's inviter, or the inviter himself where the buyer came by somebody else's link.
// One statement.
func (s *Service) EarnedByLink(ctx context.Context, ids, linkIDs []string) (map[string]int64, error) {
	earned := make(map[string]int64, len(linkIDs))
	if len(linkIDs) == 0 {
		return earned, nil
	}
	in, args := store.In(linkIDs)
	his, own := store.In(ids)
	err := s.store.Each(ctx, "SELECT link_id, SUM(amount - clawed_back) FROM commissions WHERE link_id IN "+in+" AND beneficiary_id IN "+his+" GROUP BY link_id",
		append(args, own...), func(scan func(...any) error) error {
			var link string
			var sum int64
			err := scan(&link, &sum)
			earned[link] = sum
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("commission by links: %w", err)
	}
	return earned, nil
}

func (s *Service) commissionOf(row *db.Commission) *Commission {
	return &Commission{
		ID: row.ID, OrderNumberMasked: masked(row.OrderNumber), LineTitle: row.LineTitle, Level: row.Level, Base: s.money(row.Base), Amount: s.money(row.Amount),
		ClawedBack: s.money(row.ClawedBack), Rate: rateShown(row.Rate), State: State(row.State), EarnedAt: row.EarnedAt, AvailableAt: row.AvailableAt,
	}
}

// rateShown is a rate as a share of one, without zeros at its end.
func rateShown(rate int64) money.Decimal {
	text := fmt.Sprintf("%d.%04d", rate/whole, rate%whole)
	return money.Decimal(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

// shownDigits is how much of somebody else's order number is shown.
const shownDigits = 4

func masked(number string) string {
	return "****" + number[max(len(number)-shownDigits, 0):]
}

// withdrawalsOf shapes rows; what their payees need to confirm them is opened by one statement.
func (s *Service) withdrawalsOf(ctx context.Context, rows []*db.Withdrawal) ([]*Withdrawal, error) {
	list := make([]*Withdrawal, len(rows))
	var sealed []identity.Sealed
	var at []int
	for i, row := range rows {
		list[i] = &Withdrawal{
			ID: row.ID, Amount: s.money(row.Amount), State: WithdrawalState(row.State), RequestedAt: row.RequestedAt, SettledAt: row.SettledAt, Confirm: []*order.Parameter{},
		}
		if len(row.Confirm) > 0 {
			sealed, at = append(sealed, identity.Sealed{ShopperID: row.ShopperID, Cipher: row.Confirm}), append(at, i)
		}
	}
	if len(sealed) == 0 {
		return list, nil
	}
	opened, err := s.identity.UnsealMany(ctx, sealed)
	if err != nil {
		return nil, fmt.Errorf("confirmations of withdrawals: %w", err)
	}
	for n, plain := range opened {
		var parameters []payment.Parameter
		if plain == nil {
			continue
		}
		if err := json.Unmarshal(plain, &parameters); err != nil {
			return nil, fmt.Errorf("confirmation of %s: %w", list[at[n]].ID, err)
		}
		for _, p := range parameters {
			list[at[n]].Confirm = append(list[at[n]].Confirm, &order.Parameter{Name: p.Name, Value: p.Value})
		}
	}
	return list, nil
}
