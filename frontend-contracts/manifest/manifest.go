// Package manifest holds what each released app sends: the documents that production answers. Those of our own frontends are part of the program.
package manifest

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Manifest lists the operations of one released version of an app. It never changes once it is released.
type Manifest struct {
	App        string      `json:"app"`
	Version    string      `json:"version"`
	Operations []Operation `json:"operations"`
}

// Operation is one document that the app sends by its id.
type Operation struct {
	// ID is "sha256:" and the hex digits of the body's hash.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Kind is query, mutation or subscription.
	Kind string `json:"kind"`
	// Page is the folder below operations/ in which the document was written.
	Page string `json:"page"`
	// Audience is whose contract has all that the document selects: the first such of SHOPPER, HOST, PARTNER, OPERATOR.
	Audience string `json:"audience"`
	// Cost is what the server counts for it at most: a variable without a default counts as the largest page.
	Cost int    `json:"cost"`
	Body string `json:"body"`
}

// Pages are the folders of operations/: the pages of a storefront and the host's console, and the session that all have.
var Pages = []string{"session", "home", "product", "group", "live-room", "cart", "checkout", "orders", "member", "invite", "host-console"}

var (
	appName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	version = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$`)
)

// MaxBytes bounds the file of a manifest.
const MaxBytes = 8 << 20

// ID is the id of a document.
func ID(body string) string { return "sha256:" + digest([]byte(body)) }

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// File is the name of the manifest's file, <app>@<version>.json.
func (m *Manifest) File() string { return m.App + "@" + m.Version + ".json" }

// InDevelopment says that the version ends in -dev: its manifest changes from commit to commit, until one without that end is released.
func (m *Manifest) InDevelopment() bool { return strings.HasSuffix(m.Version, "-dev") }

// Sums is the file that holds a line, as Sum makes it, for each manifest that is released. Who withdraws one takes its line out, too.
const Sums = "released.sum"

// Sum is the line of a manifest's file, as sha256sum writes it.
func Sum(file string, content []byte) string { return digest(content) + "  " + file }

// Parse reads the file of that name. What its documents mean is not looked at here; the server does when it takes them.
//
// Errors: unknown fields, a name that is not <app>@<version>.json, no app, version or operation, an id that is not its body's, or one that is there twice.
func Parse(file string, content []byte) (*Manifest, error) {
	m := &Manifest{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(m); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("%s: there is something after the manifest", file)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if file != m.File() {
		return nil, fmt.Errorf("%s: it is the manifest of %s", file, m.File())
	}
	return m, nil
}

func (m *Manifest) check() error {
	switch {
	case !appName.MatchString(m.App):
		return fmt.Errorf("app %q: small letters, digits and hyphens", m.App)
	case !version.MatchString(m.Version):
		return fmt.Errorf("version %q: letters, digits, points, plus and hyphens", m.Version)
	case len(m.Operations) == 0:
		return errors.New("it lists no operation")
	}
	seen := map[string]bool{}
	for _, op := range m.Operations {
		if op.ID != ID(op.Body) {
			return fmt.Errorf("operation %s: the id %s is not its body's", op.Name, op.ID)
		}
		if seen[op.ID] {
			return fmt.Errorf("operation %s: it is listed twice", op.Name)
		}
		if seen[op.ID] = true; !slices.Contains(Pages, op.Page) {
			return fmt.Errorf("operation %s: there is no page %q", op.Name, op.Page)
		}
	}
	return nil
}

// Bytes is the manifest as its file holds it, the same for the same operations in whatever order.
func (m *Manifest) Bytes() []byte {
	slices.SortFunc(m.Operations, func(a, b Operation) int {
		return strings.Compare(a.Page+"\x00"+a.Name+"\x00"+a.ID, b.Page+"\x00"+b.Name+"\x00"+b.ID)
	})
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		panic("manifest: encode: " + err.Error()) // strings and numbers only
	}
	return out.Bytes()
}

// The folder has a file of its own, so that there is something to embed before the first release.
//
//go:embed *
var released embed.FS

// Embedded are the manifests of our own frontends, by file name.
func Embedded() map[string][]byte {
	files, err := Files(released)
	if err != nil {
		panic("manifest: embedded: " + err.Error())
	}
	return files
}

// Files reads the manifests of a folder, by file name; whatever does not end in .json is none.
func Files(folder fs.FS) (map[string][]byte, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(names))
	for _, name := range names {
		if files[path.Base(name)], err = fs.ReadFile(folder, name); err != nil {
			return nil, err
		}
	}
	return files, nil
}
