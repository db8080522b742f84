package app_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/payment/wechatpay/wechatfake"
)

func TestProductionSaysEverythingThatIsMissing(t *testing.T) {
	b := newBox(t, "KAITUAN_ENV=production", "KAITUAN_DEMO=true", "KAITUAN_IDE=true", "KAITUAN_DATABASE_URL="+testdb.URL(t))
	code, out, problems := b.run("serve")
	wantEqual(t, code, 1)
	wantContains(t, problems, "--demo", "--ide", "--wechat-pay-merchant-id", "--public-url", "KAITUAN_MASTER_KEYS", "KAITUAN_LOOKUP_KEY", "KAITUAN_TOKEN_KEYS")
	if strings.Contains(out, "listens") {
		t.Error(out)
	}
}

// production is the environment of a server for the world.
func production(t *testing.T) []string {
	random := func() string { return base64.StdEncoding.EncodeToString(secret.Random(32)) }
	fake := wechatfake.New(wechatfake.Options{})
	t.Cleanup(fake.Close)
	pay := fake.Config("http://127.0.0.1:9", "https://shop.example/payments/notices/WECHAT_PAY")
	return []string{
		"KAITUAN_ENV=production", "KAITUAN_DATABASE_URL=" + testdb.URL(t), "KAITUAN_PUBLIC_URL=https://shop.example",
		"KAITUAN_MASTER_KEYS=1:" + random(), "KAITUAN_LOOKUP_KEY=" + random(), "KAITUAN_TOKEN_KEYS=a:" + random(),
		"KAITUAN_WECHAT_APP_ID=wx1", "KAITUAN_WECHAT_SECRET=s", "KAITUAN_WECHAT_PAY_MERCHANT_ID=" + pay.MerchantID, "KAITUAN_WECHAT_PAY_CERTIFICATE_SERIAL=" + pay.CertificateSerial,
		"KAITUAN_WECHAT_PAY_KEY_FILE=" + file(t, pay.PrivateKeyPEM), "KAITUAN_WECHAT_PAY_APIV3_KEY=" + pay.APIv3Key,
		"KAITUAN_WECHAT_PAY_PLATFORM_KEYS=" + pay.PlatformKeys[0].ID + "=" + file(t, pay.PlatformKeys[0].PEM),
	}
}

func TestProductionShowsNothingOfDevelopment(t *testing.T) {
	b := newBox(t, production(t)...)
	b.must("migrate")
	p := b.serve()
	for _, path := range []string{"/", "/graphiql", "/graphiql/", "/demo/pictures/x.svg", "/assets/x.js"} {
		if status, body := p.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", path, status, body)
		}
	}
	res, err := http.Post(p.url+"/dev/clock", "application/json", strings.NewReader(`{"advance":"1h"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	wantEqual(t, res.StatusCode, http.StatusNotFound)
	res, err = http.Post(p.url+"/payments/notices/SANDBOX", "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	wantEqual(t, res.StatusCode, http.StatusNotFound)

	_, body := p.get("/graphql?query=%7BserverTime%7D")
	var a answer
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(body)
	}
	wantEqual(t, a.code(), "DOCUMENT_NOT_TRUSTED")
	wantEqual(t, p.visitor().send(`{ __schema { types { name } } }`, nil).code(), "INTROSPECTION_DISABLED")
	wantEqual(t, p.visitor().send(`{ __type(name: "Query") { name } }`, nil).code(), "INTROSPECTION_DISABLED")
	p.visitor().do(`{ __typename }`, nil)
	wantEqual(t, p.visitor().send(`mutation { sessionCreate(input: {channel: H5, code: "demo:ming"}) { session { accessToken } userErrors { code } } }`, nil).at("sessionCreate.session"), nil)
	wantEqual(t, p.visitor().with("Bearer kt_demo_partner").send(`{ orders { edges { cursor } } }`, nil).code(), "UNAUTHENTICATED")
	wantEqual(t, p.stop(), 0)
	logged := p.log.String()
	for _, e := range b.env {
		if name, value, _ := strings.Cut(e, "="); strings.HasSuffix(name, "KEYS") || strings.HasSuffix(name, "_KEY") {
			if secret := strings.TrimPrefix(value, "1:"); len(secret) > 20 && strings.Contains(logged, secret) {
				t.Errorf("the log shows %s", name)
			}
		}
	}
}
