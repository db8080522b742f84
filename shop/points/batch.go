package points

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
)

// MaxRows is how many rows a batch may have.
const MaxRows = 1000

// Row is a movement of a till's offline day.
type Row struct {
	Key       string
	ShopperID string
	// Shown is as for Earning.
	Shown   *Shown
	Channel string
	// Points above zero are earned, below zero redeemed.
	Points int64
	// OccurredAt is at most seven days ago.
	OccurredAt        time.Time
	Reason, Reference string
}

// Result is what became of a row: an entry, or a refusal.
type Result struct {
	Key string
	// EntryID is "" when the row was refused.
	EntryID string
	Refusal *fault.Error
}

// Batch applies each row once per owner and key, or refuses it on its own, and returns what became of each in the order of rows. It works through them in an
// order of its own, what is earned first, then by time and key, so that the same rows make the same book however often they come, in whatever order. What was
// applied stays so; a row that was refused is tried again with the next batch that has it, and a redemption may then find the points that it was short of.
//
// Errors: fault.OutOfRange (more than MaxRows); else only what is no refusal: then some rows were applied, and the batch may be sent again.
func (s *Service) Batch(ctx context.Context, owner string, rows []Row) ([]Result, error) {
	if len(rows) > MaxRows {
		return nil, fault.OutOfRange.At("input", "rows")
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rows[i].before(rows[j]) })
	results := make([]Result, len(rows))
	for _, i := range order {
		results[i].Key = rows[i].Key
		entry, err := s.apply(ctx, owner, rows[i])
		refusal := fault.Of(err)
		switch {
		case err == nil:
			results[i].EntryID = entry.ID
		case refusal != nil && refusal.Kind == fault.Refusal:
			results[i].Refusal = refusal
		case refusal != nil && refusal.Is(fault.Unauthenticated): // whom the row names is banned, or gone
			results[i].Refusal = fault.Missing.At("member")
		default:
			return nil, err
		}
	}
	return results, nil
}

// before is an order of rows that does not depend on how they were sent.
func (r Row) before(o Row) int {
	redeems := func(r Row) int {
		if r.Points < 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(redeems(r), redeems(o)), r.OccurredAt.Compare(o.OccurredAt), cmp.Compare(r.Key, o.Key), cmp.Compare(r.ShopperID, o.ShopperID),
		cmp.Compare(r.Points, o.Points), cmp.Compare(r.Channel, o.Channel), cmp.Compare(r.Reason, o.Reason), cmp.Compare(r.Reference, o.Reference))
}

func (s *Service) apply(ctx context.Context, owner string, r Row) (*Entry, error) {
	if r.Key == "" {
		return nil, fault.Blank.At("idempotencyKey")
	}
	occurred := r.OccurredAt.UTC()
	if r.Points < 0 {
		return s.redeemOn(ctx, Redemption{
			ShopperID: r.ShopperID, Shown: r.Shown, Channel: r.Channel, Points: -r.Points, Owner: owner, Key: r.Key, Reason: r.Reason, Reference: r.Reference,
		}, &occurred)
	}
	return s.earnOn(ctx, Earning{
		ShopperID: r.ShopperID, Shown: r.Shown, Channel: r.Channel, Points: r.Points, Owner: owner, Key: r.Key, Reason: r.Reason, Reference: r.Reference,
	}, &occurred)
}
