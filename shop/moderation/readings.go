package moderation

import "slices"

// readings are the ways that a folded text may be read, the one as it stands first. The others are there only when they differ: with letters that were written again and
// again once, or twice, with digits and signs that stand for letters, and with Han that is written for what sounds like it.
func readings(text []letter) [][]letter {
	all := [][]letter{slices.DeleteFunc(slices.Clone(text), func(l letter) bool { return l.kind == sign })}
	for _, way := range []struct {
		keep int  // of what stands again and again
		one  rune // what 1 stands for
	}{{1, 'i'}, {2, 'l'}} {
		read := squeezed(spelled(text, way.one), way.keep)
		if !slices.ContainsFunc(all, func(known []letter) bool { return slices.EqualFunc(known, read, sameLetter) }) {
			all = append(all, read)
		}
	}
	return all
}

func sameLetter(a, b letter) bool { return a.r == b.r && a.joined == b.joined }

// plain reports whether there is but one reading: nothing stands again and again or for another one, and no digit or sign is in a word.
func plain(text []letter) bool {
	for i, l := range text {
		switch {
		case l.kind == sign, l.kind == other && l.like != 0, l.touching && (l.kind == digit) != (text[i-1].kind == digit):
			return false
		case i == 0 || l.r != text[i-1].r:
		case l.kind == other, l.kind == alphabet && i > 1 && l.r == text[i-2].r:
			return false
		}
	}
	return true
}

// meant are the letters that digits and signs stand for.
var meant = map[rune]rune{'0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '@': 'a', '$': 's'}

// spelled reads Han as what it sounds like, and digits and signs as letters in words at least half of them letters, that have at least four characters; A55 and vx12345 stay what they are.
// All of such a word is one: what is listed must be the whole of it. Signs elsewhere are gone.
func spelled(text []letter, one rune) []letter {
	read := make([]letter, 0, len(text))
	for len(text) > 0 {
		end, letters := 1, 0
		for end < len(text) && text[end].touching {
			end++
		}
		word := text[:end]
		text = text[end:]
		for _, l := range word {
			if l.kind == alphabet {
				letters++
			}
		}
		asWord := end >= 4 && letters < end && 2*letters >= end
		for i, l := range word {
			if l.kind == other && l.like != 0 {
				l.r = l.like
			}
			if asWord && l.kind != alphabet {
				if to, ok := meant[l.r]; ok {
					l.r = to
				} else if l.r == '1' {
					l.r = one
				}
			}
			if asWord {
				l.kind, l.joined = alphabet, i > 0
			}
			if l.kind != sign {
				read = append(read, l)
			}
		}
	}
	return read
}

// squeezed leaves keep of a Han character that stands again and again, and of a letter of an alphabet that stands three times or more; of digits, all.
func squeezed(text []letter, keep int) []letter {
	left := text[:0]
	for len(text) > 0 {
		end := 1
		for end < len(text) && text[end].r == text[0].r {
			end++
		}
		n := end
		switch {
		case text[0].kind == other:
			n = min(end, keep)
		case text[0].kind == alphabet && end > 2:
			n = keep
		}
		left, text = append(left, text[:n]...), text[end:]
	}
	return left
}
