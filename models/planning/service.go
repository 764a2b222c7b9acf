package planning

import "github.com/brevstemme/brevstemme/models"

// Nature tells what sort of task it is.
type Nature string

// Guidance may be given by anyone who works at the place; an act of authority
// only by an appointed and instructed receiver; what is forbidden, by nobody.
// Practice is no law: the municipality's own routine.
const (
	Guidance  Nature = "guidance"
	Authority Nature = "authority"
	Practice  Nature = "practice"
	Forbidden Nature = "forbidden"
)

// Task is one task at a voting place. Its text is the catalogue entry
// "planning.task.<id>"; Law is the paragraph, empty for routine.
type Task struct {
	ID     string `json:"id"`
	Nature Nature `json:"nature"`
	Law    string `json:"law"`
}

// Tasks is the table that the staff page of each place shows.
var Tasks = []Task{
	{"show_way", Guidance, ""},
	{"queue", Guidance, ""},
	{"explain", Guidance, ""},
	{"hours", Guidance, ""},
	{"room_ready", Guidance, ""},
	{"lists", Guidance, ""},
	{"identity", Authority, "FV § 61; KRVL § 67, stk. 1"},
	{"hand_out", Authority, "FV § 61; KRVL § 67"},
	{"secrecy", Authority, "FV § 61, stk. 3; KRVL § 67, stk. 3"},
	{"help", Authority, "FV § 61, stk. 4-6; KRVL § 67, stk. 4-6"},
	{"attest", Authority, "FV § 61; KRVL § 67"},
	{"receive", Authority, "FV § 61; KRVL § 67"},
	{"record", Authority, "FV § 64, stk. 1; KRVL § 70"},
	{"seal", Practice, ""},
	{"hand_over", Practice, ""},
	{"restock", Practice, ""},
	{"advise", Forbidden, "FV § 62; KRVL § 68, stk. 1"},
	{"tell", Forbidden, "FV § 62; KRVL § 68, stk. 1"},
	{"keep_lists", Forbidden, "FV § 62; KRVL § 68, stk. 2"},
	{"mark", Forbidden, ""},
}

// Doer is who does a task at a place.
type Doer string

// The doers.
const (
	DoerAnyone          Doer = "anyone"           // all staff of the place
	DoerReceivers       Doer = "receivers"        // receivers of both employers
	DoerCitizenService  Doer = "citizen_service"  // receivers from Borgerservice
	DoerLibraryReceiver Doer = "library_receiver" // receivers from the library
	DoerNobody          Doer = "nobody"
)

// Who tells who does a task under a service model. Under lokalefællesskab the
// library's own staff guide and lend the room; under biblioteksbetjent they are
// the receivers; under both, either.
func Who(t Task, m models.ServiceModel) Doer {
	switch t.Nature {
	case Forbidden:
		return DoerNobody
	case Guidance:
		return DoerAnyone
	}
	switch m {
	case models.ModelShared:
		return DoerCitizenService
	case models.ModelLibrary:
		return DoerLibraryReceiver
	}
	return DoerReceivers
}

// MayDo tells whether a person may do a task at a place: guidance whoever works
// there; the rest only a receiver of an employer that the service model names who
// is fit: appointed and instructed for the place (staffing.Fit). A candidate may
// not give personal help (EPVL § 26, stk. 5; kept for all).
func MayDo(t Task, m models.ServiceModel, p models.Person, fit, candidate bool) bool {
	switch Who(t, m) {
	case DoerAnyone:
		return !p.Left
	case DoerNobody:
		return false
	case DoerCitizenService:
		fit = fit && p.Employer != models.EmployerLibrary // and those who work for it that evening
	case DoerLibraryReceiver:
		fit = fit && p.Employer == models.EmployerLibrary
	}
	return fit && !p.Left && !(candidate && t.ID == "help")
}
