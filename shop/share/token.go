package share

import "crypto/rand"

// A token has 20 of 62 characters, 119 random bits, all within the alphabet of WeChat's QR scenes; a scene has 32, so that a parameter's name fits, too.
const (
	tokenLength = 20
	alphabet    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newToken returns a fresh token. Random bytes that would favour some characters are drawn again.
func newToken() string {
	const fair = 256 - 256%len(alphabet)
	token := make([]byte, 0, tokenLength)
	var random [2 * tokenLength]byte
	for {
		_, _ = rand.Read(random[:]) // never fails: the program ends instead
		for _, b := range random {
			if int(b) >= fair {
				continue
			}
			if token = append(token, alphabet[int(b)%len(alphabet)]); len(token) == tokenLength {
				return string(token)
			}
		}
	}
}

// isToken reports whether s has the form of a token.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(s) == tokenLength
}
