package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/pdf"
)

// The giver's half that is printed when a link is made carries the link as text
// and as a code; the PIN is on no paper, and the database has neither.
func TestAPrintedCouriersLink(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	h := d.offer()
	anna := d.as("anna")
	code, page := anna.post("/overdragelser/"+h+"/link", url.Values{})
	if code != 200 {
		t.Fatalf("%d %s", code, page)
	}
	token := regexp.MustCompile(`name="token" value="([A-Z2-7]{32})"`).FindStringSubmatch(page)
	pin := regexp.MustCompile(`<dd>(\d{6})</dd>`).FindStringSubmatch(page)
	if token == nil || pin == nil || !strings.Contains(page, `class="qr"`) || strings.Contains(page, "<script>") || strings.Contains(page, "style=") {
		t.Fatal(page)
	}
	paper := func(v visitor, form url.Values) (int, string) {
		return v.post("/overdragelser/"+h+"/link/udskriv", form)
	}
	code, sheet := paper(anna, url.Values{"token": {token[1]}})
	if code != 200 {
		t.Fatalf("%d %s", code, sheet)
	}
	validPDF(t, "link", sheet)
	text := d.readable(sheet)
	if !strings.Contains(strings.Join(strings.Fields(text), ""), "/b/"+token[1]) || strings.Contains(text, pin[1]) || !strings.Contains(text, "210") {
		t.Errorf("printed: %s", text)
	}
	for name, form := range map[string]url.Values{"guessed": {"token": {strings.Repeat("A", 32)}}, "none": {}} {
		if code, body := paper(anna, form); code == 200 {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if code, _ := paper(d.as("rita"), url.Values{"token": {token[1]}}); code == 200 {
		t.Error("the receiver prints the giver's half")
	}
	prints, err := d.store.Printouts(t.Context(), 10)
	d.must(err)
	if len(prints) != 1 {
		t.Fatalf("%d prints in the log", len(prints))
	}
	kept, err := d.store.Printed(t.Context(), prints[0])
	d.must(err)
	if docs, err := pdf.Kept(kept.Bytes); err != nil || docs[0].(pdf.HandoverGiver).Link != "" || strings.Contains(string(kept.Bytes), token[1]) {
		t.Errorf("the link is kept with the print: %+v %v", docs, err)
	}
	// a new link makes the old one void, on paper too
	_, err = d.store.MakeCourierLink(t.Context(), d.act(), h)
	d.must(err)
	if code, body := paper(anna, url.Values{"token": {token[1]}}); code != 403 {
		t.Errorf("a dead link is printed: %d %s", code, body)
	}
}

// The link of a stand-in signs for the stand-in; nobody else gets one.
func TestALinkForTheStandIn(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	h := d.offerTo(url.Values{"stand_in": {d.person["rita"]}})
	ctx := t.Context()
	if _, err := d.store.MakeLinkFor(ctx, d.act(), h, d.person["aud"]); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a link for anybody: %v", err)
	}
	l, err := d.store.MakeLinkFor(ctx, d.act(), h, d.person["rita"])
	d.must(err)
	_, err = d.store.OpenCourierLink(ctx, l.Token, "phone")
	d.must(err)
	got, err := d.store.CollectByLink(ctx, l.Token, "phone", l.PIN)
	d.must(err)
	if got.Carrier.Person != d.person["rita"] || got.Carrier.Means != "pin" {
		t.Errorf("%+v", got.Carrier)
	}
}
