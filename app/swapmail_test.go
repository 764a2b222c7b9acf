package main

import (
	"context"
	"fmt"
	"log/slog"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// swapTown is two receivers with a shift each at one library, and a program that
// sends its mail to the small server.
type swapTown struct {
	*store.Store
	t      *testing.T
	now    time.Time
	n      int
	web    *web.Server
	mail   <-chan string
	person map[string]models.Person
	shift  map[string]string
}

func (w *swapTown) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *swapTown) act(role models.Role) models.Act {
	w.n++
	return models.Act{Key: fmt.Sprintf("swap-%03d", w.n), Person: "LEAD", Role: role}
}

// newSwapTown: Ida speaks Danish, Bodil English only.
func newSwapTown(t *testing.T) *swapTown {
	ctx := t.Context()
	w := &swapTown{t: t, now: models.NewDate(2025, 10, 29).At(9, 0), person: map[string]models.Person{}, shift: map[string]string{}}
	clock := func() time.Time { return w.now }
	var err error
	w.Store, err = store.Open(ctx, store.Config{DSN: pgtest.DB(t).AppDSN, Clock: clock})
	w.must(err)
	t.Cleanup(func() { _ = w.Store.Close(context.Background()) })
	addr, took := moodyServer(t, 0)
	p := openPostOffice(configuration{SMTPAddr: addr, MailFrom: "vagt@example.dk"}, slog.New(slog.DiscardHandler), w.Store)
	t.Cleanup(func() { _ = p.close(context.Background()) })
	w.mail = took
	w.web, err = web.New(site.Config{Log: slog.New(slog.DiscardHandler), Store: w.Store, Mail: p.post, BaseURL: "https://brev.example.dk", Municipality: "0751", Now: clock})
	w.must(err)

	kv, err := w.CreateElection(ctx, w.act(models.RoleCoordinator), planning.NewElection{Type: models.TypeLocal, Name: "KV", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup,Vej 1,8520,Lystrup,library,2025-11-10,10:00,16:00,,\nLystrup,Vej 1,8520,Lystrup,library,2025-11-11,12:00,18:00,,\n"
	got, err := w.ImportPlan(ctx, w.act(models.RoleCoordinator), kv.ID, schedule.Check([]byte(list), schedule.Period{First: kv.First, Last: kv.Last}))
	w.must(err)
	_, err = readyplan.Publish(ctx, w.Store, func() models.Act { return w.act(models.RoleCoordinator) }, kv.ID)
	w.must(err)
	for i, who := range []struct{ name, spoken string }{{"ida", "da"}, {"bodil", "en"}} {
		lead := func() models.Act { return w.act(models.RoleLibraryLead) }
		p, err := w.AddWithAccount(ctx, w.act(models.RoleCoordinator), persons.NewPerson{Name: strings.ToUpper(who.name[:1]) + who.name[1:], Email: who.name + "@example.dk",
			Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Languages: []string{who.spoken}}}, persons.Credentials{Login: who.name, Password: "et langt kodeord"})
		w.must(err)
		_, err = w.Appoint(ctx, lead(), p.ID, kv.ID, nil, "Borgmesteren", kv.First, kv.First)
		w.must(err)
		w.must(w.Instruct(ctx, lead(), p.ID, []string{"receiving", "secrecy"}, kv.First))
		out, err := w.PlaceShift(ctx, lead(), p.ID, got.Sessions[i].ID, "", false)
		w.must(err)
		w.person[who.name], w.shift[who.name] = p, out[0].ID
	}
	return w
}

// do posts a form of a person's own page.
func (w *swapTown) do(login string, form url.Values) int {
	w.t.Helper()
	w.n++
	form.Set(site.KeyField, fmt.Sprintf("00000000-0000-4000-8000-%012d", w.n))
	req := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/min-vagtplan", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c, err := w.web.SessionFor(w.t.Context(), login)
	w.must(err)
	req.AddCookie(c)
	res := httptest.NewRecorder()
	w.web.ServeHTTP(res, req)
	return res.Code
}

// next is the text of the next mail that the server took; it must hold all of want.
func (w *swapTown) next(what string, want ...string) {
	w.t.Helper()
	select {
	case raw := <-w.mail:
		_, body, _ := strings.Cut(raw, "\n\n")
		var b strings.Builder
		buf := make([]byte, 1<<12)
		for r := quotedprintable.NewReader(strings.NewReader(body)); ; {
			n, err := r.Read(buf)
			b.Write(buf[:n])
			if err != nil {
				break
			}
		}
		for _, s := range want {
			if !strings.Contains(b.String(), s) {
				w.t.Errorf("%s: the mail lacks %q:\n%s", what, s, b.String())
			}
		}
	case <-time.After(20 * time.Second):
		w.t.Fatalf("%s: no mail came", what)
	}
}

// A question about a swap goes to the other person by mail, in their language and
// with the way to the answer; whoever does not answer is reminded after a day and
// after three; the answer goes back, and then nobody is reminded of anything.
func TestASwapIsAskedForByMail(t *testing.T) {
	t.Parallel()
	w := newSwapTown(t)
	w.asks()
	w.isRemindedTwice()
	w.answers("decline")
	w.next("declined", "Hej Ida", "nej tak", "Din vagt: mandag 10.11.2025 10.00–16.00, Lystrup")
	w.now = w.now.Add(96 * time.Hour)
	w.reminded("after the answer", 2)
	w.asks() // another question, with reminders of its own
	if code := w.do("bodil", url.Values{"do": {"unask"}, "shift": {w.shift["bodil"]}}); code == http.StatusSeeOther {
		t.Error("took a question back that was none")
	}
	w.answers("agree")
	w.next("agreed", "Hej Ida", "siger ja", "lederne")
	w.waitsForTheLeaders()
}

// asks has Ida ask for Bodil's shift, and Bodil read of it.
func (w *swapTown) asks() {
	w.t.Helper()
	if code := w.do("ida", url.Values{"do": {"swap"}, "mine": {w.shift["ida"]}, "theirs": {w.shift["bodil"]}}); code != http.StatusSeeOther {
		w.t.Fatal(code)
	}
	w.next("asked", "Hello Bodil", "Your shift: Tuesday 11 Nov 2025 12:00–18:00, Lystrup", "Your colleague's shift: Monday 10 Nov 2025 10:00–16:00, Lystrup", "https://brev.example.dk/min-vagtplan")
}

// answers has Bodil answer Ida's question.
func (w *swapTown) answers(do string) {
	w.t.Helper()
	if code := w.do("bodil", url.Values{"do": {do}, "shift": {w.shift["ida"]}}); code != http.StatusSeeOther {
		w.t.Fatal(do, code)
	}
}

// reminded sends the reminders that are due; Bodil must have had n of swaps by now.
func (w *swapTown) reminded(when string, n int) {
	w.t.Helper()
	_, err := w.web.Remind(w.t.Context())
	w.must(err)
	list, err := w.Reminders(w.t.Context(), store.ReminderFilter{Person: w.person["bodil"].ID})
	w.must(err)
	got := 0
	for _, r := range list {
		if r.Kind == "swap_asked" {
			got++
		}
	}
	if got != n {
		w.t.Errorf("%d reminders %s, want %d", got, when, n)
	}
}

// isRemindedTwice: after a day and after three.
func (w *swapTown) isRemindedTwice() {
	w.t.Helper()
	w.reminded("at once", 0)
	w.now = w.now.Add(25 * time.Hour)
	w.reminded("after a day", 1)
	w.next("reminded", "Lystrup 11 Nov 2025 12:00", "Lystrup 10 Nov 2025 10:00", "https://brev.example.dk/min-vagtplan")
	w.now = w.now.Add(48 * time.Hour)
	w.reminded("after three days", 2)
	w.next("reminded again", "waits for your answer")
}

// waitsForTheLeaders: nothing is asked any more, both hold their shifts, and two
// halves of the swap wait.
func (w *swapTown) waitsForTheLeaders() {
	t, ctx := w.t, w.t.Context()
	t.Helper()
	waiting := 0
	for _, id := range w.shift {
		x, err := w.ShiftByID(ctx, id)
		w.must(err)
		if x.SwapWith != "" || !x.Firm() {
			t.Errorf("%+v", x)
		}
	}
	all, err := w.Shifts(ctx, w.now, time.Time{})
	w.must(err)
	for _, x := range all {
		if x.State == staffing.ShiftClaimed {
			waiting++
		}
	}
	if waiting != 2 {
		t.Errorf("%d halves of the swap wait for the leaders", waiting)
	}
}
