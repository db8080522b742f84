package wechatpay

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"

	"github.com/kaituan/kaituan/shop/payment"
)

const (
	signatureTypeHeader = "Wechatpay-Signature-Type"
	signatureType       = "WECHATPAY2-SHA256-RSA2048"
	noticeCipher        = "AEAD_AES_256_GCM"
)

// ParseNotice verifies the signature over the raw bytes and its time stamp (5 minutes either way), then decrypts and reads. The merchant, the amount and the
// currency are as the notice has them: comparing them is the caller's.
//
// It does not use the SDK's notify.Handler, which decodes into one type only, puts the whole request into its errors, and panics on a notice without a
// resource or with a nonce of another length.
func (p *Provider) ParseNotice(ctx context.Context, header http.Header, body []byte) (payment.Notice, error) {
	notice, err := p.parseNotice(ctx, header, body)
	if err != nil {
		return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrForged, err)
	}
	return notice, nil
}

func (p *Provider) parseNotice(ctx context.Context, header http.Header, body []byte) (payment.Notice, error) {
	if t := header.Get(signatureTypeHeader); t != "" && t != signatureType {
		return payment.Notice{}, errors.New("wechatpay: the notice is signed in an unknown way")
	}
	if err := p.notices.Validate(ctx, &http.Request{Header: header, Body: io.NopCloser(bytes.NewReader(body))}); err != nil {
		return payment.Notice{}, fmt.Errorf("wechatpay: the notice's signature (%s): %w", header.Get(consts.RequestID), err)
	}
	var envelope notify.Request
	if err := json.Unmarshal(body, &envelope); err != nil || envelope.Resource == nil {
		return payment.Notice{}, errors.New("wechatpay: the notice is no envelope with a resource")
	}
	plain, err := p.open(envelope.Resource)
	if err != nil {
		return payment.Notice{}, err
	}
	notice := payment.Notice{ID: envelope.ID}
	switch envelope.Resource.OriginalType {
	case "transaction":
		notice.Trade, err = readTrade(plain)
	case "refund":
		notice.Refund, err = p.readRefund(plain)
	case "mch_payment":
		notice.Payout, err = p.readPayout(plain)
	default:
		err = errors.New("wechatpay: the notice is about neither a payment, a refund nor a payout")
	}
	return notice, err
}

func newAEAD(apiV3Key string) (cipher.AEAD, error) {
	if len(apiV3Key) != 32 {
		return nil, errors.New("wechatpay: the APIv3 key has not 32 bytes")
	}
	block, err := aes.NewCipher([]byte(apiV3Key))
	if err != nil {
		return nil, errors.New("wechatpay: the APIv3 key is no AES key")
	}
	return cipher.NewGCM(block)
}

func (p *Provider) open(r *notify.EncryptedResource) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(r.Ciphertext)
	if err != nil || r.Algorithm != noticeCipher || len(r.Nonce) != p.aead.NonceSize() {
		return nil, errors.New("wechatpay: the notice is encrypted in an unknown way")
	}
	plain, err := p.aead.Open(nil, []byte(r.Nonce), sealed, []byte(r.AssociatedData))
	if err != nil {
		return nil, errors.New("wechatpay: the notice does not decrypt with the APIv3 key")
	}
	return plain, nil
}

func readTrade(plain []byte) (*payment.Trade, error) {
	var t payments.Transaction
	if err := json.Unmarshal(plain, &t); err != nil {
		return nil, errors.New("wechatpay: the notice holds no transaction")
	}
	trade, err := tradeOf(&t)
	if err != nil {
		return nil, err
	}
	return &trade, nil
}

// refundNotice differs from the refund of the API in its names, so the SDK's type does not fit.
type refundNotice struct {
	MerchantID   string `json:"mchid"`
	Number       string `json:"out_trade_no"`
	RefundNumber string `json:"out_refund_no"`
	Status       string `json:"refund_status"`
	SuccessTime  string `json:"success_time"` // a string, since only a settled refund has one that can be read
	Amount       struct {
		Refund int64 `json:"refund"`
	} `json:"amount"`
}

// readRefund compares the merchant here, since a RefundResult names none.
func (p *Provider) readRefund(plain []byte) (*payment.RefundResult, error) {
	var n refundNotice
	if err := json.Unmarshal(plain, &n); err != nil {
		return nil, errors.New("wechatpay: the notice holds no refund")
	}
	if n.MerchantID != p.merchantID {
		return nil, errors.New("wechatpay: the refund is another merchant's")
	}
	var settledAt *time.Time
	if at, err := time.Parse(time.RFC3339, n.SuccessTime); err == nil {
		settledAt = &at
	}
	result, err := newResult(n.Number, n.RefundNumber, n.Status, n.Amount.Refund, settledAt)
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// readPayout compares the merchant here, as readRefund does.
func (p *Provider) readPayout(plain []byte) (*payment.PayoutResult, error) {
	var t transfer
	if err := json.Unmarshal(plain, &t); err != nil {
		return nil, errors.New("wechatpay: the notice holds no transfer")
	}
	if t.MerchantID != p.merchantID {
		return nil, errors.New("wechatpay: the transfer is another merchant's")
	}
	result, err := p.payoutOf(&t)
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// Acknowledge answers a notice. WeChat sends again what is not answered by SUCCESS, at growing intervals over 24 hours.
func (p *Provider) Acknowledge(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"code":"FAIL","message":"not recorded; send it again"}`)
		return
	}
	_, _ = io.WriteString(w, `{"code":"SUCCESS"}`)
}
