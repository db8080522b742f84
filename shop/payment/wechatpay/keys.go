package wechatpay

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

// PlatformKey verifies WeChat Pay's signatures: a platform certificate (the older generation) or a WeChat Pay public key.
type PlatformKey struct {
	// ID is PUB_KEY_ID_… of a public key. Of a certificate it may be empty: then its serial number is taken from it.
	ID string
	// PEM is a CERTIFICATE or a PUBLIC KEY.
	PEM string
}

// keyRing picks the key by the serial that came with a signature. The SDK's combined verifier knows certificates and one public key; this one takes any number
// of either, so that the next public key can be added before the last one goes.
type keyRing struct {
	keys  map[string]*rsa.PublicKey
	first string
}

func newKeyRing(keys []PlatformKey) (*keyRing, error) {
	if len(keys) == 0 {
		return nil, errors.New("wechatpay: no platform key: nothing of WeChat's could be verified")
	}
	ring := &keyRing{keys: make(map[string]*rsa.PublicKey, len(keys))}
	for i, k := range keys {
		id, key, err := k.load()
		if err != nil {
			return nil, fmt.Errorf("wechatpay: platform key %d: %w", i+1, err)
		}
		if _, twice := ring.keys[id]; twice {
			return nil, fmt.Errorf("wechatpay: platform key %s is given twice", id)
		}
		if i == 0 {
			ring.first = id
		}
		ring.keys[id] = key
	}
	return ring, nil
}

func (k PlatformKey) load() (string, *rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(k.PEM))
	if block == nil {
		return "", nil, errors.New("not PEM")
	}
	if block.Type != "CERTIFICATE" {
		key, err := utils.LoadPublicKey(k.PEM)
		if err == nil && k.ID == "" {
			err = errors.New("a public key needs its id")
		}
		return k.ID, key, err
	}
	cert, err := utils.LoadCertificate(k.PEM)
	if err != nil {
		return "", nil, err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	serial := utils.GetCertificateSerialNumber(*cert)
	if !ok || (k.ID != "" && k.ID != serial) {
		return "", nil, errors.New("the certificate has no RSA key, or another serial number than said")
	}
	return serial, key, nil
}

// Verify implements auth.Verifier.
func (r *keyRing) Verify(_ context.Context, serial, message, signature string) error {
	key, ok := r.keys[serial]
	if !ok {
		return fmt.Errorf("wechatpay: no platform key %q", serial)
	}
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return errors.New("wechatpay: the signature is not base64")
	}
	sum := sha256.Sum256([]byte(message))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig)
}

// GetSerial implements auth.Verifier; WeChat is told it with each request and signs its answer with that key where it can.
func (r *keyRing) GetSerial(context.Context) (string, error) { return r.first, nil }
