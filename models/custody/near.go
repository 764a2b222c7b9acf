package custody

import (
	"slices"
	"strconv"
)

// Near is a number that is easily mistaken for another.
type Near struct {
	Serial string
	How    string // "digit", "transposed", "missing", "extra", "neighbour"
}

// NearNumbers lists the candidates that one slip of the eye or finger away
// from serial: one wrong character, two neighbours swapped, one left out or
// too many (Damerau-Levenshtein distance 1), or the number before or after.
func NearNumbers(serial string, candidates []string) []Near {
	var out []Near
	for _, c := range candidates {
		if how := slip(serial, c); how != "" {
			out = append(out, Near{c, how})
		}
	}
	slices.SortFunc(out, func(a, b Near) int {
		if a.Serial < b.Serial {
			return -1
		}
		return 1
	})
	return out
}

// slip tells how a and b differ, "" when they are equal or further apart.
func slip(a, b string) string {
	if a == b {
		return ""
	}
	switch len(a) - len(b) {
	case 0:
		return sameLength(a, b)
	case 1:
		if within(b, a) {
			return "extra"
		}
	case -1:
		if within(a, b) {
			return "missing"
		}
	}
	return ""
}

func sameLength(a, b string) string {
	first, last, n := -1, -1, 0
	for i := range len(a) {
		if a[i] != b[i] {
			if first < 0 {
				first = i
			}
			last = i
			n++
		}
	}
	switch {
	case n == 1:
		return "digit"
	case n == 2 && last == first+1 && a[first] == b[last] && a[last] == b[first]:
		return "transposed"
	}
	p, x := splitSerial(a)
	q, y := splitSerial(b)
	if p == q && (x-y == 1 || y-x == 1) {
		return "neighbour"
	}
	return ""
}

// within tells whether long is short with one more character.
func within(short, long string) bool {
	i := 0
	for i < len(short) && short[i] == long[i] {
		i++
	}
	return short[i:] == long[i+1:]
}

// splitSerial parts a seal number in its letters and its running number, -1
// when it does not end in digits.
func splitSerial(s string) (prefix string, n int64) {
	i := len(s)
	for i > 0 && len(s)-i < 18 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	n, err := strconv.ParseInt(s[i:], 10, 64)
	if err != nil {
		return s, -1
	}
	return s[:i], n
}
