package identity

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/secret"
)

// personOfSubject returns who a platform's subject is, touched: by that id, else by the union id of another app, else a new shopper. "" means that somebody
// else was first: the caller looks again.
func (s *Service) personOfSubject(ctx context.Context, p proof, now time.Time) (string, error) {
	known, err := s.identity(ctx, channelidentity.Channel(p.channel), channelidentity.SubjectHash(p.subjectHash))
	if err != nil {
		return "", err
	}
	if known != nil {
		person, err := s.TouchPerson(ctx, known.ShopperID)
		if err != nil {
			return "", err
		}
		if err := s.learnUnion(ctx, person, known, p.unionHash); err != nil {
			return "", err
		}
		_, err = s.store.Exec(ctx, "UPDATE channel_identities SET seen_at = ? WHERE id = ?", now, known.ID)
		return person, wrapped("note a sign-in", err)
	}
	if p.unionHash != "" {
		elsewhere, err := s.identity(ctx, channelidentity.UnionHash(p.unionHash))
		if err != nil {
			return "", err
		}
		if elsewhere != nil {
			return s.joinChannel(ctx, elsewhere.ShopperID, p, now)
		}
	}
	return s.newOfSubject(ctx, p, now)
}

func (s *Service) identity(ctx context.Context, where ...predicate.ChannelIdentity) (*db.ChannelIdentity, error) {
	row, err := s.store.Client(ctx).ChannelIdentity.Query().Where(where...).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find a channel identity: %w", err)
	}
	return row, nil
}

// learnUnion keeps a union id that the platform did not give at an earlier sign-in of a person who was touched, unless another identity holds it.
func (s *Service) learnUnion(ctx context.Context, person string, known *db.ChannelIdentity, unionHash string) error {
	if unionHash == "" || known.UnionHash != nil {
		return nil
	}
	learned := false
	free, err := s.store.Unique(ctx, func(ctx context.Context) (err error) {
		learned, err = s.store.Guard(ctx, "UPDATE channel_identities SET union_hash = ? WHERE id = ? AND union_hash IS NULL", unionHash, known.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("learn a union id: %w", err)
	}
	if !free || !learned {
		return nil
	}
	return s.noteDeparture(ctx, person, s.departureOfUnion(unionHash))
}

// joinChannel gives a shopper who is known by his union id an identity on this channel.
func (s *Service) joinChannel(ctx context.Context, shopperID string, p proof, now time.Time) (string, error) {
	person, err := s.TouchPerson(ctx, shopperID)
	if err != nil {
		return "", err
	}
	key, err := s.dataKey(ctx, person)
	if err != nil {
		return "", fmt.Errorf("join %s: %w", p.channel, err)
	}
	p.unionHash = "" // stays with the identity that had it first
	went, err := s.link(ctx, key, p, now)
	if err != nil || !went {
		return "", err
	}
	return person, s.noteDeparture(ctx, person, s.departuresOf(p)...)
}

// newOfSubject makes a shopper. The identity goes in first: its unique keys choose among sign-ins at once, and who loses has made nothing.
func (s *Service) newOfSubject(ctx context.Context, p proof, now time.Time) (string, error) {
	n, err := s.newPerson(p.demo)
	if err != nil {
		return "", err
	}
	went, err := s.link(ctx, n.key, p, now)
	if err != nil || !went {
		return "", err
	}
	left, err := s.departed(ctx, s.departuresOf(p)...)
	if err != nil {
		return "", err
	}
	if err := s.createShopper(ctx, n, now).SetNillableLeftOn(left).Exec(ctx); err != nil {
		return "", fmt.Errorf("create a shopper: %w", err)
	}
	return n.id, nil
}

// link inserts the channel identity of a person and reports whether it was the first by its keys.
func (s *Service) link(ctx context.Context, key personKey, p proof, now time.Time) (bool, error) {
	row := s.store.Client(ctx).ChannelIdentity.Create().SetShopperID(key.shopperID).SetChannel(p.channel).SetSubjectHash(p.subjectHash).
		SetSubjectCipher(key.seal(purposeSubject, []byte(p.subject))).SetLinkedAt(now).SetSeenAt(now)
	if p.unionHash != "" {
		row.SetUnionHash(p.unionHash)
	}
	went, err := s.store.Unique(ctx, func(ctx context.Context) error { return row.Exec(ctx) })
	if err != nil {
		return false, fmt.Errorf("link %s: %w", p.channel, err)
	}
	return went, nil
}

// personOfPhone returns whose phone it is, touched, or a new shopper; "" means: look again.
func (s *Service) personOfPhone(ctx context.Context, p proof, now time.Time) (string, error) {
	known, err := s.store.Client(ctx).Shopper.Query().Where(shopper.PhoneHash(p.phone.hash)).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return "", fmt.Errorf("find a shopper by phone: %w", err)
	}
	if known == nil {
		return s.newOfPhone(ctx, p, now)
	}
	person, err := s.TouchPerson(ctx, known.ID)
	if err != nil {
		return "", err
	}
	key, err := s.dataKey(ctx, person)
	if err != nil {
		return "", fmt.Errorf("sign in by phone: %w", err)
	}
	return person, s.linkPhoneChannel(ctx, key, p, now)
}

func (s *Service) newOfPhone(ctx context.Context, p proof, now time.Time) (string, error) {
	n, err := s.newPerson("")
	if err != nil {
		return "", err
	}
	row := s.createShopper(ctx, n, now).SetPhoneHash(p.phone.hash).SetPhoneCipher(n.key.seal(purposePhone, []byte(p.phone.number)))
	went, err := s.store.Unique(ctx, func(ctx context.Context) error { return row.Exec(ctx) })
	if err != nil {
		return "", fmt.Errorf("create a shopper: %w", err)
	}
	if !went {
		return "", nil
	}
	if err := s.noteDeparture(ctx, n.id, s.departuresOf(p)...); err != nil {
		return "", err
	}
	return n.id, s.linkPhoneChannel(ctx, n.key, p, now)
}

// linkPhoneChannel notes that the shopper uses a channel where the phone signs in. The subject is the shopper himself: who he is follows from the phone alone,
// so that changing the phone leaves no second way in.
func (s *Service) linkPhoneChannel(ctx context.Context, key personKey, p proof, now time.Time) error {
	p.subjectHash = s.keys.Lookup("shopper", key.shopperID)
	_, err := s.link(ctx, key, p, now)
	return err
}

// newcomer is a shopper before his row is written.
type newcomer struct {
	id       string
	nickname string
	key      personKey
	wrapped  []byte
}

// newPerson prepares a shopper; name is a demo shopper's, "" for others.
func (s *Service) newPerson(name string) (newcomer, error) {
	n := newcomer{id: id.New("shp"), nickname: name}
	if name == "" {
		n.nickname = "用户" + rand.Text()[:4]
	}
	var err error
	n.key, n.wrapped, err = s.newKey(n.id)
	return n, err
}

func (s *Service) createShopper(ctx context.Context, n newcomer, now time.Time) *db.ShopperCreate {
	return s.store.Client(ctx).Shopper.Create().SetID(n.id).SetPublicID(newPublicID()).SetNickname(n.nickname).SetDataKey(n.wrapped).
		SetCreatedAt(now).SetUpdatedAt(now)
}

// newPublicID has the form of an id but holds no time, so that it cannot be matched with anything made in the same moment.
func newPublicID() string { return "pub_" + ulid.ULID(secret.Random(16)).String() }

// owner is who gives union ids on a channel: those of two owners have nothing to do with each other.
func owner(channel string) string {
	name, _, _ := strings.Cut(channel, "_")
	return name
}
