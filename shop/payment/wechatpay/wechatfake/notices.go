package wechatfake

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Delivery says how a notice travels, and what is wrong with it. The zero value is one honest notice, sent at once, and again until it is acknowledged.
type Delivery struct {
	// Lost: never sent.
	Lost bool
	// Copies is how many are sent at the same time, each until acknowledged; 0: one.
	Copies int
	// Delay is before the first sending; with 0 the call that caused the notice returns after it.
	Delay time.Duration
	// Amount and MerchantID are said instead of the true ones, under a good signature.
	Amount     int64
	MerchantID string
	// Forged signs with a key that is not WeChat's; Altered changes the body after it was signed. Either is sent once.
	Forged, Altered bool
	// Age signs that long ago: more than 5 minutes is a replay. Such a notice is sent once.
	Age time.Duration
}

func (d Delivery) honest() bool { return !d.Forged && !d.Altered && d.Age == 0 }

// Delivered is one attempt to deliver a notice.
type Delivered struct {
	// Number is the payment's or the refund's.
	Number, NoticeID string
	// Status is the merchant's answer, 0 when there was none; Acknowledged tells that it was WeChat's SUCCESS.
	Status       int
	Acknowledged bool
}

// Deliveries lists every attempt so far.
func (f *Fake) Deliveries() []Delivered {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Delivered(nil), f.deliveries...)
}

// Pay is the payer's finger: it captures the money and sends the notice. An error means that the payment was never announced, or is closed or paid.
func (f *Fake) Pay(number string, d Delivery) error {
	content, url, err := f.pay(number)
	if err != nil {
		return err
	}
	if d.Amount != 0 {
		content["amount"].(map[string]any)["total"] = d.Amount
	}
	f.deliver(number, url, notice{event: "TRANSACTION.SUCCESS", kind: "transaction", content: content}, d)
	return nil
}

type notice struct {
	event, kind string
	content     map[string]any
}

// deliver sends the first attempt of each copy before it returns, unless the notice is delayed; retries run in the background.
func (f *Fake) deliver(number, url string, n notice, d Delivery) {
	if d.Lost {
		return
	}
	if d.MerchantID != "" {
		n.content["mchid"] = d.MerchantID
	}
	id := newNonce()
	body := envelope(id, n)
	first := make(chan struct{}, max(d.Copies, 1))
	for range cap(first) {
		f.later(d.Delay, func() {
			acknowledged := f.post(number, id, url, body, d)
			first <- struct{}{}
			for range f.opts.Retries {
				if acknowledged || !d.honest() || !f.sleep(f.opts.RetryAfter) {
					return
				}
				acknowledged = f.post(number, id, url, body, d)
			}
		})
	}
	if d.Delay > 0 {
		return
	}
	for range cap(first) {
		select {
		case <-first:
		case <-f.ctx.Done():
			return
		}
	}
}

// envelope encrypts what a notice says with the merchant's APIv3 key.
func envelope(id string, n notice) []byte {
	aead := must(cipher.NewGCM(must(aes.NewCipher([]byte(APIv3Key)))))
	nonce := rand.Text()[:aead.NonceSize()]
	sealed := aead.Seal(nil, []byte(nonce), must(json.Marshal(n.content)), []byte(n.kind))
	return must(json.Marshal(map[string]any{
		"id": id, "create_time": chinaTime(time.Now()), "event_type": n.event, "resource_type": "encrypt-resource", "summary": n.event,
		"resource": map[string]string{
			"original_type": n.kind, "algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": n.kind,
			"ciphertext": base64.StdEncoding.EncodeToString(sealed),
		},
	}))
}

// post makes one attempt and reports whether the merchant took the notice.
func (f *Fake) post(number, id, url string, body []byte, d Delivery) bool {
	header := f.noticeHeader(body, d)
	if d.Altered {
		body = bytes.Replace(body, []byte(`"encrypt-resource"`), []byte(`"encrypt_resource"`), 1)
	}
	req, err := http.NewRequestWithContext(f.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header = header
	done := Delivered{Number: number, NoticeID: id}
	if resp, err := noticeClient.Do(req); err == nil {
		var said struct {
			Code string `json:"code"`
		}
		raw, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
		_ = resp.Body.Close()
		_ = json.Unmarshal(raw, &said)
		done.Status, done.Acknowledged = resp.StatusCode, resp.StatusCode == http.StatusOK && said.Code == "SUCCESS"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deliveries = append(f.deliveries, done)
	return done.Acknowledged
}

// Sign signs any body as WeChat signs its notices, for tests of bodies that WeChat never sends.
func (f *Fake) Sign(body []byte) http.Header { return f.noticeHeader(body, Delivery{}) }

// noticeClient waits 5 s for the merchant, as WeChat does.
var noticeClient = &http.Client{Timeout: 5 * time.Second}

func (f *Fake) noticeHeader(body []byte, d Delivery) http.Header {
	key, serial := f.nextKey()
	if d.Forged {
		key = f.keys.merchant
	}
	h := signedHeader(key, serial, body, time.Now().Add(-d.Age))
	h.Set("Content-Type", "application/json")
	return h
}
