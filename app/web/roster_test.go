package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// town is a municipality of eighteen libraries, six weeks of sessions and 120
// appointed people of two employers; lars leads the library's, karen the others,
// ida is one of the library's.
type town struct {
	*library
	ida   string
	mu    sync.Mutex
	mails []models.Mail
}

func newTown(t *testing.T) *town {
	t.Helper()
	l := newLibrary(t)
	w := &town{library: l}
	queued := map[string]bool{} // a mail's key stands in the queue once
	l.web.Mail = func(m models.Mail) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !queued[m.Key] {
			queued[m.Key], w.mails = true, append(w.mails, m)
		}
	}
	l.now = models.NewDate(2025, 10, 1).At(9, 0)
	ctx := t.Context()
	e, err := l.store.Election(ctx, l.kv)
	l.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range 18 {
		for j, day := range []string{"man", "tir", "ons", "tor", "fre", "lør"} {
			if j == 5 && i%3 > 0 || j%2 == i%2 && i > 9 && j < 5 {
				continue
			}
			list += fmt.Sprintf("Bibliotek %02d,Gade %d,8000,Aarhus,library,%s,%d:00,%d:00,,\n", i, i, day, 10+i%3, 15+i%4)
		}
	}
	got, err := l.store.ImportPlan(ctx, l.act(), l.kv, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	l.must(err)
	_, err = readyplan.Publish(ctx, l.store, l.act, l.kv)
	l.must(err)
	l.must(l.store.SetStaffing(ctx, l.act(), l.kv, staffing.Rules{Required: true}))
	var places []string
	for _, p := range got.Places {
		places = append(places, p.ID)
	}
	lead, err := l.store.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: "Lars", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleLibraryLead}, Places: append(places, "LYS")}}, persons.Credentials{Login: "lars", Password: "et langt kodeord"})
	l.must(err)
	ida, err := l.store.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: "Ida", Email: "ida@example.dk", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Home: places[0]}}, persons.Credentials{Login: "ida", Password: "et langt kodeord"})
	l.must(err)
	w.ida = ida.ID
	w.hire(ida, lead, places)
	return w
}

