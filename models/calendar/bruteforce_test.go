package calendar

import (
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// The calendar a second time, from the table of rules alone and with nothing of
// the package or of time: days are Julian day numbers (Fliegel and Van Flandern,
// 1968), Easter is by golden number and epact (Clavius; D. E. Knuth, The Art of
// Computer Programming 1, 1.3.2, exercise 14), days are counted by walking.

func toJDN(y, m, d int) int {
	a := (14 - m) / 12
	y, m = y+4800-a, m+12*a-3
	return d + (153*m+2)/5 + 365*y + y/4 - y/100 + y/400 - 32045
}

func fromJDN(j int) (y, m, d int) {
	a := j + 32044
	b := (4*a + 3) / 146097
	c := a - 146097*b/4
	e := (4*c + 3) / 1461
	f := c - 1461*e/4
	g := (5*f + 2) / 153
	return 100*b + e - 4800 + g/10, g + 3 - 12*(g/10), f - (153*g+2)/5 + 1
}

// weekdayOf is 0 for Monday.
func weekdayOf(j int) int { return j % 7 }

func easterByEpact(y int) int {
	golden := y%19 + 1
	century := y/100 + 1
	leaps, moon := 3*century/4-12, (8*century+5)/25-5
	sunday := 5*y/4 - leaps - 10
	epact := (11*golden + 20 + moon - leaps) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	n := 44 - epact
	if n < 21 {
		n += 30
	}
	return toJDN(y, 3, 1) - 1 + n + 7 - (sunday+n)%7
}

func churchHoliday(j int) bool {
	y, m, d := fromJDN(j)
	if m == 1 && d == 1 || m == 12 && (d == 25 || d == 26) {
		return true
	}
	for _, after := range []int{-3, -2, 0, 1, 39, 49, 50} {
		if easterByEpact(y)+after == j {
			return true
		}
	}
	return y <= 2023 && easterByEpact(y)+26 == j
}

// summer tells whether noon of a day has summer time: from the last Sunday of
// March until the day before the last Sunday of October.
func summer(j int) bool {
	y, _, _ := fromJDN(j)
	from, until := toJDN(y, 3, 31), toJDN(y, 10, 31)
	for ; weekdayOf(from) != 6; from-- {
	}
	for ; weekdayOf(until) != 6; until-- {
	}
	return j >= from && j < until
}

func dayText(j int) string {
	y, m, d := fromJDN(j)
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}

func momentText(j, hour int) string {
	zone := "+01:00"
	if summer(j) {
		zone = "+02:00"
	}
	return fmt.Sprintf("%sT%02d:00:00%s", dayText(j), hour, zone)
}

func thirdTuesday(y, m int) int {
	for j, n := toJDN(y, m, 1), 0; ; j++ {
		if weekdayOf(j) == 1 {
			n++
		}
		if n == 3 {
			return j
		}
	}
}

// bruteForce is every date of an election on day e, called on day called (fv).
func bruteForce(typ Type, e, called int) map[Rule]string {
	y, m, d := fromJDN(e)
	first, institutions, requests := e-42, e-21, e-28
	last := e - 4
	if typ != KV {
		last = e
		for hverdage := 0; hverdage < 3; {
			last--
			if weekdayOf(last) != 6 && !churchHoliday(last) {
				hverdage++
			}
		}
	}
	if typ == FV {
		first = called
		if old := e - 21; e < toJDN(2023, 6, 1) && old > called {
			first = old
		}
		institutions = first
		requests = max(requests, called)
	}
	abroad := 0
	if typ == KV {
		abroad = thirdTuesday(y, 8)
	} else {
		for am, ay, ad := (m+8)%12+1, y, d; ; ad-- { // three months back, the month's last day where it is shorter
			if m <= 3 {
				ay = y - 1
			}
			abroad = toJDN(ay, am, ad)
			if _, back, _ := fromJDN(abroad); back == am {
				break
			}
		}
	}
	limit, limitHour := e-12, 18
	for ; weekdayOf(limit) >= 5; limit++ {
		limitHour = 12
	}
	opens := 8
	if weekdayOf(e) >= 5 || churchHoliday(e) {
		opens = 9
	}
	out := map[Rule]string{OpenFirst: dayText(first), OpenLast: dayText(last), LastDayOpening: momentText(last, 9), InstitutionsFirst: dayText(institutions),
		HomeRequestFirst: dayText(requests), HomeRequestLast: momentText(limit, limitHour), AbroadFirst: dayText(abroad), VoterList: dayText(e - 15),
		PollCardsLast: dayText(e - 5), ExaminationFirst: dayText(e - 2), PollsOpen: momentText(e, opens), PollsClose: momentText(e, 20), ComplaintLast: dayText(e + 7)}
	if typ == KV {
		out[MaterialFrom] = dayText(thirdTuesday(y, 5))
	}
	if typ != FA {
		out[CandidatesPublic] = dayText(e - 8)
	}
	return out
}

// Every type of election on every day from 2016 to 2045, general elections
// called from the day itself to ten weeks before: every date as counted by hand.
func TestEveryDayAgainstBruteForce(t *testing.T) {
	compared := 0
	for j := toJDN(2016, 1, 1); j <= toJDN(2045, 12, 31); j++ {
		y, m, d := fromJDN(j)
		for _, typ := range Types {
			called := j - (j*7)%71
			cy, cm, cd := fromJDN(called)
			c, err := For(Election{typ, models.NewDate(y, time.Month(m), d), models.NewDate(cy, time.Month(cm), cd)}, Default())
			if err != nil {
				t.Fatalf("%s %s: %v", typ, dayText(j), err)
			}
			want := bruteForce(typ, j, called)
			if len(c.Dates) != len(want) {
				t.Fatalf("%s %s: %d dates, want %d", typ, dayText(j), len(c.Dates), len(want))
			}
			for _, e := range c.Dates {
				if compared++; e.When() != want[e.Rule] {
					t.Errorf("%s %s called %s, %s: %s, want %s", typ, dayText(j), dayText(called), e.Rule, e.When(), want[e.Rule])
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	if compared < 600_000 {
		t.Errorf("only %d dates compared", compared)
	}
}
