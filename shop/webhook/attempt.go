package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/clock"
)

const userAgent = "Kaituan-Webhooks/1 (+https://www.standardwebhooks.com)"

var errLongAnswer = errors.New("the answer is longer than 64 kB")

// attempt sends a delivery once, within attemptTime. status is what the receiver answered, 0: nothing; any error, and any status but 2xx, is a failure. The headers are
// those of the Standard Webhooks specification: webhook-id, the same at every attempt, webhook-timestamp, that of this one, and webhook-signature.
func (s *Service) attempt(ctx context.Context, e *db.WebhookEndpoint, d *db.WebhookDelivery, secrets [][]byte) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader(d.Body))
	if err != nil {
		return 0, withoutURL(err)
	}
	now := clock.System() // the receiver compares it with its own clock, not with the shop's
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("webhook-id", d.EventID)
	request.Header.Set("webhook-timestamp", timestamp(now))
	request.Header.Set("webhook-signature", Sign(d.EventID, now, d.Body, secrets...))
	response, err := s.client.Do(request)
	if err != nil {
		return 0, withoutURL(err)
	}
	defer response.Body.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return response.StatusCode, withoutURL(err)
	case n > maxAnswer:
		return response.StatusCode, errLongAnswer
	case response.StatusCode < 200 || response.StatusCode > 299:
		return response.StatusCode, fmt.Errorf("answered %d", response.StatusCode)
	}
	return response.StatusCode, nil
}

// withoutURL takes the address, whose query may hold a secret, out of what is logged.
func withoutURL(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
