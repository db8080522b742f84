package webhook

import "github.com/kaituan/kaituan/internal/invariant"

// Invariants are the promises of webhooks.
func Invariants() []invariant.Invariant {
	const earlier = `SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = d.endpoint_id AND o.aggregate = d.aggregate AND o.state = 'PENDING' AND o.id <> d.id`
	return []invariant.Invariant{
		{
			ID: "W1", Promise: "every delivery that is pending is in a lane that somebody works on",
			Query: `SELECT d.id, d.endpoint_id, d.lane FROM webhook_deliveries d WHERE d.state = 'PENDING' AND NOT EXISTS (
				SELECT 1 FROM deadlines t WHERE t.kind = 'webhook.send' AND t.ref = CONCAT(d.endpoint_id, '/', d.lane))`,
		},
		{
			ID: "W1", Promise: "of an order's, a group's, an account's or a SKU's deliveries to one endpoint the first that is pending is the only one that is sent",
			Query: `SELECT d.id, d.endpoint_id, d.aggregate, d.turn FROM webhook_deliveries d WHERE d.state = 'PENDING'
				AND (d.next_attempt_at IS NULL) <> EXISTS (` + earlier + ` AND o.turn < d.turn)`,
		},
		{
			ID: "W1", Promise: "what was delivered or given up is tried no more, and what was delivered was answered with success",
			Query: `SELECT d.id, d.state, d.last_status FROM webhook_deliveries d WHERE d.state <> 'PENDING' AND d.next_attempt_at IS NOT NULL
				OR (d.state = 'DELIVERED') <> (d.delivered_at IS NOT NULL) OR d.state = 'DELIVERED' AND (d.last_status IS NULL OR d.last_status NOT BETWEEN 200 AND 299 OR d.attempts < 1)`,
		},
		{
			ID: "W2", Promise: "a partner has at most 10 endpoints, and one that was deleted is about to go",
			Query: `SELECT e.id, e.partner_id, e.place FROM webhook_endpoints e WHERE (e.place IS NULL) <> (e.deleted_at IS NOT NULL) OR e.place NOT BETWEEN 0 AND 9
				OR e.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deadlines t WHERE t.kind = 'webhook.forget' AND t.ref = e.id)`,
		},
	}
}
