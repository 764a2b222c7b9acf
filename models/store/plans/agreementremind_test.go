package plans_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// told is what one run of the reminders says of agreements, as "person kind step words".
func (o *office) told(names map[string]string) []string {
	o.t.Helper()
	list, err := o.Remind(o.t.Context())
	o.must(err)
	var out []string
	for _, r := range list {
		if !strings.HasPrefix(r.Kind, "agreement_") {
			continue
		}
		out = append(out, names[r.Person]+" "+r.Kind+" "+string(rune('0'+r.Step))+" "+r.Words[0]+" "+r.Words[1])
	}
	slices.Sort(out)
	return out
}

func (o *office) wantTold(names map[string]string, when string, want ...string) {
	o.t.Helper()
	if got := o.told(names); !slices.Equal(got, want) {
		o.t.Errorf("%s: %q, want %q", when, got, want)
	}
	if got := o.told(names); len(got) > 0 {
		o.t.Errorf("%s: told twice: %q", when, got)
	}
}

// Who is to answer is told once a step: the leads of the place before the answer
// is due, Borgerservice after a counter-proposal and at once after a no; nobody
// about what is settled, cancelled or over.
func TestAgreementReminders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	names := map[string]string{}
	add := func(name string, role models.Role, places ...string) {
		p, err := o.AddPerson(t.Context(), o.karen(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{role}, Places: places}})
		o.must(err)
		names[p.ID] = name
	}
	add("karen", models.RoleCoordinator)
	add("lars", models.RoleLibraryLead, "LYS", "VIB")
	add("vibe", models.RoleLibraryLead, "VIB")
	add("rita", models.RoleReceiver, "LYS")
	lys, vib := o.sessions("LYS"), o.sessions("VIB")
	o.agree(o.karen(), plans.AgreementStep{Sessions: append(ids(lys), ids(vib)...), Act: planning.AgreementPropose, Due: models.NewDate(2025, 10, 10)})
	o.at = models.NewDate(2025, 10, 8).At(9, 0)
	o.wantTold(names, "two days before")
	o.at = models.NewDate(2025, 10, 9).At(9, 0)
	const lysDue, vibDue = " agreement_due 1 Lystrup Bibliotek 2", " agreement_due 1 Viby Bibliotek 1"
	o.wantTold(names, "the day before", "lars"+lysDue, "lars"+vibDue, "vibe"+vibDue)
	o.at = models.NewDate(2025, 10, 10).At(9, 0)
	o.wantTold(names, "the day it is due, which is the same step")

	o.agree(o.lead("LYS"), plans.AgreementStep{Sessions: ids(lys[:1]), Act: planning.AgreementCounter, Hours: &planning.Span{From: 11 * 60, To: 18 * 60}, Reason: "Møde til kl. 11"})
	o.wantTold(names, "after the counter-proposal", "karen agreement_due 1 Lystrup Bibliotek 1")
	o.agree(o.lead("VIB"), plans.AgreementStep{Sessions: ids(vib), Act: planning.AgreementDecline, Reason: "Ombygning"})
	o.wantTold(names, "after the no", "karen agreement_declined 1 Viby Bibliotek 1")
	if n := o.findings(); n[planning.Declined] != 1 {
		t.Errorf("the hole is not seen: %v", n)
	}
	o.agree(o.lead("LYS"), plans.AgreementStep{Sessions: ids(lys[1:]), Act: planning.AgreementDecline, Reason: "Ingen folk"})
	o.wantTold(names, "after another no", "karen agreement_declined 1 Lystrup Bibliotek 1")

	o.agree(o.karen(), plans.AgreementStep{Sessions: ids(lys[:1]), Act: planning.AgreementTake})
	o.at = models.NewDate(2025, 10, 11).At(9, 0)
	o.wantTold(names, "all is answered")

	// Asked again, in another series; then the session is called off.
	o.agree(o.karen(), plans.AgreementStep{Sessions: ids(vib), Act: planning.AgreementPropose, Due: models.NewDate(2025, 10, 10)})
	o.wantTold(names, "asked again, and late", "lars agreement_due 2 Viby Bibliotek 1", "vibe agreement_due 2 Viby Bibliotek 1")
	_, err := o.ChangeSession(t.Context(), o.karen(), o.e.ID, vib[0].ID, plans.SessionChange{Cancel: true}, "Ombygning")
	o.must(err)
	o.at = models.NewDate(2025, 10, 13).At(9, 0)
	o.wantTold(names, "the session is called off")
	o.at = models.NewDate(2025, 11, 15).At(9, 0)
	o.wantTold(names, "all sessions are over")
}
