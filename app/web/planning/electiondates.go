package planning

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// electionDateRoutes are the dates of an election one by one: what each stands
// on, and what the municipality decided about it; and the election's facts.
func (s *Server) electionDateRoutes() []site.Route {
	return []site.Route{
		site.Get("/valg/se/:id/dato/:rule", planReaders, s.electionDate),
		site.Post("/valg/se/:id/dato/:rule", site.Coordinator, s.electionDateSet),
		site.Get("/valg/se/:id/indstilling/:setting", planReaders, s.electionSetting),
		site.Post("/valg/se/:id/indstilling/:setting", site.Coordinator, s.electionSettingSet),
		site.Get(site.APIPrefix+"elections/:election/facts", planReaders, s.apiElectionFacts).API(nil, planning.ElectionFacts{}),
		site.Post(site.APIPrefix+"elections/:election/facts", site.Coordinator, s.apiDescribe).API(planning.ElectionFacts{}, planning.ElectionFacts{}),
		site.Get(site.APIPrefix+"elections/:election/calendar", planReaders, s.apiCalendar).API(nil, CalendarOut{}),
		site.Post(site.APIPrefix+"elections/:election/calendar/dates", site.Coordinator, s.apiDateSet).API(models.Override{}, CalendarOut{}),
		site.Post(site.APIPrefix+"elections/:election/calendar/settings", site.Coordinator, s.apiSettingSet).API(models.LocalSetting{}, CalendarOut{}),
	}
}

// electionDatePage is one date, or with Local one local setting, of an election.
type electionDatePage struct {
	site.Chrome
	Facts   []site.Fact
	Action  string
	Local   bool   // a setting, not a date
	Moment  bool   // the date has a time of day
	Value   string // what was decided, for the form
	Clock   string
	Hint    string
	Decided bool // there is a decision that can be taken back
	CanPlan bool
}

var electionDateView = site.NewView[*electionDatePage]("election-date")

// calendarOf loads an election and its calendar.
func (s *Server) calendarOf(r *site.Request, id string) (models.Election, *calendar.Calendar, error) {
	e, err := s.Store.Election(r.Context(), id)
	if err != nil {
		return e, nil, err
	}
	cal, err := calendar.Of(e)
	return e, cal, err
}

// whenText is a day or a moment as pages show it.
func whenText(r *site.Request, e calendar.Entry) string {
	if !e.At.IsZero() {
		return language.Moment(r.Lang, e.At)
	}
	return r.ShortDay(e.Day)
}

// basisTag says what a date stands on: law, practice, a setting, a decision; a
// date that somebody moved against the law is marked as such, with the law's own.
func basisTag(r *site.Request, e calendar.Entry) (site.Tag, string) {
	switch {
	case e.Override != nil:
		why := r.Text("calendar.overridden", e.Override.Reason, e.Override.Reference)
		if e.Deviates() {
			return site.Tag{Kind: "bad", Text: r.Text("calendar.tag.deviates")}, r.Text("calendar.lawful", whenText(r, *e.Computed)) + " " + why
		}
		return site.Tag{Kind: "warn", Text: r.Text("calendar.tag.by_hand")}, r.Text("calendar.computed", whenText(r, *e.Computed)) + " " + why
	case e.Local != nil:
		return site.Tag{Kind: "info", Text: r.Text("calendar.tag.local")}, r.Text("calendar.decided", e.Local.Reason, e.Local.Reference)
	case e.Basis == calendar.BasisLaw:
		return site.Tag{Kind: "ok", Text: r.Text("calendar.tag.law")}, ""
	case e.Basis == calendar.BasisUncertain:
		return site.Tag{Kind: "plain", Text: r.Text("calendar.tag.practice")}, r.Text("calendar.unread")
	}
	return site.Tag{Kind: "info", Text: r.Text("calendar.tag.setting")}, r.Text("calendar.unclear")
}

// calendarTable is every date of an election: when, how soon, what, its
// paragraph and what it stands on.
func calendarTable(r *site.Request, e models.Election, cal *calendar.Calendar) site.Table {
	t := site.Table{Caption: r.Text("election.calendar"), Columns: []site.Column{{Text: r.Text("calendar.when")}, {Text: r.Text("calendar.countdown")}, {Text: r.Text("calendar.what")}, {Text: r.Text("calendar.law")}, {Text: r.Text("calendar.basis")}}}
	for _, d := range cal.Dates {
		tag, note := basisTag(r, d)
		t.Rows = append(t.Rows, []site.Cell{{Text: whenText(r, d)}, countdown(r, d.Day), {Text: d.Text(r.Lang), Href: "/valg/se/" + e.ID + "/dato/" + string(d.Rule)}, {Text: d.Law}, {Tag: tag, Note: note}})
	}
	return t
}

