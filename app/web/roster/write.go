package roster

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/rosters"
)

type rosterWritePage struct {
	site.Chrome
	rosterHead
	Weeks     []site.NavItem
	Days      []site.MatrixDay
	Rows      []writeRow
	Week      string
	Codes     site.Table
	Conflicts site.Table
}

type writeRow struct {
	Place string
	Cells [][]writeCell // by day
}

// writeCell is one session as it is typed: own people in codes, the other
// employer's beside it.
type writeCell struct {
	Session, Hours, Label string
	Value, Was, WasIDs    string
	Others                []string
	Have                  string
	Remarks               []RemarkOut
}

// RemarkOut is what is to be said of a typed cell.
type RemarkOut struct {
	Text  string `json:"text"`
	Stops bool   `json:"stops"` // cannot be saved like this
}

// RosterCheckIn is a week as it is being typed: codes by session.
type RosterCheckIn struct {
	Week  string            `json:"week"`
	Cells map[string]string `json:"cells"`
}

// RosterCheckOut is what is to be said of one cell.
type RosterCheckOut struct {
	Have    string      `json:"have"`
	Remarks []RemarkOut `json:"remarks"`
}

var rosterWriteView = site.NewView[*rosterWritePage]("roster-write")

// typedWeek is a form that came back: the texts, and the people that were shown.
type typedWeek struct {
	text map[string]string
	was  map[string][]string
}

func readTyped(form url.Values) typedWeek {
	t := typedWeek{map[string]string{}, map[string][]string{}}
	for name := range form {
		id, ok := strings.CutPrefix(name, "c.")
		if text := strings.TrimSpace(form.Get(name)); ok && text != form.Get("w."+id) {
			t.text[id], t.was[id] = text, strings.Fields(form.Get("i."+id))
		}
	}
	return t
}

// weekDesk is what a leader's typing is read with.
type weekDesk struct {
	r     *site.Request
	week  rosters.Week
	names map[string]models.Private
	book  staffing.Codebook
	own   []models.Person
	role  models.Role
}

func (s *Server) weekDesk(r *site.Request, e models.Election, days []models.Date) (*weekDesk, error) {
	d := &weekDesk{r: r, role: r.ActingRole()}
	var err error
	if d.week, err = s.Store.RosterWeek(r.Context(), e.ID, days[0].At(0, 0), days[len(days)-1].Add(1).At(0, 0)); err != nil {
		return nil, err
	}
	if d.names, err = s.Store.Names(r.Context()); err != nil {
		return nil, err
	}
	plain := map[string]string{}
	for _, p := range receivers(d.week.People) {
		if staffing.Leads(d.role, p.Employer) {
			d.own = append(d.own, p)
			plain[p.ID] = d.names[p.ID].Name
		}
	}
	d.book = staffing.Codes(d.own, plain)
	return d, nil
}

// cells reads typed texts. A code that cannot be read is an error on its cell.
func (d *weekDesk) cells(t typedWeek) ([]staffing.WeekCell, models.Errors) {
	var out []staffing.WeekCell
	var errs models.Errors
	for _, id := range slices.Sorted(maps.Keys(t.text)) {
		people, wrong := d.book.Read(t.text[id])
		for _, e := range wrong {
			errs = append(errs, e.On("c."+id))
		}
		out = append(out, staffing.WeekCell{Session: id, Was: t.was[id], Now: people})
	}
	return out, errs
}

// remarks are the words for what is wrong with cells, by session.
func (d *weekDesk) remarks(cells []staffing.WeekCell) map[string][]RemarkOut {
	out := map[string][]RemarkOut{}
	for _, m := range d.week.Check(d.role, cells) {
		text := ""
		if m.Gap != nil {
			text = gapText(d.r, *m.Gap)
		} else {
			text = d.r.Text("staffing.remark."+m.Code, append([]any{cmp.Or(shortName(d.names[m.Person].Name), m.Person)}, m.Args...)...)
		}
		out[m.Session] = append(out[m.Session], RemarkOut{text, m.Stops})
	}
	return out
}

// have counts a session's people, with those typed in the place of own ones.
func (d *weekDesk) have(x models.Session, own int) string {
	others := 0
	for _, s := range d.week.Shifts {
		if s.Session == x.ID && s.Holds() && !s.StandIn && !staffing.Leads(d.role, s.Employer) {
			others++
		}
	}
	pl := d.place(x.Place)
	return language.Number(d.r.Lang, int64(own+others)) + "/" + language.Number(d.r.Lang, int64(max(staffing.Need(x, pl), d.week.Forecast[x.ID])))
}

