package journal

import (
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// alphabet is Crockford's base 32: no I, L, O, U.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// fingerprintLen is how many characters of a hash a receipt carries: 20 × 5 =
// 100 bits.
const fingerprintLen = 20

// Fingerprint is the first 100 bits of a hash in base 32.
func Fingerprint(hash [32]byte) string {
	var b strings.Builder
	for i := range fingerprintLen {
		bit := i * 5
		v := (int(hash[bit/8])<<8 | int(hash[bit/8+1])) >> (11 - bit%8) & 31
		b.WriteByte(alphabet[v])
	}
	return b.String()
}

// Code is what a printed receipt carries of an entry: its number in base 32,
// its fingerprint and a check character, [0-9A-Z] only.
func Code(seq int64, hash [32]byte) string {
	return models.WithCheck(number(seq) + Fingerprint(hash))
}

// number writes a sequence number in base 32 without leading zeros.
func number(seq int64) string {
	var n []byte
	for v := seq; v > 0 || len(n) == 0; v >>= 5 {
		n = append([]byte{alphabet[v&31]}, n...)
	}
	return string(n)
}

// ParseCode takes a receipt code apart. Each entry has one code: a number that
// Code would not write is refused with the rest (CodeInvalid).
func ParseCode(code string) (seq int64, fingerprint string, err error) {
	bad := models.Invalid("code", "error.serial", code)
	c, err := models.ParseSerial(code)
	if err != nil || len(c) < fingerprintLen+2 || len(c) > fingerprintLen+14 {
		return 0, "", bad
	}
	first, fingerprint := c[:len(c)-1-fingerprintLen], c[len(c)-1-fingerprintLen:len(c)-1]
	for i := range len(c) - 1 {
		v := strings.IndexByte(alphabet, c[i])
		if v < 0 {
			return 0, "", bad
		}
		if i < len(first) {
			seq = seq<<5 | int64(v)
		}
	}
	if seq < 1 || number(seq) != first {
		return 0, "", bad
	}
	return seq, fingerprint, nil
}
