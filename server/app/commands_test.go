package app_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

// get fetches a page of the program's and returns its status and body.
func (p *process) get(path string) (int, string) {
	p.t.Helper()
	res, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// advance moves the program's clock.
func (p *process) advance(by string) {
	p.t.Helper()
	res, err := http.Post(p.url+"/dev/clock", "application/json", strings.NewReader(`{"advance":"`+by+`"}`))
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("move the clock by %s: %d %v", by, res.StatusCode, err)
	}
}

func TestWithoutConfigurationTheDemoOpens(t *testing.T) {
	b := newBox(t)
	p := b.serve()
	for _, name := range []string{"kaituan.keys", "kaituan.sandbox.db", "kaituan.db"} {
		info, err := os.Stat(filepath.Join(b.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "kaituan.keys" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
	for path, want := range map[string]string{"/": "<html", "/graphiql": "GraphiQL", "/healthz": "ok", "/readyz": "ready", "/metrics": "go_goroutines"} {
		if status, body := p.get(path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	feed := p.visitor().do(`{ feed(first: 3, accepts: [PRODUCT]) { edges { node { ... on Product { title media { url } } } } } }`, nil)
	if status, _ := p.get(feed.str("feed.edges.0.node.media.0.url")); status != 200 {
		t.Errorf("a picture of the demo: %d", status)
	}
	p.visitor().do(`{ __schema { types { name } } }`, nil)
	wantEqual(t, p.stop(), 0)

	again := b.serve()
	again.visitor().do(`{ feed(first: 3) { edges { cursor } } }`, nil)
	wantEqual(t, again.stop(), 0)
	wantContains(t, b.must("check"), "I1", "I15", "ok")
	if keys, _ := filepath.Glob(filepath.Join(b.dir, "kaituan.keys*")); len(keys) != 1 {
		t.Errorf("drafts of the keys are left: %v", keys)
	}
}

func TestCheckNamesTheBrokenRow(t *testing.T) {
	s := openShop(t)
	g := s.goods(1, 9)[0]
	paid := s.shopper("ming").paid(g)
	b := newBox(t, "KAITUAN_DATABASE_URL="+s.Config.DatabaseURL)
	wantContains(t, b.must("check"), "I2", "ok")
	list := b.must("check", "--list")
	wantContains(t, list, "I1.1 ", "I2.1 ", "I3.1 ", "I4 ", "I15.1 ")

	corrupt := func(statement string, by int64, id string) {
		t.Helper()
		if _, err := s.Store.DB().ExecContext(t.Context(), statement, by, id); err != nil {
			t.Fatal(err)
		}
	}
	for _, broken := range []struct{ statement, id, promise string }{
		{"UPDATE orders SET total = total + ? WHERE id = ?", paid.order, "I1"},
		{"UPDATE stocks SET available = available + ? WHERE id = ?", g.sku, "I2"},
		{"UPDATE payments SET captured = captured + ? WHERE id = ?", paid.payment, "I3"},
	} {
		corrupt(broken.statement, 1, broken.id)
		code, out, problems := b.run("check")
		wantEqual(t, code, 1)
		wantContains(t, out, "BROKEN")
		wantContains(t, out+problems, broken.id)
		wantContains(t, problems, broken.promise)
		corrupt(broken.statement, -1, broken.id)
	}
	b.must("check")
}

func TestKeysAndHosts(t *testing.T) {
	b := newBox(t, "KAITUAN_DATABASE_URL="+testdb.URL(t))
	made := strings.TrimSpace(b.must("key", "create", "--name", "a till", "--scope", "ORDER_READ,CATALOG_WRITE"))
	if !regexp.MustCompile(`^kt_[0-9A-Za-z]{40}$`).MatchString(made) {
		t.Fatalf("%q is no key", made)
	}
	for _, scope := range []string{"SHOPPER", "HOST", "ORDER_READ,EVERYTHING", ""} {
		code, out, problems := b.run("key", "create", "--scope", scope)
		if code == 0 || out != "" && strings.Contains(out, "kt_") {
			t.Errorf("a key with scope %q: %d %s %s", scope, code, out, problems)
		}
	}
	p := b.serve()
	key := p.visitor().with("Bearer " + made)
	key.do(`{ orders { edges { cursor } } }`, nil)
	ming := p.visitor().do(`mutation { sessionCreate(input: {channel: H5, code: "demo:ming"}) { session { refreshToken scopes shopper { id } } userErrors { code } } }`, nil)
	ming.want("sessionCreate.session.scopes", "[SHOPPER]")
	b.must("host", "grant", ming.str("sessionCreate.session.shopper.id"))
	p.visitor().do(sessionRefresh, vars{"t": ming.str("sessionCreate.session.refreshToken")}).want("sessionRefresh.session.scopes", "[SHOPPER HOST]")
	for _, id := range []string{"shp_01JD8Q2M0V6T3C9E5K7R1XW4ZB", "ming"} {
		if code, _, _ := b.run("host", "grant", id); code != 1 {
			t.Errorf("host grant %s: exit %d", id, code)
		}
	}

	st, err := store.Open(t.Context(), b.url())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	id, err := st.Client(t.Context()).PartnerKey.Query().All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range id {
		if strings.Contains(k.Hash, strings.TrimPrefix(made, "kt_")) {
			t.Error("a key is kept as it is")
		}
		if k.Name == "a till" {
			b.must("key", "revoke", k.ID)
		}
	}
	p.advance("11s") // a key's look-up is believed for ten
	wantEqual(t, key.send(`{ orders { edges { cursor } } }`, nil).code(), "UNAUTHENTICATED")
	wantEqual(t, p.stop(), 0)
}

// url is the database's in the box's environment.
func (b *box) url() string {
	for _, e := range b.env {
		if url, ok := strings.CutPrefix(e, "KAITUAN_DATABASE_URL="); ok {
			return url
		}
	}
	return "sqlite:" + filepath.Join(b.dir, "kaituan.db")
}

func TestMigrateAndImport(t *testing.T) {
	b := newBox(t)
	wantContains(t, b.must("migrate"), "the tables are current")
	wantContains(t, b.must("migrate"), "the tables are current")
	data, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.must("import", data+"/tea.csv", data+"/knit.csv"), "3 products created")
	wantContains(t, b.must("import", data+"/tea.csv", data+"/knit.csv"), "0 products created, 0 changed, 3 unchanged")
	code, out, _ := b.run("import", data+"/bad.csv")
	wantEqual(t, code, 1)
	wantContains(t, out, "1 products created", "bad.csv:3 dear-lamp")
	code, out, _ = b.run("import", data+"/none.csv")
	wantEqual(t, code, 1)
	wantContains(t, out, "none.csv")

	p := b.serve("--no-demo")
	p.visitor().do(`{ product(handle: "spring-tea") { title description vendor tags skus { code price { list { amount } sale { amount } } options { name value } } } }`, nil).
		want("product.vendor", "Hill House", "product.tags", "[green loose]", "product.skus.0.price.list.amount", "45.00", "product.skus.1.options.0.value", "100 g")
	p.visitor().do(`{ product(handle: "wool-hat") { skus { available } } }`, nil).want("product.skus.0.available", "false", "product.skus.1.available", "true")
	wantEqual(t, p.stop(), 0)
}

func TestWordsThatMakeNoSense(t *testing.T) {
	b := newBox(t)
	for _, args := range [][]string{{"nonsense"}, {"serve", "--env", "moon"}, {"key", "create"}, {"--no-such-flag"}} {
		if code, _, problems := b.run(args...); code != 2 || problems == "" {
			t.Errorf("%v: exit %d %s", args, code, problems)
		}
	}
	for _, args := range [][]string{{"--database-url", "postgres://x"}, {"--time-zone", "Moon/Sea"}, {"--shipping-flat=-1"}} {
		if code, _, problems := b.run(append([]string{"serve"}, args...)...); code != 1 || problems == "" {
			t.Errorf("%v: exit %d %s", args, code, problems)
		}
	}
	if out := b.must("--help"); !strings.Contains(out, "check") {
		t.Error(out)
	}
}
