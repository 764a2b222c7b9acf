package web

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) deskRoutes() []Route {
	return []Route{
		get("/skranke", desk, s.deskChoose).nav("nav.desk"),
		get("/skranke/skal", public, s.deskShell),
		get("/skranke/skift", public, s.deskSwitchForm),
		post("/skranke/skift", public, s.deskSwitch).limit("login"),
		post("/skranke/laas", loggedIn, s.deskLock),
		get("/skranke/:session", desk, s.deskCount),
		post("/skranke/:session", desk, s.deskEvent),
		get("/skranke/:session/aabning", desk, s.deskOpening),
		post("/skranke/:session/aabning", desk, s.deskOpen),
		get("/skranke/:session/hold", desk, s.deskCrew),
		post("/skranke/:session/hold", desk, s.deskCrewChange),
		get("/skranke/:session/materiale", desk, s.deskMaterial),
		post("/skranke/:session/materiale", desk, s.deskRestock),
		get("/skranke/:session/lukning", desk, s.deskClosing),
		post("/skranke/:session/lukning", desk, s.deskClose),
		get("/skranke/:session/noedblok", desk, s.deskPad),
		post("/skranke/:session/noedblok", desk, s.deskPadType),
		get("/skranke/:session/aabning.pdf", desk, s.openingPDF),
		get("/skranke/:session/dagsrapport.pdf", desk, s.dayReportPDF),
		get("/skranke/:session/kommandoer.pdf", desk, s.commandsPDF),
		get("/sw.js", public, s.serviceWorker),
		post("/api/v1/sessions/:session/events", desk, s.apiDeskEvent).api(EventIn{}, EventOut{}),
		post("/api/v1/sessions/:session/open", desk, s.apiSessionOpen).api(OpenIn{}, SessionOut{}),
		post("/api/v1/sessions/:session/shut", desk, s.apiSessionShut).api(ShutIn{}, SessionOut{}),
		post("/api/v1/sessions/:session/hand-count", desk, s.apiHandCount).api(HandCountIn{}, SessionOut{}),
		post("/api/v1/sessions/:session/close", desk, s.apiSessionClose).limit("login").api(CloseIn{}, SessionOut{}),
		get("/api/v1/sessions/:session/desk", desk, s.apiDesk).api(nil, DeskOut{}),
		post("/api/v1/sessions/:session/sign", desk, s.apiDeskSign).noKey().api(SignIn{}, map[string]string{}),
	}
}

type deskChoosePage struct {
	Chrome
	Today    Table
	Practice Table
	Nothing  Empty
}

var deskChooseView = newView[*deskChoosePage]("desk-choose")

var deskCrumbs = []Link{{Href: "/skranke", Key: "desk-choose.title"}}

// deskChoose lists the sessions of today at the person's places.
func (s *Server) deskChoose(r *Request) error {
	today, err := s.store.DeskSessions(r.Context(), r.places(), models.DateOf(s.now()))
	if err != nil {
		return err
	}
	practice, err := s.store.PracticeSessions(r.Context(), r.places())
	if err != nil {
		return err
	}
	p := &deskChoosePage{Nothing: Empty{Title: r.Text("desk-choose.empty"), Text: r.Text("desk-choose.empty_text")}}
	if p.Today, err = s.deskTable(r, today, r.Text("desk-choose.today")); err != nil {
		return err
	}
	practice = slices.DeleteFunc(practice, func(x models.Session) bool {
		return slices.ContainsFunc(today, func(y models.Session) bool { return y.ID == x.ID })
	})
	p.Practice, err = s.deskTable(r, practice, r.Text("desk-choose.practice"))
	if err != nil {
		return err
	}
	return deskChooseView.render(r, p)
}

func (s *Server) deskTable(r *Request, sessions []models.Session, caption string) (Table, error) {
	places, err := s.placeNames(r)
	if err != nil {
		return Table{}, err
	}
	t := Table{Caption: caption, Empty: r.Text("desk-choose.empty"), Columns: []Column{{Text: r.Text("desk.place")}, {Text: r.Text("desk.hours")}, {Text: r.Text("desk.elections")}, {Text: r.Text("desk.state")}, {Text: r.Text("place.tasks")}}}
	for _, x := range sessions {
		t.Rows = append(t.Rows, []Cell{{Text: places[x.Place], Href: "/skranke/" + x.ID}, {Text: r.hours(x)}, {Text: strings.Join(x.Elections, ", ")}, {Tag: r.deskTag(x)}, {Text: r.Text("place.who_may"), Href: "/steder/" + x.Place + "#opgaver"}})
	}
	return t, nil
}

