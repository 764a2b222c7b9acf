package desk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// What the other tests of this room do by the domain's own acts is done here by form
// or program, so that it is sent again as well (webtest.Main).

// At the desk: another receiver, and more material.
func TestTheDeskByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, at := l.As("anna"), "/skranke/"+l.Session
	anna.OK(at+"/aabning", l.Opening())
	anna.OK(at+"/hold", url.Values{"do": {"leave"}, "person": {l.Person["bo"]}})
	l.Now = l.Now.Add(time.Minute)
	anna.OK(at+"/hold", url.Values{"do": {"join"}, "person": {l.Person["bo"]}})
	anna.OK(at+"/materiale", url.Values{"item": {custody.Material(l.Local, desk.MaterialSet)}, "n": {"20"}})
}

// A sheet of the pad that was spoilt, and a PC that is lost.
func TestTheEveningByForm(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	anna, at := d.As("anna"), "/skranke/"+d.Session
	pad, err := d.Store.IssuePad(t.Context(), d.Act(), "LYS", 2)
	d.Must(err)
	anna.OK(at+"/noedblok", url.Values{"form": {pad.Forms[0]}, "do": {"spoil"}})
	pc := "0199a7c2-1111-7aaa-8bbb-0123456789ab"
	if code, body := anna.Say("sessions/"+d.Session+"/sign", deskpages.SignIn{Device: pc, Waiting: 3}, nil); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	d.Evening()
	d.As("karen").OK(at+"/tabt", url.Values{"device": {pc}, "reason": {"broken"}, "witness_login": {"bo"}, "pin": {"1111"}})
}
