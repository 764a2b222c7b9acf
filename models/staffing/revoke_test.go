package staffing

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// A revocation names who, when and why; it is refused field by field.
func TestRevokeRefuses(t *testing.T) {
	a := Appointment{ID: "X", Person: "A", Election: "KV25", On: day.Add(-30), Signed: day.Add(-29)}
	good := Revocation{By: "Borgmesteren", On: day, Why: "own_wish"}
	for _, c := range []struct {
		name, field string
		change      func(*Revocation)
	}{
		{"nobody", "revoked_by", func(v *Revocation) { v.By = " " }},
		{"a CPR number", "revoked_by", func(v *Revocation) { v.By = "010190-1234" }},
		{"a CPR number as case", "case", func(v *Revocation) { v.Case = "010190-1234" }},
		{"no day", "revoked_on", func(v *Revocation) { v.On = models.Date{} }},
		{"before the letter", "revoked_on", func(v *Revocation) { v.On = a.On.Add(-1) }},
		{"tomorrow", "revoked_on", func(v *Revocation) { v.On = day.Add(1) }},
		{"free words", "why", func(v *Revocation) { v.Why = "var syg i oktober" }},
		{"a decision without a case", "case", func(v *Revocation) { v.Why = "decision" }},
	} {
		v := good
		c.change(&v)
		_, _, _, err := Revoke(a, v, day, nil)
		var errs models.Errors
		if e, ok := err.(models.Errors); ok {
			errs = e
		}
		if len(errs) != 1 || errs[0].Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	b, _, d, err := Revoke(a, good, day, nil)
	if err != nil || d.Kind != "appointment.revoked" || b.Covers("DOKK") {
		t.Fatal(b, d, err)
	}
	if _, _, _, err := Revoke(b, good, day, nil); models.CodeOf(err) != models.CodeState {
		t.Error("revoked twice:", err)
	}
}

// The shifts that were to come become holes, what waited is dropped with the other
// half of the swap, and nobody else's shift moves. The person fits no crew, whether
// the election asks for appointments or not, until there is a new letter.
func TestRevokeLetsShiftsGo(t *testing.T) {
	at := func(id, who string, state ShiftState, pair string) Shift {
		return Shift{ID: id, Person: who, State: state, Pair: pair, From: day.At(10, 0), Until: day.At(12, 0)}
	}
	coming := []Shift{at("1", "A", ShiftApproved, ""), at("2", "A", ShiftProposed, ""), at("3", "A", ShiftClaimed, "4"), at("4", "B", ShiftAgreed, "3"), at("5", "B", ShiftConfirmed, "")}
	a, out, _, err := Revoke(Appointment{Person: "A", Election: "KV25", On: day, Signed: day}, Revocation{By: "Borgmesteren", On: day, Why: "absence"}, day, coming)
	want := map[string]ShiftState{"1": ShiftAbsent, "2": ShiftCancelled, "3": ShiftCancelled, "4": ShiftCancelled}
	if err != nil || len(out) != len(want) {
		t.Fatal(out, err)
	}
	for _, s := range out {
		if s.State != want[s.ID] || s.Sequence != 1 {
			t.Errorf("%s: %s, sequence %d", s.ID, s.State, s.Sequence)
		}
	}
	p := papers("A")
	p.Appointments["A"] = []Appointment{a}
	for _, required := range []bool{true, false} {
		f := Fit(person("A", models.EmployerLibrary), []models.Election{{ID: "KV25", AppointmentsRequired: required}}, "DOKK", p)
		if f.OK() || f.Missing[0] != "revoked" {
			t.Errorf("required %v: %+v", required, f)
		}
	}
	if a, _, err = Appoint(person("A", models.EmployerLibrary), kv, nil, "Borgmesteren", day, day); err != nil {
		t.Fatal(err)
	}
	p.Appointments["A"] = []Appointment{a}
	if f := Fit(person("A", models.EmployerLibrary), []models.Election{kv}, "DOKK", p); !f.OK() {
		t.Error("a new letter does not count:", f.Missing)
	}
}

// A shift that is claimed from somebody who falls ill or leaves can still be taken.
func TestClaimOfSomebodyWhoFellIll(t *testing.T) {
	old := Shift{ID: "1", Person: "A", State: ShiftAbsent, Employer: models.EmployerLibrary}
	claim := Shift{ID: "2", Person: "B", State: ShiftClaimed, Employer: models.EmployerLibrary, Replaces: "1"}
	act := models.Act{Person: "L", Role: models.RoleLibraryLead}
	out, _, err := Approve(act, claim, map[string]Shift{"1": old})
	if err != nil || len(out) != 1 || out[0].State != ShiftApproved {
		t.Error(out, err)
	}
}
