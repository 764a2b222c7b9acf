package planning

import (
	"net/http"
	"time"

	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type electionEditPage struct {
	site.Chrome
	Election models.Election
	General  bool   // an election that is called
	Decided  string // the day of the decision on the protocol
	Ballots  string // one a line
}

var electionEditView = site.NewView[*electionEditPage]("election-edit")

func (s *Server) electionEditPage(r *site.Request) (*electionEditPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	return &electionEditPage{Chrome: site.Chrome{Crumbs: electionPath(e)}, Election: e, General: e.Type == models.TypeGeneral, Decided: dayText(e.EProtocol.Date), Ballots: planning.FormatBallots(e.Ballots)}, nil
}

func (s *Server) electionEditForm(r *site.Request) error {
	p, err := s.electionEditPage(r)
	if err != nil {
		return err
	}
	return electionEditView.Render(r, p)
}

// electionEdit does one of four acts: put the facts right, decide the protocol,
// move the election, call it off.
func (s *Server) electionEdit(r *site.Request) error {
	p, err := s.electionEditPage(r)
	if err != nil {
		return err
	}
	if err := s.editElection(r, p.Election); err != nil {
		return electionEditView.Again(r, err, p)
	}
	return r.Done("/valg/se/"+p.Election.ID, "election.changed", p.Election.Name)
}

func (s *Server) editElection(r *site.Request, e models.Election) error {
	switch r.Field("do") {
	case "facts":
		return s.Store.DescribeElection(r.Context(), r.Act(), e.ID, planning.ElectionFacts{Name: r.Field("name"), CaseNumber: r.Field("case_number"), Ballots: planning.ParseBallots(r.Field("ballots"))})
	case "protocol":
		d, err := r.Date("decided")
		if err != nil {
			return err
		}
		return s.Store.DecideProtocol(r.Context(), r.Act(), e.ID, models.Decision{Date: d, Body: r.Field("body"), Reference: r.Field("decision_reference")})
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
		return s.Store.MoveElection(r.Context(), r.Act(), e.ID, d, called, r.Field("move_reason"))
	case "cancel":
		return s.Store.CancelElection(r.Context(), r.Act(), e.ID, r.Field("cancel_reason"))
	}
	return models.Invalid("do", "form.unreadable")
}

// electionICS is the election's calendar of legal dates.
func (s *Server) electionICS(r *site.Request) error {
	e, dates, err := s.calendarOf(r, r.Param("id"))
	if err != nil {
		return err
	}
	cal := site.NewCalendar(e.Name)
	for _, d := range dates.Dates {
		ev := ical.NewEvent()
		ev.Props.SetText(ical.PropUID, e.ID+"-"+string(d.Rule)+"@"+s.Municipality+".brevstemme")
		ev.Props.SetDateTime(ical.PropDateTimeStamp, s.Now().UTC())
		if d.At.IsZero() {
			ev.Props.SetDate(ical.PropDateTimeStart, d.Day.At(0, 0))
			ev.Props.SetDate(ical.PropDateTimeEnd, d.Day.Add(1).At(0, 0))
		} else {
			site.ICalTime(ev, ical.PropDateTimeStart, d.At)
			site.ICalTime(ev, ical.PropDateTimeEnd, d.At.Add(time.Minute))
		}
		text := d.Text(r.Lang)
		if d.Deviates() {
			text += " (" + r.Text("calendar.tag.deviates") + ")"
		}
		ev.Props.SetText(ical.PropSummary, e.ID+": "+text)
		ev.Props.SetText(ical.PropDescription, dateNote(r, d))
		cal.Children = append(cal.Children, ev.Component)
	}
	return r.Calendar(cal, "valgkalender", e.ID)
}

// countdown is how far off a date is.
func countdown(r *site.Request, d models.Date) site.Cell {
	switch n := d.Sub(models.DateOf(r.Server.Now())); {
	case n < 0:
		return site.Cell{Text: r.Text("calendar.past")}
	case n == 0:
		return site.Cell{Tag: site.Tag{Kind: "warn", Text: r.Text("calendar.today")}}
	case n <= 7:
		return site.Cell{Tag: site.Tag{Kind: "info", Text: r.Text("calendar.in_days", language.Number(r.Lang, int64(n)))}}
	default:
		return site.Cell{Text: r.Text("calendar.in_days", language.Number(r.Lang, int64(n)))}
	}
}

// apiElectionFacts answers with what may be put right about an election.
func (s *Server) apiElectionFacts(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, planning.FactsOf(e))
}

// apiDescribe puts the facts of an election right.
func (s *Server) apiDescribe(r *site.Request) error {
	var f planning.ElectionFacts
	if err := r.Decode(&f); err != nil {
		return err
	}
	if err := s.Store.DescribeElection(r.Context(), r.Act(), r.Param("election"), f); err != nil {
		return err
	}
	return s.apiElectionFacts(r)
}
