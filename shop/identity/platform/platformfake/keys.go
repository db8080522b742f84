package platformfake

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"sync"
)

// keys are made once per process, since making them is slow.
type keys struct {
	app, alipay             *rsa.PrivateKey
	appPEM, alipayPublicPEM string
}

var sharedKeys = sync.OnceValue(func() *keys {
	k := &keys{app: must(rsa.GenerateKey(rand.Reader, 2048)), alipay: must(rsa.GenerateKey(rand.Reader, 2048))}
	k.appPEM = encode("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k.app)))
	k.alipayPublicPEM = encode("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&k.alipay.PublicKey)))
	return k
})

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func sign(key *rsa.PrivateKey, message []byte) string {
	sum := sha256.Sum256(message)
	return base64.StdEncoding.EncodeToString(must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])))
}

// must is for what fails only where the machine has no randomness or a test is wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