// hours are the planned hours of a session, with the day when it is not today.
func (r *Request) hours(x models.Session) string {
	at := func(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }
	text := at(x.Starts) + "–" + at(x.Ends)
	if x.Date() != models.DateOf(r.server.now()) {
		text = shortDay(r.Lang, x.Starts.In(models.Copenhagen)) + " " + text
	}
	return text
}

func (r *Request) deskTag(x models.Session) Tag {
	kind := map[models.SessionState]string{models.SessionOpen: "ok", models.SessionClosing: "warn", models.SessionClosed: "info", models.SessionCancelled: "bad"}[x.State]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("desk.state." + string(x.State))}
}

// deskShift loads the session of the path, for those who may act at its place.
func (s *Server) deskShift(r *Request) (custody.Shift, error) {
	sh, err := s.store.Shift(r.Context(), r.Param("session"))
	if err == nil && !r.act().MayActAt(sh.Session.Place) {
		return sh, models.E(models.CodeNotFound, "")
	}
	return sh, err
}

// deskHead is the head of every page of one session.
type deskHead struct {
	Session       models.Session
	Place         string
	Hours         string
	State         Tag
	DeskElections []models.Election
	Practice      bool
	Tab           string
}

func (r *Request) deskHead(sh custody.Shift, tab string) deskHead {
	h := deskHead{Session: sh.Session, Place: sh.Place.Name, Hours: r.hours(sh.Session), State: r.deskTag(sh.Session), Tab: tab, Practice: len(sh.Session.Elections) > 0}
	for _, id := range sh.Session.Elections {
		if e, ok := sh.Elections[id]; ok {
			h.DeskElections = append(h.DeskElections, e)
			h.Practice = h.Practice && e.Practice
		}
	}
	return h
}

// Pile is one election on the counting screen.
type Pile struct {
	Election models.Election
	Tally    store.Tally
	Over     bool // its last date has passed: nothing more is received
}

type deskCountPage struct {
	Chrome
	deskHead
	Piles     []Pile
	Events    Table
	Data      string // JSON for desk.js
	Void      []Option
	Spoil     []Option
	Incidents []Option
	UndoWhy   []Option
	Elections []Option
	Older     []Option // events that a lead may take back
	Shell     bool     // the page without data, for when there is no network
	Here      bool     // the person is on the crew
	Stock     []stockLine
}

var deskCountView = newView[*deskCountPage]("desk-count")

// deskCount is the counting screen; a session in another state leads on to the
// page that is next.
func (s *Server) deskCount(r *Request) error {
	sh, err := s.deskShift(r)
	if err != nil {
		return err
	}
	switch sh.Session.State {
	case models.SessionPublished:
		return r.done("/skranke/"+sh.Session.ID+"/aabning", "")
	case models.SessionClosing, models.SessionClosed:
		return r.done("/skranke/"+sh.Session.ID+"/lukning", "")
	}
	p, err := s.deskCountPage(r, sh)
	if err != nil {
		return err
	}
	return deskCountView.render(r, p)
}

func (s *Server) deskCountPage(r *Request, sh custody.Shift) (*deskCountPage, error) {
	p := &deskCountPage{Chrome: Chrome{Crumbs: deskCrumbs, Live: true, TitleText: sh.Place.Name}, deskHead: r.deskHead(sh, "count")}
	tallies, err := s.store.Tallies(r.Context(), sh.Session)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	for _, t := range tallies {
		e := sh.Elections[t.Election]
		over := !e.Last.IsZero() && today.After(e.Last)
		p.Piles = append(p.Piles, Pile{e, t, over})
		if !over {
			p.Elections = append(p.Elections, Option{Value: e.ID, Text: e.Word + " – " + e.Name, Checked: len(p.Elections) == 0})
		}
	}
	events, err := s.store.DeskEvents(r.Context(), sh.Session.ID, 12)
	if err != nil {
		return nil, err
	}
	if p.Events, err = s.eventTable(r, events); err != nil {
		return nil, err
	}
	r.deskCodes(p)
	p.Here = slices.ContainsFunc(sh.Session.Crew, func(c models.CrewMember) bool { return c.Person == r.Account.Person && c.Until.IsZero() })
	if r.Account.Is(models.RoleCoordinator, models.RoleLibraryLead) {
		older, err := s.store.UndoableEvents(r.Context(), sh.Session.ID, "", 30)
		if err != nil {
			return nil, err
		}
		for _, e := range older {
			p.Older = append(p.Older, Option{Value: e.ID, Text: language.Clock(r.Lang, e.At.In(models.Copenhagen)) + " " + r.eventText(e)})
		}
	}
	p.Data, err = s.deskData(r, sh, p)
	return p, err
}

