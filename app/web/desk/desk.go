package desk

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/desks"
)

func (s *Server) deskRoutes() []site.Route {
	return []site.Route{
		site.Get("/skranke", site.Desk, s.deskChoose).InMenu("nav.desk"),
		site.Get("/skranke/skal", site.Public, s.deskShell),
		site.Get("/skranke/skift", site.Public, s.deskSwitchForm),
		site.Post("/skranke/skift", site.Public, s.deskSwitch).Limit("login"),
		site.Post("/skranke/laas", site.LoggedIn, s.deskLock),
		site.Get("/skranke/:session", site.Desk, s.deskCount),
		site.Post("/skranke/:session", site.Desk, s.deskEvent),
		site.Get("/skranke/:session/aabning", site.Desk, s.deskOpening),
		site.Post("/skranke/:session/aabning", site.Desk, s.deskOpen),
		site.Get("/skranke/:session/hold", site.Desk, s.deskCrew),
		site.Post("/skranke/:session/hold", site.Desk, s.deskCrewChange),
		site.Get("/skranke/:session/materiale", site.Desk, s.deskMaterial),
		site.Post("/skranke/:session/materiale", site.Desk, s.deskRestock),
		site.Get("/skranke/:session/lukning", site.Desk, s.deskClosing),
		site.Post("/skranke/:session/lukning", site.Desk, s.deskClose),
		site.Get("/skranke/:session/noedblok", site.Desk, s.deskPad),
		site.Post("/skranke/:session/noedblok", site.Desk, s.deskPadType),
		site.Get("/skranke/:session/aabning.pdf", site.Desk, s.openingPDF),
		site.Get("/skranke/:session/dagsrapport.pdf", site.Desk, s.dayReportPDF),
		site.Get("/skranke/:session/kommandoer.pdf", site.Desk, s.commandsPDF),
		site.Get("/sw.js", site.Public, s.serviceWorker),
		site.Post("/api/v1/sessions/:session/events", site.Desk, s.apiDeskEvent).API(EventIn{}, EventOut{}),
		site.Post("/api/v1/sessions/:session/open", site.Desk, s.apiSessionOpen).API(OpenIn{}, SessionOut{}),
		site.Post("/api/v1/sessions/:session/shut", site.Desk, s.apiSessionShut).API(ShutIn{}, SessionOut{}),
		site.Post("/api/v1/sessions/:session/hand-count", site.Desk, s.apiHandCount).API(HandCountIn{}, SessionOut{}),
		site.Post("/api/v1/sessions/:session/close", site.Desk, s.apiSessionClose).Limit("login").API(CloseIn{}, SessionOut{}),
		site.Get("/api/v1/sessions/:session/desk", site.Desk, s.apiDesk).API(nil, DeskOut{}),
		site.Post("/api/v1/sessions/:session/sign", site.Desk, s.apiDeskSign).NoKey().API(SignIn{}, map[string]string{}),
	}
}

type deskChoosePage struct {
	site.Chrome
	Today    site.Table
	Practice site.Table
	Nothing  site.Empty
}

var deskChooseView = site.NewView[*deskChoosePage]("desk-choose")

var deskCrumbs = []site.Link{{Href: "/skranke", Key: "desk-choose.title"}}

// deskChoose lists the sessions of today at the person's places.
func (s *Server) deskChoose(r *site.Request) error {
	today, err := s.Store.DeskSessions(r.Context(), r.Places(), models.DateOf(s.Now()))
	if err != nil {
		return err
	}
	practice, err := s.Store.PracticeSessions(r.Context(), r.Places())
	if err != nil {
		return err
	}
	p := &deskChoosePage{Nothing: site.Empty{Title: r.Text("desk-choose.empty"), Text: r.Text("desk-choose.empty_text")}}
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
	return deskChooseView.Render(r, p)
}

// mostDesks is how many desks the first page offers as buttons.
const mostDesks = 3

// Today are the desks at which a receiver can count today, what is open first:
// one key from the first page to the desk. Where there are more than can be
// offered at once, there are none: the list of desks is better.
func (s *Server) Today(r *site.Request) ([]site.Link, error) {
	all, err := s.Store.DeskSessions(r.Context(), r.Places(), models.DateOf(s.Now()))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x models.Session) bool {
		return x.State == models.SessionClosed || x.State == models.SessionCancelled
	})
	if len(all) == 0 || len(all) > mostDesks {
		return nil, nil
	}
	slices.SortStableFunc(all, func(a, b models.Session) int {
		return cmp.Compare(unopened(a), unopened(b))
	})
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	out := make([]site.Link, len(all))
	for i, x := range all {
		out[i] = site.Link{Href: "/skranke/" + x.ID, Text: r.Text("home.desk", places[x.Place], hours(r, x))}
	}
	return out, nil
}

func unopened(x models.Session) int {
	if x.State == models.SessionPublished {
		return 1
	}
	return 0
}

