package persons

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Guesses made at once are counted before they are looked at: a row that was
// read before the door closed does not open it. The door opens by itself.
func TestTheDoorClosesBeforeASecretIsLookedAt(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	const right = "et langt kodeord"
	if _, err := m.AddWithAccount(t.Context(), m.city(), NewPerson{Name: "Ida", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}}}, Credentials{Login: "ida", Password: right, PIN: "4711"}); err != nil {
		t.Fatal(err)
	}
	before, err := m.account(t.Context(), "login = ?", "ida")
	if err != nil {
		t.Fatal(err)
	}
	in := func(want models.Code, what string, f func() (Login, error)) {
		t.Helper()
		if _, err := f(); models.CodeOf(err) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	with := func(p string) func() (Login, error) {
		return func() (Login, error) { return m.LogIn(t.Context(), " Ida ", p) }
	}
	for range failuresAllowed - 1 {
		in(models.CodeUnauthorized, "a wrong PIN", func() (Login, error) { return m.Switch(t.Context(), "ida", "0000") })
	}
	in("", "right on the last try", with(right))
	for range failuresAllowed {
		in(models.CodeUnauthorized, "wrong", with("et andet kodeord"))
	}
	in(models.CodeUnauthorized, "closed", with(right))
	in(models.CodeUnauthorized, "read before it closed", func() (Login, error) { return m.enter(t.Context(), before, byPassword, right) })
	m.clock = func() time.Time { return time.Now().Add(blockFor + time.Second) }
	in("", "open again", with(right))
}
