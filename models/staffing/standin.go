package staffing

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
)

// StandIn is somebody who could take a shift, with what speaks for and against.
type StandIn struct {
	Person   models.Person
	Named    bool // named beforehand as stand-in of the session
	Distance int  // hectometres from the home area; -1 when unknown
	Minutes  int  // already in the week of the shift
	Answer   Answer
	AsksRest bool // less than eleven hours to a shift the day before or after
}

// StandIns ranks those who could take a shift, the first to call first: named
// stand-ins, then who said they can, enough rest, nearest, fewest hours. People
// who are busy, unfit or said they cannot are not in it.
func StandIns(b Basis, hole Shift, x models.Session) []StandIn {
	p := &Problem{Basis: b}
	place := p.place(hole.Place)
	var out []StandIn
	for _, per := range b.People {
		if per.ID == hole.Person || !Fit(per, p.elections(x), hole.Place, b.Papers).OK() {
			continue
		}
		if _, busy := Clash(b.Shifts, per.ID, hole.From, hole.Until); busy {
			continue
		}
		c := StandIn{Person: per, Distance: -1, Answer: p.wish(per.ID).For(x)}
		if c.Answer == Cannot {
			continue
		}
		if home := p.place(per.Home); home.ID != "" && home.Lat != 0 && place.Lat != 0 {
			hx, hy := hectometres(home.Lat, home.Lon)
			px, py := hectometres(place.Lat, place.Lon)
			c.Distance = roster.Distance(roster.Person{X: hx, Y: hy}, roster.Place{X: px, Y: py})
		}
		c.weigh(b.Shifts, hole)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b StandIn) int {
		return cmp.Or(-cmp.Compare(btoi(a.Named), btoi(b.Named)), cmp.Compare(btoi(a.AsksRest), btoi(b.AsksRest)),
			cmp.Compare(slices.Index(Answers, a.Answer), slices.Index(Answers, b.Answer)),
			cmp.Compare(far(a.Distance), far(b.Distance)), cmp.Compare(a.Minutes, b.Minutes), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return out
}

func far(hm int) int {
	if hm < 0 {
		return anywhere
	}
	return hm
}

// weigh reads the person's other shifts: hours of the week, rest, and whether
// they are named for the session.
func (c *StandIn) weigh(shifts []Shift, hole Shift) {
	year, week := models.DateOf(hole.From).ISOWeek()
	for _, s := range shifts {
		if s.Person != c.Person.ID || !s.Holds() {
			continue
		}
		if s.StandIn {
			c.Named = c.Named || s.Session == hole.Session
			continue
		}
		if y, w := models.DateOf(s.From).ISOWeek(); y == year && w == week {
			c.Minutes += s.Minutes()
		}
		day, other := models.DateOf(hole.From), models.DateOf(s.From)
		rest := hole.From.Sub(s.Until)
		if s.From.After(hole.From) {
			rest = s.From.Sub(hole.Until)
		}
		if day != other && int(rest.Minutes()) < minRest {
			c.AsksRest = true
		}
	}
}
