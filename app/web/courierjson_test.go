package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// A signature on paper over JSON: by the giver's place alone, for the courier or
// the stand-in, with the time it was given and the time it was entered.
func TestASignatureOnPaperOverJSON(t *testing.T) {
	t.Parallel()
	d := &twins{newDepot(t), map[string]bool{}}
	h := d.offerTo(url.Values{"stand_in": {d.person["bo"]}})
	given := d.now
	d.now = d.now.Add(time.Hour)
	signed := given.Add(10 * time.Minute)
	var out custodypages.HandoverOut
	d.play(twin{as: "anna", act: "handovers/" + h + "/collect-on-paper", status: 200, in: custodypages.PaperCollectIn{Courier: d.person["bo"], At: signed}, others: []string{"kurt", "aud"}, out: &out, bad: []bad{
		{custodypages.PaperCollectIn{}, 422, "at"}, {custodypages.PaperCollectIn{At: given.Add(-time.Minute)}, 422, "at"}, {custodypages.PaperCollectIn{At: d.now.Add(time.Minute)}, 422, "at"},
		{custodypages.PaperCollectIn{Courier: d.person["karen"], At: signed}, 403, ""}}})
	d.refused("of no handover of theirs", "lise", "handovers/"+h+"/collect-on-paper", uuid.NewString(), custodypages.PaperCollectIn{At: signed}, http.StatusNotFound, "")
	c := out.Carrier
	if out.State != string(custody.HandoverInTransit) || c == nil || c.Person != d.person["bo"] || c.Means != "paper" || !c.At.Equal(signed) || !c.Entered.Equal(d.now) {
		t.Errorf("%+v, signed by %+v", out, c)
	}
	if out.Giver == nil || out.Giver.Person != d.person["anna"] || out.Receiver != nil {
		t.Errorf("%+v %+v", out.Giver, out.Receiver)
	}
	d.refused("twice", "anna", "handovers/"+h+"/collect-on-paper", uuid.NewString(), custodypages.PaperCollectIn{At: signed}, 409, "")
}

// The courier's link over JSON, from the giver who makes it to the phone that
// signs: one device, one PIN, one time; and each state that the giver reads.
func TestACouriersLinkOverJSON(t *testing.T) {
	t.Parallel()
	d := &twins{newDepot(t), map[string]bool{}}
	h := d.offer()
	at, in := "handovers/"+h+"/link", custodypages.LinkIn{}
	state := func(want string) (out custodypages.LinkStateOut) {
		t.Helper()
		code, body := d.as("anna").get("/api/v1/" + at)
		d.must(json.Unmarshal([]byte(body), &out))
		if code != 200 || out.State != want {
			t.Errorf("%d %s, want %s", code, body, want)
		}
		return out
	}
	if code, body := d.as("anna").get("/api/v1/" + at); code != 200 || !strings.Contains(body, `"state":"none"`) {
		t.Errorf("none was made: %d %s", code, body)
	}
	for who, status := range map[string]int{"kurt": 403, "aud": 403, "lise": 404, "rita": 403, "": 401} {
		d.refused(who, who, at, uuid.NewString(), in, status, "")
	}
	d.refused("no key", "anna", at, "", in, 400, "")
	d.refused("for anybody", "anna", at, uuid.NewString(), custodypages.LinkIn{Courier: d.person["aud"]}, 422, "courier")
	make := func() (l custodypages.LinkOut) {
		t.Helper()
		code, body := d.send("anna", at, uuid.NewString(), in)
		d.must(json.Unmarshal([]byte(body), &l))
		if code != 201 || len(l.PIN) != 6 || !strings.HasSuffix(l.URL, "/b/"+l.Token) || l.Courier != d.person["kurt"] {
			t.Fatalf("%d %s", code, body)
		}
		return l
	}
	dead := make()
	l := make() // and the one before it is dead
	if s := state("live"); s.Opened || s.Tries != 0 || s.MadeBy != d.person["anna"] || !s.Expires.Equal(l.Expires) {
		t.Errorf("%+v", s)
	}
	if code, body := d.as("rita").get("/api/v1/" + at); code != 200 || strings.Contains(body, l.Token) || strings.Contains(body, l.PIN) {
		t.Errorf("the receiver sees that there is a link, and no more: %d %s", code, body)
	}
	if code, _ := d.as("lise").get("/api/v1/" + at); code != 404 {
		t.Errorf("another library reads of the link: %d", code)
	}

	phone, other := "phone-"+uuid.NewString(), "other-"+uuid.NewString()
	const open, collect = "courier-links/open", "courier-links/collect"
	d.refused("a dead link", "", open, uuid.NewString(), custodypages.LinkOpenIn{Token: dead.Token, Device: phone}, 403, "")
	d.refused("a guessed link", "", open, uuid.NewString(), custodypages.LinkOpenIn{Token: strings.Repeat("A", 32), Device: phone}, 403, "")
	d.refused("a short device", "", open, uuid.NewString(), custodypages.LinkOpenIn{Token: l.Token, Device: "phone"}, 422, "device")
	d.refused("before it is opened", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN}, 403, "")
	code, body := d.send("", open, uuid.NewString(), custodypages.LinkOpenIn{Token: l.Token, Device: phone})
	var leg custodypages.LegOut
	d.must(json.Unmarshal([]byte(body), &leg))
	if code != 200 || leg.Handover != h || len(leg.Containers) != 1 || leg.Containers[0] != d.box || leg.From == "" || !leg.Collected.IsZero() || secretIn(body) != "" {
		t.Fatalf("%d %s", code, body)
	}
	if again, same := d.send("", open, uuid.NewString(), custodypages.LinkOpenIn{Token: l.Token, Device: phone}); again != 200 || same != body {
		t.Errorf("opened again: %d %s", again, same)
	}
	d.refused("another phone", "", open, uuid.NewString(), custodypages.LinkOpenIn{Token: l.Token, Device: other}, 403, "")
	d.refused("another phone", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: other, PIN: l.PIN}, 403, "")
	wrong := "000000"
	if wrong == l.PIN {
		wrong = "000001"
	}
	d.refused("a wrong PIN", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: wrong}, 422, "pin")
	if s := state("live"); !s.Opened || s.Tries != 1 {
		t.Errorf("%+v", s)
	}
	code, body = d.send("", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN})
	d.must(json.Unmarshal([]byte(body), &leg))
	if code != 200 || leg.Collected.IsZero() || secretIn(body) != "" {
		t.Fatalf("%d %s", code, body)
	}
	if s := state("used"); s.Tries != 1 || s.Used.IsZero() {
		t.Errorf("%+v", s)
	}
	// The answer was lost: the phone asks again and is told the same; nobody else is, and later it is not either.
	head := d.head()
	if again, same := d.send("", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN}); again != 200 || same != body || d.head() != head {
		t.Errorf("again: %d %s", again, same)
	}
	d.refused("again with a wrong PIN", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: wrong}, 403, "")
	d.refused("again from another phone", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: other, PIN: l.PIN}, 403, "")
	d.now = d.now.Add(time.Hour)
	d.refused("an hour later", "", collect, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN}, 403, "")
	d.refused("a link for what is on its way", "anna", at, uuid.NewString(), in, 409, "")
	got, err := d.store.Handover(t.Context(), h)
	d.must(err)
	if got.Carrier.Person != d.person["kurt"] || got.Carrier.Means != "pin" {
		t.Errorf("%+v", got.Carrier)
	}
}

