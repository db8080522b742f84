package wechatfake

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const scheme = "WECHATPAY2-SHA256-RSA2048"

// answer is what an endpoint says: a status, and a body unless it is nil.
type answer struct {
	status int
	body   any
}

// refusal is WeChat's form of an error.
func refusal(status int, code string) answer {
	return answer{status, map[string]string{"code": code, "message": "as the fake was told"}}
}

type endpoint func(r *http.Request, body []byte) answer

// serve wraps an endpoint in the protocol: the merchant's signature in, planned faults, WeChat's signature out.
func (f *Fake) serve(call Call, do endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return
		}
		if err := f.verifyMerchant(r, body); err != nil {
			writeJSON(w, http.StatusUnauthorized, map[string]string{"code": "SIGN_ERROR", "message": err.Error()}) // not signed: WeChat knows nobody to sign it for
			return
		}
		fault := f.nextFault(call)
		if fault == nil {
			f.write(w, do(r, body), false)
			return
		}
		if fault.AfterEffect {
			do(r, body)
		}
		f.fail(w, r, fault)
	})
}

func (f *Fake) fail(w http.ResponseWriter, r *http.Request, fault *Fault) {
	if fault.Hang {
		select {
		case <-r.Context().Done():
		case <-f.ctx.Done():
		}
		return
	}
	a := refusal(fault.Status, fault.Code)
	if fault.Body != nil {
		a.body = fault.Body
	}
	if fault.Unsigned {
		writeJSON(w, a.status, a.body)
		return
	}
	f.write(w, a, fault.BadSignature)
}

// write signs an answer; spoiled, with a key that is not WeChat's.
func (f *Fake) write(w http.ResponseWriter, a answer, spoiled bool) {
	var body []byte
	if a.body != nil {
		body = must(json.Marshal(a.body))
	}
	key, serial := f.nextKey()
	if spoiled {
		key = f.keys.merchant
	}
	for name, values := range signedHeader(key, serial, body, time.Now()) {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Request-Id", newNonce())
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

// nextKey picks the platform key that signs now.
func (f *Fake) nextKey() (*rsa.PrivateKey, string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signed++
	if f.opts.Signing == WithCertificate || (f.opts.Signing == Alternating && f.signed%2 == 0) {
		return f.keys.certificate, f.keys.certificateSerial
	}
	return f.keys.public, PublicKeyID
}

func signedHeader(key *rsa.PrivateKey, serial string, body []byte, at time.Time) http.Header {
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), newNonce()
	h := http.Header{}
	h.Set("Wechatpay-Timestamp", stamp)
	h.Set("Wechatpay-Nonce", nonce)
	h.Set("Wechatpay-Serial", serial)
	h.Set("Wechatpay-Signature-Type", scheme)
	h.Set("Wechatpay-Signature", sign(key, stamp+"\n"+nonce+"\n"+string(body)+"\n"))
	return h
}

var authorization = regexp.MustCompile(`^` + scheme + ` mchid="([^"]*)",nonce_str="([^"]+)",timestamp="(\d+)",serial_no="([^"]*)",signature="([^"]*)"$`)

// verifyMerchant checks the Authorization header as WeChat does: who, which certificate, when, and the signature over method, path, time, nonce and body.
func (f *Fake) verifyMerchant(r *http.Request, body []byte) error {
	m := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return errors.New("the Authorization header has not the form")
	}
	mchid, nonce, stamp, serial, signature := m[1], m[2], m[3], m[4], m[5]
	if mchid != MerchantID || serial != CertificateSerial {
		return errors.New("no such merchant or certificate")
	}
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return errors.New("the time stamp is too far off")
	}
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return errors.New("the signature is not base64")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", r.Method, r.URL.RequestURI(), stamp, nonce, body))
	if rsa.VerifyPKCS1v15(&f.keys.merchant.PublicKey, crypto.SHA256, sum[:], sig) != nil {
		return errors.New("the signature does not verify")
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.Copy(w, bytes.NewReader(must(json.Marshal(body))))
}

func newNonce() string { return rand.Text() }
