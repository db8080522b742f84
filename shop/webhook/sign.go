package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/internal/secret"
)

const (
	secretPrefix = "whsec_"
	secretBytes  = 32
	// overlap is how long a secret signs on after it was replaced.
	overlap = 24 * time.Hour
)

// Sign is the webhook-signature of the Standard Webhooks specification: for each secret "v1," and the base64 of HMAC-SHA256 over id.timestamp.body, separated by
// spaces. A secret is the bytes behind whsec_, decoded.
func Sign(id string, at time.Time, body []byte, secrets ...[]byte) string {
	var all []string
	for _, key := range secrets {
		h := hmac.New(sha256.New, key)
		_, _ = fmt.Fprintf(h, "%s.%d.", id, at.Unix())
		h.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	}
	return strings.Join(all, " ")
}

func timestamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// newSecret makes a secret: what is shown of it, and what is kept.
func (s *Service) newSecret(endpointID string) (shown string, sealed []byte, err error) {
	key := secret.Random(secretBytes)
	if sealed, err = s.keys.WrapDataKey(endpointID, key); err != nil {
		return "", nil, fmt.Errorf("seal a webhook's secret: %w", err)
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(key), sealed, nil
}

// secretsOf are the secrets that sign at now, the newest first.
func (s *Service) secretsOf(e *db.WebhookEndpoint, now time.Time) ([][]byte, error) {
	sealed := [][]byte{e.Secret}
	if e.RetiredSecret != nil && e.RetiredUntil != nil && now.Before(*e.RetiredUntil) {
		sealed = append(sealed, *e.RetiredSecret)
	}
	var secrets [][]byte
	for _, one := range sealed {
		key, err := s.keys.UnwrapDataKey(e.ID, one)
		if err != nil {
			return nil, fmt.Errorf("open the secret of %s: %w", e.ID, err)
		}
		secrets = append(secrets, key)
	}
	return secrets, nil
}
