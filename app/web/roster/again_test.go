package roster_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// What the other tests of this room do by the domain's own acts is done here by form
// or program, so that it is sent again as well (webtest.Main).

// A leader types a week by program, the person answers, and a plan is proposed.
func TestARosterByProgram(t *testing.T) {
	t.Parallel()
	w := webtest.NewTown(t)
	karen, lars := w.As("karen"), w.As("lars")
	sessions, err := w.Store.Sessions(t.Context(), w.Local, w.Now, w.Now.AddDate(0, 2, 0))
	w.Must(err)
	at := ""
	for _, x := range sessions {
		if x.State == models.SessionPublished && x.Starts.After(w.Now) {
			at = x.ID
			break
		}
	}
	week := "/api/v1/rosters/" + w.Local + "/week"
	if code, body := lars.JSON(week, `{"cells":[{"session":"`+at+`","was":[],"now":["`+w.Ida+`"]}]}`); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	shifts, err := w.Store.Shifts(t.Context(), time.Time{}, time.Time{})
	w.Must(err)
	if len(shifts) != 1 || shifts[0].Person != w.Ida {
		t.Fatalf("%+v", shifts)
	}
	if code, body := w.As("ida").JSON("/api/v1/me/shifts/"+shifts[0].ID, `{"act":"confirm"}`); code != http.StatusOK || !strings.Contains(body, `"confirmed"`) {
		t.Errorf("%d %s", code, body)
	}
	// The planner has two seconds and finds another plan each time.
	if code, body := karen.JSON("/api/v1/rosters/"+w.Local+"/proposals", `{"mode":"all"}`); code != http.StatusCreated || !strings.Contains(body, `"added":[{`) || strings.Contains(body, `"total":0`) {
		t.Errorf("%d %s", code, body)
	}
}

// People are read in from a list, the election gets its rules, and when its staff's
// data has had its time the coordinator erases it.
func TestTheStaffByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	list := "Navn;E-mail\r\nNy Modtager;ny@example.dk\r\n"
	if code, body := karen.Send("/vagtplan/personer/import", "folk.csv", []byte(list), "employer", string(models.EmployerCitizenService)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if code, body := karen.Send("/vagtplan/personer/import", "folk.csv", []byte(list), "employer", string(models.EmployerCitizenService)); code != http.StatusUnprocessableEntity || !strings.Contains(body, "ny@example.dk") {
		t.Errorf("the same people a second time, not by the same click: %d %s", code, webtest.ErrorsIn(body))
	}
	karen.OK("/vagtplan/valg/"+l.Local+"/regler", url.Values{"due": {"14.11.2025"}, "erase": {"1.3.2026"}, "required": {"1"}})
	l.Now = models.NewDate(2026, 3, 2).At(9, 0)
	karen.OK("/vagtplan/valg/"+l.Local+"/slet", url.Values{})
	if _, body := karen.Get("/vagtplan/personer"); strings.Contains(body, "Ny Modtager") {
		t.Error("a name that was erased is shown")
	}
}
