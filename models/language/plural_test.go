package language

import (
	"strings"
	"testing"
)

func TestOneAndMany(t *testing.T) {
	for _, c := range []struct {
		text, want string
		args       []any
	}{
		{"%v {seal was|seals were} issued", "1 seal was issued", []any{1}},
		{"%v {seal was|seals were} issued", "0 seals were issued", []any{0}},
		{"%s {seal was|seals were} issued", "1 seal was issued", []any{"1"}},
		{"%v: %d {vote|votes} in %d {packet|packets}", "1: 1 vote in 11 packets", []any{1, 1, 11}},
		{"%[2]v {shift|shifts} of %[1]v {place|places}", "1 shift of 3 places", []any{3, 1}},
		{"%.1[2]f s, 5 %%, %[1]v {day|days}", "1.0 s, 5 %, 2 days", []any{2, 1.0}},
		{"%v up|down {0}", "1 up|down {0}", []any{1}},
		{"{one|many} without a number", "many without a number", []any{}},
	} {
		if got := strings.ReplaceAll(sprint(c.text, c.args), "\u00a0", " "); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.text, c.args, got, c.want)
		}
	}
}

// Each choice of the catalogue stands behind a number.
func TestChoicesFollowANumber(t *testing.T) {
	for _, k := range Keys() {
		for _, l := range Langs {
			before := false
			for _, m := range choice.FindAllString(catalogue[k][l], -1) {
				if m[0] == '{' && !before {
					t.Errorf("%s: %s stands before any number", k, m)
				}
				before = before || m[0] == '%' && m != "%%"
			}
		}
	}
}