// hire adds 59 more of the library's and 60 of the others', all with papers.
func (w *town) hire(ida, lead models.Person, places []string) {
	ctx := w.t.Context()
	letter := models.NewDate(2025, 9, 1)
	paper := func(leader models.Act, id string) {
		act := leader
		act.Key += "-a" + id
		_, err := w.store.Appoint(ctx, act, id, w.kv, nil, "Borgmesteren", letter, letter)
		w.must(err)
		act.Key += "-i"
		w.must(w.store.Instruct(ctx, act, id, []string{"receiving", "secrecy"}, letter))
	}
	for i, who := range []models.Employer{models.EmployerLibrary, models.EmployerCitizenService} {
		act := w.act()
		if act.Person = w.person["karen"]; i == 0 {
			act.Role, act.Person = models.RoleLibraryLead, lead.ID
			paper(act, ida.ID)
		}
		var rows []staffing.NewPerson
		for n := range 60 - (1 - i) {
			rows = append(rows, staffing.NewPerson{Line: n + 2, Name: fmt.Sprintf("Navn %d %02d", i, n), Phone: "89402000", Email: fmt.Sprintf("p%d-%02d@example.dk", i, n), Person: models.Person{Employer: who, Receiver: true, Roles: []models.Role{models.RoleReceiver}, Home: places[n%len(places)]}})
		}
		_, err := w.store.ImportPeople(ctx, act, rows)
		w.must(err)
		for _, r := range rows {
			paper(act, staffing.PersonID(act.Key, r.Line))
		}
	}
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
	karen, lars, ida := w.as("karen"), w.as("lars"), w.as("ida")
	base := "/vagtplan/valg/" + w.kv
	if status, page := karen.post(base+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	shifts, err := w.store.Shifts(t.Context(), w.now, time.Time{})
	w.must(err)
	_, approve := lars.get(base + "/godkend")
	library := all(waiting, approve)
	_, approve = karen.get(base + "/godkend")
	others := all(waiting, approve)
	if len(library) == 0 || len(others) == 0 || len(library)+len(others) != len(shifts) {
		t.Fatalf("%d and %d of %d shifts wait", len(library), len(others), len(shifts))
	}
	if status, _ := karen.post(base+"/godkend", url.Values{"shift": library[:1]}); status != http.StatusForbidden {
		t.Errorf("the coordinator approved the library's people: %d", status)
	}
	for _, c := range []struct {
		who visitor
		ids []string
	}{{lars, library}, {karen, others}} {
		if status, page := c.who.post(base+"/godkend", url.Values{"shift": c.ids, "do": {"approve"}}); status != http.StatusSeeOther {
			t.Fatal(status, page)
		}
	}
	if status, _ := ida.get(base); status != http.StatusForbidden {
		t.Errorf("a receiver sees the roster of all: %d", status)
	}
	w.printTheDay(karen, shifts)
	w.illness(lars, ida)
}

// printTheDay: the first day's roster on paper names everyone of the day at all
// places, or at one only; it prints through the log.
func (w *town) printTheDay(karen visitor, shifts []staffing.Shift) {
	t := w.t
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
		status, body := karen.get(address)
		if status != 200 {
			t.Fatal(address, status, body)
		}
		validPDF(t, address, body)
		text := pdfText(t, body)
		return len(regexp.MustCompile(`Navn \d \d\d|\bIda\b`).FindAllString(text, -1)), text
	}
	if n, text := people(at + ".pdf"); n != all || !strings.Contains(text, "VISNING") || !strings.Contains(text, "Vagtplan") {
		t.Errorf("%d of %d people on the day's roster:\n%s", n, all, text)
	}
	one := "?valg=" + w.kv + "&sted=" + shifts[0].Place
	if n, text := people(at + ".pdf" + one); n != here {
		t.Errorf("%d of %d people on the place's roster:\n%s", n, here, text)
	}
	where, _ := karen.printAt(at + "/udskriv" + one)
	if n, text := people(where); n != here || !strings.Contains(text, "ORIGINAL") {
		t.Errorf("printed %d of %d:\n%s", n, here, text)
	}
	if status, page := karen.get("/vagtplan/valg/" + w.kv + "?uge=" + site.WeekKey(day)); status != 200 || !strings.Contains(page, at+".pdf?valg="+w.kv) {
		t.Errorf("the week matrix does not lead to the day's roster: %d", status)
	}
	if status, page := karen.get("/vagtplan/aabning/" + shifts[0].Session); status != 200 || !strings.Contains(page, "&amp;sted="+shifts[0].Place) {
		t.Errorf("the session does not lead to the day's roster: %d", status)
	}
	w.printTheWeek(karen, shifts[0])
	if status, _ := karen.get("/dag/2025-01-01/vagtplan.pdf"); status != http.StatusSeeOther {
		t.Errorf("a day without sessions: %d", status)
	}
}

