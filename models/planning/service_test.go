package planning

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// Guidance is everybody's, acts of authority only those receivers' whom the
// service model names, what is forbidden nobody's.
func TestMayDo(t *testing.T) {
	library, service, extern := models.Person{Employer: models.EmployerLibrary}, models.Person{Employer: models.EmployerCitizenService}, models.Person{Employer: models.EmployerExternal}
	left := library
	left.Left = true
	task := map[string]Task{}
	for _, x := range Tasks {
		task[x.ID] = x
	}
	for _, test := range []struct {
		task           string
		model          models.ServiceModel
		person         models.Person
		fit, candidate bool
		want           bool
	}{
		{"explain", models.ModelShared, library, false, false, true},
		{"explain", models.ModelLibrary, left, true, false, false},
		{"receive", models.ModelShared, library, true, false, false},
		{"receive", models.ModelShared, service, true, false, true},
		{"receive", models.ModelShared, extern, true, false, true},
		{"receive", models.ModelLibrary, library, true, false, true},
		{"receive", models.ModelLibrary, service, true, false, false},
		{"receive", models.ModelBoth, library, true, false, true},
		{"receive", models.ModelBoth, service, true, false, true},
		{"receive", models.ModelBoth, service, false, false, false},
		{"seal", models.ModelShared, library, true, false, false},
		{"help", models.ModelBoth, service, true, true, false},
		{"receive", models.ModelBoth, service, true, true, true},
		{"advise", models.ModelBoth, service, true, false, false},
		{"receive", models.ModelBoth, left, true, false, false},
	} {
		if got := MayDo(task[test.task], test.model, test.person, test.fit, test.candidate); got != test.want {
			t.Errorf("%s under %q by %+v, fit %v, candidate %v: %v", test.task, test.model, test.person, test.fit, test.candidate, got)
		}
	}
}
