package planning_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// describedIn is the description of the event about a rule in a calendar file.
func describedIn(t testing.TB, file, rule string) (summary, description string) {
	t.Helper()
	cal, err := ics.ParseCalendar(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range cal.Events() {
		if strings.Contains(e.Id(), "-"+rule+"@") {
			return e.GetProperty(ics.ComponentPropertySummary).Value, e.GetProperty(ics.ComponentPropertyDescription).Value
		}
	}
	t.Fatalf("no event for %s", rule)
	return "", ""
}

// A date of the law is moved only with reason and reference, is then marked as a
// deviation on the page, in the calendar file and in the API, stands in the
// journal with old and new, and can be given back.
func TestDateSetByHand(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	d := lawfulDate{l, l.As("karen"), "/valg/se/" + l.Local}
	d.movesWithReasonAndReferenceAlone()
	d.isMarkedAsADeviation()
	d.standsInTheJournal()
	d.isGivenBackOnce()
	if code, _ := d.karen.Get(d.at + "/dato/nonsense"); code != 404 {
		t.Errorf("a date that there is none of: %d", code)
	}
}

// lawfulDate is the last day of postal voting, 14 November 2025, that the
// coordinator moves; at is the election's page.
type lawfulDate struct {
	*webtest.Library
	karen webtest.Visitor
	at    string
}

// path is the date's own page.
func (d lawfulDate) path() string { return d.at + "/dato/open_last" }

func (d lawfulDate) movesWithReasonAndReferenceAlone() {
	d.T.Helper()
	d.karen.Reads(d.path(), "14.11.2025", "KRVL § 62, stk. 1", "Lov")
	moved := url.Values{"date": {"13.11.2025"}, "reason": {"Bekendtgørelse om ændret frist"}, "reference": {"BEK 1234"}}
	for missing := range moved {
		half := maps.Clone(moved)
		half.Del(missing)
		if code, body := d.karen.Post(d.path(), half); code != 422 || webtest.ErrorsIn(body) == "" {
			d.T.Errorf("a date without %s: %d", missing, code)
		}
	}
	if code, _ := d.As("anna").Post(d.path(), moved); code != 403 {
		d.T.Errorf("a receiver moves dates: %d", code)
	}
	d.karen.OK(d.path(), moved)
}

func (d lawfulDate) isMarkedAsADeviation() {
	d.T.Helper()
	d.karen.Reads(d.at, "Fraviger loven", "Loven giver 14.11.2025.", "Bekendtgørelse om ændret frist (BEK 1234)", "Datoer, der fraviger loven: 2.")
	_, file := d.karen.Get(d.at + "/kalender.ics")
	if summary, text := describedIn(d.T, file, "open_last"); !strings.Contains(summary, "(Fraviger loven)") || !strings.Contains(text, "14.11.2025") || !strings.Contains(text, "BEK 1234") {
		d.T.Errorf("%s: %s", summary, text)
	}
	var out planningpages.CalendarOut
	_, body := d.karen.Get("/api/v1/elections/" + d.Local + "/calendar")
	d.Must(json.Unmarshal([]byte(body), &out))
	i := slices.IndexFunc(out.Dates, func(x planningpages.DateOut) bool { return x.Rule == "open_last" })
	if i < 0 {
		d.T.Fatalf("the API does not tell the date: %s", body)
	}
	if last := out.Dates[i]; last.When != "2025-11-13" || last.Computed != "2025-11-14" || !last.Deviates || last.Reference != "BEK 1234" {
		d.T.Errorf("%+v", last)
	}
}

func (d lawfulDate) standsInTheJournal() {
	d.T.Helper()
	entries, _, err := d.Store.Entries(d.T.Context(), 0, "election.date_set", 10)
	d.Must(err)
	if len(entries) != 1 || entries[0].Value("before.open_last") != "2025-11-14" || entries[0].Value("after.open_last") != "2025-11-13" || entries[0].Value("after.last_day_opening") != "2025-11-13T09:00:00+01:00" {
		d.T.Errorf("%+v", entries)
	}
}

func (d lawfulDate) isGivenBackOnce() {
	d.T.Helper()
	d.karen.OK(d.path(), url.Values{"do": {"back"}, "reason": {"Bekendtgørelsen er ophævet"}, "reference": {"BEK 1300"}})
	if e, err := d.Store.Election(d.T.Context(), d.Local); err != nil || e.Last != models.NewDate(2025, 11, 14) || len(e.Supplement) != 0 {
		d.T.Errorf("%+v %v", e, err)
	}
	if code, _ := d.karen.Post(d.path(), url.Values{"do": {"back"}, "reason": {"x"}, "reference": {"y"}}); code != 422 {
		d.T.Errorf("given back twice: %d", code)
	}
}

// A local setting is decided with reason and reference, in a range that the law
// leaves open, by form and over JSON; a copied election inherits it.
func TestSettingDecided(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	karen.OK("/valg/ny", url.Values{"type": {"fa"}, "name": {"Folkeafstemning"}, "date": {"7.6.2028"}, "colour": {"#1C7A50"}})
	at := "/valg/se/FA28"
	for _, bad := range []url.Values{
		{"value": {"99"}, "reason": {"x"}, "reference": {"y"}},
		{"value": {""}, "reason": {"x"}, "reference": {"y"}},
		{"value": {"28"}, "reference": {"y"}},
		{"value": {"28"}, "reason": {"x"}},
		{"value": {"28"}, "reason": {"010203-1234"}, "reference": {"y"}},
	} {
		if code, body := karen.Post(at+"/indstilling/institutions_days", bad); code != 422 || webtest.ErrorsIn(body) == "" {
			t.Errorf("%v: %d", bad, code)
		}
	}
	karen.OK(at+"/indstilling/institutions_days", url.Values{"value": {"28"}, "reason": {"Plejehjemmene er mange"}, "reference": {"Sag 28-7"}})
	if body := karen.Reads(at, "10.5.2028", "Plejehjemmene er mange (Sag 28-7)", "Lokalt besluttet"); strings.Contains(body, "Fraviger loven") {
		t.Error("a local setting is called a deviation from the law")
	}
	_, file := karen.Get(at + "/kalender.ics")
	if _, text := describedIn(t, file, "institutions_first"); !strings.Contains(text, "Sag 28-7") {
		t.Error(text)
	}
	var out planningpages.CalendarOut
	if code, body := karen.Say("elections/FA28/calendar/settings", models.LocalSetting{Name: "not_hverdage", Value: "5.6.", Reason: "Ministeriets svar", Reference: "2028-1"}, &out); code != 200 {
		t.Errorf("%d %s", code, body)
	}
	if e, err := l.Store.Election(t.Context(), "FA28"); err != nil || e.Last != models.NewDate(2028, 6, 2) || len(e.Settings) != 2 {
		t.Errorf("%+v %v", e, err) // 5 June is 2nd Whit Monday in 2028: nothing moves, and nothing is in doubt
	}
	if code, _ := karen.Say("elections/FA28/calendar/settings", models.LocalSetting{Name: "call_opens_from", Value: "1.1.2023", Reason: "x", Reference: "y"}, nil); code != 422 {
		t.Errorf("a setting of general elections: %d", code)
	}
	if code, body := karen.Say("elections/FA28/calendar/dates", models.Override{Rule: "open_first", Date: models.NewDate(2028, 5, 1), Reason: "x", Reference: "y"}, &out); code != 200 {
		t.Errorf("%d %s", code, body)
	}
	entries, _, err := l.Store.Entries(t.Context(), 0, "election.setting_decided", 10)
	l.Must(err)
	if len(entries) != 2 || entries[1].Value("before") != "21" || entries[1].Value("after") != "28" || entries[1].Value("before.institutions_first") != "2028-05-17" || entries[1].Value("after.institutions_first") != "2028-05-10" {
		t.Errorf("%+v", entries)
	}
	karen.OK("/valg/ny", url.Values{"type": {"ep"}, "name": {"Europa-Parlamentsvalg"}, "date": {"10.6.2029"}, "colour": {"#8A3FFC"}, "copy": {"FA28"}})
	if e, err := l.Store.Election(t.Context(), "EP29"); err != nil || len(e.Settings) != 2 {
		t.Errorf("not inherited: %+v %v", e.Settings, err)
	}
	karen.OK(at+"/indstilling/institutions_days", url.Values{"do": {"back"}, "reason": {"Ny vejledning"}, "reference": {"VEJ 9"}})
	if e, err := l.Store.Election(t.Context(), "FA28"); err != nil || len(e.Settings) != 1 {
		t.Errorf("%+v %v", e.Settings, err)
	}
}
