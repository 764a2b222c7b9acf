package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type findingGroup struct {
	Code     planning.Code
	Title    string
	Law      string
	Error    bool
	Open     int // not ticked yet
	Findings []shownFinding
}

type shownFinding struct {
	Value, Text, Href, Reason string
}

type planFindingsPage struct {
	Chrome
	planHead
	Groups  []findingGroup
	Blocked int
}

type planPublishPage struct {
	Chrome
	planHead
	Facts   []Fact
	Diff    Table
	Blocked int
	Again   bool
}

type planVersionsPage struct {
	Chrome
	planHead
	Table Table
}

type planVersionPage struct {
	Chrome
	planHead
	Version planning.Version
	Facts   []Fact
	Diff    Table
	Table   Table
	Ticks   Table
}

type planNoticesPage struct {
	Chrome
	planHead
	Notices []shownNotice
	Unseen  int
}

type shownNotice struct {
	ID, Place, Day, Old, New, Reason, By string
	At                                   time.Time
	Version                              int
	Seen, Mine                           bool
	SeenBy                               string
}

var (
	planFindingsView = newView[*planFindingsPage]("plan-findings")
	planPublishView  = newView[*planPublishPage]("plan-publish")
	planVersionsView = newView[*planVersionsPage]("plan-versions")
	planVersionView  = newView[*planVersionPage]("plan-version")
	planNoticesView  = newView[*planNoticesPage]("plan-notices")
)

// planFindings shows what speaks against publishing, worst first.
func (s *Server) planFindings(r *Request) error {
	p, err := s.planFindingsPage(r)
	if err != nil {
		return err
	}
	return planFindingsView.render(r, p)
}

func (s *Server) planFindingsPage(r *Request) (*planFindingsPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	plan, ticks, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	found := planning.Of(plan, e.ID)
	p := &planFindingsPage{Chrome: planChrome(e), planHead: r.planHead(e, "findings"), Blocked: len(planning.Blocking(found, ticks.Ticks))}
	for _, f := range found {
		i := slices.IndexFunc(p.Groups, func(g findingGroup) bool { return g.Code == f.Code })
		if i < 0 {
			i = len(p.Groups)
			p.Groups = append(p.Groups, findingGroup{Code: f.Code, Title: r.Text("plan.code." + string(f.Code)), Law: f.Law, Error: f.Severity == planning.Error})
		}
		g := &p.Groups[i]
		x := shownFinding{Value: tickValue(f), Text: f.Text(r.Lang)}
		if f.Session != "" && p.CanPlan {
			x.Href = "/plan/" + e.ID + "/tid/" + f.Session
		} else if f.Place != "" {
			x.Href = "/plan/" + e.ID + "/sted/" + f.Place
		}
		for _, t := range ticks.Ticks {
			if t.Code == f.Code && t.Place == f.Place && t.Session == f.Session {
				x.Reason = t.Reason
			}
		}
		if x.Reason == "" {
			g.Open++
		}
		g.Findings = append(g.Findings, x)
	}
	slices.SortStableFunc(p.Groups, func(a, b findingGroup) int {
		if a.Error != b.Error {
			return map[bool]int{true: -1, false: 1}[a.Error]
		}
		return 0
	})
	return p, nil
}

// tickValue names a finding in a form: code|place|session.
func tickValue(f planning.Finding) string {
	return string(f.Code) + "|" + f.Place + "|" + f.Session
}

func (s *Server) planTick(r *Request) error {
	var which []planning.Tick
	for _, v := range r.Fields("finding") {
		if part := strings.Split(v, "|"); len(part) == 3 {
			which = append(which, planning.Tick{Code: planning.Code(part[0]), Place: part[1], Session: part[2]})
		}
	}
	if err := s.store.Tick(r.Context(), r.act(), r.Param("id"), which, r.Field("reason")); err != nil {
		p, perr := s.planFindingsPage(r)
		if perr != nil {
			return perr
		}
		return planFindingsView.again(r, err, p)
	}
	return r.done("/plan/"+r.Param("id")+"/fund", "plan.ticked", len(which))
}

