package schedule

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
)

// calendarDay is one day of the period with what unrolling asks of it.
type calendarDay struct {
	date    models.Date
	holiday bool
	start   time.Time // midnight in Copenhagen
	changes bool      // the clock is changed on this day
}

func daysOf(p Period) []calendarDay {
	var days []calendarDay
	for d := p.First; !d.After(p.Last); d = d.Add(1) {
		start, end := d.At(0, 0), d.Add(1).At(0, 0)
		days = append(days, calendarDay{d, calendar.IsHoliday(d), start, end.Sub(start) != 24*time.Hour})
	}
	return days
}

// at is the instant of a wall-clock time in minutes. Only the two days of the
// year on which the clock is changed need the zone's rules.
func (d calendarDay) at(minutes int) time.Time {
	if d.changes {
		return d.date.At(minutes/60, minutes%60)
	}
	return d.start.Add(time.Duration(minutes) * time.Minute)
}

// unclear finds an end of an interval that the clock change makes double or none:
// it is no time, and nobody can say which one was meant.
func (d calendarDay) unclear(i interval) (f Finding, bad bool) {
	if !d.changes {
		return f, false
	}
	for _, m := range []int{i.opens, i.closes} {
		if _, err := d.date.AtStrict(m/60, m%60); err != nil {
			key := "hour_twice"
			if at := d.at(m); at.Hour()*60+at.Minute() != m%(24*60) {
				key = "hour_missing"
			}
			return found(Unreadable, i.line, key, language.TimeOfDay(m), d.date).on(d.date), true
		}
	}
	return f, false
}

// matches tells whether a weekly or monthly row applies on the day.
func (s daySpec) matches(d models.Date) bool {
	if s.sort == reference || d.Weekday() != s.weekday {
		return false
	}
	switch {
	case s.sort == weekly:
		return true
	case s.nth == 0:
		return d.Add(7).Month() != d.Month()
	}
	return (d.Day()+6)/7 == s.nth
}

// interval is part of a day in minutes after midnight, and the first row behind it.
type interval struct{ opens, closes, line int }

// minutes is a set of minutes of one day.
type minutes [(24*60 + 63) / 64]uint64

const minuteWords = len(minutes{})

// addMeets adds an interval and tells whether any of it was there before.
func (m *minutes) addMeets(i interval) (met bool) {
	for w := i.opens / 64; w <= (i.closes-1)/64 && w < minuteWords; w++ {
		mask := ^uint64(0)
		if low := i.opens - w*64; low > 0 {
			mask <<= uint(low)
		}
		if high := i.closes - w*64; high < 64 {
			mask &= 1<<uint(high) - 1
		}
		met = met || m[w]&mask != 0
		m[w] |= mask
	}
	return met
}

// merge joins intervals that touch or overlap; the line is the first of them.
func merge(in []interval) []interval {
	slices.SortFunc(in, func(a, b interval) int { return cmp.Or(a.opens-b.opens, a.line-b.line) })
	out := in[:0]
	for _, i := range in {
		if n := len(out); n > 0 && i.opens <= out[n-1].closes {
			out[n-1].closes = max(out[n-1].closes, i.closes)
			out[n-1].line = min(out[n-1].line, i.line)
			continue
		}
		out = append(out, i)
	}
	return out
}

// meets tells whether any of a overlaps any of b; touching is not overlapping.
func meets(a, b []interval) bool {
	var m minutes
	for _, i := range a {
		m.addMeets(i)
	}
	return slices.ContainsFunc(b, func(i interval) bool { m := m; return m.addMeets(i) })
}

// unroller makes the sessions of one place after another.
type unroller struct {
	days     []calendarDay
	sessions []Session
	findings []Finding
	flagged  map[int]bool // lines with an overlap that is reported
	lastDay  models.Date
	covered  bool // some place is open 9-16 on the last day
}

// byDay is the rows of one place, spread over the days of the period.
type byDay struct {
	regular [7][]parsed      // weekly and monthly rows with hours, by weekday
	dated   map[int][]parsed // dated rows with hours, by index of the day
	closed  map[int]bool     // days that a dated row removes
}

