package platform

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/shop/identity"
)

// AlipayConfig is a mini-program of Alipay's, in key mode (not certificate mode).
type AlipayConfig struct {
	AppID string
	// PrivateKeyPEM is the app's RSA key, PKCS #8 or PKCS #1; AlipayPublicKeyPEM is Alipay's key for this app, not the app's own public key.
	PrivateKeyPEM      string `json:"-"`
	AlipayPublicKeyPEM string
	// BaseURL replaces https://openapi.alipay.com, for tests, private proxies, and Alipay's sandbox.
	BaseURL string
	// Timeout bounds one exchange; 0: 5 s.
	Timeout time.Duration
	// Clock stamps requests; Alipay refuses what is far off. nil: the machine's.
	Clock clock.Clock
}

// String names the app only, so that a logged configuration shows no key.
func (c AlipayConfig) String() string { return "Alipay app " + c.AppID }

// GoString is String, for %#v.
func (c AlipayConfig) GoString() string { return c.String() }

// Alipay exchanges the codes of my.getAuthCode.
type Alipay struct {
	appID  string
	key    *rsa.PrivateKey
	theirs *rsa.PublicKey
	clock  clock.Clock
	caller *caller
}

var _ identity.Platform = (*Alipay)(nil)

// NewAlipay makes no call.
func NewAlipay(cfg AlipayConfig) (*Alipay, error) {
	if cfg.AppID == "" {
		return nil, errors.New("platform: Alipay needs an app id")
	}
	key, err := privateKey(cfg.PrivateKeyPEM)
	if err != nil {
		return nil, err
	}
	theirs, err := publicKey(cfg.AlipayPublicKeyPEM)
	if err != nil {
		return nil, err
	}
	now := cfg.Clock
	if now == nil {
		now = clock.System
	}
	caller, err := newCaller("Alipay", cfg.BaseURL, "https://openapi.alipay.com", "/gateway.do", cfg.Timeout)
	return &Alipay{appID: cfg.AppID, key: key, theirs: theirs, clock: now, caller: caller}, err
}

// alipayAnswer holds the nodes of an answer as they came, since the signature is over their bytes.
type alipayAnswer struct {
	Token json.RawMessage `json:"alipay_system_oauth_token_response"`
	Error json.RawMessage `json:"error_response"`
	Sign  string          `json:"sign"`
}

// Exchange implements identity.Platform. The subject is Alipay's open_id, or the user_id of an app that still has those.
func (a *Alipay) Exchange(ctx context.Context, c identity.Credentials) (identity.Subject, error) {
	if err := check(c.Code); err != nil {
		return identity.Subject{}, err
	}
	form, err := a.request(c.Code)
	if err != nil {
		return identity.Subject{}, err
	}
	var answer alipayAnswer
	if err := a.caller.call(ctx, http.MethodPost, "charset=utf-8", "application/x-www-form-urlencoded;charset=utf-8", form, &answer); err != nil {
		return identity.Subject{}, err
	}
	var node struct {
		OpenID  string `json:"open_id"`
		UserID  string `json:"user_id"`
		UnionID string `json:"union_id"`
		Code    string `json:"code"`
		SubCode string `json:"sub_code"`
	}
	raw := answer.Token
	if raw == nil {
		raw = answer.Error
	}
	if json.Unmarshal(raw, &node) != nil {
		return identity.Subject{}, errors.New("ask Alipay: the answer is not the JSON that was expected")
	}
	if answer.Token == nil || node.SubCode != "" {
		// A refusal signs nobody in, so it needs no signature; Alipay cannot sign for an app that it does not know.
		return identity.Subject{}, &Error{Platform: "Alipay", Code: node.Code + " " + node.SubCode, meaning: alipayMeaning(node.SubCode)}
	}
	if !a.verifies(answer.Token, answer.Sign) {
		return identity.Subject{}, errors.New("ask Alipay: the answer's signature does not verify")
	}
	if node.OpenID == "" {
		node.OpenID = node.UserID
	}
	return a.caller.subject(node.OpenID, node.UnionID)
}

// alipayMeaning knows the sub_code that blames the code: unknown, expired, used, or another app's. isp.* is Alipay's own trouble.
func alipayMeaning(subCode string) error {
	if subCode == "isv.code-invalid" {
		return identity.ErrPlatformCodeInvalid
	}
	return nil
}

var china = time.FixedZone("", 8*60*60)

// request is the signed form: RSA2 over the parameters sorted by name, unescaped.
func (a *Alipay) request(code string) (string, error) {
	params := map[string]string{
		"app_id": a.appID, "method": "alipay.system.oauth.token", "format": "JSON", "charset": "utf-8", "sign_type": "RSA2", "version": "1.0",
		"timestamp": a.clock().In(china).Format(time.DateTime), "grant_type": "authorization_code", "code": code,
	}
	pairs, form := make([]string, 0, len(params)), url.Values{}
	for name, value := range params {
		pairs = append(pairs, name+"="+value)
		form.Set(name, value)
	}
	sort.Strings(pairs)
	sum := sha256.Sum256([]byte(strings.Join(pairs, "&")))
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("ask Alipay: sign: %w", err)
	}
	form.Set("sign", base64.StdEncoding.EncodeToString(signature))
	return form.Encode(), nil
}

func (a *Alipay) verifies(node []byte, sign string) bool {
	signature, err := base64.StdEncoding.DecodeString(sign)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(node)
	return rsa.VerifyPKCS1v15(a.theirs, crypto.SHA256, sum[:], signature) == nil
}
