package roster_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// town is the municipality with what happens in its roster.
type town struct{ *webtest.Town }

func newTown(t *testing.T) *town {
	t.Helper()
	return &town{webtest.NewTown(t)}
}

var waiting = regexp.MustCompile(`name="shift" value="(V[0-9A-Z]+)"`)

func all(re *regexp.Regexp, page string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// The whole way by forms: proposed, approved by two leaders, one person is ill,
// a stand-in takes over, and calendars and mails are right.
func TestRosterByForms(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars, ida := w.As("karen"), w.As("lars"), w.As("ida")
	base := "/vagtplan/valg/" + w.Local
	if status, page := karen.Post(base+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	shifts, err := w.Store.Shifts(t.Context(), w.Now, time.Time{})
	w.Must(err)
	_, approve := lars.Get(base + "/godkend")
	library := all(waiting, approve)
	_, approve = karen.Get(base + "/godkend")
	others := all(waiting, approve)
	if len(library) == 0 || len(others) == 0 || len(library)+len(others) != len(shifts) {
		t.Fatalf("%d and %d of %d shifts wait", len(library), len(others), len(shifts))
	}
	if status, _ := karen.Post(base+"/godkend", url.Values{"shift": library[:1]}); status != http.StatusForbidden {
		t.Errorf("the coordinator approved the library's people: %d", status)
	}
	for _, c := range []struct {
		who webtest.Visitor
		ids []string
	}{{lars, library}, {karen, others}} {
		if status, page := c.who.Post(base+"/godkend", url.Values{"shift": c.ids, "do": {"approve"}}); status != http.StatusSeeOther {
			t.Fatal(status, page)
		}
	}
	if status, _ := ida.Get(base); status != http.StatusForbidden {
		t.Errorf("a receiver sees the roster of all: %d", status)
	}
	w.printTheDay(karen, shifts)
	w.illness(lars, ida)
}

// printTheDay: the first day's roster on paper names everyone of the day at all
// places, or at one only; it prints through the log.
func (w *town) printTheDay(karen webtest.Visitor, shifts []staffing.Shift) {
	t := w.T
	day, all, here := models.DateOf(shifts[0].From), 0, 0
	for _, x := range shifts {
		if models.DateOf(x.From) == day {
			all++
			if x.Place == shifts[0].Place {
				here++
			}
		}
	}
	at := "/dag/" + day.String() + "/vagtplan"
	people := func(address string) (int, string) {
		status, body := karen.Get(address)
		if status != 200 {
			t.Fatal(address, status, body)
		}
		webtest.ValidPDF(t, address, body)
		text := webtest.PDFText(t, body)
		return len(regexp.MustCompile(`Navn \d \d\d|\bIda\b`).FindAllString(text, -1)), text
	}
	if n, text := people(at + ".pdf"); n != all || !strings.Contains(text, "VISNING") || !strings.Contains(text, "Vagtplan") {
		t.Errorf("%d of %d people on the day's roster:\n%s", n, all, text)
	}
	one := "?valg=" + w.Local + "&sted=" + shifts[0].Place
	if n, text := people(at + ".pdf" + one); n != here {
		t.Errorf("%d of %d people on the place's roster:\n%s", n, here, text)
	}
	where, _ := karen.PrintAt(at + "/udskriv" + one)
	if n, text := people(where); n != here || !strings.Contains(text, "ORIGINAL") {
		t.Errorf("printed %d of %d:\n%s", n, here, text)
	}
	if status, page := karen.Get("/vagtplan/valg/" + w.Local + "?uge=" + site.WeekKey(day)); status != 200 || !strings.Contains(page, at+".pdf?valg="+w.Local) {
		t.Errorf("the week matrix does not lead to the day's roster: %d", status)
	}
	if status, page := karen.Get("/vagtplan/aabning/" + shifts[0].Session); status != 200 || !strings.Contains(page, "&amp;sted="+shifts[0].Place) {
		t.Errorf("the session does not lead to the day's roster: %d", status)
	}
	w.printTheWeek(karen, shifts[0])
	if status, _ := karen.Get("/dag/2025-01-01/vagtplan.pdf"); status != http.StatusSeeOther {
		t.Errorf("a day without sessions: %d", status)
	}
}

// printTheWeek: a shift that nobody has stands open on the week's roster too, of the
// place and of all places.
func (w *town) printTheWeek(karen webtest.Visitor, x staffing.Shift) {
	t := w.T
	week := func() (n int) {
		for _, address := range []string{"/vagtplan/valg/" + w.Local + "/ugeplan/" + x.Place + ".pdf?uge=" + site.WeekKey(models.DateOf(x.From)), "/dag/" + models.DateOf(x.From).String() + "/ugeplaner.pdf"} {
			status, body := karen.Get(address)
			if status != 200 {
				t.Fatal(address, status)
			}
			n += strings.Count(webtest.PDFText(t, body), "mangler")
		}
		return n
	}
	need := func(n int) {
		_, err := w.Store.ChangeSession(t.Context(), w.Act(), w.Local, x.Session, plans.SessionChange{Need: &n}, "flere ventes")
		w.Must(err)
	}
	need(7)
	seven := week()
	need(8)
	if eight := week(); seven == 0 || eight != seven+2 {
		t.Errorf("%d open lines when seven are needed, %d when eight", seven, eight)
	}
	need(0)
}

// calls are the people whom a session's list offers to one of its leaders: each
// calls their own, and now and then all who are listed are one employer's.
func (w *town) calls(session string, leaders ...webtest.Visitor) (caller webtest.Visitor, people []string) {
	w.T.Helper()
	page := ""
	for _, caller = range leaders {
		_, page = caller.Get(session)
		people = all(regexp.MustCompile(`name="person" value="(P[0-9A-Z]+)"`), page)
		if len(people) > 0 && strings.Contains(page, `href="tel:89402000"`) {
			return caller, people
		}
	}
	w.T.Fatal("nobody to call:", page)
	return caller, nil
}

// illness: Ida's first shift goes to whoever stands first on the call list.
func (w *town) illness(lars, ida webtest.Visitor) {
	t := w.T
	if status, page := ida.Post("/min-vagtplan", url.Values{"do": {"feed"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	_, page := ida.Get("/min-vagtplan")
	feed := regexp.MustCompile(`/kalender/[\w-]+\.ics`).FindString(page)
	mine, err := w.Store.ShiftsOf(t.Context(), w.Ida)
	w.Must(err)
	if len(mine) == 0 {
		t.Fatal("Ida has no shift")
	}
	nobody := w.Nobody()
	status, cal := nobody.Get(feed)
	if status != 200 || strings.Count(cal, "BEGIN:VEVENT") != len(mine) || !strings.Contains(cal, "BEGIN:VTIMEZONE") || !strings.Contains(cal, "UID:"+mine[0].ID+"@") {
		t.Fatalf("%d\n%s", status, cal)
	}
	if status, page := ida.Post("/min-vagtplan", url.Values{"do": {"fall_ill"}, "shift": {mine[0].ID}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	w.ForgetMails()
	session := "/vagtplan/aabning/" + mine[0].Session
	caller, calls := w.calls(session, lars, w.As("karen"))
	if status, page := caller.Post(session, url.Values{"do": {"place"}, "person": {calls[0]}, "replaces": {mine[0].ID}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	if len(w.Mails()) != 1 || w.Mails()[0].To == "ida@example.dk" || !strings.Contains(string(w.Mails()[0].Calendar), "BEGIN:VEVENT") {
		t.Fatalf("mails: %+v", w.Mails())
	}
	_, cal = nobody.Get(feed)
	event := cal[strings.Index(cal, "UID:"+mine[0].ID):]
	event = event[:strings.Index(event, "END:VEVENT")]
	if !strings.Contains(cal, "STATUS:CANCELLED") || strings.Count(cal, "STATUS:CANCELLED") != 1 || !strings.Contains(cal, fmt.Sprintf("SEQUENCE:%d", mine[0].Sequence+1)) {
		t.Fatalf("the feed does not say that the shift is gone:\n%s", event)
	}
	if status, _ := nobody.Get("/kalender/none.ics"); status != http.StatusNotFound {
		t.Errorf("a wrong address: %d", status)
	}
	if status, page := ida.Post("/min-vagtplan", url.Values{"do": {"nofeed"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	if status, _ := nobody.Get(feed); status != http.StatusNotFound {
		t.Errorf("a closed address opens: %d", status)
	}
	_, csv := lars.Get("/vagtplan/valg/" + w.Local + "/timer.csv")
	if !strings.Contains(csv, "Navn 0") || strings.Contains(csv, "Navn 1") {
		t.Error("the hours list is not the library's alone")
	}
}

// Wishes: own ones only, whatever the form says; none after the deadline.
func TestWishesByForms(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	e, err := l.Store.Election(t.Context(), l.Local)
	l.Must(err)
	form := func() url.Values {
		return url.Values{"target": {"20"}, "d2025-11-13a": {"cannot"}, "d2025-11-14b": {"rather_not"}, "person": {l.Person["bo"]}, "places": {"LYS"}}
	}
	if status, page := anna.Post("/min-vagtplan/oensker", form()); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	w, err := l.Store.WishOf(t.Context(), l.Person["anna"], e.ID)
	l.Must(err)
	if len(w.Said) != 2 || w.TargetMin != 1200 || w.Of(staffing.HalfDay{Day: models.NewDate(2025, 11, 13)}) != staffing.Cannot {
		t.Fatalf("%+v", w)
	}
	if other, err := l.Store.WishOf(t.Context(), l.Person["bo"], e.ID); err != nil || len(other.Said) > 0 {
		t.Fatal("Anna wrote Bo's wishes:", other, err)
	}
	l.Must(l.Store.SetStaffing(t.Context(), l.Act(), e.ID, staffing.Rules{WishesDue: models.NewDate(2025, 11, 11)}))
	if status, _ := anna.Post("/min-vagtplan/oensker", form()); status == http.StatusSeeOther {
		t.Fatal("wishes after the deadline")
	}
	if status, page := anna.Get("/min-vagtplan/oensker"); status != 200 || strings.Contains(page, "<select") {
		t.Fatal("the form is still there after the deadline")
	}
}
