package models

import (
	"crypto/sha256"
	"strings"
)

// Serial numbers on paper and in barcodes use 0-9 and A-Z only: the one set
// that survives every keyboard layout between a scanner and a PC. The last
// character is the check character of ISO/IEC 7064, MOD 37,36, which catches
// every single wrong character and nearly every swap of neighbours.
const serialAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// CheckCharacter computes the ISO/IEC 7064 MOD 37,36 check character of body.
// It returns 0 when body holds a character outside [0-9A-Z].
func CheckCharacter(body string) byte {
	p := 36
	for i := range len(body) {
		v := strings.IndexByte(serialAlphabet, body[i])
		if v < 0 {
			return 0
		}
		s := (p + v) % 36
		if s == 0 {
			s = 36
		}
		p = s * 2 % 37
	}
	return serialAlphabet[(37-p)%36]
}

// WithCheck appends the check character to body, which must be [0-9A-Z].
func WithCheck(body string) string {
	c := CheckCharacter(body)
	if c == 0 {
		panic("models: serial body outside [0-9A-Z]: " + body)
	}
	return body + string(c)
}

// ParseSerial cleans what a person typed or a scanner sent (upper case; spaces,
// hyphens, dots, apostrophes and the plus that a wrong keyboard layout makes of
// a hyphen are dropped) and tests the check character.
func ParseSerial(s string) (string, error) {
	c := CleanSerial(s)
	if len(c) < 2 || CheckCharacter(c[:len(c)-1]) != c[len(c)-1] {
		return "", Invalid("", "error.serial", s)
	}
	return c, nil
}

// CleanSerial upper-cases and drops the separators that people and scanners add.
func CleanSerial(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '\'', '+', '/', '\t', '\u00a0':
			return -1
		}
		if r >= 'a' && r <= 'z' {
			return r - 32
		}
		return r
	}, strings.TrimSpace(s))
}

// GroupSerial writes a serial in groups of four for people: "KX7F 2M9Q A".
func GroupSerial(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// crockford leaves out I, L, O and U, which people misread.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// DeriveID makes the id of a new record from the idempotency key of the act
// that creates it and a label, so that a replay gives the same id: prefix,
// eight characters (40 bits of SHA-256) and the check character.
func DeriveID(prefix string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte{byte(len(p) >> 8), byte(len(p))})
		h.Write([]byte(p))
	}
	sum := h.Sum(nil)
	var body [8]byte
	for i := range body {
		bit := i * 5
		v := (int(sum[bit/8])<<8 | int(sum[bit/8+1])) >> (11 - bit%8) & 31
		body[i] = crockford[v]
	}
	return WithCheck(prefix + string(body[:]))
}
