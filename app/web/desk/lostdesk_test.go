package desk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// lateEvent sends an envelope that waited in the outbox of a PC.
func (pc brokenPC) lateEvent(login, device string) (int, site.Problem) {
	pc.T.Helper()
	in := deskpages.EventIn{Act: "receive", Election: pc.Local, Destination: "own", Device: device, DeviceSeq: 1}
	code, body := pc.As(login).Event(uuid.NewString(), in, site.QueuedHeader, "1")
	var p site.Problem
	pc.Must(json.Unmarshal([]byte(body), &p))
	return code, p
}

// A PC breaks for good with three counts waiting. The day report is provisional
// until a coordinator and a second person declare it lost; it then says so, and
// says it still when the PC comes back: nothing is counted twice, nothing is lost.
func TestAPCThatBreaksForGood(t *testing.T) {
	t.Parallel()
	pc := brokenPC{webtest.NewTwins(t), "0199a7c2-1111-7aaa-8bbb-0123456789ab"}
	pc.tells(3)
	pc.Refused("while the session is open", "karen", pc.at(), uuid.NewString(), pc.lost(), http.StatusConflict, "")
	pc.Evening()
	pc.dayReport("", true)
	pc.isTheCoordinatorsToDeclare()
	deviation := pc.isDeclaredLost()
	pc.dayReport("…89AB meldt tabt (gået i stykker). Den havde meldt 3 ventende hændelser; håndtællingen fandt 0 flere end bogen.", false)
	pc.karen().Reads("/afvigelser/"+deviation, "håndtællingen fandt kun 0 kuverter flere")
	pc.comesBack()
	pc.hasOneMoreDeviation(deviation)
	pc.countsNothingTwice()
	pc.tells(5)
	pc.dayReport("intet talt igen, afvigelse", false)
	if rep, err := audits.Verify(t.Context(), pc.DSN); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
}

// brokenPC is a PC of the desk, by its device id.
type brokenPC struct {
	*webtest.Twins
	id string
}

func (pc brokenPC) karen() webtest.Visitor { return pc.As("karen") }

// at is where the PC is declared lost, below /api/v1/.
func (pc brokenPC) at() string { return "sessions/" + pc.Session + "/devices/" + pc.id + "/lost" }

func (pc brokenPC) lost() deskpages.LostIn {
	return deskpages.LostIn{Reason: "broken", WitnessLogin: "bo", PIN: "1111"}
}

// tells is the PC's own word of how many events wait in it.
func (pc brokenPC) tells(waiting int) {
	pc.T.Helper()
	if code, body := pc.Send("anna", "sessions/"+pc.Session+"/sign", "", deskpages.SignIn{Device: pc.id, Waiting: waiting}); code != 200 {
		pc.T.Fatalf("%d %s", code, body)
	}
}

// dayReport wants the session's report to say something, and to be provisional or not.
func (pc brokenPC) dayReport(want string, provisional bool) {
	pc.T.Helper()
	_, body := pc.karen().Get("/skranke/" + pc.Session + "/dagsrapport.pdf")
	text := strings.Join(strings.Fields(pc.Readable(body)), " ")
	if strings.Contains(text, "FORELØBIG") != provisional || !strings.Contains(text, want) {
		pc.T.Errorf("the day report (provisional: %v) does not say %q:\n%s", provisional, want, text)
	}
}

func (pc brokenPC) isTheCoordinatorsToDeclare() {
	pc.T.Helper()
	if _, page := pc.karen().Get("/skranke/" + pc.Session + "/lukning"); !strings.Contains(page, "/tabt") || !strings.Contains(page, "…89AB") {
		pc.T.Errorf("the coordinator is not offered to declare it lost")
	} else if strings.Contains(page, "før I afslutter") || !strings.Contains(page, "en koordinator har meldt pc&#39;en tabt") || strings.Contains(page, "KV25:") {
		pc.T.Errorf("a closed session is told to send before it is closed, or names its election by id")
	}
	if _, page := pc.As("anna").Get("/skranke/" + pc.Session + "/lukning"); strings.Contains(page, "/tabt") || !strings.Contains(page, "En koordinator kan melde") {
		pc.T.Errorf("the receiver is offered it")
	}
}

