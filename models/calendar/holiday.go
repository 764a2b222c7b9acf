package calendar

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Easter is Easter Sunday (påskedag) of a year in the Gregorian calendar, by the
// anonymous algorithm (Meeus/Jones/Butcher; J. Meeus, Astronomical Algorithms,
// 1991, ch. 8).
func Easter(year int) models.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return models.NewDate(year, time.Month(n/31), n%31+1)
}

// lastStoreBededag is the last year in which store bededag was a holiday:
// lov nr. 214 af 7. marts 2023 abolished it from 1 January 2024.
const lastStoreBededag = 2023

// Holiday is the catalogue key of the helligdag that a day is, or "" when it is
// none. 1 May, 5 June, 24 and 31 December are no helligdage.
func Holiday(d models.Date) string {
	switch {
	case d.Month() == time.January && d.Day() == 1:
		return "holiday.new_year"
	case d.Month() == time.December && d.Day() == 25:
		return "holiday.christmas_day"
	case d.Month() == time.December && d.Day() == 26:
		return "holiday.second_christmas_day"
	}
	switch d.Sub(Easter(d.Year())) {
	case -3:
		return "holiday.maundy_thursday"
	case -2:
		return "holiday.good_friday"
	case 0:
		return "holiday.easter"
	case 1:
		return "holiday.second_easter"
	case 26:
		if d.Year() <= lastStoreBededag {
			return "holiday.prayer_day"
		}
	case 39:
		return "holiday.ascension"
	case 49:
		return "holiday.pentecost"
	case 50:
		return "holiday.second_pentecost"
	}
	return ""
}

// IsHoliday tells whether a day is a helligdag.
func IsHoliday(d models.Date) bool { return Holiday(d) != "" }

// Holidays lists the helligdage from first to last, both included.
func Holidays(first, last models.Date) []models.Date {
	var days []models.Date
	for d := first; !d.After(last); d = d.Add(1) {
		if IsHoliday(d) {
			days = append(days, d)
		}
	}
	return days
}

// IsHverdag tells whether a day counts in "tredjesidste hverdag" (FV § 56):
// neither Sunday nor helligdag nor one of the days a setting takes out.
func (s Settings) IsHverdag(d models.Date) bool {
	return d.Weekday() != time.Sunday && !IsHoliday(d) && !slices.Contains(s.NotHverdage, MonthDay{d.Month(), d.Day()})
}

// hverdagBefore is the nth hverdag counted backwards from the day before d.
func (s Settings) hverdagBefore(d models.Date, n int) models.Date {
	for n > 0 {
		d = d.Add(-1)
		if s.IsHverdag(d) {
			n--
		}
	}
	return d
}

// nthWeekday is the nth (1-5) given weekday of a month.
func nthWeekday(year int, m time.Month, w time.Weekday, n int) models.Date {
	first := models.NewDate(year, m, 1)
	return first.Add((int(w-first.Weekday())+7)%7 + 7*(n-1))
}

// monthsBefore is the same day of the month n months earlier; where that month
// is shorter, its last day.
func monthsBefore(d models.Date, n int) models.Date {
	last := models.NewDate(d.Year(), d.Month()-time.Month(n)+1, 0)
	return models.NewDate(last.Year(), last.Month(), min(d.Day(), last.Day()))
}