// printTheWeek: a shift that nobody has stands open on the week's roster too, of the
// place and of all places.
func (w *town) printTheWeek(karen visitor, x staffing.Shift) {
	t := w.t
	week := func() (n int) {
		for _, address := range []string{"/vagtplan/valg/" + w.kv + "/ugeplan/" + x.Place + ".pdf?uge=" + site.WeekKey(models.DateOf(x.From)), "/dag/" + models.DateOf(x.From).String() + "/ugeplaner.pdf"} {
			status, body := karen.get(address)
			if status != 200 {
				t.Fatal(address, status)
			}
			n += strings.Count(pdfText(t, body), "mangler")
		}
		return n
	}
	need := func(n int) {
		_, err := w.store.ChangeSession(t.Context(), w.act(), w.kv, x.Session, plans.SessionChange{Need: &n}, "flere ventes")
		w.must(err)
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
func (w *town) calls(session string, leaders ...visitor) (caller visitor, people []string) {
	w.t.Helper()
	page := ""
	for _, caller = range leaders {
		_, page = caller.get(session)
		people = all(regexp.MustCompile(`name="person" value="(P[0-9A-Z]+)"`), page)
		if len(people) > 0 && strings.Contains(page, `href="tel:89402000"`) {
			return caller, people
		}
	}
	w.t.Fatal("nobody to call:", page)
	return caller, nil
}

// illness: Ida's first shift goes to whoever stands first on the call list.
func (w *town) illness(lars, ida visitor) {
	t := w.t
	if status, page := ida.post("/min-vagtplan", url.Values{"do": {"feed"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	_, page := ida.get("/min-vagtplan")
	feed := regexp.MustCompile(`/kalender/[\w-]+\.ics`).FindString(page)
	mine, err := w.store.ShiftsOf(t.Context(), w.ida)
	w.must(err)
	if len(mine) == 0 {
		t.Fatal("Ida has no shift")
	}
	nobody := visitor{l: w.library}
	status, cal := nobody.get(feed)
	if status != 200 || strings.Count(cal, "BEGIN:VEVENT") != len(mine) || !strings.Contains(cal, "BEGIN:VTIMEZONE") || !strings.Contains(cal, "UID:"+mine[0].ID+"@") {
		t.Fatalf("%d\n%s", status, cal)
	}
	if status, page := ida.post("/min-vagtplan", url.Values{"do": {"fall_ill"}, "shift": {mine[0].ID}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	w.mu.Lock()
	w.mails = nil
	w.mu.Unlock()
	session := "/vagtplan/aabning/" + mine[0].Session
	caller, calls := w.calls(session, lars, w.as("karen"))
	if status, page := caller.post(session, url.Values{"do": {"place"}, "person": {calls[0]}, "replaces": {mine[0].ID}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.mails) != 1 || w.mails[0].To == "ida@example.dk" || !strings.Contains(string(w.mails[0].Calendar), "BEGIN:VEVENT") {
		t.Fatalf("mails: %+v", w.mails)
	}
	_, cal = nobody.get(feed)
	event := cal[strings.Index(cal, "UID:"+mine[0].ID):]
	event = event[:strings.Index(event, "END:VEVENT")]
	if !strings.Contains(cal, "STATUS:CANCELLED") || strings.Count(cal, "STATUS:CANCELLED") != 1 || !strings.Contains(cal, fmt.Sprintf("SEQUENCE:%d", mine[0].Sequence+1)) {
		t.Fatalf("the feed does not say that the shift is gone:\n%s", event)
	}
	if status, _ := nobody.get("/kalender/none.ics"); status != http.StatusNotFound {
		t.Errorf("a wrong address: %d", status)
	}
	if status, page := ida.post("/min-vagtplan", url.Values{"do": {"nofeed"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	if status, _ := nobody.get(feed); status != http.StatusNotFound {
		t.Errorf("a closed address opens: %d", status)
	}
	_, csv := lars.get("/vagtplan/valg/" + w.kv + "/timer.csv")
	if !strings.Contains(csv, "Navn 0") || strings.Contains(csv, "Navn 1") {
		t.Error("the hours list is not the library's alone")
	}
}

// Wishes: own ones only, whatever the form says; none after the deadline.
func TestWishesByForms(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	anna := l.as("anna")
	e, err := l.store.Election(t.Context(), l.kv)
	l.must(err)
	form := func() url.Values {
		return url.Values{"target": {"20"}, "d2025-11-13a": {"cannot"}, "d2025-11-14b": {"rather_not"}, "person": {l.person["bo"]}, "places": {"LYS"}}
	}
	if status, page := anna.post("/min-vagtplan/oensker", form()); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	w, err := l.store.WishOf(t.Context(), l.person["anna"], e.ID)
	l.must(err)
	if len(w.Said) != 2 || w.TargetMin != 1200 || w.Of(staffing.HalfDay{Day: models.NewDate(2025, 11, 13)}) != staffing.Cannot {
		t.Fatalf("%+v", w)
	}
	if other, err := l.store.WishOf(t.Context(), l.person["bo"], e.ID); err != nil || len(other.Said) > 0 {
		t.Fatal("Anna wrote Bo's wishes:", other, err)
	}
	l.must(l.store.SetStaffing(t.Context(), l.act(), e.ID, staffing.Rules{WishesDue: models.NewDate(2025, 11, 11)}))
	if status, _ := anna.post("/min-vagtplan/oensker", form()); status == http.StatusSeeOther {
		t.Fatal("wishes after the deadline")
	}
	if status, page := anna.get("/min-vagtplan/oensker"); status != 200 || strings.Contains(page, "<select") {
		t.Fatal("the form is still there after the deadline")
	}
}
