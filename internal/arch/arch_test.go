package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kaituan/kaituan/"

// arrow allows the packages of from to import those of to. A name stands for one package, "name/..." for it and all below it.
type arrow struct {
	from string
	to   []string
}

// arrows are all there are, most special first: for a package the first from that fits counts. Everything may import plumbing, too.
var arrows = []arrow{
	// ent: tables by hand, the client generated from them.
	{"ent/schema", []string{"ent/mixin"}},
	{"ent/mixin", nil},
	{"ent/db/...", []string{"ent/db/...", "ent/schema", "ent/mixin"}},
	{"ent/migrate/...", []string{"ent/db/...", "ent/migrate"}},
	{"ent", nil},

	// internal: knows no business; these keep rows of their own.
	{"internal/store", []string{"ent/db/..."}},
	{"internal/outbox", []string{"ent/db/..."}},
	{"internal/deadline", []string{"ent/db/..."}},
	{"internal/idem", []string{"ent/db/..."}},
	{"internal/invariant", nil},
	{"internal/testdb", []string{"ent/migrate"}},
	{"internal/...", nil},

	// shop: a domain calls only those below it.
	{"shop/fact", nil},
	{"shop/identity", []string{"ent/db/..."}},
	{"shop/identity/platform/...", []string{"shop/identity", "shop/identity/platform"}},
	{"shop/catalog", []string{"ent/db/...", "ent/schema", "shop/fact"}}, // the JSON of its columns is ent/schema's
	{"shop/payment", []string{"ent/db/...", "shop/fact"}},
	{"shop/payment/sandbox", []string{"shop/payment"}},
	{"shop/payment/wechatpay/...", []string{"shop/payment", "shop/payment/wechatpay"}},
	{"shop/share", []string{"ent/db/...", "shop/identity", "shop/share/poster"}},
	{"shop/share/poster", nil},
	{"shop/points", []string{"ent/db/...", "shop/fact", "shop/identity"}},
	{"shop/coupon", []string{"ent/db/...", "shop/fact", "shop/identity"}},
	{"shop/order", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/share", "shop/points", "shop/coupon", "shop/payment"}},
	// ent/schema: as of shop/catalog.
	{"shop/groupbuy", []string{"ent/db/...", "ent/schema", "shop/fact", "shop/identity", "shop/catalog", "shop/share", "shop/points", "shop/order"}},
	{"shop/moderation/...", []string{"ent/db/..."}},
	{"shop/note/provenance", nil},
	{"shop/note/likeness", []string{"shop/moderation"}}, // letters are compared as words are
	{"shop/note/trust", nil},
	{"shop/live", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/moderation", "shop/share", "shop/points", "shop/coupon", "shop/order", "shop/groupbuy"}},
	{"shop/conduct", []string{"ent/db/...", "shop/fact", "shop/identity"}},
	{"shop/assist", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/share", "shop/points", "shop/coupon", "shop/order", "shop/conduct"}},
	{"shop/referral", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/share", "shop/order", "shop/conduct"}},
	{"shop/commission", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/payment", "shop/order", "shop/referral"}},
	{"shop/webhook", []string{"ent/db/...", "shop/fact", "shop/identity"}},
	{"shop/taste", []string{"ent/db/...", "shop/fact", "shop/identity"}},
	// On top of all.
	{"shop/member", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/share", "shop/points", "shop/coupon", "shop/payment", "shop/order", "shop/groupbuy", "shop/live", "shop/conduct", "shop/assist", "shop/referral", "shop/commission", "shop/taste", "shop/feed"}},
	{"shop/feed", []string{"ent/db/...", "shop/fact", "shop/identity", "shop/catalog", "shop/order", "shop/groupbuy", "shop/assist", "shop/taste"}},
	{"shop/shoptest", []string{"shop/..."}},

	// graph: resolvers over the shop, never over rows.
	{"graph/bind", nil},
	{"graph/model", []string{"graph/bind", "graph/loaders", "shop/..."}},
	{"graph/exec", []string{"graph/bind", "graph/model", "graph/loaders", "shop/..."}},
	{"graph/loaders", []string{"graph/bind", "shop/..."}},
	{"graph", []string{"graph/...", "shop/..."}},

	// server: wires and starts everything.
	{"server/config", []string{"shop/points", "shop/referral"}}, // the programmes of membership and of bringing friends
	{"server/transport/...", []string{"server/transport/..."}},
	{"server/web", []string{"frontend-contracts/h5", "frontend-contracts/host-console"}}, // built frontends, served
	{"server/reference", nil},
	{"server/demo", []string{"shop/catalog", "shop/coupon", "shop/groupbuy", "shop/assist"}},
	{"server/importer", []string{"shop/catalog"}},
	{"server/worker", []string{"shop/..."}},
	{"server/documents", []string{"server/transport", "frontend-contracts/manifest"}},
	{"server/app", []string{"server/...", "frontend-contracts/manifest", "graph", "graph/loaders", "shop/...", "ent/migrate"}},
	{"server", []string{"server/...", "ent/migrate", "shop/note/provenance"}}, // whose files are checked without a shop

	// What frontends are given.
	{"frontend-contracts/manifest", nil},
	{"frontend-contracts/gates", nil},
	{"frontend-contracts/h5", nil},
	{"frontend-contracts/host-console", nil},
	{"frontend-contracts/release", []string{"frontend-contracts/manifest", "graph/exec", "server/transport"}},

	{"bench/...", []string{"bench/...", "server/...", "graph/...", "shop/...", "ent/migrate"}},
}

// testsOnly are imported by tests, and by nothing that is shipped.
var testsOnly = []string{"internal/testdb", "shop/shoptest", "shop/identity/platform/platformfake", "shop/payment/wechatpay/wechatfake"}

// sharedTables are parts of the generated client that belong to no table.
var sharedTables = []string{"ent/db/predicate", "ent/db/migrate", "ent/db/hook", "ent/db/schema", "ent/db/enttest", "ent/db/runtime"}

// imports lists the packages of this module by name, each with what it imports of the module outside its tests.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, problems.String())
	}
	all := map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		all[name] = nil
		for _, path := range p.Imports {
			if ours, ok := strings.CutPrefix(path, module); ok {
				all[name] = append(all[name], ours)
			}
		}
	}
}

// fits reports whether a pattern stands for the package.
func fits(pattern, name string) bool {
	below, all := strings.CutSuffix(pattern, "/...")
	return name == below || all && strings.HasPrefix(name, below+"/")
}

// forbidden lists every arrow that arrows does not have.
func forbidden(all map[string][]string) (found []string) {
	for name, list := range all {
		i := slices.IndexFunc(arrows, func(a arrow) bool { return fits(a.from, name) })
		if i < 0 {
			found = append(found, name+" has no place in the architecture")
			continue
		}
		for _, to := range list {
			allowed := strings.HasPrefix(to, "internal/") || slices.ContainsFunc(arrows[i].to, func(pattern string) bool { return fits(pattern, to) })
			if !allowed || slices.Contains(testsOnly, to) && !slices.Contains(testsOnly, name) {
				found = append(found, name+" imports "+to)
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestArrows(t *testing.T) {
	all := imports(t)
	if len(all) < 40 || len(all["shop/order"]) < 10 {
		t.Fatalf("only %d packages, shop/order imports %v: is this the whole module?", len(all), all["shop/order"])
	}
	for _, arrow := range forbidden(all) {
		t.Error(arrow)
	}
}

// A table is read and written by its own package only: of all that import a table's part of the client, there is one.
func TestTablesHaveOneOwner(t *testing.T) {
	owners := map[string][]string{}
	for name, list := range imports(t) {
		for _, to := range list {
			if strings.HasPrefix(to, "ent/db/") && !strings.HasPrefix(name, "ent/") && !slices.Contains(sharedTables, to) {
				owners[to] = append(owners[to], name)
			}
		}
	}
	if len(owners) < 10 {
		t.Fatalf("only %d tables have an owner", len(owners))
	}
	for table, names := range owners {
		if len(names) > 1 {
			slices.Sort(names)
			t.Errorf("%s is used by %s", table, strings.Join(names, " and "))
		}
	}
}

func TestForbiddenArrowsAreFound(t *testing.T) {
	got := forbidden(map[string][]string{
		"graph": {"ent/db", "shop/order"}, "shop/catalog": {"shop/order", "internal/id"}, "internal/id": {"shop/fact"}, "shop/order": {"internal/testdb"}, "shop/gossip": nil,
		"server/transport": {"graph"}, "shop/identity": {"shop/catalog", "ent/db/shopper"}, "server": {"shop/order"},
	})
	want := []string{
		"graph imports ent/db", "internal/id imports shop/fact", "server imports shop/order", "server/transport imports graph", "shop/catalog imports shop/order",
		"shop/gossip has no place in the architecture", "shop/identity imports shop/catalog", "shop/order imports internal/testdb",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
