package wechatpay_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

func TestNotices(t *testing.T) {
	for _, tc := range []struct {
		name     string
		delivery wechatfake.Delivery
		notices  int
		forged   int
		amount   int64
		merchant string
	}{
		{"honest", wechatfake.Delivery{}, 1, 0, 1990, wechatfake.MerchantID},
		{"lost", wechatfake.Delivery{Lost: true}, 0, 0, 0, ""},
		{"eight copies at once", wechatfake.Delivery{Copies: 8}, 8, 0, 1990, wechatfake.MerchantID},
		{"delayed", wechatfake.Delivery{Delay: 30 * time.Millisecond}, 1, 0, 1990, wechatfake.MerchantID},
		{"another amount: the caller's to compare", wechatfake.Delivery{Amount: 1}, 1, 0, 1, wechatfake.MerchantID},
		{"another merchant: the caller's to compare", wechatfake.Delivery{MerchantID: "1900000999"}, 1, 0, 1990, "1900000999"},
		{"forged", wechatfake.Delivery{Forged: true}, 0, 1, 0, ""},
		{"altered after it was signed", wechatfake.Delivery{Altered: true}, 0, 1, 0, ""},
		{"replayed after 6 minutes", wechatfake.Delivery{Age: 6 * time.Minute}, 0, 1, 0, ""},
		{"from 6 minutes ahead", wechatfake.Delivery{Age: -6 * time.Minute}, 0, 1, 0, ""},
		{"4 minutes old", wechatfake.Delivery{Age: 4 * time.Minute}, 1, 0, 1990, wechatfake.MerchantID},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{})
			s.announce(t, "PAY001")
			if err := s.fake.Pay("PAY001", tc.delivery); err != nil {
				t.Fatal(err)
			}
			s.fake.Wait()
			notices, refused := s.received()
			if len(notices) != tc.notices || len(refused) != tc.forged {
				t.Fatalf("%d notices, refused %v", len(notices), refused)
			}
			for _, err := range refused {
				if !errors.Is(err, payment.ErrForged) {
					t.Errorf("%v", err)
				}
			}
			for _, n := range notices {
				if n.ID == "" || n.Refund != nil || n.Trade == nil {
					t.Fatalf("%+v", n)
				}
				if tr := *n.Trade; tr.Number != "PAY001" || tr.State != payment.TradePaid || tr.Amount != tc.amount || tr.Currency != "CNY" || tr.MerchantID != tc.merchant {
					t.Errorf("%+v", tr)
				}
			}
			for _, d := range s.fake.Deliveries() {
				if d.Acknowledged != (tc.forged == 0) || (tc.forged > 0 && d.Status != http.StatusInternalServerError) {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

// What could not be recorded is sent again until it is.
func TestNoticeIsSentAgain(t *testing.T) {
	s := newShop(t, wechatfake.Options{RetryAfter: time.Millisecond})
	s.down = 2
	s.announce(t, "PAY001")
	if err := s.fake.Pay("PAY001", wechatfake.Delivery{}); err != nil {
		t.Fatal(err)
	}
	s.fake.Wait()
	if notices, _ := s.received(); len(notices) != 1 || len(s.fake.Deliveries()) != 3 {
		t.Fatalf("%d notices in %v", len(notices), s.fake.Deliveries())
	}
}

// A refund's result names no merchant, so another merchant's never gets through.
func TestRefundNoticeOfAnotherMerchant(t *testing.T) {
	s := newShop(t, wechatfake.Options{RefundDelay: -1})
	s.paid(t, "PAY001")
	if _, err := s.Refund(context.Background(), aRefund("PAY001", "REF1", 500)); err != nil {
		t.Fatal(err)
	}
	if err := s.fake.Settle("REF1", wechatfake.Settled, wechatfake.Delivery{MerchantID: "1900000999", Copies: 1}); err != nil {
		t.Fatal(err)
	}
	if notices, refused := s.received(); len(notices) != 0 || len(refused) == 0 || !errors.Is(refused[0], payment.ErrForged) {
		t.Fatalf("%v, %v", notices, refused)
	}
}

// Even under WeChat's own signature only what has the right form, and the right encryption, is read; and nothing panics.
func TestSignedButUnreadable(t *testing.T) {
	s := newShop(t, wechatfake.Options{})
	const resource = `{"id":"x","resource":{"original_type":"transaction","algorithm":"AEAD_AES_256_GCM","nonce":"%s","associated_data":"","ciphertext":"%s"}}`
	for name, body := range map[string]string{
		"empty":                     ``,
		"no JSON":                   `<xml/>`,
		"no resource":               `{"id":"x"}`,
		"nonce of another length":   fmt.Sprintf(resource, "short", "AAAA"),
		"not base64":                fmt.Sprintf(resource, "0123456789ab", "*"),
		"encrypted for another key": fmt.Sprintf(resource, "0123456789ab", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		"another algorithm":         `{"id":"x","resource":{"original_type":"transaction","algorithm":"NONE","nonce":"0123456789ab","ciphertext":"AAAA"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if n, err := s.ParseNotice(context.Background(), s.fake.Sign([]byte(body)), []byte(body)); !errors.Is(err, payment.ErrForged) {
				t.Fatalf("%+v, %v", n, err)
			}
		})
	}
	t.Run("another way of signing", func(t *testing.T) {
		header := s.fake.Sign(nil)
		header.Set("Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3")
		if _, err := s.ParseNotice(context.Background(), header, nil); !errors.Is(err, payment.ErrForged) {
			t.Fatal(err)
		}
	})
}

func TestKeyGenerations(t *testing.T) {
	fake := wechatfake.New(wechatfake.Options{}) // every fake of a process has the same keys
	defer fake.Close()
	certificate := []wechatpay.PlatformKey{fake.Certificate()}
	publicKey := []wechatpay.PlatformKey{fake.PublicKey()}
	both := []wechatpay.PlatformKey{fake.Certificate(), fake.PublicKey()}
	for _, tc := range []struct {
		name    string
		signing wechatfake.Signing
		keys    []wechatpay.PlatformKey
		ok      bool
	}{
		{"both known, certificate signs", wechatfake.WithCertificate, both, true},
		{"both known, public key signs", wechatfake.WithPublicKey, both, true},
		{"both known, by turns", wechatfake.Alternating, both, true},
		{"certificate only", wechatfake.WithCertificate, certificate, true},
		{"public key only", wechatfake.WithPublicKey, publicKey, true},
		{"signed by a certificate that is not known", wechatfake.WithCertificate, publicKey, false},
		{"signed by a public key that is not known", wechatfake.WithPublicKey, certificate, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, wechatfake.Options{Signing: tc.signing}, func(c *wechatpay.Config) { c.PlatformKeys = tc.keys })
			ctx := context.Background()
			for range 4 {
				_, err := s.Prepay(ctx, anOrder("PAY001"))
				if (err == nil) != tc.ok {
					t.Fatal(err)
				}
				if err != nil && (errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrNoSuchTrade)) {
					t.Fatalf("what does not verify is no final answer: %v", err)
				}
			}
			if err := s.fake.Pay("PAY001", wechatfake.Delivery{Copies: 4}); err != nil {
				t.Fatal(err)
			}
			notices, refused := s.received()
			if (len(notices) == 4 && len(refused) == 0) != tc.ok {
				t.Fatalf("%d notices, %v", len(notices), refused)
			}
		})
	}
}
