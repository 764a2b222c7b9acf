package desk

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

var (
	deskDay  = models.NewDate(2025, 11, 12)
	deskOpen = deskDay.At(10, 0)
)

// deskShift is a session for a local election and an election of the council of
// seniors beside it, in the state asked for.
func deskShift(state models.SessionState) Shift {
	s := models.Session{ID: "S1", Place: "LYS", Elections: []string{"KV25", "AER25"}, Starts: deskOpen, Ends: deskDay.At(18, 0), State: state}
	if state != models.SessionDraft && state != models.SessionPublished {
		s.OpenedAt = deskOpen
		s.Crew = []models.CrewMember{{Person: "anna", Lead: true, From: deskOpen}, {Person: "bo", From: deskOpen}}
		s.Desk.Stock = map[string]models.Stock{custody.Material("KV25", "set"): {Brought: 50}}
	}
	if state == models.SessionClosing {
		s.ShutAt = deskDay.At(18, 0)
	}
	return Shift{Session: s, Place: models.Place{ID: "LYS", SearchAt: []string{"bins", "copier"}, Aids: []models.Aid{models.AidLamp}, Booths: 2},
		Elections: map[string]models.Election{
			"KV25":  {ID: "KV25", Municipality: "0751", Last: models.NewDate(2025, 11, 14)},
			"AER25": {ID: "AER25", Municipality: "0751", Last: models.NewDate(2025, 11, 11)},
		}, Held: map[string]int64{}, Stored: map[string]int64{}}
}

func deskAct(person, key string) models.Act {
	return models.Act{Key: key, Person: person, Role: models.RoleReceiver, Places: []string{"LYS"}}
}

func TestReceive(t *testing.T) {
	noon := deskDay.At(12, 0)
	for _, c := range []struct {
		name  string
		state models.SessionState
		act   models.Act
		cmd   ReceiveCmd
		code  models.Code
		dest  string
	}{
		{"own", models.SessionOpen, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, "", custody.Own},
		{"other by code", models.SessionOpen, deskAct("bo", "k"), ReceiveCmd{Election: "KV25", Destination: "0740"}, "", "0740"},
		{"a spreadsheet ate the zero", models.SessionOpen, deskAct("bo", "k"), ReceiveCmd{Election: "KV25", Destination: "740"}, "", "0740"},
		{"the own code means own", models.SessionOpen, deskAct("bo", "k"), ReceiveCmd{Election: "KV25", Destination: "0751"}, "", custody.Own},
		{"unknown", models.SessionOpen, deskAct("bo", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Unknown}, "", custody.Unknown},
		{"no such municipality", models.SessionOpen, deskAct("bo", "k"), ReceiveCmd{Election: "KV25", Destination: "0999"}, models.CodeInvalid, ""},
		{"after the first election's last day", models.SessionOpen, deskAct("anna", "k"), ReceiveCmd{Election: "AER25", Destination: custody.Own}, models.CodeState, ""},
		{"an election not served", models.SessionOpen, deskAct("anna", "k"), ReceiveCmd{Election: "FV26", Destination: custody.Own}, models.CodeInvalid, ""},
		{"before opening", models.SessionPublished, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, models.CodeForbidden, ""},
		{"not of the crew", models.SessionOpen, deskAct("carl", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, models.CodeForbidden, ""},
		{"another place", models.SessionOpen, models.Act{Key: "k", Person: "anna", Places: []string{"VIB"}}, ReceiveCmd{Election: "KV25", Destination: custody.Own}, models.CodeForbidden, ""},
		{"doors shut", models.SessionClosing, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, "", custody.Own},
		{"closed by one while the other counts", models.SessionClosed, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, models.CodeState, ""},
		{"several at once", models.SessionOpen, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own, N: 2}, models.CodeInvalid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := noon
			if c.name == "doors shut" {
				// It waited in the outbox and was made before the doors were shut.
				now = deskDay.At(18, 5)
				c.cmd.Stamp = Stamp{DeviceAt: noon, SentAt: noon.Add(10 * time.Minute), Requeued: true}
			}
			out, err := Receive(deskShift(c.state), c.act, c.cmd, now)
			if models.CodeOf(err) != c.code {
				t.Fatalf("error %v, want code %q", err, c.code)
			}
			if err != nil {
				return
			}
			e := out.Records[0].(Event)
			if e.Destination != c.dest || e.N != 1 || e.ID != "k" {
				t.Errorf("event %+v", e)
			}
			if len(out.Draft.Postings) != 2 || out.Draft.Postings[1].Holder != "desk:S1" || out.Draft.Postings[1].Item != custody.Envelope("KV25", c.dest) {
				t.Errorf("postings %+v", out.Draft.Postings)
			}
		})
	}
}

