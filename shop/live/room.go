package live

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db/liveroom"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/text"
	"github.com/kaituan/kaituan/shop/catalog"
)

// Limits of a room.
const (
	maxTitle     = 100
	maxShelf     = 100
	maxReason    = 255
	maxPinNote   = 100
	maxSlowMode  = 3600
	maxOpenRooms = 20 // of one host, that have not ended: against floods
)

// checkedRoom is a draft whose values make sense; two drafts that mean the same come to the same. Its JSON is what an idempotency key stands for, so a field that
// is added later must be left out while it is empty.
type checkedRoom struct {
	Title        string
	CoverURL     *string
	ScheduledFor *time.Time
	ProductIDs   []string
}

// Create makes a room, SCHEDULED whether it has a time or not. The same key with input that means the same returns the room as it is now.
//
// Errors, under input: fault.KeyReused, fault.Blank, fault.TooLong, fault.Invalid (title, coverUrl, a product twice), fault.OutOfRange (scheduledFor, productIds),
// fault.Missing (a product that is not there or was taken down), errManyRooms.
func (s *Service) Create(ctx context.Context, hostID string, d *RoomDraft) (*Room, error) {
	c, err := d.check()
	if err != nil {
		return nil, err
	}
	call := idem.Call{Owner: hostID, Operation: "liveRoomCreate", Key: d.IdempotencyKey, Input: c, Result: id.New("lvr")}
	roomID, _, err := idem.Once(ctx, s.store, s.clock, call, func(ctx context.Context) error { return s.create(ctx, call, c) })
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

func (d *RoomDraft) check() (checkedRoom, error) {
	c := checkedRoom{CoverURL: d.CoverURL, ScheduledFor: instant(d.ScheduledFor), ProductIDs: d.ProductIDs}
	var err error
	if c.Title, err = checkTitle(d.Title); err != nil {
		return c, err
	}
	if err := checkCover(c.CoverURL); err != nil {
		return c, err
	}
	return c, checkShelf(c.ProductIDs)
}

func checkTitle(title string) (string, error) {
	title = strings.TrimSpace(title)
	switch {
	case text.Blank(title):
		return "", fault.Blank.At("input", "title")
	case utf8.RuneCountInString(title) > maxTitle:
		return "", fault.TooLong.At("input", "title").WithAvailable(maxTitle)
	case !text.Line(title):
		return "", fault.Invalid.Saying("A title is one line of plain text.", "标题须为一行文字，不含控制字符。").At("input", "title")
	}
	return title, nil
}

func checkCover(address *string) error {
	if address != nil && !catalog.ValidURL(*address) {
		return fault.Invalid.At("input", "coverUrl")
	}
	return nil
}

// checkShelf wants at most maxShelf products, each once.
func checkShelf(productIDs []string) error {
	if len(productIDs) > maxShelf {
		return fault.OutOfRange.At("input", "productIds").WithAvailable(maxShelf)
	}
	seen := make(map[string]bool, len(productIDs))
	for i, productID := range productIDs {
		if seen[productID] {
			return fault.Invalid.Saying("This product is on the shelf already.", "同一商品重复。").At("input", "productIds", strconv.Itoa(i))
		}
		seen[productID] = true
	}
	return nil
}

// instant is a time as the database keeps it.
func instant(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	kept := t.UTC().Truncate(time.Microsecond)
	return &kept
}

// checkSchedule wants a time after now that engines keep; nil is none.
func checkSchedule(at *time.Time, now time.Time) error {
	if at != nil && (!at.After(now) || at.Year() > 9998) {
		return fault.OutOfRange.Saying("A room is scheduled for a time to come.", "预告时间必须晚于当前时间。").At("input", "scheduledFor")
	}
	return nil
}

func (s *Service) create(ctx context.Context, call idem.Call, c checkedRoom) error {
	roomID, hostID := call.Result, call.Owner
	if err := s.touch(ctx, call); err != nil {
		return err
	}
	now := s.clock()
	if err := checkSchedule(c.ScheduledFor, now); err != nil {
		return err
	}
	if err := s.fewRooms(ctx, hostID); err != nil {
		return err
	}
	if err := s.onShow(ctx, c.ProductIDs); err != nil {
		return err
	}
	row := s.store.Client(ctx).LiveRoom.Create().SetID(roomID).SetCreatedAt(now).SetUpdatedAt(now).SetHostID(hostID).SetTitle(c.Title).
		SetState(liveroom.StateSCHEDULED).SetNillableCoverURL(c.CoverURL).SetNillableScheduledFor(c.ScheduledFor)
	if err := row.Exec(ctx); err != nil {
		return fmt.Errorf("insert a room: %w", err)
	}
	return s.shelve(ctx, roomID, c.ProductIDs)
}

// touch begins what a person does once: his row, then whether he has done it under another of his ids.
func (s *Service) touch(ctx context.Context, call idem.Call) error {
	if err := s.identity.Touch(ctx, call.Owner); err != nil {
		return err
	}
	his, err := s.identity.Aliases(ctx, call.Owner)
	if err != nil {
		return err
	}
	return call.Elsewhere(ctx, s.store, his[1:])
}

// fewRooms may read, since the host's row is touched and a person's own doings are serial.
func (s *Service) fewRooms(ctx context.Context, hostID string) error {
	his, err := s.identity.Aliases(ctx, hostID)
	if err != nil {
		return err
	}
	n, err := s.store.Client(ctx).LiveRoom.Query().Where(liveroom.HostIDIn(his...), liveroom.Active(true)).Count(ctx)
	if err != nil {
		return fmt.Errorf("rooms of %s: %w", hostID, err)
	}
	if n >= maxOpenRooms {
		return errManyRooms.WithAvailable(maxOpenRooms)
	}
	return nil
}

// onShow refuses a shelf with a product that is not there, or was taken down.
func (s *Service) onShow(ctx context.Context, productIDs []string) error {
	shown, err := s.catalog.OnShow(ctx, productIDs)
	if err != nil {
		return err
	}
	for i, productID := range productIDs {
		if !shown[productID] {
			return fault.Missing.At("input", "productIds", strconv.Itoa(i))
		}
	}
	return nil
}

// Update changes a room that has not ended; its time only while it is SCHEDULED.
//
// Errors, under input: as Create's; fault.Missing, ErrRole, ErrRoomState.
func (s *Service) Update(ctx context.Context, actorID string, c *RoomChange) (*Room, error) {
	set, args := "", []any{}
	if c.Title != nil {
		title, err := checkTitle(*c.Title)
		if err != nil {
			return nil, err
		}
		set, args = set+", title = ?", append(args, title)
	}
	if c.CoverURL != nil {
		if err := checkCover(c.CoverURL); err != nil {
			return nil, err
		}
		set, args = set+", cover_url = ?", append(args, *c.CoverURL)
	}
	from := running
	if c.ScheduledFor != nil {
		set, args, from = set+", scheduled_for = ?", append(args, *instant(c.ScheduledFor)), from[:1]
	}
	return s.drive(ctx, actorID, c.RoomID, CoHost, func(ctx context.Context, now time.Time) error {
		if err := checkSchedule(instant(c.ScheduledFor), now); err != nil {
			return err
		}
		return s.changeRoom(ctx, c.RoomID, from, now, set, args...)
	})
}

// SlowModeSet makes viewers wait so many seconds from comment to comment; 0 lifts it.
//
// Errors, under input: fault.OutOfRange (seconds), fault.Missing, ErrRole, ErrRoomState.
func (s *Service) SlowModeSet(ctx context.Context, actorID, roomID string, seconds int) (*Room, error) {
	if seconds < 0 || seconds > maxSlowMode {
		return nil, fault.OutOfRange.At("input", "seconds").WithAvailable(maxSlowMode)
	}
	return s.drive(ctx, actorID, roomID, CoHost, func(ctx context.Context, now time.Time) error {
		if err := s.changeRoom(ctx, roomID, running, now, ", slow_mode = ?", seconds); err != nil {
			return err
		}
		return s.tell(ctx, roomID, kindSlow, "", nil)
	})
}

// drive runs what a room's host, or somebody with at least that role, does to it, in a transaction, and returns the room after it. do begins with the room's row.
func (s *Service) drive(ctx context.Context, actorID, roomID string, least Role, do func(ctx context.Context, now time.Time) error) (*Room, error) {
	err := s.repeatable(ctx, func(ctx context.Context) error {
		if err := s.identity.Touch(ctx, actorID); err != nil {
			return err
		}
		if _, _, err := s.require(ctx, roomID, actorID, least); err != nil {
			return atRoom(err)
		}
		return do(ctx, s.clock())
	})
	if err != nil {
		return nil, err
	}
	return s.Room(ctx, roomID)
}

// atRoom puts a refusal at the room that the input names.
func atRoom(err error) error {
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return refusal.At("input", "roomId")
	}
	return err
}

// changeRoom is a guarded update of a room's row, from any of the states; what else a transaction does with the room comes after it, and so in turn. Its
// refusals are ErrRoomState and fault.Missing.
func (s *Service) changeRoom(ctx context.Context, roomID string, from []State, now time.Time, set string, args ...any) error {
	changed, err := s.guardRoom(ctx, roomID, from, now, set, args...)
	if err != nil || changed {
		return err
	}
	if _, err := s.room(ctx, roomID); err != nil {
		return atRoom(err)
	}
	return ErrRoomState.At("input", "roomId")
}

// guardRoom updates the row of a room that is in one of the states, and reports whether it was. set is more of the update, after a comma.
func (s *Service) guardRoom(ctx context.Context, roomID string, from []State, now time.Time, set string, args ...any) (bool, error) {
	all := append(append([]any{now}, args...), roomID)
	for _, state := range from {
		all = append(all, string(state))
	}
	changed, err := s.store.Guard(ctx, "UPDATE live_rooms SET updated_at = ?, ver = ver + 1"+set+" WHERE id = ? AND state IN (?"+strings.Repeat(", ?", len(from)-1)+")", all...)
	if err != nil {
		return false, fmt.Errorf("change %s: %w", roomID, err)
	}
	return changed, nil
}
