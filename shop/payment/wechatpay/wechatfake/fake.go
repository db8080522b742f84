// Package wechatfake is WeChat Pay's side of API v3 for tests, over real HTTP: it verifies the merchant's signatures, signs its answers and notices with either
// generation of platform keys, and keeps a book of its own, against which the shop's can be compared. It can lose, repeat, delay, forge and age notices, and
// fail calls before or after their effect.
//
//	fake := wechatfake.New(wechatfake.Options{})
//	defer fake.Close()
//	api := httptest.NewServer(fake)
//	provider, err := wechatpay.New(fake.Config(api.URL, notifyURL))
//
// Business times come from the passed clock; the time stamps of signatures are the machine's, as the protocol and the SDK have them.
package wechatfake

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
)

// What the fake's only merchant is called.
const (
	AppID             = "wx8888888888888888"
	MerchantID        = "1900000109"
	CertificateSerial = "3775B6A45ACD588826D15E583A95F5DD1234ABCD"
	APIv3Key          = "0123456789abcdef0123456789abcdef"
	// PublicKeyID names the newer generation's key.
	PublicKeyID = "PUB_KEY_ID_0119000001092024101100397200000006"
)

// Signing says which platform key signs.
type Signing int

const (
	// Alternating signs by turns, as no real day does, so that any test meets both.
	Alternating Signing = iota
	WithCertificate
	WithPublicKey
)

// Options of a Fake; the zero value is usable.
type Options struct {
	// Clock is for time limits and times of payment; nil: the machine's.
	Clock clock.Clock
	// Signing says which platform key signs answers and notices.
	Signing Signing
	// RefundDelay is how long a refund is PROCESSING; negative: until Settle is called.
	RefundDelay time.Duration
	// RetryAfter is the pause before a notice that was not answered with success is sent again; 0: 20 ms. Retries is how often that is done; 0: five times,
	// negative: never.
	RetryAfter time.Duration
	Retries    int
}

// Fake is a WeChat Pay of one merchant. It is an http.Handler, and safe for use by many goroutines.
type Fake struct {
	opts Options
	keys *keys
	mux  *http.ServeMux

	ctx    context.Context // ends with Close: pending notices are dropped
	stop   context.CancelFunc
	behind background

	mu         sync.Mutex
	trades     map[string]*trade
	refunds    map[string]*refund
	transfers  map[string]*transfer
	faults     map[Call][]*Fault
	deliveries []Delivered
	signed     int
}

// New starts a fake with an empty book.
func New(opts Options) *Fake {
	if opts.Clock == nil {
		opts.Clock = clock.System
	}
	if opts.RetryAfter == 0 {
		opts.RetryAfter = 20 * time.Millisecond
	}
	if opts.Retries == 0 {
		opts.Retries = 5
	}
	f := &Fake{opts: opts, keys: sharedKeys(), trades: map[string]*trade{}, refunds: map[string]*refund{}, transfers: map[string]*transfer{}, faults: map[Call][]*Fault{}}
	f.behind.idle.L = &f.behind.mu
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.mux = http.NewServeMux()
	f.mux.Handle("POST /v3/pay/transactions/jsapi", f.serve(CallPrepay, f.prepay))
	f.mux.Handle("GET /v3/pay/transactions/out-trade-no/{number}", f.serve(CallQuery, f.query))
	f.mux.Handle("POST /v3/pay/transactions/out-trade-no/{number}/close", f.serve(CallClose, f.closeTrade))
	f.mux.Handle("POST /v3/refund/domestic/refunds", f.serve(CallRefund, f.refund))
	f.mux.Handle("GET /v3/refund/domestic/refunds/{number}", f.serve(CallQueryRefund, f.queryRefund))
	f.mux.Handle("POST /v3/fund-app/mch-transfer/transfer-bills", f.serve(CallPayout, f.transfer))
	f.mux.Handle("GET /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{number}", f.serve(CallQueryPayout, f.queryTransfer))
	return f
}

// Config is what the fake's merchant has to configure; both generations of platform keys are in it.
func (f *Fake) Config(baseURL, notifyURL string) wechatpay.Config {
	return wechatpay.Config{
		AppID: AppID, MerchantID: MerchantID, CertificateSerial: CertificateSerial, PrivateKeyPEM: f.keys.merchantPEM, APIv3Key: APIv3Key,
		NotifyURL: notifyURL, BaseURL: baseURL, PlatformKeys: []wechatpay.PlatformKey{f.PublicKey(), f.Certificate()},
	}
}

// PublicKey is the newer generation's key, Certificate the older one's.
func (f *Fake) PublicKey() wechatpay.PlatformKey {
	return wechatpay.PlatformKey{ID: PublicKeyID, PEM: f.keys.publicPEM}
}

// Certificate is the older generation's key; see PublicKey.
func (f *Fake) Certificate() wechatpay.PlatformKey {
	return wechatpay.PlatformKey{PEM: f.keys.certificatePEM}
}

// ServeHTTP implements http.Handler.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// Wait returns when every notice and refund that is under way has ended.
func (f *Fake) Wait() { f.behind.wait() }

// Close drops what is under way.
func (f *Fake) Close() {
	f.stop()
	f.behind.wait()
}
