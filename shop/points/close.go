package points

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/fact"
)

// close writes what was posted: lots first to expire first, the account, what was earned by day, what is owed of which lot, the postings with their entries, the
// deadlines, the fact. Nothing posted, nothing written.
//
// Errors: fault.OutOfRange (a balance would leave 0..Max), fault.BusyRetry (somebody changed a row without touching the shopper).
func (b *book) close(ctx context.Context) error {
	b.postings = slices.DeleteFunc(b.postings, func(p *posting) bool { return len(p.entries) == 0 })
	if len(b.postings) == 0 {
		return nil
	}
	if b.gone && (b.acc.Available > 0 || b.acc.Debt > 0) {
		if err := b.forfeit(ctx, about{system, b.postings[0].Channel, forfeited, ""}); err != nil {
			return err
		}
	}
	if b.acc.Available+b.acc.Held > Max || b.acc.Debt > Max {
		return fault.OutOfRange.At("input", "points")
	}
	for _, p := range b.postings {
		b.acc.Seq++
		p.Seq = b.acc.Seq
	}
	if err := b.writeLots(ctx); err != nil {
		return err
	}
	if err := b.writeAccount(ctx); err != nil {
		return err
	}
	if err := b.writeEarnings(ctx); err != nil {
		return err
	}
	if err := b.writeDebts(ctx); err != nil {
		return err
	}
	if err := b.writePostings(ctx); err != nil {
		return err
	}
	if err := b.writeEntries(ctx); err != nil {
		return err
	}
	b.postings = nil
	b.signal(ctx, b.shopperID)
	if err := b.setDeadlines(ctx); err != nil {
		return err
	}
	return b.outbox.Emit(ctx, b.acc.ID, b.acc.Ver, fact.PointsChanged{AccountID: b.acc.ID, ShopperID: b.shopperID, At: b.now}, b.now)
}

func (b *book) writeLots(ctx context.Context) error {
	var changed []*lot
	for _, l := range b.lots {
		if l.changed {
			changed = append(changed, l)
		}
	}
	slices.SortFunc(changed, byExpiry)
	for _, l := range changed {
		if l.Remaining < 0 || l.Held < 0 || l.Spent < 0 || l.Expired < 0 || l.Revoked < 0 || l.Reversed > l.Granted {
			return fmt.Errorf("lot %s would be %+v", l.ID, l.PointLot)
		}
		if err := b.writeLot(ctx, l); err != nil {
			return fmt.Errorf("write lot %s: %w", l.ID, err)
		}
		l.fresh, l.changed = false, false
	}
	return nil
}

