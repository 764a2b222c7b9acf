package pdf

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Shift is one person's time at one session.
type Shift struct {
	From, To     time.Time
	Place        string
	Person, Role string
	Employer     string
	Note         string
}

// RosterWeek is a place's roster of one week, for the wall behind the desk.
type RosterWeek struct {
	Form
	Place  string
	Monday models.Date
	Shifts []Shift
	Phones []string
}

func (r RosterWeek) build() *sheet {
	s := newSheet(r.Form, "pdf.title.roster_week")
	year, week := r.Monday.ISOWeek()
	s.part = joinNonEmpty(" · ", r.Place, s.t("pdf.p.week", week, year)) // on every page
	s.fields(3, s.f("place", r.Place).bold().wide(2), s.f("week", s.weekOf(r.Monday)).bold())
	rows := [][]string{}
	for day := range 7 {
		d := r.Monday.Add(day)
		shifts := slices.DeleteFunc(slices.Clone(r.Shifts), func(x Shift) bool { return models.DateOf(x.From) != d })
		if len(shifts) > 0 {
			rows = append(append(rows, group(capital(s.weekday(d)))), s.crewRows(shifts)...)
		}
	}
	s.table(s.crewColumns(), orBlank(rows, 4))
	s.phones(r.Phones)
	return s
}

// weekOf is a week's number and the days that bound it: "45 (3.11.2025 – 9.11.2025)".
func (s *sheet) weekOf(monday models.Date) string {
	_, week := monday.ISOWeek()
	return s.number(week) + " (" + s.shortDate(monday) + " – " + s.shortDate(monday.Add(6)) + ")"
}

func (s *sheet) phones(phones []string) {
	if len(phones) > 0 {
		s.fields(1, s.f("phones", joinNonEmpty("\n", phones...)))
	}
}

// RosterDay is everyone who works on one day, place by place in the order of
// the shifts given. A shift without a person is a hole; its note says so.
type RosterDay struct {
	Form
	Day    models.Date
	Shifts []Shift
	Phones []string
}

func (r RosterDay) build() *sheet {
	s := newSheet(r.Form, "pdf.title.roster_day")
	places, byPlace := []string{}, map[string][]Shift{}
	for _, x := range r.Shifts {
		if byPlace[x.Place] == nil {
			places = append(places, x.Place)
		}
		byPlace[x.Place] = append(byPlace[x.Place], x)
	}
	_, week := r.Day.ISOWeek()
	s.part = capital(s.weekday(r.Day)) // on every page
	s.fields(3, s.f("day", s.part).bold().wide(2), s.f("week", s.number(week)))
	rows := [][]string{}
	for _, place := range places {
		rows = append(append(rows, group(place)), s.crewRows(byPlace[place])...)
	}
	s.table(s.crewColumns(), orBlank(rows, 4))
	s.phones(r.Phones)
	return s
}

func (s *sheet) crewColumns() []column {
	return []column{s.col("hours", 25, colStrong), s.col("name", 0, colText), s.col("role", 39, colText), s.col("employer", 38, colText), s.col("note", 25, colText)}
}

func (s *sheet) crewRows(shifts []Shift) [][]string {
	rows := [][]string{}
	for _, x := range inOrder(shifts) {
		rows = append(rows, []string{s.hours(x.From, x.To), x.Person, x.Role, x.Employer, x.Note})
	}
	return rows
}

// RosterPerson is one person's shifts in an election.
type RosterPerson struct {
	Form
	Person Staff
	Shifts []Shift
}

func (r RosterPerson) build() *sheet {
	s := newSheet(r.Form, "pdf.title.roster_person")
	s.part = r.Person.Name // on every page
	var total time.Duration
	rows := [][]string{}
	for _, x := range inOrder(r.Shifts) {
		total += x.To.Sub(x.From)
		rows = append(rows, []string{capital(s.shortWeekday(models.DateOf(x.From))), s.hours(x.From, x.To), x.Place, x.Role, x.Note})
	}
	s.fields(3, s.f("name", r.Person.Name).bold(), s.f("employer", r.Person.Employer), s.f("hours_total", s.duration(total)))
	s.table([]column{s.col("day", 41, colText), s.col("hours", 26, colStrong), s.col("place", 0, colText), s.col("role", 39, colText), s.col("note", 26, colText)}, orBlank(rows, 4))
	s.p("roster_person")
	return s
}

// inOrder is the shifts by their beginning, then by name.
func inOrder(shifts []Shift) []Shift {
	return slices.SortedStableFunc(slices.Values(shifts), func(a, b Shift) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Person, b.Person))
	})
}

// shortWeekday is "mandag 3.11.2025".
func (s *sheet) shortWeekday(d models.Date) string {
	return language.Weekday(s.form.lang(), d.Weekday()) + " " + s.shortDate(d)
}

// duration is "12 t. 30 min." or "12 timer"; clock changes are counted as they are lived.
func (s *sheet) duration(d time.Duration) string {
	if d%time.Hour == 0 && d != time.Hour {
		return s.t("pdf.p.duration_hours", int(d.Hours()))
	}
	return s.t("pdf.p.duration", int(d.Hours()), int(d.Minutes())%60)
}

// capital begins a line with a capital letter; weekdays begin with ASCII letters.
func capital(w string) string { return strings.ToUpper(w[:min(1, len(w))]) + w[min(1, len(w)):] }
