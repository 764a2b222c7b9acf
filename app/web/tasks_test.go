package web_test

import (
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Whoever works at a place reads there what they may do themselves, and finds it
// from the desk and from their own shifts.
func TestWhatIMayDoHere(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: "Dan", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Places: []string{"LYS"}, Receiver: true}}, persons.Credentials{Login: "dan", Password: "et langt kodeord"})
	l.Must(err)
	dan := l.As("dan")
	p, err := l.Store.Place(t.Context(), "LYS")
	l.Must(err)
	set := func(m models.ServiceModel) {
		was := planning.Mark(p)
		p.Model, p.Decision = m, models.Decision{Date: models.NewDate(2025, 6, 1), Body: "Byrådet", Reference: "pkt. 4"}
		l.Must(l.Store.SavePlace(t.Context(), l.Act(), was, p))
		p, err = l.Store.Place(t.Context(), "LYS")
		l.Must(err)
	}
	set(models.ModelBoth)
	_, body := dan.Get("/steder/LYS")
	if strings.Contains(body, "kun vejlede") || strings.Contains(body, "men ikke udføre") || strings.Count(body, `class="tag ok"`) < 12 {
		t.Errorf("a receiver of both: %d tasks", strings.Count(body, `class="tag ok"`))
	}
	set(models.ModelShared) // Borgerservice's people receive; Dan is the library's
	_, body = dan.Get("/steder/LYS")
	if !strings.Contains(body, "men ikke udføre myndighedsopgaver") || !strings.Contains(body, "den hører du ikke til") || !strings.Contains(body, `id="opgaver"`) {
		t.Error("the library's own staff is not told that it only guides")
	}
	for _, from := range []string{"/skranke", "/skranke/" + l.Session + "/hold", "/min-vagtplan"} {
		if _, body := dan.Get(from); !strings.Contains(body, "/steder/LYS#opgaver") {
			t.Errorf("no way to the tasks from %s", from)
		}
	}
	if _, body := dan.Get("/min-vagtplan"); !strings.Contains(body, "kun vejlede") {
		t.Error("the person's own page does not say it")
	}
	if code, body := dan.Get("/api/v1/places/LYS/tasks"); code != 200 || !strings.Contains(body, `"task":"receive"`) || !strings.Contains(body, `"may":true`) {
		t.Errorf("%d %s", code, body)
	}
}
