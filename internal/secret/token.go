package secret

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// Sign makes a JWT (HS256) of claims by the newest token key.
func (k *Keys) Sign(claims jwt.Claims) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
	t.Header["kid"] = k.token
	return t.SignedString(k.tokens[k.token])
}

// Verify reads a JWT that Sign made, by this or an older token key, into claims. It accepts HS256 only, whatever the token says; options say what else
// must hold (issuer, clock). Its errors are the jwt package's.
func (k *Keys) Verify(token string, claims jwt.Claims, options ...jwt.ParserOption) error {
	options = append(options, jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithStrictDecoding())
	_, err := jwt.ParseWithClaims(token, claims, k.tokenKey, options...)
	return err
}

func (k *Keys) tokenKey(t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	key, known := k.tokens[kid]
	if !known {
		return nil, errors.New("secret: unknown kid")
	}
	return key, nil
}
