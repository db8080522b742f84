package points

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of the ledger. Each reads its tables once, so that the check takes as long as they are big.
func Invariants() []invariant.Invariant {
	// replay is what the entries alone say, from nothing.
	const perHolder = "(SELECT holder, SUM(CASE account WHEN 'AVAILABLE' THEN amount ELSE 0 END) available, SUM(CASE account WHEN 'HELD' THEN amount ELSE 0 END) held, " +
		"-SUM(CASE account WHEN 'DEBT' THEN amount ELSE 0 END) debt FROM point_entries WHERE account IN ('AVAILABLE', 'HELD', 'DEBT') GROUP BY holder)"
	const perLot = "(SELECT lot_id, -SUM(CASE account WHEN 'ISSUED' THEN amount ELSE 0 END) granted, SUM(CASE account WHEN 'AVAILABLE' THEN amount ELSE 0 END) remaining, " +
		"SUM(CASE account WHEN 'HELD' THEN amount ELSE 0 END) held, SUM(CASE account WHEN 'REDEEMED' THEN amount ELSE 0 END) spent, " +
		"SUM(CASE account WHEN 'EXPIRED' THEN amount ELSE 0 END) expired, SUM(CASE WHEN account IN ('REVOKED', 'DEBT') THEN amount ELSE 0 END) revoked " +
		"FROM point_entries WHERE lot_id IS NOT NULL GROUP BY lot_id)"
	const perPosting = "(SELECT posting_id, SUM(amount) total, SUM(CASE account WHEN 'AVAILABLE' THEN amount ELSE 0 END) available FROM point_entries GROUP BY posting_id)"
	return []invariant.Invariant{
		{
			ID: "I10", Promise: "every posting has entries, which sum to zero, and says what they do to what is available",
			Query: "SELECT p.id, p.points, e.available, e.total FROM point_postings p LEFT JOIN " + perPosting + ` e ON e.posting_id = p.id
				WHERE e.posting_id IS NULL OR e.total <> 0 OR e.available <> p.points`,
		},
		{
			ID: "I10", Promise: "every entry is a posting's",
			Query: "SELECT e.id, e.posting_id FROM point_entries e LEFT JOIN point_postings p ON p.id = e.posting_id WHERE p.id IS NULL",
		},
		{
			ID: "I10", Promise: "a statement has no gaps, and each balance is the one before and the change",
			Query: `SELECT p.id, p.seq, p.points, p.balance_after, q.balance_after AS balance_before FROM point_postings p LEFT JOIN point_postings q
				ON q.shopper_id = p.shopper_id AND q.seq = p.seq - 1 WHERE p.balance_after <> COALESCE(q.balance_after, 0) + p.points OR q.id IS NULL AND p.seq <> 1`,
		},
		{
			ID: "I10", Promise: "an account is where its statement ends",
			Query: `SELECT a.id, a.seq, a.available, p.seq, p.balance_after FROM point_accounts a LEFT JOIN
				(SELECT shopper_id, MAX(seq) seq FROM point_postings GROUP BY shopper_id) n ON n.shopper_id = a.shopper_id
				LEFT JOIN point_postings p ON p.shopper_id = n.shopper_id AND p.seq = n.seq
				WHERE p.id IS NULL OR a.seq <> p.seq OR a.available <> p.balance_after`,
		},
		{
			ID: "I11", Promise: "a shopper's available and held points are those of the lots",
			Query: `SELECT a.shopper_id, a.available, a.held, l.remaining, l.held FROM point_accounts a LEFT JOIN
				(SELECT shopper_id, SUM(remaining) remaining, SUM(held) held FROM point_lots GROUP BY shopper_id) l ON l.shopper_id = a.shopper_id
				WHERE a.available <> COALESCE(l.remaining, 0) OR a.held <> COALESCE(l.held, 0)`,
		},
		{
			ID: "I11", Promise: "a shopper's balances are the sums of the entries, and no entry is nobody's",
			Query: "SELECT e.holder, e.available, e.held, e.debt, a.available, a.held, a.debt FROM " + perHolder + ` e LEFT JOIN point_accounts a ON a.shopper_id = e.holder
				WHERE a.id IS NULL OR a.available <> e.available OR a.held <> e.held OR a.debt <> e.debt`,
		},
		{
			ID: "I11", Promise: "who owes points has none available, and nothing is below zero",
			Query: `SELECT shopper_id, available, held, debt FROM point_accounts WHERE debt > 0 AND available > 0 OR available < 0 OR held < 0 OR debt < 0`,
		},
		{
			ID: "I12", Promise: "what a lot granted is remaining, held, spent, expired or revoked, none below zero",
			Query: `SELECT id, granted, remaining, held, spent, expired, revoked, reversed FROM point_lots WHERE granted <> remaining + held + spent + expired + revoked
				OR remaining < 0 OR held < 0 OR spent < 0 OR expired < 0 OR revoked < 0 OR reversed > granted OR open <> (remaining > 0)`,
		},
		{
			ID: "I12", Promise: "a lot is what its entries say",
			Query: "SELECT l.id, l.granted, e.granted, l.remaining, e.remaining, l.held, e.held, l.spent, e.spent, l.expired, e.expired, l.revoked, e.revoked FROM point_lots l LEFT JOIN " +
				perLot + ` e ON e.lot_id = l.id WHERE e.lot_id IS NULL OR l.granted <> e.granted OR l.remaining <> e.remaining OR l.held <> e.held OR l.spent <> e.spent
				OR l.expired <> e.expired OR l.revoked <> e.revoked`,
		},
		{
			ID: "I12", Promise: "what a person earned by day is what the ledger says was earned, less what was taken back, and no day is below zero",
			Query: `SELECT person, SUM(earned), SUM(kept) FROM (
				SELECT COALESCE(s.merged_into, p.shopper_id) person, p.points earned, 0 kept FROM point_postings p LEFT JOIN shoppers s ON s.id = p.shopper_id WHERE p.kind = 'EARN'
				UNION ALL SELECT COALESCE(s.merged_into, p.shopper_id), -e.amount, 0 FROM point_postings p LEFT JOIN shoppers s ON s.id = p.shopper_id
				JOIN point_entries e ON e.posting_id = p.id AND e.account = 'REVOKED' WHERE p.kind = 'REVERSE'
				UNION ALL SELECT shopper_id, 0, points FROM point_earnings) x
				GROUP BY person HAVING SUM(earned) <> SUM(kept)
				UNION ALL SELECT shopper_id, points, points FROM point_earnings WHERE points < 0`,
		},
		{
			ID: "I11", Promise: "a hold has the points of its lots, and gives back no more than it captured",
			Query: `SELECT h.id, h.state, h.points, n.points, h.captured, n.captured, h.returned, n.returned FROM point_holds h LEFT JOIN
				(SELECT hold_id, SUM(points) points, SUM(captured) captured, SUM(returned) returned, MIN(points - captured) uncaptured, MIN(captured - returned) kept
				FROM point_hold_lots GROUP BY hold_id) n ON n.hold_id = h.id
				WHERE n.hold_id IS NULL OR n.points <> h.points OR n.captured <> h.captured OR n.returned <> h.returned OR n.uncaptured < 0 OR n.kept < 0
				OR h.state <> 'CAPTURED' AND h.captured <> 0 OR h.state = 'CAPTURED' AND h.captured = 0`,
		},
		{
			ID: "I11", Promise: "what is held of a lot is what live holds have of it, all of one shopper",
			Query: `SELECT l.id, l.held, n.points FROM point_lots l LEFT JOIN (SELECT x.lot_id, SUM(x.points) points, MIN(h.shopper_id) a, MAX(h.shopper_id) b FROM point_holds h
				JOIN point_hold_lots x ON x.hold_id = h.id WHERE h.state = 'HELD' GROUP BY x.lot_id) n ON n.lot_id = l.id
				WHERE l.held <> COALESCE(n.points, 0) OR n.lot_id IS NOT NULL AND (n.a <> l.shopper_id OR n.b <> l.shopper_id)`,
		},
		{
			ID: "I11", Promise: "what a shopper owes is what he owes of lots, each to the lot's channel",
			Query: `SELECT owes.shopper_id, SUM(owes.debt), SUM(owes.points) FROM (
				SELECT shopper_id, debt, 0 points FROM point_accounts UNION ALL SELECT shopper_id, 0, points FROM point_debts) owes
				GROUP BY owes.shopper_id HAVING SUM(owes.debt) <> SUM(owes.points)
				UNION ALL SELECT d.lot_id, d.points, l.granted FROM point_debts d LEFT JOIN point_lots l ON l.id = d.lot_id
				WHERE l.id IS NULL OR l.channel <> d.channel OR d.points < 1 OR d.points > l.reversed`,
		},
		{
			ID: "I11", Promise: "what is owed of a lot is what its entries say, and each debt is of a lot",
			Query: `SELECT lot_id, SUM(entered), SUM(owed) FROM (
				SELECT COALESCE(lot_id, posting_id) lot_id, -amount entered, 0 owed FROM point_entries WHERE account = 'DEBT'
				UNION ALL SELECT lot_id, 0, points FROM point_debts) x GROUP BY lot_id HAVING SUM(entered) <> SUM(owed)`,
		},
		{
			ID: "I10", Promise: "in every posting the channels owe each other nothing over all of them",
			Query: `SELECT posting_id, SUM(amount) FROM point_entries WHERE account = 'SETTLEMENT' GROUP BY posting_id HAVING SUM(amount) <> 0`,
		},
		{
			ID: "I10", Promise: "what a channel settles in a posting is what was redeemed there of others' points, or paid a debt to it, less what of its own was so elsewhere",
			Query: `SELECT x.posting_id, x.channel, SUM(x.amount) FROM (
				SELECT posting_id, holder channel, amount FROM point_entries WHERE account = 'SETTLEMENT'
				UNION ALL SELECT e.posting_id, e.holder, -e.amount FROM point_entries e WHERE e.account = 'REDEEMED'
				UNION ALL SELECT e.posting_id, l.channel, e.amount FROM point_entries e JOIN point_lots l ON l.id = e.lot_id WHERE e.account = 'REDEEMED'
				UNION ALL SELECT e.posting_id, l.channel, -e.amount FROM point_entries e JOIN point_postings p ON p.id = e.posting_id AND p.kind = 'REVERSE'
				JOIN point_lots l ON l.id = e.lot_id WHERE e.account = 'DEBT' AND e.amount > 0
				UNION ALL SELECT e.posting_id, l.channel, -e.amount FROM point_entries e JOIN point_postings p ON p.id = e.posting_id AND p.kind = 'REVERSE'
				JOIN point_lots l ON l.id = e.lot_id WHERE e.account = 'AVAILABLE' AND e.amount < 0
				AND EXISTS (SELECT 1 FROM point_entries d WHERE d.posting_id = e.posting_id AND d.account = 'DEBT' AND d.amount > 0)) x
				GROUP BY x.posting_id, x.channel HAVING SUM(x.amount) <> 0`,
		},
	}
}
