package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"
)

// Member codes are RFC 6238's with HMAC-SHA-256, a secret of 32 bytes and six digits.
const (
	totpStep   = 30 * time.Second
	totpDigits = 6
	totpSecret = sha256.Size
)

// stepAt is the number of whole steps since 1970.
func stepAt(at time.Time) int64 { return at.Unix() / int64(totpStep/time.Second) }

// stepEnd is when a step is over.
func stepEnd(step int64) time.Time { return time.Unix((step+1)*int64(totpStep/time.Second), 0).UTC() }

// memberDigits are the six digits of a step.
func memberDigits(key []byte, step int64) string {
	return hotp(sha256.New, key, uint64(step), totpDigits)
}

// hotp is RFC 4226's one-time password, which RFC 6238 takes with any hash: at most nine digits.
func hotp(with func() hash.Hash, key []byte, counter uint64, digits int) string {
	mac := hmac.New(with, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, counter))
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	code, modulus := binary.BigEndian.Uint32(sum[from:])&0x7fffffff, uint32(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, code%modulus)
}
