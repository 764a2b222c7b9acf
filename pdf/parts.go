package pdf

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Figure is a count that may be unknown: unknown is an empty box to write in,
// never a nought.
type Figure struct {
	N     int
	Known bool
}

// Known is a figure that is known.
func Known(n int) Figure { return Figure{n, true} }

// Party is one end of a handover: a place and the person who acts for it.
type Party struct {
	Site, Address      string
	Person, Role, Unit string
	Phone              string
}

// Staff is a person on a form, with what makes them fit to be there.
type Staff struct {
	Name, Role, Employer, Appointment string
}

// figure is a number as text, empty when unknown.
func (s *sheet) figure(f Figure) string {
	if !f.Known {
		return ""
	}
	return s.number(f.N)
}

// sum is the total of a table of rows lines, empty under lines to write on.
func (s *sheet) sum(total, rows int) string { return s.figure(Figure{total, rows > 0}) }

// signed is a difference with its sign: "−2", "+1", "0".
func (s *sheet) signed(f Figure) string {
	if f.Known && f.N > 0 {
		return "+" + s.number(f.N)
	}
	return s.figure(f)
}

// f is a labelled field; key is the last part of a catalogue key under pdf.f.
func (s *sheet) f(key, value string) field { return field{label: s.t("pdf.f." + key), value: value} }

// wide is a field that spans n columns.
func (f field) wide(n int) field { f.span = n; return f }

// serial is a field in the face for serials.
func (f field) serial() field { f.mono = true; return f }

// bold is a field in bold.
func (f field) bold() field { f.strong = true; return f }

// col is a column; key is the last part of a catalogue key under pdf.f.
func (s *sheet) col(key string, width float64, kind colKind) column {
	return column{title: s.t("pdf.f." + key), width: width, kind: kind}
}

// h is a heading; key is the last part of a catalogue key under pdf.h.
func (s *sheet) h(key string) { s.heading(s.t("pdf.h." + key)) }

// p is a paragraph; key is the last part of a catalogue key under pdf.p.
func (s *sheet) p(key string, args ...any) { s.para(s.t("pdf.p."+key, args...)) }

// tick is a check box; key is the last part of a catalogue key under pdf.f.
func (s *sheet) tick(key string, on bool) check { return check{s.t("pdf.f." + key), on} }

// sign is a signature field; key is the last part of a catalogue key under pdf.s.
func (s *sheet) sign(key, name string) sign { return sign{role: s.t("pdf.s." + key), name: name} }

// high is a field with room for two lines more by hand, when nothing is printed in it.
func (f field) high() field { f.tall = f.value == ""; return f }

// orBlank adds empty rows to write in, up to n, when there are none.
func orBlank(rows [][]string, n int) [][]string {
	if len(rows) > 0 {
		return rows
	}
	return make([][]string, n)
}

// hours is "10.00–14.30", with the zone's clock of Copenhagen.
func (s *sheet) hours(from, to time.Time) string {
	if from.IsZero() && to.IsZero() {
		return ""
	}
	return s.clock(from) + "–" + s.clock(to)
}

// dayAndHours is "mandag 3. november 2025 kl. 10.00–14.30".
func (s *sheet) dayAndHours(from, to time.Time) string {
	if from.IsZero() {
		return ""
	}
	return s.t("pdf.day_hours", s.weekday(models.DateOf(from)), s.hours(from, to))
}
