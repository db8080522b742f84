package live

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/livecomment"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/text"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/moderation"
)

// Limits of what people say in a room, in characters as a reader counts them.
const (
	maxComment  = 200
	maxQuestion = 200
	maxAnswer   = 500
	// maxAnswerRunes is what there is room for, in code points; the others have room for all that text.Longer lets pass.
	maxAnswerRunes = 1000
	maxClientID    = 64
)

// How often one viewer may comment in all rooms of one process, whatever their slow mode: a burst of so many, and one more with each time that passes.
const (
	commentBurst = 30
	commentEvery = time.Minute / commentBurst
	commentKeys  = 50_000
)

// sending is a comment on its way.
type sending struct {
	shopperID, roomID, clientID, words string
	verdict                            moderation.Verdict
	// wait is how long the pace makes its author wait, unless he is staff.
	wait time.Duration
}

// CommentSend says something in a room. held: a moderator must let it through first. A clientID that its author has used in this room returns the comment of then,
// whatever it says now. Moderators and above are bound by neither slow mode nor the pace, and never held; a mute binds all but the host, whom nobody can mute.
//
// Errors, under input: fault.Blank, fault.TooLong and fault.Invalid (text of 1 to 200 characters on one line, clientId), fault.Missing, ErrRoomState (not LIVE),
// ErrMuted, ErrSlowMode and fault.TooOften (with RetryAfter), ErrRejected; those of identity.Touch.
func (s *Service) CommentSend(ctx context.Context, shopperID, roomID, text, clientID string) (c *Comment, held bool, err error) {
	words, err := written(text, maxComment, "text")
	if err != nil {
		return nil, false, err
	}
	if err := checkClientID(clientID); err != nil {
		return nil, false, err
	}
	judged := s.moderation.Judge(words)
	m := &sending{shopperID: shopperID, roomID: roomID, clientID: clientID, words: judged.Text, verdict: judged.Verdict}
	m.wait = s.comments.Take(shopperID, s.clock())
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		c, held, err = s.send(ctx, m)
		return err
	})
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return s.sentOr(ctx, m, fault.BusyRetry)
	}
	if err != nil {
		return nil, false, err
	}
	return c, held, nil
}

// send is CommentSend's transaction: five statements for who has commented before.
func (s *Service) send(ctx context.Context, m *sending) (*Comment, bool, error) {
	if err := s.identity.Touch(ctx, m.shopperID); err != nil {
		return nil, false, err
	}
	self, err := s.identity.Self(ctx, m.shopperID)
	if err != nil {
		return nil, false, err
	}
	at, err := s.standing(ctx, m.roomID, self.IDs)
	if err != nil {
		return nil, false, err
	}
	now := s.clock()
	if why := at.refuses(m, now); why != nil || len(self.IDs) > 1 { // who was somebody else may resend what he sent then
		first, err := s.sent(ctx, m.roomID, self.IDs, m.clientID)
		if err != nil || first != nil || why != nil {
			return shown(first, self), isHeld(first), either(err, first, why)
		}
	}
	if !at.enrolled {
		if err := s.enrol(ctx, m.roomID, m.shopperID, now); err != nil {
			return nil, false, err
		}
	}
	c := &Comment{ID: id.New("lvc"), RoomID: m.roomID, AuthorID: m.shopperID, Role: at.Role, Text: m.words, At: now, Author: self.PublicShopper}
	state := livecomment.StateSHOWN
	if m.verdict == moderation.Hold && !at.Role.atLeast(Moderator) {
		state = livecomment.StateHELD
	}
	fresh, err := s.insertComment(ctx, m, c, at.Buyer, state)
	if err != nil {
		return nil, false, err
	}
	if !fresh {
		first, err := s.sent(ctx, m.roomID, self.IDs, m.clientID)
		return shown(first, self), isHeld(first), either(err, first, lost("comment", m.clientID))
	}
	if err := s.takeTurn(ctx, m, self.IDs, at, now); err != nil {
		return nil, false, err
	}
	if state == livecomment.StateSHOWN {
		s.wakeOwner(ctx, m.roomID)
	}
	return c, state == livecomment.StateHELD, nil
}

