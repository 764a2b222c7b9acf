package public_test

import (
	"encoding/json"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"github.com/brevstemme/brevstemme/app/web/public"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/schedule"
)

const draftList = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n" +
	"Lystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-13,10:00,18:00,,\n" +
	"Hemmeligt Bibliotek,Skjult Vej 1,8000,Aarhus C,library,2025-11-13,10:00,18:00,,\n"

// addDrafts puts sessions into the plan that nobody has published.
func addDrafts(l *webtest.Library) []models.Session {
	l.T.Helper()
	e, err := l.Store.Election(l.T.Context(), l.Local)
	l.Must(err)
	got, err := l.Store.ImportPlan(l.T.Context(), l.Act(), l.Local, schedule.Check([]byte(draftList), schedule.Period{First: e.First, Last: e.Last}))
	l.Must(err)
	return got.Sessions
}

// No form of the public list shows a draft, its place or its day.
func TestDraftsAreNeverPublic(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	drafts := addDrafts(l)
	nobody := l.Nobody()
	for _, ending := range []string{"", ".json", ".ics", ".csv", ".pdf", "/LYS", "/LYS.json", "/LYS.ics", "/LYS.csv", "/LYS.pdf"} {
		code, body := nobody.Get(site.PublicPath + ending)
		if code != 200 {
			t.Errorf("%s: %d", ending, code)
		}
		for _, secret := range []string{"Hemmeligt", "Skjult", drafts[0].ID, "2025-11-13", "13.11.2025", "20251113"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %q", ending, secret)
			}
		}
	}
	if code, _ := nobody.Get(site.PublicPath + "/" + drafts[1].Place); code != 404 {
		t.Errorf("a place with drafts alone: %d", code)
	}
}

func TestPublicPageTellsWhatIsOpen(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	nobody := l.Nobody()
	if _, body := nobody.Get(site.PublicPath); !strings.Contains(body, "Lystrup Bibliotek") || !strings.Contains(body, `onsdag 12.11.2025 <span class="keep">10.00–18.00</span>`) || strings.Contains(body, "<script>") {
		t.Error("before opening: no place or no next opening")
	}
	l.Now = models.NewDate(2025, 11, 12).At(11, 0)
	_, body := nobody.Get(site.PublicPath + "/LYS")
	for _, want := range []string{"Åbent til kl. 18.00", "sort filtpen", "Kommunalvalg 2025, Ældrerådsvalg 2025"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
}

// Another library reads the calendar back: same sessions, stable UID, zone.
func TestCalendarIsReadByAnotherLibrary(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, body := l.Nobody().Get(site.PublicPath + ".ics")
	cal, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(cal.Timezones()) != 1 || len(cal.Events()) != 1 || !strings.Contains(body, "\r\n") {
		t.Fatalf("%d zones, %d events", len(cal.Timezones()), len(cal.Events()))
	}
	e := cal.Events()[0]
	start, err := e.GetStartAt()
	end, err2 := e.GetEndAt()
	day := models.NewDate(2025, 11, 12)
	if err != nil || err2 != nil || !start.Equal(day.At(10, 0)) || !end.Equal(day.At(18, 0)) || e.Id() != l.Session+"@0751.brevstemme" {
		t.Errorf("%v %v %s %v %v", start, end, e.Id(), err, err2)
	}
	if p := e.GetProperty(ics.ComponentPropertySequence); p == nil {
		t.Error("no SEQUENCE")
	}
}

// The CSV that we publish is a list that our own check reads without a word.
func TestPublishedCSVIsAListOfOurs(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, body := l.Nobody().Get(site.PublicPath + ".csv")
	got := schedule.Check([]byte(body), schedule.Period{First: models.NewDate(2025, 10, 7), Last: models.NewDate(2025, 11, 12)})
	if len(got.Sessions) != 1 || got.Bad() || !got.Sessions[0].Starts.Equal(models.NewDate(2025, 11, 12).At(10, 0)) {
		t.Errorf("%+v %+v", got.Sessions, got.Findings)
	}
	var list public.PublicList
	_, body = l.Nobody().Get(site.PublicPath + ".json")
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Places) != 1 || list.Places[0].Sessions[0].Starts != "2025-11-12T10:00:00+01:00" {
		t.Errorf("%v %s", err, body)
	}
	if _, body = l.Nobody().Get(site.PublicPath + "/LYS.pdf"); !strings.HasPrefix(body, "%PDF-") {
		t.Error("no poster")
	}
}
