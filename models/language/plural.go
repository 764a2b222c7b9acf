package language

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// choice finds the verbs of a text and its choices of number: "%v {seal was|seals
// were} issued". The first is for one, the second for none and several, by the
// argument of the verb before it.
var choice = regexp.MustCompile(`%%|%(?:\[(\d+)\])?[+#]?[\d.]*(?:\[(\d+)\])?[a-z]|\{([^{}|]*)\|([^{}|]*)\}`)

// sprint fills in a text, its choices made.
func sprint(s string, args []any) string { return fmt.Sprintf(numbered(s, args), args...) }

// numbered makes the choices of a text by its arguments, as they will be shown.
func numbered(s string, args []any) string {
	if !strings.Contains(s, "|") {
		return s
	}
	next, one := 0, false
	return choice.ReplaceAllStringFunc(s, func(part string) string {
		m := choice.FindStringSubmatch(part)
		switch {
		case part == "%%":
			return part
		case part[0] == '{' && one:
			return m[3]
		case part[0] == '{':
			return m[4]
		}
		if n, err := strconv.Atoi(m[1] + m[2]); err == nil {
			next = n - 1
		}
		if next < len(args) {
			one = fmt.Sprint(args[next]) == "1"
		}
		next++
		return part
	})
}
