package custody_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/custody"
)

// Giver and courier sign on paper at 9.35 and 9.45, and it is entered at 10.05; the
// receiver answers on the screen. Both times stand on the page, the forms and the
// container's timeline, and the scan of the paper hangs on the handover.
func TestPaperFirstAndScreenSecond(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	d.Now = d.Now.Add(35 * 60e9) // 10.05
	h := d.OfferTo(url.Values{"paper_form": {"EP000001"}, "paper_at": {"9.35"}})
	for name, at := range map[string]string{"not yet": "10.30", "no time": "kvart i ti", "before the giver": "9.30"} {
		if code, body := d.As("anna").Post("/overdragelser/"+h, url.Values{"do": {"paper"}, "paper_at": {at}}); code != 422 {
			t.Errorf("%s: %d %s", name, code, webtest.ErrorsIn(body))
		}
	}
	if code, _ := d.As("rita").Post("/overdragelser/"+h, url.Values{"do": {"paper"}, "paper_at": {"9.45"}}); code == 303 {
		t.Error("the receiver enters the courier's paper")
	}
	d.As("anna").OK("/overdragelser/"+h, url.Values{"do": {"paper"}, "paper_at": {"9.45"}})
	got, err := d.Store.Handover(t.Context(), h)
	d.Must(err)
	if got.Giver.Means != "paper" || got.Giver.Entered.Sub(got.Giver.At) != 30*60e9 || got.Carrier.Means != "paper" || got.Carrier.Person != d.Person["kurt"] {
		t.Fatalf("%+v %+v", got.Giver, got.Carrier)
	}
	anna, rita := d.As("anna"), d.As("rita")
	both := func(what, text string) {
		t.Helper()
		for _, time := range []string{"9.35", "10.05"} {
			if !strings.Contains(text, time) {
				t.Errorf("%s does not say %s: %s", what, time, text)
			}
		}
	}
	_, page := anna.Get("/overdragelser/" + h)
	both("the handover", page)
	if !strings.Contains(page, "på papir") || !strings.Contains(page, "EP000001") {
		t.Error("the page does not say that it was on paper")
	}
	_, sheet := anna.PrintAt("/overdragelser/" + h + "/overdragelse/udskriv")
	if text := d.Readable(sheet); !strings.Contains(text, "skrev under på papir") || !strings.Contains(text, "EP000001") {
		t.Errorf("giver's half: %s", text)
	}
	both("the giver's half", d.Readable(sheet))
	_, box := anna.Get("/beholdere/" + d.Box)
	if !strings.Contains(box, "9.45") || !strings.Contains(box, "indtastet senere") {
		t.Error("the timeline does not mark what was entered later")
	}
	rita.OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	rita.OK("/overdragelser/"+h, url.Values{"do": {"accept"}})
	_, receipt := rita.PrintAt("/overdragelser/" + h + "/overdragelse/udskriv")
	both("the receipt", d.Readable(receipt))
	_, proof := d.As("karen").PrintAt("/beholdere/" + d.Box + "/bevis/udskriv")
	if text := strings.Join(strings.Fields(d.Readable(proof)), " "); !strings.Contains(text, "indtastet") || !strings.Contains(text, "9.45") {
		t.Errorf("the proof does not mark what was entered later: %s", text)
	}
	if got, err = d.Store.Handover(t.Context(), h); err != nil || got.State != custody.HandoverAccepted {
		t.Errorf("%+v %v", got, err)
	}
}
