package web

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// onwardPage is a page of the end of the road: facts, then blocks of a table, a
// list of tasks, a picture and a form each.
type onwardPage struct {
	Chrome
	Banner Banner
	Facts  []Fact
	Blocks []onwardBlock
}

type onwardBlock struct {
	Heading, Text string
	Code          string // to be copied
	Links         []Link
	Tasks         []Task
	Table         Table
	Bars          barChart
	Form          onwardForm
	Folded        bool // behind its heading until it is opened
}

// onwardForm is one form; several may stand on a page, so each field's name is
// on the page once. Do tells the handler which it is.
type onwardForm struct {
	Action, Do, Button string
	File               bool
	Fields             []onwardField
}

// onwardField is one field. Kind is input, count, textarea, file, hidden, select, radios or checks.
type onwardField struct {
	Kind, Name, Label, Hint, Value, Group string
	Optional                              bool
	Options                               []Option
}

var onwardView = newView[*onwardPage]("onward")

// officeReaders see the end of the road; reception and coordinators act.
var officeReaders = roles{models.RoleCoordinator, models.RoleReception, models.RoleAuditor}

func (s *Server) onwardRoutes() []Route {
	return slices.Concat(s.sortingRoutes(), s.arrivalRoutes(), s.forwardingRoutes(), s.stationRoutes(), s.runRoutes(), s.onwardAPIRoutes(), s.protocolRoutes(), s.statisticsRoutes(), s.destructionRoutes())
}

// office reports whether the person may act here, not only read.
func (r *Request) office() bool { return r.Account.Is(models.RoleCoordinator, models.RoleReception) }

// show is the handler of a page of the end of the road.
func show(page func(*Request) (*onwardPage, error)) handler {
	return func(r *Request) error {
		p, err := page(r)
		if err != nil {
			return err
		}
		return onwardView.render(r, p)
	}
}

// warned sends the browser on with something that is not as it should be.
func (r *Request) warned(path, key string, args ...any) error {
	r.flash("warn", r.Text(key, args...))
	r.seeOther(path)
	return nil
}

// pick lists the elections of a subject, or goes to the only one.
func (s *Server) pick(path, title string) handler {
	return func(r *Request) error {
		all, err := s.store.Elections(r.Context())
		if err != nil {
			return err
		}
		t := Table{Caption: r.Text("onward.choose_election"), Empty: r.Text("elections.empty"), Columns: []Column{{Text: r.Text("election.name")}, {Text: r.Text("election.day")}, {Text: r.Text("election.state")}}}
		for _, e := range all {
			t.Rows = append(t.Rows, []Cell{{Text: e.Name, Href: path + "/" + e.ID}, {Text: r.shortDay(e.Date)}, {Tag: r.electionTag(e)}})
		}
		return onwardView.render(r, &onwardPage{Chrome: Chrome{TitleKey: title}, Blocks: []onwardBlock{{Table: t}}})
	}
}

// chosen is the election of the page.
func (s *Server) chosen(r *Request) (models.Election, error) {
	return s.store.Election(r.Context(), r.Param("election"))
}

// reception is the place where Borgerservice takes in: the person's own place,
// else the first reception.
func (s *Server) reception(ctx context.Context, a Account) (string, error) {
	if len(a.Places) > 0 {
		return a.Places[0], nil
	}
	places, err := s.store.Places(ctx)
	if err != nil {
		return "", err
	}
	for _, kind := range []models.PlaceKind{models.PlaceReception, models.PlaceCitizenService} {
		for _, p := range places {
			if p.Kind == kind {
				return p.ID, nil
			}
		}
	}
	return "", models.E(models.CodeNotFound, "onward.no_reception")
}

// counts reads the filled fields of a form whose names begin with prefix; empty
// ones are zero and left out.
func (r *Request) counts(prefix string) (map[string]int, error) {
	out := map[string]int{}
	for name := range r.http().PostForm {
		key, ok := cutPrefix(name, prefix)
		if !ok || r.Field(name) == "" {
			continue
		}
		n, err := r.Count(name)
		if err != nil {
			return nil, err
		}
		out[key] = n
	}
	return out, nil
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return "", false
}

// election heads of forms.
func (s *Server) form(r *Request, e models.Election, kind pdf.Type, running uint64) (pdf.Form, error) {
	_, head, err := s.store.Entries(r.Context(), 0, "", 1)
	if err != nil {
		return pdf.Form{}, err
	}
	f, err := s.formHead(r, pdf.Number(kind, running))
	if err != nil {
		return f, err
	}
	f.JournalSeq, f.Election = head.Seq, pdf.Election{Name: e.Name, Word: e.Word, Colour: e.Colour, Date: e.Date}
	if e.Practice {
		f.Mark = pdf.Mark{Kind: pdf.Exercise}
	}
	return f, nil
}

// paper answers with documents as one PDF.
func (r *Request) paper(name string, docs ...pdf.Document) error {
	return r.server.writePDF(r, strings.TrimSuffix(name, pdfSuffix), docs...)
}

// running numbers a form by a text that never changes: the same sheet has the
// same number on every print.
func running(id string) uint64 {
	n := uint64(14695981039346656037)
	for _, c := range []byte(id) {
		n = (n ^ uint64(c)) * 1099511628211
	}
	return n % 2_000_000_000
}

func (r *Request) digits(n int) string { return language.Number(r.Lang, int64(n)) }

// municipalityName is the name behind a kommunekode, the code itself when unknown.
func municipalityName(code string) string {
	if m, ok := models.MunicipalityByCode(code); ok {
		return m.Name
	}
	return code
}

// municipalityOptions offers every other municipality, in the order of the register.
func (s *Server) municipalityOptions() []Option {
	out := []Option{{Value: "", Text: "–"}}
	for _, m := range models.Municipalities {
		if m.Code != s.municipality {
			out = append(out, Option{Value: m.Code, Text: m.Name + " (" + m.Code + ")"})
		}
	}
	return out
}

// secondPerson offers the people who may be the second of two.
func (s *Server) secondPerson(r *Request) ([]Option, error) {
	people, err := s.store.People(r.Context())
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range people {
		if !p.Left && !p.Erased && p.ID != r.Account.Person {
			ids = append(ids, p.ID)
		}
	}
	names, err := s.store.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	out := []Option{{Value: "", Text: "–"}}
	slices.SortFunc(ids, func(a, b string) int { return cmpText(names[a].Name, names[b].Name) })
	for _, id := range ids {
		if names[id].Name != "" {
			out = append(out, Option{Value: id, Text: names[id].Name})
		}
	}
	return out, nil
}

// holderName is what a holder is called, with the names of places.
func (r *Request) holderName(holder string) string {
	names, err := r.server.placeNames(r)
	if err != nil {
		return holder
	}
	return r.holder(holder, names)
}

// cmpText orders names as Danes do.
func cmpText(a, b string) int { return cmp.Compare(custody.Fold(a), custody.Fold(b)) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// barChart is a picture of numbers: one line each with its bar.
type barChart struct {
	Title string
	Bars  []chartBar
}

type chartBar struct {
	Label, Text string
	Width       int // percent of the longest
}

// bars scales values to the longest.
func bars(title string, labels []string, values []int) barChart {
	c, top := barChart{Title: title}, 1
	for _, v := range values {
		top = max(top, v)
	}
	for i, v := range values {
		c.Bars = append(c.Bars, chartBar{Label: labels[i], Text: strconv.Itoa(v), Width: v * 100 / top})
	}
	return c
}
