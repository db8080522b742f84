// Command alike makes shop/moderation/alike.txt, which characters are read as which, of files of the Unicode consortium:
//
//	go run ./shop/moderation/alike confusables.txt UnicodeData.txt Unihan_Variants.txt > shop/moderation/alike.txt
//
// The first is of UTS #39 (unicode.org/Public/security), the others are of the UCD and Unihan (Debian's package unicode-data has both).
package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const header = `# Which characters are read as which, by what they look like or mean. Made by shop/moderation/alike; not edited by hand. A line has what is read, then what is read so.
#
# Letters and digits that look like ASCII's: confusables.txt of UTS #39, %s, and by their names or digit values UnicodeData.txt %s.
# Traditional Han that is read as simplified: kSimplifiedVariant of Unihan_Variants.txt, %s.
# This is a modified excerpt of these data files. Copyright © 1991-2022 Unicode, Inc. All rights reserved. Distributed under the Terms of Use in
# https://www.unicode.org/copyright.html; the licence's text is at https://www.unicode.org/license.txt.
`

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: alike confusables.txt UnicodeData.txt Unihan_Variants.txt")
		os.Exit(2)
	}
	all := map[rune]rune{}
	confusables := read(os.Args[1], ";", func(f []string) { confusable(all, f) })
	read(os.Args[2], ";", func(f []string) { named(all, f) })
	variants := read(os.Args[3], "\t", func(f []string) { simplified(all, f) })
	fmt.Printf(header, confusables, "15.0.0", variants)
	write(all)
}

// read gives every line's fields to a function, and returns the version that the file's header names.
func read(path, separator string, line func(fields []string)) (version string) {
	file, err := os.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, "alike:", err)
		os.Exit(1)
	}
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		text := strings.TrimPrefix(scanner.Text(), "\ufeff")
		if note, ok := strings.CutPrefix(text, "#"); ok {
			if _, after, ok := strings.Cut(strings.ToLower(note), "version: "); ok {
				version = after
			}
			continue
		}
		fields := strings.Split(text, separator)
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if len(fields) > 2 {
			line(fields)
		}
	}
	return version
}

// confusable takes what looks like one ASCII letter, marks aside. What looks like a digit has a digit's value, or is NFKC's affair.
func confusable(all map[rune]rune, fields []string) {
	from, to := points(fields[0]), points(fields[1])
	if len(from) != 1 || from[0] < unicode.MaxASCII || unicode.IsNumber(from[0]) || norm.NFKC.String(string(from)) != string(from) {
		return
	}
	base := []rune(strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(to))))
	if len(base) == 1 && base[0] < unicode.MaxASCII && unicode.IsLetter(base[0]) && unicode.IsLetter(from[0]) {
		all[from[0]] = unicode.ToLower(base[0])
	}
}

// named takes small capitals, white letters on black, and digits in circles.
func named(all map[rune]rune, fields []string) {
	r := points(fields[0])[0]
	for _, prefix := range []string{"LATIN LETTER SMALL CAPITAL ", "NEGATIVE CIRCLED LATIN CAPITAL LETTER ", "NEGATIVE SQUARED LATIN CAPITAL LETTER "} {
		if name, ok := strings.CutPrefix(fields[1], prefix); ok && len(name) == 1 {
			all[r] = unicode.ToLower(rune(name[0]))
		}
	}
	if fields[2] == "No" && fields[5] == "" && len(fields[7]) == 1 && strings.Contains(fields[1], "CIRCLED") {
		all[r] = rune(fields[7][0])
	}
}

// simplified takes the first simplified form that is another than the character itself; only of the Basic Multilingual Plane, which is what people can type.
func simplified(all map[rune]rune, fields []string) {
	from := points(strings.TrimPrefix(fields[0], "U+"))[0]
	if fields[1] != "kSimplifiedVariant" || from > 0xFFFF {
		return
	}
	for _, form := range strings.Fields(fields[2]) {
		if to := points(strings.TrimPrefix(form, "U+"))[0]; to != from && to <= 0xFFFF {
			all[from] = to
			return
		}
	}
}

func points(hex string) (all []rune) {
	for _, one := range strings.Fields(hex) {
		n, err := strconv.ParseUint(one, 16, 32)
		if err != nil {
			fmt.Fprintln(os.Stderr, "alike:", err)
			os.Exit(1)
		}
		all = append(all, rune(n))
	}
	return all
}

func write(all map[rune]rune) {
	lines := map[rune][]rune{}
	for from, to := range all {
		for next, ok := all[to]; ok && next != from; next, ok = all[to] {
			to = next
		}
		lines[to] = append(lines[to], from)
	}
	for _, to := range slices.Sorted(maps.Keys(lines)) {
		slices.Sort(lines[to])
		fmt.Printf("%c %s\n", to, string(lines[to]))
	}
}
