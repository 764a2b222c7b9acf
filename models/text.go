package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxCount bounds every count that a person or a program gives. It is more than
// there are voters in the country; sums of such counts do not overflow.
const MaxCount = 9_999_999

// CheckText returns CodeInvalid on the named field when text is not text: bytes
// that are no UTF-8, or control characters other than tab and line breaks. No
// keyboard makes them, the database refuses NUL, and they confuse logs, mails
// and printers.
func CheckText(field, text string) error {
	if utf8.ValidString(text) && strings.IndexFunc(text, notWritten) < 0 {
		return nil
	}
	return Invalid(field, "form.not_text")
}

func notWritten(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
}
