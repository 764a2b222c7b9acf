package persons

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

const longPassword = "et langt kodeord"

// member adds somebody with an account.
func (m *gate) member(login, email string, roles ...models.Role) models.Person {
	m.t.Helper()
	p, err := m.AddWithAccount(m.t.Context(), m.city(), NewPerson{Name: login, Email: email, Person: models.Person{Employer: models.EmployerLibrary, Roles: roles, Places: []string{"LYST"}}}, Credentials{Login: login, Password: longPassword, PIN: "4711"})
	m.ok(err)
	return p
}

func (m *gate) epoch(login string) string {
	m.t.Helper()
	l, err := m.LoginOf(m.t.Context(), login)
	m.ok(err)
	return l.Epoch
}

// An account is found by what the provider calls the person once, and by its
// identity from then on; each refusal has its own words.
func TestSingleSignOnFindsAnAccountOnce(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	ida := m.member("ida", "Ida@example.dk", models.RoleReceiver)
	m.member("bo", "bo@example.dk", models.RoleReceiver)
	m.member("to1", "to@example.dk", models.RoleReceiver)
	m.member("to2", "to@example.dk", models.RoleReceiver)
	lukket := m.member("lukket", "lukket@example.dk", models.RoleReceiver)
	m.ok(m.ChangeAccount(t.Context(), m.city(), Credentials{Login: "lukket", Person: lukket.ID}, lukket.Roles, lukket.Places, true))
	at := func(subject, known string) SignOn {
		return SignOn{Issuer: "https://id.example.dk", Subject: subject, Known: known, ByEmail: true}
	}
	for _, x := range []struct {
		what string
		in   SignOn
		who  string
		key  string
	}{
		{"unknown", at("s0", "nobody@example.dk"), "", "signon.no_account"},
		{"no subject", at("", "ida@example.dk"), "", "signon.no_account"},
		{"first", at("s1", " ida@EXAMPLE.dk "), "ida", ""},
		{"again, with another address", at("s1", "bo@example.dk"), "ida", ""},
		{"somebody else with the same address", at("s2", "ida@example.dk"), "", "signon.linked_other"},
		{"the same subject elsewhere", SignOn{Issuer: "https://other.example.dk", Subject: "s1", Known: "ida@example.dk", ByEmail: true}, "", "signon.linked_other"},
		{"two have the address", at("s3", "to@example.dk"), "", "signon.ambiguous"},
		{"closed", at("s4", "lukket@example.dk"), "", "signon.closed"},
		{"login name instead of mail", SignOn{Issuer: "i", Subject: "s5", Known: "bo"}, "bo", ""},
		{"mapped to nothing", SignOn{Issuer: "i", Subject: "s5", Mapped: true}, "", "signon.no_role"},
	} {
		got, err := m.SignOn(t.Context(), m.city(), x.in)
		var e *models.Error
		if errors.As(err, &e); err != nil && (e == nil || e.Key != x.key) || err == nil && x.key != "" || got.Login != x.who {
			t.Errorf("%s: %q %v", x.what, got.Login, err)
		}
	}
	linked := 0
	entries, _, err := m.Entries(t.Context(), 0, "person.linked", 100)
	m.ok(err)
	for _, e := range entries {
		if i := slices.IndexFunc(e.Facts, func(f journal.Fact) bool { return f.Name == "identity" && len(f.Value) == 64 }); i < 0 {
			t.Errorf("no commitment in %v", e.Facts)
		}
		if slices.Contains(e.Facts, journal.Fact{Name: "person", Value: ida.ID}) {
			linked++
		}
	}
	if linked != 1 || len(entries) != 2 {
		t.Errorf("%d entries, %d about ida", len(entries), linked)
	}
	m.ok(m.ChangeAccount(t.Context(), m.city(), Credentials{Login: "ida", Person: ida.ID, Unlink: true}, ida.Roles, ida.Places, false))
	if got, err := m.SignOn(t.Context(), m.city(), at("s2", "ida@example.dk")); err != nil || got.Login != "ida" || got.Linked.IsZero() {
		t.Errorf("after unlinking: %v %v", got, err)
	}
}

