package identity

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/consent"
	"github.com/kaituan/kaituan/internal/fault"
)

// ConsentPurpose is what personal data may be used for beside what an order needs.
type ConsentPurpose string

// The purposes that the shop asks for. Personalisation is on until a shopper refuses it, the others are off until he grants them.
const (
	Personalisation   ConsentPurpose = "PERSONALISATION"
	MarketingMessages ConsentPurpose = "MARKETING_MESSAGES"
	PartnerSharing    ConsentPurpose = "PARTNER_SHARING"
)

// Consent is a shopper's newest decision about a purpose.
type Consent struct {
	Purpose ConsentPurpose
	Granted bool
	// TextVersion names the text that he read.
	TextVersion string
	At          time.Time
}

// textVersion is a name of ours, so nothing personal fits into what is kept as evidence.
var textVersion = regexp.MustCompile(`^[A-Za-z0-9._-]{1,32}$`)

// Consents returns the newest decision about each purpose that the person has decided on, whichever of his accounts he did it with.
func (s *Service) Consents(ctx context.Context, shopperID string) ([]*Consent, error) {
	ids, err := s.Aliases(ctx, shopperID)
	if err != nil {
		return nil, err
	}
	consents := []*Consent{}
	for _, purpose := range []ConsentPurpose{Personalisation, MarketingMessages, PartnerSharing} {
		row, err := s.store.Client(ctx).Consent.Query().Where(consent.ShopperIDIn(ids...), consent.PurposeEQ(consent.Purpose(purpose))).
			Order(db.Desc(consent.FieldID)).First(ctx)
		switch {
		case db.IsNotFound(err):
		case err != nil:
			return nil, fmt.Errorf("consents of %s: %w", shopperID, err)
		default:
			consents = append(consents, &Consent{Purpose: purpose, Granted: row.Granted, TextVersion: row.TextVersion, At: row.At})
		}
	}
	return consents, nil
}

// ConsentSet keeps a decision, for good; c.At is when it is made. The same decision about the same text again is the one that is kept already.
//
// Errors: fault.Invalid (textVersion: 1..32 of letters, digits, point, hyphen and underscore); those of Touch.
func (s *Service) ConsentSet(ctx context.Context, shopperID string, c Consent) error {
	if !textVersion.MatchString(c.TextVersion) {
		return fault.Invalid.At("input", "textVersion")
	}
	return s.acting(ctx, shopperID, func(ctx context.Context) error {
		kept, err := s.Consents(ctx, shopperID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(kept, func(k *Consent) bool {
			return k.Purpose == c.Purpose && k.Granted == c.Granted && k.TextVersion == c.TextVersion
		}) {
			return nil
		}
		err = s.store.Client(ctx).Consent.Create().SetShopperID(shopperID).SetPurpose(consent.Purpose(c.Purpose)).SetGranted(c.Granted).
			SetTextVersion(c.TextVersion).SetAt(s.clock()).Exec(ctx)
		return wrapped("keep a consent", err)
	})
}
