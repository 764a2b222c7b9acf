package roster

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

type rosterSessionPage struct {
	site.Chrome
	rosterHead
	Session  models.Session
	Place    models.Place
	Need     int
	Rule     string
	Gaps     []string
	Shifts   []crewLine
	People   []site.Option
	Holes    []site.Option // absent or offered shifts that somebody could take over
	Calls    []callLine
	CallFor  string
	Absent   bool
	Conflict string
	Print    string // the day's roster of the place, "" outside any election
}

// crewLine is one shift of the session.
type crewLine struct {
	ID, Who, Href, Hours, Why string
	Employer                  string
	Tag                       site.Tag
	Mine                      bool // this leader decides
	StandIn                   bool
	CanCancel, CanBeIll       bool
	CanReplace, CanSplit      bool
	Candidate                 bool // may receive, may not give personal help
	Moved                     bool // the session has other hours than the shift
}

// callLine is one stand-in to call.
type callLine struct {
	ID, Who, Phone, Tel, Text string
	Mine                      bool
}

var rosterSessionView = site.NewView[*rosterSessionPage]("roster-session")

// rosterSession is one session: its crew, what is missing minute by minute, and
// whom to call.
func (s *Server) rosterSession(r *site.Request) error {
	p, err := s.rosterSessionPage(r)
	if err != nil {
		return err
	}
	return rosterSessionView.Render(r, p)
}

func (s *Server) rosterSessionPage(r *site.Request) (*rosterSessionPage, error) {
	x, err := s.Store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return nil, err
	}
	pl, err := s.Store.Place(r.Context(), x.Place)
	if err != nil {
		return nil, err
	}
	var e models.Election
	if len(x.Elections) > 0 {
		if e, err = s.Store.Election(r.Context(), x.Elections[0]); err != nil {
			return nil, err
		}
	}
	shifts, err := s.Store.ShiftsAt(r.Context(), x.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &rosterSessionPage{Chrome: site.Chrome{TitleText: pl.Name + ", " + sessionWhen(r, x), Crumbs: []site.Link{{Href: "/vagtplan/valg/" + e.ID + "?uge=" + site.WeekKey(x.Date()), Text: r.Text("roster.title", e.Name)}}},
		rosterHead: headOfRoster(r, e, ""), Session: x, Place: pl, Rule: staffing.CrewRules[pl.Kind].Law}
	if e.ID != "" {
		p.Print = dayRosterOf(e, x.Date(), pl.ID)
	}
	b, err := s.Store.Basis(r.Context(), e.ID, x.Starts.AddDate(0, 0, -7))
	if e.ID != "" && err != nil {
		return nil, err
	}
	candidates, demand := staffing.Candidates(b.People, x), staffing.DemandOf(x, pl, b.Forecast[x.ID])
	p.Need = max(staffing.Need(x, pl), demand.Between)
	for _, g := range staffing.Coverage(x, pl, staffing.Crew(shifts, candidates), demand) {
		p.Gaps = append(p.Gaps, gapText(r, g))
	}
	for _, v := range shifts {
		line := lineOfCrew(r, v, names[v.Person].Name)
		line.Candidate, line.Moved = candidates[v.Person], len(staffing.Strays(map[string]models.Session{x.ID: x}, []staffing.Shift{v}, s.Now())) > 0
		p.Shifts = append(p.Shifts, line)
		if v.State == staffing.ShiftAbsent || v.State == staffing.ShiftOffered {
			p.Holes = append(p.Holes, site.Option{Value: v.ID, Text: names[v.Person].Name})
		}
	}
	return p, s.fillCalls(r, p, shifts, names, b)
}

func lineOfCrew(r *site.Request, v staffing.Shift, name string) crewLine {
	c := crewLine{ID: v.ID, Who: name, Href: "/vagtplan/person/" + v.Person, Hours: shiftHours(r, v), Employer: r.Text("employer." + string(v.Employer)), Tag: shiftTag(r, v.State), StandIn: v.StandIn}
	c.Mine = staffing.Leads(r.ActingRole(), v.Employer) && r.Act().MayActAt(v.Place)
	if c.Mine {
		c.Why = whyText(r, v.Why)
		c.CanCancel = staffing.ShiftStates.Allows(v.State, staffing.ShiftWithdraw)
		c.CanSplit = v.Firm() && !v.StandIn
		c.CanBeIll = staffing.ShiftStates.Allows(v.State, staffing.ShiftFallIll)
	}
	c.CanReplace = v.State == staffing.ShiftAbsent || v.State == staffing.ShiftOffered
	return c
}