func (d *weekDesk) place(id string) models.Place {
	i := slices.IndexFunc(d.week.Places, func(p models.Place) bool { return p.ID == id })
	if i < 0 {
		return models.Place{}
	}
	return d.week.Places[i]
}

// cell is a session as it is shown; typed and conflicts may be empty.
func (d *weekDesk) cell(x models.Session, place string, t typedWeek, conflicts []staffing.WeekConflict, remarks map[string][]RemarkOut) writeCell {
	is := staffing.Crewed(d.week.Shifts, x.ID, d.role)
	c := writeCell{Session: x.ID, Hours: d.r.ClockSpan(x), Was: d.book.Join(is), WasIDs: strings.Join(is, " "), Remarks: remarks[x.ID], Have: d.have(x, len(is))}
	c.Value, c.Label = c.Was, place+", "+sessionWhen(d.r, x)
	if text, ok := t.text[x.ID]; ok {
		c.Value, c.WasIDs, c.Was = text, strings.Join(t.was[x.ID], " "), d.book.Join(t.was[x.ID])
	}
	for _, k := range conflicts {
		if k.Session == x.ID {
			c.Value, c.Was, c.WasIDs = d.book.Join(k.Merged), d.book.Join(k.Is), strings.Join(k.Is, " ")
		}
	}
	for _, s := range d.week.Shifts {
		if s.Session == x.ID && s.Holds() && !s.StandIn && !staffing.Leads(d.role, s.Employer) {
			c.Others = append(c.Others, shortName(d.names[s.Person].Name))
		}
	}
	return c
}

// rosterWritePage is the week as a leader types it.
func (s *Server) rosterWritePage(r *site.Request, t typedWeek, conflicts []staffing.WeekConflict) (*rosterWritePage, *weekDesk, error) {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, nil, err
	}
	p := &rosterWritePage{Chrome: site.Chrome{TitleArgs: []any{e.Name}, Live: true}, rosterHead: headOfRoster(r, e, "write"), Week: r.WeekOf(e, cmp.Or(r.Field("week"), r.Query("uge")), s.Now())}
	if p.Week == site.WeekAll {
		p.Week = r.WeekOf(e, "", s.Now())
	}
	for _, w := range r.WeekLinks(e, p.Week) {
		if !strings.HasSuffix(w.Href, site.WeekAll) {
			w.Href = strings.Replace(w.Href, "/plan/"+e.ID, "/vagtplan/valg/"+e.ID+"/skriv", 1)
			p.Weeks = append(p.Weeks, w)
		}
	}
	days := site.DaysOf(e, p.Week)
	if len(days) == 0 {
		return p, nil, models.E(models.CodeNotFound, "")
	}
	d, err := s.weekDesk(r, e, days)
	if err != nil {
		return nil, nil, err
	}
	d.fill(p, days, t, conflicts)
	return p, d, nil
}

