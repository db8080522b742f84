package points

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/money"
)

// ChannelSettlement is what points of one channel were redeemed for at one channel, less what went back.
type ChannelSettlement struct {
	IssuedBy   string
	RedeemedAt string
	Points     int64
	// CostMinor is what IssuedBy owes RedeemedAt for them, in minor units, rounded towards zero; at the same channel it is a cost that nobody owes.
	CostMinor int64
}

// Settlement lists what was redeemed within [since, until), by who issued it and where.
func (s *Service) Settlement(ctx context.Context, since, until time.Time) ([]ChannelSettlement, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT l.channel, e.holder, SUM(e.amount) FROM point_entries e JOIN point_lots l ON l.id = e.lot_id
		WHERE e.account = 'REDEEMED' AND e.at >= ? AND e.at < ? GROUP BY l.channel, e.holder HAVING SUM(e.amount) <> 0 ORDER BY l.channel, e.holder`, since.UTC(), until.UTC())
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
