// Package secret holds a deployment's keys. They are read once, never printed, and used through methods only.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// ErrUnwrap: a data key was not wrapped by one of these master keys for that owner.
var ErrUnwrap = errors.New("secret: the data key does not open")

// Keys are a deployment's secrets. It is safe for concurrent use.
type Keys struct {
	master  uint32 // the version that wraps
	masters map[uint32]cipher.AEAD
	lookup  []byte
	mac     []byte
	token   string // the kid that signs
	tokens  map[string][]byte
}

// WrapDataKey encrypts a person's data key by the newest master key. The result opens for the same owner only.
func (k *Keys) WrapDataKey(owner string, dataKey []byte) ([]byte, error) {
	aead := k.masters[k.master]
	if aead == nil {
		return nil, errors.New("secret: no master key")
	}
	wrapped := binary.BigEndian.AppendUint32(nil, k.master)
	return Encrypt(aead, wrapped, dataKey, wrapAD(owner)), nil
}

// UnwrapDataKey decrypts what WrapDataKey made, by the master key of its version. Errors: ErrUnwrap.
func (k *Keys) UnwrapDataKey(owner string, wrapped []byte) ([]byte, error) {
	if len(wrapped) < 4 {
		return nil, ErrUnwrap
	}
	aead := k.masters[binary.BigEndian.Uint32(wrapped)]
	if aead == nil {
		return nil, fmt.Errorf("%w: its master key is not among the configured ones", ErrUnwrap)
	}
	dataKey, err := Decrypt(aead, wrapped[4:], wrapAD(owner))
	if err != nil {
		return nil, ErrUnwrap
	}
	return dataKey, nil
}

func wrapAD(owner string) []byte { return []byte("data key of " + owner) }

// Lookup is the keyed hash by which a personal value (phone, openid) is found: 64 hex digits. The same value of two kinds gives two hashes.
func (k *Keys) Lookup(kind, value string) string {
	return hex.EncodeToString(sum(k.lookup, kind, []byte(value)))
}

// MAC authenticates data that a client carries for the server, e.g. a quote; 32 bytes, other for each kind.
func (k *Keys) MAC(kind string, data []byte) []byte { return sum(k.mac, kind, data) }

// sum separates kinds by their length, so that no kind and value run into another pair.
func sum(key []byte, kind string, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(kind))))
	h.Write([]byte(kind))
	h.Write(data)
	return h.Sum(nil)
}

// derive makes the key of another purpose out of one that never rotates.
func derive(key []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "kaituan "+purpose, sha256.Size)
}

// NewAEAD is AES-256-GCM by a 32-byte key.
func NewAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, errors.New("secret: a key must have 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Encrypt appends a random nonce and the sealed plain text to dst; ad must be given again to open it.
func Encrypt(aead cipher.AEAD, dst, plain, ad []byte) []byte {
	nonce := Random(aead.NonceSize())
	return aead.Seal(append(dst, nonce...), nonce, plain, ad)
}

// Decrypt opens what Encrypt appended.
func Decrypt(aead cipher.AEAD, sealed, ad []byte) ([]byte, error) {
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("secret: too short")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], ad)
}

// Random returns n random bytes.
func Random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return b
}

const redacted = "secret.Keys(redacted)"

// Format hides the keys from every verb of fmt.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String hides the keys.
func (Keys) String() string { return redacted }

// GoString hides the keys.
func (Keys) GoString() string { return redacted }

// LogValue hides the keys from slog.
func (Keys) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON hides the keys.
func (Keys) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
