package catalog

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are I2, per SKU. A journal entry is written in the transaction of the change that it tells of, so nothing is ever under way.
func Invariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I2", Promise: "every SKU has its stock",
			Query: "SELECT k.id, k.code FROM skus k LEFT JOIN stocks s ON s.id = k.id WHERE s.id IS NULL",
		},
		{
			ID: "I2", Promise: "received = available + held + sold + written off, none below zero",
			Query: `SELECT id, received, available, held, sold, written_off FROM stocks
				WHERE received <> available + held + sold + written_off OR available < 0 OR held < 0 OR sold < 0 OR written_off < 0`,
		},
		{
			ID: "I2", Promise: "held = the sum of live holds",
			Query: `SELECT s.id, s.held, h.live FROM stocks s
				LEFT JOIN (SELECT sku_id, SUM(quantity) AS live FROM stock_holds WHERE state = 'live' GROUP BY sku_id) h ON h.sku_id = s.id
				WHERE s.held <> COALESCE(h.live, 0)`,
		},
		{
			ID: "I2", Promise: "sold = the sum of sales, less what was returned or written off",
			Query: journal("sold", "WHEN 'sell' THEN quantity WHEN 'return' THEN -quantity WHEN 'write_off' THEN -quantity"),
		},
		{
			ID: "I2", Promise: "written off = the sum of write-offs",
			Query: journal("written_off", "WHEN 'write_off' THEN quantity"),
		},
		{
			ID: "I2", Promise: "received = the sum of receipts and adjustments",
			Query: journal("received", "WHEN 'receive' THEN quantity WHEN 'adjust' THEN quantity"),
		},
	}
}

// journal compares a column of stocks with the sum of its movements.
func journal(column, cases string) string {
	return `SELECT s.id, s.` + column + `, m.journaled FROM stocks s
		LEFT JOIN (SELECT sku_id, SUM(CASE kind ` + cases + ` ELSE 0 END) AS journaled FROM stock_movements GROUP BY sku_id) m ON m.sku_id = s.id
		WHERE s.` + column + ` <> COALESCE(m.journaled, 0)`
}
