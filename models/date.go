package models

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // Europe/Copenhagen must exist in an image without a zone database

	"github.com/brevstemme/brevstemme/models/language"
)

// Copenhagen is the zone of every wall-clock time in Brevstemme.
var Copenhagen = mustZone("Europe/Copenhagen")

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // embedded by time/tzdata: cannot fail
	}
	return loc
}

// Date is a civil date, never an instant: an election day has no time zone.
// The zero Date is "no date". Dates order as strings do and can be map keys.
type Date struct{ t time.Time }

// NewDate makes a date; day 0 of a month is the last of the month before, as in time.Date.
func NewDate(y int, m time.Month, d int) Date { return Date{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)} }

// Dates that are typed or read lie in these years. A year with a digit too many
// would make every count of days from today to it endless.
const (
	FirstYear = 1800
	LastYear  = 2299
)

// Plausible tells whether an instant's year can be meant.
func Plausible(t time.Time) bool { return t.Year() >= FirstYear && t.Year() <= LastYear }

// ParseDate reads YYYY-MM-DD (ISO 8601) and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || !Plausible(t) {
		return Date{}, Invalid("", "error.date", s)
	}
	return Date{t}, nil
}

// ParseDay reads a date as people write it: 2025-11-18, 18.11.2025 or
// 18-11-2025; day and month may be one digit.
func ParseDay(s string) (Date, error) {
	for _, form := range []string{time.DateOnly, "2.1.2006", "2-1-2006"} {
		if t, err := time.Parse(form, strings.TrimSpace(s)); err == nil && Plausible(t) {
			return Date{t}, nil
		}
	}
	return Date{}, Invalid("", "error.date", s)
}

// ParseMoment reads date and time as people write them ("12.11.2025 9.00",
// "12.11.2025 kl. 9.00") or as programs do ("2025-11-12T09:00"), in Copenhagen's
// time. A time that the clock change makes double or none is refused.
func ParseMoment(s string) (time.Time, error) {
	for _, form := range []string{"2.1.2006 15.04", "2.1.2006 kl. 15.04", "2.1.2006 15:04", "2.1.2006 kl. 15:04", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.Parse(form, strings.TrimSpace(s)); err == nil && Plausible(t) {
			return NewDate(t.Year(), t.Month(), t.Day()).AtStrict(t.Hour(), t.Minute())
		}
	}
	return time.Time{}, Invalid("", "error.date", s)
}

// DateOf is the civil date of an instant in Copenhagen.
func DateOf(t time.Time) Date { y, m, d := t.In(Copenhagen).Date(); return NewDate(y, m, d) }

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d.t.IsZero() }

// String is YYYY-MM-DD, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// In is the form of tables, "3.11.2025" or "3 Nov 2025": a date among the arguments of
// a text stands in the language of the text (language.Said).
func (d Date) In(l language.Lang) string {
	if d.IsZero() {
		return ""
	}
	return language.ShortDay(l, d.t)
}

// Danish is d.m.yyyy, the form of tables ("3.11.2025").
func (d Date) Danish() string { return d.t.Format("2.1.2006") }

// Add moves n days.
func (d Date) Add(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths moves n months; the day overflows as in time.AddDate.
func (d Date) AddMonths(n int) Date { return Date{d.t.AddDate(0, n, 0)} }

// Sub is the number of days from o to d.
func (d Date) Sub(o Date) int { return int(d.t.Sub(o.t).Hours() / 24) }

// Before, After and Compare order dates.
func (d Date) Before(o Date) bool { return d.t.Before(o.t) }

// After tells whether d lies after o.
func (d Date) After(o Date) bool { return d.t.After(o.t) }

// Compare is -1, 0 or 1.
func (d Date) Compare(o Date) int { return d.t.Compare(o.t) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// Year, Month and Day are the parts.
func (d Date) Year() int { return d.t.Year() }

// Month is the month.
func (d Date) Month() time.Month { return d.t.Month() }

// Day is the day of the month.
func (d Date) Day() int { return d.t.Day() }

// ISOWeek is the ISO 8601 year and week, as Danish planning counts ("uge 44").
func (d Date) ISOWeek() (year, week int) { return d.t.ISOWeek() }

// At is the instant of a wall-clock time on this date in Copenhagen. A time
// that does not exist (spring) moves forward; one that exists twice (autumn)
// is the first; use AtStrict where a person typed it.
func (d Date) At(hour, minute int) time.Time {
	t := time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, Copenhagen)
	if earlier := t.Add(-time.Hour); earlier.Hour() == t.Hour() && earlier.Minute() == t.Minute() {
		return earlier
	}
	return t
}

// AtStrict is At, but refuses a wall-clock time that does not exist or exists
// twice because of the clock change: nobody can say which one was meant.
func (d Date) AtStrict(hour, minute int) (time.Time, error) {
	t := d.At(hour, minute)
	if t.Hour() != hour%24 || t.Minute() != minute {
		return t, Invalid("", "error.time_missing", fmt.Sprintf("%02d.%02d", hour, minute), d)
	}
	if later := t.Add(time.Hour); later.Hour() == t.Hour() {
		return t, Invalid("", "error.time_twice", fmt.Sprintf("%02d.%02d", hour, minute), d)
	}
	return t, nil
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; empty is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}