// isDeclaredLost gives back the id of the deviation that this raises.
func (pc brokenPC) isDeclaredLost() string {
	pc.T.Helper()
	in := pc.lost()
	with := func(f func(*deskpages.LostIn)) deskpages.LostIn { x := in; f(&x); return x }
	var out deskpages.DeviceOut
	pc.Play(webtest.Twin{As: "karen", Act: pc.at(), Status: 200, In: in, Others: []string{"anna", "kurt", "rita", "aud"}, Out: &out, Bad: []webtest.Refusal{
		webtest.Refuse(with(func(x *deskpages.LostIn) { x.Reason = "hm" }), 422, "reason"), webtest.Refuse(with(func(x *deskpages.LostIn) { x.WitnessLogin, x.PIN = "", "" }), 422, "witness_login"),
		webtest.Refuse(with(func(x *deskpages.LostIn) { x.PIN = "0000" }), 422, "witness_login"), webtest.Refuse(with(func(x *deskpages.LostIn) { x.WitnessLogin, x.PIN = "karen", "2222" }), 422, "witness_login")}})
	if out.State != desk.DeviceLost || out.Waiting != 3 || out.Found == nil || *out.Found != 0 || out.Second != pc.Person["bo"] || out.Deviation == "" {
		pc.T.Errorf("%+v", out)
	}
	pc.Refused("twice", "karen", pc.at(), uuid.NewString(), in, http.StatusConflict, "")
	pc.Refused("a PC that nobody heard of", "karen", "sessions/"+pc.Session+"/devices/other/lost", uuid.NewString(), in, http.StatusConflict, "")
	return out.Deviation
}

// comesBack: what it sends is refused in words of its own, with one entry however
// many events it has; another PC's and another library's late events are not.
func (pc brokenPC) comesBack() {
	pc.T.Helper()
	head := pc.Head()
	for range 3 {
		if code, p := pc.lateEvent("anna", pc.id); code != http.StatusConflict || p.Code != "wrong_state" || !strings.Contains(p.Detail, "meldt tabt") || !strings.Contains(p.Detail, "Afvigelse") {
			pc.T.Fatalf("%d %+v", code, p)
		}
	}
	if pc.Head() != head+1 {
		pc.T.Errorf("%d entries for its coming back", pc.Head()-head)
	}
	if code, p := pc.lateEvent("lise", pc.id); code != http.StatusForbidden || strings.Contains(p.Detail, "meldt tabt") {
		pc.T.Errorf("from another library: %d %+v", code, p)
	}
	if code, p := pc.lateEvent("anna", "another-pc-0001"); code != http.StatusForbidden || strings.Contains(p.Detail, "meldt tabt") {
		pc.T.Errorf("another PC: %d %+v", code, p)
	}
}

// hasOneMoreDeviation: an open one, of its return, beside the one of its loss.
func (pc brokenPC) hasOneMoreDeviation(ofItsLoss string) {
	pc.T.Helper()
	_, body := pc.karen().Get("/api/v1/sessions/" + pc.Session + "/devices")
	var all []deskpages.DeviceOut
	pc.Must(json.Unmarshal([]byte(body), &all))
	if len(all) != 1 || all[0].State != desk.DeviceReturned || all[0].Returned == "" || all[0].Returned == ofItsLoss {
		pc.T.Fatal(body)
	}
	x, err := pc.Store.Deviation(pc.T.Context(), all[0].Returned)
	pc.Must(err)
	if x.Session != pc.Session || x.State != custody.DeviationOpen {
		pc.T.Errorf("%+v", x)
	}
}

func (pc brokenPC) countsNothingTwice() {
	pc.T.Helper()
	s, err := pc.Store.Session(pc.T.Context(), pc.Session)
	pc.Must(err)
	tallies, err := pc.Store.Tallies(pc.T.Context(), s)
	pc.Must(err)
	for _, x := range tallies {
		if x.Election == pc.Local && x.Received != 221 {
			pc.T.Errorf("the book has %d", x.Received)
		}
	}
}