func (s *Server) deskTable(r *site.Request, sessions []models.Session, caption string) (site.Table, error) {
	places, err := s.PlaceNames(r)
	if err != nil {
		return site.Table{}, err
	}
	elections, err := s.ElectionsByID(r)
	if err != nil {
		return site.Table{}, err
	}
	t := site.Table{Caption: caption, Empty: r.Text("desk-choose.empty"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("desk.hours")}, {Text: r.Text("desk.elections")}, {Text: r.Text("desk.state")}, {Text: r.Text("place.tasks")}}}
	for _, x := range sessions {
		t.Rows = append(t.Rows, []site.Cell{{Text: places[x.Place], Href: "/skranke/" + x.ID}, {Text: hours(r, x)}, {Text: elections.Names(x.Elections...)}, {Tag: DeskTag(r, x)}, {Text: r.Text("place.who_may"), Href: "/steder/" + x.Place + "#opgaver"}})
	}
	return t, nil
}

// hours are the planned hours of a session, with the day when it is not today.
func hours(r *site.Request, x models.Session) string {
	text := r.SpanText(x.Starts, x.Ends)
	if x.Date() != models.DateOf(r.Server.Now()) {
		text = language.ShortDay(r.Lang, x.Starts.In(models.Copenhagen)) + " " + text
	}
	return text
}

func DeskTag(r *site.Request, x models.Session) site.Tag {
	kind := map[models.SessionState]string{models.SessionOpen: "ok", models.SessionClosing: "warn", models.SessionClosed: "info", models.SessionCancelled: "bad"}[x.State]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("desk.state." + string(x.State))}
}

// DeskShift loads the session of the path, for those who may act at its place.
func (s *Server) DeskShift(r *site.Request) (desk.Shift, error) {
	sh, err := s.Store.Shift(r.Context(), r.Param("session"))
	if err == nil && !r.Act().MayActAt(sh.Session.Place) {
		return sh, models.E(models.CodeNotFound, "")
	}
	return sh, err
}

// deskHead is the head of every page of one session.
type deskHead struct {
	Session       models.Session
	Place         string
	Hours         string
	State         site.Tag
	DeskElections []models.Election
	Practice      bool
	Tab           string
}

func headOfDesk(r *site.Request, sh desk.Shift, tab string) deskHead {
	h := deskHead{Session: sh.Session, Place: sh.Place.Name, Hours: hours(r, sh.Session), State: DeskTag(r, sh.Session), Tab: tab, Practice: len(sh.Session.Elections) > 0}
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
	Tally    desks.Tally
	Over     bool // its last date has passed: nothing more is received
}

type deskCountPage struct {
	site.Chrome
	deskHead
	Piles     []Pile
	Events    site.Table
	Data      string // JSON for desk.js
	Void      []site.Option
	Spoil     []site.Option
	Incidents []site.Option
	UndoWhy   []site.Option
	Elections []site.Option
	Older     []site.Option // events that a lead may take back
	Shell     bool          // the page without data, for when there is no network
	Here      bool          // the person is on the crew
	Stock     []stockLine
}

var deskCountView = site.NewView[*deskCountPage]("desk-count")

// deskCount is the counting screen; a session in another state leads on to the
// page that is next.
func (s *Server) deskCount(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	switch sh.Session.State {
	case models.SessionPublished:
		return r.Done("/skranke/"+sh.Session.ID+"/aabning", "")
	case models.SessionClosing, models.SessionClosed:
		return r.Done("/skranke/"+sh.Session.ID+"/lukning", "")
	}
	p, err := s.deskCountPage(r, sh)
	if err != nil {
		return err
	}
	return deskCountView.Render(r, p)
}

func (s *Server) deskCountPage(r *site.Request, sh desk.Shift) (*deskCountPage, error) {
	p := &deskCountPage{Chrome: site.Chrome{Crumbs: deskCrumbs, Live: true, TitleText: sh.Place.Name}, deskHead: headOfDesk(r, sh, "count")}
	tallies, err := s.Store.Tallies(r.Context(), sh.Session)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(s.Now())
	for _, t := range tallies {
		e := sh.Elections[t.Election]
		over := !e.Last.IsZero() && today.After(e.Last)
		p.Piles = append(p.Piles, Pile{e, t, over})
		if !over {
			p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: site.WordAndName(e), Checked: len(p.Elections) == 0})
		}
	}
	events, err := s.Store.DeskEvents(r.Context(), sh.Session.ID, 12)
	if err != nil {
		return nil, err
	}
	if p.Events, err = s.eventTable(r, sh, events); err != nil {
		return nil, err
	}
	deskCodes(r, p)
	p.Here = slices.ContainsFunc(sh.Session.Crew, func(c models.CrewMember) bool { return c.Person == r.Account.Person && c.Until.IsZero() })
	if r.Account.Is(models.RoleCoordinator, models.RoleLibraryLead) {
		older, err := s.Store.UndoableEvents(r.Context(), sh.Session.ID, "", 30)
		if err != nil {
			return nil, err
		}
		for _, e := range older {
			p.Older = append(p.Older, site.Option{Value: e.ID, Text: language.Clock(r.Lang, e.At.In(models.Copenhagen)) + " " + eventText(r, sh, e)})
		}
	}
	p.Data, err = s.deskData(r, sh, p)
	return p, err
}

