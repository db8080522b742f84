package points

import (
	"context"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/pointaccount"
	"github.com/kaituan/kaituan/ent/db/pointcheckin"
	"github.com/kaituan/kaituan/ent/db/pointearning"
	"github.com/kaituan/kaituan/ent/db/pointhold"
	"github.com/kaituan/kaituan/ent/db/pointlot"
	"github.com/kaituan/kaituan/ent/db/pointposting"
	"github.com/kaituan/kaituan/internal/personal"
)

// What the ledger keeps of a person, as he is told.
type (
	ownAccount struct {
		ShopperID string `json:"shopperId"`
		Available int64  `json:"available"`
		Held      int64  `json:"held"`
		Debt      int64  `json:"debt"`
	}
	ownEntry struct {
		seq          int64
		ID           string    `json:"id"`
		Kind         string    `json:"kind"`
		Points       int64     `json:"points"`
		BalanceAfter int64     `json:"balanceAfter"`
		Channel      string    `json:"channel"`
		Reason       string    `json:"reason"`
		Reference    string    `json:"reference,omitempty"`
		At           time.Time `json:"at"`
	}
	ownLot struct {
		ID        string    `json:"id"`
		Channel   string    `json:"channel"`
		Granted   int64     `json:"granted"`
		Remaining int64     `json:"remaining"`
		Held      int64     `json:"held"`
		Spent     int64     `json:"spent"`
		Expired   int64     `json:"expired"`
		Revoked   int64     `json:"revoked"`
		ExpiresAt time.Time `json:"expiresAt"`
	}
	ownHold struct {
		ID        string     `json:"id"`
		State     string     `json:"state"`
		Points    int64      `json:"points"`
		Captured  int64      `json:"captured"`
		Channel   string     `json:"channel"`
		Reference string     `json:"reference,omitempty"`
		At        time.Time  `json:"at"`
		ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	}
	ownDay struct {
		Day    string `json:"day"`
		Streak int    `json:"streak,omitempty"`
		Points int64  `json:"points"`
	}
)

// Personal is what the ledger keeps of a person, all of whose ids these are.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	return []personal.Part{
		personal.List("pointsAccounts", func() ([]ownAccount, error) {
			rows, err := s.store.Client(ctx).PointAccount.Query().Where(pointaccount.ShopperIDIn(ids...)).Order(pointaccount.ByID()).All(ctx)
			return personal.Each(rows, err, func(row *db.PointAccount) ownAccount {
				return ownAccount{row.ShopperID, row.Available, row.Held, row.Debt}
			})
		}),
		personal.Pages("pointsEntries", ids, func(id string, after *ownEntry) ([]ownEntry, error) { return s.ownEntries(ctx, id, after) }),
		personal.Pages("pointsLots", ids, func(id string, after *ownLot) ([]ownLot, error) { return s.ownLots(ctx, id, after) }),
		personal.Pages("pointsHolds", ids, func(id string, after *ownHold) ([]ownHold, error) { return s.ownHolds(ctx, id, after) }),
		personal.Pages("checkIns", ids, func(id string, after *ownDay) ([]ownDay, error) {
			query := s.store.Client(ctx).PointCheckIn.Query().Where(pointcheckin.ShopperID(id))
			if after != nil {
				query.Where(pointcheckin.DayGT(after.Day))
			}
			rows, err := query.Order(pointcheckin.ByDay()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.PointCheckIn) ownDay { return ownDay{row.Day, row.Streak, row.Points} })
		}),
		personal.Pages("pointsEarnedByDay", ids, func(id string, after *ownDay) ([]ownDay, error) {
			query := s.store.Client(ctx).PointEarning.Query().Where(pointearning.ShopperID(id))
			if after != nil {
				query.Where(pointearning.DayGT(after.Day))
			}
			rows, err := query.Order(pointearning.ByDay()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.PointEarning) ownDay { return ownDay{Day: row.Day, Points: row.Points} })
		}),
	}
}

func (s *Service) ownEntries(ctx context.Context, id string, after *ownEntry) ([]ownEntry, error) {
	query := s.store.Client(ctx).PointPosting.Query().Where(pointposting.ShopperID(id))
	if after != nil {
		query.Where(pointposting.SeqGT(after.seq))
	}
	rows, err := query.Order(pointposting.BySeq()).Limit(personal.PageSize).All(ctx)
	return personal.Each(rows, err, func(row *db.PointPosting) ownEntry {
		return ownEntry{row.Seq, row.ID, row.Kind, row.Points, row.BalanceAfter, row.Channel, row.Reason, row.Reference, row.At}
	})
}

// ownLots goes along the index: those with nothing left first.
func (s *Service) ownLots(ctx context.Context, id string, after *ownLot) ([]ownLot, error) {
	query := s.store.Client(ctx).PointLot.Query().Where(pointlot.ShopperID(id))
	if after != nil {
		later := pointlot.And(pointlot.Open(after.Remaining > 0), pointlot.Or(pointlot.ExpiresAtGT(after.ExpiresAt),
			pointlot.And(pointlot.ExpiresAt(after.ExpiresAt), pointlot.IDGT(after.ID))))
		if after.Remaining == 0 {
			later = pointlot.Or(later, pointlot.Open(true))
		}
		query.Where(later)
	}
	rows, err := query.Order(db.Asc(pointlot.FieldOpen, pointlot.FieldExpiresAt, pointlot.FieldID)).Limit(personal.PageSize).All(ctx)
	return personal.Each(rows, err, func(row *db.PointLot) ownLot {
		return ownLot{row.ID, row.Channel, row.Granted, row.Remaining, row.Held, row.Spent, row.Expired, row.Revoked, row.ExpiresAt}
	})
}

func (s *Service) ownHolds(ctx context.Context, id string, after *ownHold) ([]ownHold, error) {
	query := s.store.Client(ctx).PointHold.Query().Where(pointhold.ShopperID(id))
	if after != nil {
		query.Where(pointhold.IDGT(after.ID))
	}
	rows, err := query.Order(pointhold.ByID()).Limit(personal.PageSize).All(ctx)
	return personal.Each(rows, err, func(row *db.PointHold) ownHold {
		return ownHold{row.ID, string(row.State), row.Points, row.Captured, row.Channel, row.Reference, row.CreatedAt, row.ExpiresAt}
	})
}
