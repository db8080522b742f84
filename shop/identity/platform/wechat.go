package platform

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/shop/identity"
)

// WeChatConfig is a mini-program of WeChat's.
type WeChatConfig struct {
	AppID  string
	Secret string `json:"-"`
	// BaseURL replaces https://api.weixin.qq.com, for tests and private proxies.
	BaseURL string
	// Timeout bounds one exchange; 0: 5 s.
	Timeout time.Duration
}

// String names the app only, so that a logged configuration shows no secret.
func (c WeChatConfig) String() string { return "WeChat app " + c.AppID }

// GoString is String, for %#v.
func (c WeChatConfig) GoString() string { return c.String() }

// WeChat exchanges the codes of wx.login.
type WeChat struct {
	cfg    WeChatConfig
	caller *caller
}

var _ identity.Platform = (*WeChat)(nil)

// NewWeChat makes no call.
func NewWeChat(cfg WeChatConfig) (*WeChat, error) {
	if cfg.AppID == "" || cfg.Secret == "" {
		return nil, errors.New("platform: WeChat needs an app id and a secret")
	}
	caller, err := newCaller("WeChat", cfg.BaseURL, "https://api.weixin.qq.com", "/sns/jscode2session", cfg.Timeout)
	return &WeChat{cfg: cfg, caller: caller}, err
}

// Exchange implements identity.Platform. The union id is there only for apps that are bound to WeChat's open platform.
func (w *WeChat) Exchange(ctx context.Context, c identity.Credentials) (identity.Subject, error) {
	if err := check(c.Code); err != nil {
		return identity.Subject{}, err
	}
	query := url.Values{"appid": {w.cfg.AppID}, "secret": {w.cfg.Secret}, "js_code": {c.Code}, "grant_type": {"authorization_code"}}
	var answer struct {
		OpenID  string `json:"openid"`
		UnionID string `json:"unionid"`
		Code    int    `json:"errcode"`
	}
	if err := w.caller.call(ctx, http.MethodGet, query.Encode(), "", "", &answer); err != nil {
		return identity.Subject{}, err
	}
	if answer.Code != 0 {
		return identity.Subject{}, &Error{Platform: "WeChat", Code: strconv.Itoa(answer.Code), meaning: wechatMeaning(answer.Code)}
	}
	return w.caller.subject(answer.OpenID, answer.UnionID)
}

// wechatMeaning knows the errcodes that blame the code. Not among them: -1 (busy), 45011 (too often), and what is wrong with the app id or secret.
func wechatMeaning(code int) error {
	switch code {
	case 40029, // unknown or expired
		41008, // missing
		40226: // WeChat holds the person for a fraud and lets nobody sign him in; asking again does not help
		return identity.ErrPlatformCodeInvalid
	case 40163:
		return identity.ErrPlatformCodeUsed
	}
	return nil
}