// Five wrong PINs close a link; the giver reads why, on the page too.
func TestAClosedLinkSaysWhy(t *testing.T) {
	t.Parallel()
	d := &twins{newDepot(t), map[string]bool{}}
	h := d.offer()
	l, err := d.store.MakeCourierLink(t.Context(), d.act(), h)
	d.must(err)
	page := func(want string) {
		t.Helper()
		if _, body := d.as("anna").get("/overdragelser/" + h); !strings.Contains(body, want) {
			t.Errorf("the giver's page does not say %q", want)
		}
	}
	page("er ikke åbnet endnu")
	phone := "phone-" + uuid.NewString()
	_, err = d.store.OpenCourierLink(t.Context(), l.Token, phone)
	d.must(err)
	page("er åbnet på én telefon")
	for range 5 {
		if _, err := d.store.CollectByLink(t.Context(), l.Token, phone, "wrong"); models.CodeOf(err) != models.CodeInvalid {
			t.Fatal(err)
		}
	}
	page("for mange forkerte koder")
	d.refused("the right PIN after five wrong ones", "", "courier-links/collect", uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN}, 403, "")
}

// The three-way balance over JSON says what the page says, to those who may read it.
func TestTheThreeWayBalanceOverJSON(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	d.evening()
	path := "/api/v1/elections/" + d.kv + "/three-way"
	for who, want := range map[string]int{"karen": 200, "aud": 200, "anna": 403, "rita": 403, "kurt": 403, "lise": 403} {
		if code, body := d.as(who).get(path); code != want || want != 200 && !strings.Contains(body, `"code"`) {
			t.Errorf("%s: %d %s", who, code, body)
		}
	}
	if code, _ := d.as("karen").get("/api/v1/elections/NONE/three-way"); code != 404 {
		t.Errorf("of no election: %d", code)
	}
	var out custodypages.ThreeWayOut
	_, body := d.as("karen").get(path)
	d.must(json.Unmarshal([]byte(body), &out))
	if len(out.Sessions) != 1 || len(out.Days) != 1 || out.Doubts == nil {
		t.Fatalf("%s", body)
	}
	x := out.Sessions[0]
	if x.Session != d.session || x.Place != "LYS" || x.Day != models.DateOf(d.now).String() || x.Desk == nil || x.Hand == nil || x.Hand.Least != 11 || x.Received != nil || x.Outcome == "" {
		t.Errorf("%s", body)
	}
	if out.Days[0].Session != "" || out.Days[0].Desk == nil || *out.Days[0].Desk != *x.Desk {
		t.Errorf("%+v", out.Days[0])
	}
}
