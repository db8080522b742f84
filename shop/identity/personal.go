package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/address"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/consent"
	"github.com/kaituan/kaituan/ent/db/hostgrant"
	"github.com/kaituan/kaituan/ent/db/membernumber"
	"github.com/kaituan/kaituan/ent/db/session"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/personal"
)

// What the shop keeps of who a person is, as he is told.
type (
	ownAccount struct {
		ID         string    `json:"id"`
		PublicID   string    `json:"publicId"`
		Nickname   string    `json:"nickname"`
		AvatarURL  string    `json:"avatarUrl,omitempty"`
		Phone      string    `json:"phone,omitempty"`
		MergedInto *string   `json:"mergedInto,omitempty"`
		CreatedAt  time.Time `json:"createdAt"`
		// HereBeforeUntil is what the mark of an earlier erasure told of him.
		HereBeforeUntil *time.Time `json:"hereBeforeUntil,omitempty"`
	}
	ownChannel struct {
		Channel    string    `json:"channel"`
		PlatformID string    `json:"platformId,omitempty"`
		LinkedAt   time.Time `json:"linkedAt"`
	}
	ownAddress struct {
		ID        string    `json:"id"`
		Recipient string    `json:"recipient"`
		Phone     string    `json:"phone"`
		Region    []string  `json:"region"`
		Street    string    `json:"street"`
		IsDefault bool      `json:"isDefault"`
		CreatedAt time.Time `json:"createdAt"`
	}
	ownConsent struct {
		id          int
		Purpose     string    `json:"purpose"`
		Granted     bool      `json:"granted"`
		TextVersion string    `json:"textVersion"`
		At          time.Time `json:"at"`
	}
	ownSession struct {
		id        string
		Channel   string     `json:"channel"`
		CreatedAt time.Time  `json:"createdAt"`
		ExpiresAt time.Time  `json:"expiresAt"`
		EndedAt   *time.Time `json:"endedAt,omitempty"`
	}
	ownNumber struct {
		Number    string    `json:"number"`
		CreatedAt time.Time `json:"createdAt"`
	}
	ownGrant struct {
		Since time.Time `json:"since"`
	}
)

// Personal is what identity keeps of a person, all of whose ids these are. Nothing by which anybody could act as him is among it.
func (s *Service) Personal(ctx context.Context, ids []string) []personal.Part {
	client := s.store.Client(ctx)
	return []personal.Part{
		personal.List("accounts", func() ([]ownAccount, error) { return s.ownAccounts(ctx, ids) }),
		personal.List("channels", func() ([]ownChannel, error) { return s.ownChannels(ctx, ids) }),
		personal.List("addresses", func() ([]ownAddress, error) { return s.ownAddresses(ctx, ids) }),
		personal.Pages("consents", ids, func(id string, after *ownConsent) ([]ownConsent, error) {
			query := client.Consent.Query().Where(consent.ShopperID(id))
			if after != nil {
				query.Where(consent.IDGT(after.id))
			}
			rows, err := query.Order(consent.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.Consent) ownConsent {
				return ownConsent{row.ID, string(row.Purpose), row.Granted, row.TextVersion, row.At}
			})
		}),
		personal.Pages("sessions", ids, func(id string, after *ownSession) ([]ownSession, error) {
			query := client.Session.Query().Where(session.ShopperID(id))
			if after != nil {
				query.Where(session.IDGT(after.id))
			}
			rows, err := query.Order(session.ByID()).Limit(personal.PageSize).All(ctx)
			return personal.Each(rows, err, func(row *db.Session) ownSession {
				return ownSession{row.ID, row.Channel, row.CreatedAt, row.ExpiresAt, row.RevokedAt}
			})
		}),
		personal.List("memberNumbers", func() ([]ownNumber, error) {
			rows, err := client.MemberNumber.Query().Where(membernumber.ShopperIDIn(ids...)).Order(membernumber.ByID()).All(ctx)
			return personal.Each(rows, err, func(row *db.MemberNumber) ownNumber { return ownNumber{row.Number, row.CreatedAt} })
		}),
		personal.List("mayHostLiveRooms", func() ([]ownGrant, error) {
			rows, err := client.HostGrant.Query().Where(hostgrant.ShopperIDIn(ids...)).All(ctx)
			return personal.Each(rows, err, func(row *db.HostGrant) ownGrant { return ownGrant{row.CreatedAt} })
		}),
	}
}

func (s *Service) ownAccounts(ctx context.Context, ids []string) ([]ownAccount, error) {
	rows, err := s.store.Client(ctx).Shopper.Query().Where(shopper.IDIn(ids...)).Order(shopper.ByCreatedAt(), shopper.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	accounts := make([]ownAccount, len(rows))
	for i, row := range rows {
		accounts[i] = ownAccount{
			ID: row.ID, PublicID: row.PublicID, Nickname: row.Nickname, AvatarURL: row.AvatarURL, MergedInto: row.MergedInto, CreatedAt: row.CreatedAt,
			HereBeforeUntil: row.LeftOn,
		}
		if len(row.PhoneCipher) == 0 {
			continue
		}
		key, err := s.keyOf(row)
		if err != nil {
			return nil, fmt.Errorf("phone of %s: %w", row.ID, err)
		}
		phone, err := key.open(purposePhone, row.PhoneCipher)
		if err != nil {
			return nil, err
		}
		accounts[i].Phone = string(phone)
	}
	return accounts, nil
}

func (s *Service) ownChannels(ctx context.Context, ids []string) ([]ownChannel, error) {
	rows, err := s.store.Client(ctx).ChannelIdentity.Query().Where(channelidentity.ShopperIDIn(ids...)).
		Order(channelidentity.ByLinkedAt(), channelidentity.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("channels: %w", err)
	}
	channels := make([]ownChannel, len(rows))
	for i, row := range rows {
		key, err := s.dataKey(ctx, row.ShopperID)
		if err != nil {
			return nil, fmt.Errorf("channel %s: %w", row.ID, err)
		}
		subject, err := key.open(purposeSubject, row.SubjectCipher)
		if err != nil {
			return nil, err
		}
		channels[i] = ownChannel{Channel: row.Channel, PlatformID: string(subject), LinkedAt: row.LinkedAt}
	}
	return channels, nil
}

func (s *Service) ownAddresses(ctx context.Context, ids []string) ([]ownAddress, error) {
	rows, err := s.store.Client(ctx).Address.Query().Where(address.ShopperIDIn(ids...)).Order(address.ByCreatedAt(), address.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	addresses := make([]ownAddress, len(rows))
	for i, row := range rows {
		key, err := s.dataKey(ctx, row.ShopperID)
		if err != nil {
			return nil, fmt.Errorf("address %s: %w", row.ID, err)
		}
		c, err := openContent(key, row)
		if err != nil {
			return nil, err
		}
		addresses[i] = ownAddress{row.ID, c.Recipient, c.Phone, c.Region, c.Street, row.DefaultKey != nil, row.CreatedAt}
	}
	return addresses, nil
}
