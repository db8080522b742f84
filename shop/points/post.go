package points

import (
	"github.com/kaituan/kaituan/internal/id"
)

// post begins a posting; move fills it.
func (b *book) post(kind Kind, a about) *posting {
	p := &posting{Entry: Entry{
		ID: id.New("pst"), ShopperID: b.shopperID, Kind: kind, BalanceAfter: b.acc.Available, Channel: a.channel, Reason: a.reason, Owner: a.owner, At: b.now,
	}}
	if a.reference != "" {
		p.Reference = &a.reference
	}
	b.postings = append(b.postings, p)
	return p
}

// move takes n points of a lot from one account to another, as two entries of the newest posting. Each account of a lot is one of its columns, so that a lot's
// equation holds by itself.
func (b *book) move(p *posting, l *lot, from, to account, n int64) {
	if n == 0 {
		return
	}
	b.put(p, l, from, -n)
	b.put(p, l, to, n)
}

func (b *book) put(p *posting, l *lot, a account, amount int64) {
	l.changed = true
	holder := l.Channel
	switch a {
	case available:
		holder = b.shopperID
		l.Remaining += amount
	case held:
		holder = b.shopperID
		l.Held += amount
	case debt:
		holder = b.shopperID
		l.Revoked += amount
	case redeemed:
		holder = p.Channel
		l.Spent += amount
	case expired:
		l.Expired += amount
	case revoked:
		l.Revoked += amount
	}
	b.enter(p, a, holder, &l.ID, amount)
}

// enter writes one side, and what it does to the shopper's balances.
func (b *book) enter(p *posting, a account, holder string, lotID *string, amount int64) {
	switch a {
	case available:
		b.acc.Available += amount
		p.Points += amount
		p.BalanceAfter = b.acc.Available
	case held:
		b.acc.Held += amount
	case debt:
		b.acc.Debt -= amount
	}
	p.entries = append(p.entries, entry{a, holder, lotID, amount})
}

// redeem moves n points of a lot from an account to where the posting is, below zero back, and settles them between the channels.
func (b *book) redeem(p *posting, l *lot, from account, n int64) {
	b.move(p, l, from, redeemed, n)
	b.settle(p, l, p.Channel, n)
}

// settle makes who issued a lot owe n points of it to a channel, below zero the other way.
func (b *book) settle(p *posting, l *lot, to string, n int64) {
	if l.Channel != to && n != 0 {
		b.enter(p, settlement, l.Channel, &l.ID, -n)
		b.enter(p, settlement, to, &l.ID, n)
	}
}

// cameBack sees to it that points in a lot are booked out when they run out, and told of before.
func (b *book) cameBack(l *lot) {
	end := l.ExpiresAt
	if due := b.acc.ExpireDue; (due == nil || end.Before(*due)) && (b.expireBy == nil || end.Before(*b.expireBy)) {
		b.expireBy = &end
	}
	next := nextNotice(end, b.now, b.zone)
	if next == nil {
		return
	}
	if due := b.acc.RemindDue; (due == nil || next.Before(*due)) && (b.remindBy == nil || next.Before(*b.remindBy)) {
		b.remindBy = next
	}
}
