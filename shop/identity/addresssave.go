package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/address"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	plain "github.com/kaituan/kaituan/internal/text"
)

// MaxAddresses is how many a shopper may keep.
const MaxAddresses = 20

// ErrTooManyAddresses: the shopper keeps MaxAddresses already.
var ErrTooManyAddresses = fault.OutOfRange.Saying("You have as many addresses as you can keep; delete one first.", "收货地址已达上限，请先删除。").WithAvailable(0)

// AddressDraft is an address as a client wrote it.
type AddressDraft struct {
	ID        string // "" makes a new one
	Recipient string
	Phone     string // "": an existing address keeps its phone
	Region    []string
	Street    string
	// Default makes it the default address. False never takes the default away, since there is one as long as there is an address.
	Default bool
}

// AddressSave makes or changes an address. The first one is the default; a new default takes the place of the old one.
//
// Errors, with the field's path: fault.Blank, fault.TooLong, fault.Invalid, fault.OutOfRange (region), fault.Missing (no such address of the shopper's),
// ErrTooManyAddresses.
func (s *Service) AddressSave(ctx context.Context, shopperID string, draft AddressDraft) (*Address, error) {
	content, err := draft.check()
	if err != nil {
		return nil, err
	}
	var saved *Address
	err = s.acting(ctx, shopperID, func(ctx context.Context) (err error) {
		saved, err = s.saveAddress(ctx, shopperID, draft, content)
		return err
	})
	return saved, err
}

// saveAddress runs after Touch, so that the shopper's other saves wait: what is read here holds.
func (s *Service) saveAddress(ctx context.Context, shopperID string, draft AddressDraft, content addressContent) (*Address, error) {
	key, err := s.dataKey(ctx, shopperID)
	if err != nil {
		return nil, fmt.Errorf("save an address: %w", err)
	}
	old, err := s.DefaultAddress(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	addressID := draft.ID
	if addressID == "" {
		addressID = id.New("adr")
		err = s.roomForAddress(ctx, shopperID)
	} else {
		content.Phone, err = s.keptPhone(ctx, key, addressID, content.Phone)
	}
	if err != nil {
		return nil, underID(err)
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	if err := s.writeAddress(ctx, shopperID, addressID, key.seal(purposeAddress+addressID, raw), draft.ID == ""); err != nil {
		return nil, err
	}
	isDefault := old == nil || draft.Default || old.ID == addressID
	if isDefault {
		err = s.moveDefault(ctx, shopperID, old, addressID)
	}
	return content.shown(addressID, isDefault), err
}

func (s *Service) roomForAddress(ctx context.Context, shopperID string) error {
	n, err := s.store.Client(ctx).Address.Query().Where(address.ShopperID(shopperID)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count addresses: %w", err)
	}
	if n >= MaxAddresses {
		return ErrTooManyAddresses
	}
	return nil
}

// keptPhone is the phone of an address that is changed: the written one, or without one what it was. Errors: fault.Missing.
func (s *Service) keptPhone(ctx context.Context, key personKey, addressID, written string) (string, error) {
	row, err := s.addressRow(ctx, key.shopperID, addressID)
	if err != nil || written != "" {
		return written, err
	}
	c, err := openContent(key, row)
	return c.Phone, err
}

func (s *Service) writeAddress(ctx context.Context, shopperID, addressID string, cipher []byte, isNew bool) error {
	now := s.clock()
	var err error
	if isNew {
		err = s.store.Client(ctx).Address.Create().SetID(addressID).SetShopperID(shopperID).SetCipher(cipher).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	} else {
		err = s.store.Client(ctx).Address.Update().Where(address.ID(addressID), address.ShopperID(shopperID)).
			SetCipher(cipher).SetUpdatedAt(now).AddVer(1).Exec(ctx)
	}
	return wrapped("write an address", err)
}

// moveDefault makes an address the default in the place of old, which may be nil. The unique key holds the shopper's id, so it is given up first.
func (s *Service) moveDefault(ctx context.Context, shopperID string, old *Address, addressID string) error {
	if old != nil && old.ID == addressID {
		return nil
	}
	const set = "UPDATE addresses SET default_key = ?, ver = ver + 1 WHERE id = ?"
	if old != nil {
		if _, err := s.store.Guard(ctx, set, nil, old.ID); err != nil {
			return fmt.Errorf("move the default address: %w", err)
		}
	}
	_, err := s.store.Guard(ctx, set, shopperID, addressID)
	return wrapped("move the default address", err)
}

// AddressDelete deletes an address and returns what it was. When it was the default, the newest one left is the default now. Orders keep their own copy.
//
// Errors: fault.Missing.
func (s *Service) AddressDelete(ctx context.Context, shopperID, addressID string) (*Address, error) {
	var deleted *Address
	err := s.acting(ctx, shopperID, func(ctx context.Context) (err error) {
		if deleted, err = s.Address(ctx, shopperID, addressID); err != nil {
			return underID(err)
		}
		if err := s.store.Client(ctx).Address.DeleteOneID(addressID).Exec(ctx); err != nil {
			return fmt.Errorf("delete an address: %w", err)
		}
		if !deleted.IsDefault {
			return nil
		}
		next, err := s.store.Client(ctx).Address.Query().Where(address.ShopperID(shopperID)).Order(db.Desc(address.FieldCreatedAt, address.FieldID)).FirstID(ctx)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("find the next default address: %w", err)
		}
		return s.moveDefault(ctx, shopperID, nil, next)
	})
	return deleted, err
}

// underID says that the input's id is what is missing; other errors stay as they are.
func underID(err error) error {
	if e := fault.Of(err); e != nil && e.Is(fault.Missing) {
		return e.At("input", "id")
	}
	return err
}

// check returns the tidied content, or what is wrong with it.
func (d AddressDraft) check() (addressContent, error) {
	c := addressContent{Region: make([]string, len(d.Region))}
	var err error
	if c.Recipient, err = tidy(d.Recipient, 40); err != nil {
		return c, at(err, "recipient")
	}
	if d.Phone != "" || d.ID == "" {
		if c.Phone, err = normalPhone(d.Phone); err != nil {
			return c, at(err, "phone")
		}
	}
	if len(d.Region) < 1 {
		return c, at(fault.Blank, "region")
	}
	if len(d.Region) > 5 {
		return c, at(fault.OutOfRange.WithAvailable(5), "region")
	}
	for i, part := range d.Region {
		if c.Region[i], err = tidy(part, 30); err != nil {
			return c, at(err, "region", strconv.Itoa(i))
		}
	}
	if c.Street, err = tidy(d.Street, 200); err != nil {
		return c, at(err, "street")
	}
	return c, nil
}

func at(err error, path ...string) error {
	return fault.Of(err).At(append([]string{"input"}, path...)...)
}

// tidy trims what a person typed and bounds it to 1..most characters without control characters, line breaks or marks that turn the direction of writing.
func tidy(text string, most int) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case plain.Blank(text):
		return "", fault.Blank
	case utf8.RuneCountInString(text) > most:
		return "", fault.TooLong
	case !plain.Line(text):
		return "", fault.Invalid
	default:
		return text, nil
	}
}

func (s *Service) addressRow(ctx context.Context, shopperID, addressID string) (*db.Address, error) {
	row, err := s.store.Client(ctx).Address.Query().Where(address.ID(addressID), address.ShopperID(shopperID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.Missing
	}
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", addressID, err)
	}
	return row, nil
}
