package staffing

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
)

// The limits of working time used where a person has none of their own: eleven
// hours of rest (arbejdstidsdirektivet, bekendtgørelse om hvileperiode § 3), a
// working day of ten hours, a week of 37.
const (
	maxDay     = 10 * 60
	minRest    = 11 * 60
	usualWeek  = 37 * 60
	usualTotal = 60 * 1000
	anywhere   = 10_000 // hectometres
)

// Basis is everything that a proposal is made of.
type Basis struct {
	Election  models.Election
	Elections []models.Election // all that the sessions serve
	Places    []models.Place
	Sessions  []models.Session // of the election, to be staffed
	People    []models.Person
	Wishes    []Wish
	Papers    Papers
	Shifts    []Shift // every shift of the people in the period, also elsewhere
	// Forecast is how many receivers the forecast asks for between opening and
	// closing, by session; nil when the election has no forecast.
	Forecast map[string]int
}

// Problem is a basis as the planner sees it, with the way back.
type Problem struct {
	Instance roster.Instance
	Basis    Basis
	Unfit    []string // receivers who are not appointed and instructed for any place, no candidates
	day0     models.Date
	sessions map[string]int
	people   map[string]int
}

// NewProblem compiles a basis. Only people fit for at least one place are in
// it, and no candidates; places at which a person is not fit are barred. A day on which a half
// day with a session cannot be worked is closed as a whole: the planner knows
// days only, and a wish that is kept too well beats one that is broken.
func NewProblem(b Basis) *Problem {
	p := &Problem{Basis: b, sessions: map[string]int{}, people: map[string]int{}}
	slices.SortFunc(p.Basis.Sessions, func(a, b models.Session) int {
		return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	in := &p.Instance
	in.Name, in.MaxDayMin, in.MinRestMin, in.Weights = b.Election.ID, maxDay, minRest, roster.DefaultWeights()
	in.Places, in.Sessions, in.Staff = []roster.Place{}, []roster.Session{}, []roster.Person{}
	if len(p.Basis.Sessions) == 0 {
		return p
	}
	p.day0 = tuesday(p.Basis.Sessions[0].Date())
	placeIDs := map[string]int{}
	for i, pl := range b.Places {
		x, y := hectometres(pl.Lat, pl.Lon)
		placeIDs[pl.ID] = i
		in.Places = append(in.Places, roster.Place{ID: i, Name: pl.ID, X: x, Y: y})
	}
	for _, s := range p.Basis.Sessions {
		p.addSession(s, placeIDs[s.Place])
	}
	for _, per := range b.People {
		p.addPerson(per, placeIDs)
	}
	for d := range in.Days { // the clock changes in the night to a Sunday
		in.Lost = append(in.Lost, 24*60-int(p.day0.Add(d+2).At(0, 0).Sub(p.day0.Add(d+1).At(0, 0)).Minutes()))
	}
	return p
}

// tuesday is the last Tuesday not after d: the planner's day 0.
func tuesday(d models.Date) models.Date {
	for d.Weekday() != time.Tuesday {
		d = d.Add(-1)
	}
	return d
}

// hectometres on a plane around Aarhus' latitude; fine for a region.
func hectometres(lat, lon float64) (x, y int) {
	const perDegree = 1113.2
	return int(math.Round((lon - 10) * perDegree * math.Cos(56*math.Pi/180))), int(math.Round((lat - 56) * perDegree))
}

func (p *Problem) place(id string) models.Place {
	i := slices.IndexFunc(p.Basis.Places, func(x models.Place) bool { return x.ID == id })
	if i < 0 {
		return models.Place{}
	}
	return p.Basis.Places[i]
}

func (p *Problem) addSession(s models.Session, place int) {
	from, until := minutesOf(s)
	day := s.Date().Sub(p.day0)
	need := max(Need(s, p.place(s.Place)), p.Basis.Forecast[s.ID])
	weekend := s.Date().Weekday() == time.Saturday || s.Date().Weekday() == time.Sunday
	p.sessions[s.ID] = len(p.Instance.Sessions)
	p.Instance.Sessions = append(p.Instance.Sessions, roster.Session{ID: len(p.Instance.Sessions), Place: place, Day: day, Start: from, End: until,
		Need: need, MinReceivers: need, Unpopular: weekend || until > 18*60})
	p.Instance.Days = max(p.Instance.Days, day+1)
}

// elections are those of a session.
func (p *Problem) elections(s models.Session) []models.Election {
	var out []models.Election
	for _, e := range p.Basis.Elections {
		if s.Serves(e.ID) {
			out = append(out, e)
		}
	}
	return out
}

func (p *Problem) addPerson(per models.Person, placeIDs map[string]int) {
	barred, fit := []int{}, false
	for i, pl := range p.Basis.Places {
		f := Fit(per, []models.Election{p.Basis.Election}, pl.ID, p.Basis.Papers)
		switch {
		case f.OK() && !f.Candidate:
			fit = true
		default:
			barred = append(barred, i)
		}
	}
	if !fit {
		if per.Receiver && !per.Left && !per.Erased && !slices.Contains(per.Candidate, p.Basis.Election.ID) {
			p.Unfit = append(p.Unfit, per.ID)
		}
		return
	}
	w := p.wish(per.ID)
	home := p.place(per.Home)
	x, y := hectometres(home.Lat, home.Lon)
	out := roster.Person{ID: len(p.Instance.Staff), X: x, Y: y, Receiver: true, Lead: per.Lead, MaxWeekMin: cmp.Or(per.MaxWeekMin, usualWeek),
		MaxTotalMin: cmp.Or(per.MaxMin, usualTotal), TargetMin: cmp.Or(w.TargetMin, per.TargetMin, p.share()), MaxTravel: cmp.Or(per.MaxTravel*10, anywhere), Barred: barred}
	if home.ID == "" { // distance unknown: everywhere is as near
		out.MaxTravel = anywhere
	}
	for _, id := range w.Places {
		if i, ok := placeIDs[id]; ok {
			out.Preferred = append(out.Preferred, i)
		}
	}
	out.Unavailable, out.Disliked = p.days(per.ID, w)
	p.people[per.ID] = out.ID
	p.Instance.Staff = append(p.Instance.Staff, out)
}

// share is an even share of the work, for people who wish nothing.
func (p *Problem) share() int {
	minutes := 0
	for _, s := range p.Instance.Sessions {
		minutes += s.Minutes() * s.Need
	}
	return minutes / max(1, len(p.Basis.People))
}

func (p *Problem) wish(person string) Wish {
	i := slices.IndexFunc(p.Basis.Wishes, func(w Wish) bool { return w.Person == person && w.Election == p.Basis.Election.ID })
	if i < 0 {
		return Wish{}
	}
	return p.Basis.Wishes[i]
}

// days are the days that a person cannot work, by wish or because of a shift
// elsewhere, and the slots of the week that they would rather not: those said of
// at least half of the dates of the slot.
func (p *Problem) days(person string, w Wish) (closed, disliked []int) {
	var rather, dates [14]int
	for day := range p.Instance.Days {
		d := p.day0.Add(day)
		cannot := false
		for _, h := range []HalfDay{{d, false}, {d, true}} {
			slot := roster.Weekday(day)*2 + btoi(h.Late)
			dates[slot]++
			switch w.Of(h) {
			case Cannot:
				cannot = true
			case RatherNot:
				rather[slot]++
			}
		}
		elsewhere := slices.ContainsFunc(p.Basis.Shifts, func(s Shift) bool {
			_, ours := p.sessions[s.Session]
			return s.Person == person && s.Holds() && !s.StandIn && !ours && models.DateOf(s.From) == d
		})
		if cannot || elsewhere {
			closed = append(closed, day)
		}
	}
	for slot, n := range rather {
		if n > 0 && 2*n >= dates[slot] {
			disliked = append(disliked, slot)
		}
	}
	return closed, disliked
}

// assignments are the shifts as the planner writes them; those it does not know
// (a person no longer fit, a session not to be staffed) are left out.
func (p *Problem) assignments(keep func(Shift) bool) []roster.Assignment {
	out := []roster.Assignment{}
	for _, s := range p.Basis.Shifts {
		x, ok := p.sessions[s.Session]
		per, known := p.people[s.Person]
		if ok && known && s.Holds() && !s.StandIn && keep(s) {
			out = append(out, roster.Assignment{Session: x, Staff: per})
		}
	}
	return out
}

// Mode is how much a proposal may change.
type Mode string

// The modes.
const (
	FillHoles Mode = "holes"  // everything stays; only what is missing is found
	Renew     Mode = "all"    // what a leader approved stays, other proposals are made anew
	Repair    Mode = "repair" // as few changes as possible to get everything staffed
)

// Modes lists the modes.
var Modes = []Mode{FillHoles, Renew, Repair}

// Options are the planner's options for a mode.
func (p *Problem) Options(m Mode, limit time.Duration) roster.Options {
	o := roster.Options{Seed: 1, Time: limit, Pinned: p.assignments(func(s Shift) bool { return m == FillHoles || s.Firm() })}
	if m == Repair {
		o.Previous = p.assignments(func(Shift) bool { return true })
		o.Pinned = p.assignments(func(s Shift) bool { return s.State == ShiftConfirmed })
	}
	return o
}
