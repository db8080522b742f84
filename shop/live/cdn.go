package live

import "time"

// CDN signs the addresses of streams.
type CDN struct {
	// PushDomain, PushKey, PlayDomain, PlayKey and App are the CDN's; an empty domain signs nothing.
	PushDomain, PushKey, PlayDomain, PlayKey, App string
	// Valid is how long an address works. 0: 12 hours.
	Valid time.Duration
}
