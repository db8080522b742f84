// Package config is everything that is set from outside: one struct, read once, passed down. Flags and environment variables have the same names.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine may have no zones of its own

	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/secret"
)

// Config configures the server. The zero value of a field means its default tag.
type Config struct {
	Env         string `help:"development or production. Production refuses whatever is only for trying out." enum:"development,production" default:"development" env:"KAITUAN_ENV"`
	DatabaseURL string `help:"sqlite:PATH or mysql://USER:PASSWORD@HOST:PORT/NAME." default:"sqlite:kaituan.db" env:"KAITUAN_DATABASE_URL"`
	Dir         string `help:"Folder of this server's own files, development secrets and the sandbox's book; empty: the SQLite database's, else the working directory." env:"KAITUAN_DIR"`
	Listen      string `help:"Address to listen on." default:"127.0.0.1:8080" env:"KAITUAN_LISTEN"`
	NatsURL     string `help:"NATS cluster for signals between processes; empty: a server inside this process." env:"KAITUAN_NATS_URL"`
	Demo        *bool  `help:"Open with the demo shop, demo sign-in and demo keys. On in development unless turned off." negatable:"" env:"KAITUAN_DEMO"`
	Storefront  *bool  `help:"Serve the H5 storefront at /, where shared links lead, too, and the console of live hosts at /host/. On in development unless turned off." negatable:"" env:"KAITUAN_STOREFRONT"`
	IDE         *bool  `help:"Serve GraphiQL at /graphiql. On in development unless turned off." negatable:"" env:"KAITUAN_IDE"`

	PublicURL      string         `help:"Where the world reaches this server, e.g. https://shop.example.com; for payment notices, share links and posters. Development makes it of --listen." env:"KAITUAN_PUBLIC_URL"`
	Origins        []string       `help:"Web origins that may call from a browser. Development allows localhost." env:"KAITUAN_ORIGINS"`
	TrustedProxies []netip.Prefix `help:"Networks whose X-Forwarded-For is believed." env:"KAITUAN_TRUSTED_PROXIES"`

	ShopName         string `help:"What the shop calls itself, on links to the shop itself." default:"开团" env:"KAITUAN_SHOP_NAME"`
	Currency         string `help:"The shop's one currency." default:"CNY" env:"KAITUAN_CURRENCY"`
	TimeZone         string `help:"The shop's one time zone." default:"Asia/Shanghai" env:"KAITUAN_TIME_ZONE"`
	ShippingFlat     string `help:"Shipping fee of an order, in major units." default:"0" env:"KAITUAN_SHIPPING_FLAT"`
	ShippingFreeFrom string `help:"Subtotal from which shipping is free; 0: never." default:"0" env:"KAITUAN_SHIPPING_FREE_FROM"`

	Programme string `help:"JSON file of the membership's programme: tiers, rates, campaigns, what points are worth; the README has its form. Empty: the built-in one." env:"KAITUAN_PROGRAMME"`
	Referral  string `help:"JSON file of the rules of bringing friends: window, promoters' tiers and rates, credit, payouts; the README has its form. Empty: the built-in ones." env:"KAITUAN_REFERRAL"`
	Words     string `help:"JSON file of the word lists that comments and questions are judged by: version, reject, hold, mask. It is read again when it changes. Empty: a small built-in list." env:"KAITUAN_WORDS"`

	Manifests string `help:"Folder of the manifests of released apps, besides those of the program's own frontends. It is looked at while the server runs." type:"existingdir" env:"KAITUAN_MANIFESTS"`
	Documents string `help:"Documents that are sent as text: log (all run; what no manifest has is counted), allow (those that a manifest has), only (none: ids alone). Partners' keys may send any. Empty: only in production, log in development." enum:",log,allow,only" default:"" env:"KAITUAN_DOCUMENTS"`

	RatePerIP      float64 `help:"GraphQL requests a second from one address, in the long run; a tenfold burst. 0: 20 in production, no limit in development." env:"KAITUAN_RATE_PER_IP"`
	RatePerShopper float64 `help:"The same for one shopper. 0: 10 in production." env:"KAITUAN_RATE_PER_SHOPPER"`
	SocketsPerIP   int     `help:"Websockets and event streams that one address may have open. 0: 100 in production, as good as no limit in development." name:"sockets-per-ip" env:"KAITUAN_SOCKETS_PER_IP"`
	RatePerPartner float64 `help:"The same for one partner key. 0: 50 in production." env:"KAITUAN_RATE_PER_PARTNER"`

	WebhookPrivate *bool `help:"Let webhook endpoints be plain http, and in this machine or its networks. On in development unless turned off." negatable:"" env:"KAITUAN_WEBHOOK_PRIVATE"`
	StockLow       int64 `help:"How many units of a SKU are few: at so many or less partners are told (STOCK_LOW)." default:"5" env:"KAITUAN_STOCK_LOW"`

	LiveTick time.Duration `help:"Pause between the ticks of a live room, e.g. 250ms; 0: by how many watch it." default:"0" env:"KAITUAN_LIVE_TICK"`

	WeChat    WeChat    `embed:"" prefix:"wechat-" envprefix:"KAITUAN_WECHAT_"`
	Douyin    App       `embed:"" prefix:"douyin-" envprefix:"KAITUAN_DOUYIN_"`
	Alipay    Alipay    `embed:"" prefix:"alipay-" envprefix:"KAITUAN_ALIPAY_"`
	WeChatPay WeChatPay `embed:"" prefix:"wechat-pay-" envprefix:"KAITUAN_WECHAT_PAY_"`
	SMS       SMS       `embed:"" prefix:"sms-" envprefix:"KAITUAN_SMS_"`
	LiveCDN   LiveCDN   `embed:"" prefix:"live-cdn-" envprefix:"KAITUAN_LIVE_CDN_"`
}

