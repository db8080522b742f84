// Package identity keeps shoppers, their channel identities, sessions, addresses, and partners' keys.
package identity

import "time"

// Shopper is one person over all channels.
type Shopper struct {
	ID        string
	Nickname  string
	AvatarURL *string
	// PhoneMasked shows the first three and last four digits.
	PhoneMasked *string
	PublicID    string
	CreatedAt   time.Time
}

// Public is how others see this shopper.
func (s *Shopper) Public() *PublicShopper {
	return &PublicShopper{ID: s.PublicID, Nickname: Mask(s.Nickname), AvatarURL: s.AvatarURL}
}

// PublicShopper is what others may see where a person takes part.
type PublicShopper struct {
	ID        string
	Nickname  string
	AvatarURL *string
}

// MaskedShopper is a person without an id, where an id beside a purchase would be a public purchase log.
type MaskedShopper struct {
	Nickname  string
	AvatarURL *string
}

// ChannelIdentity is a channel that a shopper signs in by.
type ChannelIdentity struct {
	Channel  string
	LinkedAt time.Time
}

// Address is where to deliver.
type Address struct {
	ID          string
	Recipient   string
	Phone       string
	PhoneMasked string
	Region      []string
	Street      string
	IsDefault   bool
}

// Session is a pair of tokens.
type Session struct {
	AccessToken      string
	RefreshToken     string
	ExpiresAt        time.Time
	RefreshExpiresAt time.Time
	Scopes           []string
	ShopperID        string
}

// Mask keeps the first character of a nickname and hides the rest: 小明 → 小**.
func Mask(nickname string) string {
	for _, r := range nickname {
		return string(r) + "**"
	}
	return "**"
}
