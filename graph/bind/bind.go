// Package bind holds what gqlgen binds by hand: scalars, and the types of interfaces and unions.
package bind

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
)

// Node is any object with an id: *catalog.Product, *order.Order, …
type Node any

// FeedItem is a card of the feed: *catalog.Product, *groupbuy.Campaign or *assist.Campaign.
type FeedItem any

// ShareTarget is what a link points at: *catalog.Product, *groupbuy.Group, *groupbuy.Campaign, *live.Room, *assist.Assist or *assist.Campaign.
type ShareTarget any

// LiveRoomEvent is a live.Event.
type LiveRoomEvent any

// maxInt64 is the greatest whole number that JavaScript reads exactly.
const maxInt64 = 1<<53 - 1

// dateTime is RFC 3339 in UTC with milliseconds.
const dateTime = "2006-01-02T15:04:05.000Z"

// MarshalDateTime writes t in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = w.Write(t.UTC().AppendFormat(make([]byte, 0, len(dateTime)+2), `"`+dateTime+`"`))
	})
}

// UnmarshalDateTime reads RFC 3339 of the years 1000 to 9999, which every engine keeps.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, badScalar("DateTime")
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.UTC().Year() < 1000 || t.UTC().Year() > 9999 {
		return time.Time{}, badScalar("DateTime")
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// MarshalDecimal writes a decimal number as a string.
func MarshalDecimal(d money.Decimal) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDecimal reads a string that holds a plain decimal number; JSON numbers are refused, since they may have been floats.
func UnmarshalDecimal(v any) (money.Decimal, error) {
	s, ok := v.(string)
	if !ok || !plainDecimal(s) {
		return "", badScalar("Decimal")
	}
	return money.Decimal(s), nil
}

func plainDecimal(s string) bool {
	whole, frac, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return len(s) <= 32 && digits(whole) && (!point || digits(frac))
}

// MarshalInt writes a whole number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a whole number of 32 bits, as the GraphQL specification bounds Int.
func UnmarshalInt(v any) (int, error) {
	n, err := UnmarshalInt64(v)
	if err != nil || n > math.MaxInt32 || n < math.MinInt32 {
		return 0, badScalar("Int")
	}
	return int(n), nil
}

// MarshalInt64 writes a whole number.
func MarshalInt64(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalInt64 reads a whole number within ±(2^53-1).
func UnmarshalInt64(v any) (int64, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case json.Number:
		n, err = strconv.ParseInt(v.String(), 10, 64)
	case float64: // from a decoder that kept no json.Number
		n = int64(v)
		if float64(n) != v {
			return 0, badScalar("Int64")
		}
	default:
		return 0, badScalar("Int64")
	}
	if err != nil || n > maxInt64 || n < -maxInt64 {
		return 0, badScalar("Int64")
	}
	return n, nil
}

// MarshalURL writes an address.
func MarshalURL(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalURL reads an absolute http or https address, or a path of this server's, of at most 1,024 bytes.
func UnmarshalURL(v any) (string, error) {
	s, ok := v.(string)
	if !ok || len(s) > 1024 {
		return "", badScalar("URL")
	}
	u, err := url.Parse(s)
	absolute := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
	ours := err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/")
	if !absolute && !ours {
		return "", badScalar("URL")
	}
	return s, nil
}

// MarshalID writes an id.
func MarshalID(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalID reads an id, or returns INVALID_ID.
func UnmarshalID(v any) (string, error) {
	s, ok := v.(string)
	if !ok || id.Prefix(s) == "" {
		return "", fault.InvalidID
	}
	return s, nil
}

func badScalar(name string) error {
	return fault.InvalidInput.Saying(fmt.Sprintf("A value is not a %s.", name), fmt.Sprintf("值不是有效的 %s。", name))
}
