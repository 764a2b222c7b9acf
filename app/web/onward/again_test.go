package onward_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// What the other tests of this room do by the domain's own acts is done here by form
// or program, so that it is sent again as well (webtest.Main).

// Piles sorted by hand are told by program, by one person and by another.
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
