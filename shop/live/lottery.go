package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/liveentry"
	"github.com/kaituan/kaituan/ent/db/livelottery"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/text"
)

// Limits of a lottery.
const (
	maxPrize          = 100
	maxWinners        = 1000
	maxLotterySeconds = 86_400
	// drawAfter is how long after the entries' end the worker draws what nobody has drawn.
	drawAfter = time.Minute
)

// deadlineLottery closes a lottery's entries at their end, and draws it later.
const deadlineLottery = "live.lottery"

// LotteryStart starts a lottery in a room that is on air, from now on. It draws the seed and publishes its hash. The same key with input that means the same returns
// the lottery as it is now.
//
// Errors, under input: fault.KeyReused, fault.Blank, fault.TooLong and fault.Invalid (prize), fault.OutOfRange (winners, seconds), at roomId fault.Missing, ErrRole,
// ErrRoomState (not on air), ErrLotteryState (another one is not drawn yet).
func (s *Service) LotteryStart(ctx context.Context, actorID string, d *LotteryDraft) (*Lottery, error) {
	c, err := d.check()
	if err != nil {
		return nil, err
	}
	call := idem.Call{Owner: actorID, Operation: "liveLotteryStart", Key: d.IdempotencyKey, Input: c, Result: id.New("lvl")}
	seed := secret.Random(sha256.Size)
	lotteryID, err := s.startOnce(ctx, call, c.RoomID, func(ctx context.Context, now time.Time) error { return s.lotteryStart(ctx, call.Result, c, seed, now) })
	if err != nil {
		return nil, err
	}
	return s.lottery(ctx, lotteryID)
}

// check returns the draft without its key, with what makes no difference taken out.
func (d *LotteryDraft) check() (LotteryDraft, error) {
	c := *d
	c.IdempotencyKey, c.Prize = "", strings.TrimSpace(d.Prize)
	switch {
	case text.Blank(c.Prize):
		return c, fault.Blank.At("input", "prize")
	case utf8.RuneCountInString(c.Prize) > maxPrize:
		return c, fault.TooLong.At("input", "prize").WithAvailable(maxPrize)
	case !text.Line(c.Prize):
		return c, fault.Invalid.Saying("A prize is one line of plain text.", "奖品须为一行文字，不含控制字符。").At("input", "prize")
	case c.Winners < 1 || c.Winners > maxWinners:
		return c, fault.OutOfRange.At("input", "winners").WithAvailable(maxWinners)
	case c.Seconds < 1 || c.Seconds > maxLotterySeconds:
		return c, fault.OutOfRange.At("input", "seconds").WithAvailable(maxLotterySeconds)
	}
	return c, nil
}

func (s *Service) lotteryStart(ctx context.Context, lotteryID string, d LotteryDraft, seed []byte, now time.Time) error {
	another, err := s.store.Client(ctx).LiveLottery.Query().Where(livelottery.RoomID(d.RoomID), livelottery.StateNEQ(livelottery.StateDRAWN)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("lotteries of %s: %w", d.RoomID, err)
	}
	if another {
		return ErrLotteryState.Saying("The room's last lottery is not drawn yet.", "上一场抽奖尚未开奖。").At("input", "roomId")
	}
	ends, hash := now.Add(time.Duration(d.Seconds)*time.Second), sha256.Sum256(seed)
	err = s.store.Client(ctx).LiveLottery.Create().SetID(lotteryID).SetCreatedAt(now).SetUpdatedAt(now).SetRoomID(d.RoomID).SetPrize(d.Prize).
		SetWinnersWanted(d.Winners).SetState(livelottery.StateOPEN).SetSeed(hex.EncodeToString(seed)).SetSeedHash(hex.EncodeToString(hash[:])).SetEndsAt(ends).Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert a lottery in %s: %w", d.RoomID, err)
	}
	if err := s.deadlines.Set(ctx, deadlineLottery, lotteryID, ends, now); err != nil {
		return err
	}
	return s.tell(ctx, d.RoomID, kindLottery, lotteryID, nil)
}

