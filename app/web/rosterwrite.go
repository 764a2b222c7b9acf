package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
)

type rosterWritePage struct {
	Chrome
	rosterHead
	Weeks     []NavItem
	Days      []matrixDay
	Rows      []writeRow
	Week      string
	Codes     Table
	Conflicts Table
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

var rosterWriteView = newView[*rosterWritePage]("roster-write")

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
	r     *Request
	week  store.Week
	names map[string]models.Private
	book  staffing.Codebook
	own   []models.Person
	role  models.Role
}

func (s *Server) weekDesk(r *Request, e models.Election, days []models.Date) (*weekDesk, error) {
	d := &weekDesk{r: r, role: r.actingRole()}
	var err error
	if d.week, err = s.store.RosterWeek(r.Context(), e.ID, days[0].At(0, 0), days[len(days)-1].Add(1).At(0, 0)); err != nil {
		return nil, err
	}
	if d.names, err = s.store.Names(r.Context()); err != nil {
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
			text = d.r.gapText(*m.Gap)
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
	c := writeCell{Session: x.ID, Hours: d.r.clockSpan(x), Was: d.book.Join(is), WasIDs: strings.Join(is, " "), Remarks: remarks[x.ID], Have: d.have(x, len(is))}
	c.Value, c.Label = c.Was, place+", "+d.r.sessionWhen(x)
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
func (s *Server) rosterWritePage(r *Request, t typedWeek, conflicts []staffing.WeekConflict) (*rosterWritePage, *weekDesk, error) {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, nil, err
	}
	p := &rosterWritePage{Chrome: Chrome{TitleArgs: []any{e.Name}, Live: true}, rosterHead: r.rosterHead(e, "write"), Week: r.weekOf(e, cmp.Or(r.Field("week"), r.Query("uge")), s.now())}
	if p.Week == weekAll {
		p.Week = r.weekOf(e, "", s.now())
	}
	for _, w := range r.weekLinks(e, p.Week) {
		if !strings.HasSuffix(w.Href, weekAll) {
			w.Href = strings.Replace(w.Href, "/plan/"+e.ID, "/vagtplan/valg/"+e.ID+"/skriv", 1)
			p.Weeks = append(p.Weeks, w)
		}
	}
	days := daysOf(e, p.Week)
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
		p.Days = append(p.Days, matrixDay{Weekday: firstThree(language.Weekday(d.r.Lang, day.Weekday())), Day: dayMonth(d.r.Lang, day)})
	}
	for _, pl := range d.week.Places {
		row, any := writeRow{Place: pl.Name, Cells: make([][]writeCell, len(days))}, false
		for _, x := range d.week.Sessions {
			if x.Place == pl.ID && d.r.act().MayActAt(pl.ID) {
				n := x.Date().Sub(days[0])
				row.Cells[n], any = append(row.Cells[n], d.cell(x, pl.Name, t, conflicts, remarks)), true
			}
		}
		if any {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Codes = Table{Caption: d.r.Text("roster-write.codes"), Quiet: true, Empty: d.r.Text("roster-propose.no_people"), Columns: []Column{{Text: d.r.Text("roster-write.code")}, {Text: d.r.Text("roster.person")}}}
	for _, x := range d.own {
		p.Codes.Rows = append(p.Codes.Rows, []Cell{{Text: d.book.Of(x.ID)}, {Text: d.names[x.ID].Name, Href: "/vagtplan/person/" + x.ID}})
	}
	slices.SortFunc(p.Codes.Rows, func(a, b []Cell) int { return strings.Compare(a[0].Text, b[0].Text) })
	p.Conflicts = d.conflictTable(conflicts)
}

// conflictTable says what somebody else did meanwhile.
func (d *weekDesk) conflictTable(conflicts []staffing.WeekConflict) Table {
	t := Table{Caption: d.r.Text("roster-write.conflicts"), Columns: []Column{{Text: d.r.Text("plan.place")}, {Text: d.r.Text("roster.when")}, {Text: d.r.Text("plan.you_saw")}, {Text: d.r.Text("plan.now_there")}, {Text: d.r.Text("plan.you_typed")}}}
	for _, k := range conflicts {
		i := slices.IndexFunc(d.week.Sessions, func(x models.Session) bool { return x.ID == k.Session })
		if i < 0 {
			continue
		}
		x := d.week.Sessions[i]
		show := func(people []string) Cell { return Cell{Text: cmp.Or(d.book.Join(people), "–")} }
		t.Rows = append(t.Rows, []Cell{{Text: d.place(x.Place).Name}, {Text: d.r.sessionWhen(x)}, show(k.Was), show(k.Is), show(k.Now)})
	}
	return t
}

func (s *Server) rosterWriteForm(r *Request) error {
	p, _, err := s.rosterWritePage(r, typedWeek{}, nil)
	if err != nil {
		return err
	}
	return rosterWriteView.render(r, p)
}

// rosterWrite saves the typed cells: all of them or nothing. What was typed stands
// in the form again when it cannot be saved, and where somebody else changed the
// same cell meanwhile the form holds both people's changes put together.
func (s *Server) rosterWrite(r *Request) error {
	t := readTyped(r.http().PostForm)
	p, d, err := s.rosterWritePage(r, t, nil)
	if err != nil {
		return err
	}
	cells, errs := d.cells(t)
	if err := errs.OrNil(); err != nil {
		return rosterWriteView.again(r, err, p)
	}
	out, conflicts, err := s.store.EditWeek(r.Context(), r.act(), p.Election.ID, cells)
	if len(conflicts) > 0 {
		if p, _, perr := s.rosterWritePage(r, t, conflicts); perr == nil {
			return rosterWriteView.again(r, err, p)
		}
	}
	if err != nil {
		return rosterWriteView.again(r, err, p)
	}
	s.tell(r, out)
	return r.done("/vagtplan/valg/"+p.Election.ID+"/skriv?uge="+url.QueryEscape(p.Week), "roster-write.done", len(out))
}

// apiRosterCheck judges a week while it is typed; nothing is saved.
func (s *Server) apiRosterCheck(r *Request) error {
	var in RosterCheckIn
	if err := r.decode(&in); err != nil {
		return err
	}
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	days := daysOf(e, in.Week)
	if len(days) == 0 || in.Week == weekAll {
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
	return r.json(http.StatusOK, out)
}
