package points

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
)

// How channels settle. A lot's points are its channel's: where they are redeemed elsewhere, the lot's channel owes the other one for them, and is given that
// back when the redemption is reversed.
//
// A debt is owed to the channel of the lot that it comes from: that channel has paid, or will, for points that were taken back from the shopper, and has nothing
// for them. Points that pay a debt are settled as if they had been redeemed at that channel: whoever issued them owes it for them. So X, whose earning was
// reversed after it had been spent at Y, owes Y and is owed as much by Z once points of Z have paid the debt; in the end Z has paid for what was taken at Y. Until a
// debt is paid its channel bears it, for good where it is forfeited. Points of the channel itself pay without a settlement.
//
// So the entries of each posting sum to zero over the channels, and the settlement of any time does.

// ChannelSettlement is what points of one channel were redeemed for at one channel, less what went back; at another channel also those that paid debts there.
type ChannelSettlement struct {
	IssuedBy   string
	RedeemedAt string
	Points     int64
	// CostMinor is what IssuedBy owes RedeemedAt for them, in minor units, rounded towards zero; at the same channel it is a cost that nobody owes.
	CostMinor int64
}

// longestSettlement is how much time one settlement may cover.
const longestSettlement = 366 * 24 * time.Hour

// Settlement lists what was redeemed, and what paid debts, within [since, until), by who issued it and where.
//
// Errors: fault.InvalidInput (since is not before until; more than 366 days).
func (s *Service) Settlement(ctx context.Context, since, until time.Time) ([]ChannelSettlement, error) {
	switch {
	case !since.Before(until):
		return nil, fault.InvalidInput.Saying("`since` must be before `until`.", "`since` 必须早于 `until`。")
	case until.Sub(since) > longestSettlement:
		return nil, fault.InvalidInput.Saying("A settlement covers at most 366 days.", "结算区间最长 366 天。")
	}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT l.channel, e.holder, SUM(e.amount) FROM point_entries e JOIN point_lots l ON l.id = e.lot_id
		WHERE e.account IN ('REDEEMED', 'SETTLEMENT') AND e.at >= ? AND e.at < ? AND (e.account = 'REDEEMED') = (e.holder = l.channel)
		GROUP BY l.channel, e.holder HAVING SUM(e.amount) <> 0 ORDER BY l.channel, e.holder`, since.UTC(), until.UTC())
	if err != nil {
		return nil, fmt.Errorf("settlement: %w", err)
	}
	defer rows.Close()
	var list []ChannelSettlement
	for rows.Next() {
		var c ChannelSettlement
		if err := rows.Scan(&c.IssuedBy, &c.RedeemedAt, &c.Points); err != nil {
			return nil, fmt.Errorf("settlement: %w", err)
		}
		if c.CostMinor, err = s.cost(c.Points); err != nil {
			return nil, fmt.Errorf("settlement of %s at %s: %w", c.IssuedBy, c.RedeemedAt, err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

func (s *Service) cost(points int64) (int64, error) {
	if points < 0 {
		n, err := money.MulDiv(-points, s.rate, 100)
		return -n, err
	}
	return money.MulDiv(points, s.rate, 100)
}

// ChannelNet is what a channel gets (or, below zero, pays) when all is settled.
type ChannelNet struct {
	Channel   string
	Points    int64
	CostMinor int64
}

// Net sums a settlement up per channel; over all channels it sums to zero.
func Net(list []ChannelSettlement) []ChannelNet {
	by := map[string]ChannelNet{}
	add := func(channel string, points, cost int64) {
		n := by[channel]
		by[channel] = ChannelNet{channel, n.Points + points, n.CostMinor + cost}
	}
	for _, c := range list {
		add(c.IssuedBy, -c.Points, -c.CostMinor)
		add(c.RedeemedAt, c.Points, c.CostMinor)
	}
	var nets []ChannelNet
	for _, channel := range slices.Sorted(maps.Keys(by)) {
		nets = append(nets, by[channel])
	}
	return nets
}