// LotteryEnter gives a shopper a ticket; a person has one at most, and who has one gets no other and no error.
//
// Errors, at input.lotteryId: fault.Missing, ErrRoomState (the room is not on air), ErrLotteryState (entries are closed).
func (s *Service) LotteryEnter(ctx context.Context, shopperID, lotteryID string) (*Lottery, error) {
	leave, err := s.prizes.entries.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := s.repeatable(ctx, func(ctx context.Context) error { return s.takeTicket(ctx, shopperID, lotteryID) }); err != nil {
		return nil, refusedAt(err, "lotteryId")
	}
	return s.lottery(ctx, lotteryID)
}

// takeTicket takes the next ticket by the lottery's row, which is this transaction's from then on: tickets have no holes.
func (s *Service) takeTicket(ctx context.Context, shopperID, lotteryID string) error {
	if err := s.identity.Touch(ctx, shopperID); err != nil {
		return err
	}
	lottery, err := s.lotteryRow(ctx, lotteryID)
	if err != nil {
		return err
	}
	has, err := s.Tickets(ctx, shopperID, []string{lotteryID})
	if err != nil || has[lotteryID] > 0 {
		return err
	}
	room, err := s.room(ctx, lottery.RoomID)
	if err != nil {
		return err
	}
	now := s.clock()
	if lottery.State != livelottery.StateOPEN || !now.Before(lottery.EndsAt) {
		return ErrLotteryState // for good, so there is no need to lock the row
	}
	if State(room.State) != OnAir {
		return ErrRoomState
	}
	if err := s.tellCount(ctx, room.ID, kindLottery, lotteryID, -1); err != nil {
		return err
	}
	took, err := s.store.Guard(ctx, `UPDATE live_lotteries SET entries = entries + 1, updated_at = ?, ver = ver + 1
		WHERE id = ? AND state = 'OPEN' AND ends_at > ?`, now, lotteryID, now)
	if err != nil {
		return fmt.Errorf("enter %s: %w", lotteryID, err)
	}
	if !took {
		return ErrLotteryState
	}
	if lottery, err = s.lotteryRow(ctx, lotteryID); err != nil {
		return err
	}
	err = s.store.Client(ctx).LiveEntry.Create().SetLotteryID(lotteryID).SetShopperID(shopperID).SetTicket(lottery.Entries).
		SetEntrantKey(s.entrantKey(lotteryID, shopperID)).SetCreatedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ticket %d of %s: %w", lottery.Entries, lotteryID, err)
	}
	return nil
}

// entrantKey is what is public of an entrant: without the shop's key nobody can try out who it is.
func (s *Service) entrantKey(lotteryID, shopperID string) string {
	return hex.EncodeToString(s.mac([]byte("entrant\n" + lotteryID + "\n" + shopperID)))
}

// lotteryRow reads a lottery's row; fault.Missing when there is none.
func (s *Service) lotteryRow(ctx context.Context, lotteryID string) (*db.LiveLottery, error) {
	row, err := s.store.Client(ctx).LiveLottery.Get(ctx, lotteryID)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("lottery %s: %w", lotteryID, err)
	}
	return row, nil
}

// Tickets are a viewer's own, under any of his ids, by lottery. One who was two may have two of one lottery: the lower is shown.
func (s *Service) Tickets(ctx context.Context, viewerID string, lotteryIDs []string) (map[string]int, error) {
	found := make(map[string]int, len(lotteryIDs))
	if viewerID == "" || len(lotteryIDs) == 0 {
		return found, nil
	}
	his, err := s.identity.Aliases(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Client(ctx).LiveEntry.Query().Where(liveentry.LotteryIDIn(lotteryIDs...), liveentry.ShopperIDIn(his...)).
		Order(liveentry.ByTicket(lastFirst)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("tickets of %s: %w", viewerID, err)
	}
	for _, row := range rows {
		found[row.LotteryID] = row.Ticket
	}
	return found, nil
}