// App is a mini-program of a platform.
type App struct {
	AppID   string `help:"Mini-program's app id; empty: this channel takes no sign-in." env:"APP_ID"`
	Secret  string `help:"Mini-program's secret." env:"SECRET"`
	BaseURL string `help:"Another address of the platform, for tests." env:"BASE_URL"`
}

// WeChat is the WeChat mini-program.
type WeChat struct{ App }

// Alipay is the Alipay mini-program.
type Alipay struct {
	AppID         string `help:"Mini-program's app id; empty: this channel takes no sign-in." env:"APP_ID"`
	KeyFile       string `help:"PEM file of our private key." type:"existingfile" env:"KEY_FILE"`
	PublicKeyFile string `help:"PEM file of Alipay's public key." type:"existingfile" env:"PUBLIC_KEY_FILE"`
	BaseURL       string `help:"Another address of the platform, for tests." env:"BASE_URL"`
}

// WeChatPay is the merchant's account at WeChat Pay.
type WeChatPay struct {
	MerchantID        string   `help:"Merchant id; empty: no WeChat Pay." env:"MERCHANT_ID"`
	CertificateSerial string   `help:"Serial of the merchant's API certificate." env:"CERTIFICATE_SERIAL"`
	KeyFile           string   `help:"PEM file of the merchant's private key." type:"existingfile" env:"KEY_FILE"`
	APIv3Key          string   `name:"apiv3-key" help:"APIv3 key, 32 bytes." env:"APIV3_KEY"`
	PlatformKeys      []string `help:"ID=PEM-FILE of each WeChat Pay public key or platform certificate; the first is asked for, all are accepted." env:"PLATFORM_KEYS"`
	BaseURL           string   `help:"Another address of WeChat Pay, for tests." env:"BASE_URL"`
}

// SMS is the gateway that sends sign-in codes.
type SMS struct {
	URL    string `help:"Where codes are posted for sending; empty: development logs them, production offers no sign-in by phone." env:"URL"`
	Secret string `help:"Signs what is posted." env:"SECRET"`
}

// LiveCDN is who streams the video of live rooms: any CDN that checks addresses as Tencent Cloud's CSS does.
type LiveCDN struct {
	PushDomain string        `help:"Domain that a host's encoder pushes to; empty: no push addresses are given out." env:"PUSH_DOMAIN"`
	PushKey    string        `help:"Key that signs push addresses." env:"PUSH_KEY"`
	PlayDomain string        `help:"Domain that viewers play from; empty: rooms are shown without video." env:"PLAY_DOMAIN"`
	PlayKey    string        `help:"Key that signs playback addresses." env:"PLAY_KEY"`
	App        string        `help:"Path of the streams at the CDN." default:"live" env:"APP"`
	Valid      time.Duration `help:"How long an address works, at least." default:"12h" env:"VALID"`
}

