package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/address"
	"github.com/kaituan/kaituan/internal/fault"
)

// addressContent is what an address says, sealed as one JSON text.
type addressContent struct {
	Recipient string   `json:"recipient"`
	Phone     string   `json:"phone"`
	Region    []string `json:"region"`
	Street    string   `json:"street"`
}

// Address returns one of the shopper's addresses. Errors: fault.Missing, also when it is somebody else's.
func (s *Service) Address(ctx context.Context, shopperID, addressID string) (*Address, error) {
	found, err := s.oneAddress(ctx, shopperID, "a.id", addressID)
	if err == nil && found == nil {
		err = fault.Missing
	}
	return found, err
}

// DefaultAddress returns the address that checkout starts with, nil when the shopper has none.
func (s *Service) DefaultAddress(ctx context.Context, shopperID string) (*Address, error) {
	return s.oneAddress(ctx, shopperID, "a.default_key", shopperID)
}

// oneAddress reads the shopper's address that has value in column, together with the key that opens it; nil when there is none.
func (s *Service) oneAddress(ctx context.Context, shopperID, column, value string) (*Address, error) {
	row, owner := &db.Address{}, &db.Shopper{ID: shopperID}
	rows, err := s.store.SQL(ctx).QueryContext(ctx, "SELECT a.id, a.cipher, a.default_key, s.data_key, s.aliased, s.referred, s.left_on FROM addresses a JOIN shoppers s ON s.id = a.shopper_id WHERE "+
		column+" = ? AND a.shopper_id = ?", value, shopperID)
	if err != nil {
		return nil, fmt.Errorf("address of %s: %w", shopperID, err)
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	if err := errors.Join(rows.Scan(&row.ID, &row.Cipher, &row.DefaultKey, &owner.DataKey, &owner.Aliased, &owner.Referred, &owner.LeftOn), rows.Close()); err != nil {
		return nil, fmt.Errorf("address of %s: %w", shopperID, err)
	}
	key, err := s.keyOf(owner)
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", row.ID, err)
	}
	remember(ctx, key)
	return openAddress(key, row)
}

// Addresses returns the shopper's addresses: the default one first, then the newest.
func (s *Service) Addresses(ctx context.Context, shopperID string) ([]*Address, error) {
	rows, err := s.store.Client(ctx).Address.Query().Where(address.ShopperID(shopperID)).
		Order(db.Desc(address.FieldCreatedAt, address.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("addresses of %s: %w", shopperID, err)
	}
	shown := make([]*Address, len(rows))
	if len(rows) == 0 {
		return shown, nil
	}
	key, err := s.dataKey(ctx, shopperID)
	if err != nil {
		return nil, fmt.Errorf("addresses of %s: %w", shopperID, err)
	}
	for i, row := range rows {
		if shown[i], err = openAddress(key, row); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(shown, func(a, b *Address) int { return rank(a) - rank(b) })
	return shown, nil
}

func rank(a *Address) int {
	if a.IsDefault {
		return 0
	}
	return 1
}

func openAddress(key personKey, row *db.Address) (*Address, error) {
	c, err := openContent(key, row)
	if err != nil {
		return nil, err
	}
	return c.shown(row.ID, row.DefaultKey != nil), nil
}

func openContent(key personKey, row *db.Address) (addressContent, error) {
	var c addressContent
	raw, err := key.open(purposeAddress+row.ID, row.Cipher)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, fmt.Errorf("address %s does not hold an address", row.ID) // the parser's error would show a part of it
	}
	return c, nil
}

func (c addressContent) shown(id string, isDefault bool) *Address {
	return &Address{
		ID: id, Recipient: c.Recipient, Phone: shownPhone(c.Phone), PhoneMasked: maskPhone(c.Phone), Region: c.Region, Street: c.Street, IsDefault: isDefault,
	}
}
