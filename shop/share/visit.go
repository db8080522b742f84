package share

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/pace"
	"github.com/kaituan/kaituan/shop/identity"
)

// mostDevices is how many devices of one network count as visits of one link on one day, whatever ids they give themselves. Behind one address sit an office, or a
// corner of a mobile network: more of them than one person's friends.
const mostDevices = 200

// How often one link may be opened from one network: a burst, then one each openEvery. This process's memory keeps so many pairs of them.
const (
	openEvery = time.Second
	openBurst = 600
	openKeys  = 100_000
)

// Device ids are 8 to 64 visible ASCII characters.
const (
	leastDeviceID = 8
	mostDeviceID  = 64
)

// Visit is one opening of a link.
type Visit struct {
	Token string
	// DeviceID is the device's own name for itself, ClientIP where it is: both are kept as keyed hashes that are good for this link and day.
	DeviceID, ClientIP string
	// ShopperID is who is signed in, "" for nobody.
	ShopperID string
	// Robot: nobody looks, and nothing is counted.
	Robot bool
}

// Visit counts an opening of a link once it is kept, and reports whether it is a visit: the first of its device on this day of the shop's. Openings that are no visits
// are reads, but for a robot's, the sharer's own and those of a device where the sharer was signed in the same day: these are nothing. Of one network mostDevices
// devices count by one link and day. What the link's target has become since makes no difference; the link of somebody who has been erased counts nothing.
// Openings of a few milliseconds share a commit.
//
// Errors, under input: fault.Invalid (deviceId), fault.Missing (token), fault.TooOften (more openings from one network than people make); fault.BusyRetry,
// fault.Overloaded.
func (s *Service) Visit(ctx context.Context, v Visit) (counted bool, err error) {
	if err := checkDeviceID(v.DeviceID); err != nil {
		return false, err
	}
	if !isToken(v.Token) {
		return false, errToken
	}
	if v.Robot {
		return false, nil
	}
	network := pace.Network(v.ClientIP)
	if wait := s.pace.Take(v.Token+" "+network, s.clock()); wait > 0 {
		return false, fault.TooOften.WithRetryAfter(wait)
	}
	got, err := s.openings.Do(ctx, opening{token: v.Token, deviceID: v.DeviceID, network: network, shopperID: v.ShopperID})
	if err != nil {
		return false, err
	}
	return got.counted, got.err
}

var errToken = fault.Missing.At("input", "token")

func checkDeviceID(deviceID string) error {
	if len(deviceID) < leastDeviceID || len(deviceID) > mostDeviceID || strings.ContainsFunc(deviceID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fault.Invalid.Saying("A device id is 8 to 64 visible ASCII characters.", "设备编号须为 8 至 64 个可见 ASCII 字符。").At("input", "deviceId")
	}
	return nil
}

// dayOf is the local midnight that t's day began with, in UTC.
func (s *Service) dayOf(t time.Time) time.Time {
	return clock.Midnight(t, 0, s.zone)
}

// hash is how a device or a network is kept: it says nothing of the same one by another link or on another day.
func (s *Service) hash(what, token string, day time.Time, value string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac(fmt.Appendf(nil, "%s %s %d %s", what, token, day.Unix(), value))[:hashBytes])
}

// hashBytes of a hash are kept, so that two visitors never have the same by chance.
const hashBytes = 16

// Visited counts visits of days whose local midnight is within [since, until), and the persons whose links were visited. Visits are kept for visitsKept.
func (s *Service) Visited(ctx context.Context, since, until time.Time) (visits, sharers int64, err error) {
	rows, err := s.store.SQL(ctx).QueryContext(ctx, `SELECT COUNT(*), COUNT(DISTINCT `+identity.Person("l.shopper_id")+`)
		FROM share_visits v JOIN share_links l ON l.id = v.link_id WHERE v.day >= ? AND v.day < ? AND v.place IS NOT NULL`, since.UTC(), until.UTC())
	if err != nil {
		return 0, 0, fmt.Errorf("count visits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&visits, &sharers); err != nil {
			return 0, 0, fmt.Errorf("count visits: %w", err)
		}
	}
	return visits, sharers, rows.Err()
}
