package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// The evening by the pages: the board names what is out, the day is closed with
// a reason by two, once.
func TestTheDayIsClosedByTwo(t *testing.T) {
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	karen := d.As("karen")
	if code, body := karen.Get("/tavle/hjem"); code != 200 || !strings.Contains(body, "Modtager stemmer") || strings.Contains(body, "⟦") {
		t.Fatalf("board: %d %s", code, webtest.ErrorsIn(body))
	}
	d.Now = d.Now.Add(11 * time.Hour)
	if _, body := karen.Get("/tavle/hjem"); !strings.Contains(body, "Vagthavende") {
		t.Error("no alarm at half past eight in the evening")
	}
	day := url.Values{"day": {"2025-11-12"}}
	if code, _ := karen.Post("/dagslut", day); code != http.StatusUnprocessableEntity {
		t.Fatalf("closed with things open and no reason: %d", code)
	}
	day.Set("reason", "Bussen er brudt sammen, politiet er hos buddet.")
	if code, _ := karen.Post("/dagslut", day); code != http.StatusUnprocessableEntity {
		t.Fatalf("closed by one: %d", code)
	}
	day.Set("witness_login", "rita")
	day.Set("pin", "7171")
	karen.OK("/dagslut", day)
	if code, _ := karen.Post("/dagslut", day); code != http.StatusConflict {
		t.Fatalf("closed twice: %d", code)
	}
	if _, body := karen.Get("/dagslut?dag=2025-11-12"); !strings.Contains(body, "politiet") || !strings.Contains(body, h) {
		t.Error("the page does not tell what was open")
	}
}