func TestReceiveOnTheLastDateWhateverTheHour(t *testing.T) {
	sh := deskShift(models.SessionOpen)
	last := sh.Elections["KV25"].Last
	for at, want := range map[time.Time]models.Code{last.At(23, 59): "", last.Add(1).At(0, 0): models.CodeState} {
		_, err := Receive(sh, deskAct("anna", "k"), ReceiveCmd{Election: "KV25", Destination: custody.Own}, at)
		if models.CodeOf(err) != want {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

// TestWrongClock: a device whose clock is hours wrong still tells how long ago
// an event was made, and nothing more is believed of it.
func TestWrongClock(t *testing.T) {
	s := deskShift(models.SessionOpen).Session
	now := deskDay.At(14, 0)
	for _, c := range []struct {
		name     string
		made     time.Time
		sent     time.Time
		requeued bool
		want     time.Time
		late     bool
	}{
		{"fresh", now, now, false, now, false},
		{"nine hours ahead, five minutes in the queue", now.Add(9 * time.Hour), now.Add(9*time.Hour + 5*time.Minute), true, now.Add(-5 * time.Minute), true},
		{"a year behind", now.AddDate(-1, 0, 0), now.AddDate(-1, 0, 0).Add(time.Minute), true, now.Add(-time.Minute), true},
		{"clock set back meanwhile", now, now.Add(-time.Hour), true, now, true},
		{"before the opening", now, now.Add(24 * time.Hour), true, deskOpen, true},
	} {
		at, late := Stamp{DeviceAt: c.made, SentAt: c.sent, Requeued: c.requeued}.when(s, now)
		if !at.Equal(c.want) || late != c.late {
			t.Errorf("%s: %v %v, want %v %v", c.name, at, late, c.want, c.late)
		}
	}
}

func TestUndo(t *testing.T) {
	sh := deskShift(models.SessionOpen)
	sh.Held = map[string]int64{custody.Envelope("KV25", custody.Own): 1}
	now := deskDay.At(12, 0)
	event := Event{ID: "e1", Session: "S1", Act: ActReceive, Election: "KV25", Destination: custody.Own, N: 1, Person: "anna"}
	lead := models.Act{Key: "k", Person: "coord", Role: models.RoleCoordinator}
	for _, c := range []struct {
		name string
		act  models.Act
		cmd  UndoCmd
		code models.Code
	}{
		{"own last", deskAct("anna", "k"), UndoCmd{Target: event, Last: true}, ""},
		{"own older", deskAct("anna", "k"), UndoCmd{Target: event}, models.CodeForbidden},
		{"another's", deskAct("bo", "k"), UndoCmd{Target: event, Last: true}, models.CodeForbidden},
		{"coordinator without reason", lead, UndoCmd{Target: event}, models.CodeInvalid},
		{"coordinator with reason", lead, UndoCmd{Target: event, Reason: "counted_twice"}, ""},
		{"nothing", deskAct("anna", "k"), UndoCmd{}, models.CodeNotFound},
		{"twice", deskAct("anna", "k"), UndoCmd{Target: Event{ID: "e1", Session: "S1", Act: ActReceive, UndoneBy: "x", Person: "anna"}, Last: true}, models.CodeConflict},
		{"a mark", deskAct("anna", "k"), UndoCmd{Target: Event{ID: "e1", Session: "S1", Act: ActMark, Person: "anna"}, Last: true}, models.CodeState},
		{"another session's", deskAct("anna", "k"), UndoCmd{Target: Event{ID: "e1", Session: "S2", Act: ActReceive, Person: "anna"}, Last: true}, models.CodeNotFound},
	} {
		out, err := Undo(sh, c.act, c.cmd, now)
		if models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
		if err == nil && (len(out.Records) != 2 || out.Records[1].(Event).UndoneBy != "k" || out.Records[0].(Event).N != -1) {
			t.Errorf("%s: %+v", c.name, out.Records)
		}
	}
	sh.Held = map[string]int64{}
	if _, err := Undo(sh, deskAct("anna", "k"), UndoCmd{Target: event, Last: true}, now); models.CodeOf(err) != models.CodeBalance {
		t.Errorf("packed already: %v", err)
	}
}

func TestOpen(t *testing.T) {
	crew := []CrewCandidate{{Person: "anna", Lead: true, Appointed: true, Instructed: true}, {Person: "bo", Appointed: true, Instructed: true}}
	sh := deskShift(models.SessionPublished)
	var all []models.Check
	for _, l := range Checklist(sh.Place, sh.served(), 0) {
		all = append(all, models.Check{Key: l.Key, Value: "1", Person: "anna", Witness: "bo"})
	}
	for _, c := range []struct {
		name string
		act  models.Act
		cmd  OpenCmd
		now  time.Time
		code models.Code
	}{
		{"all answered", deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all}, deskOpen, ""},
		{"one alone", deskAct("anna", "k"), OpenCmd{Crew: crew[:1], Checks: all}, deskOpen, models.CodeInvalid},
		{"one twice", deskAct("anna", "k"), OpenCmd{Crew: []CrewCandidate{crew[0], crew[0]}, Checks: all}, deskOpen, models.CodeSamePerson},
		{"not appointed", deskAct("anna", "k"), OpenCmd{Crew: []CrewCandidate{crew[0], {Person: "bo", Instructed: true}}, Checks: all}, deskOpen, models.CodeForbidden},
		{"not instructed", deskAct("anna", "k"), OpenCmd{Crew: []CrewCandidate{crew[0], {Person: "bo", Appointed: true}}, Checks: all}, deskOpen, models.CodeForbidden},
		{"a line missing", deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all[1:]}, deskOpen, models.CodeInvalid},
		{"a receiver overrides", deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all[1:], Override: "lampen er i stykker"}, deskOpen, models.CodeForbidden},
		{"a lead overrides", models.Act{Key: "k", Person: "l", Role: models.RoleLibraryLead, Places: []string{"LYS"}}, OpenCmd{Crew: crew, Checks: all[1:], Override: "lampen er i stykker"}, deskOpen, ""},
		{"the day before", deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all}, deskOpen.AddDate(0, 0, -1), models.CodeState},
		{"five hours early", deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all}, deskOpen.Add(-5 * time.Hour), models.CodeState},
		{"another place", models.Act{Key: "k", Person: "anna", Places: []string{"VIB"}}, OpenCmd{Crew: crew, Checks: all}, deskOpen, models.CodeForbidden},
	} {
		c.cmd.Stock = map[string]int{custody.Material("KV25", "set"): 30}
		sh.Stored = map[string]int64{custody.Material("KV25", "set"): 20}
		out, err := Open(sh, c.act, c.cmd, c.now)
		if models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
		if err != nil {
			continue
		}
		s := out.Records[0].(models.Session)
		if s.State != models.SessionOpen || s.Desk.Stock[custody.Material("KV25", "set")].Brought != 30 || len(s.Crew) != 2 {
			t.Errorf("%s: %+v", c.name, s)
		}
		if got := len(out.Draft.Postings); got != 4 { // 20 from the storage, 10 that were not booked
			t.Errorf("%s: %d postings", c.name, got)
		}
	}
	if _, err := Open(deskShift(models.SessionOpen), deskAct("anna", "k"), OpenCmd{Crew: crew, Checks: all}, deskOpen); models.CodeOf(err) != models.CodeState {
		t.Errorf("open twice: %v", err)
	}
}
