package secret

import (
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The variables that hold the secrets.
const (
	// MasterKeys are "version:base64,…", newest first, 32 bytes each: the first wraps data keys, all of them unwrap.
	MasterKeys = "KAITUAN_MASTER_KEYS"
	// LookupKey is base64 of at least 32 bytes. It cannot be rotated: look-up hashes are kept.
	LookupKey = "KAITUAN_LOOKUP_KEY"
	// TokenKeys are "kid:base64,…", newest first, at least 32 bytes each: the first signs, all of them verify.
	TokenKeys = "KAITUAN_TOKEN_KEYS"
)

var variables = []string{MasterKeys, LookupKey, TokenKeys}

// Load reads the secrets from env (os.Getenv). In production all must be there; the error names every one that is missing or bad. In development those
// that are missing come from the file devPath (beside the database, mode 0600), which is made once.
func Load(env func(string) string, devPath string, production bool) (*Keys, error) {
	values := map[string]string{}
	missing := false
	for _, name := range variables {
		values[name] = env(name)
		missing = missing || values[name] == ""
	}
	if missing && !production {
		made, err := development(devPath)
		if err != nil {
			return nil, fmt.Errorf("development secrets: %w", err)
		}
		for _, name := range variables {
			if values[name] == "" {
				values[name] = made[name]
			}
		}
	}
	return parse(values)
}

func parse(values map[string]string) (*Keys, error) {
	k := &Keys{}
	err := errors.Join(k.readMasters(values[MasterKeys]), k.readLookup(values[LookupKey]), k.readTokens(values[TokenKeys]))
	if err != nil {
		return nil, fmt.Errorf("secrets: %w", err)
	}
	return k, nil
}

func (k *Keys) readMasters(list string) error {
	names, keys, err := readList(MasterKeys, list)
	if err != nil {
		return err
	}
	k.masters = nil
	for i, name := range names {
		version, err := strconv.ParseUint(name, 10, 32)
		if err != nil {
			return fmt.Errorf("%s: entry %d: the version is not a number", MasterKeys, i+1)
		}
		aead, err := NewAEAD(keys[i])
		if err != nil {
			return fmt.Errorf("%s: entry %d: want 32 bytes", MasterKeys, i+1)
		}
		if k.masters == nil {
			k.masters, k.master = map[uint32]cipher.AEAD{}, uint32(version)
		}
		if k.masters[uint32(version)] != nil {
			return fmt.Errorf("%s: entry %d: version %d is there twice", MasterKeys, i+1, version)
		}
		k.masters[uint32(version)] = aead
	}
	return nil
}

func (k *Keys) readLookup(value string) (err error) {
	if value == "" {
		return fmt.Errorf("%s is missing", LookupKey)
	}
	if k.lookup, err = readKey(value); err != nil {
		return fmt.Errorf("%s: %w", LookupKey, err)
	}
	k.mac, err = derive(k.lookup, "mac")
	return err
}

func (k *Keys) readTokens(list string) error {
	names, keys, err := readList(TokenKeys, list)
	if err != nil {
		return err
	}
	k.token, k.tokens = names[0], map[string][]byte{}
	for i, name := range names {
		if name == "" || k.tokens[name] != nil {
			return fmt.Errorf("%s: entry %d: want a kid of its own", TokenKeys, i+1)
		}
		k.tokens[name] = keys[i]
	}
	return nil
}

// readList reads "name:base64,…". Errors never show a value.
func readList(variable, list string) (names []string, keys [][]byte, err error) {
	if list == "" {
		return nil, nil, fmt.Errorf("%s is missing", variable)
	}
	for i, entry := range strings.Split(list, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(entry), ":")
		if !found {
			return nil, nil, fmt.Errorf("%s: entry %d: want name:base64", variable, i+1)
		}
		key, err := readKey(value)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: entry %d: %w", variable, i+1, err)
		}
		names, keys = append(names, name), append(keys, key)
	}
	return names, keys, nil
}

func readKey(value string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return nil, errors.New("not base64")
	}
	if len(key) < 32 {
		return nil, fmt.Errorf("too short: %d bytes, want at least 32", len(key))
	}
	return key, nil
}

// development reads the file of made-up secrets, making it first when there is none.
func development(path string) (map[string]string, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others: make its mode 0600", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, fmt.Errorf("%s does not hold secrets", path) // the parser's error would show a part of them
	}
	return values, nil
}

// create writes path unless it is there. The whole file appears at once (link, which never replaces), so that a second process that starts meanwhile
// reads the same secrets.
func create(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	random := func() string { return base64.StdEncoding.EncodeToString(Random(32)) }
	raw, err := json.MarshalIndent(map[string]string{MasterKeys: "1:" + random(), LookupKey: random(), TokenKeys: "dev:" + random()}, "", "  ")
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600, O_EXCL
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(append(raw, '\n'))
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
