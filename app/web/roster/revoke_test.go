package roster_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// An appointment is taken back on the person's page: the shift is a hole, the
// calendar says cancelled with a higher sequence, the person is told by mail, the
// letter says so, and the person can be placed nowhere.
func TestAnAppointmentIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lars := w.As("lars")
	sessions, err := w.Store.Sessions(t.Context(), w.Local, w.Now, w.Now.AddDate(0, 2, 0))
	w.Must(err)
	lars.OK("/vagtplan/aabning/"+sessions[0].ID, url.Values{"do": {"place"}, "person": {w.Ida}})
	calendar := w.idasCalendar()
	before := calendar()
	if len(before) != 1 || before[0]["STATUS"] == "CANCELLED" {
		t.Fatal(before)
	}
	w.ForgetMails()
	person := w.revokes(lars)
	after := calendar()
	if len(after) != 1 || after[0]["UID"] != before[0]["UID"] || after[0]["STATUS"] != "CANCELLED" || after[0]["SEQUENCE"] <= before[0]["SEQUENCE"] {
		t.Errorf("before %v, after %v", before, after)
	}
	told := map[string]int{}
	for _, m := range w.Mails() {
		told[m.To+" "+m.Subject]++
	}
	if len(w.Mails()) != 2 || told["ida@example.dk Din udpegning som brevstemmemodtager er tilbagekaldt"] != 1 {
		t.Errorf("%v", told)
	}
	if _, page := lars.Get(person); !strings.Contains(page, "Tilbagekaldt") || strings.Contains(page, `value="revoke"`) {
		t.Error("the page does not say so, or offers it again")
	}
	if status, page := lars.Post("/vagtplan/aabning/"+sessions[1].ID, url.Values{"do": {"place"}, "person": {w.Ida}}); status == http.StatusSeeOther || !strings.Contains(page, "udpegning er tilbagekaldt") {
		t.Error("placed after the revocation", status)
	}
	if status, body := lars.Get(person + "/udpegning.pdf?valg=" + w.Local); status != 200 || !strings.HasPrefix(body, "%PDF") {
		t.Error(status)
	}
}

// revokes has Ida's leader, and nobody else, take her appointment back, not
// without a case number; it gives back the path of her page.
func (w *town) revokes(lars webtest.Visitor) string {
	w.T.Helper()
	person := "/vagtplan/person/" + w.Ida
	form := url.Values{"do": {"revoke"}, "standing": {w.Local}, "revoked_by": {"Borgmesteren"}, "revoked_on": {"1.10.2025"}, "why": {"decision"}}
	if status, page := lars.Post(person, form); status == http.StatusSeeOther || !strings.Contains(page, "Skriv sagsnummeret") || !strings.Contains(page, `<details class="apart" open>`) {
		w.T.Fatalf("%d without a case number", status)
	}
	form.Set("case", "2025-004711")
	if status, _ := w.As("karen").Post(person, form); status == http.StatusSeeOther {
		w.T.Error("the other employer's leader took it back")
	}
	lars.OK(person, form)
	return person
}

// idasCalendar makes the address of Ida's calendar; what it gives back reads the
// events there, as her program does.
func (w *town) idasCalendar() (read func() []map[string]string) {
	w.T.Helper()
	token, err := w.Store.MakeFeed(w.T.Context(), w.Ida)
	w.Must(err)
	ida := w.As("ida")
	return func() []map[string]string {
		_, ics := ida.Get("/kalender/" + token + ".ics")
		return w.calendarOf(ics)
	}
}

// Over JSON it is taken back once, by the own employer's leader.
func TestAnAppointmentIsTakenBackOverJSON(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	people, err := w.Store.People(t.Context())
	w.Must(err)
	i := slices.IndexFunc(people, func(p models.Person) bool {
		return p.Employer == models.EmployerCitizenService && p.Receiver
	})
	in, err := json.Marshal(rosterpages.RevokeIn{Election: w.Local, By: "Borgmesteren", On: models.NewDate(2025, 10, 1), Reason: "own_wish"})
	w.Must(err)
	path := "/api/v1/people/" + people[i].ID + "/revocations"
	if status, _ := w.As("lars").JSON(path, string(in)); status != http.StatusForbidden {
		t.Error("over JSON by the other employer's leader:", status)
	}
	if status, answer := w.As("karen").JSON(path, string(in)); status != 200 || strings.TrimSpace(answer) != "[]" {
		t.Error(status, answer)
	}
	if status, _ := w.As("karen").JSON(path, string(in)); status != http.StatusConflict {
		t.Error("twice:", status)
	}
}

// calendarOf are the events of a calendar: property → value, parameters dropped.
func (w *town) calendarOf(ics string) []map[string]string {
	var out []map[string]string
	for line := range strings.SplitSeq(strings.ReplaceAll(ics, "\r\n ", ""), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		switch {
		case name == "BEGIN" && value == "VEVENT":
			out = append(out, map[string]string{})
		case len(out) > 0:
			out[len(out)-1][name] = value
		}
	}
	return out
}
