package custody_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// A signature on paper over JSON: by the giver's place alone, for the courier or
// the stand-in, with the time it was given and the time it was entered.
func TestASignatureOnPaperOverJSON(t *testing.T) {
	t.Parallel()
	d := webtest.NewTwins(t)
	h := d.OfferTo(url.Values{"stand_in": {d.Person["bo"]}})
	given := d.Now
	d.Now = d.Now.Add(time.Hour)
	signed := given.Add(10 * time.Minute)
	var out custodypages.HandoverOut
	d.Play(webtest.Twin{As: "anna", Act: "handovers/" + h + "/collect-on-paper", Status: 200, In: custodypages.PaperCollectIn{Courier: d.Person["bo"], At: signed}, Others: []string{"kurt", "aud"}, Out: &out, Bad: []webtest.Refusal{
		webtest.Refuse(custodypages.PaperCollectIn{}, 422, "at"), webtest.Refuse(custodypages.PaperCollectIn{At: given.Add(-time.Minute)}, 422, "at"), webtest.Refuse(custodypages.PaperCollectIn{At: d.Now.Add(time.Minute)}, 422, "at"),
		webtest.Refuse(custodypages.PaperCollectIn{Courier: d.Person["karen"], At: signed}, 403, "")}})
	d.Refused("of no handover of theirs", "lise", "handovers/"+h+"/collect-on-paper", uuid.NewString(), custodypages.PaperCollectIn{At: signed}, http.StatusNotFound, "")
	c := out.Carrier
	if out.State != string(custody.HandoverInTransit) || c == nil || c.Person != d.Person["bo"] || c.Means != "paper" || !c.At.Equal(signed) || !c.Entered.Equal(d.Now) {
		t.Errorf("%+v, signed by %+v", out, c)
	}
	if out.Giver == nil || out.Giver.Person != d.Person["anna"] || out.Receiver != nil {
		t.Errorf("%+v %+v", out.Giver, out.Receiver)
	}
	d.Refused("twice", "anna", "handovers/"+h+"/collect-on-paper", uuid.NewString(), custodypages.PaperCollectIn{At: signed}, 409, "")
}

// The courier's link over JSON, from the giver who makes it to the phone that
// signs: one device, one PIN, one time; and each state that the giver reads.
func TestACouriersLinkOverJSON(t *testing.T) {
	t.Parallel()
	s := &signing{errand: newErrand(t), phone: "phone-" + uuid.NewString(), other: "other-" + uuid.NewString()}
	s.state("none")
	s.onlyTheGiverMakesIt()
	s.dead, s.link = s.made(), s.made() // the second ends the first
	s.nobodyReadsItsSecrets()
	s.opensOnOnePhone()
	s.collectsWithItsPIN()
	s.itsPhoneIsAnsweredAgain()
	s.Now = s.Now.Add(time.Hour)
	s.Refused("an hour later", "", collectByLink, uuid.NewString(), s.with(s.phone, s.link.PIN), 403, "")
	s.Refused("a link for what is on its way", "anna", s.at(), uuid.NewString(), custodypages.LinkIn{}, 409, "")
	s.isKurts()
}

// What a phone without a login asks for, below /api/v1/.
const openLink, collectByLink = "courier-links/open", "courier-links/collect"

// signing is an errand over JSON: a link that is dead, the one that holds, the
// phone that it is for, and one that has got hold of it.
type signing struct {
	*errand
	dead, link   custodypages.LinkOut
	phone, other string
	collected    string // what the phone was answered when it signed
}

// at is where the giver makes a link and reads of it, below /api/v1/.
func (s *signing) at() string { return "handovers/" + s.handover + "/link" }

// with is what a phone signs with.
func (s *signing) with(phone, pin string) custodypages.LinkCollectIn {
	return custodypages.LinkCollectIn{Token: s.link.Token, Device: phone, PIN: pin}
}

// wrong is another PIN than the link's.
func (s *signing) wrong() string {
	if s.link.PIN == "000000" {
		return "000001"
	}
	return "000000"
}

