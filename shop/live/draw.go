package live

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livelottery"
	"github.com/kaituan/kaituan/internal/deadline"
)

// DrawWinners returns the tickets that win, best first: wanted of 1 to tickets, all of them when there are no more. Anybody can compute it from what a drawn lottery
// shows:
//
//   - SHA-256 of the seed's 32 bytes, in hex, is seedHash, which was published at the start.
//   - entriesHash, in hex, is SHA-256 of the text that has for each ticket, from 1 on, the line "ticket:key\n", e.g. "1:5f0c…\n2:a1b2…\n"; of the empty text when
//     nobody has entered. It was published when entries closed, before the seed.
//   - Winner k, from 1, is found by HMAC-SHA-256 with the seed's bytes as its key, of the text entriesHash followed by k in decimal, without anything between them.
//     All its 32 bytes are one big-endian number. That number modulo the count n of tickets that have not won yet is a position, from 0, among those tickets in rising
//     order; the ticket there wins.
//
// The remainder favours the first positions by less than one in 2^220: n is far below 2^36.
func DrawWinners(seed []byte, entriesHash string, tickets, wanted int) []int {
	winners := make([]int, 0, max(min(wanted, tickets), 0))
	var drawn []int // the same, rising
	for k := 1; k <= cap(winners); k++ {
		mac := hmac.New(sha256.New, seed)
		mac.Write([]byte(entriesHash + strconv.Itoa(k)))
		left := big.NewInt(int64(tickets - len(drawn)))
		ticket := 1 + int(new(big.Int).Mod(new(big.Int).SetBytes(mac.Sum(nil)), left).Int64())
		at := 0
		for at < len(drawn) && drawn[at] <= ticket { // each that is gone below moves it up by one
			ticket++
			at++
		}
		drawn = slices.Insert(drawn, at, ticket)
		winners = append(winners, ticket)
	}
	return winners
}

// LotteryDraw closes a lottery's entries, also before their end, and then draws it: the hash of the entries is kept before the seed is revealed. What was drawn stays
// as it is. Errors, at input.lotteryId: fault.Missing, ErrRole.
func (s *Service) LotteryDraw(ctx context.Context, actorID, lotteryID string) (*Lottery, error) {
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		lottery, err := s.lotteryRow(ctx, lotteryID)
		if err != nil {
			return err
		}
		if _, _, err := s.require(ctx, lottery.RoomID, actorID, CoHost); err != nil {
			return err
		}
		now := s.clock()
		closed, err := s.closeEntries(ctx, lotteryID, now, true)
		if err != nil || !closed {
			return err
		}
		return s.deadlines.Set(ctx, deadlineLottery, lotteryID, now.Add(finishDraw), now) // if this process does not come to the second step
	})
	if err != nil {
		return nil, refusedAt(err, "lotteryId")
	}
	err = s.repeatable(ctx, func(ctx context.Context) error {
		revealed, err := s.reveal(ctx, lotteryID, s.clock())
		if err != nil || !revealed {
			return err
		}
		return s.deadlines.Cancel(ctx, deadlineLottery, lotteryID)
	})
	if err != nil {
		return nil, err
	}
	return s.lottery(ctx, lotteryID)
}

// finishDraw is how long a draw may stay between its two steps before the worker takes it on.
const finishDraw = 5 * time.Second

// closeEntries fixes a lottery's entries, once, and publishes their hash. early does so before their end. It reports false when they are not to be closed.
func (s *Service) closeEntries(ctx context.Context, lotteryID string, now time.Time, early bool) (closed bool, err error) {
	query, args := "UPDATE live_lotteries SET state = 'CLOSED', updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN'", []any{now, lotteryID}
	if !early {
		query, args = query+" AND ends_at <= ?", append(args, now)
	}
	closed, err = s.store.Guard(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("close the entries of %s: %w", lotteryID, err)
	}
	if !closed {
		return false, nil
	}
	hash, err := s.entriesHash(ctx, lotteryID) // whoever entered has committed: the row was his until then
	if err != nil {
		return false, err
	}
	if _, err := s.store.Exec(ctx, "UPDATE live_lotteries SET entries_hash = ? WHERE id = ?", hash, lotteryID); err != nil {
		return false, fmt.Errorf("hash the entries of %s: %w", lotteryID, err)
	}
	lottery, err := s.lotteryRow(ctx, lotteryID)
	if err != nil {
		return false, err
	}
	return true, s.tell(ctx, lottery.RoomID, kindLottery, lotteryID, recordOfLottery(lotteryOf(lottery)))
}

