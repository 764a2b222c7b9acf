package desk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// checkLine is one line of the opening checklist on screen.
type checkLine struct {
	Key, Text, Value, ID string
	Options              []site.Option // candidate list versions to choose from
	Checked, Two         bool
}

type deskOpeningPage struct {
	site.Chrome
	deskHead
	Crew     []site.Option
	Lines    []checkLine
	Second   []site.Option // who declares with me
	CanForce bool
}

var deskOpeningView = site.NewView[*deskOpeningPage]("desk-opening")

// deskOpening is the opening checklist.
func (s *Server) deskOpening(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	if sh.Session.State != models.SessionPublished {
		return r.Done("/skranke/"+sh.Session.ID, "")
	}
	p, err := s.deskOpeningPage(r, sh)
	if err != nil {
		return err
	}
	return deskOpeningView.Render(r, p)
}

func (s *Server) deskOpeningPage(r *site.Request, sh desk.Shift) (*deskOpeningPage, error) {
	p := &deskOpeningPage{Chrome: site.Chrome{Crumbs: deskCrumbs, TitleKey: "desk-opening.title", TitleArgs: []any{sh.Place.Name}}, deskHead: headOfDesk(r, sh, "opening"),
		CanForce: r.Account.Is(models.RoleCoordinator, models.RoleLibraryLead)}
	people, err := s.peopleOptions(r, sh.Session.Place)
	if err != nil {
		return nil, err
	}
	planned := map[string]bool{r.Account.Person: true}
	shifts, err := s.Store.ShiftsAt(r.Context(), sh.Session.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range shifts {
		planned[x.Person] = planned[x.Person] || x.State != staffing.ShiftCancelled
	}
	for _, o := range people {
		o.Checked = planned[o.Value]
		p.Crew = append(p.Crew, o)
		if o.Value != r.Account.Person {
			o.Checked = len(p.Second) == 0
			p.Second = append(p.Second, o)
		}
	}
	p.Lines, err = s.checkLines(r, sh, p.deskHead.DeskElections)
	return p, err
}

// peopleOptions are the receivers of a place by name.
func (s *Server) peopleOptions(r *site.Request, place string) ([]site.Option, error) {
	people, err := s.Store.Receivers(r.Context(), place)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, x := range people {
		ids[i] = x.ID
	}
	names, err := s.Store.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	os := make([]site.Option, len(people))
	for i, x := range people {
		os[i] = site.Option{Value: x.ID, Text: names[x.ID].Name}
	}
	return os, nil
}

func (s *Server) checkLines(r *site.Request, sh desk.Shift, elections []models.Election) ([]checkLine, error) {
	up, err := s.Store.NoticesUp(r.Context(), sh.Session.Place)
	if err != nil {
		return nil, err
	}
	var lines []checkLine
	for _, l := range desk.Checklist(sh.Place, elections, sh.Session.Booths) {
		c := checkLine{Key: l.Key, Text: r.Text("desk.check." + l.Group), Value: l.Value, Two: l.Two, ID: site.FieldID("check-" + l.Key)}
		switch {
		case l.Election != "":
			c.Text = site.WordAndName(sh.Elections[l.Election]) + ": " + c.Text
		case l.Group == "aid":
			c.Text = r.Text("desk.aid."+l.Arg) + ": " + c.Text
		}
		if l.Value == "version" {
			versions, err := s.Store.ListVersions(r.Context(), l.Election)
			if err != nil {
				return nil, err
			}
			for _, v := range versions {
				if v.Wrong == "" && v.Kind == desk.NoticeList {
					hangs := slices.ContainsFunc(up, func(n desk.Notice) bool { return n.Version == v.ID })
					c.Options = append(c.Options, site.Option{Value: v.ID, Text: v.Name + " (" + models.GroupSerial(v.ID) + ")", Checked: hangs})
				}
			}
		}
		lines = append(lines, c)
	}
	return lines, nil
}

// deskOpen opens the session with what the form says.
func (s *Server) deskOpen(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	p, err := s.deskOpeningPage(r, sh)
	if err != nil {
		return err
	}
	cmd, crew, err := openForm(r, p)
	if err != nil {
		return deskOpeningView.Again(r, err, p)
	}
	act := r.Act()
	act.Witness = r.Field("witness")
	if act.Witness == act.Person {
		act.Witness = ""
	}
	session, err := s.Store.OpenSession(r.Context(), act, sh.Session.ID, crew, cmd)
	if err != nil {
		return deskOpeningView.Again(r, err, p)
	}
	if err := s.hangLists(r, sh, cmd.Checks); err != nil {
		return err
	}
	return r.Done("/skranke/"+session.ID, "desk.opened", p.Place)
}

// openForm reads the checklist. A value that was given ticks its line.
func openForm(r *site.Request, p *deskOpeningPage) (desk.OpenCmd, []desk.CrewCandidate, error) {
	cmd := desk.OpenCmd{Stock: map[string]int{}, Override: r.Field("override")}
	for i, l := range p.Lines {
		value := r.Field("value:" + l.Key)
		p.Lines[i].Checked = slices.Contains(r.Fields("check"), l.Key)
		if !p.Lines[i].Checked && value == "" {
			continue
		}
		if l.Value == "serial" || l.Value == "version" {
			value = models.CleanSerial(value)
		}
		if id, ok := strings.CutPrefix(l.Key, "stock:"); ok && value != "" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return cmd, nil, models.Invalid("value:"+l.Key, "desk.stock_range")
			}
			cmd.Stock[custody.Material(id, desk.MaterialSet)] = n
		}
		check := models.Check{Key: l.Key, Value: value, Person: r.Account.Person, At: r.Server.Now().UTC()}
		if l.Two {
			check.Witness = r.Field("witness")
		}
		cmd.Checks = append(cmd.Checks, check)
	}
	var crew []desk.CrewCandidate
	for i, id := range r.Fields("crew") {
		crew = append(crew, desk.CrewCandidate{Person: id, Lead: i == 0})
	}
	return cmd, crew, nil
}