func (u *unroller) spread(rows []parsed) byDay {
	b := byDay{dated: map[int][]parsed{}, closed: map[int]bool{}}
	for _, r := range rows {
		switch {
		case r.day.sort == weekly || r.day.sort == monthly:
			if r.closes > 0 {
				b.regular[r.day.weekday] = append(b.regular[r.day.weekday], r)
			}
		case r.day.sort == dated && len(u.days) > 0 && !r.day.dates.Empty():
			for i := r.day.dates.First.Sub(u.days[0].date); i <= r.day.dates.Last.Sub(u.days[0].date); i++ {
				if r.closed {
					b.closed[i] = true
				} else if r.closes > 0 {
					b.dated[i] = append(b.dated[i], r)
				}
			}
		}
	}
	return b
}

// place makes the sessions of one place from its rows, which are in file order.
func (u *unroller) place(p Place, rows []parsed) {
	b := u.spread(rows)
	for i, d := range u.days {
		var regular, special []interval
		if rs := b.regular[d.date.Weekday()]; len(rs) > 0 {
			regular = u.regular(p, rs, d)
		}
		if rs := b.dated[i]; len(rs) > 0 {
			special = u.special(rs, d, b.closed[i])
		}
		if b.closed[i] || len(regular)+len(special) == 0 {
			continue
		}
		if len(special) > 0 && len(regular) > 0 && meets(regular, special) {
			regular = nil
		}
		for _, s := range merge(append(regular, special...)) {
			u.session(p, d, s)
		}
	}
}

// regular is the weekly and monthly hours of a day, none on a helligdag.
func (u *unroller) regular(p Place, rows []parsed, d calendarDay) []interval {
	var out []interval
	var seen [2]minutes
	for _, r := range rows {
		if !r.day.matches(d.date) || !r.period.Has(d.date) {
			continue
		}
		if d.holiday {
			u.findings = append(u.findings, found(HolidayClosed, r.line, "holiday_closed", clip(p.Name), d.date, holidayName(d.date)).on(d.date))
			return nil
		}
		i := interval{r.opens, r.closes, r.line}
		u.overlap(&seen[r.day.sort-weekly], i, d)
		out = append(out, i)
	}
	return out
}

// special is the dated hours of a day.
func (u *unroller) special(rows []parsed, d calendarDay, closed bool) []interval {
	out := make([]interval, 0, len(rows))
	var seen minutes
	for _, r := range rows {
		i := interval{r.opens, r.closes, r.line}
		if closed {
			u.flag(r.line, "overlap_closed", d)
			continue
		}
		if d.holiday {
			u.findings = append(u.findings, found(HolidayOpen, r.line, "holiday_open", d.date, holidayName(d.date)).on(d.date))
		}
		u.overlap(&seen, i, d)
		out = append(out, i)
	}
	return out
}

// overlap reports a row that overlaps an earlier one of the same sort, once.
func (u *unroller) overlap(seen *minutes, i interval, d calendarDay) {
	if seen.addMeets(i) {
		u.flag(i.line, "overlap", d)
	}
}

func (u *unroller) flag(line int, key string, d calendarDay) {
	if !u.flagged[line] {
		u.flagged[line] = true
		u.findings = append(u.findings, found(Overlap, line, key, d.date).on(d.date))
	}
}

func (u *unroller) session(p Place, d calendarDay, i interval) {
	s := Session{Place: p.Name, Address: p.Address, Starts: d.at(i.opens), Ends: d.at(i.closes), Line: i.line}
	if !s.Ends.After(s.Starts) { // both inside the hour that the spring skips
		u.findings = append(u.findings, found(BadInterval, i.line, "no_hour", d.date).on(d.date))
		return
	}
	if f, bad := d.unclear(i); bad {
		u.findings = append(u.findings, f)
		return
	}
	if d.date == u.lastDay && i.opens <= 9*60 && i.closes >= 16*60 {
		u.covered = true
	}
	u.sessions = append(u.sessions, s)
}