// state is what the giver reads of the link.
func (s *signing) state(want string) (out custodypages.LinkStateOut) {
	s.T.Helper()
	code, body := s.As("anna").Get("/api/v1/" + s.at())
	s.Must(json.Unmarshal([]byte(body), &out))
	if code != 200 || out.State != want {
		s.T.Errorf("%d %s, want %s", code, body, want)
	}
	return out
}

func (s *signing) made() (l custodypages.LinkOut) {
	s.T.Helper()
	code, body := s.Send("anna", s.at(), uuid.NewString(), custodypages.LinkIn{})
	s.Must(json.Unmarshal([]byte(body), &l))
	if code != 201 || len(l.PIN) != 6 || !strings.HasSuffix(l.URL, "/b/"+l.Token) || l.Courier != s.Person["kurt"] {
		s.T.Fatalf("%d %s", code, body)
	}
	return l
}

func (s *signing) onlyTheGiverMakesIt() {
	s.T.Helper()
	for who, status := range map[string]int{"kurt": 403, "aud": 403, "lise": 404, "rita": 403, "": 401} {
		s.Refused(who, who, s.at(), uuid.NewString(), custodypages.LinkIn{}, status, "")
	}
	s.Refused("no key", "anna", s.at(), "", custodypages.LinkIn{}, 400, "")
	s.Refused("for anybody", "anna", s.at(), uuid.NewString(), custodypages.LinkIn{Courier: s.Person["aud"]}, 422, "courier")
}

func (s *signing) nobodyReadsItsSecrets() {
	s.T.Helper()
	if got := s.state("live"); got.Opened || got.Tries != 0 || got.MadeBy != s.Person["anna"] || !got.Expires.Equal(s.link.Expires) {
		s.T.Errorf("%+v", got)
	}
	if code, body := s.As("rita").Get("/api/v1/" + s.at()); code != 200 || strings.Contains(body, s.link.Token) || strings.Contains(body, s.link.PIN) {
		s.T.Errorf("the receiver sees that there is a link, and no more: %d %s", code, body)
	}
	if code, _ := s.As("lise").Get("/api/v1/" + s.at()); code != 404 {
		s.T.Errorf("another library reads of the link: %d", code)
	}
}

func (s *signing) opensOnOnePhone() {
	s.T.Helper()
	in := custodypages.LinkOpenIn{Token: s.link.Token, Device: s.phone}
	s.Refused("a dead link", "", openLink, uuid.NewString(), custodypages.LinkOpenIn{Token: s.dead.Token, Device: s.phone}, 403, "")
	s.Refused("a guessed link", "", openLink, uuid.NewString(), custodypages.LinkOpenIn{Token: strings.Repeat("A", 32), Device: s.phone}, 403, "")
	s.Refused("a short device", "", openLink, uuid.NewString(), custodypages.LinkOpenIn{Token: s.link.Token, Device: "phone"}, 422, "device")
	s.Refused("before it is opened", "", collectByLink, uuid.NewString(), s.with(s.phone, s.link.PIN), 403, "")
	code, body := s.Send("", openLink, uuid.NewString(), in)
	var leg custodypages.LegOut
	s.Must(json.Unmarshal([]byte(body), &leg))
	if code != 200 || leg.Handover != s.handover || len(leg.Containers) != 1 || leg.Containers[0] != s.Box || leg.From == "" || !leg.Collected.IsZero() || webtest.SecretIn(body) != "" {
		s.T.Fatalf("%d %s", code, body)
	}
	if again, same := s.Send("", openLink, uuid.NewString(), in); again != 200 || same != body {
		s.T.Errorf("opened again: %d %s", again, same)
	}
	s.Refused("another phone", "", openLink, uuid.NewString(), custodypages.LinkOpenIn{Token: s.link.Token, Device: s.other}, 403, "")
}