func (b *book) writeLot(ctx context.Context, l *lot) error {
	if l.fresh {
		l.Ver = 1
		_, err := b.store.Exec(ctx, `INSERT INTO point_lots (id, ver, created_at, updated_at, shopper_id, channel, posting_id, granted, remaining, held, spent, expired, revoked,
			reversed, open, expires_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, l.ID, b.now, b.now, b.shopperID, l.Channel, l.PostingID, l.Granted,
			l.Remaining, l.Held, l.Spent, l.Expired, l.Revoked, l.Reversed, l.Remaining > 0, l.ExpiresAt)
		return err
	}
	took, err := b.store.Guard(ctx, `UPDATE point_lots SET shopper_id = ?, remaining = ?, held = ?, spent = ?, expired = ?, revoked = ?, reversed = ?, open = ?, expires_at = ?,
		updated_at = ?, ver = ver + 1 WHERE id = ? AND ver = ?`,
		b.shopperID, l.Remaining, l.Held, l.Spent, l.Expired, l.Revoked, l.Reversed, l.Remaining > 0, l.ExpiresAt, b.now, l.ID, l.Ver)
	if err != nil {
		return err
	}
	if !took {
		return lost("take from", l.ID)
	}
	l.Ver++
	return nil
}

func (b *book) writeAccount(ctx context.Context) error {
	expireDue, remindDue := b.acc.ExpireDue, b.acc.RemindDue
	if b.expireBy != nil {
		expireDue = b.expireBy
	}
	if b.remindBy != nil {
		remindDue = b.remindBy
	}
	b.acc.ExpireDue, b.acc.RemindDue = expireDue, remindDue
	a := b.acc
	if a.Available < 0 || a.Held < 0 || a.Debt < 0 || a.Debt > 0 && a.Available > 0 {
		return fmt.Errorf("account %s would have %d available, %d held, %d debt", a.ID, a.Available, a.Held, a.Debt)
	}
	if b.fresh {
		fresh, err := b.store.Unique(ctx, func(ctx context.Context) error {
			_, err := b.store.Exec(ctx, `INSERT INTO point_accounts (id, ver, created_at, updated_at, shopper_id, available, held, debt, seq, expire_due, remind_due)
				VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, b.now, b.now, b.shopperID, a.Available, a.Held, a.Debt, a.Seq, expireDue, remindDue)
			return err
		})
		if err != nil {
			return fmt.Errorf("open the account of %s: %w", b.shopperID, err)
		}
		if !fresh {
			return lost("open the account of", b.shopperID)
		}
		b.fresh, a.Ver = false, 1
		return nil
	}
	took, err := b.store.Guard(ctx, `UPDATE point_accounts SET available = ?, held = ?, debt = ?, seq = ?, expire_due = ?, remind_due = ?, updated_at = ?, ver = ver + 1
		WHERE id = ? AND ver = ?`, a.Available, a.Held, a.Debt, a.Seq, expireDue, remindDue, b.now, a.ID, a.Ver)
	if err != nil {
		return fmt.Errorf("write the account of %s: %w", b.shopperID, err)
	}
	if !took {
		return lost("write the account of", b.shopperID)
	}
	a.Ver++
	return nil
}

func (b *book) writePostings(ctx context.Context) error {
	var rows [][]any
	for _, p := range b.postings {
		reference := ""
		if p.Reference != nil {
			reference = *p.Reference
		}
		rows = append(rows, []any{
			p.ID, p.ShopperID, p.Seq, string(p.Kind), p.Points, p.BalanceAfter, p.Channel, p.Reason, reference, p.Owner, p.lotID, p.HoldID, p.reverses, p.At,
		})
	}
	return b.insert(ctx, "point_postings (id, shopper_id, seq, kind, points, balance_after, channel, reason, reference, owner, lot_id, hold_id, reverses, at)", rows)
}

func (b *book) writeEntries(ctx context.Context) error {
	var rows [][]any
	for _, p := range b.postings {
		for _, e := range p.entries {
			rows = append(rows, []any{p.ID, string(e.account), e.holder, e.lotID, e.amount, p.At})
		}
	}
	return b.insert(ctx, "point_entries (posting_id, account, holder, lot_id, amount, at)", rows)
}

// rowsPerInsert bounds a statement's placeholders.
const rowsPerInsert = 200

func (b *book) insert(ctx context.Context, into string, rows [][]any) error {
	for some := range slices.Chunk(rows, rowsPerInsert) {
		one := "(?" + strings.Repeat(", ?", len(some[0])-1) + ")"
		_, err := b.store.Exec(ctx, "INSERT INTO "+into+" VALUES "+one+strings.Repeat(", "+one, len(some)-1), slices.Concat(some...)...)
		if err != nil {
			return fmt.Errorf("insert into %s: %w", into, err)
		}
	}
	return nil
}

func (b *book) setDeadlines(ctx context.Context) error {
	if b.expireBy != nil {
		if err := b.deadlines.Set(ctx, ExpireDeadline, b.acc.ID, *b.expireBy, b.now); err != nil {
			return err
		}
	}
	if b.remindBy != nil {
		if err := b.deadlines.Set(ctx, RemindDeadline, b.acc.ID, *b.remindBy, b.now); err != nil {
			return err
		}
	}
	b.expireBy, b.remindBy = nil, nil
	return nil
}
