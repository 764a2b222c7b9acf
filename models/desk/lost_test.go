package desk

import (
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

func lostAct(who, second, key string) models.Act {
	return models.Act{Key: key, Person: who, Witness: second, Role: models.RoleCoordinator}
}

// All pairs of state and act of a desk's PC: it is declared lost once, and comes
// back once.
func TestEveryStateAndActOfALostDesk(t *testing.T) {
	want := map[[2]string]DeviceState{{"device_waits", "declare_lost"}: DeviceLost, {"device_lost", "come_back"}: DeviceReturned}
	for _, s := range []DeviceState{DeviceWaits, DeviceLost, DeviceReturned} {
		for _, a := range []DeviceAct{DeviceDeclare, DeviceReturn} {
			got, err := DeviceStates.Next(s, a)
			to, ok := want[[2]string{string(s), string(a)}]
			if ok != (err == nil) || ok && got != to {
				t.Errorf("%s in %s: %s, %v", a, s, got, err)
			}
		}
	}
}

// A PC is declared lost by a coordinator and another person, with a code, after
// the closing; nothing moves in the book, and what the hand count does not bound
// is a deviation.
func TestDeclareADeskLost(t *testing.T) {
	now := deskOpen.Add(9 * time.Hour)
	sh := deskShift(models.SessionClosed)
	counted := []custody.Deviation{{Type: custody.DevCount, Expected: "10", Found: "KV25/own 12"}, {Type: custody.DevCount, Expected: "5", Found: "KV25/other 4"}, {Type: custody.DevMaterial, Expected: "1", Found: "mat:KV25:set 9"}}
	good := LoseCmd{Reason: "broken", Device: Told{Device: "pc", Seen: deskOpen, Waiting: 2}, Count: counted}
	out, err := Lose(sh, lostAct("karen", "bo", "k1"), now, good)
	if err != nil {
		t.Fatal(err)
	}
	l := out.Records[0].(Lost)
	if l.Told != 2 || l.Found != 2 || l.State != DeviceLost || l.By != "karen" || l.Second != "bo" || l.Deviation != "" || len(out.Records) != 1 || len(out.Draft.Postings) != 0 {
		t.Errorf("%+v", out)
	}
	more := good
	more.Device.Waiting = 5
	out, err = Lose(sh, lostAct("karen", "bo", "k2"), now, more)
	if err != nil {
		t.Fatal(err)
	}
	d := out.Records[1].(custody.Deviation)
	if out.Records[0].(Lost).Deviation != d.ID || d.State != custody.DeviationOpen || d.FoundBy != "karen" || d.Found != "desk_lost 5 2" || len(out.Draft.Postings) != 0 {
		t.Errorf("what is not found is no deviation: %+v", out.Records)
	}
	for name, c := range map[string]struct {
		sh   Shift
		act  models.Act
		cmd  func(*LoseCmd)
		code models.Code
	}{
		"while it counts":      {deskShift(models.SessionOpen), lostAct("karen", "bo", "k"), nil, models.CodeState},
		"before the signature": {deskShift(models.SessionClosing), lostAct("karen", "bo", "k"), nil, models.CodeState},
		"alone":                {sh, lostAct("karen", "", "k"), nil, models.CodeInvalid},
		"twice the same":       {sh, lostAct("karen", "karen", "k"), nil, models.CodeSamePerson},
		"by the crew":          {sh, models.Act{Key: "k", Person: "anna", Witness: "bo", Role: models.RoleReceiver}, nil, models.CodeForbidden},
		"elsewhere":            {sh, models.Act{Key: "k", Person: "karen", Witness: "bo", Role: models.RoleCoordinator, Places: []string{"OTHER"}}, nil, models.CodeForbidden},
		"without a code":       {sh, lostAct("karen", "bo", "k"), func(c *LoseCmd) { c.Reason = "hm" }, models.CodeInvalid},
		"with nothing on it":   {sh, lostAct("karen", "bo", "k"), func(c *LoseCmd) { c.Device.Waiting = 0 }, models.CodeState},
		"again":                {sh, lostAct("karen", "bo", "k"), func(c *LoseCmd) { c.Was = &l }, models.CodeState},
	} {
		cmd := good
		if c.cmd != nil {
			c.cmd(&cmd)
		}
		if _, err := Lose(c.sh, c.act, now, cmd); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	back, err := Return(sh, models.Act{Key: "r", Person: "anna", Role: models.RoleReceiver}, now, l)
	if err != nil {
		t.Fatal(err)
	}
	r := back.Records[0].(Lost)
	if r.State != DeviceReturned || r.Returned != back.Records[1].(custody.Deviation).ID || len(back.Draft.Postings) != 0 {
		t.Errorf("%+v", back)
	}
	if _, err := Return(sh, models.Act{Key: "r2", Person: "anna"}, now, r); models.CodeOf(err) != models.CodeState {
		t.Errorf("it comes back twice: %v", err)
	}
}

// Once the hand count is settled nothing that a PC sends late enters the book:
// what lay on the table is in the count.
func TestNothingIsCountedAfterTheHandCount(t *testing.T) {
	shut := deskOpen.Add(8 * time.Hour)
	for counted, taken := range map[string]bool{"": true, CountedDiffers: true, CountedEqual: false, CountedExplained: false} {
		sh := deskShift(models.SessionClosing)
		sh.Session.ShutAt, sh.Session.Desk.Counted = shut, counted
		late := Stamp{Requeued: true, DeviceAt: shut.Add(-time.Hour), SentAt: shut.Add(time.Hour)}
		who := sh.Session.Crew[slices.IndexFunc(sh.Session.Crew, func(c models.CrewMember) bool { return c.Until.IsZero() })].Person
		_, err := Receive(sh, deskAct(who, "k"), ReceiveCmd{Election: sh.Session.Elections[0], Destination: custody.Own, Stamp: late}, shut.Add(time.Hour))
		if (err == nil) != taken {
			t.Errorf("counted %q: %v", counted, err)
		}
		target := Event{ID: "e", Session: sh.Session.ID, Act: ActReceive, Election: sh.Session.Elections[0], Destination: custody.Own, N: 1, Person: who}
		sh.Held = map[string]int64{custody.Envelope(target.Election, custody.Own): 1}
		if _, err := Undo(sh, deskAct(who, "u"), UndoCmd{Target: target, Last: true}, shut.Add(time.Hour)); (err == nil) != taken {
			t.Errorf("an undo after counted %q: %v", counted, err)
		}
	}
}