func (s *Server) planPublishPage(r *Request) (*planPublishPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	plan, ticks, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	versions, err := s.store.Versions(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	var before planning.Version
	if len(versions) > 0 {
		before = versions[0]
	}
	p := &planPublishPage{Chrome: planChrome(e), planHead: r.planHead(e, "publish"), Again: before.Number > 0}
	p.Blocked = len(planning.Blocking(planning.Of(plan, e.ID), ticks.Ticks))
	drafts, holes, places := 0, 0, map[string]bool{}
	var next []models.Session
	for _, x := range plan.Sessions {
		switch {
		case x.State != models.SessionDraft:
		case plan.Agreements[x.ID].Hole():
			holes++
			continue
		default:
			drafts++
			places[x.Place] = true
		}
		next = append(next, x)
	}
	p.Facts = []Fact{{Name: r.Text("plan.drafts"), Text: fmt.Sprint(drafts)}, {Name: r.Text("plan.holes"), Text: fmt.Sprint(holes)}, {Name: r.Text("plan.places"), Text: fmt.Sprint(len(places))},
		{Name: r.Text("election.window"), Text: r.shortDay(e.First) + " – " + r.shortDay(e.Last)}, {Name: r.Text("plan.version"), Text: fmt.Sprint(before.Number + 1)}}
	p.Diff = r.diffTable(planning.Diff(before.Plan(), next), placeNamesOf(plan.Places))
	return p, nil
}

func placeNamesOf(places []models.Place) map[string]string {
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names
}

// diffTable shows old and new side by side.
func (r *Request) diffTable(changes []planning.Change, names map[string]string) Table {
	t := Table{Caption: r.Text("plan.diff"), Empty: r.Text("plan.diff_none"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.old")}, {Text: r.Text("plan.new")}, {Text: r.Text("plan.what")}}}
	kinds := map[planning.ChangeKind]string{planning.Added: "ok", planning.Removed: "bad", planning.Changed: "warn"}
	for _, c := range changes {
		x, before, after := c.Session(), "", ""
		if c.Kind != planning.Added {
			before = r.clockSpan(c.Old)
		}
		if c.Kind != planning.Removed {
			after = r.clockSpan(c.New) + r.fieldNote(c)
		}
		t.Rows = append(t.Rows, []Cell{{Text: names[x.Place]}, {Text: r.weekdayDate(x.Date())}, {Text: before}, {Text: after}, {Tag: Tag{kinds[c.Kind], r.Text("plan.change." + string(c.Kind))}}})
	}
	return t
}

// fieldNote says what else than the hours differs: "; valg: KV25 → AER25 KV25".
func (r *Request) fieldNote(c planning.Change) string {
	out := ""
	for _, f := range c.Fields {
		if f.Field != "starts" && f.Field != "ends" {
			out += "; " + r.Text("plan.field."+f.Field) + ": " + cmp.Or(f.Old, "–") + " → " + cmp.Or(f.New, "–")
		}
	}
	return out
}

func (s *Server) planPublishForm(r *Request) error {
	p, err := s.planPublishPage(r)
	if err != nil {
		return err
	}
	return planPublishView.render(r, p)
}

func (s *Server) planPublish(r *Request) error {
	v, err := s.store.Publish(r.Context(), r.act(), r.Param("id"), r.Field("reason"))
	if err != nil {
		p, perr := s.planPublishPage(r)
		if perr != nil {
			return perr
		}
		return planPublishView.again(r, err, p)
	}
	return r.done("/plan/"+v.Election+"/versioner/"+strconv.Itoa(v.Number), "plan.published", len(v.Sessions))
}

func (s *Server) planVersions(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	versions, err := s.store.Versions(r.Context(), e.ID)
	if err != nil {
		return err
	}
	p := &planVersionsPage{Chrome: planChrome(e), planHead: r.planHead(e, "versions")}
	p.Table = Table{Caption: r.Text("plan-versions.title"), Quiet: true, Empty: r.Text("plan.unpublished"), Columns: []Column{{Text: r.Text("plan.version")}, {Text: r.Text("plan.at")}, {Text: r.Text("plan.sessions"), Number: true}, {Text: r.Text("plan.reason")}}}
	for _, v := range versions {
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: fmt.Sprint(v.Number), Href: fmt.Sprintf("/plan/%s/versioner/%d", e.ID, v.Number)}, {Text: language.Moment(r.Lang, v.At.In(models.Copenhagen))}, {Text: fmt.Sprint(len(v.Sessions))}, {Text: v.Reason}})
	}
	return planVersionsView.render(r, p)
}

