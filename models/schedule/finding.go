package schedule

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Code is the stable name of what was found.
type Code string

// The codes, in the order in which findings of one line are reported.
const (
	Unreadable       Code = "unreadable"         // hours without a readable day, wrong number of columns, not a time
	BadInterval      Code = "bad_interval"       // closes ≤ opens, or only one of them
	OutsideWindow    Code = "outside_window"     // a dated row lies outside the period
	WeekdayMismatch  Code = "weekday_mismatch"   // the note names a weekday that is not the date's
	HoursMissing     Code = "hours_missing"      // a readable day without hours that is not CLOSED
	HoursByReference Code = "hours_by_reference" // the hours are kept elsewhere
	HolidayOpen      Code = "holiday_open"       // a dated row opens on a helligdag
	Overlap          Code = "overlap"            // two rows of the same sort overlap
	LastDay          Code = "last_day_9_16"      // no single place is open 9-16 on the last day
	HolidayClosed    Code = "holiday_closed"     // weekly or monthly hours that fall on a helligdag
)

// Codes lists every code.
var Codes = []Code{Unreadable, BadInterval, OutsideWindow, WeekdayMismatch, HoursMissing, HoursByReference, HolidayOpen, Overlap, LastDay, HolidayClosed}

// Severity is how bad a finding is: errors block an import.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Severity is the fixed severity of a code.
func (c Code) Severity() Severity {
	switch c {
	case Unreadable, BadInterval, OutsideWindow, WeekdayMismatch:
		return Error
	case HolidayClosed:
		return Info
	}
	return Warning
}

// Finding is one thing found. Line is the line of the file (header = 1; the
// first line of a row that spans several), 0 when it is about the whole.
type Finding struct {
	Code     Code        `json:"code"`
	Line     int         `json:"line"`
	Severity Severity    `json:"severity"`
	Message  string      `json:"message"` // Danish
	Key      string      `json:"-"`       // catalogue key of the message
	Args     []any       `json:"-"`
	Day      models.Date `json:"-"` // the day it is about, zero for none
}

// Text is the message in a language.
func (f Finding) Text(l language.Lang) string { return language.Text(l, f.Key, f.Args...) }

// found makes a finding; key is the catalogue key after "schedule.".
func found(code Code, line int, key string, args ...any) Finding {
	f := Finding{Code: code, Line: line, Severity: code.Severity(), Key: "schedule." + key, Args: args}
	f.Message = f.Text(language.Danish)
	return f
}

// on returns the finding bound to a day, which orders it.
func (f Finding) on(d models.Date) Finding { f.Day = d; return f }

func sortFindings(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(slices.Index(Codes, a.Code), slices.Index(Codes, b.Code)), a.Day.Compare(b.Day))
	})
}

// clip shortens what a message quotes from the file and drops what would break a line.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}
