package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kaituan/kaituan/internal/secret"
)

func b64(fill byte, n int) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, n))
}

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func good() map[string]string {
	return map[string]string{
		secret.MasterKeys: "2:" + b64(2, 32) + ",1:" + b64(1, 32), secret.LookupKey: b64(3, 32), secret.TokenKeys: "b:" + b64(4, 32) + ", a:" + b64(5, 40),
	}
}

func load(t *testing.T, values map[string]string) *secret.Keys {
	t.Helper()
	k, err := secret.Load(env(values), "", true)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestProductionNamesEverySecretThatIsWrong(t *testing.T) {
	short := b64('s', 31)
	for _, tc := range []struct {
		name   string
		change map[string]string
		want   []string
	}{
		{"nothing", map[string]string{secret.MasterKeys: "", secret.LookupKey: "", secret.TokenKeys: ""}, []string{
			"KAITUAN_MASTER_KEYS is missing", "KAITUAN_LOOKUP_KEY is missing", "KAITUAN_TOKEN_KEYS is missing",
		}},
		{"short", map[string]string{secret.MasterKeys: "1:" + short, secret.LookupKey: short, secret.TokenKeys: "a:" + short}, []string{
			"KAITUAN_MASTER_KEYS: entry 1: too short", "KAITUAN_LOOKUP_KEY: too short", "KAITUAN_TOKEN_KEYS: entry 1: too short",
		}},
		{"master of 33 bytes", map[string]string{secret.MasterKeys: "1:" + b64(1, 33)}, []string{"KAITUAN_MASTER_KEYS: entry 1: want 32 bytes"}},
		{"version", map[string]string{secret.MasterKeys: "x:" + b64(1, 32)}, []string{"the version is not a number"}},
		{"version twice", map[string]string{secret.MasterKeys: "1:" + b64(1, 32) + ",01:" + b64(2, 32)}, []string{"version 1 is there twice"}},
		{"kid twice", map[string]string{secret.TokenKeys: "a:" + b64(1, 32) + ",a:" + b64(2, 32)}, []string{"KAITUAN_TOKEN_KEYS: entry 2"}},
		{"no name", map[string]string{secret.TokenKeys: b64(1, 32)}, []string{"want name:base64"}},
		{"not base64", map[string]string{secret.LookupKey: "§§§§"}, []string{"KAITUAN_LOOKUP_KEY: not base64"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			values := good()
			for name, value := range tc.change {
				values[name] = value
			}
			_, err := secret.Load(env(values), filepath.Join(t.TempDir(), "dev.json"), true)
			if err == nil {
				t.Fatal("loaded")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			for _, value := range tc.change {
				if len(value) > 3 && strings.Contains(err.Error(), value) {
					t.Errorf("%q shows a value", err)
				}
			}
		})
	}
}

func TestDevelopmentSecretsAreMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.json")
	keys := make([]*secret.Keys, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = secret.Load(env(nil), path, false); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k == nil || k.Lookup("phone", "1") != keys[0].Lookup("phone", "1") {
			t.Fatal("two processes that started at once have other secrets")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Fatalf("%d files; want the one", len(left))
	}
	set, err := secret.Load(env(map[string]string{secret.LookupKey: b64(9, 32)}), path, false)
	if err != nil || set.Lookup("phone", "1") == keys[0].Lookup("phone", "1") {
		t.Fatalf("a variable that is set does not win over the file: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.Load(env(nil), path, false); err == nil {
		t.Fatal("read a file that others may read")
	}
}

func TestDataKeys(t *testing.T) {
	k := load(t, good())
	dataKey := secret.Random(32)
	wrapped, err := k.WrapDataKey("shp_a", dataKey)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.UnwrapDataKey("shp_a", wrapped); err != nil || !bytes.Equal(got, dataKey) {
		t.Fatalf("unwrap: %v", err)
	}
	if _, err := k.UnwrapDataKey("shp_b", wrapped); !errors.Is(err, secret.ErrUnwrap) {
		t.Fatalf("err = %v; somebody else's key opened", err)
	}
	for n := range wrapped {
		bad := bytes.Clone(wrapped)
		bad[n] ^= 1
		if _, err := k.UnwrapDataKey("shp_a", bad); !errors.Is(err, secret.ErrUnwrap) {
			t.Fatalf("byte %d changed: err = %v", n, err)
		}
		if _, err := k.UnwrapDataKey("shp_a", wrapped[:n]); !errors.Is(err, secret.ErrUnwrap) {
			t.Fatalf("cut to %d: err = %v", n, err)
		}
	}
	rotated := good()
	rotated[secret.MasterKeys] = "3:" + b64(7, 32) + "," + rotated[secret.MasterKeys]
	if got, err := load(t, rotated).UnwrapDataKey("shp_a", wrapped); err != nil || !bytes.Equal(got, dataKey) {
		t.Fatalf("after a rotation: %v", err)
	}
	rotated[secret.MasterKeys] = "3:" + b64(7, 32)
	if _, err := load(t, rotated).UnwrapDataKey("shp_a", wrapped); !errors.Is(err, secret.ErrUnwrap) {
		t.Fatalf("err = %v without the old master key", err)
	}
}

func TestHashesAreSeparated(t *testing.T) {
	k := load(t, good())
	hashes := map[string]bool{}
	for _, h := range []string{
		k.Lookup("phone", "x"), k.Lookup("phonex", ""), k.Lookup("phon", "ex"), k.Lookup("openid", "x"), fmt.Sprintf("%x", k.MAC("phone", []byte("x"))),
	} {
		if hashes[h] || len(h) != 64 {
			t.Fatalf("%s comes twice or is not 64 long", h)
		}
		hashes[h] = true
	}
}

func TestTokens(t *testing.T) {
	k := load(t, good())
	token, err := k.Sign(jwt.RegisteredClaims{Subject: "me"})
	if err != nil {
		t.Fatal(err)
	}
	var claims jwt.RegisteredClaims
	if err := k.Verify(token, &claims); err != nil || claims.Subject != "me" {
		t.Fatalf("verify: %v, %+v", err, claims)
	}
	older := good()
	older[secret.TokenKeys] = "c:" + b64(8, 32) + "," + older[secret.TokenKeys]
	if err := load(t, older).Verify(token, &claims); err != nil {
		t.Fatalf("after a rotation: %v", err)
	}
	older[secret.TokenKeys] = "c:" + b64(8, 32)
	if err := load(t, older).Verify(token, &claims); err == nil {
		t.Fatal("a token of a key that is gone counts")
	}
	older[secret.TokenKeys] = "b:" + b64(8, 32)
	if err := load(t, older).Verify(token, &claims); err == nil {
		t.Fatal("a token of another key by the same kid counts")
	}
}

func TestKeysAreNeverPrinted(t *testing.T) {
	values := good()
	values[secret.LookupKey] = base64.StdEncoding.EncodeToString([]byte("lookup-lookup-lookup-lookup-look"))
	k := load(t, values)
	var out bytes.Buffer
	holder := struct{ Keys *secret.Keys }{k}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, k)
		fmt.Fprintf(&out, verb, *k)
		fmt.Fprintf(&out, verb, holder)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "keys", k, "held", holder)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "keys", *k, "held", holder)
	raw, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	out.WriteString(k.String() + k.GoString())
	for _, leak := range []string{"lookup-lookup", fmt.Sprintf("%x", "lookup-lookup"), strings.Trim(fmt.Sprint([]byte("lookup")), "[]"), values[secret.LookupKey]} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q is shown in %s", leak, out.String())
		}
	}
}
