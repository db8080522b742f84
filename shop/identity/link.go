package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// Refusals of a link.
var (
	ErrOtherPhone   = fault.Refuse("CONFLICT", "This account has another phone; bind the new one in its place.", "账号已绑定其他手机号，请先更换绑定。").At("input", "phone")
	ErrTakenForGood = fault.Refuse("IDENTITY_TAKEN", "This belongs to an account that has been closed.", "该身份所属的账号已停用。").At("input", "code")
)

// Link is what came of linking a channel.
type Link struct {
	// ShopperID is the person: after a merge whoever was there first.
	ShopperID string
	// Merged: two accounts have become one.
	Merged bool
}

// ChannelLink gives a shopper what a one-time code proves: a platform's identity, or a phone with APP and H5. What is nobody's becomes his, what is his already
// changes nothing, and when it is another shopper's the two become one person, of whom the account made first stays; join then does for the other domains what
// Merged asks of it, in the same transaction.
//
// Errors: those of SessionCreate for a code, ErrOtherPhone (he has a phone, and this one is nobody's), ErrTakenForGood (the other one is banned),
// fault.Unauthenticated (he is himself), and those of join.
func (s *Service) ChannelLink(ctx context.Context, shopperID string, in SignIn, join func(ctx context.Context, m Merged) error) (Link, error) {
	p, err := s.prove(ctx, in)
	if err != nil {
		return Link{}, err
	}
	var done Link
	for range maxAliases { // who was merged meanwhile is somebody else now
		err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
			done, err = s.linkTo(ctx, shopperID, p, join)
			return err
		})
		if Survivor(err) == "" {
			break
		}
	}
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return done, s.linked(ctx, done.ShopperID, p)
	}
	return done, err
}

// linked finds out whether a link whose outcome is unknown has come about.
func (s *Service) linked(ctx context.Context, person string, p proof) error {
	holder, err := s.holder(ctx, p)
	if err == nil && holder != person {
		err = fault.BusyRetry
	}
	return err
}

func (s *Service) linkTo(ctx context.Context, shopperID string, p proof, join func(ctx context.Context, m Merged) error) (Link, error) {
	now := s.clock()
	if p.phone != nil {
		if err := s.useCode(ctx, p.phone, now); err != nil { // before the shoppers, as at sign-in: one order of locks
			return Link{}, err
		}
	}
	l := Link{}
	var err error
	if l.ShopperID, err = s.PersonOf(ctx, shopperID); err != nil {
		return l, err
	}
	for range 3 { // who loses a race for a unique key finds the winner's shopper the next time
		holder, err := s.holder(ctx, p)
		if err != nil {
			return l, err
		}
		if holder == "" || holder == l.ShopperID {
			err = s.Touch(ctx, l.ShopperID)
		} else {
			l.ShopperID, err = s.merge(ctx, l.ShopperID, holder, p.channel, now, join)
			l.Merged = true
		}
		if err != nil {
			return l, err
		}
		if done, err := s.attach(ctx, l.ShopperID, p, now); err != nil || done {
			return l, err
		}
	}
	return l, fmt.Errorf("link %s: %w", p.channel, fault.BusyRetry)
}

// holder is the person whose identity or phone was proved, "" when it is nobody's.
func (s *Service) holder(ctx context.Context, p proof) (string, error) {
	registered, err := s.registered(ctx, p)
	if err != nil || registered == "" {
		return "", err
	}
	return s.PersonOf(ctx, registered)
}

// registered is the account that an identity or a phone is kept with.
func (s *Service) registered(ctx context.Context, p proof) (string, error) {
	if p.phone != nil {
		id, err := s.store.Client(ctx).Shopper.Query().Where(shopper.PhoneHash(p.phone.hash)).OnlyID(ctx)
		if db.IsNotFound(err) {
			return "", nil
		}
		return id, wrapped("find a shopper by phone", err)
	}
	row, err := s.identity(ctx, channelidentity.Channel(p.channel), channelidentity.SubjectHash(p.subjectHash))
	if err == nil && row == nil && p.unionHash != "" {
		row, err = s.identity(ctx, channelidentity.UnionHash(p.unionHash))
	}
	if err != nil || row == nil {
		return "", err
	}
	return row.ShopperID, nil
}

// attach gives a person who was touched what was proved, unless it is his. False means that somebody else was first: the caller looks again.
func (s *Service) attach(ctx context.Context, person string, p proof, now time.Time) (bool, error) {
	key, err := s.dataKey(ctx, person)
	if err != nil {
		return false, fmt.Errorf("link %s: %w", p.channel, err)
	}
	if p.phone != nil {
		if his, err := s.attachPhone(ctx, key, p.phone); err != nil || !his {
			return false, err
		}
		return true, s.linkPhoneChannel(ctx, key, p, now)
	}
	known, err := s.identity(ctx, channelidentity.Channel(p.channel), channelidentity.SubjectHash(p.subjectHash))
	if err != nil {
		return false, err
	}
	if known != nil {
		if known.ShopperID != person {
			return false, nil
		}
		return true, s.learnUnion(ctx, person, known, p.unionHash)
	}
	if p.unionHash != "" {
		elsewhere, err := s.identity(ctx, channelidentity.UnionHash(p.unionHash))
		if err != nil || elsewhere != nil && elsewhere.ShopperID != person {
			return false, err
		}
		if elsewhere != nil {
			p.unionHash = "" // stays with the identity that had it first
		}
	}
	if went, err := s.link(ctx, key, p, now); err != nil || !went {
		return false, err
	}
	return true, s.noteDeparture(ctx, person, s.departuresOf(p)...)
}

// attachPhone makes a phone the person's first one. He may have it already, also by an account that has become part of his.
func (s *Service) attachPhone(ctx context.Context, key personKey, p *phoneProof) (his bool, err error) {
	holder, err := s.holder(ctx, proof{phone: p})
	if err != nil || holder != "" {
		return holder == key.shopperID, err
	}
	first := false
	free, err := s.store.Unique(ctx, func(ctx context.Context) (err error) {
		first, err = s.store.Guard(ctx, "UPDATE shoppers SET phone_hash = ?, phone_cipher = ?, updated_at = ?, ver = ver + 1 WHERE id = ? AND phone_hash IS NULL",
			p.hash, key.seal(purposePhone, []byte(p.number)), s.clock(), key.shopperID)
		return err
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("link a phone: %w", err)
	case free && !first:
		return false, ErrOtherPhone
	case !free:
		return false, nil
	}
	return true, s.noteDeparture(ctx, key.shopperID, s.departureOfPhone(p.hash))
}
