package identity

import (
	"regexp"
	"strings"

	"github.com/kaituan/kaituan/internal/fault"
)

var (
	chinaMobile   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	international = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	phoneNoise    = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")
)

// normalPhone returns a phone number with its country, so that one phone is written one way: a mobile number of the Chinese mainland with or without +86, or
// +country for others. Errors: fault.Blank, fault.Invalid.
func normalPhone(written string) (string, error) {
	n := phoneNoise.Replace(strings.TrimSpace(written))
	local := strings.TrimPrefix(n, "+86")
	switch {
	case n == "":
		return "", fault.Blank
	case chinaMobile.MatchString(local):
		return "+86" + local, nil
	case international.MatchString(n) && local == n:
		return n, nil
	default:
		return "", fault.Invalid.Saying("This is not a mobile number.", "手机号格式不正确。")
	}
}

// shownPhone is how people write the number: without +86.
func shownPhone(phone string) string { return strings.TrimPrefix(phone, "+86") }

// maskPhone shows the first three and the last four digits, less of a short number.
func maskPhone(phone string) string {
	shown := shownPhone(phone)
	digits := strings.TrimPrefix(shown, "+")
	plus := shown[:len(shown)-len(digits)]
	if len(digits) < 10 {
		return plus + digits[:min(2, len(digits))] + "****" + digits[max(0, len(digits)-2):]
	}
	return plus + digits[:3] + "****" + digits[len(digits)-4:]
}
