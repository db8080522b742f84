package identity

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"
	"testing"
	"time"
)

// RFC 6238, appendix B: eight digits, keys of the hash's length made of 1234567890.
func TestRFC6238(t *testing.T) {
	hashes := []func() hash.Hash{sha1.New, sha256.New, sha512.New}
	for at, want := range map[int64][3]string{
		59:          {"94287082", "46119246", "90693936"},
		1111111109:  {"07081804", "68084774", "25091201"},
		1111111111:  {"14050471", "67062674", "99943326"},
		1234567890:  {"89005924", "91819424", "93441116"},
		2000000000:  {"69279037", "90698825", "38618901"},
		20000000000: {"65353130", "77737706", "47863826"},
	} {
		step := stepAt(time.Unix(at, 999_999_999))
		for i, with := range hashes {
			key := []byte(strings.Repeat("1234567890", 7)[:with().Size()])
			if got := hotp(with, key, uint64(step), 8); got != want[i] {
				t.Errorf("at %d, hash %d: %s; want %s", at, i, got, want[i])
			}
			if got := hotp(with, key, uint64(step), 6); got != want[i][2:] {
				t.Errorf("at %d, hash %d: %s; want the last six digits of %s", at, i, got, want[i])
			}
		}
		if got := memberDigits([]byte(strings.Repeat("1234567890", 4)[:totpSecret]), step); got != want[1][2:] {
			t.Errorf("at %d: %s; want %s", at, got, want[1][2:])
		}
	}
}

// RFC 4226, appendix D.
func TestRFC4226(t *testing.T) {
	for i, want := range strings.Fields("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489") {
		if got := hotp(sha1.New, []byte("12345678901234567890"), uint64(i), 6); got != want {
			t.Errorf("%d: %s; want %s", i, got, want)
		}
	}
}

func TestSteps(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{0: 30, 29*time.Second + 999_999*time.Microsecond: 30, 30 * time.Second: 60} {
		if got := stepEnd(stepAt(at.Add(after))); !got.Equal(at.Add(want * time.Second)) {
			t.Errorf("after %v the step ends at %v", after, got)
		}
	}
}

func TestCodesAreCutApart(t *testing.T) {
	for code, want := range map[string][2]string{
		"123456789012345678":      {"123456789012", "345678"},
		" 1234 5678 9012 345678 ": {"123456789012", "345678"},
		"":                        {},
		"12345678901234567":       {},
		"1234567890123456789":     {},
		"12345678901234567x":      {},
		"12345678901234567８":      {},
		"-12345678901234567":      {},
		"123456789012345678\n":    {},
		"123456789012345678" + strings.Repeat(" ", 1000): {},
	} {
		number, digits, ok := cutCode(code)
		if ok != (want != [2]string{}) || [2]string{number, digits} != want {
			t.Errorf("%q: %q, %q, %v", code, number, digits, ok)
		}
	}
}
