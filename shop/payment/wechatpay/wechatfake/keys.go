package wechatfake

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// keys are made once per process: making three RSA keys takes as long as a hundred calls.
type keys struct {
	merchant, certificate, public          *rsa.PrivateKey
	merchantPEM, certificatePEM, publicPEM string
	certificateSerial                      string
}

var sharedKeys = sync.OnceValue(makeKeys)

func makeKeys() *keys {
	k := &keys{merchant: newKey(), certificate: newKey(), public: newKey()}
	k.merchantPEM = encode("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k.merchant)))
	k.publicPEM = encode("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&k.public.PublicKey)))
	serial := must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 150)))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Tenpay.com sign (fake)"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(5, 0, 0),
	}
	k.certificatePEM = encode("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, template, template, &k.certificate.PublicKey, k.certificate)))
	k.certificateSerial = fmt.Sprintf("%X", serial.Bytes())
	return k
}

func newKey() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func sign(key *rsa.PrivateKey, message string) string {
	sum := sha256.Sum256([]byte(message))
	return base64.StdEncoding.EncodeToString(must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])))
}

// must is for what fails only where the machine has no randomness or this package is wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
