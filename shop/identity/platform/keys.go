package platform

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
)

// privateKey reads the app's key; the error says nothing of what was given.
func privateKey(text string) (*rsa.PrivateKey, error) {
	wrong := errors.New("platform: Alipay's private key is no RSA key in PEM")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, wrong
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok {
		return nil, wrong
	}
	return key, nil
}

func publicKey(text string) (*rsa.PublicKey, error) {
	wrong := errors.New("platform: Alipay's public key is no RSA key in PEM")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, wrong
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(*rsa.PublicKey)
	if err != nil || !ok {
		return nil, wrong
	}
	return key, nil
}
