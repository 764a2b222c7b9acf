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
