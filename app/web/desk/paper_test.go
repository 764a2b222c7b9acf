package desk_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// TestDeskPaperIsReadBack plays a day and reads its forms back as a person
// would: what was said at the counter stands on them, and before the closing no
// figure does that is to be counted blind.
func TestDeskPaperIsReadBack(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, bo, karen := l.As("anna"), l.As("bo"), l.As("karen")
	at := "/skranke/" + l.Session
	v, err := l.Store.NewListVersion(t.Context(), l.Act(), l.Local, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	l.Must(err)
	_, err = l.Store.HangUp(t.Context(), l.Act(), v.ID, "LYS", l.Now)
	l.Must(err)
	opening := l.Opening()
	opening.Set("value:list:"+l.Local, v.ID)
	anna.OK(at+"/aabning", opening)
	for i := range 9 {
		kind := []string{"own", "own", "0740"}[i%3]
		if code, body := anna.Event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.Local, Destination: kind}); code != 201 {
			t.Fatal(code, body)
		}
	}
	bo.Event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.Seniors, Destination: "unknown"})
	bo.Event(uuid.NewString(), deskpages.EventIn{Act: "spoil", Election: l.Local, Reason: "torn"})
	bo.Event(uuid.NewString(), deskpages.EventIn{Act: "incident", Reason: "power_cut"})
	l.Now = l.Now.Add(time.Hour)
	karen.Prints(at+"/aabning.pdf", "Lystrup Bibliotek", "Bystævnet 4", "Anna", "Bo", models.WithCheck("K1234567"), models.GroupSerial(v.ID), "40", "BLÅ", "!⟦", "!U+")
	karen.Prints(at+"/dagsrapport.pdf", "FORELØBIG", "Lystrup Bibliotek", "!Randers")
	karen.Prints(at+"/materialeseddel.pdf", "Lystrup Bibliotek", "40", "20")
	karen.Prints(at+"/kommandoer.pdf", desk.CommandUndo.Barcode(), "F9")
	pad, err := l.Store.IssuePad(t.Context(), l.Act(), "LYS", 2)
	l.Must(err)
	karen.Prints("/noedblokke/"+pad.ID+"/noedblok.pdf", models.GroupSerial(pad.Forms[0]), models.GroupSerial(pad.Forms[1]), "10–11", "17–18", "BLÅ – Kommunalvalg 2025", "GRØN – Ældrerådsvalg 2025", "Egen kommune", "Ark 2 af 2")

	count := url.Values{"do": {"count"}, "count:" + l.Local + "/own": {"6"}, "count:" + l.Local + "/other": {"3"}, "count:" + l.Local + "/unknown": {"0"},
		"count:" + l.Seniors + "/own": {"0"}, "count:" + l.Seniors + "/other": {"0"}, "count:" + l.Seniors + "/unknown": {"1"}}
	anna.OK(at+"/lukning", url.Values{"do": {"shut"}, "in_line": {"2"}})
	anna.OK(at+"/lukning", count)
	anna.OK(at+"/lukning", url.Values{"do": {"close"}, "left:" + custody.Material(l.Local, "set"): {"30"}, "left:" + custody.Material(l.Seniors, "set"): {"18"}, "explain:" + custody.Material(l.Seniors, "set"): {"et sæt manglede i pakken"},
		"searched": {"Papirkurve"}, "unsealed": {"beholderen er ikke kommet"}, "witness_login": {"bo"}, "pin": {"1111"}})
	karen.Prints(at+"/dagsrapport.pdf", "!FORELØBIG", "Anna", "Bo", "Strømsvigt", "Egen kommune 6", "Anden kommune 3", "et sæt manglede i pakken", "beholderen er ikke kommet", "10 10 2", "!U+")
	karen.Prints(at+"/materialeseddel.pdf", "30", "18", "9")

	l.Must(l.Store.RecallVersion(t.Context(), l.Act(), v.ID, "en liste manglede på opslaget"))
	karen.Prints("/lister/"+v.ID+"/tilbagekaldelse.pdf", "Kandidatliste 1", "en liste manglede på opslaget", "Lystrup Bibliotek", "9")
}

// TestAnExerciseSaysSoEverywhere plays an exercise at the desk: each page has
// the ribbon, each print says ØVELSE, and the board counts none of it.
func TestAnExerciseSaysSoEverywhere(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	e, err := l.Store.CreateElection(t.Context(), l.Act(), planning.NewElection{Type: models.TypeLocal, Name: "Øvelsesvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#8A3FFC", Word: "VIOLET", Practice: true})
	l.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-13,10:00,12:00,,\n"
	got, err := l.Store.ImportPlan(t.Context(), l.Act(), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	l.Must(err)
	_, err = readyplan.Publish(t.Context(), l.Store, l.Act, e.ID)
	l.Must(err)
	anna, karen := l.As("anna"), l.As("karen")
	at := "/skranke/" + got.Sessions[0].ID
	if _, body := anna.Get("/skranke"); !strings.Contains(body, "Øvelser") || !strings.Contains(body, at) {
		t.Error("the exercise is not offered")
	}
	opening := l.Opening()
	for _, k := range []string{"value:empty:", "value:stock:", "value:list:"} {
		opening.Set(k+e.ID, opening.Get(k+l.Local))
	}
	opening["check"] = append(opening["check"], "notice:"+e.ID, "sealed:"+e.ID)
	anna.OK(at+"/aabning", opening)
	anna.OK(at, url.Values{"do": {"receive"}, "election": {e.ID}, "scan": {""}})
	for _, page := range []string{"", "/materiale", "/hold", "/lukning", "/noedblok"} {
		if code, body := anna.Get(at + page); code != 200 || !strings.Contains(body, "ØVELSE – det, du registrerer her") {
			t.Errorf("%s: %d, no ribbon", page, code)
		}
	}
	for _, form := range []string{"aabning", "dagsrapport", "kommandoer", "pakkeliste", "materialeseddel"} {
		anna.Prints(at+"/"+form+".pdf", "ØVELSE")
		if _, body := anna.PrintAt(at + "/" + form + "/udskriv"); !strings.Contains(webtest.PDFText(t, body), "ØVELSE") {
			t.Errorf("%s is printed without the mark", form)
		}
	}
	if _, body := karen.Get("/tavle"); strings.Contains(body, "bar-now") {
		t.Error("the board counts an exercise")
	}
	if _, body := karen.Get(at + "/lukning"); strings.Contains(body, "Kommunalvalg 2025") && !strings.Contains(body, "Øvelsesvalg") {
		t.Error("the exercise is shown as the real election")
	}
}
