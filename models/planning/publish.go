package planning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Ticks are the warnings of one election that were accepted with a reason.
type Ticks struct {
	Election string `json:"election"`
	Ticks    []Tick `json:"ticks"`
}

// RecordKind implements models.Record.
func (Ticks) RecordKind() string { return "plan_ticks" }

// RecordID implements models.Record.
func (t Ticks) RecordID() string { return t.Election }

// With adds ticks for findings, replacing those for the same. Errors cannot be
// ticked, and a tick needs a reason (CodeInvalid).
func (t Ticks) With(findings []Finding, reason string) (Ticks, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return t, models.Invalid("reason", "planning.tick.reason")
	}
	if err := models.RefuseCPR("reason", reason); err != nil {
		return t, err
	}
	if len(findings) == 0 {
		return t, models.Invalid("finding", "planning.tick.none")
	}
	out := slices.Clone(t.Ticks)
	for _, f := range findings {
		if f.Severity != Warning {
			return t, models.Invalid("finding", "planning.tick.error")
		}
		out = slices.DeleteFunc(out, func(k Tick) bool { return k.Code == f.Code && k.Place == f.Place && k.Session == f.Session })
		out = append(out, Tick{f.Code, f.Place, f.Session, reason})
	}
	t.Ticks = out
	return t, nil
}

// Of checks the plan of one election: findings about the last day of another
// election that shares sessions are that election's own.
func Of(p Plan, election string) []Finding {
	name := ""
	for _, e := range p.Elections {
		if e.ID == election {
			name = e.Name
		}
	}
	return slices.DeleteFunc(Check(p), func(f Finding) bool { return f.Code == LastDay && (len(f.Args) == 0 || f.Args[0] != name) })
}

// Published is what publishing a plan changes.
type Published struct {
	Version  Version
	Sessions []models.Session  // that become public
	Notices  []Notice          // from the second version on
	Started  []models.Election // whose first sessions these are: its own, and those served beside it
}

// PublishPlan publishes the drafts of a plan as the next version. Sessions that
// a library declined are holes and stay drafts. Refused while findings block
// (CodeState), when there is nothing new (CodeState), and without a reason from
// the second version on (CodeInvalid).
func PublishPlan(p Plan, e models.Election, before Version, ticks []Tick, reason string, by models.Act) (Published, journal.Draft, error) {
	none := journal.Draft{}
	if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
		return Published{}, none, models.E(models.CodeState, "import.election_over", e.Name)
	}
	if blocked := Blocking(Of(p, e.ID), ticks); len(blocked) > 0 {
		return Published{}, none, models.E(models.CodeState, "planning.publish.blocked", len(blocked))
	}
	drafts := slices.DeleteFunc(slices.Clone(p.Sessions), func(s models.Session) bool { return p.Agreements[s.ID].Hole() })
	var out Published
	var err error
	if out.Sessions, err = Publish(drafts); err != nil {
		return out, none, err
	}
	if len(out.Sessions) == 0 {
		return out, none, models.E(models.CodeState, "plan.nothing_to_publish")
	}
	if before.Number > 0 && strings.TrimSpace(reason) == "" {
		return out, none, models.Invalid("reason", "planning.publish.reason")
	}
	now := replaced(p.Sessions, out.Sessions)
	out.Version = Version{Election: e.ID, Number: before.Number + 1, At: by.At, Person: by.Person, Reason: reason, Sessions: Promises(now), Ticked: ticks}
	if before.Number > 0 {
		added := make([]Change, len(out.Sessions))
		for i, s := range out.Sessions {
			added[i] = Change{Kind: Added, New: s}
		}
		out.Notices = Notices(added, e.ID, out.Version.Number, reason, by)
	}
	for _, x := range append([]models.Election{e}, p.Elections...) {
		served := slices.ContainsFunc(out.Sessions, func(s models.Session) bool { return s.Serves(x.ID) })
		if fresh := !slices.ContainsFunc(out.Started, func(y models.Election) bool { return y.ID == x.ID }); served && fresh && x.State == models.ElectionPlanned {
			if x.State, err = models.ElectionStates.Next(x.State, models.ElectionStart); err != nil {
				return out, none, err
			}
			out.Started = append(out.Started, x)
		}
	}
	d := journal.Draft{Kind: "plan.published", Election: e.ID}
	return out, d.Fact("sessions", fmt.Sprint(len(out.Sessions))).Fact("version", fmt.Sprint(out.Version.Number)).Fact("reason", reason), nil
}

// replaced is a plan with some of its sessions as they stand now, and new ones.
func replaced(sessions, now []models.Session) []models.Session {
	out := slices.Clone(sessions)
	at := make(map[string]int, len(out))
	for i, s := range out {
		at[s.ID] = i
	}
	for _, s := range now {
		if i, ok := at[s.ID]; ok {
			out[i] = s
		} else {
			out = append(out, s)
		}
	}
	return out
}

// Revise records what an act changed. While citizens know of none of it, there
// is neither version nor notice. A change of promised sessions may bring no
// error into the plan (CodeInvalid with the finding's text).
func Revise(p Plan, election string, r Revision, before Version, reason string, by models.Act) (*Version, []Notice, journal.Draft, error) {
	d := journal.Draft{Kind: "plan.edited", Election: election}.Fact("sessions", fmt.Sprint(len(r.Sessions)))
	if len(r.Changes) == 0 {
		return nil, nil, d, nil
	}
	reason = strings.TrimSpace(reason)
	if err := models.RefuseCPR("reason", reason); err != nil {
		return nil, nil, d, err
	}
	old := Of(p, election)
	p.Sessions = replaced(p.Sessions, r.Sessions)
	for _, f := range Of(p, election) {
		known := slices.ContainsFunc(old, func(o Finding) bool { return o.Code == f.Code && o.Place == f.Place && o.Session == f.Session })
		if f.Severity == Error && !known {
			return nil, nil, d, models.Invalid("", "planning.finding."+string(f.Code), f.Args...)
		}
	}
	v := Version{Election: election, Number: before.Number + 1, At: by.At, Person: by.Person, Reason: reason, Sessions: Promises(p.Sessions), Ticked: before.Ticked}
	d.Kind = "plan.changed"
	d = d.Fact("version", fmt.Sprint(v.Number)).Fact("replaces", fmt.Sprint(before.Number)).Fact("reason", reason)
	return &v, Notices(r.Changes, election, v.Number, reason, by), d, nil
}
