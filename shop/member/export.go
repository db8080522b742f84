package member

import (
	"bufio"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/personal"
)

// How long a link to an export counts, and how often one shopper may ask for a link and open one.
const (
	exportValid = 15 * time.Minute
	linkEvery   = time.Minute
	openEvery   = 10 * time.Second
	openBurst   = 3
	paceKeys    = 20_000
)

// ExportPath is where exports are had, followed by a link's token.
const ExportPath = "/exports/"

// ExportLink is where a shopper can have what is kept of him, until ValidUntil.
type ExportLink struct {
	URL        string
	ValidUntil time.Time
}

// ExportLink makes a link to everything that is kept of a shopper. Nothing is kept for it: the token says whom it is for and until when, and only this shop can
// make one.
//
// Errors: fault.TooOften (one a minute); those of identity.Me.
func (s *Service) ExportLink(ctx context.Context, shopperID string) (*ExportLink, error) {
	if _, err := s.identity.Me(ctx, shopperID); err != nil {
		return nil, err
	}
	now := s.clock()
	if wait := s.links.Take(shopperID, now); wait > 0 {
		return nil, fault.TooOften.WithRetryAfter(wait)
	}
	until := now.Add(exportValid).Truncate(time.Second)
	subject := shopperID + "." + strconv.FormatInt(until.Unix(), 36)
	return &ExportLink{URL: s.base + ExportPath + subject + "." + s.signed(subject), ValidUntil: until}, nil
}

func (s *Service) signed(subject string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac([]byte(subject)))
}

// Export is one shopper's, about to be written.
type Export struct {
	s         *Service
	shopperID string
}

// OpenExport returns the export that a link's token is for.
//
// Errors: fault.Missing, whatever is wrong with the token, and when its shopper has been erased, banned or merged since; fault.RateLimited.
func (s *Service) OpenExport(ctx context.Context, token string) (*Export, error) {
	subject, signature, _ := cutLast(token)
	shopperID, ends, _ := cutLast(subject)
	until, err := strconv.ParseInt(ends, 36, 64)
	now := s.clock()
	if !hmac.Equal([]byte(signature), []byte(s.signed(subject))) || err != nil || !now.Before(time.Unix(until, 0)) {
		return nil, fault.Missing
	}
	var refusal *fault.Error
	if _, err := s.identity.Me(ctx, shopperID); errors.As(err, &refusal) {
		return nil, fault.Missing // merged: the person asks again as who he is now
	} else if err != nil {
		return nil, err
	}
	if wait := s.opens.Take(shopperID, now); wait > 0 {
		return nil, fault.RateLimited.WithRetryAfter(wait)
	}
	return &Export{s, shopperID}, nil
}

func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// Write writes the export as one JSON document while it reads: a list of each kind of thing that is kept. It is no single moment's: what changes meanwhile may be
// in one list and not in another. After an error the document is incomplete.
func (e *Export) Write(ctx context.Context, to io.Writer) error {
	ids, err := e.s.identity.Aliases(ctx, e.shopperID)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	head, err := json.Marshal(e.s.clock())
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\"exportedAt\": %s", head) // a failed write stays with w until Flush
	for _, part := range e.s.parts(ctx, ids) {
		if err := writePart(w, part); err != nil {
			return fmt.Errorf("export %s: %w", part.Name, err)
		}
	}
	fmt.Fprint(w, "\n}\n")
	return w.Flush()
}

// parts are what the domains keep of a person.
func (s *Service) parts(ctx context.Context, ids []string) []personal.Part {
	return slices.Concat(s.identity.Personal(ctx, ids), s.order.Personal(ctx, ids), s.groupbuy.Personal(ctx, ids), s.coupon.Personal(ctx, ids),
		s.points.Personal(ctx, ids), s.live.Personal(ctx, ids), s.conduct.Personal(ctx, ids), s.assist.Personal(ctx, ids), s.referral.Personal(ctx, ids), s.commission.Personal(ctx, ids), s.taste.Personal(ctx, ids), s.share.Personal(ctx, ids))
}

func writePart(w *bufio.Writer, part personal.Part) error {
	fmt.Fprintf(w, ",\n%q: [", part.Name)
	separator := "\n  "
	for row, err := range part.Rows {
		if err != nil {
			return err
		}
		encoded, err := json.Marshal(row)
		if err != nil {
			return err
		}
		_, _ = w.WriteString(separator)
		if _, err := w.Write(encoded); err != nil { // nobody reads on: reading on would be for nothing
			return err
		}
		separator = ",\n  "
	}
	_, err := w.WriteString("]")
	return err
}