// entriesHash reads the tickets one after the other, however many there are; DrawWinners says what it hashes.
func (s *Service) entriesHash(ctx context.Context, lotteryID string) (string, error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT ticket, entrant_key FROM live_entries WHERE lottery_id = ? ORDER BY ticket", lotteryID)
	if err != nil {
		return "", fmt.Errorf("entries of %s: %w", lotteryID, err)
	}
	defer rows.Close()
	sum := sha256.New()
	for rows.Next() {
		var ticket int
		var key string
		if err := rows.Scan(&ticket, &key); err != nil {
			return "", fmt.Errorf("entries of %s: %w", lotteryID, err)
		}
		fmt.Fprintf(sum, "%d:%s\n", ticket, key)
	}
	if err := rows.Err(); err != nil {
		return "", fmt.Errorf("entries of %s: %w", lotteryID, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// reveal draws a lottery whose entries are closed, once, and publishes its seed. It reports false when it is not to be drawn.
func (s *Service) reveal(ctx context.Context, lotteryID string, now time.Time) (revealed bool, err error) {
	revealed, err = s.store.Guard(ctx, "UPDATE live_lotteries SET state = 'DRAWN', drawn_at = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND state = 'CLOSED'",
		now, now, lotteryID)
	if err != nil {
		return false, fmt.Errorf("draw %s: %w", lotteryID, err)
	}
	if !revealed {
		return false, nil
	}
	lottery, err := s.lotteryRow(ctx, lotteryID)
	if err != nil {
		return false, err
	}
	seed, err := hex.DecodeString(lottery.Seed)
	if err != nil {
		return false, fmt.Errorf("seed of %s: %w", lotteryID, err)
	}
	if err := s.crown(ctx, lotteryID, DrawWinners(seed, lottery.EntriesHash, lottery.Entries, lottery.WinnersWanted)); err != nil {
		return false, err
	}
	return true, s.tell(ctx, lottery.RoomID, kindLottery, lotteryID, recordOfLottery(lotteryOf(lottery)))
}

// crownAtOnce is how many winners one statement names.
const crownAtOnce = 200

// crown gives the tickets that win their places.
func (s *Service) crown(ctx context.Context, lotteryID string, winners []int) error {
	place := 0
	for some := range slices.Chunk(winners, crownAtOnce) {
		var places, tickets []any // each ticket twice: to find its place, and to find it
		for _, ticket := range some {
			place++
			places, tickets = append(places, ticket, place), append(tickets, ticket)
		}
		n, err := s.store.Exec(ctx, "UPDATE live_entries SET won = CASE ticket"+strings.Repeat(" WHEN ? THEN ?", len(some))+
			" END WHERE lottery_id = ? AND ticket IN (?"+strings.Repeat(", ?", len(some)-1)+")", append(append(places, lotteryID), tickets...)...)
		if err != nil {
			return fmt.Errorf("winners of %s: %w", lotteryID, err)
		}
		if n != int64(len(some)) {
			return lost("name the winners of", lotteryID)
		}
	}
	return nil
}

// lotteryDue closes the entries at their end; a minute later it draws what nobody has drawn. A draw that has stopped between its steps is finished at once.
func (s *Service) lotteryDue(ctx context.Context, t *deadline.Task) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		now := s.clock()
		closed, err := s.closeEntries(ctx, t.Ref, now, false)
		if err != nil {
			return err
		}
		if !closed {
			if _, err = s.reveal(ctx, t.Ref, now); err != nil {
				return err
			}
		}
		lottery, err := s.lotteryRow(ctx, t.Ref)
		switch {
		case err != nil:
			return err
		case closed:
			return t.Again(ctx, lottery.EndsAt.Add(drawAfter))
		case lottery.State == livelottery.StateOPEN: // by this process's clock its time is not up
			return t.Again(ctx, lottery.EndsAt)
		}
		return t.Done(ctx)
	})
}

// endLotteries draws the open lottery of a room that ends, in the transaction that has guarded the room's row: nobody is told of the room's end without it.
func (s *Service) endLotteries(ctx context.Context, room *db.LiveRoom, now time.Time) error {
	ids, err := s.store.Client(ctx).LiveLottery.Query().Where(livelottery.RoomID(room.ID), livelottery.StateNEQ(livelottery.StateDRAWN)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("lotteries of %s: %w", room.ID, err)
	}
	for _, lotteryID := range ids { // one at most
		if _, err := s.closeEntries(ctx, lotteryID, now, true); err != nil {
			return err
		}
		if _, err := s.reveal(ctx, lotteryID, now); err != nil {
			return err
		}
		if err := s.deadlines.Cancel(ctx, deadlineLottery, lotteryID); err != nil {
			return err
		}
	}
	return nil
}
