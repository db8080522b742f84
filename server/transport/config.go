package transport

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/stream"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Config is what a Server is made of. Schema and Authenticate are required; each other zero value means what its comment says.
type Config struct {
	Schema graphql.ExecutableSchema

	// Authenticate names the caller behind an Authorization header, which is never empty. A token that does not count comes back as a Viewer with Problem set;
	// nil counts as nobody. It is called before the body is read, so it must not be dear. Locale, ClientIP and Robot are set by the transport.
	Authenticate func(ctx context.Context, authorization string) *viewer.Viewer

	// SessionEnded says why a session counts no more although its token runs on, e.g. since the account was closed; nil while it does. Sockets ask it with each
	// operation and every few seconds, so it must not be dear; it returns a *fault.Error. TOKEN_EXPIRED means that the session goes on under another id, whose token
	// a socket then takes. nil: sessions live as long as their tokens.
	SessionEnded func(v *viewer.Viewer) error

	// Development allows introspection by everybody, where else only keys may, documents as free text over GET, and every origin on this machine. Never set it in production.
	Development bool
	// Documents holds the trusted documents; nil: there is none.
	Documents Documents
	// FreeText is what becomes of documents that are sent as text, over POST and the socket. "": FreeTextRuns.
	FreeText FreeText

	// Origins are the web origins ("https://shop.example") that may read answers and open sockets, besides the endpoint's own.
	Origins []string
	// TrustedProxies are the peers whose X-Forwarded-For is believed. Empty: nobody's.
	TrustedProxies []netip.Prefix

	Rates Rates
	// MaxInFlight bounds how many operations execute at the same time; more are OVERLOADED. An open subscription counts only until it has started. 0: 512.
	MaxInFlight int
	// MaxSocketsPerIP bounds the open sockets of one address (of a /64 in IPv6). 0: 100.
	MaxSocketsPerIP int
	// Timeout ends a query or mutation (UNAVAILABLE). 0: 30 s.
	Timeout time.Duration
	// PublicMaxAge lets caches keep a GET answer that is the same for everybody. 0: they ask again each time.
	PublicMaxAge time.Duration
	// CachedDocuments bounds how many parsed documents are kept. 0: 1,000.
	CachedDocuments int

	// Streams are the sources of the subscription fields that have a cursor, by field name. What is not here is executed as its resolver's own stream.
	Streams map[string]stream.Source
	// MayShare says, by the name of a subscription field that is @shared, whether the caller in ctx may be sent what everybody is: false runs it for him alone, because he may see more; an error,
	// which is a *fault.Error, refuses it. What is not here may always be shared.
	MayShare map[string]func(ctx context.Context, args map[string]any) (bool, error)

	// Clock tells when a session's token has expired. nil: the system's.
	Clock clock.Clock
	// Metrics takes the counters of metrics.go. nil: they are not exported.
	Metrics prometheus.Registerer
	// Extensions are gqlgen extensions that run around operations and fields, e.g. for tracing.
	Extensions []graphql.HandlerExtension
}

// Documents are the operations that the frontends' releases registered. Its methods are asked with every request and do no I/O.
type Documents interface {
	// ByID returns the document with that id ("sha256:" and the hex of its body); ok is false when there is none.
	ByID(id string) (body string, ok bool)
	// Parsed returns the registered document with that text, valid for Config.Schema; nil when it is none of them. It is not evicted by whatever else is sent.
	Parsed(body string) *ast.QueryDocument
}

// FreeText says what becomes of a document that is sent as text. Partners' and operators' keys may send any, whatever it says; GET outside development takes none.
type FreeText string

const (
	// FreeTextRuns: every document runs; what no release registered is counted, and its name logged now and then.
	FreeTextRuns FreeText = "log"
	// FreeTextKnown: only text that a release registered.
	FreeTextKnown FreeText = "allow"
	// FreeTextRefused: ids alone.
	FreeTextRefused FreeText = "only"
)

// Rates bound how often a caller may send an operation. A partner's key counts by partner, a good session by shopper, everybody else by address.
type Rates struct {
	PerIP, PerShopper, PerPartner Rate
}

// Rate is a bucket that holds Burst requests and fills with PerSecond. The zero value sets no bound.
type Rate struct {
	PerSecond float64
	Burst     int
}

// What one request may hold,.
const (
	maxBody        = 128 << 10
	maxPartnerBody = 4 << 20
	maxTokens      = 1000
	maxDepth       = 12
	maxAliases     = 15
	maxDirectives  = 20
	maxCost        = 2000
	maxErrors      = 5
	maxExecuting   = 32 // events executed at once, of subscriptions that are shared, and of others
	// maxCachedDocument keeps the documents that fill the cache small: 1,000 of 8 kB are some 50 MB once parsed.
	maxCachedDocument = 8 << 10
	// maxLoggedName bounds what is logged of a client's own words.
	maxLoggedName = 64
	// maxDocumentID is ample for "sha256:" and 64 digits.
	maxDocumentID = 128
)

// complete returns c with its zero values filled in, or what is missing.
func (c Config) complete() (Config, error) {
	if c.Schema == nil {
		return c, errors.New("Config.Schema is missing")
	}
	if c.Authenticate == nil {
		return c, errors.New("Config.Authenticate is missing")
	}
	if c.MaxInFlight < 0 || c.MaxSocketsPerIP < 0 || c.CachedDocuments < 0 || c.Timeout < 0 || c.PublicMaxAge < 0 {
		return c, errors.New("a bound in Config is negative")
	}
	setDefault(&c.MaxInFlight, 512)
	setDefault(&c.MaxSocketsPerIP, 100)
	setDefault(&c.CachedDocuments, 1000)
	setDefault(&c.Timeout, 30*time.Second)
	if c.Documents == nil {
		c.Documents = noDocuments{}
	}
	if c.FreeText == "" {
		c.FreeText = FreeTextRuns
	}
	if c.SessionEnded == nil {
		c.SessionEnded = func(*viewer.Viewer) error { return nil }
	}
	if c.Clock == nil {
		c.Clock = clock.System
	}
	return c, nil
}

func setDefault[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

type noDocuments struct{}

func (noDocuments) ByID(string) (string, bool)       { return "", false }
func (noDocuments) Parsed(string) *ast.QueryDocument { return nil }
