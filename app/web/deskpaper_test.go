package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// prints reads a form back and wants the words on it, and none of the others.
func (v visitor) prints(path string, words ...string) {
	v.l.t.Helper()
	code, body := v.get(path)
	if code != 200 {
		v.l.t.Errorf("%s: %d %.200s", path, code, body)
		return
	}
	text := strings.Join(strings.Fields(pdfText(v.l.t, body)), " ")
	for _, w := range words {
		w, not := strings.CutPrefix(w, "!")
		if strings.Contains(text, w) == not {
			v.l.t.Errorf("%s: %q is there: %v\n%s", path, w, !not, text)
		}
	}
}

// TestDeskPaperIsReadBack plays a day and reads its forms back as a person
// would: what was said at the counter stands on them, and before the closing no
// figure does that is to be counted blind.
func TestDeskPaperIsReadBack(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	anna, bo, karen := l.as("anna"), l.as("bo"), l.as("karen")
	at := "/skranke/" + l.session
	v, err := l.store.NewListVersion(t.Context(), l.act(), l.kv, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	l.must(err)
	_, err = l.store.HangUp(t.Context(), l.act(), v.ID, "LYS", l.now)
	l.must(err)
	opening := l.opening()
	opening.Set("value:list:"+l.kv, v.ID)
	anna.ok(at+"/aabning", opening)
	for i := range 9 {
		kind := []string{"own", "own", "0740"}[i%3]
		if code, body := anna.event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.kv, Destination: kind}); code != 201 {
			t.Fatal(code, body)
		}
	}
	bo.event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.aer, Destination: "unknown"})
	bo.event(uuid.NewString(), deskpages.EventIn{Act: "spoil", Election: l.kv, Reason: "torn"})
	bo.event(uuid.NewString(), deskpages.EventIn{Act: "incident", Reason: "power_cut"})
	l.now = l.now.Add(time.Hour)
	karen.prints(at+"/aabning.pdf", "Lystrup Bibliotek", "Bystævnet 4", "Anna", "Bo", models.WithCheck("K1234567"), models.GroupSerial(v.ID), "40", "BLÅ", "!⟦", "!U+")
	karen.prints(at+"/dagsrapport.pdf", "FORELØBIG", "Lystrup Bibliotek", "!Randers")
	karen.prints(at+"/materialeseddel.pdf", "Lystrup Bibliotek", "40", "20")
	karen.prints(at+"/kommandoer.pdf", desk.CommandUndo.Barcode(), "F9")
	pad, err := l.store.IssuePad(t.Context(), l.act(), "LYS", 2)
	l.must(err)
	karen.prints("/noedblokke/"+pad.ID+"/noedblok.pdf", models.GroupSerial(pad.Forms[0]), models.GroupSerial(pad.Forms[1]), "10–11", "17–18", "BLÅ – Kommunalvalg 2025", "GRØN – Ældrerådsvalg 2025", "Egen kommune", "Ark 2 af 2")

	count := url.Values{"do": {"count"}, "count:" + l.kv + "/own": {"6"}, "count:" + l.kv + "/other": {"3"}, "count:" + l.kv + "/unknown": {"0"},
		"count:" + l.aer + "/own": {"0"}, "count:" + l.aer + "/other": {"0"}, "count:" + l.aer + "/unknown": {"1"}}
	anna.ok(at+"/lukning", url.Values{"do": {"shut"}, "in_line": {"2"}})
	anna.ok(at+"/lukning", count)
	anna.ok(at+"/lukning", url.Values{"do": {"close"}, "left:" + custody.Material(l.kv, "set"): {"30"}, "left:" + custody.Material(l.aer, "set"): {"18"}, "explain:" + custody.Material(l.aer, "set"): {"et sæt manglede i pakken"},
		"searched": {"Papirkurve"}, "unsealed": {"beholderen er ikke kommet"}, "witness_login": {"bo"}, "pin": {"1111"}})
	karen.prints(at+"/dagsrapport.pdf", "!FORELØBIG", "Anna", "Bo", "Strømsvigt", "Egen kommune 6", "Anden kommune 3", "et sæt manglede i pakken", "beholderen er ikke kommet", "10 10 2", "!U+")
	karen.prints(at+"/materialeseddel.pdf", "30", "18", "9")

	l.must(l.store.RecallVersion(t.Context(), l.act(), v.ID, "en liste manglede på opslaget"))
	karen.prints("/lister/"+v.ID+"/tilbagekaldelse.pdf", "Kandidatliste 1", "en liste manglede på opslaget", "Lystrup Bibliotek", "9")
}

// TestAnExerciseSaysSoEverywhere plays an exercise at the desk: each page has
// the ribbon, each print says ØVELSE, and the board counts none of it.
func TestAnExerciseSaysSoEverywhere(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	e, err := l.store.CreateElection(t.Context(), l.act(), planning.NewElection{Type: models.TypeLocal, Name: "Øvelsesvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#8A3FFC", Word: "VIOLET", Practice: true})
	l.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-13,10:00,12:00,,\n"
	got, err := l.store.ImportPlan(t.Context(), l.act(), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	l.must(err)
	_, err = readyplan.Publish(t.Context(), l.store, l.act, e.ID)
	l.must(err)
	anna, karen := l.as("anna"), l.as("karen")
	at := "/skranke/" + got.Sessions[0].ID
	if _, body := anna.get("/skranke"); !strings.Contains(body, "Øvelser") || !strings.Contains(body, at) {
		t.Error("the exercise is not offered")
	}
	opening := l.opening()
	for _, k := range []string{"value:empty:", "value:stock:", "value:list:"} {
		opening.Set(k+e.ID, opening.Get(k+l.kv))
	}
	opening["check"] = append(opening["check"], "notice:"+e.ID, "sealed:"+e.ID)
	anna.ok(at+"/aabning", opening)
	anna.ok(at, url.Values{"do": {"receive"}, "election": {e.ID}, "scan": {""}})
	for _, page := range []string{"", "/materiale", "/hold", "/lukning", "/noedblok"} {
		if code, body := anna.get(at + page); code != 200 || !strings.Contains(body, "ØVELSE – det, du registrerer her") {
			t.Errorf("%s: %d, no ribbon", page, code)
		}
	}
	for _, form := range []string{"aabning", "dagsrapport", "kommandoer", "pakkeliste", "materialeseddel"} {
		anna.prints(at+"/"+form+".pdf", "ØVELSE")
		if _, body := anna.printAt(at + "/" + form + "/udskriv"); !strings.Contains(pdfText(t, body), "ØVELSE") {
			t.Errorf("%s is printed without the mark", form)
		}
	}
	if _, body := karen.get("/tavle"); strings.Contains(body, "bar-now") {
		t.Error("the board counts an exercise")
	}
	if _, body := karen.get(at + "/lukning"); strings.Contains(body, "Kommunalvalg 2025") && !strings.Contains(body, "Øvelsesvalg") {
		t.Error("the exercise is shown as the real election")
	}
}
