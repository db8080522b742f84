package live

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// CDN signs the addresses of streams as Tencent Cloud's CSS checks them (https://www.tencentcloud.com/document/product/267/31560, "Hotlink Protection URL
// Calculation"): txTime is the end in Unix seconds as upper-case hex, txSecret the hex MD5 of key, stream name and txTime. A stream's name is its room's id.
type CDN struct {
	// PushDomain, PushKey, PlayDomain, PlayKey and App are the CDN's; an empty domain signs nothing.
	PushDomain, PushKey, PlayDomain, PlayKey, App string
	// Valid is how long an address works. 0: 12 hours.
	Valid time.Duration
}

// replaySuffix stands behind the stream's name in that of its recording, which whoever records has to give it.
const replaySuffix = "_replay"

// push is where a room's encoder sends its stream, nil without a domain.
func (c CDN) push(roomID string, now time.Time) *string {
	if c.PushDomain == "" {
		return nil
	}
	return c.sign("rtmp://"+c.PushDomain, roomID, "", c.PushKey, now)
}

// play is where a room's stream is seen, by HLS, nil without a domain.
func (c CDN) play(roomID string, now time.Time) *string {
	if c.PlayDomain == "" {
		return nil
	}
	return c.sign("https://"+c.PlayDomain, roomID, ".m3u8", c.PlayKey, now)
}

// replay is where a room's recording is seen, by HLS, nil without a domain.
func (c CDN) replay(roomID string, now time.Time) *string {
	if c.PlayDomain == "" {
		return nil
	}
	return c.sign("https://"+c.PlayDomain, roomID+replaySuffix, ".m3u8", c.PlayKey, now)
}

func (c CDN) sign(base, stream, suffix, key string, now time.Time) *string {
	txTime := strings.ToUpper(strconv.FormatInt(c.until(now).Unix(), 16))
	app := c.App
	if app == "" {
		app = "live"
	}
	signed := fmt.Sprintf("%s/%s/%s%s?txSecret=%s&txTime=%s", base, url.PathEscape(app), stream, suffix, txSecret(key, stream, txTime), txTime)
	return &signed
}

// until is the end of an address that is given out now. It moves in steps of a twelfth of its validity, so that those who ask within one get the same address:
// caches keep it, and events are shared. So it is at most a step later than now + Valid, and never earlier.
func (c CDN) until(now time.Time) time.Time {
	valid := c.Valid
	if valid <= 0 {
		valid = 12 * time.Hour
	}
	step := max(valid/12, time.Second)
	return now.Add(valid + step - 1).Truncate(step)
}

// txSecret is MD5, since the CDN asks for it; what it protects is a stream that anybody may see.
func txSecret(key, stream, txTime string) string {
	sum := md5.Sum([]byte(key + stream + txTime))
	return hex.EncodeToString(sum[:])
}
