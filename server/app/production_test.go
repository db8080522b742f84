package app_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/frontend-contracts/manifest"
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

// A production that runs what is sent as text, as one does that rolls manifests out, still describes itself to nobody without a key, and knows no demo.
func TestProductionThatTakesText(t *testing.T) {
	b := newBox(t, append(production(t), "KAITUAN_DOCUMENTS=log")...)
	b.must("migrate")
	key := strings.TrimSpace(b.must("key", "create", "--scope", "ORDER_READ"))
	p := b.serve()
	wantEqual(t, p.visitor().send(`{ __schema { types { name } } }`, nil).code(), "INTROSPECTION_DISABLED")
	wantEqual(t, p.visitor().send(`{ __type(name: "Query") { name } }`, nil).code(), "INTROSPECTION_DISABLED")
	p.visitor().do(`query Strange { __typename }`, nil)
	wantEqual(t, p.visitor().send(`mutation { sessionCreate(input: {channel: H5, code: "demo:ming"}) { session { accessToken } userErrors { code } } }`, nil).at("sessionCreate.session"), nil)
	wantEqual(t, p.visitor().with("Bearer kt_demo_partner").send(`{ orders { edges { cursor } } }`, nil).code(), "UNAUTHENTICATED")
	partner := p.visitor().with("Bearer " + key)
	schema := partner.do(`{ partner: __type(name: "Inventory") { name } host: __type(name: "LiveConsole") { name } }`, nil)
	wantEqual(t, schema.at("partner.name"), "Inventory")
	wantEqual(t, schema.at("host"), nil)
	_, metrics := p.get("/metrics")
	wantContains(t, metrics, "kaituan_graphql_foreign_documents_total 5\n")
	wantEqual(t, p.stop(), 0)
	wantContains(t, p.log.String(), `"operation":"Strange"`)
	if strings.Contains(p.log.String(), "__typename") {
		t.Error("the log shows a document's text")
	}
}

// Releases come and go in a folder while the server runs: their documents are answered over HTTP and over the socket, and nothing else is.
func TestReleasesInProduction(t *testing.T) {
	folder := t.TempDir()
	hello := release(t, folder, "1.0", "query Now { serverTime }", "subscription Watch { groupBuyUpdated(id: \"grp_01HZZZZZZZZZZZZZZZZZZZZZZZ\") { state } }")
	b := newBox(t, append(production(t), "KAITUAN_MANIFESTS="+folder, "KAITUAN_RATE_PER_IP=1000")...)
	b.must("migrate")
	p := b.serve()
	ask := func(id string) string {
		return p.visitor().post([]byte(`{"documentId":"` + id + `"}`)).code()
	}
	wantEqual(t, ask(hello[0]), "OK")
	status, body := p.get("/graphql?documentId=" + hello[0])
	wantEqual(t, status, http.StatusOK)
	wantContains(t, body, "serverTime")
	wantEqual(t, p.visitor().send("query Now { serverTime }", nil).code(), "DOCUMENT_NOT_TRUSTED")

	k := p.visitor().open()
	for want, payload := range map[string]string{
		"NOT_FOUND":            `{"query":"","extensions":{"documentId":"` + hello[1] + `"}}`, // it ran
		"DOCUMENT_NOT_TRUSTED": `{"query":"{ serverTime }"}`,
	} {
		k.say(`{"id":"` + want + `","type":"subscribe","payload":` + payload + `}`)
		f := k.hear()
		wantEqual(t, f.ID+" "+f.Type, want+" error")
		wantContains(t, string(f.Payload), `"code":"`+want+`"`)
	}

	next := release(t, folder, "1.1", "query Later { serverTime }")
	eventually(t, "a new release is answered", func() bool { return ask(next[0]) == "OK" })
	wantEqual(t, ask(hello[0]), "OK")
	if err := os.WriteFile(filepath.Join(folder, "app@1.2.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(folder, "app@1.0.json")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a release that is gone is answered no more", func() bool { return ask(hello[0]) == "DOCUMENT_NOT_TRUSTED" })
	wantEqual(t, ask(next[0]), "OK")
	eventually(t, "the broken file is counted", func() bool {
		_, metrics := p.get("/metrics")
		return strings.Contains(metrics, "kaituan_manifests_broken 1\n")
	})
	wantEqual(t, p.stop(), 0)
}

// release puts a version of an app into the folder and returns its documents' ids.
func release(t *testing.T, folder, version string, bodies ...string) (ids []string) {
	t.Helper()
	m := &manifest.Manifest{App: "app", Version: version}
	for _, body := range bodies {
		kind, rest, _ := strings.Cut(body, " ")
		name, _, _ := strings.Cut(rest, " ")
		m.Operations = append(m.Operations, manifest.Operation{ID: manifest.ID(body), Name: name, Kind: kind, Page: "home", Audience: "SHOPPER", Body: body})
		ids = append(ids, manifest.ID(body))
	}
	if err := os.WriteFile(filepath.Join(folder, m.File()), m.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestProductionShowsNothingOfDevelopment(t *testing.T) {
	b := newBox(t, production(t)...)
	b.must("migrate")
	p := b.serve()
	for _, path := range []string{"/", "/graphiql", "/graphiql/", "/demo/pictures/x.svg", "/assets/x.js", "/docs/operator", "/docs/operator.graphql"} {
		if status, body := p.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", path, status, body)
		}
	}
	status, reference := p.get("/docs/partner")
	wantEqual(t, status, http.StatusOK)
	wantContains(t, reference, "Query.orders")
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
	wantEqual(t, p.visitor().send(`{ __typename }`, nil).code(), "DOCUMENT_NOT_TRUSTED")
	wantEqual(t, p.visitor().with("Bearer kt_demo_partner").send(`{ orders { edges { cursor } } }`, nil).code(), "DOCUMENT_NOT_TRUSTED")
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
