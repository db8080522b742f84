package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/shopper"
)

// Payee is a person as a platform knows him, for money that goes to him.
type Payee struct {
	// ID is the platform's, "" where the person has none there: see PayerID.
	ID string
	// Since is when that identity came to the person: when it was linked to his account or, if that was later, when two accounts last became his. Zero: the account
	// was made with it, and he was never two.
	Since time.Time
}

// PayerID is the platform's id of the shopper on a channel, for the platform's payment call: that of the newest sign-in there. It is "" where there is none:
// by phone (APP, H5), or when the shopper never signed in there. Errors: ErrErased.
func (s *Service) PayerID(ctx context.Context, shopperID, channel string) (string, error) {
	row, err := s.newest(ctx, shopperID, channel)
	if err != nil || row == nil {
		return "", err
	}
	return s.subject(ctx, row)
}

// Payee is who is paid on a channel: the same as pays there, and since when he is the person's. After Touch it holds until the commit. Errors: ErrErased.
func (s *Service) Payee(ctx context.Context, personID, channel string) (Payee, error) {
	row, err := s.newest(ctx, personID, channel)
	if err != nil || row == nil {
		return Payee{}, err
	}
	known, err := s.subject(ctx, row)
	if err != nil {
		return Payee{}, err
	}
	since, err := s.since(ctx, row)
	return Payee{ID: known, Since: since}, err
}

// newest is the identity of the newest sign-in on a channel, nil when there is none.
func (s *Service) newest(ctx context.Context, shopperID, channel string) (*db.ChannelIdentity, error) {
	row, err := s.store.Client(ctx).ChannelIdentity.Query().
		Where(channelidentity.ShopperID(shopperID), channelidentity.Channel(channel)).
		Order(db.Desc(channelidentity.FieldSeenAt, channelidentity.FieldLinkedAt, channelidentity.FieldID)).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", shopperID, channel, err)
	}
	return row, nil
}

// subject is the platform's id of an identity.
func (s *Service) subject(ctx context.Context, row *db.ChannelIdentity) (string, error) {
	key, err := s.dataKey(ctx, row.ShopperID)
	if err != nil {
		return "", fmt.Errorf("%s on %s: %w", row.ShopperID, row.Channel, err)
	}
	subject, err := key.open(purposeSubject, row.SubjectCipher)
	return string(subject), err
}

// since is when an identity came to its person: see Payee. A merge moves identities with the time of their link, and either half's is new to the other.
func (s *Service) since(ctx context.Context, row *db.ChannelIdentity) (since time.Time, err error) {
	person, err := s.store.Client(ctx).Shopper.Get(ctx, row.ShopperID)
	if err != nil {
		return since, fmt.Errorf("whose identity %s is: %w", row.ID, err)
	}
	if row.LinkedAt.After(person.CreatedAt) {
		since = row.LinkedAt
	}
	if !person.Aliased {
		return since, nil
	}
	// The row of who has become part of another is written no more: its newest change is the merge.
	joined, err := s.store.Client(ctx).Shopper.Query().Where(shopper.MergedInto(person.ID)).Order(db.Desc(shopper.FieldUpdatedAt)).Select(shopper.FieldUpdatedAt).First(ctx)
	if err != nil {
		return since, fmt.Errorf("when %s was last two: %w", person.ID, err)
	}
	return *later(&since, &joined.UpdatedAt), nil
}
