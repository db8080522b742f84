package graph

import (
	"time"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/shop/identity"
)

// signIn leaves out the device id, which is not kept, and the referral token, which does not say who signs in.
func signIn(in model.SessionCreateInput) identity.SignIn {
	return identity.SignIn{
		Channel:     in.Channel,
		Credentials: identity.Credentials{Code: in.Code, AnonymousCode: orString(in.AnonymousCode), Phone: orString(in.Phone)},
	}
}

func addressDraft(in model.AddressSaveInput) identity.AddressDraft {
	return identity.AddressDraft{
		ID: orString(in.ID), Recipient: in.Recipient, Phone: orString(in.Phone), Region: in.Region, Street: in.Street, Default: in.IsDefault != nil && *in.IsDefault,
	}
}

// wholeSeconds rounds up, so that who waits that long has waited long enough; zero is null.
func wholeSeconds(d time.Duration) *int {
	if d <= 0 {
		return nil
	}
	seconds := int((d + time.Second - 1) / time.Second)
	return &seconds
}
