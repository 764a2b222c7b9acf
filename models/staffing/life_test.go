package staffing

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

var (
	fine      = Fitness{Appointed: true, Instructed: true}
	libLead   = models.Act{Key: "k1", Person: "LEAD", Role: models.RoleLibraryLead}
	cityLead  = models.Act{Key: "k2", Person: "COORD", Role: models.RoleCoordinator}
	someone   = func(id string) models.Act { return models.Act{Key: "k-" + id, Person: id, Role: models.RoleReceiver} }
	lib, city = models.EmployerLibrary, models.EmployerCitizenService
)

func shift(id, person string, e models.Employer, st ShiftState) Shift {
	return Shift{ID: id, Session: "S" + id, Place: "DOKK", Person: person, Employer: e, From: day.At(10, 0), Until: day.At(16, 0), State: st}
}

func TestEachLeaderApprovesTheirOwn(t *testing.T) {
	s := shift("1", "A", lib, ShiftProposed)
	if _, _, err := Approve(cityLead, s, nil); models.CodeOf(err) != models.CodeForbidden {
		t.Error("the other employer's leader:", err)
	}
	if _, _, err := Approve(someone("A"), s, nil); models.CodeOf(err) != models.CodeForbidden {
		t.Error("oneself:", err)
	}
	elsewhere := libLead
	elsewhere.Places = []string{"LYST"}
	if _, _, err := Approve(elsewhere, s, nil); models.CodeOf(err) != models.CodeForbidden {
		t.Error("a leader of another place:", err)
	}
	out, _, err := Approve(libLead, s, nil)
	if err != nil || out[0].State != ShiftApproved || out[0].Sequence != 1 {
		t.Error(out, err)
	}
	if _, _, err := Approve(libLead, out[0], nil); models.CodeOf(err) != models.CodeState {
		t.Error("twice:", err)
	}
}

// Who gives a shift up has it until somebody has taken it and their leader said yes.
func TestGiveUpClaimApprove(t *testing.T) {
	s := shift("1", "A", lib, ShiftConfirmed)
	now := day.At(8, 0)
	if _, _, err := Own(someone("B"), s, ShiftGiveUp, now); models.CodeOf(err) != models.CodeForbidden {
		t.Error("another's shift:", err)
	}
	if _, _, err := Own(someone("A"), s, ShiftGiveUp, day.At(16, 0)); models.CodeOf(err) != models.CodeState {
		t.Error("afterwards:", err)
	}
	out, _, err := Own(someone("A"), s, ShiftGiveUp, now)
	if err != nil || out[0].State != ShiftOffered || !out[0].Holds() {
		t.Fatal(out, err)
	}
	offered := out[0]
	b := person("B", city)
	if _, _, err := Claim(someone("B"), b, offered, Fitness{Missing: []string{"appointment"}}, nil, now); models.CodeOf(err) != models.CodeInvalid {
		t.Error("not appointed:", err)
	}
	busy := shift("9", "B", city, ShiftApproved)
	if _, _, err := Claim(someone("B"), b, offered, fine, []Shift{busy}, now); models.CodeOf(err) != models.CodeInvalid {
		t.Error("busy:", err)
	}
	out, _, err = Claim(someone("B"), b, offered, fine, nil, now)
	if err != nil || out[0].State != ShiftClaimed || out[0].Holds() {
		t.Fatal(out, err)
	}
	claim := out[0]
	if _, _, err := Approve(libLead, claim, map[string]Shift{"1": offered}); models.CodeOf(err) != models.CodeForbidden {
		t.Error("the claimer's leader decides:", err)
	}
	out, _, err = Approve(cityLead, claim, map[string]Shift{"1": offered})
	if err != nil || out[0].State != ShiftApproved || out[1].State != ShiftReplaced {
		t.Fatal(out, err)
	}
	if _, _, err := Claim(someone("C"), person("C", lib), out[1], fine, nil, now); models.CodeOf(err) != models.CodeState {
		t.Error("taken already:", err)
	}
}

// A swap between two employers takes both leaders; within one it takes one.
func TestSwapWithApproval(t *testing.T) {
	a, b := shift("1", "A", lib, ShiftConfirmed), shift("2", "B", city, ShiftApproved)
	b.From, b.Until = day.Add(1).At(10, 0), day.Add(1).At(16, 0)
	if _, _, err := AskSwap(someone("B"), a, b, day.At(9, 0)); models.CodeOf(err) != models.CodeForbidden {
		t.Error(err)
	}
	out, _, err := AskSwap(someone("A"), a, b, day.At(9, 0))
	if err != nil {
		t.Fatal(err)
	}
	a = out[0]
	pa, pb := person("A", lib), person("B", city)
	out, _, err = AgreeSwap(someone("B"), a, b, pa, pb, fine, fine, []Shift{a, b})
	if err != nil || len(out) != 3 {
		t.Fatal(out, err)
	}
	forB, forA := out[1], out[2]
	if forB.Person != "B" || forB.Session != "S1" || forA.Person != "A" || forA.Session != "S2" {
		t.Fatalf("%+v %+v", forB, forA)
	}
	all := map[string]Shift{a.ID: out[0], b.ID: b, forA.ID: forA, forB.ID: forB}
	half, _, err := Approve(libLead, forA, all)
	if err != nil || len(half) != 1 || half[0].State != ShiftAgreed {
		t.Fatal(half, err)
	}
	all[forA.ID] = half[0]
	done, _, err := Approve(cityLead, forB, all)
	if err != nil || len(done) != 4 {
		t.Fatal(done, err)
	}
	for _, s := range done {
		if want := map[string]ShiftState{"1": ShiftReplaced, "2": ShiftReplaced, forA.ID: ShiftApproved, forB.ID: ShiftApproved}[s.ID]; s.State != want {
			t.Errorf("%s is %s", s.ID, s.State)
		}
	}
	gone, _, err := Cancel(cityLead, forB, all)
	if err != nil || len(gone) != 2 {
		t.Error("a refusal takes both halves:", gone, err)
	}
}

