package schedule

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
)

// Place is one place of the list: name and address together, so that the stops
// of a bus are places of their own. Postcode, city and kind are those of its
// first row that has them.
type Place struct {
	Name     string
	Address  string
	Postcode string
	City     string
	Kind     string
	Line     int // first row of the place
}

// Session is one opening. Starts and Ends carry Copenhagen's offset.
type Session struct {
	Place   string    `json:"place"`
	Address string    `json:"address"`
	Starts  time.Time `json:"starts"`
	Ends    time.Time `json:"ends"`
	Line    int       `json:"line"` // first row behind it
}

// Result is a list unrolled: places in the order of the file, sessions by start
// and line, findings by line.
type Result struct {
	Places   []Place
	Sessions []Session
	Findings []Finding
}

// Bad tells whether there are findings of severity error.
func (r *Result) Bad() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Error })
}

// MarshalJSON writes {"places":n,"sessions":[…],"findings":[…]}.
func (r *Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Places   int       `json:"places"`
		Sessions []Session `json:"sessions"`
		Findings []Finding `json:"findings"`
	}{len(r.Places), append([]Session{}, r.Sessions...), append([]Finding{}, r.Findings...)})
}

// Check reads a file and unrolls it inside a period. It never fails: what is
// wrong is a finding.
func Check(data []byte, p Period) *Result {
	rows, findings := Read(data)
	r := Unroll(rows, p)
	r.Findings = append(findings, r.Findings...)
	sortFindings(r.Findings)
	return r
}

// Unroll makes sessions of rows that stand in file order.
func Unroll(rows []Row, p Period) *Result {
	u := unroller{days: daysOf(p), flagged: map[int]bool{}, lastDay: p.Last}
	places, byPlace := u.group(rows, p)
	for i, place := range places {
		u.place(place, byPlace[i])
	}
	if !u.covered {
		u.findings = append(u.findings, found(LastDay, 0, "last_day", p.Last))
	}
	sortFindings(u.findings)
	return &Result{Places: places, Sessions: inOrder(u.sessions), Findings: u.findings}
}

// inOrder sorts sessions by start and line. Keys are sorted instead of the
// sessions: these are large and full of pointers, and moving them about took most
// of the time of a national plan.
func inOrder(sessions []Session) []Session {
	type key struct {
		start int64
		line  int
		at    int
	}
	keys := make([]key, len(sessions))
	for i := range sessions {
		keys[i] = key{sessions[i].Starts.Unix(), sessions[i].Line, i}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.line, b.line), cmp.Compare(a.at, b.at))
	})
	var out []Session // nil stays nil: a list without sessions
	if len(sessions) > 0 {
		out = make([]Session, 0, len(sessions))
	}
	for _, k := range keys {
		out = append(out, sessions[k.at])
	}
	return out
}

// group parses the rows and gathers them per place.
func (u *unroller) group(rows []Row, p Period) ([]Place, [][]parsed) {
	var places []Place
	var byPlace [][]parsed
	index := map[[2]string]int{}
	for _, r := range rows {
		key := [2]string{r.Place, r.Address}
		i, ok := index[key]
		if !ok {
			i = len(places)
			index[key] = i
			places = append(places, Place{Name: r.Place, Address: r.Address, Line: r.Line})
			byPlace = append(byPlace, nil)
		}
		places[i].fill(r)
		row, fs := parse(r, p)
		u.findings = append(u.findings, fs...)
		byPlace[i] = append(byPlace[i], row)
	}
	return places, byPlace
}

// fill takes what earlier rows of the place did not say.
func (p *Place) fill(r Row) {
	p.Postcode = cmp.Or(p.Postcode, r.Postcode)
	p.City = cmp.Or(p.City, r.City)
	p.Kind = cmp.Or(p.Kind, r.Kind)
}

func holidayName(d models.Date) language.Word { return language.Word(calendar.Holiday(d)) }
