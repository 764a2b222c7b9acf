package planning

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// AgreementState is where the talk between Borgerservice and the library about
// one session stands.
type AgreementState string

// The states of an agreement. Declined and withdrawn leave a hole in the plan.
const (
	AgreementDraft     AgreementState = "draft"     // nobody has been asked
	AgreementProposed  AgreementState = "proposed"  // the library is to answer
	AgreementCountered AgreementState = "countered" // Borgerservice is to answer
	AgreementAccepted  AgreementState = "accepted"  // both want the same
	AgreementDeclined  AgreementState = "declined"  // the library says no
	AgreementWithdrawn AgreementState = "withdrawn" // Borgerservice no longer asks
)

// AgreementStatesAll lists the states.
var AgreementStatesAll = []AgreementState{AgreementDraft, AgreementProposed, AgreementCountered, AgreementAccepted, AgreementDeclined, AgreementWithdrawn}

// AgreementAct is a step in the talk.
type AgreementAct string

// The acts. Propose, take and withdraw are Borgerservice's; accept, counter and
// decline are the library lead's.
const (
	AgreementPropose  AgreementAct = "propose"
	AgreementTake     AgreementAct = "take" // takes the library's counter-proposal
	AgreementWithdraw AgreementAct = "withdraw"
	AgreementAccept   AgreementAct = "accept"
	AgreementCounter  AgreementAct = "counter"
	AgreementDecline  AgreementAct = "decline"
)

// AgreementActs lists the acts.
var AgreementActs = []AgreementAct{AgreementPropose, AgreementTake, AgreementWithdraw, AgreementAccept, AgreementCounter, AgreementDecline}

// AgreementStates is the state table. New terms after an acceptance ask again;
// a library that declined may still accept or counter the terms it was offered.
var AgreementStates = models.Transitions[AgreementState, AgreementAct]{
	AgreementDraft:     {AgreementPropose: AgreementProposed, AgreementWithdraw: AgreementWithdrawn},
	AgreementProposed:  {AgreementPropose: AgreementProposed, AgreementAccept: AgreementAccepted, AgreementCounter: AgreementCountered, AgreementDecline: AgreementDeclined, AgreementWithdraw: AgreementWithdrawn},
	AgreementCountered: {AgreementPropose: AgreementProposed, AgreementTake: AgreementAccepted, AgreementCounter: AgreementCountered, AgreementDecline: AgreementDeclined, AgreementWithdraw: AgreementWithdrawn},
	AgreementAccepted:  {AgreementPropose: AgreementProposed, AgreementDecline: AgreementDeclined, AgreementWithdraw: AgreementWithdrawn},
	AgreementDeclined:  {AgreementPropose: AgreementProposed, AgreementAccept: AgreementAccepted, AgreementCounter: AgreementCountered, AgreementWithdraw: AgreementWithdrawn},
	AgreementWithdrawn: {AgreementPropose: AgreementProposed},
}

// ByLibrary tells whether the act is the library lead's (else Borgerservice's).
func (a AgreementAct) ByLibrary() bool {
	return a == AgreementAccept || a == AgreementCounter || a == AgreementDecline
}

// needsReason: whoever changes or refuses what the other side wants says why.
func (a AgreementAct) needsReason(from AgreementState) bool {
	switch a {
	case AgreementCounter, AgreementDecline:
		return true
	case AgreementPropose, AgreementWithdraw:
		return from == AgreementAccepted
	}
	return false
}

// Terms is what is agreed: hours, room, who staffs, who brings what.
type Terms struct {
	Starts time.Time           `json:"starts"`
	Ends   time.Time           `json:"ends"`
	Room   string              `json:"room"`
	Booths int                 `json:"booths"`
	Model  models.ServiceModel `json:"model"`
	Brings []Bring             `json:"brings"`
}

// Bring is one thing and the employer that brings it.
type Bring struct {
	What string          `json:"what"`
	Who  models.Employer `json:"who"`
}

// Step is one act of the talk, kept for ever.
type Step struct {
	Act    AgreementAct `json:"act"`
	Person string       `json:"person"`
	At     time.Time    `json:"at"`
	Reason string       `json:"reason"`
	Terms  Terms        `json:"terms"` // the terms on the table after the step
}

// Agreement is the talk about one session; its id is the session's. Series binds
// the sessions that were proposed, and may be answered, together.
type Agreement struct {
	ID     string         `json:"id"` // session id
	Place  string         `json:"place"`
	Series string         `json:"series"`
	State  AgreementState `json:"state"`
	Terms  Terms          `json:"terms"` // on the table now
	Due    models.Date    `json:"due"`   // answer wanted by; zero for none
	Steps  []Step         `json:"steps"`
}

