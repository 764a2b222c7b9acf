package staffing

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Appointment makes a person a receiver of postal votes at one election (FV
// § 53 and § 61, KRVL § 59 and § 67: the municipality appoints). There is one
// per person and election; a second letter replaces the first.
type Appointment struct {
	ID       string      `json:"id"`
	Person   string      `json:"person"`
	Election string      `json:"election"`
	Places   []string    `json:"places"`  // empty means every place of the election
	By       string      `json:"by"`      // who appointed: "Borgmesteren efter bemyndigelse"
	On       models.Date `json:"on"`      // date of the letter
	Signed   models.Date `json:"signed"`  // when the receipt came back signed; zero until then
	Revoked  models.Date `json:"revoked"` // zero while it stands
	// What is said of the revocation: who decided, a code of RevokeReasons, and the
	// case where the grounds stand. No free text: the book cannot forget.
	RevokedBy   string `json:"revoked_by,omitempty"`
	RevokedWhy  string `json:"revoked_why,omitempty"` // catalogue: staffing.revoke.why.<code>
	RevokedCase string `json:"revoked_case,omitempty"`
}

// RecordKind implements models.Record.
func (Appointment) RecordKind() string { return "appointment" }

// RecordID implements models.Record.
func (a Appointment) RecordID() string { return a.ID }

// AppointmentID is the id of the appointment of a person at an election.
func AppointmentID(person, election string) string { return models.DeriveID("A", person, election) }

// Covers tells whether the appointment stands, is signed and holds at a place.
func (a Appointment) Covers(place string) bool {
	return a.Revoked.IsZero() && !a.Signed.IsZero() && (len(a.Places) == 0 || slices.Contains(a.Places, place))
}

// Appoint writes the letter. signed may be zero: the receipt comes later.
// Errors: CodeInvalid without who or when, or when the receipt is older than
// the letter.
func Appoint(p models.Person, e models.Election, places []string, by string, on, signed models.Date) (Appointment, journal.Draft, error) {
	by = strings.TrimSpace(by)
	var errs models.Errors
	if by == "" {
		errs = append(errs, models.Invalid("by", "staffing.appoint.by"))
	}
	if models.LooksLikeCPR(by) {
		errs = append(errs, (&models.Error{Code: models.CodeCPR}).On("by"))
	}
	if on.IsZero() {
		errs = append(errs, models.Invalid("on", "staffing.appoint.on"))
	}
	if !signed.IsZero() && signed.Before(on) {
		errs = append(errs, models.Invalid("signed", "staffing.appoint.signed"))
	}
	if p.Left {
		errs = append(errs, models.Invalid("person", "staffing.appoint.left"))
	}
	a := Appointment{ID: AppointmentID(p.ID, e.ID), Person: p.ID, Election: e.ID, Places: places, By: by, On: on, Signed: signed}
	return a, journal.Draft{Kind: "appointment.made", Election: e.ID}.Fact("person", p.ID), errs.OrNil()
}

// Module is one part of the instruction. A receipt for an older version than
// Least no longer counts.
type Module struct {
	Key      string // catalogue: staffing.module.<key>
	Version  string // of the material in use, "2025.2"
	Least    string // oldest version that still counts
	Required bool   // nobody enters a crew without it
}

// Modules lists the instruction.
var Modules = []Module{
	{"receiving", "2025.2", "2025.1", true},
	{"secrecy", "2025.1", "2025.1", true},
	{"help", "2025.1", "2025.1", false}, // personal help and votes at institutions and at home
	{"desk", "2025.1", "2025.1", false}, // this program
}

// ModuleOf finds a module.
func ModuleOf(key string) (Module, bool) {
	i := slices.IndexFunc(Modules, func(m Module) bool { return m.Key == key })
	if i < 0 {
		return Module{}, false
	}
	return Modules[i], true
}

// Instruction is the receipt that a person was taught one module.
type Instruction struct {
	ID         string      `json:"id"`
	Person     string      `json:"person"`
	Module     string      `json:"module"`
	Version    string      `json:"version"`
	On         models.Date `json:"on"`
	Instructor string      `json:"instructor"` // person id
}

// RecordKind implements models.Record.
func (Instruction) RecordKind() string { return "instruction" }

// RecordID implements models.Record.
func (i Instruction) RecordID() string { return i.ID }

// Counts tells whether the receipt is for a version that still holds.
func (i Instruction) Counts() bool {
	m, ok := ModuleOf(i.Module)
	return ok && i.Version >= m.Least && !i.On.IsZero()
}

// Instruct writes that a person was taught the modules in their present
// version. Nobody instructs themselves.
func Instruct(p models.Person, modules []string, on models.Date, act models.Act) ([]Instruction, journal.Draft, error) {
	if act.Person == p.ID {
		return nil, journal.Draft{}, (&models.Error{Code: models.CodeSamePerson}).On("person")
	}
	if on.IsZero() || len(modules) == 0 {
		return nil, journal.Draft{}, models.Invalid("modules", "staffing.instruct.missing")
	}
	out := make([]Instruction, 0, len(modules))
	for _, key := range modules {
		m, ok := ModuleOf(key)
		if !ok {
			return nil, journal.Draft{}, models.Invalid("modules", "staffing.instruct.unknown", key)
		}
		out = append(out, Instruction{models.DeriveID("I", p.ID, key, m.Version), p.ID, key, m.Version, on, act.Person})
	}
	return out, journal.Draft{Kind: "instruction.given"}.Fact("person", p.ID), nil
}

// Fitness is whether a person may enter a crew, and what is missing.
type Fitness struct {
	Appointed  bool // and not revoked
	Instructed bool
	Missing    []string // codes: staffing.missing.<code> in the catalogue
	Candidate  bool     // at an election of the session: may receive, may not give personal help
}

// OK tells whether nothing is missing.
func (f Fitness) OK() bool { return len(f.Missing) == 0 }

// Papers are the appointments and instruction of people, by person id.
type Papers struct {
	Appointments map[string][]Appointment
	Instructions map[string][]Instruction
}

// Fit judges a person for the elections of a session at a place: known and not
// left, given the place, and appointed and instructed where an election asks for
// it. A candidate is fit: the law names no bar to receiving, only to personal help
// (EPVL § 26, stk. 5), so this warns; the planner proposes no candidate.
func Fit(p models.Person, elections []models.Election, place string, papers Papers) Fitness {
	f := Fitness{Appointed: p.Receiver || slices.Contains(p.Roles, models.RoleReceiver), Instructed: true}
	miss := func(code string) { f.Missing = append(f.Missing, code) }
	if p.Left || p.Erased {
		miss("left")
	}
	if len(p.Places) > 0 && !slices.Contains(p.Places, place) {
		miss("place")
	}
	required := false
	for _, e := range elections {
		if slices.Contains(p.Candidate, e.ID) {
			f.Candidate = true
		}
		if slices.ContainsFunc(papers.Appointments[p.ID], func(a Appointment) bool { return a.Election == e.ID && !a.Revoked.IsZero() }) {
			f.Appointed = false
			miss("revoked")
		} else if e.AppointmentsRequired {
			required = true
			covered := slices.ContainsFunc(papers.Appointments[p.ID], func(a Appointment) bool { return a.Election == e.ID && a.Covers(place) })
			f.Appointed = f.Appointed && covered
		}
	}
	if !f.Appointed && !slices.Contains(f.Missing, "revoked") {
		miss("appointment")
	}
	for _, m := range Modules {
		taught := slices.ContainsFunc(papers.Instructions[p.ID], func(i Instruction) bool { return i.Module == m.Key && i.Counts() })
		if required && m.Required && !taught {
			f.Instructed = false
			miss("instruction." + m.Key)
		}
	}
	f.Missing = slices.Compact(f.Missing)
	if slices.Contains(f.Missing, "left") || slices.Contains(f.Missing, "place") {
		f.Appointed = false
	}
	return f
}