func (d *weekDesk) fill(p *rosterWritePage, days []models.Date, t typedWeek, conflicts []staffing.WeekConflict) {
	cells, _ := d.cells(t)
	for _, x := range d.week.Sessions {
		if _, typed := t.text[x.ID]; !typed {
			is := staffing.Crewed(d.week.Shifts, x.ID, d.role)
			cells = append(cells, staffing.WeekCell{Session: x.ID, Was: is, Now: is})
		}
	}
	remarks := d.remarks(cells)
	for _, day := range days {
		p.Days = append(p.Days, site.MatrixDay{Weekday: site.FirstThree(language.Weekday(d.r.Lang, day.Weekday())), Day: site.DayMonth(d.r.Lang, day)})
	}
	for _, pl := range d.week.Places {
		row, any := writeRow{Place: pl.Name, Cells: make([][]writeCell, len(days))}, false
		for _, x := range d.week.Sessions {
			if x.Place == pl.ID && d.r.Act().MayActAt(pl.ID) {
				n := x.Date().Sub(days[0])
				row.Cells[n], any = append(row.Cells[n], d.cell(x, pl.Name, t, conflicts, remarks)), true
			}
		}
		if any {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Codes = site.Table{Caption: d.r.Text("roster-write.codes"), Quiet: true, Empty: d.r.Text("roster-propose.no_people"), Columns: []site.Column{{Text: d.r.Text("roster-write.code")}, {Text: d.r.Text("roster.person")}}}
	for _, x := range d.own {
		p.Codes.Rows = append(p.Codes.Rows, []site.Cell{{Text: d.book.Of(x.ID)}, {Text: d.names[x.ID].Name, Href: "/vagtplan/person/" + x.ID}})
	}
	slices.SortFunc(p.Codes.Rows, func(a, b []site.Cell) int { return strings.Compare(a[0].Text, b[0].Text) })
	p.Conflicts = d.conflictTable(conflicts)
}

// conflictTable says what somebody else did meanwhile.
func (d *weekDesk) conflictTable(conflicts []staffing.WeekConflict) site.Table {
	t := site.Table{Caption: d.r.Text("roster-write.conflicts"), Columns: []site.Column{{Text: d.r.Text("plan.place")}, {Text: d.r.Text("roster.when")}, {Text: d.r.Text("plan.you_saw")}, {Text: d.r.Text("plan.now_there")}, {Text: d.r.Text("plan.you_typed")}}}
	for _, k := range conflicts {
		i := slices.IndexFunc(d.week.Sessions, func(x models.Session) bool { return x.ID == k.Session })
		if i < 0 {
			continue
		}
		x := d.week.Sessions[i]
		show := func(people []string) site.Cell { return site.Cell{Text: cmp.Or(d.book.Join(people), "–")} }
		t.Rows = append(t.Rows, []site.Cell{{Text: d.place(x.Place).Name}, {Text: sessionWhen(d.r, x)}, show(k.Was), show(k.Is), show(k.Now)})
	}
	return t
}

func (s *Server) rosterWriteForm(r *site.Request) error {
	p, _, err := s.rosterWritePage(r, typedWeek{}, nil)
	if err != nil {
		return err
	}
	return rosterWriteView.Render(r, p)
}

// rosterWrite saves the typed cells: all of them or nothing. What was typed stands
// in the form again when it cannot be saved, and where somebody else changed the
// same cell meanwhile the form holds both people's changes put together.
func (s *Server) rosterWrite(r *site.Request) error {
	t := readTyped(r.HTTP().PostForm)
	p, d, err := s.rosterWritePage(r, t, nil)
	if err != nil {
		return err
	}
	cells, errs := d.cells(t)
	if err := errs.OrNil(); err != nil {
		return rosterWriteView.Again(r, err, p)
	}
	out, conflicts, err := s.Store.EditWeek(r.Context(), r.Act(), p.Election.ID, cells)
	if len(conflicts) > 0 {
		if p, _, perr := s.rosterWritePage(r, t, conflicts); perr == nil {
			return rosterWriteView.Again(r, err, p)
		}
	}
	if err != nil {
		return rosterWriteView.Again(r, err, p)
	}
	s.tell(r, out)
	return r.Done("/vagtplan/valg/"+p.Election.ID+"/skriv?uge="+url.QueryEscape(p.Week), "roster-write.done", len(out))
}

// apiRosterCheck judges a week while it is typed; nothing is saved.
func (s *Server) apiRosterCheck(r *site.Request) error {
	var in RosterCheckIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	days := site.DaysOf(e, in.Week)
	if len(days) == 0 || in.Week == site.WeekAll {
		return models.Invalid("week", "roster.unknown_choice")
	}
	d, err := s.weekDesk(r, e, days)
	if err != nil {
		return err
	}
	cells, errs := d.cells(typedWeek{text: in.Cells})
	remarks := d.remarks(cells)
	for _, e := range errs {
		id := strings.TrimPrefix(e.Field, "c.")
		remarks[id] = append([]RemarkOut{{r.Text(e.TextKey(), e.Args...), true}}, remarks[id]...)
	}
	out := map[string]RosterCheckOut{}
	for _, c := range cells {
		if i := slices.IndexFunc(d.week.Sessions, func(x models.Session) bool { return x.ID == c.Session }); i >= 0 {
			out[c.Session] = RosterCheckOut{d.have(d.week.Sessions[i], len(c.Now)), append([]RemarkOut{}, remarks[c.Session]...)}
		}
	}
	return r.JSON(http.StatusOK, out)
}
