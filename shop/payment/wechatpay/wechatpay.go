// Package wechatpay is WeChat Pay's API v3 (JSAPI: mini-programs and WeChat's own browser) as a payment.Provider, on WeChat's own Go SDK.
//
// Time stamps of signatures are the machine's time, on both sides, since they are about messages and not about business; the SDK takes them so.
//
// Errors carry WeChat's code and request id only, see Error: its messages repeat what was sent, openid included, and never leave this package.
package wechatpay

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"github.com/kaituan/kaituan/shop/payment"
)

// defaultTimeout bounds one call, from the connection to the last byte of its answer.
const defaultTimeout = 10 * time.Second

// Config is what a merchant gets from WeChat Pay's merchant platform.
type Config struct {
	// AppID is the mini-program's or official account's, to which the payers' openids belong.
	AppID string
	// MerchantID is the mchid.
	MerchantID string
	// CertificateSerial names the merchant's API certificate, in hexadecimal; PrivateKeyPEM is its PKCS #8 key, which signs our requests.
	CertificateSerial string
	PrivateKeyPEM     string `json:"-"`
	// APIv3Key encrypts notices: 32 bytes.
	APIv3Key string `json:"-"`
	// NotifyURL receives notices of payments, refunds and payouts: HTTPS, without a query.
	NotifyURL string
	// PlatformKeys verify what WeChat Pay signs: certificates and public keys side by side, at least one. The first is the one that WeChat is asked to use;
	// every other is accepted as well, so that a change of keys needs no pause.
	PlatformKeys []PlatformKey
	// BaseURL replaces https://api.mch.weixin.qq.com, for tests and private proxies; "": WeChat's own.
	BaseURL string
	// Timeout bounds one call; 0: 10 s.
	Timeout time.Duration
}

// String names the merchant only, so that a logged Config shows no key.
func (c Config) String() string { return "WeChat Pay merchant " + c.MerchantID }

// GoString is String, for %#v.
func (c Config) GoString() string { return c.String() }

// Provider is WeChat Pay for one merchant and one app. It is safe for use by many goroutines.
type Provider struct {
	appID, merchantID, notifyURL string
	timeout                      time.Duration
	client                       *core.Client
	orders                       jsapi.JsapiApiService
	refunds                      refunddomestic.RefundsApiService
	answers                      *validators.WechatPayResponseValidator
	notices                      *validators.WechatPayNotifyValidator
	aead                         cipher.AEAD
}

var _ payment.Provider = (*Provider)(nil)

// New returns the provider; it makes no call. An error says which part of the configuration is wrong, never what it contains.
func New(cfg Config) (*Provider, error) {
	if cfg.AppID == "" || cfg.MerchantID == "" || cfg.CertificateSerial == "" || cfg.NotifyURL == "" {
		return nil, errors.New("wechatpay: app id, merchant id, certificate serial and notify URL are required")
	}
	key, err := utils.LoadPrivateKey(cfg.PrivateKeyPEM)
	if err != nil {
		return nil, errors.New("wechatpay: the merchant's private key is not a PKCS #8 RSA key in PEM")
	}
	keys, err := newKeyRing(cfg.PlatformKeys)
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(cfg.APIv3Key)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	client, err := core.NewClient(context.Background(),
		option.WithMerchantCredential(cfg.MerchantID, cfg.CertificateSerial, key),
		option.WithVerifier(keys),
		option.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: noRedirect}))
	if err != nil {
		return nil, fmt.Errorf("wechatpay: %w", err)
	}
	timeout := cfg.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	return &Provider{
		appID: cfg.AppID, merchantID: cfg.MerchantID, notifyURL: cfg.NotifyURL, timeout: timeout,
		client:  client,
		orders:  jsapi.JsapiApiService{Client: client},
		refunds: refunddomestic.RefundsApiService{Client: client},
		answers: validators.NewWechatPayResponseValidator(keys),
		notices: validators.NewWechatPayNotifyValidator(keys),
		aead:    aead,
	}, nil
}

// Code is the contract's name of this provider.
func (p *Provider) Code() string { return "WECHAT_PAY" }

// Serves reports whether a channel's shoppers can pay here: JSAPI wants the openid of the mini-program's own sign-in.
func (p *Provider) Serves(channel string) bool { return channel == "WECHAT_MINI_PROGRAM" }

// MerchantID is whom this provider collects for; a notice about another merchant's trade is not ours.
func (p *Provider) MerchantID() string { return p.merchantID }

// noRedirect keeps signed requests from going anywhere else; WeChat never redirects.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
