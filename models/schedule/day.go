package schedule

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// daySort is what a row says about days.
type daySort int

const (
	reference daySort = iota // hours kept elsewhere, or nothing
	weekly
	monthly
	dated
	notADay // looks like a date and is none
)

// daySpec is a readable weekday_or_date.
type daySpec struct {
	sort    daySort
	weekday time.Weekday // weekly, monthly
	nth     int          // monthly: 1-5, 0 for the last
	dates   Period       // dated
}

var shortDays = map[string]time.Weekday{"man": time.Monday, "tir": time.Tuesday, "ons": time.Wednesday, "tor": time.Thursday,
	"fre": time.Friday, "lør": time.Saturday, "søn": time.Sunday}

var longDays = map[string]time.Weekday{"mandag": time.Monday, "tirsdag": time.Tuesday, "onsdag": time.Wednesday, "torsdag": time.Thursday,
	"fredag": time.Friday, "lørdag": time.Saturday, "søndag": time.Sunday}

var ordinals = map[string]int{"1.": 1, "2.": 2, "3.": 3, "4.": 4, "5.": 5, "første": 1, "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sidste": 0}

var (
	monthlyRule = regexp.MustCompile(`^(\d\.|\pL+)\s*(\pL+) i måneden$`)
	dateShape   = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}(\s*\.\..*)?$`)
)

// fold lower-cases, joins runs of white space and composes the å that some
// systems write as a and a ring.
func fold(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(strings.ToLower(s)), " "), "a\u030a", "å")
}

// parseDay reads a weekday_or_date cell.
func parseDay(cell string) daySpec {
	s := fold(cell)
	if w, ok := shortDays[s]; ok {
		return daySpec{sort: weekly, weekday: w}
	}
	if m := monthlyRule.FindStringSubmatch(s); m != nil {
		n, ok := ordinals[m[1]]
		w, isDay := longDays[m[2]]
		if ok && isDay {
			return daySpec{sort: monthly, weekday: w, nth: n}
		}
	}
	if !dateShape.MatchString(s) {
		return daySpec{}
	}
	from, to, ranged := strings.Cut(s, "..")
	if !ranged {
		to = from
	}
	p, ok := parsePeriod(from, to)
	if !ok {
		return daySpec{sort: notADay}
	}
	return daySpec{sort: dated, dates: p}
}

func parsePeriod(from, to string) (Period, bool) {
	first, err1 := models.ParseDate(strings.TrimSpace(from))
	last, err2 := models.ParseDate(strings.TrimSpace(to))
	p := Period{first, last}
	return p, err1 == nil && err2 == nil && !p.Empty()
}

var onlyRule = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])kun\s+(\d{4}-\d{2}-\d{2})\s*\.\.\s*(\d{4}-\d{2}-\d{2})`)

// parseOnly reads "kun A..B" in a note. given is false when it is not there, ok
// is false when it is there and is no period.
func parseOnly(note string) (p Period, given, ok bool) {
	m := onlyRule.FindStringSubmatch(note)
	if m == nil {
		return Period{}, false, true
	}
	p, ok = parsePeriod(m[1], m[2])
	return p, true, ok
}

var closedWord = regexp.MustCompile(`(?:^|[^\pL\pN])CLOSED(?:[^\pL\pN]|$)`)

// namedDays are the weekdays that a note names as whole words (not "lørdage",
// not "skærtorsdag").
func namedDays(note string) []time.Weekday {
	var days []time.Weekday
	for _, word := range strings.FieldsFunc(strings.ToLower(note), func(r rune) bool { return !isLetter(r) }) {
		if w, ok := longDays[word]; ok && !slices.Contains(days, w) {
			days = append(days, w)
		}
	}
	return days
}

// parseClock reads HH:MM or H.MM as minutes after midnight.
func parseClock(s string) (minutes int, ok bool) {
	h, m, found := strings.Cut(strings.ReplaceAll(s, ".", ":"), ":")
	if !found || len(h) < 1 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	for _, c := range []byte(h + m) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	hours, mins := number(h), number(m)
	return hours*60 + mins, hours < 24 && mins < 60
}

// number is the value of at most two decimal digits.
func number(s string) (n int) {
	for _, c := range []byte(s) {
		n = n*10 + int(c-'0')
	}
	return n
}

// falls tells whether the period holds a weekday.
func (p Period) falls(w time.Weekday) bool {
	return p.First.Add((int(w-p.First.Weekday())+7)%7).Compare(p.Last) <= 0
}

// ReadableDay tells whether a weekday_or_date says which days it means: a
// weekday, a date, a range or a monthly rule.
func ReadableDay(cell string) bool {
	s := parseDay(cell)
	return s.sort == weekly || s.sort == monthly || s.sort == dated
}