// hangLists writes that the versions named in the checklist hang at the place
// now. A version that hangs already stays as it is.
func (s *Server) hangLists(r *site.Request, sh desk.Shift, checks []models.Check) error {
	for _, c := range checks {
		if !strings.HasPrefix(c.Key, "list:") || c.Value == "" {
			continue
		}
		act := r.Act()
		act.Key = models.DeriveID("X", act.Key, c.Key)
		_, err := s.Store.HangUp(r.Context(), act, c.Value, sh.Session.Place, s.Now().UTC())
		switch models.CodeOf(err) {
		case "", models.CodeConflict:
		case models.CodeNotFound, models.CodeState:
			r.Flash("warn", r.Text("desk.list_unknown", c.Value))
		default:
			return err
		}
	}
	return nil
}

type deskCrewPage struct {
	site.Chrome
	deskHead
	Table site.Table
	Join  []site.Option
	Leave []site.Option
}

var deskCrewView = site.NewView[*deskCrewPage]("desk-crew")

func (s *Server) deskCrewPage(r *site.Request) (*deskCrewPage, error) {
	sh, err := s.DeskShift(r)
	if err != nil {
		return nil, err
	}
	p := &deskCrewPage{Chrome: site.Chrome{Crumbs: deskCrumbs, TitleKey: "desk-crew.title", TitleArgs: []any{sh.Place.Name}}, deskHead: headOfDesk(r, sh, "crew")}
	people, err := s.peopleOptions(r, sh.Session.Place)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p.Table = site.Table{Caption: r.Text("desk.crew"), Empty: r.Text("desk.no_crew"), Columns: []site.Column{{Text: r.Text("desk.who")}, {Text: r.Text("desk.from")}, {Text: r.Text("desk.until")}}}
	here := map[string]bool{}
	for _, c := range sh.Session.Crew {
		until := ""
		if c.Until.IsZero() {
			here[c.Person] = true
			p.Leave = append(p.Leave, site.Option{Value: c.Person, Text: names[c.Person].Name})
		} else {
			until = r.Clock(c.Until)
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: names[c.Person].Name}, {Text: r.Clock(c.From)}, {Text: until}})
	}
	for _, o := range people {
		if !here[o.Value] {
			p.Join = append(p.Join, o)
		}
	}
	return p, nil
}

func (s *Server) deskCrew(r *site.Request) error {
	p, err := s.deskCrewPage(r)
	if err != nil {
		return err
	}
	return deskCrewView.Render(r, p)
}

// deskCrewChange lets a person join or leave the crew.
func (s *Server) deskCrewChange(r *site.Request) error {
	p, err := s.deskCrewPage(r)
	if err != nil {
		return err
	}
	person, id := r.Field("person"), p.deskHead.Session.ID
	if r.Field("do") == "leave" {
		_, err = s.Store.LeaveCrew(r.Context(), r.Act(), id, person)
	} else {
		_, err = s.Store.JoinCrew(r.Context(), r.Act(), id, person)
	}
	if err != nil {
		return deskCrewView.Again(r, err, p)
	}
	return r.Done("/skranke/"+id+"/hold", "desk.crew_changed")
}