func (s *Service) insertComment(ctx context.Context, m *sending, c *Comment, buyer bool, state livecomment.State) (fresh bool, err error) {
	fresh, err = s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, `INSERT INTO live_comments (id, room_id, shopper_id, client_id, role, buyer, text, state, sampled, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.RoomID, c.AuthorID, m.clientID, string(c.Role), buyer, c.Text, string(state), true, c.At)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("comment of %s in %s: %w", m.shopperID, m.roomID, err)
	}
	return fresh, nil
}

// takeTurn is the guard of mutes and slow mode: whatever was read before, it lets one comment per pause through, and none of who is muted.
// ids are all of the author's; a host's mutes do not count.
func (s *Service) takeTurn(ctx context.Context, m *sending, ids []string, at *standing, now time.Time) error {
	guard := "UPDATE live_members SET commented_at = ?, ver = ver + 1 WHERE room_id = ? AND shopper_id = ?"
	args := []any{now, m.roomID, m.shopperID}
	if at.Role != Host {
		guard, args = guard+" AND (muted_until IS NULL OR muted_until <= ?)", append(args, now)
	}
	if pause := at.pause(); pause > 0 {
		guard, args = guard+" AND (commented_at IS NULL OR commented_at <= ?)", append(args, now.Add(-pause))
	}
	took, err := s.store.Guard(ctx, guard, args...)
	if err != nil {
		return fmt.Errorf("turn of %s in %s: %w", m.shopperID, m.roomID, err)
	}
	if took {
		return nil
	}
	at, err = s.standing(ctx, m.roomID, ids)
	if err != nil {
		return err
	}
	if why := at.refuses(m, now); why != nil {
		return why
	}
	return lost("turn of "+m.shopperID+" in", m.roomID)
}

// standing is how somebody stands in a room, with what of the room bears on him.
type standing struct {
	Part
	state State
	slow  time.Duration
	// enrolled: the room has a row of the id that he has today.
	enrolled    bool
	commentedAt *time.Time
}

// standing reads it in one statement; ids are all of the person's, the one of today first. Errors: fault.Missing.
func (s *Service) standing(ctx context.Context, roomID string, ids []string) (*standing, error) {
	in, his := store.In(ids)
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT r.state, r.host_id, r.slow_mode, m.shopper_id, m.role, m.buyer, m.muted_until, m.commented_at
		FROM live_rooms r LEFT JOIN live_members m ON m.room_id = r.id AND m.shopper_id IN `+in+` WHERE r.id = ?`, append(his, roomID)...)
	if err != nil {
		return nil, fmt.Errorf("standing of %s in %s: %w", ids[0], roomID, err)
	}
	defer rows.Close()
	var at *standing
	for rows.Next() {
		var state, hostID string
		var slow int
		var member, role sql.NullString
		var buyer sql.NullBool
		var muted, commented *time.Time
		if err := rows.Scan(&state, &hostID, &slow, &member, &role, &buyer, &muted, &commented); err != nil {
			return nil, fmt.Errorf("standing of %s in %s: %w", ids[0], roomID, err)
		}
		if at == nil {
			at = &standing{Part: Part{Role: Viewer}, state: State(state), slow: time.Duration(slow) * time.Second}
		}
		at.add(Part{Role: Role(role.String), Buyer: buyer.Bool, MutedUntil: muted})
		at.commentedAt = later(at.commentedAt, commented)
		at.enrolled = at.enrolled || member.String == ids[0]
		for _, one := range ids {
			if one == hostID {
				at.Role = Host
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("standing of %s in %s: %w", ids[0], roomID, err)
	}
	if at == nil {
		return nil, fault.Missing.At("input", "roomId")
	}
	return at, nil
}

// pause is how long he waits from comment to comment.
func (at *standing) pause() time.Duration {
	if at.Role.atLeast(Moderator) {
		return 0
	}
	return at.slow
}

// refuses says why a comment may not be sent; nil: it may.
func (at *standing) refuses(m *sending, now time.Time) error {
	if at.state != OnAir {
		return ErrRoomState.At("input", "roomId")
	}
	if wait := at.muted(now); wait > 0 {
		return ErrMuted.At("input", "roomId").WithRetryAfter(wait)
	}
	if m.verdict == moderation.Reject {
		return ErrRejected.At("input", "text")
	}
	if at.commentedAt != nil && at.pause() > 0 {
		if wait := at.commentedAt.Add(at.pause()).Sub(now); wait > 0 {
			return ErrSlowMode.At("input", "roomId").WithRetryAfter(wait)
		}
	}
	if m.wait > 0 && !at.Role.atLeast(Moderator) {
		return fault.TooOften.At("input", "roomId").WithRetryAfter(m.wait)
	}
	return nil
}

// sent is the comment that one of a person's ids has sent by a client id; nil without one.
func (s *Service) sent(ctx context.Context, roomID string, ids []string, clientID string) (*db.LiveComment, error) {
	row, err := s.store.Client(ctx).LiveComment.Query().
		Where(livecomment.RoomID(roomID), livecomment.ShopperIDIn(ids...), livecomment.ClientID(clientID)).Order(livecomment.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("comment %s in %s: %w", clientID, roomID, err)
	}
	return row, nil
}

// sentOr looks up, after a commit whose outcome is unknown, whether the comment is there.
func (s *Service) sentOr(ctx context.Context, m *sending, otherwise error) (*Comment, bool, error) {
	self, err := s.identity.Self(ctx, m.shopperID)
	if err != nil {
		return nil, false, err
	}
	row, err := s.sent(ctx, m.roomID, self.IDs, m.clientID)
	return shown(row, self), isHeld(row), either(err, row, otherwise)
}

func shown(row *db.LiveComment, self *identity.Self) *Comment {
	if row == nil {
		return nil
	}
	c := commentOf(row)
	c.Author = self.PublicShopper
	return c
}

func isHeld(row *db.LiveComment) bool { return row != nil && row.State == livecomment.StateHELD }

// either is err, else nothing when there is a comment, else why there is none.
func either(err error, row *db.LiveComment, why error) error {
	if err != nil || row != nil {
		return err
	}
	return why
}

// written is what somebody wrote, without the space around it. Errors, at input and the field: fault.Blank, fault.Invalid (several lines, control characters),
// fault.TooLong (with the limit).
func written(s string, most int, field string) (string, error) {
	s = strings.TrimSpace(s)
	switch {
	case text.Blank(s):
		return "", fault.Blank.At("input", field)
	case !text.Line(s):
		return "", fault.Invalid.Saying("Write one line of plain text.", "请输入一行文字，不含控制字符。").At("input", field)
	case text.Longer(s, most):
		return "", fault.TooLong.At("input", field).WithAvailable(int64(most))
	}
	return s, nil
}

// checkClientID refuses what is not 1 to 64 visible ASCII characters.
func checkClientID(clientID string) error {
	if clientID == "" || len(clientID) > maxClientID || strings.ContainsFunc(clientID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fault.Invalid.Saying("A client id is 1 to 64 visible ASCII characters.", "客户端编号须为 1 至 64 个可见 ASCII 字符。").At("input", "clientId")
	}
	return nil
}
