package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// What the other tests of this package do by the domain's own acts is done here
// by form or program, so that it is sent again as well (webtest.Main).

// An administrator gives somebody a way in, and takes it back.
func TestAnAccountByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: "Adam", Person: models.Person{Roles: []models.Role{models.RoleAdministrator}}}, persons.Credentials{Login: "adam", Password: "et langt kodeord"})
	l.Must(err)
	form := url.Values{"login": {"nina"}, "name": {"Nina Ny"}, "employer": {string(models.EmployerLibrary)}, "password": {"et andet kodeord"}, "roles": {string(models.RoleReceiver)}, "places": {"LYS"}}
	l.As("adam").OK("/konti/ny", form)
	if _, body := l.As("nina").Get("/"); !strings.Contains(body, "Nina Ny") {
		t.Error("nobody came in")
	}
	form.Set("disabled", "1")
	l.As("adam").OK("/konti/ret/nina", form)
	if _, disabled, err := l.Store.AccountOf(t.Context(), "nina"); err != nil || !disabled {
		t.Errorf("%t %v", disabled, err)
	}
}

// Regular hours by program make sessions once, and take them away once.
func TestRegularHoursByProgram(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.Now = l.Now.AddDate(0, -1, 0)
	karen, at := l.As("karen"), "elections/"+l.Local+"/patterns"
	save := func(rules []planning.Pattern, want ...string) {
		t.Helper()
		var now struct {
			Mark     string             `json:"mark"`
			Patterns []planning.Pattern `json:"patterns"`
		}
		_, body := karen.Get("/api/v1/" + at)
		l.Must(json.Unmarshal([]byte(body), &now))
		now.Patterns = rules
		code, body := karen.Say(at, now, nil)
		for _, part := range want {
			if code != http.StatusOK || !strings.Contains(body, part) {
				t.Errorf("%d, not %s: %s", code, part, body)
			}
		}
	}
	monday := planning.Pattern{Place: "LYS", Stop: -1, Day: "man", Opens: 10 * 60, Closes: 14 * 60}
	tuesday := planning.Pattern{Place: "LYS", Stop: -1, Day: "tir", Opens: 10 * 60, Closes: 14 * 60}
	const promised = `"kept":[{"id":"` // the session of 12 November
	save([]planning.Pattern{monday}, `"added":[{`, `"removed":null`, promised, `"same":0`)
	save([]planning.Pattern{monday, tuesday}, `"added":[{`, `"removed":null`, promised, `"same":5`)
	save(nil, `"added":null`, `"removed":[{`, promised, `"same":0`)
}

// A session gets other hours, and the library's leader has read it.
func TestAPromiseIsChangedByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	l.Now = l.Now.AddDate(0, 0, -7)
	l.As("karen").OK("/plan/"+l.Local+"/tid/"+l.Session, url.Values{"hours": {"10-17"}, "booths": {"2"}, "reason": {"personalemøde"}})
	notices, err := l.Store.Notices(t.Context(), l.Local)
	l.Must(err)
	if len(notices) != 1 {
		t.Fatalf("%+v", notices)
	}
	l.As("lars").OK("/plan/"+l.Local+"/aendringer", url.Values{"notice": {notices[0].ID}})
}

// Piles sorted by hand are told by program, by one person and by another; the
// covers of what leaves today are printed.
func TestPilesByProgram(t *testing.T) {
	t.Parallel()
	l := webtest.NewReception(t)
	in := "elections/" + l.Local + "/"
	var a onward.Arrival
	if code, body := l.As("grethe").Say(in+"arrivals", onwardpages.ArriveIn{From: "0101", Count: 15}, &a); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	var x onward.Sorting
	if code, body := l.As("grethe").Say(in+"sortings", onwardpages.SortIn{Piles: map[string]int{"own:0751-1": 12, "other:0461": 3}}, &x); code >= 300 {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := l.As("ole").Say("sortings/"+x.ID+"/counts", onwardpages.SortIn{Piles: map[string]int{"own:0751-1": 12, "other:0461": 3}}, &x); code >= 300 || x.State != onward.SortBooked {
		t.Errorf("%d %s", code, body)
	}
	car, err := l.Store.SaveCarrier(t.Context(), l.Act(), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{14 * 60}, Minutes: 120})
	l.Must(err)
	c, err := l.Store.PackConsignment(t.Context(), models.Act{Key: "pack-0001", Person: l.Person["grethe"]}, "BORG", onward.PackCmd{Election: l.Local, To: "0461", Packets: []onward.Packet{{Count: 3}}})
	l.Must(err)
	today := models.DateOf(l.Now)
	_, err = l.Store.Dispatch(t.Context(), l.Act(), c.ID, car.ID, today.At(14, 0), "token-aaaaaaaaaaaaaaaaaaaa")
	l.Must(err)
	l.As("karen").OK("/dag/"+today.String()+"/foelgelister/udskriv", url.Values{})
}

