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
	AsksRest bool // less than eleven hours to a shift the day before or after
	// What follows is known of the reader's own people only.
	Own    bool
	Answer Answer // Can for others
	Likes  bool   // wished for the place
	Target int    // minutes wished or agreed at the election; 0 for none
	Left   int    // of Target, minutes not planned yet; below zero when over
}

// StandIns ranks those who could take a shift, for a leader: named stand-ins first,
// then enough rest, who said they can, nearest (in steps of five kilometres), who
// wished for the place, most hours left, fewest hours in the week. People who are
// busy, unfit or said they cannot are not in it. The wishes of people whom the
// reader does not lead do not move anybody, so that the order tells nothing of them.
func StandIns(b Basis, hole Shift, x models.Session, reader models.Role) []StandIn {
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
		wish := p.wish(per.ID)
		if wish.For(x) == Cannot {
			continue
		}
		c := StandIn{Person: per, Distance: -1, Answer: Can, Own: Leads(reader, per.Employer)}
		if home := p.place(per.Home); home.ID != "" && home.Lat != 0 && place.Lat != 0 {
			hx, hy := hectometres(home.Lat, home.Lon)
			px, py := hectometres(place.Lat, place.Lon)
			c.Distance = roster.Distance(roster.Person{X: hx, Y: hy}, roster.Place{X: px, Y: py})
		}
		if c.Own {
			c.Answer, c.Likes, c.Target = wish.For(x), slices.Contains(wish.Places, hole.Place), cmp.Or(wish.TargetMin, per.TargetMin)
		}
		c.weigh(b.Shifts, hole)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b StandIn) int {
		return cmp.Or(-cmp.Compare(btoi(a.Named), btoi(b.Named)), cmp.Compare(btoi(a.AsksRest), btoi(b.AsksRest)),
			cmp.Compare(slices.Index(Answers, a.Answer), slices.Index(Answers, b.Answer)), cmp.Compare(band(a.Distance), band(b.Distance)),
			-cmp.Compare(btoi(a.Likes), btoi(b.Likes)), -cmp.Compare(a.Left, b.Left), cmp.Compare(far(a.Distance), far(b.Distance)), cmp.Compare(a.Minutes, b.Minutes), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return out
}

// band is a distance in steps of five kilometres: within one the rest decides.
func band(hm int) int { return far(hm) / 50 }

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
	c.Left = c.Target
	for _, s := range shifts {
		if s.Person != c.Person.ID || !s.Holds() {
			continue
		}
		if s.StandIn {
			c.Named = c.Named || s.Session == hole.Session
			continue
		}
		if c.Own && c.Target > 0 {
			c.Left -= s.Minutes()
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
