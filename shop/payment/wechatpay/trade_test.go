package wechatpay_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

func TestPrepaySignsThePaymentCall(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	params := s.announce(t, "PAY0000001")
	got := map[string]string{}
	var order []string
	for _, p := range params {
		got[p.Name], order = p.Value, append(order, p.Name)
	}
	if want := "appId timeStamp nonceStr package signType paySign"; strings.Join(order, " ") != want {
		t.Fatalf("parameters %v, want %s", order, want)
	}
	if got["appId"] != wechatfake.AppID || got["signType"] != "RSA" || !strings.HasPrefix(got["package"], "prepay_id=wx") {
		t.Fatalf("parameters %v", got)
	}
	key, err := utils.LoadPrivateKey(s.fake.Config("", "").PrivateKeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(got["appId"] + "\n" + got["timeStamp"] + "\n" + got["nonceStr"] + "\n" + got["package"] + "\n"))
	sig, _ := base64.StdEncoding.DecodeString(got["paySign"])
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], sig); err != nil {
		t.Fatal(err)
	}
}

func TestPrepayTellsWhatIsNeededAndNoMore(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	o := anOrder("PAY0000001")
	o.Description = strings.Repeat("茶", 200)
	if _, err := s.Prepay(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	got, _ := s.fake.Announced("PAY0000001")
	if got.Attach != "" || got.NotifyURL != s.notify.URL || got.PayerID != o.PayerID || got.ClientIP != o.ClientIP {
		t.Errorf("announced %+v", got)
	}
	if !got.ExpiresAt.Equal(o.ExpiresAt.Truncate(time.Second)) {
		t.Errorf("time limit %s, want %s", got.ExpiresAt, o.ExpiresAt)
	}
	if utf8.RuneCountInString(got.Description) != 127 || !utf8.ValidString(got.Description) {
		t.Errorf("description of %d characters", utf8.RuneCountInString(got.Description))
	}
}

func TestPrepayAgain(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	s.announce(t, "PAY0000001")
	s.announce(t, "PAY0000001") // the same payment, announced twice, is one
	for _, tc := range []struct {
		name   string
		change func(*payment.Prepay)
		before func()
		want   error
	}{
		{"another amount", func(o *payment.Prepay) { o.Amount++ }, nil, payment.ErrRefused},
		{"no payer", func(o *payment.Prepay) { o.PayerID = "" }, nil, payment.ErrRefused},
		{"another currency", func(o *payment.Prepay) { o.Currency = "USD" }, nil, payment.ErrRefused},
		{"paid", nil, func() { _ = s.fake.Pay("PAY0000001", wechatfake.Delivery{Lost: true}) }, payment.ErrAlreadyPaid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := anOrder("PAY0000001")
			if tc.change != nil {
				tc.change(&o)
			}
			if tc.before != nil {
				tc.before()
			}
			if _, err := s.Prepay(context.Background(), o); !errors.Is(err, tc.want) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
		})
	}
}