// planVersion is one version as it was published, for print too: it says which
// version it replaces.
func (s *Server) planVersion(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	versions, err := s.store.Versions(r.Context(), e.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(versions, func(v planning.Version) bool { return strconv.Itoa(v.Number) == r.Param("number") })
	if i < 0 {
		return models.E(models.CodeNotFound, "")
	}
	v, before := versions[i], planning.Version{}
	if i+1 < len(versions) {
		before = versions[i+1]
	}
	names, err := s.placeNames(r)
	if err != nil {
		return err
	}
	people, err := s.store.Names(r.Context(), v.Person)
	if err != nil {
		return err
	}
	p := &planVersionPage{Chrome: planChrome(e), planHead: r.planHead(e, "versions"), Version: v}
	p.TitleKey, p.TitleArgs = "plan-version.title", []any{v.Number}
	p.Facts = []Fact{{Name: r.Text("plan.at"), Text: language.Moment(r.Lang, v.At.In(models.Copenhagen))}, {Name: r.Text("plan.by"), Text: people[v.Person].Name}}
	if before.Number > 0 {
		p.Facts = append(p.Facts, Fact{Name: r.Text("plan.replaces"), Text: r.Text("plan-version.title", before.Number)}, Fact{Name: r.Text("plan.reason"), Text: v.Reason})
	}
	p.Diff = r.diffTable(planning.Diff(before.Plan(), v.Plan()), names)
	p.Table = Table{Caption: r.Text("plan.sessions"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}}}
	for _, x := range v.Plan() {
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: names[x.Place]}, {Text: r.weekdayDate(x.Date())}, {Text: r.clockSpan(x)}})
	}
	p.Ticks = Table{Caption: r.Text("plan.ticks"), Empty: r.Text("plan.ticks_none"), Columns: []Column{{Text: r.Text("plan.finding")}, {Text: r.Text("plan.place")}, {Text: r.Text("plan.reason")}}}
	for _, k := range v.Ticked {
		p.Ticks.Rows = append(p.Ticks.Rows, []Cell{{Text: r.Text("plan.code." + string(k.Code))}, {Text: names[k.Place]}, {Text: k.Reason}})
	}
	return planVersionView.render(r, p)
}

func (s *Server) planNoticesPage(r *Request) (*planNoticesPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	notices, err := s.store.Notices(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	people, err := s.store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &planNoticesPage{Chrome: planChrome(e), planHead: r.planHead(e, "notices")}
	for _, n := range notices {
		if !r.act().MayActAt(n.Place) {
			continue // a change reaches only those whom it concerns
		}
		x := shownNotice{ID: n.ID, Place: names[n.Place], Day: r.weekdayDate(models.DateOf(n.Starts)), Reason: n.Reason, By: people[n.Person].Name, At: n.At, Version: n.Version, Seen: n.SeenBy(r.Account.Person)}
		if n.Kind != planning.Added {
			x.Old = r.spanText(n.Starts, n.Ends)
		}
		if n.Kind != planning.Removed {
			x.New = r.spanText(n.NewStart, n.NewEnd)
		}
		var seen []string
		for _, k := range n.Seen {
			seen = append(seen, people[k.Person].Name)
		}
		x.SeenBy = strings.Join(seen, ", ")
		if !x.Seen {
			p.Unseen++
		}
		p.Notices = append(p.Notices, x)
	}
	return p, nil
}

func (s *Server) planNotices(r *Request) error {
	p, err := s.planNoticesPage(r)
	if err != nil {
		return err
	}
	return planNoticesView.render(r, p)
}

func (s *Server) planNoticesSeen(r *Request) error {
	ids := r.Fields("notice")
	if err := s.store.NoticeSeen(r.Context(), r.act(), ids); err != nil {
		p, perr := s.planNoticesPage(r)
		if perr != nil {
			return perr
		}
		return planNoticesView.again(r, err, p)
	}
	return r.done("/plan/"+r.Param("id")+"/aendringer", "plan.seen", len(ids))
}
