package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/models"
)

// An appointment is taken back on the person's page or by a program: the shift is a
// hole, the calendar says cancelled with a higher sequence, the person is told by
// mail, the letter says so, and the person can be placed nowhere.
func TestAnAppointmentIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lars, ida, karen := w.as("lars"), w.as("ida"), w.as("karen")
	sessions, err := w.store.Sessions(t.Context(), w.kv, w.now, w.now.AddDate(0, 2, 0))
	w.must(err)
	lars.ok("/vagtplan/aabning/"+sessions[0].ID, url.Values{"do": {"place"}, "person": {w.ida}})
	_, page := ida.post("/min-vagtplan", url.Values{"do": {"feed"}})
	token, err := w.store.MakeFeed(t.Context(), w.ida)
	w.must(err)
	feed := func() string { _, ics := ida.get("/kalender/" + token + ".ics"); return ics }
	if ics := feed(); strings.Count(ics, "BEGIN:VEVENT") != 1 || strings.Contains(ics, "CANCELLED") {
		t.Fatal(ics, page)
	}
	before := w.calendarOf(feed())
	person := "/vagtplan/person/" + w.ida
	form := url.Values{"do": {"revoke"}, "standing": {w.kv}, "revoked_by": {"Borgmesteren"}, "revoked_on": {"1.10.2025"}, "why": {"decision"}}
	if status, page := lars.post(person, form); status == http.StatusSeeOther || !strings.Contains(page, "Skriv sagsnummeret") || !strings.Contains(page, `<details class="apart" open>`) {
		t.Fatalf("%d without a case number", status)
	}
	form.Set("case", "2025-004711")
	if status, _ := karen.post(person, form); status == http.StatusSeeOther {
		t.Error("the other employer's leader took it back")
	}
	w.mails = nil
	lars.ok(person, form)
	after := w.calendarOf(feed())
	if len(after) != 1 || after[0]["UID"] != before[0]["UID"] || after[0]["STATUS"] != "CANCELLED" || after[0]["SEQUENCE"] <= before[0]["SEQUENCE"] {
		t.Errorf("before %v, after %v", before, after)
	}
	told := map[string]int{}
	for _, m := range w.mails {
		told[m.To+" "+m.Subject]++
	}
	if len(w.mails) != 2 || told["ida@example.dk Din udpegning som brevstemmemodtager er tilbagekaldt"] != 1 {
		t.Errorf("%v", told)
	}
	if _, page := lars.get(person); !strings.Contains(page, "Tilbagekaldt") || strings.Contains(page, `value="revoke"`) {
		t.Error("the page does not say so, or offers it again")
	}
	if status, page := lars.post("/vagtplan/aabning/"+sessions[1].ID, url.Values{"do": {"place"}, "person": {w.ida}}); status == http.StatusSeeOther || !strings.Contains(page, "udpegning er tilbagekaldt") {
		t.Error("placed after the revocation", status)
	}
	if status, body := lars.get(person + "/udpegning.pdf?valg=" + w.kv); status != 200 || !strings.HasPrefix(body, "%PDF") {
		t.Error(status)
	}
	people, err := w.store.People(t.Context())
	w.must(err)
	for _, p := range people {
		if p.Employer != models.EmployerCitizenService || !p.Receiver {
			continue
		}
		in, _ := json.Marshal(rosterpages.RevokeIn{Election: w.kv, By: "Borgmesteren", On: models.NewDate(2025, 10, 1), Reason: "own_wish"})
		path := "/api/v1/people/" + p.ID + "/revocations"
		if status, _ := lars.json(path, string(in)); status != http.StatusForbidden {
			t.Error("over JSON by the other employer's leader:", status)
		}
		if status, answer := karen.json(path, string(in)); status != 200 || strings.TrimSpace(answer) != "[]" {
			t.Error(status, answer)
		}
		if status, _ := karen.json(path, string(in)); status != http.StatusConflict {
			t.Error("twice:", status)
		}
		break
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
