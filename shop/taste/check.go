package taste

import (
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/text"
)

// What an event may say, and what nobody can do.
const (
	maxClientID = 64
	maxText     = 64
	maxTarget   = id.MaxLen
	minDeviceID = 8
	maxDeviceID = 64
	// oldest is how long a client may keep events before it sends them, ahead how far its clock may be.
	oldest = 7 * 24 * time.Hour
	ahead  = 5 * time.Minute
	// longest is how long somebody looks at one thing.
	longest = 4 * time.Hour
	// mostADay is how many events of one shopper or device count on a day; mostOdd how many are kept in quarantine, beyond which they are not kept at all.
	mostADay = 5000
	mostOdd  = 1000
)

// Why an event counts for nothing.
const (
	oddTarget     = "TARGET"     // there is no such thing
	oddImpression = "IMPRESSION" // it was never served
	oddTime       = "TIME"
	oddDwell      = "DWELL"
	oddRate       = "RATE"
)

func visible(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (a Actor) check() error {
	if a.DeviceID == "" && a.ShopperID != "" {
		return nil
	}
	if !visible(a.DeviceID, minDeviceID, maxDeviceID) {
		return fault.Invalid.Saying("A device id is 8 to 64 visible ASCII characters.", "设备编号须为 8 至 64 个可见 ASCII 字符。").At("input", "deviceId")
	}
	return nil
}

// check refuses what no client should send.
func (e Event) check(who Actor) error {
	switch {
	case !visible(e.ClientID, 1, maxClientID):
		return fault.Invalid.At("clientId")
	case !e.Kind.known():
		return fault.Invalid.At("kind")
	case e.Kind.ofAccount() && who.ShopperID == "":
		return fault.Unauthenticated
	case e.Kind == Search && (e.TargetID != "" || text.Blank(e.Text) || !text.Line(e.Text) || text.Longer(e.Text, maxText)):
		return fault.Invalid.At("text")
	case e.Kind != Search && (e.Text != "" || !visible(e.TargetID, 1, maxTarget)):
		return fault.Invalid.At("targetId")
	case e.Dwell < 0 || e.Dwell > 0 && e.Kind != Dwell:
		return fault.Invalid.At("dwellMilliseconds")
	case len(e.Impression) > 256:
		return fault.Invalid.At("impression")
	}
	return nil
}

// odd says why an event counts for nothing, "" when it counts. before is how many came from the same on this day.
func (e Event) odd(there, served bool, before int, now time.Time) string {
	switch {
	case before >= mostADay:
		return oddRate
	case e.At.Before(now.Add(-oldest)) || e.At.After(now.Add(ahead)):
		return oddTime
	case e.Dwell > longest:
		return oddDwell
	case e.Kind != Search && !there:
		return oddTarget
	case !served:
		return oddImpression
	}
	return ""
}
