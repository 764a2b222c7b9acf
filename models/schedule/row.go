package schedule

import (
	"slices"
	"strings"
	"unicode"
)

// Columns are the columns of the list, in the order in which they are published.
var Columns = []string{"place", "address", "postcode", "city", "kind", "weekday_or_date", "opens", "closes", "note", "source_url"}

// Row is one row as it was written, trimmed.
type Row struct {
	Line     int // first line of the row in the file, header = 1
	Place    string
	Address  string
	Postcode string
	City     string
	Kind     string // library, borgerservice or other
	Day      string // weekday_or_date
	Opens    string
	Closes   string
	Note     string
	Source   string
}

// Read decodes a file into rows. Everything that cannot be a row is a finding;
// rows whose cells make no sense are read here and reported by Unroll.
func Read(data []byte) ([]Row, []Finding) {
	text, ok := lines(data)
	if !ok {
		return nil, []Finding{found(Unreadable, 0, "no_text")}
	}
	at := skipBlank(text, 0)
	comma := byte(0)
	if at < len(text) && strings.HasPrefix(strings.ToLower(text[at]), "sep=") && len(text[at]) == 5 {
		comma = text[at][4] // a line that spreadsheets write for each other
		at = skipBlank(text, at+1)
	}
	if at >= len(text) {
		return nil, []Finding{found(Unreadable, 0, "empty")}
	}
	if comma == 0 {
		comma = separator(text[at])
	}
	r := reader{text: text, comma: comma}
	return r.read(at)
}

// skipBlank is the index of the first line from i on that holds anything.
func skipBlank(text []string, i int) int {
	for i < len(text) && strings.TrimSpace(text[i]) == "" {
		i++
	}
	return i
}

type reader struct {
	text     []string
	comma    byte
	rows     []Row
	findings []Finding
}

func (r *reader) read(at int) ([]Row, []Finding) {
	header, next, _ := splitRow(r.text, at, r.comma)
	order, ok := columnOrder(header)
	if !ok {
		r.findings = append(r.findings, found(Unreadable, at+1, "no_header", strings.Join(Columns, ",")))
	}
	r.rows = make([]Row, 0, len(r.text))
	for next < len(r.text) {
		line := next + 1
		var cells []string
		cells, next, ok = splitRow(r.text, next, r.comma)
		r.row(line, cells, ok, order)
	}
	return r.rows, r.findings
}

// columnOrder maps the cells of a header to Columns; ok is false, and the order
// the published one, when it is not exactly those ten names.
func columnOrder(header []string) (order []int, ok bool) {
	ok = len(header) == len(Columns)
	order = make([]int, len(Columns))
	for i, name := range Columns {
		order[i] = slices.IndexFunc(header, func(h string) bool { return fold(h) == name })
		ok = ok && order[i] >= 0
	}
	if !ok {
		for i := range order {
			order[i] = i
		}
	}
	return order, ok
}

// row keeps one row, or says why it cannot. Rows of empty cells, which
// spreadsheets leave behind, are blank lines.
func (r *reader) row(line int, cells []string, ok bool, order []int) {
	switch {
	case !ok:
		r.findings = append(r.findings, found(Unreadable, line, "quotes"))
	case blank(cells):
	case len(cells) != len(Columns):
		r.findings = append(r.findings, found(Unreadable, line, "columns", len(cells), len(Columns)))
	case slices.ContainsFunc(cells, unprintable):
		r.findings = append(r.findings, found(Unreadable, line, "characters"))
	default:
		c := func(i int) string { return strings.TrimSpace(cells[order[i]]) }
		r.rows = append(r.rows, Row{Line: line, Place: c(0), Address: c(1), Postcode: c(2), City: c(3), Kind: c(4),
			Day: c(5), Opens: c(6), Closes: c(7), Note: c(8), Source: c(9)})
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// unprintable tells whether a cell holds what no list holds: control characters
// other than tab and line break, or what decoding could not read.
func unprintable(cell string) bool {
	return strings.ContainsFunc(cell, func(r rune) bool {
		return r == '\uFFFD' || unicode.IsControl(r) && r != '\t' && r != '\n'
	})
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// parsed is a row with its cells understood. A row with opens < closes has
// hours; one that is closed has none; one that is neither makes no session.
type parsed struct {
	line          int
	day           daySpec
	opens, closes int // minutes after midnight; both 0 without hours
	closed        bool
	period        Period // where the row applies: the period, narrowed by its note
}

// parse understands a row inside a period and says what is wrong with it.
func parse(r Row, p Period) (parsed, []Finding) {
	out := parsed{line: r.Line, day: parseDay(r.Day), period: p}
	var fs []Finding
	if only, given, ok := parseOnly(r.Note); !ok {
		fs = append(fs, found(Unreadable, r.Line, "only", clip(r.Note)))
	} else if given {
		out.period = p.Clip(only)
	}
	hours := r.Opens != "" || r.Closes != ""
	switch {
	case out.day.sort == notADay, hours && out.day.sort == reference:
		fs = append(fs, found(Unreadable, r.Line, "no_day", clip(r.Day)))
	case out.day.sort == reference:
		fs = append(fs, found(HoursByReference, r.Line, "by_reference", clip(r.Place), clip(r.Day)))
	case hours:
		fs = append(fs, out.hours(r)...)
	case closedWord.MatchString(r.Note):
		out.closed = true
	default:
		fs = append(fs, found(HoursMissing, r.Line, "hours_missing", clip(r.Place), clip(r.Day)))
	}
	if out.day.sort == dated {
		fs = append(fs, out.dated(r)...)
	}
	if slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity == Error && f.Code != OutsideWindow }) {
		out.opens, out.closes, out.closed = 0, 0, false
	}
	return out, fs
}

// hours reads the two times.
func (p *parsed) hours(r Row) []Finding {
	for _, cell := range []string{r.Opens, r.Closes} {
		if _, ok := parseClock(cell); cell != "" && !ok {
			return []Finding{found(Unreadable, r.Line, "no_time", clip(cell))}
		}
	}
	if r.Opens == "" || r.Closes == "" {
		return []Finding{found(BadInterval, r.Line, "one_time", clip(r.Opens+r.Closes))}
	}
	opens, _ := parseClock(r.Opens)
	closes, _ := parseClock(r.Closes)
	if closes <= opens {
		return []Finding{found(BadInterval, r.Line, "bad_interval", clip(r.Opens), clip(r.Closes))}
	}
	p.opens, p.closes = opens, closes
	return nil
}

// dated checks a dated row against its period and the weekdays in its note. A
// range that lies partly outside is reported too; its days inside stay.
func (p *parsed) dated(r Row) []Finding {
	var fs []Finding
	days := p.day.dates
	inside := days.Clip(p.period)
	if inside.Empty() || inside != days && !p.closed {
		fs = append(fs, found(OutsideWindow, r.Line, "outside_window", r.Day, p.period.First, p.period.Last))
	}
	for _, w := range namedDays(r.Note) {
		if !days.falls(w) {
			fs = append(fs, found(WeekdayMismatch, r.Line, "weekday_mismatch", w, r.Day, days.First.Weekday()))
			break
		}
	}
	p.day.dates = inside
	return fs
}
