package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/identity/platform"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/payment/wechatpay"
)

// platforms are the sign-in protocols of the channels that are configured.
func platforms(c *config.Config) (map[string]identity.Platform, error) {
	found := map[string]identity.Platform{}
	if c.WeChat.AppID != "" {
		p, err := platform.NewWeChat(platform.WeChatConfig{AppID: c.WeChat.AppID, Secret: c.WeChat.Secret, BaseURL: c.WeChat.BaseURL})
		if err != nil {
			return nil, err
		}
		found["WECHAT_MINI_PROGRAM"] = p
	}
	if c.Douyin.AppID != "" {
		p, err := platform.NewDouyin(platform.DouyinConfig{AppID: c.Douyin.AppID, Secret: c.Douyin.Secret, BaseURL: c.Douyin.BaseURL})
		if err != nil {
			return nil, err
		}
		found["DOUYIN_MINI_PROGRAM"] = p
	}
	if c.Alipay.AppID != "" {
		key, err := pem(c.Alipay.KeyFile)
		if err != nil {
			return nil, err
		}
		public, err := pem(c.Alipay.PublicKeyFile)
		if err != nil {
			return nil, err
		}
		p, err := platform.NewAlipay(platform.AlipayConfig{AppID: c.Alipay.AppID, PrivateKeyPEM: key, AlipayPublicKeyPEM: public, BaseURL: c.Alipay.BaseURL})
		if err != nil {
			return nil, err
		}
		found["ALIPAY_MINI_PROGRAM"] = p
	}
	return found, nil
}

// sender sends sign-in codes: through the configured gateway, in development else into the log.
func (a *App) sender() (identity.Sender, error) {
	if a.Config.SMS.URL != "" {
		return identity.NewWebhookSender(a.Config.SMS.URL, []byte(a.Config.SMS.Secret), a.Clock.Now)
	}
	if a.Config.Production() {
		return nil, nil
	}
	return identity.LogSender{Log: slog.Default()}, nil
}

// openProviders are the ways to pay, the standard one first. The sandbox is never one of production's.
func (a *App) openProviders(ctx context.Context) ([]payment.Provider, error) {
	var providers []payment.Provider
	if a.Config.WeChatPay.MerchantID != "" {
		p, err := a.openWeChatPay()
		if err != nil {
			return nil, err
		}
		providers = append(providers, p)
	}
	if !a.Config.Production() {
		book, err := sandbox.Open(ctx, sandbox.Config{Path: a.Config.Beside("sandbox.db"), Key: a.Keys.MAC("sandbox", nil), Clock: a.Clock.Now})
		if err != nil {
			return nil, err
		}
		a.onClose(book.CloseBook)
		providers = append(providers, book)
	}
	return providers, nil
}

func (a *App) openWeChatPay() (payment.Provider, error) {
	c := a.Config.WeChatPay
	key, err := pem(c.KeyFile)
	if err != nil {
		return nil, err
	}
	var keys []wechatpay.PlatformKey
	for _, entry := range c.PlatformKeys {
		id, file, ok := strings.Cut(entry, "=")
		if !ok {
			return nil, fmt.Errorf("--wechat-pay-platform-keys: want ID=PEM-FILE")
		}
		text, err := pem(file)
		if err != nil {
			return nil, err
		}
		keys = append(keys, wechatpay.PlatformKey{ID: id, PEM: text})
	}
	return wechatpay.New(wechatpay.Config{
		AppID: a.Config.WeChat.AppID, MerchantID: c.MerchantID, CertificateSerial: c.CertificateSerial, PrivateKeyPEM: key,
		APIv3Key: c.APIv3Key, NotifyURL: strings.TrimSuffix(a.Config.PublicURL, "/") + NoticePath + "WECHAT_PAY", PlatformKeys: keys, BaseURL: c.BaseURL,
	})
}

func pem(file string) (string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read a key: %w", err)
	}
	return string(raw), nil
}
