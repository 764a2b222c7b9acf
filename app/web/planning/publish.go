package planning

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
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
	site.Chrome
	planHead
	Groups  []findingGroup
	Blocked int
}

type planPublishPage struct {
	site.Chrome
	planHead
	Facts   []site.Fact
	Diff    site.Table
	Blocked int
	Again   bool
}

type planVersionsPage struct {
	site.Chrome
	planHead
	Table site.Table
}

type planVersionPage struct {
	site.Chrome
	planHead
	Version planning.Version
	Facts   []site.Fact
	Diff    *site.Table // nil in the first version, which changes nothing
	Table   site.Table
	Ticks   site.Table
}

type planNoticesPage struct {
	site.Chrome
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
	planFindingsView = site.NewView[*planFindingsPage]("plan-findings")
	planPublishView  = site.NewView[*planPublishPage]("plan-publish")
	planVersionsView = site.NewView[*planVersionsPage]("plan-versions")
	planVersionView  = site.NewView[*planVersionPage]("plan-version")
	planNoticesView  = site.NewView[*planNoticesPage]("plan-notices")
)

// planFindings shows what speaks against publishing, worst first.
func (s *Server) planFindings(r *site.Request) error {
	p, err := s.planFindingsPage(r)
	if err != nil {
		return err
	}
	return planFindingsView.Render(r, p)
}

func (s *Server) planFindingsPage(r *site.Request) (*planFindingsPage, error) {
	e, plan, ticks, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	found := planning.Of(plan, e.ID)
	p := &planFindingsPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "findings"), Blocked: len(planning.Blocking(found, ticks.Ticks))}
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

func (s *Server) planTick(r *site.Request) error {
	var which []planning.Tick
	for _, v := range r.Fields("finding") {
		if part := strings.Split(v, "|"); len(part) == 3 {
			which = append(which, planning.Tick{Code: planning.Code(part[0]), Place: part[1], Session: part[2]})
		}
	}
	if err := s.Store.Tick(r.Context(), r.Act(), r.Param("id"), which, r.Field("reason")); err != nil {
		p, perr := s.planFindingsPage(r)
		if perr != nil {
			return perr
		}
		return planFindingsView.Again(r, err, p)
	}
	return r.Done("/plan/"+r.Param("id")+"/fund", "plan.ticked", len(which))
}

func (s *Server) planPublishPage(r *site.Request) (*planPublishPage, error) {
	e, plan, ticks, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	versions, err := s.Store.Versions(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	var before planning.Version
	if len(versions) > 0 {
		before = versions[0]
	}
	p := &planPublishPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "publish"), Again: before.Number > 0}
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
		}
		places[x.Place] = true
		next = append(next, x)
	}
	names, err := s.planNames(r)
	if err != nil {
		return nil, err
	}
	p.Facts = []site.Fact{{Name: r.Text("plan.drafts"), Text: fmt.Sprint(drafts)}, {Name: r.Text("plan.holes"), Text: fmt.Sprint(holes)}, {Name: r.Text("plan.sessions_all"), Text: fmt.Sprint(len(next))}, {Name: r.Text("plan.places"), Text: fmt.Sprint(len(places))},
		{Name: r.Text("election.window"), Text: r.ShortDay(e.First) + " – " + r.ShortDay(e.Last)}, {Name: r.Text("plan.version"), Text: fmt.Sprint(before.Number + 1)}}
	p.Diff = diffTable(r, planning.Diff(before.Plan(), next), names, !p.Again)
	return p, nil
}

func (s *Server) planPublishForm(r *site.Request) error {
	p, err := s.planPublishPage(r)
	if err != nil {
		return err
	}
	return planPublishView.Render(r, p)
}

func (s *Server) planPublish(r *site.Request) error {
	v, err := s.Store.Publish(r.Context(), r.Act(), r.Param("id"), r.Field("reason"))
	if err != nil {
		p, perr := s.planPublishPage(r)
		if perr != nil {
			return perr
		}
		return planPublishView.Again(r, err, p)
	}
	return r.Done("/plan/"+v.Election+"/versioner/"+strconv.Itoa(v.Number), "plan.published", len(v.Sessions))
}