// fillCalls ranks stand-ins for the hole asked for (?for=) or any open place.
func (s *Server) fillCalls(r *site.Request, p *rosterSessionPage, shifts []staffing.Shift, names map[string]models.Private, b staffing.Basis) error {
	if p.Election.ID == "" {
		return nil
	}
	hole := staffing.Shift{Session: p.Session.ID, Place: p.Session.Place, From: p.Session.Starts, Until: p.Session.Ends, State: staffing.ShiftAbsent}
	for _, v := range shifts {
		if v.ID == r.Query("for") || r.Query("for") == "" && v.State == staffing.ShiftAbsent {
			hole = v
			p.CallFor, p.Absent = v.ID, v.State == staffing.ShiftAbsent
			break
		}
	}
	for i, c := range staffing.StandIns(b, hole, p.Session, r.ActingRole()) {
		v, text := names[c.Person.ID], standInText(r, c)
		if c.Own {
			p.People = append(p.People, site.Option{Value: c.Person.ID, Text: v.Name + ": " + text})
		}
		if i >= 8 {
			continue
		}
		line := callLine{ID: c.Person.ID, Who: v.Name, Mine: c.Own, Text: r.Text("employer."+string(c.Person.Employer)) + " · " + text}
		if staffing.SeesContact(r.ActingRole(), c.Person, b.Shifts, models.DateOf(s.Now())) {
			line.Phone, line.Tel = v.Phone, site.Telephone(v.Phone)
		} else {
			line.Text += " · " + r.Text("roster-session.their_leader_calls")
		}
		p.Calls = append(p.Calls, line)
	}
	return nil
}

// standInText says what speaks for and against a stand-in; of people whom this
// person does not lead nothing of their wishes.
func standInText(r *site.Request, c staffing.StandIn) string {
	var parts []string
	add := func(when bool, key string, args ...any) {
		if when {
			parts = append(parts, r.Text(key, args...))
		}
	}
	add(c.Named, "roster-session.named")
	add(c.Distance >= 0, "roster-session.km", fmt.Sprintf("%d", (c.Distance+5)/10))
	add(c.Own, "roster-session.answer."+string(c.Answer))
	add(c.Likes, "roster-session.likes")
	add(c.Target > 0 && c.Left >= 0, "roster-session.hours_left", hoursText(r, c.Left))
	add(c.Target > 0 && c.Left < 0, "roster-session.hours_over", hoursText(r, -c.Left))
	add(true, "roster-session.week_hours", hoursText(r, c.Minutes))
	add(c.AsksRest, "roster-session.short_rest")
	return strings.Join(parts, " · ")
}

// clockOn reads a time of a day, "13.30" or "13:30" or "13", from a posted field.
func clockOn(r *site.Request, day models.Date, field string) (time.Time, error) {
	h, m, _ := strings.Cut(strings.Replace(r.Field(field), ":", ".", 1), ".")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(cmp.Or(m, "0"))
	if err1 != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return time.Time{}, models.Invalid(field, "roster-session.not_a_time", r.Field(field))
	}
	return day.At(hour, minute), nil
}

// rosterSessionDo does one act on the session's crew.
func (s *Server) rosterSessionDo(r *site.Request) error {
	p, err := s.rosterSessionPage(r)
	if err != nil {
		return err
	}
	var out []staffing.Shift
	switch r.Field("do") {
	case "place", "standin":
		out, err = s.Store.PlaceShift(r.Context(), r.Act(), r.Field("person"), p.Session.ID, r.Field("replaces"), r.Field("do") == "standin")
	case "cancel":
		out, err = s.Store.CancelShift(r.Context(), r.Act(), r.Field("shift"))
	case "split":
		var at time.Time
		if at, err = clockOn(r, p.Session.Date(), "at"); err == nil {
			out, err = s.Store.SplitShift(r.Context(), r.Act(), r.Field("shift"), at)
		}
	case "mend":
		out, _, err = s.Store.MendShifts(r.Context(), r.Act(), p.Election.ID)
	case "ill":
		out, err = s.Store.OwnShift(r.Context(), r.Act(), r.Field("shift"), staffing.ShiftFallIll)
	default:
		err = models.Invalid("do", "roster.unknown_choice")
	}
	if err != nil {
		return rosterSessionView.Again(r, err, p)
	}
	s.tell(r, out)
	return r.Done("/vagtplan/aabning/"+p.Session.ID, "roster-session.done."+r.Field("do"))
}
