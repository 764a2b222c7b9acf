package language

import (
	"fmt"
	"strconv"
	"time"
)

// Formats follow Danish public practice (Retskrivningsordbogen): "3. november
// 2025", "kl. 14.30", 1.234; English: "3 November 2025", "14:30", 1,234.

var monthsDa = [...]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"}
var weekdaysDa = [...]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"}

// Day is a date in words. t's own date is used: pass local time or a civil date.
func Day(l Lang, t time.Time) string {
	if l == English {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%d. %s %d", t.Day(), monthsDa[t.Month()-1], t.Year())
}

// ShortDay is a date as tables show it: "3.11.2025" or "3 Nov 2025".
func ShortDay(l Lang, t time.Time) string {
	if l == English {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2.1.2006")
}

// Weekday is the name of the weekday, lower case in Danish.
func Weekday(l Lang, d time.Weekday) string {
	if l == English {
		return d.String()
	}
	return weekdaysDa[d]
}

// Month is the name of the month, lower case in Danish.
func Month(l Lang, m time.Month) string {
	if l == English {
		return m.String()
	}
	return monthsDa[m-1]
}

// DayMonth is a day without its year: "mandag 3. november", short "man. 3. nov."; in
// English "Monday 3 November" and "Mon 3 Nov". t's own date is used.
func DayMonth(l Lang, t time.Time, short bool) string {
	return dayOf(l, t, short) + " " + monthOf(l, t, short)
}

// DaySpan is two days of a year with all between them: "mandag 3. – fredag 7.
// november", with both months where they differ.
func DaySpan(l Lang, from, until time.Time, short bool) string {
	if from.Month() == until.Month() {
		return dayOf(l, from, short) + " – " + DayMonth(l, until, short)
	}
	return DayMonth(l, from, short) + " – " + DayMonth(l, until, short)
}

// dayOf is "mandag 3." or "Monday 3".
func dayOf(l Lang, t time.Time, short bool) string {
	switch {
	case l == English && short:
		return t.Format("Mon 2")
	case l == English:
		return t.Format("Monday 2")
	case short:
		return fmt.Sprintf("%s. %d.", firstThree(weekdaysDa[t.Weekday()]), t.Day())
	}
	return fmt.Sprintf("%s %d.", weekdaysDa[t.Weekday()], t.Day())
}

func monthOf(l Lang, t time.Time, short bool) string {
	switch {
	case l == English && short:
		return t.Format("Jan")
	case !short || t.Month() == time.May:
		return Month(l, t.Month())
	}
	return firstThree(monthsDa[t.Month()-1]) + "."
}

// firstThree is the abbreviation of Danish weekdays and months, in characters.
func firstThree(word string) string { return string([]rune(word)[:3]) }

// Clock is "14.30" in Danish and "14:30" in English, without "kl.".
func Clock(l Lang, t time.Time) string {
	if l == English {
		return t.Format("15:04")
	}
	return t.Format("15.04")
}

// Moment is date and time: "3.11.2025 kl. 14.30" or "3 Nov 2025 14:30".
func Moment(l Lang, t time.Time) string {
	if l == English {
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("2.1.2006 kl. 15.04")
}

// Number groups thousands: 1.234 in Danish, 1,234 in English.
func Number(l Lang, n int64) string {
	sep := byte('.')
	if l == English {
		sep = ','
	}
	s := strconv.FormatInt(n, 10)
	neg := ""
	if s[0] == '-' {
		neg, s = "−", s[1:]
	}
	out := make([]byte, 0, len(s)+4)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			out = append(out, sep)
		}
		out = append(out, s[i])
	}
	return neg + string(out)
}
