package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
)

// When the data of an election's staff has had its time the coordinator is reminded
// of erasing it, and says that it was seen; the journal says what was told.
func TestAReminderIsSeen(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	if code, body := karen.Send("/vagtplan/personer/import", "folk.csv", []byte("Navn\r\nNy Modtager\r\n"), "employer", string(models.EmployerCitizenService)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	karen.OK("/vagtplan/valg/"+l.Local+"/regler", url.Values{"due": {"14.11.2025"}, "erase": {"1.3.2026"}, "required": {"1"}})
	l.Now = models.NewDate(2026, 3, 2).At(9, 0)
	if _, err := l.Web.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	told, err := l.Store.Reminders(t.Context(), store.ReminderFilter{Person: l.Person["karen"]})
	l.Must(err)
	if len(told) == 0 {
		t.Fatal("nobody is reminded of erasing")
	}
	if _, body := karen.Get("/journal?kind=reminder.told"); !strings.Contains(body, "skulle slettes efter 1.3.2026") {
		t.Errorf("the journal does not say what was told: %s", told[0].Words)
	}
	karen.OK("/paamindelser/"+told[0].ID+"/set", url.Values{})
}
