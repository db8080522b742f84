package live

import "github.com/kaituan/kaituan/internal/invariant"

// streamInvariants are the promises of numbered events.
func streamInvariants() []invariant.Invariant {
	return []invariant.Invariant{
		{
			ID: "I13", Promise: "a room's events are numbered from 1 to its newest, each number once",
			Query: `SELECT r.id, r.seq, COUNT(e.id) AS events, MIN(e.seq) AS oldest, MAX(e.seq) AS newest FROM live_rooms r LEFT JOIN live_events e ON e.room_id = r.id
				GROUP BY r.id, r.seq HAVING COUNT(e.id) <> r.seq OR COUNT(DISTINCT e.seq) <> r.seq OR COALESCE(MIN(e.seq), 1) <> 1 OR COALESCE(MAX(e.seq), 0) <> r.seq`,
		},
		{
			ID: "I13", Promise: "a later event has no earlier owner's epoch, and none one that the room has not reached",
			Query: `SELECT e.room_id, e.seq, e.epoch, r.epoch AS reached, b.epoch AS epoch_before FROM live_events e JOIN live_rooms r ON r.id = e.room_id
				LEFT JOIN live_events b ON b.room_id = e.room_id AND b.seq = e.seq - 1 WHERE e.epoch > r.epoch OR e.epoch < 1 OR b.epoch > e.epoch`,
		},
		{
			ID: "I13", Promise: "a comment that has a number has that of a tick of its room",
			Query: `SELECT c.id, c.room_id, c.seq, e.kind FROM live_comments c LEFT JOIN live_events e ON e.room_id = c.room_id AND e.seq = c.seq
				WHERE c.seq IS NOT NULL AND (e.id IS NULL OR e.kind <> 'TICK')`,
		},
	}
}