// Roles that the provider names replace the account's, are an entry when they
// change, and end the sessions of before; a person may be made.
func TestSingleSignOnGivesRolesAndMakesPeople(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	m.member("ida", "ida@example.dk", models.RoleReceiver)
	in := SignOn{Issuer: "i", Subject: "s1", Known: "ida@example.dk", ByEmail: true, Mapped: true, Roles: []models.Role{models.RoleLibraryLead}}
	before := m.epoch("ida")
	got, err := m.SignOn(t.Context(), m.city(), in)
	m.ok(err)
	if !slices.Equal(got.Person.Roles, in.Roles) || !slices.Equal(got.Person.Places, []string{"LYST"}) || got.Epoch == before {
		t.Errorf("%+v", got)
	}
	_, head, err := m.Entries(t.Context(), 0, "", 1)
	m.ok(err)
	again, err := m.SignOn(t.Context(), m.city(), in)
	m.ok(err)
	_, then, err := m.Entries(t.Context(), 0, "", 1)
	m.ok(err)
	if again.Epoch != got.Epoch || then.Seq != head.Seq {
		t.Errorf("a login that changes nothing wrote %d entries", then.Seq-head.Seq)
	}
	fresh := SignOn{Issuer: "i", Subject: "s2", Known: "ny@example.dk", ByEmail: true, Mapped: true, Roles: []models.Role{models.RoleReceiver}, Places: []string{"DOKK"},
		Make: models.EmployerLibrary, Name: "Ny Person", Email: "ny@example.dk", Login: "NY@example.dk"}
	got, err = m.SignOn(t.Context(), m.city(), fresh)
	m.ok(err)
	if got.Login != "ny@example.dk" || got.Name != "Ny Person" || got.Person.Employer != models.EmployerLibrary || !slices.Equal(got.Person.Places, fresh.Places) {
		t.Errorf("%+v", got)
	}
	if _, err := m.LogIn(t.Context(), "ny@example.dk", ""); models.CodeOf(err) != models.CodeUnauthorized {
		t.Errorf("an account without a password opened: %v", err)
	}
	fresh.Subject, fresh.Known, fresh.Login, fresh.Email, fresh.Name = "s3", "x@example.dk", "x", "x@example.dk", "Født 010190-1234"
	if _, err := m.SignOn(t.Context(), m.city(), fresh); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("a name with a CPR number: %v", err)
	}
}

// Whoever changes a secret, a card, a right or whether the account is open ends
// the sessions of before; what changes nothing of these does not.
func TestAnEpochEndsWithEachSecretAndRight(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	p := m.member("ida", "ida@example.dk", models.RoleReceiver)
	c := Credentials{Login: "ida", Person: p.ID}
	roles, places := p.Roles, p.Places
	for i, x := range []struct {
		what    string
		change  func()
		another bool
	}{
		{"nothing", func() {}, false},
		{"what the provider calls them", func() { c.SignOn = "IDA" }, false},
		{"password", func() { c.Password = "et andet langt kodeord" }, true},
		{"pin", func() { c.Password, c.PIN = "", "1234" }, true},
		{"card", func() { c.PIN, c.Card = "", models.WithCheck("M000001A") }, true},
		{"role", func() { roles = []models.Role{models.RoleCourier} }, true},
		{"place", func() { places = []string{"DOKK", "LYST"} }, true},
		{"order of places", func() { places = []string{"LYST", "DOKK"} }, false},
	} {
		before := m.epoch("ida")
		x.change()
		m.ok(m.ChangeAccount(t.Context(), m.city(), c, roles, places, false))
		if another := m.epoch("ida") != before; another != x.another {
			t.Errorf("%d %s: another epoch %v", i, x.what, another)
		}
	}
	before := m.epoch("ida")
	m.ok(m.ChangeAccount(t.Context(), m.city(), c, roles, places, true))
	m.ok(m.ChangeAccount(t.Context(), m.city(), c, roles, places, false))
	if m.epoch("ida") == before {
		t.Error("a session of before the closing lives again")
	}
}

// Wrong PINs shut the PIN's door until a whole login, and leave the password's
// open; a PIN on its own never opens it again.
func TestWrongPINsShutTheirOwnDoor(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	p := m.member("ida", "ida@example.dk", models.RoleReceiver)
	pin := func(want models.Code, secret string) {
		t.Helper()
		if _, err := m.Switch(t.Context(), "ida", secret); models.CodeOf(err) != want {
			t.Errorf("PIN %s: %v", secret, err)
		}
	}
	shut := func() {
		for i := range failuresAllowed {
			pin(models.CodeUnauthorized, fmt.Sprintf("%04d", i))
		}
		pin(models.CodeUnauthorized, "4711")
	}
	shut()
	_, err := m.LogIn(t.Context(), "ida", longPassword)
	m.ok(err)
	pin("", "4711")
	shut()
	_, err = m.SignOn(t.Context(), m.city(), SignOn{Issuer: "i", Subject: "s", Known: "ida"})
	m.ok(err)
	pin("", "4711")
	shut()
	m.ok(m.ChangeAccount(t.Context(), m.city(), Credentials{Login: "ida", Person: p.ID, PIN: "4711"}, p.Roles, p.Places, false))
	pin("", "4711")
}
