package models

import (
	"strings"
	"unicode"
)

// LooksLikeCPR tells whether text holds something that looks like a Danish CPR
// number: ten digits whose first six are a day and a month, alone or with a
// separator after the sixth, not part of a longer number. Law 1 of the house:
// no voter is ever stored, so every text field refuses it, in the browser and
// here. The modulus-11 check is not used: CPR numbers since 2007 may fail it.
func LooksLikeCPR(text string) bool {
	rs := []rune(text)
	for i := range rs {
		if i > 0 && unicode.IsDigit(rs[i-1]) {
			continue
		}
		if cprAt(rs[i:]) {
			return true
		}
	}
	return false
}

// cprAt tests the start of rs: six digits, at most two separators, four digits
// and then no further digit. Digits of every script count: a full-width number
// is still a number.
func cprAt(rs []rune) bool {
	var d [10]int
	n, seps := 0, 0
	for i, r := range rs {
		switch {
		case unicode.IsDigit(r):
			if n == 10 {
				return false
			}
			d[n] = digitValue(r)
			n++
		case n > 0 && n < 10 && seps < 3 && isCPRSeparator(r) && (n == 2 || n == 4 || n == 6):
			seps++
		default:
			return n == 10 && cprDate(d)
		}
		if n == 10 && i == len(rs)-1 {
			return cprDate(d)
		}
	}
	return false
}

// isCPRSeparator: dashes and blanks of every kind, but no tab or line break,
// which part the cells of a file.
func isCPRSeparator(r rune) bool {
	return strings.ContainsRune("_./+:\u2212\u200b\u2060\u00ad", r) || unicode.In(r, unicode.Pd, unicode.Zs)
}

// digitValue is 0-9 for a decimal digit of any script: Unicode keeps them in
// runs of ten that start at the zero.
func digitValue(r rune) int {
	if r <= '9' {
		return int(r - '0')
	}
	z := r
	for n := 0; n < 9 && unicode.IsDigit(z-1) && z%16 != 0 && z%16 != 6; n++ {
		z--
	}
	return int(r - z)
}

// cprDate tests day and month; since 2007 days up to 91 occur in replacement
// numbers (day + 60).
func cprDate(d [10]int) bool {
	day, month := d[0]*10+d[1], d[2]*10+d[3]
	if day > 60 {
		day -= 60
	}
	return day >= 1 && day <= 31 && month >= 1 && month <= 12
}

// RefuseCPR returns CodeCPR on the named field when text looks like a CPR number.
func RefuseCPR(field, text string) error {
	if LooksLikeCPR(text) {
		return (&Error{Code: CodeCPR}).On(field)
	}
	return nil
}