func (s *Server) planVersions(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	versions, err := s.Store.Versions(r.Context(), e.ID)
	if err != nil {
		return err
	}
	p := &planVersionsPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "versions")}
	p.Table = site.Table{Caption: r.Text("plan-versions.title"), Quiet: true, Empty: r.Text("plan.unpublished"), Columns: []site.Column{{Text: r.Text("plan.version")}, {Text: r.Text("plan.at")}, {Text: r.Text("plan.sessions"), Number: true}, {Text: r.Text("plan.reason")}}}
	for _, v := range versions {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: fmt.Sprint(v.Number), Href: fmt.Sprintf("/plan/%s/versioner/%d", e.ID, v.Number)}, {Text: language.Moment(r.Lang, v.At.In(models.Copenhagen))}, {Text: fmt.Sprint(len(v.Sessions))}, {Text: v.Reason}})
	}
	return planVersionsView.Render(r, p)
}

// planVersion is one version as it was published, for print too: it says which
// version it replaces.
func (s *Server) planVersion(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	versions, err := s.Store.Versions(r.Context(), e.ID)
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
	names, err := s.planNames(r)
	if err != nil {
		return err
	}
	people, err := s.Store.Names(r.Context(), v.Person)
	if err != nil {
		return err
	}
	p := &planVersionPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "versions"), Version: v}
	p.TitleKey, p.TitleArgs = "plan-version.title", []any{v.Number}
	p.Facts = []site.Fact{{Name: r.Text("plan.at"), Text: language.Moment(r.Lang, v.At.In(models.Copenhagen))}, {Name: r.Text("plan.by"), Text: people[v.Person].Name}}
	if before.Number > 0 {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("plan.replaces"), Text: r.Text("plan-version.title", before.Number)}, site.Fact{Name: r.Text("plan.reason"), Text: v.Reason})
		diff := diffTable(r, planning.Diff(before.Plan(), v.Plan()), names, false)
		p.Diff = &diff
	}
	p.Table = site.Table{Caption: r.Text("plan.sessions"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}}}
	days := map[string]string{}
	for _, x := range v.Plan() {
		days[x.ID] = r.WeekdayDate(x.Date())
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: names.of(x)}, {Text: days[x.ID]}, {Text: r.ClockSpan(x)}})
	}
	p.Ticks = site.Table{Caption: r.Text("plan.ticks"), Empty: r.Text("plan.ticks_none"), Columns: []site.Column{{Text: r.Text("plan.finding")}, {Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.reason")}}}
	for _, k := range v.Ticked {
		p.Ticks.Rows = append(p.Ticks.Rows, []site.Cell{{Text: r.Text("plan.code." + string(k.Code))}, {Text: names.places[k.Place].Name}, {Text: days[k.Session]}, {Text: k.Reason}})
	}
	return planVersionView.Render(r, p)
}

func (s *Server) planNoticesPage(r *site.Request) (*planNoticesPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	notices, err := s.Store.Notices(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	people, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &planNoticesPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "notices")}
	for _, n := range notices {
		if !r.Act().MayActAt(n.Place) {
			continue // a change reaches only those whom it concerns
		}
		x := shownNotice{ID: n.ID, Place: names[n.Place], Day: r.WeekdayDate(models.DateOf(n.Starts)), Reason: n.Reason, By: people[n.Person].Name, At: n.At, Version: n.Version, Seen: n.SeenBy(r.Account.Person)}
		if n.Kind != planning.Added {
			x.Old = r.SpanText(n.Starts, n.Ends)
		}
		if n.Kind != planning.Removed {
			x.New = r.SpanText(n.NewStart, n.NewEnd)
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

func (s *Server) planNotices(r *site.Request) error {
	p, err := s.planNoticesPage(r)
	if err != nil {
		return err
	}
	return planNoticesView.Render(r, p)
}

func (s *Server) planNoticesSeen(r *site.Request) error {
	ids := r.Fields("notice")
	if err := s.Store.NoticeSeen(r.Context(), r.Act(), ids); err != nil {
		p, perr := s.planNoticesPage(r)
		if perr != nil {
			return perr
		}
		return planNoticesView.Again(r, err, p)
	}
	return r.Done("/plan/"+r.Param("id")+"/aendringer", "plan.seen", len(ids))
}
