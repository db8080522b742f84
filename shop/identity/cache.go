package identity

type keyCache struct{}

func newKeyCache() *keyCache { return &keyCache{} }

type rates struct{}
