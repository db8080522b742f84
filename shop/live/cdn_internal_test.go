package live

import (
	"testing"
	"time"
)

// TestSecret has the example of the CDN's own documentation.
func TestSecret(t *testing.T) {
	if got := txSecret("e12c46f2612d5106e2034781ab261ca3", "test", "5C271099"); got != "f85a2ab363fe4deaffef9754d79da6fe" {
		t.Errorf("got %s", got)
	}
}

func TestSign(t *testing.T) {
	c := CDN{PushDomain: "livepush.tcloud.com", PushKey: "e12c46f2612d5106e2034781ab261ca3", Valid: time.Second}
	end := time.Unix(0x5C271099, 0).UTC()
	if got := *c.push("test", end.Add(-time.Second)); got != "rtmp://livepush.tcloud.com/live/test?txSecret=f85a2ab363fe4deaffef9754d79da6fe&txTime=5C271099" {
		t.Errorf("got %s", got)
	}
	if c.play("test", end) != nil || c.replay("test", end) != nil {
		t.Error("signed without a domain")
	}
}

func TestUntil(t *testing.T) {
	for _, valid := range []time.Duration{0, time.Second, 90 * time.Second, 12 * time.Hour} {
		c, least := CDN{Valid: valid}, valid
		if valid == 0 {
			least = 12 * time.Hour
		}
		step := max(least/12, time.Second)
		for now := time.Unix(1_700_000_000, 1); now.Before(time.Unix(1_700_000_000, 0).Add(2 * least)); now = now.Add(least/24 + 1) {
			if lasts := c.until(now).Sub(now); lasts < least || lasts >= least+step {
				t.Errorf("an address for %v lasts %v", least, lasts)
			}
		}
	}
}

func TestCursor(t *testing.T) {
	for _, tc := range []struct {
		cursor     string
		epoch, seq int64
		ok         bool
	}{
		{"0:0", 0, 0, true},
		{"12:345", 12, 345, true},
		{"9223372036854775807:9223372036854775807", 1<<63 - 1, 1<<63 - 1, true},
		{"", 0, 0, false},
		{"1", 0, 0, false},
		{":", 0, 0, false},
		{"1:", 0, 0, false},
		{":1", 0, 0, false},
		{"1:2:3", 0, 0, false},
		{"01:2", 0, 0, false},
		{"+1:2", 0, 0, false},
		{"-1:2", 0, 0, false},
		{"1:-2", 0, 0, false},
		{" 1:2", 0, 0, false},
		{"1:9223372036854775808", 0, 0, false},
		{"a:b", 0, 0, false},
	} {
		epoch, seq, ok := parseCursor(tc.cursor)
		if epoch != tc.epoch || seq != tc.seq || ok != tc.ok {
			t.Errorf("%q: %d, %d, %v", tc.cursor, epoch, seq, ok)
		}
		if ok && cursorOf(epoch, seq) != tc.cursor {
			t.Errorf("%q came back as %q", tc.cursor, cursorOf(epoch, seq))
		}
	}
}
