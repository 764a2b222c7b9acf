package web

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models/custody"
)

// counted finds the counts in a deviation's text: "KV25/own 12, KV25/other 3".
var counted = regexp.MustCompile(`([0-9A-Z]+)/([a-z0-9]+) (\d+)`)

// countedIn sums the counts of a text; false when there are none.
func countedIn(text string) (sum int, ok bool) {
	for _, m := range counted.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return 0, false
		}
		sum, ok = sum+n, true
	}
	return sum, ok
}

// foundInWords is what was expected and what was found, for a form: what is
// unknown is left out, counts stand with their destination in words.
func (r *Request) foundInWords(d custody.Deviation) string {
	var out []string
	for _, x := range [][2]string{{"deviation.expected", d.Expected}, {"deviation.found", d.Found}} {
		text := counted.ReplaceAllStringFunc(x[1], func(s string) string {
			m := counted.FindStringSubmatch(s)
			return m[1] + " " + strings.ToLower(r.destination(m[2])) + " " + m[3]
		})
		if text != "" {
			out = append(out, r.Text(x[0])+": "+strings.TrimSuffix(text, ".")+".")
		}
	}
	return strings.Join(out, "\n")
}
