package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/shop/identity"
)

// DouyinConfig is a mini-program of Douyin's.
type DouyinConfig struct {
	AppID  string
	Secret string `json:"-"`
	// BaseURL replaces https://developer.toutiao.com, for tests, private proxies, and Douyin's sandbox (https://open-sandbox.douyin.com).
	BaseURL string
	// Timeout bounds one exchange; 0: 5 s.
	Timeout time.Duration
}

// String names the app only, so that a logged configuration shows no secret.
func (c DouyinConfig) String() string { return "Douyin app " + c.AppID }

// GoString is String, for %#v.
func (c DouyinConfig) GoString() string { return c.String() }

// Douyin exchanges the codes of tt.login.
type Douyin struct {
	cfg    DouyinConfig
	caller *caller
}

var _ identity.Platform = (*Douyin)(nil)

// NewDouyin makes no call.
func NewDouyin(cfg DouyinConfig) (*Douyin, error) {
	if cfg.AppID == "" || cfg.Secret == "" {
		return nil, errors.New("platform: Douyin needs an app id and a secret")
	}
	caller, err := newCaller("Douyin", cfg.BaseURL, "https://developer.toutiao.com", "/api/apps/v2/jscode2session", cfg.Timeout)
	return &Douyin{cfg: cfg, caller: caller}, err
}

// Exchange implements identity.Platform. It needs a code: an anonymous code alone names a device, not a person; beside a code it is passed on, and Douyin joins
// the two.
func (d *Douyin) Exchange(ctx context.Context, c identity.Credentials) (identity.Subject, error) {
	if err := check(c.Code); err != nil || len(c.AnonymousCode) > maxCode {
		return identity.Subject{}, identity.ErrPlatformCodeInvalid
	}
	body, err := json.Marshal(map[string]string{"appid": d.cfg.AppID, "secret": d.cfg.Secret, "code": c.Code, "anonymous_code": c.AnonymousCode})
	if err != nil {
		return identity.Subject{}, fmt.Errorf("ask Douyin: %w", err)
	}
	var answer struct {
		Code int64 `json:"err_no"`
		Data struct {
			OpenID  string `json:"openid"`
			UnionID string `json:"unionid"`
		} `json:"data"`
	}
	if err := d.caller.call(ctx, http.MethodPost, "", "application/json", string(body), &answer); err != nil {
		return identity.Subject{}, err
	}
	if answer.Code != 0 {
		return identity.Subject{}, &Error{Platform: "Douyin", Code: strconv.FormatInt(answer.Code, 10), meaning: douyinMeaning(answer.Code)}
	}
	return d.caller.subject(answer.Data.OpenID, answer.Data.UnionID)
}

// douyinMeaning knows the err_no that blame a code; Douyin has no word of its own for one that was used. -1 is a busy platform, 40015 and 40017 are the app's
// id and secret.
func douyinMeaning(code int64) error {
	switch code {
	case 40018, // bad, expired or used
		40019: // the same of the anonymous code
		return identity.ErrPlatformCodeInvalid
	}
	return nil
}