func deskCodes(r *site.Request, p *deskCountPage) {
	p.Void = codes(r, "desk.void.", desk.VoidReasons)
	p.Spoil = codes(r, "desk.spoil.", desk.SpoilReasons)
	p.Incidents = codes(r, "desk.incident.", desk.IncidentCodes)
	p.UndoWhy = codes(r, "desk.undo.", desk.UndoReasons)
}

func codes(r *site.Request, prefix string, codes []string) []site.Option {
	var os []site.Option
	for _, c := range codes {
		os = append(os, site.Option{Value: c, Text: r.Text(prefix + c)})
	}
	return os
}

// eventText says in words what an event is.
func eventText(r *site.Request, sh desk.Shift, e desk.Event) string {
	text := r.Text("desk.act." + string(e.Act))
	switch e.Act {
	case desk.ActReceive, desk.ActVoid, desk.ActUndo:
		if e.Destination != "" {
			text += ": " + sh.Elections[e.Election].Word + ", " + Destination(r, e.Destination)
		}
	case desk.ActMark:
		text += ": " + r.Text("desk.mark."+e.What)
	}
	if e.Reason != "" && e.Act != desk.ActFollowUp && e.Act != desk.ActUndo {
		text += " (" + r.Text("desk."+string(e.Act)+"."+e.Reason) + ")"
	}
	if e.N > 1 {
		text += " × " + language.Number(r.Lang, int64(e.N))
	}
	return text
}

// Destination is where an envelope goes, in words.
func Destination(r *site.Request, d string) string {
	if m, ok := models.MunicipalityByCode(d); ok && d != "" {
		return m.Name
	}
	return r.Text("desk.kind." + custody.Kind(d))
}

func (s *Server) eventTable(r *site.Request, sh desk.Shift, events []desk.Event) (site.Table, error) {
	var ids []string
	for _, e := range events {
		ids = append(ids, e.Person)
	}
	names := map[string]models.Private{}
	var err error
	if len(ids) > 0 {
		if names, err = s.Store.Names(r.Context(), ids...); err != nil {
			return site.Table{}, err
		}
	}
	t := site.Table{Caption: r.Text("desk.latest"), Empty: r.Text("desk.no_events"), Columns: []site.Column{{Text: r.Text("desk.what")}, {Text: r.Text("desk.when")}, {Text: r.Text("desk.who")}, {Text: r.Text("desk.note")}}}
	for _, e := range events {
		var tag site.Tag
		switch {
		case e.UndoneBy != "":
			tag = site.Tag{Kind: "plain", Text: r.Text("desk.undone")}
		case e.Late:
			tag = site.Tag{Kind: "warn", Text: r.Text("desk.late")}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: eventText(r, sh, e)}, {Text: language.Clock(r.Lang, e.At.In(models.Copenhagen))}, {Text: names[e.Person].Name}, {Tag: tag}})
	}
	return t, nil
}

// deskEvent is the counting screen's form, for browsers without JavaScript: the
// same acts as the JSON interface, one at a time.
func (s *Server) deskEvent(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	p, err := s.deskCountPage(r, sh)
	if err != nil {
		return err
	}
	in, err := formEvent(r)
	if err == nil {
		_, err = s.bookEvent(r, r.Act(), sh.Session.ID, in, desk.Stamp{})
	}
	if err != nil {
		return deskCountView.Again(r, err, p)
	}
	return r.Done("/skranke/"+sh.Session.ID, "desk.booked", r.Text("desk.act."+in.Act))
}

// formEvent reads the form; the one field of the screen takes what a scanner sends.
func formEvent(r *site.Request) (EventIn, error) {
	in := EventIn{Act: r.Field("do"), Election: r.Field("election"), Reason: r.Field("reason"), Undoes: r.Field("undoes"), What: r.Field("what"), Destination: r.Field("destination")}
	if in.Act == string(desk.ActMark) && in.What == desk.MarkLine {
		n, err := r.Count("n")
		if err != nil {
			return in, err
		}
		in.N = n
	}
	if in.Act != string(desk.ActReceive) && in.Act != string(desk.ActVoid) {
		return in, nil
	}
	if in.Destination != "" {
		return in, nil
	}
	scan := desk.Recognise(r.Field("scan"))
	switch {
	case scan.Kind == desk.ScanEmpty:
		in.Destination = custody.Own
	case scan.Kind == desk.ScanMunic && scan.Value != "":
		in.Destination = scan.Value
	case scan.Kind.Refused():
		return in, (&models.Error{Code: models.CodeCPR}).On("scan")
	default:
		return in, models.Invalid("scan", "desk.no_municipality", r.Field("scan"))
	}
	return in, nil
}
