package planning

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Hours on the nights of the clock change: 25 hours are 25, a time that exists
// twice or not at all is refused, and hours past midnight are two days' affair.
func TestHoursOfTheClockChange(t *testing.T) {
	autumn, spring := models.NewDate(2025, 10, 26), models.NewDate(2026, 3, 29)
	for _, c := range []struct {
		day   models.Date
		text  string
		hours float64
		key   string
	}{
		{autumn, "0-24", 25, ""}, {spring, "0-24", 23, ""}, {autumn, "1-4", 4, ""}, {spring, "1-4", 2, ""}, {autumn, "20-24", 4, ""},
		{autumn, "2.30-9", 0, "error.time_twice"}, {autumn, "0-2.30", 0, "error.time_twice"}, {spring, "2.30-9", 0, "error.time_missing"},
		{autumn, "22-2", 0, "planning.hours.midnight"}, {autumn, "9-9", 0, "planning.hours.unreadable"},
	} {
		spans, err := ParseSpans("hours", c.text)
		var from, to time.Time
		if err == nil {
			from, to, err = spans[0].On(c.day)
		}
		if c.key != "" {
			if e, ok := err.(*models.Error); !ok || e.TextKey() != c.key {
				t.Errorf("%v %s: %v, not %s", c.day, c.text, err, c.key)
			}
			continue
		}
		if err != nil || to.Sub(from).Hours() != c.hours {
			t.Errorf("%v %s: %v hours, %v", c.day, c.text, to.Sub(from).Hours(), err)
		}
	}
	_, _, err := EditCells("KV25", nil, []Cell{{Place: "LYS", Day: autumn, Now: []Span{{150, 540}}}}, "k", "")
	if e, ok := err.(*models.Error); !ok || e.Field != "c.LYS.2025-10-26" {
		t.Errorf("the cell at fault is not named: %v", err)
	}
}

// The crew is as large as at its thinnest moment.
func TestCrewMinuteByMinute(t *testing.T) {
	day := models.NewDate(2025, 11, 12)
	s := models.Session{ID: "S1", Starts: day.At(10, 0), Ends: day.At(18, 0)}
	p := func(from, to int) Presence { return Presence{"S1", day.At(from, 0), day.At(to, 0)} }
	for _, c := range []struct {
		crew []Presence
		want int
	}{
		{[]Presence{p(10, 18), p(10, 18)}, 2}, {[]Presence{p(10, 14), p(14, 18)}, 1}, {[]Presence{p(10, 14), p(15, 18)}, 0}, {[]Presence{p(11, 18)}, 0}, {[]Presence{p(9, 19), p(10, 13), p(13, 18)}, 2},
	} {
		if got := Crews([]models.Session{s}, c.crew)["S1"]; got != c.want {
			t.Errorf("%v: %d, not %d", c.crew, got, c.want)
		}
	}
	if Crews([]models.Session{s}, nil) != nil {
		t.Error("a roster that is not made says something")
	}
}