// check says what is wrong with it.
func (c LiveCDN) check(say func(format string, args ...any)) {
	for _, end := range []struct{ name, domain, key string }{{"push", c.PushDomain, c.PushKey}, {"play", c.PlayDomain, c.PlayKey}} {
		u, err := url.Parse("https://" + end.domain)
		switch {
		case end.domain == "" && end.key != "":
			say("--live-cdn-%s-domain: a key without a domain signs nothing", end.name)
		case end.domain != "" && end.key == "":
			say("--live-cdn-%s-key: addresses at %s need a key, or anybody makes his own", end.name, end.domain)
		case end.domain != "" && (err != nil || u.Host != end.domain || u.Hostname() == ""):
			say("--live-cdn-%s-domain: %q is not a domain like live.example.com", end.name, end.domain)
		}
	}
	if c.Valid < 0 || c.Valid > 0 && c.Valid < time.Minute {
		say("--live-cdn-valid: %v is too short; an encoder that reconnects needs the same address", c.Valid)
	}
}

// Production reports whether the server is meant for the world.
func (c *Config) Production() bool { return c.Env == "production" }

// HasDemo reports whether the demo shop is open.
func (c *Config) HasDemo() bool { return on(c.Demo, !c.Production()) }

// HasStorefront reports whether the H5 storefront is served.
func (c *Config) HasStorefront() bool { return on(c.Storefront, !c.Production()) }

// HasIDE reports whether GraphiQL is served.
func (c *Config) HasIDE() bool { return on(c.IDE, !c.Production()) }

// HasPrivateWebhooks reports whether webhooks may be sent into this machine and its networks.
func (c *Config) HasPrivateWebhooks() bool { return on(c.WebhookPrivate, !c.Production()) }

// FreeText is what becomes of documents that are sent as text: log, allow or only.
func (c *Config) FreeText() string {
	switch {
	case c.Documents != "":
		return c.Documents
	case c.Production():
		return "only"
	default:
		return "log"
	}
}

func on(set *bool, otherwise bool) bool {
	if set != nil {
		return *set
	}
	return otherwise
}

// Validate returns one error that names everything wrong, with the secrets that env (os.Getenv) is to hold in production.
func (c *Config) Validate(env func(string) string) error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if c.Production() {
		if c.HasDemo() {
			say("--demo: the demo shop gives goods away; it does not open in production")
		}
		if c.HasIDE() {
			say("--ide: an open IDE is not for production")
		}
		if c.HasPrivateWebhooks() {
			say("--webhook-private: partners would reach into this server's networks")
		}
		if c.WeChatPay.MerchantID == "" {
			say("--wechat-pay-merchant-id: production needs a way to be paid")
		}
		if !strings.HasPrefix(c.PublicURL, "https://") {
			say("--public-url: production needs the https address where notices arrive, and to which shared links lead")
		}
		if _, err := secret.Load(env, "", true); err != nil {
			wrong = append(wrong, err)
		}
	}
	if c.PublicURL != "" && !isBase(c.PublicURL) {
		say("--public-url: %q is not an address like https://shop.example.com, without user, query and fragment", c.PublicURL)
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		say("--time-zone: %q is no time zone", c.TimeZone)
	}
	for flag, amount := range map[string]string{"--shipping-flat": c.ShippingFlat, "--shipping-free-from": c.ShippingFreeFrom} {
		if n, err := money.Parse(amount, c.Currency); err != nil || n < 0 {
			say("%s: %q is no amount of %s", flag, amount, c.Currency)
		}
	}
	if c.StockLow < 0 {
		say("--stock-low: %d is no number of units", c.StockLow)
	}
	if c.LiveTick < 0 || c.LiveTick > maxLiveTick {
		say("--live-tick: %v is not between 0 and %v", c.LiveTick, maxLiveTick)
	}
	c.LiveCDN.check(say)
	if _, err := c.Membership(); err != nil {
		wrong = append(wrong, err)
	}
	if _, err := c.Program(); err != nil {
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// maxLiveTick is the longest pause between ticks: a comment waits for it.
const maxLiveTick = 5 * time.Second

// maxBase bounds the public address, in bytes: with a token behind it, it fits the QR code of a poster.
const maxBase = 100

func isBase(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && !u.ForceQuery && !strings.Contains(s, "#") && len(s) <= maxBase
}

// BaseURL is where the world reaches this server, without a slash at its end: the public address, else in development the one that it listens on, as this
// machine names it.
func (c *Config) BaseURL() string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		host, port = "127.0.0.1", "8080"
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Amount is a validated setting in minor units.
func (c *Config) Amount(setting string) int64 {
	n, _ := money.Parse(setting, c.Currency)
	return n
}

// Zone is the validated time zone.
func (c *Config) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Beside is a file of this server's own: in Dir, else in the folder of an SQLite database, else in the working directory.
func (c *Config) Beside(name string) string {
	path, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:")
	if !ok || c.Dir != "" {
		return filepath.Join(c.Dir, "kaituan."+name)
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + "." + name
}
