package desk

import (
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// IncidentCmd tells of an incident by its code: no free text at the counter.
type IncidentCmd struct {
	Election string // may be empty
	Code     string
	Stamp    Stamp
}

// Incident writes an incident; one that needs care opens a deviation.
func Incident(sh Shift, a models.Act, cmd IncidentCmd, now time.Time) (custody.Outcome, error) {
	e := sh.event(a, cmd.Stamp, ActIncident, now)
	if err := sh.may(a, e.At); err != nil {
		return custody.Outcome{}, err
	}
	if sh.Session.OpenedAt.IsZero() {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	kind, ok := Incidents[cmd.Code]
	if !ok {
		return custody.Outcome{}, models.Invalid("reason", "desk.reason_missing")
	}
	if cmd.Election != "" && !sh.Session.Serves(cmd.Election) {
		return custody.Outcome{}, models.Invalid("election", "desk.not_served", cmd.Election)
	}
	e.Election, e.Reason = cmd.Election, cmd.Code
	recs := []models.Record{e}
	if kind != "" {
		recs = append(recs, sh.deviation(a, e.At, kind, cmd.Election, "", cmd.Code))
	}
	return custody.Outcome{Draft: e.draft("desk.incident").Fact("code", cmd.Code), Records: recs}, nil
}

// deviation opens one that was found at this session.
func (sh Shift) deviation(a models.Act, at time.Time, kind custody.DeviationType, election, expected, found string) custody.Deviation {
	return custody.Deviation{ID: models.DeriveID("A", a.Key+"/"+string(kind)+"/"+election+"/"+found), Type: kind, State: custody.DeviationOpen, Election: election,
		Place: sh.Session.Place, Session: sh.Session.ID, FoundBy: a.Person, FoundAt: at, Expected: expected, Found: found,
		Deadline: models.DateOf(at).Add(1)}
}

// FollowUpCmd settles an event that the server had refused and that was not
// sent again: it stays visible that it happened.
type FollowUpCmd struct {
	Refused string // id of the refused event
	Code    string // models.Code it was refused with
	Stamp   Stamp
}

// FollowUp writes that a refused event was settled otherwise.
func FollowUp(sh Shift, a models.Act, cmd FollowUpCmd, now time.Time) (custody.Outcome, error) {
	e := sh.event(a, cmd.Stamp, ActFollowUp, now)
	if !a.MayActAt(sh.Session.Place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if sh.Session.OpenedAt.IsZero() {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	if cmd.Refused == "" || len(cmd.Refused) > 64 || len(cmd.Code) > 40 {
		return custody.Outcome{}, models.Invalid("undoes", "desk.nothing_to_undo")
	}
	e.What, e.Reason = cmd.Refused, cmd.Code
	return custody.Outcome{Draft: e.draft("desk.followed_up").Fact("refused", cmd.Refused).Fact("code", cmd.Code), Records: []models.Record{e}}, nil
}

// MarkCmd tells the coordinator's board how it goes: one tap.
type MarkCmd struct {
	What  string // one of Marks
	N     int    // people in line, for MarkLine
	Stamp Stamp
}

// Mark writes a mark.
func Mark(sh Shift, a models.Act, cmd MarkCmd, now time.Time) (custody.Outcome, error) {
	e := sh.event(a, cmd.Stamp, ActMark, now)
	if err := sh.may(a, e.At); err != nil {
		return custody.Outcome{}, err
	}
	if sh.Session.State != models.SessionOpen && sh.Session.State != models.SessionClosing {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	if !slices.Contains(Marks, cmd.What) {
		return custody.Outcome{}, models.Invalid("what", "desk.reason_missing")
	}
	if cmd.N < 0 || cmd.N > 999 {
		return custody.Outcome{}, models.Invalid("n", "desk.line_range", 999)
	}
	e.What, e.N = cmd.What, cmd.N
	return custody.Outcome{Draft: e.draft("desk.marked").Fact("what", cmd.What).Fact("n", strconv.Itoa(cmd.N)), Records: []models.Record{e}}, nil
}