// settingTable is the local settings that can move a date of the election.
func settingTable(r *site.Request, e models.Election) site.Table {
	t := site.Table{Caption: r.Text("calendar.settings"), Columns: []site.Column{{Text: r.Text("calendar.setting")}, {Text: r.Text("calendar.value")}, {Text: r.Text("calendar.basis")}}}
	for _, x := range settingsOut(r, e) {
		basis := site.Cell{Tag: site.Tag{Kind: "plain", Text: r.Text("calendar.tag.default")}}
		if x.Decided {
			basis = site.Cell{Tag: site.Tag{Kind: "info", Text: r.Text("calendar.tag.local")}, Note: r.Text("calendar.decided", x.Reason, x.Reference)}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: x.Text, Href: "/valg/se/" + e.ID + "/indstilling/" + x.Name}, {Text: settingValue(r, x.Name, x.Value)}, basis})
	}
	return t
}

// settingValue is the value of a setting as pages show it.
func settingValue(r *site.Request, name, value string) string {
	switch name {
	case calendar.SettingHomeRequestLast:
		if at, err := models.ParseMoment(value); err == nil {
			return language.Moment(r.Lang, at)
		}
	case calendar.SettingCallOpens:
		if d, err := models.ParseDate(value); err == nil {
			return r.ShortDay(d)
		}
	}
	if value == "" {
		return r.Text("calendar.none." + name)
	}
	return value
}

func (s *Server) electionDatePage(r *site.Request) (*electionDatePage, error) {
	e, cal, err := s.calendarOf(r, r.Param("id"))
	if err != nil {
		return nil, err
	}
	d, ok := cal.Find(calendar.Rule(r.Param("rule")))
	if !ok {
		return nil, models.E(models.CodeNotFound, "")
	}
	p := &electionDatePage{Chrome: site.Chrome{Crumbs: electionPath(e), TitleText: d.Text(r.Lang)}, Action: "/valg/se/" + e.ID + "/dato/" + string(d.Rule), Moment: !d.At.IsZero(), CanPlan: r.Account.Is(models.RoleCoordinator)}
	tag, note := basisTag(r, d)
	p.Facts = []site.Fact{{Name: r.Text("calendar.when"), Text: whenText(r, d)}, {Name: r.Text("calendar.law"), Text: or(d.Law, r.Text("calendar.no_law"))}, {Name: r.Text("calendar.basis"), Tag: tag}}
	if note != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("calendar.note"), Text: note})
	}
	if d.Setting != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("calendar.setting"), Text: r.Text("calendar.setting." + d.Setting), Href: "/valg/se/" + e.ID + "/indstilling/" + d.Setting})
	}
	if o := d.Override; o != nil && o.Rule == string(d.Rule) {
		p.Decided, p.Value, p.Clock = true, o.Date.Danish(), o.Clock
	}
	if law := d; d.Computed != nil || d.Basis == calendar.BasisLaw {
		if d.Computed != nil {
			law = *d.Computed
		}
		p.Hint = r.Text("calendar.rule_gives", whenText(r, law))
	}
	return p, nil
}

// electionPath is the way to a page about one election.
func electionPath(e models.Election) []site.Link {
	return append(slices.Clone(electionCrumbs), site.Link{Href: "/valg/se/" + e.ID, Text: e.Name})
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

func (s *Server) electionDate(r *site.Request) error {
	p, err := s.electionDatePage(r)
	if err != nil {
		return err
	}
	return electionDateView.Render(r, p)
}

// electionDateSet moves a date by hand, or gives it back to the rules.
func (s *Server) electionDateSet(r *site.Request) error {
	p, err := s.electionDatePage(r)
	if err != nil {
		return err
	}
	o := models.Override{Rule: r.Param("rule"), Clock: r.Field("clock"), Reason: r.Field("reason"), Reference: r.Field("reference")}
	if r.Field("do") != "back" {
		o.Date, err = r.Date("date")
	}
	if err == nil {
		err = s.Store.SetElectionDate(r.Context(), r.Act(), r.Param("id"), o)
	}
	if err != nil {
		return electionDateView.Again(r, err, p)
	}
	return r.Done("/valg/se/"+r.Param("id"), "calendar.changed", p.TitleText)
}

func (s *Server) electionSettingPage(r *site.Request) (*electionDatePage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	all := settingsOut(r, e)
	i := slices.IndexFunc(all, func(x SettingOut) bool { return x.Name == r.Param("setting") })
	if i < 0 {
		return nil, models.E(models.CodeNotFound, "")
	}
	x := all[i]
	p := &electionDatePage{Chrome: site.Chrome{Crumbs: electionPath(e), TitleText: x.Text}, Action: "/valg/se/" + e.ID + "/indstilling/" + x.Name,
		Local: true, Hint: r.Text("calendar.hint." + x.Name), Decided: x.Decided, CanPlan: r.Account.Is(models.RoleCoordinator)}
	p.Facts = []site.Fact{{Name: r.Text("calendar.value"), Text: settingValue(r, x.Name, x.Value)}, {Name: r.Text("calendar.default"), Text: settingValue(r, x.Name, x.Default)}}
	if x.Decided {
		p.Value = settingValue(r, x.Name, x.Value)
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("calendar.note"), Text: r.Text("calendar.decided", x.Reason, x.Reference)})
	}
	return p, nil
}

