package order

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
)

// A token is 8 bytes of expiry (Unix seconds), 16 of what was shown, and a MAC over both and the shopper: it can be checked, and says nothing else.
const (
	tokenSeen = 16
	tokenBody = 8 + tokenSeen
)

func (s *Service) token(shopperID string, p *priced, validUntil time.Time) string {
	body := binary.BigEndian.AppendUint64(make([]byte, 0, tokenBody+32), uint64(validUntil.Unix()))
	body = append(body, p.seen()...)
	return base64.RawURLEncoding.EncodeToString(append(body, s.mac(append([]byte(shopperID), body...))...))
}

// seen is a digest of everything that a quote shows of prices.
func (p *priced) seen() []byte {
	shown := struct {
		Skus   []string
		Sum    Priced
		Points []int64
	}{Sum: p.sum, Points: p.points.perLine}
	for _, g := range p.goods {
		shown.Skus = append(shown.Skus, g.SkuID)
	}
	raw, err := json.Marshal(shown)
	if err != nil {
		panic("order: prices must marshal: " + err.Error())
	}
	digest := sha256.Sum256(raw)
	return digest[:tokenSeen]
}

// sameAsShown compares what the shopper saw with the prices of now: ErrPriceChanged with the new quote when they differ or the token has run out; fault.Invalid
// when he says neither, or, of goods of the points mall, not what they cost in points; and when the token is not one of ours.
func (s *Service) sameAsShown(ctx context.Context, shopperID string, in *PlaceInput, p *priced) error {
	changed := func() error {
		if err := s.countUsable(ctx, shopperID, p); err != nil {
			return err
		}
		q, err := s.quoteOf(ctx, shopperID, p)
		if err != nil {
			return err
		}
		return ErrPriceChanged.WithDetail(q)
	}
	if in.QuoteToken == nil && in.ExpectedTotal == nil {
		return fault.Invalid.Saying("Say what was shown: quoteToken or expectedTotal.", "缺少 quoteToken 或 expectedTotal。").At("input", "expectedTotal")
	}
	if in.ExpectedTotal != nil {
		expected, err := money.Parse(string(*in.ExpectedTotal), s.currency)
		if err != nil {
			return fault.Invalid.At("input", "expectedTotal")
		}
		if expected != p.sum.Total {
			return changed()
		}
	}
	if in.ExpectedPoints != nil && *in.ExpectedPoints != p.points.used() {
		return changed()
	}
	if in.QuoteToken == nil && in.ExpectedPoints == nil && slices.ContainsFunc(p.goods, func(w wantedLine) bool { return w.mall }) {
		return fault.Invalid.Saying("Say what the goods cost in points: quoteToken or expectedPoints.", "缺少 quoteToken 或 expectedPoints。").At("input", "expectedPoints")
	}
	if in.QuoteToken == nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*in.QuoteToken)
	if err != nil || len(raw) <= tokenBody || !hmac.Equal(raw[tokenBody:], s.mac(append([]byte(shopperID), raw[:tokenBody]...))) {
		return fault.Invalid.At("input", "quoteToken")
	}
	validUntil := time.Unix(int64(binary.BigEndian.Uint64(raw)), 0)
	if !s.clock().Before(validUntil) || !bytes.Equal(raw[8:tokenBody], p.seen()) {
		return changed()
	}
	return nil
}