func (s *signing) collectsWithItsPIN() {
	s.T.Helper()
	s.Refused("another phone", "", collectByLink, uuid.NewString(), s.with(s.other, s.link.PIN), 403, "")
	s.Refused("a wrong PIN", "", collectByLink, uuid.NewString(), s.with(s.phone, s.wrong()), 422, "pin")
	if got := s.state("live"); !got.Opened || got.Tries != 1 {
		s.T.Errorf("%+v", got)
	}
	code, body := s.Send("", collectByLink, uuid.NewString(), s.with(s.phone, s.link.PIN))
	var leg custodypages.LegOut
	s.Must(json.Unmarshal([]byte(body), &leg))
	if code != 200 || leg.Collected.IsZero() || webtest.SecretIn(body) != "" {
		s.T.Fatalf("%d %s", code, body)
	}
	if got := s.state("used"); got.Tries != 1 || got.Used.IsZero() {
		s.T.Errorf("%+v", got)
	}
	s.collected = body
}

// itsPhoneIsAnsweredAgain: the answer was lost; the phone asks again and is told
// the same, and nobody else is.
func (s *signing) itsPhoneIsAnsweredAgain() {
	s.T.Helper()
	head := s.Head()
	if again, same := s.Send("", collectByLink, uuid.NewString(), s.with(s.phone, s.link.PIN)); again != 200 || same != s.collected || s.Head() != head {
		s.T.Errorf("again: %d %s", again, same)
	}
	s.Refused("again with a wrong PIN", "", collectByLink, uuid.NewString(), s.with(s.phone, s.wrong()), 403, "")
	s.Refused("again from another phone", "", collectByLink, uuid.NewString(), s.with(s.other, s.link.PIN), 403, "")
}

// Five wrong PINs close a link; the giver reads why, on the page too.
func TestAClosedLinkSaysWhy(t *testing.T) {
	t.Parallel()
	e := newErrand(t)
	l := e.link()
	page := func(want string) {
		t.Helper()
		if _, body := e.As("anna").Get("/overdragelser/" + e.handover); !strings.Contains(body, want) {
			t.Errorf("the giver's page does not say %q", want)
		}
	}
	page("er ikke åbnet endnu")
	phone := "phone-" + uuid.NewString()
	_, err := e.open(l, phone)
	e.Must(err)
	page("er åbnet på én telefon")
	for range 5 {
		if err := e.collect(l.Token, phone, "wrong"); models.CodeOf(err) != models.CodeInvalid {
			t.Fatal(err)
		}
	}
	page("for mange forkerte koder")
	e.Refused("the right PIN after five wrong ones", "", collectByLink, uuid.NewString(), custodypages.LinkCollectIn{Token: l.Token, Device: phone, PIN: l.PIN}, 403, "")
}

// The three-way balance over JSON says what the page says, to those who may read it.
func TestTheThreeWayBalanceOverJSON(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	d.Evening()
	path := "/api/v1/elections/" + d.Local + "/three-way"
	for who, want := range map[string]int{"karen": 200, "aud": 200, "anna": 403, "rita": 403, "kurt": 403, "lise": 403} {
		if code, body := d.As(who).Get(path); code != want || want != 200 && !strings.Contains(body, `"code"`) {
			t.Errorf("%s: %d %s", who, code, body)
		}
	}
	if code, _ := d.As("karen").Get("/api/v1/elections/NONE/three-way"); code != 404 {
		t.Errorf("of no election: %d", code)
	}
	var out custodypages.ThreeWayOut
	_, body := d.As("karen").Get(path)
	d.Must(json.Unmarshal([]byte(body), &out))
	if len(out.Sessions) != 1 || len(out.Days) != 1 || out.Doubts == nil {
		t.Fatalf("%s", body)
	}
	x := out.Sessions[0]
	if x.Session != d.Session || x.Place != "LYS" || x.Day != models.DateOf(d.Now).String() || x.Desk == nil || x.Hand == nil || x.Hand.Least != 11 || x.Received != nil || x.Outcome == "" {
		t.Errorf("%s", body)
	}
	if out.Days[0].Session != "" || out.Days[0].Desk == nil || *out.Days[0].Desk != *x.Desk {
		t.Errorf("%+v", out.Days[0])
	}
}
