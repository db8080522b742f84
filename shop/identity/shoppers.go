package identity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/channelidentity"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
)

// Shopper returns a shopper, nil when there is none by that id.
func (s *Service) Shopper(ctx context.Context, shopperID string) (*Shopper, error) {
	found, err := s.Shoppers(ctx, []string{shopperID})
	if err != nil {
		return nil, err
	}
	return found[shopperID], nil
}

// Me returns the shopper of a session. Errors: ErrMerged, fault.Unauthenticated (banned, erased, or never there).
func (s *Service) Me(ctx context.Context, shopperID string) (*Shopper, error) {
	rows, err := s.rows(ctx, []string{shopperID})
	if err != nil {
		return nil, err
	}
	row := rows[shopperID]
	switch {
	case row == nil:
		return nil, fault.Unauthenticated
	case row.MergedInto != nil:
		return nil, ErrMerged.WithDetail(*row.MergedInto)
	case row.State != shopper.StateActive:
		return nil, errClosed
	}
	if key, err := s.keyOf(row); err == nil {
		remember(ctx, key)
	}
	return s.shopper(row)
}

// Shoppers returns shoppers by id, leaving out what does not exist; under the id of somebody who has become part of another stands that one. One statement, and
// one more where there is such a one.
func (s *Service) Shoppers(ctx context.Context, shopperIDs []string) (map[string]*Shopper, error) {
	rows, err := s.persons(ctx, shopperIDs)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*Shopper, len(rows))
	for id, row := range rows {
		if found[id], err = s.shopper(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Masked returns shoppers without their ids, for places where an id beside a purchase would be a public purchase log; as Shoppers.
func (s *Service) Masked(ctx context.Context, shopperIDs []string) (map[string]*MaskedShopper, error) {
	rows, err := s.persons(ctx, shopperIDs, shopper.FieldNickname, shopper.FieldAvatarURL, shopper.FieldMergedInto)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*MaskedShopper, len(rows))
	for id, row := range rows {
		found[id] = &MaskedShopper{Nickname: Mask(row.Nickname), AvatarURL: avatar(row)}
	}
	return found, nil
}

// Publics returns what others may see of shoppers, without opening their phone numbers; as Shoppers.
func (s *Service) Publics(ctx context.Context, shopperIDs []string) (map[string]*PublicShopper, error) {
	rows, err := s.persons(ctx, shopperIDs, shopper.FieldPublicID, shopper.FieldNickname, shopper.FieldAvatarURL, shopper.FieldMergedInto)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*PublicShopper, len(rows))
	for id, row := range rows {
		found[id] = &PublicShopper{ID: row.PublicID, Nickname: Mask(row.Nickname), AvatarURL: avatar(row)}
	}
	return found, nil
}

// persons reads who the shoppers of ids are today, by those ids.
func (s *Service) persons(ctx context.Context, shopperIDs []string, columns ...string) (map[string]*db.Shopper, error) {
	rows, err := s.rows(ctx, shopperIDs, columns...)
	if err != nil {
		return nil, err
	}
	into := map[string]string{}
	for id, row := range rows {
		if row.MergedInto != nil {
			into[id] = *row.MergedInto
		}
	}
	survivors, err := s.rows(ctx, slices.Collect(maps.Values(into)), columns...)
	for id, person := range into {
		rows[id] = survivors[person]
	}
	return rows, err
}

// rows reads shoppers as they are kept; columns narrow what of them.
func (s *Service) rows(ctx context.Context, shopperIDs []string, columns ...string) (map[string]*db.Shopper, error) {
	if len(shopperIDs) == 0 {
		return nil, nil
	}
	query := s.store.Client(ctx).Shopper.Query().Where(shopper.IDIn(shopperIDs...))
	if len(columns) > 0 {
		query.Select(columns...)
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read shoppers: %w", err)
	}
	found := make(map[string]*db.Shopper, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, nil
}

func (s *Service) shopper(row *db.Shopper) (*Shopper, error) {
	shown := &Shopper{ID: row.ID, Nickname: row.Nickname, AvatarURL: avatar(row), PublicID: row.PublicID, CreatedAt: row.CreatedAt}
	if len(row.PhoneCipher) == 0 {
		return shown, nil
	}
	key, err := s.keyOf(row)
	if errors.Is(err, ErrErased) {
		return shown, nil
	}
	if err != nil {
		return nil, fmt.Errorf("phone of %s: %w", row.ID, err)
	}
	phone, err := key.open(purposePhone, row.PhoneCipher)
	if err != nil {
		return nil, err
	}
	masked := maskPhone(string(phone))
	shown.PhoneMasked = &masked
	return shown, nil
}

func avatar(row *db.Shopper) *string {
	if row.AvatarURL == "" {
		return nil
	}
	return &row.AvatarURL
}

// Since is when the first of a person's accounts was made, all of whose ids these are.
func (s *Service) Since(ctx context.Context, ids []string) (time.Time, error) {
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.IDIn(ids...)).Order(shopper.ByCreatedAt()).Select(shopper.FieldCreatedAt).First(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("since when %s is here: %w", ids[0], err)
	}
	return row.CreatedAt, nil
}

// Channels returns the channels that the shopper signs in by, the oldest first. A shopper who uses two apps on one channel has it once.
func (s *Service) Channels(ctx context.Context, shopperID string) ([]*ChannelIdentity, error) {
	rows, err := s.store.Client(ctx).ChannelIdentity.Query().Where(channelidentity.ShopperID(shopperID)).
		Order(channelidentity.ByLinkedAt(), channelidentity.ByID()).Select(channelidentity.FieldChannel, channelidentity.FieldLinkedAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("channels of %s: %w", shopperID, err)
	}
	seen := map[string]bool{}
	channels := []*ChannelIdentity{}
	for _, row := range rows {
		if !seen[row.Channel] {
			seen[row.Channel] = true
			channels = append(channels, &ChannelIdentity{Channel: row.Channel, LinkedAt: row.LinkedAt})
		}
	}
	return channels, nil
}

// ByPublicID is the id of the shopper whom others see by publicID, or of whom he has become part of; "" when there is none who may act.
func (s *Service) ByPublicID(ctx context.Context, publicID string) (string, error) {
	row, err := s.store.Client(ctx).Shopper.Query().Where(shopper.PublicID(publicID)).Select(shopper.FieldID).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("shopper by public id: %w", err)
	}
	active, err := s.Active(ctx, []string{row.ID})
	return active[row.ID], err
}