func TestQuery(t *testing.T) {
	at := clock.NewFixed(time.Now())
	s := newShop(t, wechatfake.Options{Clock: at.Now})
	ctx := context.Background()
	for _, number := range []string{"pending", "paid00", "failed", "closed", "expired", "refunded"} {
		s.announce(t, number)
	}
	for _, number := range []string{"paid00", "refunded"} {
		if err := s.fake.Pay(number, wechatfake.Delivery{Lost: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.fake.Decline("failed"), s.Close(ctx, "closed")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Refund(ctx, aRefund("refunded", "REF1", 1990)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		number string
		want   payment.TradeState
	}{
		{"pending", payment.TradePending},
		{"paid00", payment.TradePaid},
		{"refunded", payment.TradePaid},
		{"failed", payment.TradeFailed},
		{"closed", payment.TradeClosed},
	} {
		t.Run(tc.number, func(t *testing.T) {
			got, err := s.Query(ctx, tc.number)
			if err != nil || got.State != tc.want || got.Number != tc.number || got.MerchantID != wechatfake.MerchantID {
				t.Fatalf("%+v, %v, want %s", got, err, tc.want)
			}
			paid := got.Amount == 1990 && got.Currency == "CNY" && got.TransactionID != "" && got.PaidAt.Equal(at.Now().Truncate(time.Second))
			if paid != (tc.want == payment.TradePaid) {
				t.Fatalf("%+v", got)
			}
		})
	}
	t.Run("past its time limit", func(t *testing.T) {
		at.Advance(16 * time.Minute)
		if got, err := s.Query(ctx, "expired"); err != nil || got.State != payment.TradeClosed {
			t.Fatalf("%+v, %v", got, err)
		}
		if err := s.fake.Pay("expired", wechatfake.Delivery{}); err == nil {
			t.Fatal("paid after the time limit")
		}
	})
	t.Run("unknown", func(t *testing.T) {
		if _, err := s.Query(ctx, "nobody0"); !errors.Is(err, payment.ErrNoSuchTrade) {
			t.Fatal(err)
		}
	})
}

func TestClose(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	ctx := context.Background()
	s.announce(t, "open00")
	s.paid(t, "paid00")
	for _, tc := range []struct {
		name, number string
		want         error
	}{
		{"open", "open00", nil},
		{"closed", "open00", nil},
		{"never announced", "nobody0", nil},
		{"paid", "paid00", payment.ErrAlreadyPaid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := s.Close(ctx, tc.number); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
		})
	}
	if err := s.fake.Pay("open00", wechatfake.Delivery{}); err == nil {
		t.Fatal("paid after it was closed")
	}
	if _, err := s.Prepay(ctx, anOrder("open00")); !errors.Is(err, payment.ErrRefused) {
		t.Fatal(err)
	}
}

// Of a close and a payment at the same time exactly one wins, and both sides know which.
func TestCloseAgainstPay(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	for i := range 20 {
		number := "RACE00" + string(rune('a'+i))
		s.announce(t, number)
		paid := make(chan error)
		go func() { paid <- s.fake.Pay(number, wechatfake.Delivery{}) }()
		closed := s.Close(context.Background(), number)
		payErr := <-paid
		if (payErr == nil) != errors.Is(closed, payment.ErrAlreadyPaid) || (payErr != nil) != (closed == nil) {
			t.Fatalf("%s: pay %v, close %v", number, payErr, closed)
		}
	}
}

// A proxy under a path takes its prefix off; the signature covers what is left.
func TestProxyUnderAPath(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	proxy := httptest.NewServer(http.StripPrefix("/to/wechat", s.fake))
	defer proxy.Close()
	p, err := wechatpay.New(s.fake.Config(proxy.URL+"/to/wechat", s.notify.URL))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Prepay(context.Background(), anOrder("PAY001")); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Query(context.Background(), "PAY001"); err != nil || got.State != payment.TradePending {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestConfig(t *testing.T) {
	fake := wechatfake.New(wechatfake.Options{})
	defer fake.Close()
	good := fake.Config("https://proxy.example/wechat", "https://shop.example/notify")
	for _, tc := range []struct {
		name   string
		change func(*wechatpay.Config)
	}{
		{"no app", func(c *wechatpay.Config) { c.AppID = "" }},
		{"no merchant", func(c *wechatpay.Config) { c.MerchantID = "" }},
		{"no serial", func(c *wechatpay.Config) { c.CertificateSerial = "" }},
		{"no notify URL", func(c *wechatpay.Config) { c.NotifyURL = "" }},
		{"no private key", func(c *wechatpay.Config) { c.PrivateKeyPEM = "-----BEGIN" }},
		{"short APIv3 key", func(c *wechatpay.Config) { c.APIv3Key = "short" }},
		{"no platform key", func(c *wechatpay.Config) { c.PlatformKeys = nil }},
		{"a platform key that is not PEM", func(c *wechatpay.Config) { c.PlatformKeys = []wechatpay.PlatformKey{{PEM: "x"}} }},
		{"a public key without an id", func(c *wechatpay.Config) { c.PlatformKeys = []wechatpay.PlatformKey{{PEM: fake.PublicKey().PEM}} }},
		{"another serial", func(c *wechatpay.Config) {
			c.PlatformKeys = []wechatpay.PlatformKey{{ID: "AB", PEM: fake.Certificate().PEM}}
		}},
		{"a key twice", func(c *wechatpay.Config) {
			c.PlatformKeys = []wechatpay.PlatformKey{fake.PublicKey(), fake.PublicKey()}
		}},
		{"a relative base", func(c *wechatpay.Config) { c.BaseURL = "/v3" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := good
			tc.change(&cfg)
			if _, err := wechatpay.New(cfg); err == nil {
				t.Fatal("accepted")
			} else if strings.Contains(err.Error(), "PRIVATE") || strings.Contains(err.Error(), "short") {
				t.Fatalf("the error shows a key: %v", err)
			}
		})
	}
	if _, err := wechatpay.New(good); err != nil {
		t.Fatal(err)
	}
}
