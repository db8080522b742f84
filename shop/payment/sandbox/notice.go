package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
)

// A notice is the JSON of payment.Notice. Its signature is HMAC-SHA256, in hexadecimal, over the time stamp in seconds, a line feed, and the body.
const (
	TimestampHeader = "Sandbox-Timestamp"
	SignatureHeader = "Sandbox-Signature"
)

// tolerance is how far a notice's time stamp may be off, either way.
const tolerance = 5 * time.Minute

// Sign makes of a notice what travels over HTTP.
func (p *Provider) Sign(n payment.Notice) (http.Header, []byte, error) {
	body, err := json.Marshal(n)
	if err != nil {
		return nil, nil, fmt.Errorf("sign a sandbox notice: %w", err)
	}
	stamp := strconv.FormatInt(p.clock().Unix(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set(TimestampHeader, stamp)
	header.Set(SignatureHeader, hex.EncodeToString(p.mac(stamp, body)))
	return header, body, nil
}

func (p *Provider) mac(stamp string, body []byte) []byte {
	h := hmac.New(sha256.New, p.key)
	h.Write([]byte(stamp + "\n"))
	h.Write(body)
	return h.Sum(nil)
}

// ParseNotice verifies what Sign made.
func (p *Provider) ParseNotice(_ context.Context, header http.Header, body []byte) (payment.Notice, error) {
	stamp := header.Get(TimestampHeader)
	signature, err := hex.DecodeString(header.Get(SignatureHeader))
	if err != nil || !hmac.Equal(signature, p.mac(stamp, body)) {
		return payment.Notice{}, fmt.Errorf("%w: the sandbox did not sign it", payment.ErrForged)
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || p.clock().Sub(time.Unix(seconds, 0)).Abs() >= tolerance {
		return payment.Notice{}, fmt.Errorf("%w: its time stamp is too far off", payment.ErrForged)
	}
	var n payment.Notice
	if err := json.Unmarshal(body, &n); err != nil || subjects(n) != 1 {
		return payment.Notice{}, fmt.Errorf("%w: it is not about one payment, refund or payout", payment.ErrForged)
	}
	return n, nil
}

// subjects counts what a notice is about.
func subjects(n payment.Notice) (count int) {
	for _, is := range []bool{n.Trade != nil, n.Refund != nil, n.Payout != nil} {
		if is {
			count++
		}
	}
	return count
}

// Acknowledge answers a notice: 204, or 500 for "send it again".
func (p *Provider) Acknowledge(w http.ResponseWriter, err error) {
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
