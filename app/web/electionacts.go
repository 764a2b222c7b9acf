package web

import (
	"net/http"
	"time"

	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type electionEditPage struct {
	Chrome
	Election models.Election
	General  bool   // an election that is called
	Decided  string // the day of the decision on the protocol
	Ballots  string // one a line
}

var electionEditView = newView[*electionEditPage]("election-edit")

func (s *Server) electionEditPage(r *Request) (*electionEditPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	return &electionEditPage{Chrome: Chrome{Crumbs: electionPath(e)}, Election: e, General: e.Type == models.TypeGeneral, Decided: dayText(e.EProtocol.Date), Ballots: planning.FormatBallots(e.Ballots)}, nil
}

func (s *Server) electionEditForm(r *Request) error {
	p, err := s.electionEditPage(r)
	if err != nil {
		return err
	}
	return electionEditView.render(r, p)
}

// electionEdit does one of four acts: put the facts right, decide the protocol,
// move the election, call it off.
func (s *Server) electionEdit(r *Request) error {
	p, err := s.electionEditPage(r)
	if err != nil {
		return err
	}
	if err := s.editElection(r, p.Election); err != nil {
		return electionEditView.again(r, err, p)
	}
	return r.done("/valg/se/"+p.Election.ID, "election.changed", p.Election.Name)
}

func (s *Server) editElection(r *Request, e models.Election) error {
	switch r.Field("do") {
	case "facts":
		return s.store.DescribeElection(r.Context(), r.act(), e.ID, planning.ElectionFacts{Name: r.Field("name"), CaseNumber: r.Field("case_number"), Ballots: planning.ParseBallots(r.Field("ballots"))})
	case "protocol":
		d, err := r.Date("decided")
		if err != nil {
			return err
		}
		return s.store.DecideProtocol(r.Context(), r.act(), e.ID, models.Decision{Date: d, Body: r.Field("body"), Reference: r.Field("decision_reference")})
	case "move":
		d, err := r.Date("day")
		if err != nil {
			return err
		}
		called := e.Called
		if r.Field("called") != "" {
			if called, err = r.Date("called"); err != nil {
				return err
			}
		}
		return s.store.MoveElection(r.Context(), r.act(), e.ID, d, called, r.Field("move_reason"))
	case "cancel":
		return s.store.CancelElection(r.Context(), r.act(), e.ID, r.Field("cancel_reason"))
	}
	return models.Invalid("do", "form.unreadable")
}

// electionICS is the election's calendar of legal dates.
func (s *Server) electionICS(r *Request) error {
	e, dates, err := s.calendarOf(r, r.Param("id"))
	if err != nil {
		return err
	}
	cal := newCalendar(e.Name)
	for _, d := range dates.Dates {
		ev := ical.NewEvent()
		ev.Props.SetText(ical.PropUID, e.ID+"-"+string(d.Rule)+"@"+s.municipality+".brevstemme")
		ev.Props.SetDateTime(ical.PropDateTimeStamp, s.now().UTC())
		if d.At.IsZero() {
			ev.Props.SetDate(ical.PropDateTimeStart, d.Day.At(0, 0))
			ev.Props.SetDate(ical.PropDateTimeEnd, d.Day.Add(1).At(0, 0))
		} else {
			icalTime(ev, ical.PropDateTimeStart, d.At)
			icalTime(ev, ical.PropDateTimeEnd, d.At.Add(time.Minute))
		}
		text := d.Text(r.Lang)
		if d.Deviates() {
			text += " (" + r.Text("calendar.tag.deviates") + ")"
		}
		ev.Props.SetText(ical.PropSummary, e.ID+": "+text)
		ev.Props.SetText(ical.PropDescription, r.dateNote(d))
		cal.Children = append(cal.Children, ev.Component)
	}
	return r.calendar(cal, "valgkalender", e.ID)
}

// countdown is how far off a date is.
func (r *Request) countdown(d models.Date) Cell {
	switch n := d.Sub(models.DateOf(r.server.now())); {
	case n < 0:
		return Cell{Text: r.Text("calendar.past")}
	case n == 0:
		return Cell{Tag: Tag{"warn", r.Text("calendar.today")}}
	case n <= 7:
		return Cell{Tag: Tag{"info", r.Text("calendar.in_days", language.Number(r.Lang, int64(n)))}}
	default:
		return Cell{Text: r.Text("calendar.in_days", language.Number(r.Lang, int64(n)))}
	}
}

// apiElectionFacts answers with what may be put right about an election.
func (s *Server) apiElectionFacts(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, planning.FactsOf(e))
}

// apiDescribe puts the facts of an election right.
func (s *Server) apiDescribe(r *Request) error {
	var f planning.ElectionFacts
	if err := r.decode(&f); err != nil {
		return err
	}
	if err := s.store.DescribeElection(r.Context(), r.act(), r.Param("election"), f); err != nil {
		return err
	}
	return s.apiElectionFacts(r)
}
