package identity

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
)

// Sender sends a sign-in code by text message. phone has its country: "+8613…".
type Sender interface {
	Send(ctx context.Context, phone, code string) error
}

// WebhookSender hands codes to the deployment's own gateway: POST {"phone","code"} with
//
//	X-Kaituan-Timestamp: Unix seconds
//	X-Kaituan-Signature: hex HMAC-SHA256 of timestamp + "." + body
//
// Any 2xx means that the message will be sent.
type WebhookSender struct {
	url    string
	secret []byte
	clock  clock.Clock
	client *http.Client
}

// smsTimeout bounds one call of the gateway; a client waits for it.
const smsTimeout = 5 * time.Second

// NewWebhookSender makes no call. secret has at least 16 bytes.
func NewWebhookSender(address string, secret []byte, c clock.Clock) (*WebhookSender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("text messages: want an http or https URL")
	}
	if len(secret) < 16 {
		return nil, errors.New("text messages: the secret needs at least 16 bytes")
	}
	// A redirect would carry phone and code to somewhere else.
	client := &http.Client{Timeout: smsTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &WebhookSender{url: address, secret: secret, clock: c, client: client}, nil
}

// Send implements Sender. Its errors hold neither the phone nor the code.
func (w *WebhookSender) Send(ctx context.Context, phone, code string) error {
	body, err := json.Marshal(struct {
		Phone string `json:"phone"`
		Code  string `json:"code"`
	}{phone, code})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("text messages: bad request")
	}
	stamp := strconv.FormatInt(w.clock().Unix(), 10)
	mac := hmac.New(sha256.New, w.secret)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Kaituan-Timestamp", stamp)
	req.Header.Set("X-Kaituan-Signature", hex.EncodeToString(mac.Sum(nil)))
	res, err := w.client.Do(req)
	if err != nil {
		var inURL *url.Error
		if errors.As(err, &inURL) {
			err = inURL.Err // the address may hold a secret of the gateway's
		}
		return fmt.Errorf("text messages: ask the gateway: %w", err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // lets the connection be used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("text messages: the gateway answered %d", res.StatusCode)
	}
	return nil
}

// LogSender writes codes to the log instead of sending them: for development, where no gateway is configured.
type LogSender struct{ Log *slog.Logger }

// Send implements Sender.
func (l LogSender) Send(ctx context.Context, phone, code string) error {
	l.Log.InfoContext(ctx, "text message code", "phone", maskPhone(phone), "code", code)
	return nil
}