func (r *Request) deskCodes(p *deskCountPage) {
	p.Void = r.codes("desk.void.", custody.VoidReasons)
	p.Spoil = r.codes("desk.spoil.", custody.SpoilReasons)
	p.Incidents = r.codes("desk.incident.", custody.IncidentCodes)
	p.UndoWhy = r.codes("desk.undo.", custody.UndoReasons)
}

func (r *Request) codes(prefix string, codes []string) []Option {
	var os []Option
	for _, c := range codes {
		os = append(os, Option{Value: c, Text: r.Text(prefix + c)})
	}
	return os
}

// eventText says in words what an event is.
func (r *Request) eventText(e custody.DeskEvent) string {
	text := r.Text("desk.act." + string(e.Act))
	switch e.Act {
	case custody.DeskReceive, custody.DeskVoid, custody.DeskUndo:
		if e.Destination != "" {
			text += ": " + e.Election + ", " + r.destination(e.Destination)
		}
	case custody.DeskMark:
		text += ": " + r.Text("desk.mark."+e.What)
	}
	if e.Reason != "" && e.Act != custody.DeskFollowUp && e.Act != custody.DeskUndo {
		text += " (" + r.Text("desk."+string(e.Act)+"."+e.Reason) + ")"
	}
	if e.N > 1 {
		text += " × " + language.Number(r.Lang, int64(e.N))
	}
	return text
}

// destination is where an envelope goes, in words.
func (r *Request) destination(d string) string {
	if m, ok := models.MunicipalityByCode(d); ok && d != "" {
		return m.Name
	}
	return r.Text("desk.kind." + custody.Kind(d))
}

func (s *Server) eventTable(r *Request, events []custody.DeskEvent) (Table, error) {
	var ids []string
	for _, e := range events {
		ids = append(ids, e.Person)
	}
	names := map[string]models.Private{}
	var err error
	if len(ids) > 0 {
		if names, err = s.store.Names(r.Context(), ids...); err != nil {
			return Table{}, err
		}
	}
	t := Table{Caption: r.Text("desk.latest"), Empty: r.Text("desk.no_events"), Columns: []Column{{Text: r.Text("desk.what")}, {Text: r.Text("desk.when")}, {Text: r.Text("desk.who")}, {Text: r.Text("desk.note")}}}
	for _, e := range events {
		var tag Tag
		switch {
		case e.UndoneBy != "":
			tag = Tag{"plain", r.Text("desk.undone")}
		case e.Late:
			tag = Tag{"warn", r.Text("desk.late")}
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.eventText(e)}, {Text: language.Clock(r.Lang, e.At.In(models.Copenhagen))}, {Text: names[e.Person].Name}, {Tag: tag}})
	}
	return t, nil
}

// deskEvent is the counting screen's form, for browsers without JavaScript: the
// same acts as the JSON interface, one at a time.
func (s *Server) deskEvent(r *Request) error {
	sh, err := s.deskShift(r)
	if err != nil {
		return err
	}
	p, err := s.deskCountPage(r, sh)
	if err != nil {
		return err
	}
	in, err := r.formEvent()
	if err == nil {
		_, err = s.bookEvent(r, r.act(), sh.Session.ID, in, custody.Stamp{})
	}
	if err != nil {
		return deskCountView.again(r, err, p)
	}
	return r.done("/skranke/"+sh.Session.ID, "desk.booked", r.Text("desk.act."+in.Act))
}

// formEvent reads the form; the one field of the screen takes what a scanner sends.
func (r *Request) formEvent() (EventIn, error) {
	in := EventIn{Act: r.Field("do"), Election: r.Field("election"), Reason: r.Field("reason"), Undoes: r.Field("undoes"), What: r.Field("what"), Destination: r.Field("destination")}
	if in.Act == string(custody.DeskMark) && in.What == custody.MarkLine {
		n, err := r.Count("n")
		if err != nil {
			return in, err
		}
		in.N = n
	}
	if in.Act != string(custody.DeskReceive) && in.Act != string(custody.DeskVoid) {
		return in, nil
	}
	if in.Destination != "" {
		return in, nil
	}
	scan := custody.Recognise(r.Field("scan"))
	switch {
	case scan.Kind == custody.ScanEmpty:
		in.Destination = custody.Own
	case scan.Kind == custody.ScanMunic && scan.Value != "":
		in.Destination = scan.Value
	case scan.Kind.Refused():
		return in, (&models.Error{Code: models.CodeCPR}).On("scan")
	default:
		return in, models.Invalid("scan", "desk.no_municipality", r.Field("scan"))
	}
	return in, nil
}
