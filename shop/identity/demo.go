package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// demoHost is the demo shopper who may run live rooms.
const demoHost = "host"

// demoName reads the code "demo:<name>"; a name has 1 to 32 letters and digits of any script.
func demoName(code string) (string, bool) {
	name, found := strings.CutPrefix(code, "demo:")
	if n := utf8.RuneCountInString(name); !found || n < 1 || n > 32 {
		return "", false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return "", false
		}
	}
	return name, true
}

// proveDemo believes the name. A demo shopper has one union id over all channels, so that the same name is the same shopper everywhere.
func (s *Service) proveDemo(channel, name string) proof {
	return proof{
		channel: channel, subject: "demo:" + name, subjectHash: s.keys.Lookup("demo subject", name), unionHash: s.keys.Lookup("demo union", name), demo: name,
	}
}