// RecordKind implements models.Record.
func (Agreement) RecordKind() string { return "agreement" }

// RecordID implements models.Record.
func (a Agreement) RecordID() string { return a.ID }

// NewAgreement starts the talk about a session, with nothing said yet. No room
// and no booths mean those of the place.
func NewAgreement(s models.Session, p models.Place, series string) Agreement {
	return Agreement{ID: s.ID, Place: p.ID, Series: series, State: AgreementDraft,
		Terms: Terms{Starts: s.Starts, Ends: s.Ends, Room: s.Room, Booths: s.Booths, Model: p.Model, Brings: usualBrings(p.Model)}}
}

// usualBrings: the library lends room and tables, Borgerservice brings what the
// law asks for. It is a proposal that both sides may change.
func usualBrings(m models.ServiceModel) []Bring {
	keys := models.EmployerCitizenService
	if m == models.ModelLibrary {
		keys = models.EmployerLibrary
	}
	return []Bring{
		{"tables", models.EmployerLibrary}, {"booths", models.EmployerCitizenService}, {"material", models.EmployerCitizenService},
		{"box", models.EmployerCitizenService}, {"aids", models.EmployerCitizenService}, {"keys", keys},
	}
}

// Say applies one step. terms is what the step puts on the table (propose and
// counter); nil leaves what lies there. role is the acting person's: acts of the
// library need the library lead, the others the coordinator. Errors: CodeState
// when the table refuses, CodeForbidden for the wrong side, CodeInvalid without
// a needed reason or with terms that end before they begin.
func (a Agreement) Say(act AgreementAct, by models.Act, terms *Terms, reason string) (Agreement, journal.Draft, error) {
	next, err := AgreementStates.Next(a.State, act)
	if err != nil {
		return a, journal.Draft{}, err
	}
	want := models.RoleCoordinator
	if act.ByLibrary() {
		want = models.RoleLibraryLead
	}
	if by.Role != want || !by.MayActAt(a.Place) {
		return a, journal.Draft{}, models.E(models.CodeForbidden, "planning.agreement.side."+string(want))
	}
	reason = strings.TrimSpace(reason)
	if err := models.RefuseCPR("reason", reason); err != nil {
		return a, journal.Draft{}, err
	}
	if act.needsReason(a.State) && reason == "" {
		return a, journal.Draft{}, models.Invalid("reason", "planning.agreement.reason")
	}
	if (act == AgreementCounter) && terms == nil {
		return a, journal.Draft{}, models.Invalid("starts", "planning.agreement.terms")
	}
	if terms != nil && (act == AgreementPropose || act == AgreementCounter) {
		if !terms.Ends.After(terms.Starts) {
			return a, journal.Draft{}, models.Invalid("ends", "planning.agreement.hours")
		}
		a.Terms = *terms
	}
	a.State = next
	a.Steps = append(slices.Clip(a.Steps), Step{act, by.Person, by.At, reason, a.Terms})
	d := journal.Draft{Kind: "agreement." + string(act), Place: a.Place}
	return a, d.Fact("session", a.ID).Fact("series", a.Series).Fact("reason", reason), nil
}

// Hole tells whether the plan has a hole here: nobody will receive votes.
func (a Agreement) Hole() bool {
	return a.State == AgreementDeclined || a.State == AgreementWithdrawn
}

// WaitsFor is the role that is to answer, "" for nobody.
func (a Agreement) WaitsFor() models.Role {
	switch a.State {
	case AgreementProposed:
		return models.RoleLibraryLead
	case AgreementCountered, AgreementDraft, AgreementDeclined:
		return models.RoleCoordinator
	}
	return ""
}

// Remind tells whether the side that is to answer should be reminded on a day:
// from the day before the answer is due.
func (a Agreement) Remind(today models.Date) bool {
	return !a.Due.IsZero() && (a.State == AgreementProposed || a.State == AgreementCountered) && !today.Before(a.Due.Add(-1))
}

// Apply gives the session the agreed terms. ok is false while nothing is agreed.
func (a Agreement) Apply(s models.Session) (models.Session, bool) {
	if a.State != AgreementAccepted {
		return s, false
	}
	s.Starts, s.Ends, s.Room, s.Booths = a.Terms.Starts, a.Terms.Ends, a.Terms.Room, a.Terms.Booths
	return s, true
}