func TestParsePatternDays(t *testing.T) {
	for text, want := range map[string][]string{
		"man-fre": {"man", "tir", "ons", "tor", "fre"}, "fredag, søn": {"fre", "søn"}, "lør-man": {"lør", "søn", "man"}, "3.11.2025": {"2025-11-03"}, "3-11-2025": {"2025-11-03"},
		"3.11.2025..7.11.2025": {"2025-11-03..2025-11-07"}, "2. tirsdag i måneden": {"2. tirsdag i måneden"}, "sidste fredag i måneden": {"sidste fredag i måneden"},
		"hver dag": nil, "31.11.2025": nil, "7.11.2025..3.11.2025": nil, "": nil,
	} {
		got, err := ParsePatternDays("day", text)
		if !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
}

// Tours, monthly rules and exceptions of a mobile unit become sessions; drafts
// that no rule gives fall away; what is promised stays and keeps its hours.
func TestApplyRules(t *testing.T) {
	e := models.Election{ID: "KV25", Name: "KV", State: models.ElectionPlanned, First: models.NewDate(2025, 10, 7), Last: models.NewDate(2025, 11, 14)}
	bus := models.Place{ID: "BUS", Name: "Bogbussen", Kind: models.PlaceMobile, Stops: []models.TourStop{{Name: "Harlev"}, {Name: "Sabro"}}}
	rules := []Pattern{{Place: "BUS", Stop: 0, Day: "2. tirsdag i måneden", Opens: 600, Closes: 720}, {Place: "BUS", Stop: 1, Day: "man", Opens: 600, Closes: 660}, {Place: "BUS", Stop: 1, Day: "2025-11-10", Closed: true, Reason: "på værksted"}}
	p := Plan{Elections: []models.Election{e}, Places: []models.Place{bus}}
	a, err := Apply(p, e, nil, rules)
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, s := range a.Added {
		days = append(days, s.Date().String()+" "+bus.Stops[s.Stop].Name)
	}
	want := []string{"2025-10-13 Sabro", "2025-10-14 Harlev", "2025-10-20 Sabro", "2025-10-27 Sabro", "2025-11-03 Sabro", "2025-11-11 Harlev"}
	if !slices.Equal(days, want) {
		t.Fatalf("%q, not %q", days, want)
	}
	p.Sessions = slices.Clone(a.Added)
	p.Sessions[2].State = models.SessionPublished
	b, err := Apply(p, e, rules, rules)
	if err != nil || b.Same != 6 || len(b.Added)+len(b.Removed)+len(b.Kept) != 0 {
		t.Errorf("the same rules again: %+v %v", b, err)
	}
	b, err = Apply(p, e, rules, rules[:1])
	if err != nil || b.Same != 2 || len(b.Removed) != 3 || len(b.Kept) != 1 || p.Sessions[0].State != models.SessionDraft {
		t.Errorf("a rule less: same %d, removed %d, kept %d %v", b.Same, len(b.Removed), len(b.Kept), err)
	}
	err = CheckPatterns([]Pattern{{Place: "NIX", Stop: -1, Day: "man", Opens: 1, Closes: 2}, {Place: "BUS", Stop: 2, Day: "x", Opens: 5, Closes: 1440, From: e.Last, Until: e.First}}, p.Places)
	if errs, ok := err.(models.Errors); !ok || len(errs) != 5 {
		t.Errorf("not everything at once: %v", err)
	}
}

// Whoever saved rules is answered from the entry: the same click is told the same,
// also of the place that no rule is about any more. An entry from before "same" was
// kept is read too.
func TestSavedPatternsAreToldAgain(t *testing.T) {
	e := models.Election{ID: "KV25", Name: "KV", State: models.ElectionPlanned, First: models.NewDate(2025, 10, 7), Last: models.NewDate(2025, 11, 14)}
	mon := func(place string) Pattern {
		return Pattern{Place: place, Stop: -1, Day: "man", Opens: 600, Closes: 720}
	}
	lys := models.Session{ID: "S1", Place: "LYS", Stop: -1, Elections: []string{"KV25"}, State: models.SessionPublished, Starts: models.NewDate(2025, 11, 12).At(10, 0), Ends: models.NewDate(2025, 11, 12).At(18, 0)}
	p := Plan{Elections: []models.Election{e}, Places: []models.Place{{ID: "LYS"}, {ID: "RIS"}}, Sessions: []models.Session{lys}}
	was := Patterns{Election: "KV25", Patterns: []Pattern{mon("LYS")}}
	now, did, d, err := SavePatterns(p, e, was, []Pattern{mon("RIS"), {Place: "RIS", Stop: -1, Day: "2025-11-12", Opens: 600, Closes: 720}})
	if err != nil || len(did.Added) != 6 || len(did.Kept) != 1 {
		t.Fatalf("%+v %v", did, err)
	}
	p.Sessions = slices.Concat(did.Added, p.Sessions)
	same := func(d journal.Draft, want Applied) {
		t.Helper()
		changed := slices.Clone(want.Added)
		slices.Reverse(changed) // an entry has its records by id
		got, err := SavedPatterns(p, e, journal.Entry{Draft: d}, now, changed)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nnot %+v: %v", got, want, err)
		}
	}
	same(d, did)
	d.Facts = slices.DeleteFunc(d.Facts, func(f journal.Fact) bool { return f.Name == "same" })
	same(d, did)
	was = now // nothing is new: what is there already is all there is
	if now, did, d, err = SavePatterns(p, e, was, was.Patterns); err != nil || did.Same != 6 {
		t.Fatalf("%+v %v", did, err)
	}
	same(d, did)
	if _, err := SavedPatterns(p, e, journal.Entry{Draft: journal.Draft{}.Fact("same", "six")}, now, nil); err == nil {
		t.Error("a number that is none was read")
	}
}

func TestContactsReadBack(t *testing.T) {
	in := []models.Contact{{Role: "Vagttelefon", Phone: "87 13 40 00"}, {Role: "Leder", Phone: "1", Email: "leder@example.dk"}}
	got, err := ParseContacts("contacts", FormatContacts(in))
	if err != nil || !slices.Equal(got, in) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ParseContacts("contacts", "a;b;c;d"); err == nil {
		t.Error("four parts are a contact")
	}
}
