package web

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

type rosterSessionPage struct {
	Chrome
	rosterHead
	Session  models.Session
	Place    models.Place
	Need     int
	Rule     string
	Gaps     []string
	Shifts   []crewLine
	People   []Option
	Holes    []Option // absent or offered shifts that somebody could take over
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
	Tag                       Tag
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

var rosterSessionView = newView[*rosterSessionPage]("roster-session")

// rosterSession is one session: its crew, what is missing minute by minute, and
// whom to call.
func (s *Server) rosterSession(r *Request) error {
	p, err := s.rosterSessionPage(r)
	if err != nil {
		return err
	}
	return rosterSessionView.render(r, p)
}

func (s *Server) rosterSessionPage(r *Request) (*rosterSessionPage, error) {
	x, err := s.store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return nil, err
	}
	pl, err := s.store.Place(r.Context(), x.Place)
	if err != nil {
		return nil, err
	}
	var e models.Election
	if len(x.Elections) > 0 {
		if e, err = s.store.Election(r.Context(), x.Elections[0]); err != nil {
			return nil, err
		}
	}
	shifts, err := s.store.ShiftsAt(r.Context(), x.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &rosterSessionPage{Chrome: Chrome{TitleText: pl.Name + ", " + r.sessionWhen(x), Crumbs: []Link{{Href: "/vagtplan/valg/" + e.ID + "?uge=" + weekKey(x.Date()), Text: r.Text("roster.title", e.Name)}}},
		rosterHead: r.rosterHead(e, ""), Session: x, Place: pl, Rule: staffing.CrewRules[pl.Kind].Law}
	if e.ID != "" {
		p.Print = dayRosterOf(e, x.Date(), pl.ID)
	}
	b, err := s.store.Basis(r.Context(), e.ID, x.Starts.AddDate(0, 0, -7))
	if e.ID != "" && err != nil {
		return nil, err
	}
	candidates, demand := staffing.Candidates(b.People, x), staffing.DemandOf(x, pl, b.Forecast[x.ID])
	p.Need = max(staffing.Need(x, pl), demand.Between)
	for _, g := range staffing.Coverage(x, pl, staffing.Crew(shifts, candidates), demand) {
		p.Gaps = append(p.Gaps, r.gapText(g))
	}
	for _, v := range shifts {
		line := r.crewLine(v, names[v.Person].Name)
		line.Candidate, line.Moved = candidates[v.Person], len(staffing.Strays(map[string]models.Session{x.ID: x}, []staffing.Shift{v}, s.now())) > 0
		p.Shifts = append(p.Shifts, line)
		if v.State == staffing.ShiftAbsent || v.State == staffing.ShiftOffered {
			p.Holes = append(p.Holes, Option{Value: v.ID, Text: names[v.Person].Name})
		}
	}
	return p, s.fillCalls(r, p, shifts, names, b)
}

func (r *Request) crewLine(v staffing.Shift, name string) crewLine {
	c := crewLine{ID: v.ID, Who: name, Href: "/vagtplan/person/" + v.Person, Hours: r.shiftHours(v), Employer: r.Text("employer." + string(v.Employer)), Tag: r.shiftTag(v.State), StandIn: v.StandIn}
	c.Mine = staffing.Leads(r.actingRole(), v.Employer) && r.act().MayActAt(v.Place)
	if c.Mine {
		c.Why = r.whyText(v.Why)
		c.CanCancel = staffing.ShiftStates.Allows(v.State, staffing.ShiftWithdraw)
		c.CanSplit = v.Firm() && !v.StandIn
		c.CanBeIll = staffing.ShiftStates.Allows(v.State, staffing.ShiftFallIll)
	}
	c.CanReplace = v.State == staffing.ShiftAbsent || v.State == staffing.ShiftOffered
	return c
}

// fillCalls ranks stand-ins for the hole asked for (?for=) or any open place.
func (s *Server) fillCalls(r *Request, p *rosterSessionPage, shifts []staffing.Shift, names map[string]models.Private, b staffing.Basis) error {
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
	for i, c := range staffing.StandIns(b, hole, p.Session, r.actingRole()) {
		v, text := names[c.Person.ID], r.standInText(c)
		if c.Own {
			p.People = append(p.People, Option{Value: c.Person.ID, Text: v.Name + ": " + text})
		}
		if i >= 8 {
			continue
		}
		line := callLine{ID: c.Person.ID, Who: v.Name, Mine: c.Own, Text: r.Text("employer."+string(c.Person.Employer)) + " · " + text}
		if staffing.SeesContact(r.actingRole(), c.Person, b.Shifts, models.DateOf(s.now())) {
			line.Phone, line.Tel = v.Phone, telephone(v.Phone)
		} else {
			line.Text += " · " + r.Text("roster-session.their_leader_calls")
		}
		p.Calls = append(p.Calls, line)
	}
	return nil
}

// standInText says what speaks for and against a stand-in; of people whom this
// person does not lead nothing of their wishes.
func (r *Request) standInText(c staffing.StandIn) string {
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
	add(c.Target > 0 && c.Left >= 0, "roster-session.hours_left", r.hoursText(c.Left))
	add(c.Target > 0 && c.Left < 0, "roster-session.hours_over", r.hoursText(-c.Left))
	add(true, "roster-session.week_hours", r.hoursText(c.Minutes))
	add(c.AsksRest, "roster-session.short_rest")
	return strings.Join(parts, " · ")
}

// clockOn reads a time of a day, "13.30" or "13:30" or "13", from a posted field.
func (r *Request) clockOn(day models.Date, field string) (time.Time, error) {
	h, m, _ := strings.Cut(strings.Replace(r.Field(field), ":", ".", 1), ".")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(cmp.Or(m, "0"))
	if err1 != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return time.Time{}, models.Invalid(field, "roster-session.not_a_time", r.Field(field))
	}
	return day.At(hour, minute), nil
}

// telephone is a number as a tel: link takes it.
func telephone(s string) string {
	out := []byte{}
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' || s[i] == '+' && len(out) == 0 {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// rosterSessionDo does one act on the session's crew.
func (s *Server) rosterSessionDo(r *Request) error {
	p, err := s.rosterSessionPage(r)
	if err != nil {
		return err
	}
	var out []staffing.Shift
	switch r.Field("do") {
	case "place", "standin":
		out, err = s.store.PlaceShift(r.Context(), r.act(), r.Field("person"), p.Session.ID, r.Field("replaces"), r.Field("do") == "standin")
	case "cancel":
		out, err = s.store.CancelShift(r.Context(), r.act(), r.Field("shift"))
	case "split":
		var at time.Time
		if at, err = r.clockOn(p.Session.Date(), "at"); err == nil {
			out, err = s.store.SplitShift(r.Context(), r.act(), r.Field("shift"), at)
		}
	case "mend":
		out, _, err = s.store.MendShifts(r.Context(), r.act(), p.Election.ID)
	case "ill":
		out, err = s.store.OwnShift(r.Context(), r.act(), r.Field("shift"), staffing.ShiftFallIll)
	default:
		err = models.Invalid("do", "roster.unknown_choice")
	}
	if err != nil {
		return rosterSessionView.again(r, err, p)
	}
	s.tell(r, out)
	return r.done("/vagtplan/aabning/"+p.Session.ID, "roster-session.done."+r.Field("do"))
}
