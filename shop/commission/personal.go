package commission

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/commission"
	"github.com/kaituan/kaituan/ent/db/commissionaccount"
	"github.com/kaituan/kaituan/ent/db/commissionentry"
	"github.com/kaituan/kaituan/ent/db/withdrawal"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/personal"
)

// What is kept of a promoter's money, as he is told.
type (
	ownAccount struct {
		ShopperID  string        `json:"shopperId"`
		Pending    money.Decimal `json:"pending"`
		Available  money.Decimal `json:"available"`
		InPayout   money.Decimal `json:"inPayout"`
		Withdrawn  money.Decimal `json:"withdrawn"`
		ClawedBack money.Decimal `json:"clawedBack"`
		Debt       money.Decimal `json:"debt"`
	}
	ownEntry struct {
		id         int
		Kind       string        `json:"kind"`
		About      string        `json:"about"`
		Pending    money.Decimal `json:"pending"`
		Available  money.Decimal `json:"available"`
		InPayout   money.Decimal `json:"inPayout"`
		Withdrawn  money.Decimal `json:"withdrawn"`
		ClawedBack money.Decimal `json:"clawedBack"`
		Debt       money.Decimal `json:"debt"`
		At         time.Time     `json:"at"`
	}
	ownCommission struct {
		ID          string        `json:"id"`
		OrderNumber string        `json:"orderNumber"`
		LineTitle   string        `json:"lineTitle"`
		Level       int           `json:"level"`
		Base        money.Decimal `json:"base"`
		Rate        money.Decimal `json:"rate"`
		Amount      money.Decimal `json:"amount"`
		ClawedBack  money.Decimal `json:"clawedBack"`
		State       string        `json:"state"`
		EarnedAt    time.Time     `json:"earnedAt"`
		AvailableAt time.Time     `json:"availableAt"`
	}
	ownWithdrawal struct {
		ID          string        `json:"id"`
		Amount      money.Decimal `json:"amount"`
		Provider    string        `json:"provider"`
		Channel     string        `json:"channel"`
		State       string        `json:"state"`
		RequestedAt time.Time     `json:"requestedAt"`
		SettledAt   *time.Time    `json:"settledAt,omitempty"`
	}
)

// Personal is what is kept of a promoter's money, all of whose ids these are. Whose orders they were is not his to know.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{
		personal.List("commissionAccounts", func() ([]ownAccount, error) {
			rows, err := s.store.Client(ctx).CommissionAccount.Query().Where(commissionaccount.ShopperIDIn(ids...)).Order(commissionaccount.ByID()).All(ctx)
			return personal.Each(rows, err, func(row *db.CommissionAccount) ownAccount {
				return ownAccount{
					row.ShopperID, s.amount(row.Pending), s.amount(row.Available), s.amount(row.InPayout), s.amount(row.Withdrawn), s.amount(row.ClawedBack), s.amount(row.Debt),
				}
			})
		}),
		personal.Pages("commissionEntries", ids, func(id string, after *ownEntry) ([]ownEntry, error) {
			query := s.store.Client(ctx).CommissionEntry.Query().Where(commissionentry.ShopperID(id))
			if after != nil {
				query.Where(commissionentry.IDGT(after.id))
			}
			rows, err := query.Order(commissionentry.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.CommissionEntry) ownEntry {
				return ownEntry{
					row.ID, row.Kind, row.Source, s.amount(row.Pending), s.amount(row.Available), s.amount(row.InPayout), s.amount(row.Withdrawn), s.amount(row.ClawedBack),
					s.amount(row.Debt), row.At,
				}
			})
		}),
		personal.Pages("commissions", ids, func(id string, after *ownCommission) ([]ownCommission, error) {
			query := s.store.Client(ctx).Commission.Query().Where(commission.BeneficiaryID(id))
			if after != nil {
				query.Where(commission.IDGT(after.ID))
			}
			rows, err := query.Order(commission.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.Commission) ownCommission {
				return ownCommission{
					row.ID, masked(row.OrderNumber), row.LineTitle, row.Level, s.amount(row.Base), rateShown(row.Rate), s.amount(row.Amount), s.amount(row.ClawedBack),
					string(row.State), row.EarnedAt, row.AvailableAt,
				}
			})
		}),
		personal.Pages("withdrawals", ids, func(id string, after *ownWithdrawal) ([]ownWithdrawal, error) {
			query := s.store.Client(ctx).Withdrawal.Query().Where(withdrawal.ShopperID(id))
			if after != nil {
				query.Where(withdrawal.IDGT(after.ID))
			}
			rows, err := query.Order(withdrawal.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.Withdrawal) ownWithdrawal {
				return ownWithdrawal{row.ID, s.amount(row.Amount), row.Provider, row.Channel, string(row.State), row.RequestedAt, row.SettledAt}
			})
		}),
	}
}

func (s *Service) amount(minor int64) money.Decimal { return s.money(minor).Amount() }