func TestPlaceAndReplace(t *testing.T) {
	x := session("S1", main, day, 10, 16)
	ill := shift("1", "A", lib, ShiftAbsent)
	if _, _, err := Place(cityLead, person("B", lib), x, fine, nil, nil, false); models.CodeOf(err) != models.CodeForbidden {
		t.Error("the other employer's people:", err)
	}
	if _, _, err := Place(libLead, person("B", lib), x, Fitness{Missing: []string{"instruction.receiving"}}, nil, nil, false); models.CodeOf(err) != models.CodeInvalid {
		t.Error("not instructed:", err)
	}
	if _, _, err := Place(libLead, person("B", lib), x, fine, []Shift{shift("7", "B", lib, ShiftProposed)}, nil, false); models.CodeOf(err) != models.CodeInvalid {
		t.Error("busy:", err)
	}
	out, _, err := Place(libLead, person("B", lib), x, fine, nil, &ill, false)
	if err != nil || len(out) != 1 || out[0].Replaces != "1" || out[0].State != ShiftApproved {
		t.Fatal(out, err)
	}
	offered := shift("1", "A", lib, ShiftOffered)
	out, _, err = Place(libLead, person("B", lib), x, fine, nil, &offered, false)
	if err != nil || len(out) != 2 || out[0].State != ShiftReplaced {
		t.Fatal(out, err)
	}
	x.State = models.SessionCancelled
	if _, _, err := Place(libLead, person("B", lib), x, fine, nil, nil, false); models.CodeOf(err) != models.CodeState {
		t.Error("cancelled:", err)
	}
}

func TestSplitOffersTheRest(t *testing.T) {
	s := shift("1", "A", lib, ShiftApproved)
	out, _, err := Split(someone("A"), s, day.At(13, 0))
	if err != nil || out[0].Until != day.At(13, 0) || out[1].From != day.At(13, 0) || out[1].State != ShiftOffered || out[0].Minutes()+out[1].Minutes() != s.Minutes() {
		t.Fatal(out, err)
	}
	if _, _, err := Split(someone("A"), s, day.At(16, 0)); models.CodeOf(err) != models.CodeInvalid {
		t.Error(err)
	}
	if _, _, err := Split(someone("B"), s, day.At(13, 0)); models.CodeOf(err) != models.CodeForbidden {
		t.Error(err)
	}
}

// A question about a swap is ended by either of the two, and reminded of until then.
func TestASwapQuestionEnds(t *testing.T) {
	asked := day.Add(-9).At(9, 0)
	a, b := shift("1", "A", lib, ShiftConfirmed), shift("2", "B", city, ShiftApproved)
	out, _, err := AskSwap(someone("A"), a, b, asked)
	if err != nil {
		t.Fatal(err)
	}
	a = out[0]
	for hours, want := range map[int]int{0: 0, 23: 0, 24: 1, 71: 1, 72: 2, 200: 2, 9*24 + 1: 0} {
		if step, due := RemindSwap(a, b, asked.Add(time.Duration(hours)*time.Hour)); step != want || step > 0 && !due.Equal(asked.Add(swapWaits[step-1])) {
			t.Errorf("after %d hours: reminder %d, due %s, want %d", hours, step, due, want)
		}
	}
	if _, _, err := DropSwap(someone("C"), a, b); models.CodeOf(err) != models.CodeForbidden {
		t.Error("a third person ends it:", err)
	}
	for who, kind := range map[string]string{"A": "shift.swap_withdrawn", "B": "shift.swap_declined"} {
		out, d, err := DropSwap(someone(who), a, b)
		if err != nil || d.Kind != kind || out[0].SwapWith != "" || !out[0].SwapAsked.IsZero() || out[0].State != a.State {
			t.Errorf("%s: %v %v %v", who, out, d.Kind, err)
		}
		if step, _ := RemindSwap(out[0], b, asked.Add(100*time.Hour)); step != 0 {
			t.Errorf("%s: reminded of an ended question", who)
		}
		if _, _, err := DropSwap(someone(who), out[0], b); models.CodeOf(err) != models.CodeState {
			t.Errorf("%s: ended twice: %v", who, err)
		}
	}
}
