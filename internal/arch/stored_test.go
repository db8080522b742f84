package arch_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// A package whose tests open a database is tested on each engine: the Makefile's STORED names it.
func TestWhatIsStoredIsTestedOnEachEngine(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(makefile), "\nSTORED ")
	if !found {
		t.Fatal("the Makefile has no STORED")
	}
	list, _, _ = strings.Cut(list, "\n")
	patterns := strings.Fields(list)[1:]
	named := func(pkg string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			whole, tree := strings.CutSuffix(path.Clean(pattern), "/...")
			return pkg == whole || tree && strings.HasPrefix(pkg, whole+"/")
		})
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,TestImports,XTestImports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath                string
			TestImports, XTestImports []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		opens := slices.ContainsFunc(slices.Concat(p.TestImports, p.XTestImports), func(imported string) bool {
			return imported == module+"internal/testdb" || imported == module+"shop/shoptest"
		})
		if pkg := strings.TrimPrefix(p.ImportPath, module); opens && !named(pkg) {
			t.Errorf("%s keeps data in its tests, and is not in STORED", pkg)
		}
	}
}
