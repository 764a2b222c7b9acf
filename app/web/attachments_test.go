package web

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// paper is a scan that says what the giver wrote.
const paper = "%PDF-1.4\n1 0 obj<</Author(Anna at home)/Length 30>>stream\nown 137, other 73, seal AB000412\nendstream endobj\nstartxref\n0\n%%EOF\n"

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// attach hands a file in; an API path answers with the attachment.
func (v visitor) attach(path, kind, name string, content []byte) (int, string) {
	v.l.t.Helper()
	return v.send(path, name, content, "kind", kind)
}

func (v visitor) attached(path, kind, name string, content []byte) custody.Attachment {
	v.l.t.Helper()
	code, body := v.attach(path, kind, name, content)
	var a custody.Attachment
	if code != http.StatusCreated || json.Unmarshal([]byte(body), &a) != nil {
		v.l.t.Fatalf("%s: %d %s", path, code, body)
	}
	return a
}

// secretPapers are files of the giver that tell what the receiver must not know
// yet, and a deviation that writes it: ids that the receiver then tries.
func (d *depot) secretPapers(handover string) []string {
	d.t.Helper()
	anna := d.as("anna")
	a := anna.attached("/api/v1/handovers/"+handover+"/attachments", "paper", "form.pdf", []byte(paper))
	anna.ok("/afvigelser/ny", url.Values{"type": {"seal"}, "place": {"LYS"}, "election": {d.kv}, "containers": {d.box}, "expected": {"AB000412 paa 210 kuverter"}, "found": {"AB000412 sidder loest, 137 egne"}, "action": {"Ringet til koordinatoren"}})
	all, err := d.store.Deviations(d.t.Context(), boxes.DeviationFilter{})
	d.must(err)
	b := anna.attached("/api/v1/deviations/"+all[0].ID+"/attachments", "evidence", "seal.pdf", []byte(paper))
	return []string{a.ID, b.ID, all[0].ID}
}

func TestFilesOfAHandover(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	anna, kurt := d.as("anna"), d.as("kurt")
	at := "/overdragelser/" + h + "/bilag"

	// the courier and the giver sign on the screen, each once
	if code, body := kurt.attach(at, "signature", "signature.png", picture(t)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, errorsIn(body))
	}
	if code, _ := kurt.attach(at, "signature", "signature.png", picture(t)); code != http.StatusConflict {
		t.Errorf("a second signature: %d", code)
	}
	if code, _ := d.as("rita").attach(at, "signature", "signature.png", picture(t)); code != http.StatusConflict {
		t.Errorf("a signature without a confirmation: %d", code)
	}
	got, err := d.store.Handover(t.Context(), h)
	d.must(err)
	if got.Carrier.Scan == "" || got.Giver.Scan != "" || len(got.Scans) != 1 {
		t.Fatalf("%+v", got)
	}

	// what is refused
	for name, content := range map[string][]byte{"a.svg": []byte("<svg/>"), "a.png": []byte("<script>alert(1)</script>"), "a.jpg": nil, "large.png": append(picture(t), make([]byte, 9<<20)...)} {
		if code, _ := anna.attach(at, "seal", name, content); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code, _ := anna.attach(at, "nonsense", "a.png", picture(t)); code != http.StatusUnprocessableEntity {
		t.Errorf("a kind that is none: %d", code)
	}

	// what is kept: cleaned, under its hash, with no rights of its own
	a := anna.attached("/api/v1/handovers/"+h+"/attachments", "paper", "form.pdf", []byte(paper))
	req, err := http.NewRequest(site.GET, d.url+"/bilag/"+a.ID, nil)
	d.must(err)
	code, body, head := anna.do(req)
	if code != http.StatusOK || strings.Contains(body, "Anna") || !strings.Contains(body, "AB000412") || head.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(head.Get("Content-Disposition"), "attachment") || head.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || head.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", code, head)
	}
	for _, login := range []string{"kurt", "rita"} { // the courier carries, the receiver has not counted
		for _, path := range []string{"/bilag/" + a.ID, "/api/v1/attachments/" + a.ID} {
			if code, _ := d.as(login).get(path); code != http.StatusNotFound {
				t.Errorf("%s reads %s: %d", login, path, code)
			}
		}
	}
	d.as("rita").ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	if code, _ := d.as("rita").get("/bilag/" + a.ID); code != http.StatusOK {
		t.Errorf("after the count: %d", code)
	}
	if code, _ := (visitor{d.library, nil}).get("/bilag/" + a.ID); code == http.StatusOK {
		t.Error("a file without a login")
	}
}

// A courier signs on the phone that opened the link, with the PIN, on no other
// phone and not before; and is answered the same when the answer was lost.
func TestACourierSignsByLink(t *testing.T) {
	e := newErrand(t)
	l := e.link()
	phone := e.opened(l)
	sign := func(device string) models.Code {
		return models.CodeOf(e.store.SignByLink(t.Context(), models.Act{Key: uuid.NewString()}, l.Token, device, picture(t)))
	}
	if code := sign(phone.Value); code != models.CodeForbidden {
		t.Errorf("signed before the collection: %s", code)
	}
	form := e.upload("/b/"+l.Token, "signature.png", picture(t), "pin", l.PIN)
	send := func(device *http.Cookie) (int, string) {
		again, err := form.GetBody()
		e.must(err)
		req := form.Clone(t.Context())
		req.Body = again
		code, page, _ := visitor{e.library, device}.do(req)
		return code, page
	}
	if code, body := send(phone); code != http.StatusOK || strings.Contains(body, "kunne ikke gemmes") {
		t.Fatalf("%d %s", code, errorsIn(body))
	}
	if code, body := send(phone); code != http.StatusOK { // the answer was lost on the way
		t.Errorf("sent again: %d %s", code, errorsIn(body))
	}
	if code, _ := send(&http.Cookie{Name: phone.Name, Value: "another phone"}); code != http.StatusForbidden {
		t.Errorf("sent again from another phone: %d", code)
	}
	e.isKurts()
	if e.stands().Carrier.Scan == "" {
		t.Error("the signature is not with the handover")
	}
	if code := sign("another phone"); code != models.CodeForbidden {
		t.Errorf("signed from another device: %s", code)
	}
}

// opened is the cookie of the phone that has opened the link's page.
func (e *errand) opened(l boxes.CourierLink) *http.Cookie {
	e.t.Helper()
	req, err := http.NewRequest(site.GET, e.url+"/b/"+l.Token, nil)
	e.must(err)
	code, body, head := visitor{e.library, nil}.do(req)
	if code != http.StatusOK || !strings.Contains(body, "data-sign") || strings.Contains(body, "AB000412") {
		e.t.Fatalf("%d", code)
	}
	for _, c := range (&http.Response{Header: head}).Cookies() {
		if c.Name == custodypages.DeviceCookie {
			return c
		}
	}
	e.t.Fatal("the link is bound to no device")
	return nil
}
