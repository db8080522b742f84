// Package sandbox is a payment provider without money, for development and tests. Like a real one it keeps its own book, outside the shop's database, so that
// the two can be compared even after the shop was killed; and like a real one it decides nothing by itself: Decide plays the shopper in the payment sheet.
//
// Every change is one guarded statement, so several processes may share one book.
package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
)

// DefaultMerchantID is the merchant where Config names none.
const DefaultMerchantID = "SANDBOX"

// minKey is the shortest notice key, in bytes.
const minKey = 16

// Config of a sandbox.
type Config struct {
	// Path is the book's SQLite file, made when there is none; "": in memory, gone with the process.
	Path string
	// Key signs notices: at least 16 bytes.
	Key []byte `json:"-"`
	// MerchantID is what trades and notices say; "": DefaultMerchantID.
	MerchantID string
	// Clock is for time limits, times of payment and the age of notices; nil: the machine's.
	Clock clock.Clock
}

// String names the book only, so that a logged Config shows no key.
func (c Config) String() string { return "sandbox " + c.Path }

// GoString is String, for %#v.
func (c Config) GoString() string { return c.String() }

// Provider is the sandbox. It is safe for use by many goroutines.
type Provider struct {
	db         *sql.DB
	key        []byte
	merchantID string
	clock      clock.Clock

	mu     sync.Mutex
	faults Faults
}

var _ payment.Provider = (*Provider)(nil)

// Times are microseconds since 1970. A refund is PROCESSING until settles_at and settled from then on.
const tables = `
CREATE TABLE IF NOT EXISTS trade (
	number         TEXT PRIMARY KEY,
	amount         INTEGER NOT NULL CHECK (amount > 0),
	currency       TEXT NOT NULL,
	state          TEXT NOT NULL CHECK (state IN ('PENDING', 'PAID', 'CLOSED', 'FAILED')),
	transaction_id TEXT NOT NULL DEFAULT '',
	expires_at     INTEGER NOT NULL,
	paid_at        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS refund (
	refund_number TEXT PRIMARY KEY,
	number        TEXT NOT NULL REFERENCES trade (number),
	amount        INTEGER NOT NULL CHECK (amount > 0),
	settles_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refund_of_trade ON refund (number);
CREATE TABLE IF NOT EXISTS payout (
	number   TEXT PRIMARY KEY,
	amount   INTEGER NOT NULL CHECK (amount > 0),
	currency TEXT NOT NULL,
	payee    TEXT NOT NULL,
	fails    INTEGER NOT NULL,
	ends_at  INTEGER NOT NULL
) STRICT;`

// Open opens the book. CloseBook lets it go.
func Open(ctx context.Context, cfg Config) (*Provider, error) {
	if len(cfg.Key) < minKey {
		return nil, fmt.Errorf("sandbox: the key has fewer than %d bytes; with it anybody could sign notices", minKey)
	}
	p := &Provider{key: cfg.Key, merchantID: cfg.MerchantID, clock: cfg.Clock}
	if p.merchantID == "" {
		p.merchantID = DefaultMerchantID
	}
	if p.clock == nil {
		p.clock = clock.System
	}
	var err error
	if p.db, err = sql.Open("sqlite", dsn(cfg.Path)); err != nil {
		return nil, fmt.Errorf("open the sandbox's book: %w", err)
	}
	p.db.SetMaxOpenConns(1) // a book in memory belongs to its connection
	if _, err := p.db.ExecContext(ctx, tables); err != nil {
		return nil, errors.Join(fmt.Errorf("open the sandbox's book: %w", err), p.db.Close())
	}
	return p, nil
}

// dsn asks for a book that a kill or a power cut leaves whole: what was answered is on the disk.
func dsn(path string) string {
	file := "file::memory:"
	if path != "" {
		file = "file:" + (&url.URL{Path: path}).EscapedPath()
	}
	return file + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
}

// CloseBook closes the file. (Close is the Provider's, and closes a payment.)
func (p *Provider) CloseBook() error { return p.db.Close() }

// Code is the contract's name of this provider.
func (p *Provider) Code() string { return "SANDBOX" }

// Account is what the book says of one payment, in minor units.
type Account struct {
	State    payment.TradeState
	Captured int64
	// Refunded is settled; Refunding is under way.
	Refunded, Refunding int64
}

// Book returns the whole book, by payment number, as of now.
func (p *Provider) Book(ctx context.Context) (map[string]Account, error) {
	rows, err := p.db.QueryContext(ctx, `
		SELECT t.number, t.state, CASE t.state WHEN 'PAID' THEN t.amount ELSE 0 END,
		       COALESCE(SUM(r.amount) FILTER (WHERE r.settles_at <= ?1), 0), COALESCE(SUM(r.amount) FILTER (WHERE r.settles_at > ?1), 0)
		FROM trade t LEFT JOIN refund r ON r.number = t.number GROUP BY t.number`, micros(p.clock()))
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's book: %w", err)
	}
	defer rows.Close()
	book := map[string]Account{}
	for rows.Next() {
		var number string
		var a Account
		if err := rows.Scan(&number, &a.State, &a.Captured, &a.Refunded, &a.Refunding); err != nil {
			return nil, fmt.Errorf("read the sandbox's book: %w", err)
		}
		book[number] = a
	}
	return book, rows.Err()
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
