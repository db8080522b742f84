package points_test

import "fmt"

// audit replays all entries from nothing, as they were written, and fails unless they come to the balances that the shop has.
func (l *ledger) audit() {
	l.TB.Helper()
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, `SELECT p.id, p.shopper_id, p.seq, p.points, p.balance_after, e.account, e.holder, COALESCE(e.lot_id, ''), e.amount
		FROM point_postings p JOIN point_entries e ON e.posting_id = p.id ORDER BY p.shopper_id, p.seq, e.id`)
	l.Must(err)
	defer rows.Close()
	var (
		posting    string
		sum, moved int64
		all        int64
		accounts   = map[string]int64{} // by account and holder
		lots       = map[string]int64{} // by account and lot
		said       = map[string]int64{} // the newest balance
		places     = map[string]int64{}
	)
	for rows.Next() {
		var id, shopper, account, holder, lot string
		var seq, points, after, amount int64
		l.Must(rows.Scan(&id, &shopper, &seq, &points, &after, &account, &holder, &lot, &amount))
		if id != posting {
			if sum != 0 {
				l.TB.Fatalf("posting %s sums to %d", posting, sum)
			}
			if seq != places[shopper]+1 || after != said[shopper]+points {
				l.TB.Fatalf("posting %s: place %d after %d, %d%+d=%d", id, seq, places[shopper], said[shopper], points, after)
			}
			posting, sum, moved, places[shopper], said[shopper] = id, 0, 0, seq, after
		}
		sum += amount
		all += amount
		accounts[account+" "+holder] += amount
		lots[account+" "+lot] += amount
		if account == "AVAILABLE" {
			if moved += amount; holder != shopper {
				l.TB.Fatalf("posting %s of %s moves what %s has", id, shopper, holder)
			}
		}
	}
	l.Must(rows.Err())
	if sum != 0 || all != 0 {
		l.TB.Fatalf("all entries sum to %d", all)
	}
	l.same("SELECT shopper_id, available, held, -debt, available FROM point_accounts", func(id string) [4]int64 {
		return [4]int64{accounts["AVAILABLE "+id], accounts["HELD "+id], accounts["DEBT "+id], said[id]}
	})
	l.same("SELECT id, remaining, held, spent, expired FROM point_lots", func(id string) [4]int64 {
		return [4]int64{lots["AVAILABLE "+id], lots["HELD "+id], lots["REDEEMED "+id], lots["EXPIRED "+id]}
	})
	l.same("SELECT id, granted, revoked, 0, 0 FROM point_lots", func(id string) [4]int64 {
		return [4]int64{-lots["ISSUED "+id], lots["REVOKED "+id] + lots["DEBT "+id], 0, 0}
	})
}

// same fails unless each row has what replaying gives for its id.
func (l *ledger) same(query string, replayed func(id string) [4]int64) {
	l.TB.Helper()
	rows, err := l.Store.SQL(ctx).QueryContext(ctx, query)
	l.Must(err)
	defer rows.Close()
	for rows.Next() {
		var id string
		var n [4]int64
		l.Must(rows.Scan(&id, &n[0], &n[1], &n[2], &n[3]))
		if got := replayed(id); got != n {
			l.TB.Fatal(fmt.Sprintf("%s has %v, its entries come to %v", id, n, got))
		}
	}
	l.Must(rows.Err())
}
