package live

import (
	"strconv"
	"strings"
)

// cursorOf names an event across fail-overs: the epoch of the owner who numbered it, and its number.
func cursorOf(epoch, seq int64) string {
	return strconv.FormatInt(epoch, 10) + ":" + strconv.FormatInt(seq, 10)
}

// parseCursor reads what cursorOf has written, and nothing else: ok is false for other spellings of the same numbers, and for numbers below zero.
func parseCursor(cursor string) (epoch, seq int64, ok bool) {
	first, second, _ := strings.Cut(cursor, ":")
	epoch, err1 := strconv.ParseInt(first, 10, 64)
	seq, err2 := strconv.ParseInt(second, 10, 64)
	ok = err1 == nil && err2 == nil && epoch >= 0 && seq >= 0 && cursorOf(epoch, seq) == cursor
	if !ok {
		return 0, 0, false
	}
	return epoch, seq, true
}