// A neighbour's manifest announces votes, which are counted blind by program.
// Others come without one: counted by form, again by another person, and sorted at
// the screen without a script.
func TestWhatComesFromOthers(t *testing.T) {
	t.Parallel()
	l := webtest.NewReception(t)
	grethe, ole, from := l.As("grethe"), l.As("ole"), "/modtaget-fra-andre/"+l.Local
	private, public, err := note.GenerateKey(nil, "odense")
	l.Must(err)
	l.Must(l.Store.SavePeer(t.Context(), l.Act(), "0751", onward.Peer{Code: "0461", Key: public}))
	signer, err := note.NewSigner(private)
	l.Must(err)
	m := onward.Manifest{Consignment: models.WithCheck("F000001"), Type: models.TypeLocal, Date: models.NewDate(2025, 11, 18), From: "0461", To: "0751", Dispatched: l.Now.Add(-time.Hour).Truncate(time.Second), Packets: []onward.Packet{{Number: "1", Count: 4}}}
	signed, err := note.Sign(&note.Note{Text: m.Text()}, signer)
	l.Must(err)
	var a onward.Arrival
	if code, body := grethe.Say("elections/"+l.Local+"/manifests", map[string]string{"manifest": string(signed)}, &a); code != http.StatusCreated || a.State != onward.ArrivalAnnounced {
		t.Fatalf("%d %s", code, body)
	}
	if code, body := grethe.Say("arrivals/"+a.ID+"/counts", map[string]int{"count": 4}, &a); code != http.StatusOK || a.State != onward.ArrivalReceived {
		t.Errorf("%d %s", code, body)
	}
	grethe.OK(from, url.Values{"do": {"arrive"}, "from": {"0101"}, "count": {"14"}, "stated": {"15"}})
	all, err := l.Store.Arrivals(t.Context(), l.Local)
	l.Must(err)
	for _, x := range all {
		if x.State == onward.ArrivalDiffers {
			ole.OK(from+"/tael/"+x.ID, url.Values{"count": {"15"}})
		}
	}
	var x onward.Sorting
	if code, body := grethe.Say("elections/"+l.Local+"/sortings/screen", onwardpages.SortOpenIn{}, &x); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	grethe.OK("/sortering/"+l.Local+"/skaerm/"+x.ID, url.Values{"scan": {"1*19"}})
	grethe.OK("/sortering/"+l.Local+"/skaerm/"+x.ID, url.Values{"do": {"finish"}})
}

// At the desk: another receiver, more material, a new list on the wall, and a pad
// for when the network is gone.
func TestTheDeskByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, karen, at := l.As("anna"), l.As("karen"), "/skranke/"+l.Session
	anna.OK(at+"/aabning", l.Opening())
	anna.OK(at+"/hold", url.Values{"do": {"leave"}, "person": {l.Person["bo"]}})
	l.Now = l.Now.Add(time.Minute)
	anna.OK(at+"/hold", url.Values{"do": {"join"}, "person": {l.Person["bo"]}})
	anna.OK(at+"/materiale", url.Values{"item": {custody.Material(l.Local, desk.MaterialSet)}, "n": {"20"}})
	karen.OK("/noedblokke", url.Values{"place": {"LYS"}, "n": {"2"}})
	karen.OK("/lister", url.Values{"election": {l.Local}, "kind": {string(desk.NoticeList)}, "name": {"Kandidatliste 2"}, "source": {"ministeriet"}})
	versions, err := l.Store.ListVersions(t.Context(), l.Local)
	l.Must(err)
	anna.OK("/lister/"+versions[0].ID, url.Values{"do": {"hang"}, "place": {"LYS"}})
}

// A file to a deviation, a sheet of the pad that was spoilt, a PC that is lost.
func TestTheEveningByForm(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	anna, karen, at := d.As("anna"), d.As("karen"), "/skranke/"+d.Session
	pad, err := d.Store.IssuePad(t.Context(), d.Act(), "LYS", 2)
	d.Must(err)
	anna.OK(at+"/noedblok", url.Values{"form": {pad.Forms[0]}, "do": {"spoil"}})
	anna.OK("/afvigelser/ny", url.Values{"type": {"late"}, "place": {"LYS"}, "found": {"en kasse kom en time senere"}})
	all, err := d.Store.Deviations(t.Context(), boxes.DeviationFilter{})
	d.Must(err)
	karen.OK("/afvigelser/"+all[0].ID, url.Values{"do": {"note"}, "words": {"biblioteket har ringet"}})
	if code, body := anna.Attach("/afvigelser/"+all[0].ID+"/bilag", "evidence", "kasse.png", webtest.Picture(t)); code != http.StatusSeeOther {
		t.Errorf("%d %s", code, webtest.ErrorsIn(body))
	}
	pc := "0199a7c2-1111-7aaa-8bbb-0123456789ab"
	if code, body := anna.Say("sessions/"+d.Session+"/sign", deskpages.SignIn{Device: pc, Waiting: 3}, nil); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	d.Evening()
	karen.OK(at+"/tabt", url.Values{"device": {pc}, "reason": {"broken"}, "witness_login": {"bo"}, "pin": {"1111"}})
}
