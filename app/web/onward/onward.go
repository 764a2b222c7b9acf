package onward

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) onwardRoutes() []site.Route {
	return slices.Concat(s.sortingRoutes(), s.arrivalRoutes(), s.forwardingRoutes(), s.stationRoutes(), s.runRoutes(), s.onwardAPIRoutes(), s.protocolRoutes(), s.statisticsRoutes(), s.destructionRoutes())
}

// office reports whether the person may act here, not only read.
func office(r *site.Request) bool { return r.Account.Is(models.RoleCoordinator, models.RoleReception) }

// show is the handler of a page of the end of the road.
func show(page func(*site.Request) (*site.BlockPage, error)) site.Handler {
	return func(r *site.Request) error {
		p, err := page(r)
		if err != nil {
			return err
		}
		return site.BlockView.Render(r, p)
	}
}

// warned sends the browser on with something that is not as it should be.
func warned(r *site.Request, path, key string, args ...any) error {
	r.Flash("warn", r.Text(key, args...))
	r.SeeOther(path)
	return nil
}

// pick lists the elections of a subject, or goes to the only one.
func (s *Server) pick(path, title string) site.Handler {
	return func(r *site.Request) error {
		all, err := s.Store.Elections(r.Context())
		if err != nil {
			return err
		}
		t := site.Table{Caption: r.Text("onward.choose_election"), Empty: r.Text("elections.empty"), Columns: []site.Column{{Text: r.Text("election.name")}, {Text: r.Text("election.day")}, {Text: r.Text("election.state")}}}
		for _, e := range all {
			t.Rows = append(t.Rows, []site.Cell{{Text: e.Name, Href: path + "/" + e.ID}, {Text: r.ShortDay(e.Date)}, {Tag: r.ElectionTag(e)}})
		}
		return site.BlockView.Render(r, &site.BlockPage{Chrome: site.Chrome{TitleKey: title}, Blocks: []site.Block{{Table: t}}})
	}
}

// chosen is the election of the page.
func (s *Server) chosen(r *site.Request) (models.Election, error) {
	return s.Store.Election(r.Context(), r.Param("election"))
}

// reception is the place where Borgerservice takes in: the person's own place,
// else the first reception.
func (s *Server) reception(ctx context.Context, a site.Account) (string, error) {
	if len(a.Places) > 0 {
		return a.Places[0], nil
	}
	places, err := s.Store.Places(ctx)
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
func counts(r *site.Request, prefix string) (map[string]int, error) {
	out := map[string]int{}
	for name := range r.HTTP().PostForm {
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
func (s *Server) form(r *site.Request, e models.Election, kind pdf.Type, running uint64) (pdf.Form, error) {
	_, head, err := s.Store.Entries(r.Context(), 0, "", 1)
	if err != nil {
		return pdf.Form{}, err
	}
	f, err := s.FormHead(r, pdf.Number(kind, running))
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
func paper(r *site.Request, name string, docs ...pdf.Document) error {
	return r.Server.WritePDF(r, strings.TrimSuffix(name, site.PDFSuffix), docs...)
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

func digits(r *site.Request, n int) string { return language.Number(r.Lang, int64(n)) }

// municipalityOptions offers every other municipality, in the order of the register.
func (s *Server) municipalityOptions() []site.Option {
	out := []site.Option{{Value: "", Text: "–"}}
	for _, m := range models.Municipalities {
		if m.Code != s.Municipality {
			out = append(out, site.Option{Value: m.Code, Text: m.Name + " (" + m.Code + ")"})
		}
	}
	return out
}

// secondPerson offers the people who may be the second of two.
func (s *Server) secondPerson(r *site.Request) ([]site.Option, error) {
	people, err := s.Store.People(r.Context())
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range people {
		if !p.Left && !p.Erased && p.ID != r.Account.Person {
			ids = append(ids, p.ID)
		}
	}
	names, err := s.Store.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	out := []site.Option{{Value: "", Text: "–"}}
	slices.SortFunc(ids, func(a, b string) int { return cmpText(names[a].Name, names[b].Name) })
	for _, id := range ids {
		if names[id].Name != "" {
			out = append(out, site.Option{Value: id, Text: names[id].Name})
		}
	}
	return out, nil
}

// cmpText orders names as Danes do.
func cmpText(a, b string) int { return cmp.Compare(desk.Fold(a), desk.Fold(b)) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
