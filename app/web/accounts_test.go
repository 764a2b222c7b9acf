package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// An administrator gives somebody a way in, and takes it back.
func TestAnAccountByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: "Adam", Person: models.Person{Roles: []models.Role{models.RoleAdministrator}}}, persons.Credentials{Login: "adam", Password: "et langt kodeord"})
	l.Must(err)
	form := url.Values{"login": {"nina"}, "name": {"Nina Ny"}, "employer": {string(models.EmployerLibrary)}, "password": {"et andet kodeord"}, "roles": {string(models.RoleReceiver)}, "places": {"LYS"}}
	l.As("adam").OK("/konti/ny", form)
	if _, body := l.As("nina").Get("/"); !strings.Contains(body, "Nina Ny") {
		t.Error("nobody came in")
	}
	form.Set("disabled", "1")
	l.As("adam").OK("/konti/ret/nina", form)
	if _, disabled, err := l.Store.AccountOf(t.Context(), "nina"); err != nil || !disabled {
		t.Errorf("%t %v", disabled, err)
	}
}