func (s *Server) electionSetting(r *site.Request) error {
	p, err := s.electionSettingPage(r)
	if err != nil {
		return err
	}
	return electionDateView.Render(r, p)
}

// electionSettingSet records what was decided on a setting, or takes it back.
func (s *Server) electionSettingSet(r *site.Request) error {
	p, err := s.electionSettingPage(r)
	if err != nil {
		return err
	}
	l := models.LocalSetting{Name: r.Param("setting"), Reason: r.Field("reason"), Reference: r.Field("reference")}
	if r.Field("do") != "back" {
		if l.Value = r.Field("value"); l.Value == "" {
			return electionDateView.Again(r, models.Invalid("value", "calendar.error.setting_missing"), p)
		}
	}
	if err := s.Store.DecideSetting(r.Context(), r.Act(), r.Param("id"), l); err != nil {
		return electionDateView.Again(r, err, p)
	}
	return r.Done("/valg/se/"+r.Param("id"), "calendar.changed", p.TitleText)
}

// CalendarOut is an election's calendar for programs.
type CalendarOut struct {
	Election string       `json:"election"`
	Dates    []DateOut    `json:"dates"`
	Settings []SettingOut `json:"settings"`
}

// DateOut is one date: When is a day, or a moment with its offset. Computed is
// what the rules give where somebody moved the date; Deviates says that the law
// itself gives it.
type DateOut struct {
	Rule      string `json:"rule"`
	When      string `json:"when"`
	Law       string `json:"law"`
	Text      string `json:"text"`
	Basis     string `json:"basis"` // law, uncertain, setting or local
	Setting   string `json:"setting,omitempty"`
	Computed  string `json:"computed,omitempty"`
	Deviates  bool   `json:"deviates"`
	Reason    string `json:"reason,omitempty"`
	Reference string `json:"reference,omitempty"`
}

// SettingOut is one local setting of the calendar.
type SettingOut struct {
	Name      string `json:"name"`
	Text      string `json:"text"`
	Value     string `json:"value"`
	Default   string `json:"default"`
	Decided   bool   `json:"decided"`
	Reason    string `json:"reason,omitempty"`
	Reference string `json:"reference,omitempty"`
}

func settingsOut(r *site.Request, e models.Election) []SettingOut {
	var out []SettingOut
	for _, name := range calendar.SettingsFor(e.Type) {
		x := SettingOut{Name: name, Text: r.Text("calendar.setting." + name), Default: calendar.Default().Value(name)}
		x.Value = x.Default
		for _, l := range e.Settings {
			if l.Name == name {
				x.Value, x.Decided, x.Reason, x.Reference = l.Value, true, l.Reason, l.Reference
			}
		}
		out = append(out, x)
	}
	return out
}

func (s *Server) apiCalendar(r *site.Request) error {
	e, cal, err := s.calendarOf(r, r.Param("election"))
	if err != nil {
		return err
	}
	out := CalendarOut{Election: e.ID, Settings: settingsOut(r, e)}
	for _, d := range cal.Dates {
		x := DateOut{Rule: string(d.Rule), When: d.When(), Law: d.Law, Text: d.Text(r.Lang), Basis: string(d.Basis), Setting: d.Setting, Deviates: d.Deviates()}
		if d.Local != nil {
			x.Reason, x.Reference = d.Local.Reason, d.Local.Reference
		}
		if d.Override != nil {
			x.Computed, x.Reason, x.Reference = d.Computed.When(), d.Override.Reason, d.Override.Reference
		}
		out.Dates = append(out.Dates, x)
	}
	return r.JSON(http.StatusOK, out)
}

// apiDateSet moves a date by hand; without a date it gives it back to the rules.
func (s *Server) apiDateSet(r *site.Request) error {
	var o models.Override
	if err := r.Decode(&o); err != nil {
		return err
	}
	if err := s.Store.SetElectionDate(r.Context(), r.Act(), r.Param("election"), o); err != nil {
		return err
	}
	return s.apiCalendar(r)
}

// apiSettingSet decides a local setting; without a value it goes back to its default.
func (s *Server) apiSettingSet(r *site.Request) error {
	var l models.LocalSetting
	if err := r.Decode(&l); err != nil {
		return err
	}
	if err := s.Store.DecideSetting(r.Context(), r.Act(), r.Param("election"), l); err != nil {
		return err
	}
	return s.apiCalendar(r)
}

// dateNote is what a date stands on, in one line of a calendar file.
func dateNote(r *site.Request, d calendar.Entry) string {
	tag, note := basisTag(r, d)
	return strings.TrimLeft(strings.TrimRight(d.Law+" · "+tag.Text+" · "+note, " ·"), " ·")
}
