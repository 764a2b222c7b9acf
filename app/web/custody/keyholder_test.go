package custody_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// Reception names the room and who holds its key: somebody known at the place,
// and nobody else. The courier goes when everything is ticked off, not before.
func TestTheKeyIsWithSomebodyKnownAtThePlace(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	rita, page := d.As("rita"), "/overdragelser/"+h
	release := url.Values{"do": {"release"}}
	for _, at := range []string{"under way", "counted"} {
		if code, body := rita.Post(page, release); code == 303 || strings.Contains(body, "Buddet er sluppet") {
			t.Errorf("the courier is released while %s: %d", at, code)
		}
		if at == "under way" {
			rita.OK(page, d.Counted("137", "73", "AB000412"))
		}
	}
	if _, body := rita.Get(page); !strings.Contains(body, ">Sara<") || strings.Contains(body, `value="`+d.Person["anna"]+`"`) {
		t.Error("the form does not offer those who are known here, and them alone")
	}
	for name, who := range map[string]string{"works elsewhere": d.Person["anna"], "unknown": "P-NOBODY", "a name": "Sara"} {
		code, body := rita.Post(page, url.Values{"do": {"accept"}, "room": {"Boks 3"}, "key_holder": {who}})
		if code != 422 || !strings.Contains(body, "key_holder-error") {
			t.Errorf("%s: %d %s", name, code, webtest.ErrorsIn(body))
		}
	}
	rita.OK(page, url.Values{"do": {"accept"}, "room": {"Boks 3"}, "key_holder": {d.Person["sara"]}})
	rita.OK(page, release)
	got, err := d.Store.Handover(t.Context(), h)
	d.Must(err)
	if got.KeyHolder != d.Person["sara"] || !got.Released.Signed() || got.State != custody.HandoverAccepted {
		t.Errorf("%+v", got)
	}
	if code, _ := rita.Post(page, release); code == 303 {
		t.Error("released twice")
	}
	e, err := d.Store.LastEntry(t.Context(), "container", d.Box)
	d.Must(err)
	if e.Value("key_holder") != d.Person["sara"] || e.Value("room") != "Boks 3" {
		t.Errorf("the journal says %v", e.Facts)
	}
	for who, sees := range map[string]bool{"rita": true, "karen": true, "kurt": false} {
		_, body := d.As(who).Get(page)
		if strings.Contains(body, "<dd>Sara</dd>") != sees {
			t.Errorf("%s sees who holds the key: %v", who, !sees)
		}
	}
	if _, body := rita.Get("/beholdere/" + d.Box); !strings.Contains(body, "<dd>Sara</dd>") || !strings.Contains(body, "Boks 3") {
		t.Error("the container does not say where it is and who holds the key")
	}
	_, record := rita.PrintAt("/modtagelse/modtagelse/udskriv")
	if text := d.Readable(record); !strings.Contains(text, "Sara") || !strings.Contains(text, "Boks 3") {
		t.Errorf("reception record: %s", text)
	}
	_, receipt := rita.PrintAt(page + "/overdragelse/udskriv")
	if text := d.Readable(receipt); !strings.Contains(text, "Nøgle hos") || !strings.Contains(text, "Sara") {
		t.Errorf("receipt: %s", text)
	}
	if code, body := rita.Get("/api/v1/handovers/" + h); code != 200 || !strings.Contains(body, `"key_holder":"`+d.Person["sara"]) {
		t.Errorf("over JSON: %d %s", code, body)
	}
}

// The day report says where the votes are: in the store, with room to write who
// has the key, and once they are fetched by which handover. Seals and contents stay
// what they were when it left, whatever reception has opened since.
func TestTheDayReportSaysWhereTheVotesAre(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	d.Close(0)
	report := func() string {
		_, body := d.As("karen").Get("/skranke/" + d.Session + "/dagsrapport.pdf")
		return strings.Join(strings.Fields(d.Readable(body)), " ")
	}
	if text := report(); !strings.Contains(text, "AB000412") || strings.Contains(text, "Hentet") {
		t.Errorf("before it is fetched: %s", text)
	}
	h := d.OnTheWay()
	number := models.GroupSerial(h)
	if text := report(); !strings.Contains(text, number) || !strings.Contains(text, "Hentet 12.11.2025 – ") {
		t.Errorf("fetched, but not %s: %s", number, text)
	}
	rita, page := d.As("rita"), "/overdragelser/"+h
	rita.OK(page, d.Counted("137", "73", "AB000412"))
	rita.OK(page, url.Values{"do": {"accept"}, "room": {"Boks 3"}})
	if text := report(); !strings.Contains(text, "AB000412") || !strings.Contains(text, number) {
		t.Errorf("opened by reception: %s", text)
	}
}
